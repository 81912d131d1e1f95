//! Extracts the chapters of EPUB in the order of its spine.

use std::collections::{HashMap, HashSet};

use crate::error::ExtractError;
use crate::html;
use crate::parts::Parts;
use crate::xml::{Node, attribute, parent, resolve, walk};
use crate::{Extracted, Limits, PAGE_BREAK, Section, SectionLabel};

/// The maximum number of characters of a title in a citation.
const TITLE_CHARS: usize = 60;

pub(crate) fn extract(bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let mut parts = Parts::open(bytes, "EPUB", limits)?;
    let container = parts.require("META-INF/container.xml")?;
    let mut package = None;
    walk(&container, &mut |node| {
        if let (Node::Start("rootfile", start), None) = (node, &package) {
            package = attribute(start, "full-path");
        }
    })?;
    let package = package.ok_or_else(|| ExtractError::damaged("META-INF/container.xml names no package"))?;
    let chapters = spine(&parts.require(&package)?, parent(&package))?;
    let locked = encrypted(&mut parts)?;
    let mut extracted = Extracted::default();
    let mut names = HashSet::new();
    let mut number = 0;
    for chapter in chapters {
        if locked.contains(&chapter) {
            return Err(ExtractError::Locked);
        }
        let Some(content) = parts.read(&chapter)? else { continue };
        let text = html::extract(&content)?.text;
        if text.trim().is_empty() {
            continue;
        }
        number += 1;
        if !extracted.text.is_empty() {
            extracted.text.push_str(PAGE_BREAK);
        }
        let name = title(&text).unwrap_or_else(|| format!("part {number}"));
        // A title that repeats is followed by the number of the part.
        let label = if names.insert(name.clone()) {
            name
        } else {
            format!("{name} (part {number})")
        };
        extracted.sections.push(Section {
            start: extracted.text.len(),
            label: SectionLabel::Named(label),
        });
        extracted.text.push_str(&text);
    }
    Ok(extracted)
}

/// Returns the files of the chapters in reading order.
fn spine(package: &[u8], folder: &str) -> Result<Vec<String>, ExtractError> {
    let mut files = HashMap::new();
    let mut order = Vec::new();
    walk(package, &mut |node| match node {
        Node::Start("item", start) => {
            if let (Some(id), Some(file)) = (attribute(start, "id"), attribute(start, "href")) {
                files.insert(id, resolve(folder, &decoded(&file)));
            }
        }
        Node::Start("itemref", start) => order.extend(attribute(start, "idref")),
        _ => {}
    })?;
    Ok(order.iter().filter_map(|id| files.remove(id)).collect())
}

/// Returns the members that are encrypted. Fonts may be, in a book that is readable.
fn encrypted(parts: &mut Parts) -> Result<HashSet<String>, ExtractError> {
    let mut found = HashSet::new();
    if let Some(xml) = parts.read("META-INF/encryption.xml")? {
        walk(&xml, &mut |node| {
            if let Node::Start("CipherReference", start) = node {
                found.extend(attribute(start, "URI").map(|file| resolve("", &decoded(&file))));
            }
        })?;
    }
    Ok(found)
}

/// Returns the first heading of a chapter.
fn title(text: &str) -> Option<String> {
    let heading = text.lines().find(|line| line.starts_with('#'))?;
    let words = heading.trim_start_matches('#').replace(['*', '`'], "");
    let title: String = words.trim().chars().take(TITLE_CHARS).collect();
    (!title.is_empty()).then_some(title)
}

/// Decodes `%20` and the like in a reference.
fn decoded(reference: &str) -> String {
    let mut bytes = Vec::with_capacity(reference.len());
    let mut rest = reference.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_references_are_plain_text() {
        assert_eq!(title("text\n\n## *The* roof\n"), Some("The roof".to_owned()));
        assert_eq!(title("no heading"), None);
        assert_eq!(decoded("a%20b%C3%B6%zz%"), "a bö%zz%");
    }
}
