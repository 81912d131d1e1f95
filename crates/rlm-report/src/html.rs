//! An HTML writer. Only literals of this crate are written unescaped: methods that write markup
//! take `&'static str`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sift_text::is_terminal_control;

use crate::bounds::PageBudget;
use crate::figures::counted;

/// The HTML markup written so far, and the budget of content for the rest of the page.
#[derive(Debug, Default)]
pub(crate) struct Html {
    markup: String,
    /// The anchors written so far.
    anchors: BTreeSet<String>,
    pub(crate) budget: PageBudget,
}

/// An HTML attribute: its name and its unescaped value.
pub(crate) type Attribute<'a> = (&'static str, &'a str);

impl Html {
    /// Creates a writer of a part of the page that precedes `part` and may link into it.
    pub(crate) fn before(part: &mut Self) -> Self {
        Self {
            markup: String::new(),
            anchors: part.anchors.clone(),
            budget: std::mem::take(&mut part.budget),
        }
    }

    /// Writes a part of the page that was written earlier.
    pub(crate) fn append(&mut self, part: &Self) {
        self.markup.push_str(&part.markup);
    }

    /// Writes literal markup without escaping it.
    pub(crate) fn markup(&mut self, literal: &'static str) {
        self.markup.push_str(literal);
    }

    /// Writes text, with HTML markup escaped.
    pub(crate) fn text(&mut self, text: &str) {
        escape(text, &mut self.markup);
    }

    /// Writes an HTML element with a class, or without one if `class` is empty. `fill` writes its
    /// content.
    pub(crate) fn element(&mut self, tag: &'static str, class: &'static str, fill: impl FnOnce(&mut Self)) {
        self.with(tag, &[("class", class)], fill);
    }

    /// Writes an HTML element with attributes. `fill` writes its content. An empty class is
    /// omitted.
    pub(crate) fn with(&mut self, tag: &'static str, attributes: &[Attribute<'_>], fill: impl FnOnce(&mut Self)) {
        self.open(tag, attributes);
        fill(self);
        self.close(tag);
    }

    /// Writes the closing tag of an HTML element.
    pub(crate) fn close(&mut self, tag: &'static str) {
        self.markup.push_str("</");
        self.markup.push_str(tag);
        self.markup.push('>');
    }

    /// Writes an HTML element that has a class and holds only text.
    pub(crate) fn label(&mut self, tag: &'static str, class: &'static str, text: &str) {
        self.element(tag, class, |html| html.text(text));
    }

    /// Writes the opening tag of an HTML element.
    pub(crate) fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.markup.push('<');
        self.markup.push_str(tag);
        for (name, value) in attributes.iter().filter(|attribute| **attribute != ("class", "")) {
            let _ = write!(self.markup, " {name}=\"");
            escape(value, &mut self.markup);
            self.markup.push('"');
            if *name == "id" {
                self.anchors.insert((*value).to_owned());
            }
        }
        self.markup.push('>');
    }

    /// Writes a link to an anchor of the page.
    pub(crate) fn link(&mut self, place: &str, fill: impl FnOnce(&mut Self)) {
        let target = format!("#{place}");
        self.with("a", &[("href", &target)], fill);
    }

    /// Writes a link to an anchor of the page, or just its content if nothing written so far has the
    /// anchor.
    pub(crate) fn link_if_shown(&mut self, place: &str, fill: impl FnOnce(&mut Self)) {
        if self.anchors.contains(place) {
            self.link(place, fill);
        } else {
            fill(self);
        }
    }

    /// Writes a link of a chart to an anchor of the page, or just its content if nothing written so
    /// far has the anchor. Keyboards reach the same anchors by the lists of steps and calls.
    pub(crate) fn chart_link(&mut self, place: &str, fill: impl FnOnce(&mut Self)) {
        if self.anchors.contains(place) {
            let target = format!("#{place}");
            self.with("a", &[("href", &target), ("tabindex", "-1")], fill);
        } else {
            fill(self);
        }
    }

    /// Returns whether something written so far has an anchor.
    pub(crate) fn has_anchor(&self, place: &str) -> bool {
        self.anchors.contains(place)
    }

    /// Writes a `<details>` element: `handle` writes its summary line and `fill` its content.
    pub(crate) fn details(
        &mut self,
        class: &'static str,
        is_open: bool,
        handle: impl FnOnce(&mut Self),
        fill: impl FnOnce(&mut Self),
    ) {
        let attributes: &[Attribute<'_>] = &[("class", class), ("open", "")];
        let attributes = attributes.get(..if is_open { 2 } else { 1 }).unwrap_or_default();
        self.with("details", attributes, |html| {
            html.with("summary", &[], handle);
            fill(html);
        });
    }

    /// Writes quoted text: all of it, or its head and its tail if it has more than `most`
    /// characters, or nothing if the page is full. Reports the number of omitted characters.
    pub(crate) fn quote(&mut self, text: &str, most: usize) {
        let before = self.markup.len();
        let (head, left_out, tail) = cut(text, most.min(self.budget.left()));
        self.text(head);
        if left_out > 0 {
            let what = format!("… {} left out …", counted(left_out, "character"));
            self.label("span", "cut", &what);
            self.budget.note_left_out(left_out);
        }
        self.text(tail);
        self.budget.take(self.markup.len().saturating_sub(before));
    }

    /// Returns all markup that was written.
    pub(crate) fn finish(self) -> String {
        self.markup
    }
}

/// Cuts the middle out of a text of more than `most` characters. Three quarters of the rest are its
/// head.
fn cut(text: &str, most: usize) -> (&str, usize, &str) {
    let chars = if text.len() <= most { 0 } else { text.chars().count() };
    if chars <= most {
        return (text, 0, "");
    }
    let (head, tail) = (most - most / 4, most / 4);
    let at = |index: usize| text.char_indices().nth(index).map_or(text.len(), |(at, _)| at);
    let (head, rest) = text.split_at_checked(at(head)).unwrap_or((text, ""));
    let from = at(chars - tail).saturating_sub(head.len());
    (head, chars - most, rest.get(from..).unwrap_or_default())
}

/// Escapes HTML markup. Makes characters visible that a browser would interpret or hide: control
/// characters and bidirectional overrides.
fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(char),
            // The Unicode symbols of control characters are in the same order.
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(char))),
            '\u{7f}' => out.push('\u{2421}'),
            obeyed if is_terminal_control(obeyed) => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(obeyed));
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut html = Html::default();
        html.text(text);
        html.finish()
    }

    #[test]
    fn html_text_and_attributes_are_escaped() {
        assert_eq!(
            escaped("<b a=\"1\" c='2'>&amp;</b>"),
            "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;"
        );
        assert_eq!(escaped("a\0\u{1b}[31m\r\n\t\u{7f}\u{9b}"), "a␀␛[31m␍\n\t␡⟨U+009B⟩");
        assert_eq!(escaped("ab\u{202e}cd\u{2069}"), "ab⟨U+202E⟩cd⟨U+2069⟩");
        let mut html = Html::default();
        html.with("a", &[("title", "\"><script>")], |html| html.text("x"));
        assert_eq!(html.finish(), "<a title=\"&quot;&gt;&lt;script&gt;\">x</a>");
    }

    #[test]
    fn omitted_text_is_noted_and_counted() {
        let quoted = |text: &str, most| {
            let mut html = Html::default();
            html.quote(text, most);
            (html.budget.left_out(), html.finish())
        };
        assert_eq!(quoted("größer", 6), (0, "größer".to_owned()));
        assert_eq!(
            quoted("größer als", 8),
            (
                2,
                "größer<span class=\"cut\">… 2 characters left out …</span>ls".to_owned()
            )
        );
        let mut html = Html::default();
        let text = "x".repeat(1 << 20);
        for _ in 0..100 {
            html.quote(&text, usize::MAX);
        }
        assert!(html.budget.left_out() > 90 << 20);
        assert!(html.finish().len() < 8 << 20);
    }
}
