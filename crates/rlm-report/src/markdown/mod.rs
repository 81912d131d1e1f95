//! Renders Markdown as HTML from a fixed set of elements. Raw HTML is shown as text, links are
//! shown as text with their address, and images as their description.
//!
//! Ranges of the Markdown text can be marked. A mark keeps its place whatever markup it crosses.

mod marks;
#[cfg(test)]
mod tests;

use std::ops::Range;

use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag};

pub(crate) use self::marks::{Mark, MarkKind, Marks};
use crate::html::Html;

/// The maximum nesting depth of elements. Deeper ones are omitted, but not their text.
const DEPTH: usize = 32;

/// Renders a Markdown text. Line breaks within paragraphs are kept.
pub(crate) fn render(html: &mut Html, text: &str, marks: &[Mark]) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events: Vec<(Event<'_>, Range<usize>)> = Parser::new_ext(text, options).into_offset_iter().collect();
    let pieces: Vec<Option<Range<usize>>> = events
        .iter()
        .map(|(event, range)| visible(event, range, text))
        .collect();
    let mut renderer = Renderer {
        html,
        marks: Marks::of(marks, text, pieces.iter().flatten()),
        open: Vec::new(),
        columns: Vec::new(),
        column: 0,
        link: None,
    };
    for ((event, _), piece) in events.into_iter().zip(pieces) {
        renderer.event(event, piece);
    }
    renderer.marks.finish(renderer.html);
}

/// Renders a text that is not Markdown, with its line breaks and spaces.
pub(crate) fn render_plain(html: &mut Html, text: &str, marks: &[Mark]) {
    let whole = 0..text.len();
    let mut marks = Marks::of(marks, text, [&whole]);
    html.element("pre", "plain", |html| marks.write(html, text, &whole));
    marks.finish(html);
}

/// Returns the range of the Markdown text that an event shows, if it shows any. The range is
/// exactly the shown text unless that contains escapes or entities.
fn visible(event: &Event<'_>, range: &Range<usize>, text: &str) -> Option<Range<usize>> {
    match event {
        Event::Text(_) | Event::Html(_) | Event::InlineHtml(_) => Some(range.clone()),
        Event::Code(code) => {
            let at = text.get(range.clone())?.find(&**code);
            Some(at.map_or_else(|| range.clone(), |at| range.start + at..range.start + at + code.len()))
        }
        _ => None,
    }
}

struct Renderer<'r, 'm> {
    html: &'r mut Html,
    marks: Marks<'m>,
    /// The elements that are open, inner ones last: the tags that close each one.
    open: Vec<&'static [&'static str]>,
    /// The alignments of the columns of the table that is open.
    columns: Vec<Alignment>,
    column: usize,
    /// The address of the link or image that is open, and the text that it has so far.
    link: Option<(String, String)>,
}

impl Renderer<'_, '_> {
    fn event(&mut self, event: Event<'_>, piece: Option<Range<usize>>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text, piece),
            Event::Code(code) => {
                self.html.open("code", &[]);
                self.text(&code, piece);
                self.html.close("code");
            }
            Event::SoftBreak | Event::HardBreak => self.html.open("br", &[]),
            Event::Rule => self.html.open("hr", &[]),
            Event::TaskListMarker(is_done) => self.html.text(if is_done { "☑ " } else { "☐ " }),
            // These extensions are not enabled.
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.html.text(&text);
            }
        }
    }

    fn text(&mut self, text: &str, piece: Option<Range<usize>>) {
        if let Some((_, label)) = &mut self.link {
            label.push_str(text);
        }
        match piece {
            Some(piece) => self.marks.write(self.html, text, &piece),
            None => self.html.text(text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if self.open.len() >= DEPTH {
            self.open.push(&[]);
            return;
        }
        let close: &'static [&'static str] = match tag {
            Tag::Paragraph => self.element("p", "", &["p"]),
            Tag::HtmlBlock => self.element("p", "verbatim", &["p"]),
            Tag::Heading { level, .. } => match level {
                HeadingLevel::H1 | HeadingLevel::H2 => self.element("h3", "", &["h3"]),
                HeadingLevel::H3 => self.element("h4", "", &["h4"]),
                _ => self.element("h5", "", &["h5"]),
            },
            Tag::BlockQuote(_) => self.element("blockquote", "", &["blockquote"]),
            Tag::CodeBlock(_) => {
                self.html.open("pre", &[("class", "output")]);
                self.element("code", "", &["code", "pre"])
            }
            Tag::List(None) => self.element("ul", "", &["ul"]),
            Tag::List(Some(1)) => self.element("ol", "", &["ol"]),
            Tag::List(Some(first)) => {
                self.html.open("ol", &[("start", &first.to_string())]);
                &["ol"]
            }
            Tag::Item => self.element("li", "", &["li"]),
            Tag::Table(columns) => {
                self.columns = columns;
                self.html.open("div", &[("class", "wide")]);
                self.element("table", "", &["tbody", "table", "div"])
            }
            Tag::TableHead => {
                self.column = 0;
                self.html.open("thead", &[]);
                // The body starts where the head ends.
                self.element("tr", "", &["tr", "thead", "<tbody"])
            }
            Tag::TableRow => {
                self.column = 0;
                self.element("tr", "", &["tr"])
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.element("em", "", &["em"]),
            Tag::Strong => self.element("strong", "", &["strong"]),
            Tag::Strikethrough => self.element("del", "", &["del"]),
            Tag::Link { dest_url, .. } => {
                self.link = Some((dest_url.into_string(), String::new()));
                &["<link"]
            }
            Tag::Image { dest_url, .. } => {
                self.html.text("[image: ");
                self.link = Some((dest_url.into_string(), String::new()));
                &["<image", "<link"]
            }
            // These extensions are not enabled.
            _ => &[],
        };
        self.open.push(close);
    }

    fn element(
        &mut self,
        tag: &'static str,
        class: &'static str,
        close: &'static [&'static str],
    ) -> &'static [&'static str] {
        self.html.open(tag, &[("class", class)]);
        close
    }

    fn cell(&mut self) -> &'static [&'static str] {
        let class = match self.columns.get(self.column) {
            Some(Alignment::Right) => "right",
            Some(Alignment::Center) => "center",
            _ => "",
        };
        self.column += 1;
        // Cells directly in the head are headings.
        if self.open.last().is_some_and(|row| row.contains(&"thead")) {
            self.element("th", class, &["th"])
        } else {
            self.element("td", class, &["td"])
        }
    }

    fn end(&mut self) {
        for close in self.open.pop().unwrap_or_default() {
            match *close {
                "<tbody" => self.html.open("tbody", &[]),
                "<image" => self.html.text("]"),
                "<link" => {
                    let link = self.link.take();
                    if let Some((address, _)) = link.filter(|(address, label)| !address.is_empty() && address != label)
                    {
                        self.html.label("span", "address", &format!(" ({address})"));
                    }
                }
                tag => self.html.close(tag),
            }
        }
    }
}
