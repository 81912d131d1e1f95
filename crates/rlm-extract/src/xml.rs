//! XML of office documents.

use quick_xml::events::BytesRef;
#[cfg(any(feature = "epub", feature = "odf", feature = "pptx"))]
#[cfg_attr(
    not(all(feature = "epub", feature = "pptx")),
    allow(unused_imports, reason = "not every format has references")
)]
pub(crate) use walking::{Node, attribute, parent, resolve, walk};

/// Resolves a reference such as `&amp;` or `&#228;`. Unknown references are kept.
pub(crate) fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(char)) = reference.resolve_char_ref() {
        return char.to_string();
    }
    let name: &str = reference;
    quick_xml::escape::resolve_predefined_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}

#[cfg(any(feature = "epub", feature = "odf", feature = "pptx"))]
#[cfg_attr(
    not(all(feature = "epub", feature = "odf", feature = "pptx")),
    allow(dead_code, reason = "what a format uses depends on the features")
)]
mod walking {
    use quick_xml::Reader;
    use quick_xml::events::{BytesStart, Event};

    use super::resolved;
    use crate::error::ExtractError;

    /// A step through an XML document. Names are local: without their prefixes.
    pub(crate) enum Node<'a> {
        Start(&'a str, &'a BytesStart<'a>),
        End(&'a str),
        Text(&'a str),
    }

    /// Visits elements and texts in their order. An empty element has a start and an end.
    pub(crate) fn walk(xml: &[u8], visit: &mut dyn FnMut(Node<'_>)) -> Result<(), ExtractError> {
        let xml = String::from_utf8_lossy(xml);
        let mut reader = Reader::from_str(&xml);
        reader.config_mut().check_end_names = false;
        let mut open = 0_usize;
        loop {
            let event = reader
                .read_event()
                .map_err(|error| ExtractError::damaged(format!("invalid XML: {error}")))?;
            match event {
                Event::Start(start) => {
                    open += 1;
                    visit(Node::Start(start.local_name().as_ref(), &start));
                }
                Event::Empty(start) => {
                    visit(Node::Start(start.local_name().as_ref(), &start));
                    visit(Node::End(start.local_name().as_ref()));
                }
                Event::End(end) => {
                    open = open.saturating_sub(1);
                    visit(Node::End(end.local_name().as_ref()));
                }
                Event::Text(text) => visit(Node::Text(&text)),
                Event::CData(data) => visit(Node::Text(&data)),
                Event::GeneralRef(reference) => visit(Node::Text(&resolved(&reference))),
                Event::Eof if open > 0 => return Err(ExtractError::damaged("truncated XML")),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Returns the value of the attribute with this local name.
    pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
        let mut attributes = start.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        let unescaped = quick_xml::escape::unescape(&found.value).map(std::borrow::Cow::into_owned);
        Some(unescaped.unwrap_or_else(|_| found.value.clone().into_owned()))
    }

    /// Returns the folder of a member: `ppt/slides` for `ppt/slides/slide1.xml`.
    pub(crate) fn parent(name: &str) -> &str {
        name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Resolves a reference from a folder of an archive, such as `../media/a.xml`.
    pub(crate) fn resolve(folder: &str, target: &str) -> String {
        let (folder, target) = match target.strip_prefix('/') {
            Some(target) => ("", target),
            None => (folder, target),
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in folder.split('/').chain(target.split('/')) {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn references_are_resolved_within_the_archive() {
            assert_eq!(resolve("ppt/slides", "../notesSlides/n.xml"), "ppt/notesSlides/n.xml");
            assert_eq!(resolve("OEBPS", "/a/./b.xhtml"), "a/b.xhtml");
            assert_eq!(resolve("", "../../etc/passwd"), "etc/passwd");
            assert_eq!(parent("content.opf"), "");
        }
    }
}
