//! Extracts text from Word's DOCX: a ZIP archive with paragraphs, text runs and tables as XML.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::error::ExtractError;
use crate::parts::Parts;
use crate::xml::resolved;
use crate::{Extracted, Limits};

/// The archive members that contain text, in reading order.
const MAIN: &str = "word/document.xml";
const NOTES: [&str; 2] = ["word/footnotes.xml", "word/endnotes.xml"];

pub(crate) fn extract(bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let mut parts = Parts::open(bytes, "DOCX", limits)?;
    let mut writer = Writer::default();
    writer.read(&parts.require(MAIN)?)?;
    for name in NOTES {
        if let Some(notes) = parts.read(name)? {
            writer.read(&notes)?;
        }
    }
    Ok(Extracted {
        text: writer.finish(),
        sections: Vec::new(),
    })
}

/// Builds the text: paragraphs are lines with an empty line between them, table rows are single
/// lines.
#[derive(Default)]
struct Writer {
    text: String,
    /// The text of the current paragraph so far.
    paragraph: String,
    /// The Markdown prefix of the paragraph's style: `# ` for a heading, `- ` for a list item.
    mark: String,
    /// The cells of the open rows, outermost first; tables can be nested.
    rows: Vec<Vec<String>>,
}

impl Writer {
    fn read(&mut self, xml: &[u8]) -> Result<(), ExtractError> {
        let xml = String::from_utf8_lossy(xml);
        let mut reader = Reader::from_str(&xml);
        reader.config_mut().check_end_names = false;
        let mut in_text = false;
        let mut deleted = 0_usize;
        let mut open = 0_usize;
        loop {
            let event = reader
                .read_event()
                .map_err(|error| ExtractError::damaged(format!("invalid XML: {error}")))?;
            match &event {
                Event::Start(_) => open += 1,
                Event::End(_) => open = open.saturating_sub(1),
                Event::Eof if open > 0 => return Err(ExtractError::damaged("truncated XML")),
                _ => {}
            }
            match event {
                Event::Start(start) => match start.local_name().as_ref() {
                    "t" => in_text = deleted == 0,
                    "del" | "moveFrom" => deleted += 1,
                    _ => self.start(&start),
                },
                Event::Empty(start) => self.start(&start),
                Event::Text(text) if in_text => self.paragraph.push_str(&text),
                Event::GeneralRef(reference) if in_text => self.paragraph.push_str(&resolved(&reference)),
                Event::CData(data) if in_text => self.paragraph.push_str(&data),
                Event::End(end) => match end.local_name().as_ref() {
                    "t" => in_text = false,
                    "del" | "moveFrom" => deleted = deleted.saturating_sub(1),
                    "p" => self.end_paragraph(),
                    "tc" => self.end_cell(),
                    "tr" => self.end_row(),
                    "tbl" if self.rows.is_empty() => self.text.push('\n'),
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            "tab" => self.paragraph.push('\t'),
            "br" | "cr" => self.paragraph.push('\n'),
            "noBreakHyphen" => self.paragraph.push('-'),
            "pStyle" => {
                let style = start
                    .attributes()
                    .flatten()
                    .find(|attribute| attribute.key.local_name().as_ref() == "val");
                let style = style.map(|style| style.value.into_owned()).unwrap_or_default();
                if let Some(level) = heading(&style) {
                    self.mark = "#".repeat(level) + " ";
                }
            }
            "numPr" if self.mark.is_empty() => "- ".clone_into(&mut self.mark),
            "tr" => self.rows.push(vec![String::new()]),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let mark = std::mem::take(&mut self.mark);
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            if !cell.is_empty() && !paragraph.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&paragraph.replace('\n', " "));
        } else if !paragraph.trim().is_empty() {
            self.text.push_str(&mark);
            self.text.push_str(&paragraph);
            self.text.push_str("\n\n");
        }
    }

    fn end_cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(String::new());
        }
    }

    fn end_row(&mut self) {
        let Some(mut row) = self.rows.pop() else { return };
        // Each cell's end starts a new cell, so the last one is surplus.
        row.pop();
        let row = format!("| {} |", row.join(" | "));
        match self.rows.last_mut().and_then(|outer| outer.last_mut()) {
            Some(cell) => cell.push_str(&row),
            None => {
                self.text.push_str(&row);
                self.text.push('\n');
            }
        }
    }

    fn finish(self) -> String {
        let mut text = self.text;
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }
}

/// Returns the level of a heading style, such as `Heading2` or `heading 2`. German Word drops
/// the umlaut in `berschrift2`.
fn heading(style: &str) -> Option<usize> {
    let lower = style.to_lowercase();
    if lower == "title" {
        return Some(1);
    }
    let is_heading = lower.starts_with("heading") || lower.contains("berschrift") || lower.starts_with("titre");
    let level = lower.chars().next_back()?.to_digit(10)?;
    (is_heading && (1..=6).contains(&level)).then_some(level as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_styles_map_to_levels() {
        assert_eq!(
            ["Heading1", "berschrift3", "Title", "ListParagraph"].map(heading),
            [Some(1), Some(3), Some(1), None]
        );
    }
}
