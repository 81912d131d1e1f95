//! Extracts the text of ODT, and the slides of ODP with their speaker notes.

use quick_xml::events::BytesStart;

use crate::error::ExtractError;
use crate::parts::Parts;
use crate::xml::{Node, attribute, walk};
use crate::{Extracted, Limits, PAGE_BREAK, Section, SectionLabel};

/// The maximum number of spaces of one element for repeated spaces.
const MOST_SPACES: usize = 1_000;

pub(crate) fn extract(bytes: Vec<u8>, format: &str, limits: Limits) -> Result<Extracted, ExtractError> {
    let mut parts = Parts::open(bytes, format, limits)?;
    if let Some(manifest) = parts.read("META-INF/manifest.xml")? {
        let mut is_locked = false;
        walk(&manifest, &mut |node| {
            is_locked |= matches!(node, Node::Start("encryption-data", _));
        })?;
        if is_locked {
            return Err(ExtractError::Locked);
        }
    }
    let content = parts.require("content.xml")?;
    let mut writer = Writer::default();
    walk(&content, &mut |node| writer.visit(&node))?;
    let mut extracted = writer.extracted;
    let text = &mut extracted.text;
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    // Slides at the end may have no text.
    let end = text.len();
    extracted
        .sections
        .iter_mut()
        .for_each(|section| section.start = section.start.min(end));
    Ok(extracted)
}

/// An open paragraph, heading or footnote.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// The level of a heading; 0 for a paragraph.
    level: usize,
}

#[derive(Default)]
struct Writer {
    extracted: Extracted,
    /// The open paragraphs, outermost first: a footnote is within one.
    open: Vec<Paragraph>,
    /// The cells of the open rows, outermost first.
    rows: Vec<Vec<String>>,
    /// The texts of the open footnotes.
    notes: Vec<String>,
    lists: usize,
    /// The number of open elements whose content is not part of the document's text: deleted text,
    /// comments, and the numbers of footnotes.
    hidden: usize,
    slides: usize,
}

/// The elements whose content is left out.
const HIDDEN: [&str; 6] = [
    "tracked-changes",
    "annotation",
    "note-citation",
    "page-number",
    "forms",
    "date-time",
];

impl Writer {
    fn visit(&mut self, node: &Node<'_>) {
        match node {
            Node::Start(name, _) if HIDDEN.contains(name) => self.hidden += 1,
            Node::End(name) if HIDDEN.contains(name) => self.hidden = self.hidden.saturating_sub(1),
            _ if self.hidden > 0 => {}
            Node::Start(name, start) => self.start(name, start),
            Node::Text(text) => {
                if let Some(paragraph) = self.open.last_mut() {
                    // A line break in the file is a space.
                    let is_spaced = paragraph.text.ends_with(char::is_whitespace);
                    let text = text.replace(['\n', '\r', '\t'], " ");
                    paragraph
                        .text
                        .push_str(if is_spaced { text.trim_start() } else { &text });
                }
            }
            Node::End(name) => self.end(name),
        }
    }

    fn start(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "h" => {
                let level = attribute(start, "outline-level").and_then(|level| level.parse().ok());
                self.open.push(Paragraph {
                    level: level.unwrap_or(1).clamp(1, 6),
                    ..Paragraph::default()
                });
            }
            "p" => self.open.push(Paragraph::default()),
            "s" => {
                let count = attribute(start, "c").and_then(|count| count.parse().ok());
                self.push(&" ".repeat(count.unwrap_or(1).min(MOST_SPACES)));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "list" => self.lists += 1,
            "table-row" => self.rows.push(Vec::new()),
            "table-cell" => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(String::new());
                }
            }
            "note-body" => self.notes.push(String::new()),
            "page" => self.start_slide(),
            "notes" if self.slides > 0 => self.extracted.text.push_str("Notes:\n"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "h" | "p" => self.end_paragraph(),
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-row" => self.end_row(),
            "table" if self.rows.is_empty() => self.extracted.text.push('\n'),
            "note-body" => {
                if let Some(note) = self.notes.pop() {
                    self.push(&format!(" [{}]", note.trim()));
                }
            }
            "notes" => {
                let text = &mut self.extracted.text;
                let kept = text.strip_suffix("Notes:\n").map_or(text.len(), str::len);
                text.truncate(kept);
            }
            _ => {}
        }
    }

    fn start_slide(&mut self) {
        self.slides += 1;
        let text = &mut self.extracted.text;
        if self.slides > 1 {
            text.truncate(text.trim_end_matches('\n').len());
            text.push_str(PAGE_BREAK);
        }
        self.extracted.sections.push(Section {
            start: text.len(),
            label: SectionLabel::Named(format!("slide {}", self.slides)),
        });
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(Paragraph { text, level }) = self.open.pop() else {
            return;
        };
        let joined = |into: &mut String| {
            if !into.is_empty() && !text.is_empty() {
                into.push(' ');
            }
            into.push_str(&text.replace('\n', " "));
        };
        if let Some(note) = self.notes.last_mut() {
            joined(note);
        } else if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            joined(cell);
        } else if !text.trim().is_empty() {
            let all = &mut self.extracted.text;
            if level > 0 {
                all.push_str(&"#".repeat(level));
                all.push(' ');
            } else if self.lists > 0 {
                all.push_str(&"  ".repeat(self.lists - 1));
                all.push_str("- ");
            }
            all.push_str(&text);
            all.push_str(if self.slides > 0 || self.lists > 0 {
                "\n"
            } else {
                "\n\n"
            });
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        let row = format!("| {} |", row.join(" | "));
        match self.rows.last_mut().and_then(|outer| outer.last_mut()) {
            Some(cell) => cell.push_str(&row),
            None => {
                self.extracted.text.push_str(&row);
                self.extracted.text.push('\n');
            }
        }
    }
}
