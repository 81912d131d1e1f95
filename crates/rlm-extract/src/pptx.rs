//! Extracts the slides of PPTX in order, each with its speaker notes.

use std::collections::HashMap;

use crate::error::ExtractError;
use crate::parts::Parts;
use crate::xml::{Node, attribute, parent, resolve, walk};
use crate::{Extracted, Limits, PAGE_BREAK, Section, SectionLabel};

const PRESENTATION: &str = "ppt/presentation.xml";

/// The placeholders without content of their own: numbers, dates, headers and footers.
const DECORATION: [&str; 5] = ["sldNum", "dt", "ftr", "hdr", "sldImg"];

pub(crate) fn extract(bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let mut parts = Parts::open(bytes, "PPTX", limits)?;
    let presentation = parts.require(PRESENTATION)?;
    let mut ids = Vec::new();
    walk(&presentation, &mut |node| {
        if let Node::Start("sldId", start) = node {
            ids.extend(relationship(start));
        }
    })?;
    let targets = relationships(&mut parts, PRESENTATION)?;
    let mut extracted = Extracted::default();
    for (number, id) in (1..).zip(ids) {
        let Some((_, slide)) = targets.get(&id) else { continue };
        let content = parts.require(slide)?;
        let mut text = shapes(&content)?;
        let notes = relationships(&mut parts, slide)?;
        let notes = notes.into_values().find(|(kind, _)| kind.ends_with("/notesSlide"));
        if let Some((_, notes)) = notes
            && let Some(notes) = parts.read(&notes)?
        {
            let notes = shapes(&notes)?;
            if !notes.is_empty() {
                text.push_str("\nNotes:\n");
                text.push_str(&notes);
            }
        }
        if !extracted.text.is_empty() {
            extracted.text.push_str(PAGE_BREAK);
        }
        extracted.sections.push(Section {
            start: extracted.text.len(),
            label: SectionLabel::Named(format!("slide {number}")),
        });
        extracted.text.push_str(&text);
    }
    Ok(extracted)
}

/// Returns the identifier of a relationship, `r:id`. The element has another `id` without a prefix.
fn relationship(start: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    let mut attributes = start.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let found = attributes
        .find(|attribute| attribute.key.as_ref().contains(':') && attribute.key.local_name().as_ref() == "id")?;
    Some(found.value.into_owned())
}

/// Returns the kinds and targets of a member's relationships by their identifiers.
fn relationships(parts: &mut Parts, of: &str) -> Result<HashMap<String, (String, String)>, ExtractError> {
    let folder = parent(of);
    let name = of.rsplit('/').next().unwrap_or(of);
    let mut found = HashMap::new();
    let Some(xml) = parts.read(&format!("{folder}/_rels/{name}.rels"))? else {
        return Ok(found);
    };
    walk(&xml, &mut |node| {
        if let Node::Start("Relationship", start) = node
            && let (Some(id), Some(target)) = (attribute(start, "Id"), attribute(start, "Target"))
        {
            let kind = attribute(start, "Type").unwrap_or_default();
            found.insert(id, (kind, resolve(folder, &target)));
        }
    })?;
    Ok(found)
}

/// A shape of a slide.
#[derive(Default)]
struct Shape {
    placeholder: Option<String>,
    lines: Vec<String>,
}

/// Returns the text of a slide or of its notes: the title as a heading, one line for each paragraph
/// and for each row of a table.
fn shapes(xml: &[u8]) -> Result<String, ExtractError> {
    let mut text = String::new();
    let mut shape = Shape::default();
    let mut line = String::new();
    let mut row: Option<Vec<String>> = None;
    let mut is_text = false;
    walk(xml, &mut |node| match node {
        Node::Start("sp" | "graphicFrame", _) => shape = Shape::default(),
        Node::Start("ph", start) => shape.placeholder = attribute(start, "type"),
        Node::Start("t", _) => is_text = true,
        Node::Start("br", _) => line.push(' '),
        Node::Start("tab", _) => line.push('\t'),
        Node::Start("tr", _) => row = Some(Vec::new()),
        Node::Start("tc", _) => {
            if let Some(row) = &mut row {
                row.push(String::new());
            }
        }
        Node::Text(piece) if is_text => line.push_str(piece),
        Node::End("t") => is_text = false,
        Node::End("p") => {
            let line = std::mem::take(&mut line);
            match row.as_mut().and_then(|row| row.last_mut()) {
                Some(cell) if cell.is_empty() => *cell = line,
                Some(cell) => *cell = format!("{cell} {line}"),
                None if line.trim().is_empty() => {}
                None => shape.lines.push(line),
            }
        }
        Node::End("tr") => {
            if let Some(row) = row.take() {
                shape.lines.push(format!("| {} |", row.join(" | ")));
            }
        }
        Node::End("sp" | "graphicFrame") => {
            let Shape { placeholder, lines } = std::mem::take(&mut shape);
            let placeholder = placeholder.as_deref().unwrap_or_default();
            if lines.is_empty() || DECORATION.contains(&placeholder) {
                return;
            }
            if matches!(placeholder, "title" | "ctrTitle") {
                text.push_str(&format!("# {}\n", lines.join(" ")));
            } else {
                text.push_str(&lines.join("\n"));
                text.push('\n');
            }
        }
        _ => {}
    })?;
    Ok(text)
}
