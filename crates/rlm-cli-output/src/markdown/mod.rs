//! Renders the Markdown of an answer for a terminal.
//!
//! Models answer in Markdown. A text without any Markdown is shown unchanged, and nothing of a text
//! is dropped: links keep their target, HTML is shown as text, and a line end of the text stays one,
//! since answers of programs are often lists of lines.

mod inline;
mod table;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use self::inline::{Inline, Style};
use self::table::Table;
use crate::console::{Console, Stream, Tone};
use crate::text::visible;

/// The maximum width of prose, which is hard to read in longer lines.
const MOST_COLUMNS: usize = 100;
/// The minimum width of prose, however deep it is nested.
const LEAST_COLUMNS: usize = 16;

/// Returns an answer for a terminal of some columns: its Markdown with colours and wrapped lines, or
/// the text itself if it has no Markdown. Control characters are escaped.
pub fn rendered(answer: &str, columns: usize, console: Console) -> String {
    if !has_markdown(answer) {
        return visible(answer).into_owned();
    }
    let mut renderer = Renderer {
        console,
        columns: columns.min(MOST_COLUMNS),
        table_columns: columns,
        out: String::new(),
        prefixes: Vec::new(),
        lists: Vec::new(),
        inline: Inline::default(),
        table: None,
        code: None,
        is_first: true,
        is_tight: false,
    };
    for (event, range) in Parser::new_ext(answer, options()).into_offset_iter() {
        let source = answer.get(range).unwrap_or_default();
        renderer.event(event, source);
    }
    renderer.flush();
    renderer.out
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Returns `true` if a text has any construct of Markdown besides paragraphs. JSON has none.
fn has_markdown(answer: &str) -> bool {
    let is_json =
        answer.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(answer).is_ok();
    !is_json
        && Parser::new_ext(answer, options()).any(|event| {
            !matches!(
                event,
                Event::Start(Tag::Paragraph | Tag::HtmlBlock)
                    | Event::End(TagEnd::Paragraph | TagEnd::HtmlBlock)
                    | Event::Text(_)
                    | Event::SoftBreak
                    | Event::Html(_)
                    | Event::InlineHtml(_)
            )
        })
}

/// The beginning of the lines of a block: that of its first line, and that of the others.
struct Prefix {
    first: String,
    rest: String,
    is_used: bool,
}

struct Renderer {
    console: Console,
    columns: usize,
    /// The width of tables, which may be wider than prose.
    table_columns: usize,
    out: String,
    prefixes: Vec<Prefix>,
    /// The number of the next item of each open list; `None` if its items have bullets.
    lists: Vec<Option<u64>>,
    inline: Inline,
    table: Option<Table>,
    /// The text of an open code block.
    code: Option<String>,
    /// Whether nothing was written yet.
    is_first: bool,
    /// Whether the next block follows without an empty line.
    is_tight: bool,
}

impl Renderer {
    fn toned(&self, tone: Tone, text: &str) -> String {
        self.console.toned(Stream::Output, tone, text)
    }

    fn event(&mut self, event: Event<'_>, source: &str) {
        match event {
            Event::Start(tag) => self.start(tag, source),
            Event::End(tag) => self.end(tag, source),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.inline.push(&text),
            },
            Event::Code(code) => {
                let is_code = std::mem::replace(&mut self.inline.style.is_code, true);
                // Without colours, the marks show what is code.
                let shown = if self.console.has_color_on(Stream::Output) {
                    &*code
                } else {
                    source
                };
                self.inline.push(shown);
                self.inline.style.is_code = is_code;
            }
            Event::Html(html) | Event::InlineHtml(html) => self.inline.push(&html),
            Event::SoftBreak | Event::HardBreak => self.inline.push("\n"),
            Event::Rule => {
                let width = self.room().min(40);
                let rule = if self.console.is_plain() { "-" } else { "─" };
                let line = self.toned(Tone::Muted, &rule.repeat(width));
                self.block(vec![line]);
            }
            Event::TaskListMarker(is_done) => self.inline.push(if is_done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.inline.push(source),
        }
    }

    fn start(&mut self, tag: Tag<'_>, source: &str) {
        match tag {
            Tag::Heading { .. } => self.inline.style.is_strong = true,
            Tag::BlockQuote(_) => {
                self.flush();
                let mark = if self.console.is_plain() { "> " } else { "│ " };
                let mark = self.toned(Tone::Muted, mark);
                self.prefixes.push(Prefix {
                    first: mark.clone(),
                    rest: mark,
                    is_used: false,
                });
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(language) if self.console.is_plain() => language.to_string(),
                    _ => String::new(),
                };
                self.code = Some(language);
                if let Some(code) = self.code.as_mut().filter(|code| !code.is_empty()) {
                    code.push_str(":\n");
                }
            }
            Tag::List(first) => {
                self.flush();
                self.is_tight |= !self.lists.is_empty();
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.emphasis(&tag, source, true),
            Tag::Table(alignments) => {
                self.flush();
                self.table = Some(Table::new(alignments));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, source: &str) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => {
                self.flush();
                self.inline.style = Style::default();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.prefixes.pop();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.is_tight = false;
            }
            TagEnd::Item => {
                self.flush();
                self.prefixes.pop();
                self.is_tight = true;
            }
            TagEnd::Emphasis => self.emphasis(&Tag::Emphasis, source, false),
            TagEnd::Strong => self.emphasis(&Tag::Strong, source, false),
            TagEnd::Strikethrough => self.emphasis(&Tag::Strikethrough, source, false),
            TagEnd::Link | TagEnd::Image => self.end_link(source),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                if let Some(table) = &mut self.table {
                    table.cell(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.end_row();
                }
            }
            TagEnd::Table => self.end_table(),
            TagEnd::HtmlBlock => self.flush(),
            _ => {}
        }
    }

    /// Starts an item of the innermost list.
    fn item(&mut self) {
        self.flush();
        let bullet = if self.console.is_plain() { "-" } else { "•" };
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            _ => format!("{bullet} "),
        };
        self.prefixes.push(Prefix {
            rest: " ".repeat(mark.chars().count()),
            first: mark,
            is_used: false,
        });
    }

    /// Changes the style of what follows. Underscores stay, since they may be part of a name.
    fn emphasis(&mut self, tag: &Tag<'_>, source: &str, is_start: bool) {
        let marks = match tag {
            Tag::Emphasis => "_",
            Tag::Strong => "__",
            _ => "",
        };
        if !marks.is_empty() && source.starts_with(marks) {
            self.inline.push(marks);
            return;
        }
        let style = &mut self.inline.style;
        match tag {
            Tag::Emphasis => style.is_emphasized = is_start,
            Tag::Strong => style.is_strong = is_start,
            _ => style.is_struck = is_start,
        }
    }

    /// Adds the target of a link behind its text, if the text is not the target.
    fn end_link(&mut self, source: &str) {
        let target = source
            .rsplit_once("](")
            .and_then(|(_, target)| target.strip_suffix(')'));
        if let Some(target) = target {
            self.inline.push(&format!(" ({target})"));
        }
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let lines = code.lines().map(|line| {
            let line = visible(line).replace('\t', "    ");
            format!("    {}", self.console.painted_on(Stream::Output, inline::CODE, &line))
        });
        let lines = lines.collect();
        self.block(lines);
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let room = self.table_columns.saturating_sub(self.prefix_columns());
        let lines = table.lines(room.max(LEAST_COLUMNS), self.console);
        self.block(lines);
    }

    /// Writes the inline text so far as a block, wrapped to the width.
    fn flush(&mut self) {
        if self.inline.is_empty() {
            return;
        }
        let inline = std::mem::take(&mut self.inline);
        self.inline.style = inline.style;
        let lines = inline.wrapped(self.room(), self.console);
        self.block(lines);
    }

    fn block(&mut self, lines: Vec<String>) {
        if !self.is_first && !std::mem::take(&mut self.is_tight) {
            let rest: String = self
                .prefixes
                .iter()
                .filter(|prefix| prefix.is_used)
                .map(|prefix| prefix.rest.as_str())
                .collect();
            self.out.push_str(rest.trim_end());
            self.out.push('\n');
        }
        self.is_first = false;
        for line in lines {
            for prefix in &mut self.prefixes {
                let begin = if std::mem::replace(&mut prefix.is_used, true) {
                    &prefix.rest
                } else {
                    &prefix.first
                };
                self.out.push_str(begin);
            }
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    fn room(&self) -> usize {
        self.columns.saturating_sub(self.prefix_columns()).max(LEAST_COLUMNS)
    }

    fn prefix_columns(&self) -> usize {
        self.prefixes.iter().map(|prefix| inline::columns(&prefix.rest)).sum()
    }
}

/// Returns the alignment of a column, left if the text doesn't say.
fn alignment(alignments: &[Alignment], column: usize) -> Alignment {
    alignments.get(column).copied().unwrap_or(Alignment::None)
}

#[cfg(test)]
mod tests;
