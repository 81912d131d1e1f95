//! The output buffer of the printer: text, brackets, and possible line breaks.

use super::layout::Pieces;
use super::original::{Original, Place};

/// The state of the printer: the output, the current line and its indentation.
#[derive(Debug, Default)]
pub(super) struct Printer<'s> {
    /// The lines that are finished.
    pub(super) out: String,
    /// The logical line that is being printed.
    pub(super) line: Pieces,
    pub(super) indent: usize,
    /// The number of open f-strings around the current position, which determines the quotes.
    pub(super) quotes: usize,
    /// The number of open brackets in which a line may be broken.
    pub(super) brackets: usize,
    /// The number of closing parentheses printed last that belong to no span, such as those around
    /// operators.
    pub(super) closers: usize,
    /// The source text, if it is being formatted. `None` if a syntax tree is printed.
    pub(super) original: Option<Original<'s>>,
}

impl Printer<'_> {
    pub(super) fn push(&mut self, text: &str) {
        self.closers = 0;
        self.line.push(text);
    }

    /// Returns the current line without line breaks.
    pub(super) fn flat(&self) -> String {
        let mut out = String::new();
        self.line.write_flat(&mut out);
        out
    }

    /// Prints items separated by commas.
    pub(super) fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    /// Adds a possible line break, if the position is within brackets. `flat` is printed if the
    /// line isn't broken there. A comment before offset `next` forces the break.
    pub(super) fn may_break(&mut self, next: u32, flat: &'static str) {
        if self.brackets == 0 {
            return self.push(flat);
        }
        self.comments(next);
        self.line.may_break(flat);
    }

    /// Prints comma-separated items in brackets, each on its own line if they don't fit on one.
    pub(super) fn bracketed<T>(
        &mut self,
        brackets: Brackets,
        items: &[T],
        start: fn(&T) -> u32,
        each: fn(&mut Self, &T),
    ) {
        self.group(brackets, |p| {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    p.push(",");
                }
                p.may_break(start(item), if index > 0 { " " } else { "" });
                each(p, item);
            }
            if !items.is_empty() {
                p.line.when_broken(",");
            }
        });
    }

    /// Prints a pair of brackets and their content. The content starts with a possible line break.
    pub(super) fn group(&mut self, brackets: Brackets, print: impl FnOnce(&mut Self)) {
        self.line.open(brackets.forced);
        self.push(brackets.open);
        self.brackets += 1;
        self.line.indent();
        print(self);
        self.comments(brackets.end);
        self.line.dedent();
        self.line.may_break("");
        self.brackets -= 1;
        self.push(brackets.close);
        self.line.close();
    }

    /// Prints content that gets parentheses only if it is too wide for one line.
    pub(super) fn in_optional_parentheses(&mut self, start: u32, end: u32, print: impl FnOnce(&mut Self)) {
        self.line.open(false);
        self.line.when_broken("(");
        self.brackets += 1;
        self.line.indent();
        self.may_break(start, "");
        print(self);
        if self.line.is_forced() {
            self.comments(self.end_with_comments(end));
        }
        self.line.dedent();
        self.line.may_break("");
        self.brackets -= 1;
        self.line.when_broken(")");
        self.line.close();
    }

    /// Returns the end offset of a syntax element, including comments directly after it.
    pub(super) fn end_with_comments(&self, end: u32) -> u32 {
        let original = self.original.as_ref();
        original.map_or(end, |original| original.end_with_comments(end, self.closers))
    }

    /// Prints the comments before an offset, each of which ends its line. A possible line break
    /// follows.
    pub(super) fn comments(&mut self, before: u32) {
        let Some(original) = &mut self.original else { return };
        let mut first = true;
        while let Some(comment) = original.next_comment(before) {
            if first && comment.follows_code {
                self.line.push("  ");
            } else {
                self.line.end_line();
            }
            self.line.push(comment.text);
            self.line.force();
            first = false;
        }
    }

    pub(super) fn line(&mut self, place: Place, write: impl FnOnce(&mut Self)) {
        if let Some(original) = &mut self.original {
            original.begin_line(place, self.indent, &mut self.out);
        }
        write(self);
        let line = std::mem::take(&mut self.line);
        if self.original.is_some() {
            line.write(self.indent, &mut self.out);
        } else {
            self.out.push_str(&"    ".repeat(self.indent));
            line.write_flat(&mut self.out);
        }
        self.out.push('\n');
    }
}

/// A pair of brackets, and how to print it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brackets {
    open: &'static str,
    close: &'static str,
    /// The end offset of the brackets in the source, up to which comments belong to them.
    end: u32,
    /// Whether the brackets are broken over lines regardless of their width.
    forced: bool,
}

impl Brackets {
    pub(super) const fn new(open: &'static str, close: &'static str) -> Self {
        Self {
            open,
            close,
            end: 0,
            forced: false,
        }
    }

    pub(super) const fn end(self, end: u32) -> Self {
        Self { end, ..self }
    }

    pub(super) const fn forced(self, forced: bool) -> Self {
        Self { forced, ..self }
    }
}
