//! Converts HTML to Markdown. Headings, lists, links and tables are kept; scripts and styles are
//! dropped.

use html2text::render::TextDecorator;

use crate::Extracted;
use crate::error::ExtractError;

/// The line width in columns. It exceeds any paragraph, so that paragraphs aren't wrapped.
const WIDTH: usize = 1 << 20;

/// The maximum nesting depth, beyond that of any real page. Layout time is quadratic in the depth.
const DEEPEST: usize = 1_000;

pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    if is_too_deep(bytes) {
        return Err(ExtractError::damaged(format!(
            "tags are nested more than {DEEPEST} levels deep"
        )));
    }
    let rendered = html2text::config::with_decorator(Markdown { targets: Vec::new() })
        .allow_width_overflow()
        .no_table_borders()
        .no_link_wrapping()
        .string_from_read(bytes, WIDTH)
        .map_err(ExtractError::damaged)?;
    let mut text = String::with_capacity(rendered.len());
    for line in rendered.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Ok(Extracted {
        text,
        sections: Vec::new(),
    })
}

/// Returns `true` if tags that require an end tag are nested too deep. It counts tags instead of
/// parsing, because a parser may keep a tag open for longer than its author intended.
fn is_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == b'<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let is_end = rest.first() == Some(&b'/');
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        let len = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = name.get(..len).unwrap_or_default().to_ascii_lowercase();
        match name.as_slice() {
            b"" => {}
            name if NEVER_DEEP.contains(&name) => {}
            _ if is_end => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// The tags without an end tag, or whose end tag is optional.
const NEVER_DEEP: [&[u8]; 28] = [
    b"area",
    b"base",
    b"body",
    b"br",
    b"col",
    b"colgroup",
    b"dd",
    b"dt",
    b"embed",
    b"head",
    b"hr",
    b"html",
    b"img",
    b"input",
    b"li",
    b"link",
    b"meta",
    b"option",
    b"p",
    b"param",
    b"source",
    b"tbody",
    b"td",
    b"tfoot",
    b"th",
    b"thead",
    b"tr",
    b"wbr",
];

/// The Markdown syntax of inline elements.
struct Markdown {
    /// The targets of the open links, outermost first.
    targets: Vec<String>,
}

impl TextDecorator for Markdown {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        self.targets.push(url.to_owned());
        ("[".to_owned(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        format!("]({})", self.targets.pop().unwrap_or_default())
    }

    fn decorate_em_start(&self) -> (String, ()) {
        ("*".to_owned(), ())
    }

    fn decorate_em_end(&self) -> String {
        "*".to_owned()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        ("**".to_owned(), ())
    }

    fn decorate_strong_end(&self) -> String {
        "**".to_owned()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        ("~~".to_owned(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        "~~".to_owned()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        ("`".to_owned(), ())
    }

    fn decorate_code_end(&self) -> String {
        "`".to_owned()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _: &str, title: &str) -> (String, ()) {
        (format!("[{title}]"), ())
    }

    fn header_prefix(&self, level: usize) -> String {
        "#".repeat(level) + " "
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        Self { targets: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_page_is_extracted_as_markdown() {
        let page = "<html><head><title>T</title><style>p{}</style></head><body><h1>Größe</h1>\
            <p>One <b>bold</b>, <i>two</i> and <a href='/x?a=1'>a link</a>.</p><ul><li>first<li>second</ul><hr>\
            <table><tr><th>Name<th>Sum<tr><td>Ada<td>1,200<tr><td>Grace Hopper<td>3</table>\
            <pre>if x:\n    y</pre><blockquote>said</blockquote><img src=x.png alt='a chart'>\
            <script>var x = 1;</script></body></html>";
        insta::assert_snapshot!(extract(page.as_bytes()).expect("it is HTML").text);
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
        let text = extract(nested(DEEPEST).as_bytes()).map(|extracted| extracted.text);
        assert_eq!(text.as_deref(), Ok("x\n"));
        let refused = extract(nested(DEEPEST + 1).as_bytes());
        assert_eq!(
            refused,
            Err(ExtractError::damaged("tags are nested more than 1000 levels deep"))
        );
        let paragraphs = "<p>One<br>line".repeat(5_000);
        assert!(extract(paragraphs.as_bytes()).is_ok(), "paragraphs need no end");
    }
}
