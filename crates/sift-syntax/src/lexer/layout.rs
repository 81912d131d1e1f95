//! Lexing of lines and indentation.

use super::frame::Frame;
use super::indents::Width;
use super::token::Line;
use super::{Keyword, Lexer, Token};
use crate::Span;
use crate::codes;
use crate::source::{line_span, newline_length, slice, to_u32};

/// Headings that models write above imagined output, without the final colon.
const OUTPUT_HEADINGS: [&str; 12] = [
    "output",
    "outputs",
    "expected output",
    "printed output",
    "program output",
    "execution output",
    "execution result",
    "execution results",
    "console output",
    "repl output",
    "stdout",
    "observation",
];

impl Lexer<'_> {
    /// Skips blank lines and comments up to the next line of code, and determines the indentation
    /// of that line.
    pub(super) fn begin_line(&mut self) {
        loop {
            let start = self.at;
            let width = self.read_indentation();
            match self.peek() {
                None => return self.end_of_source(),
                Some(b'\n' | b'\r') => self.skip_newline(),
                Some(b'#') => self.comment(),
                Some(b'`') if self.at_fence() => {
                    if !self.fence(start) {
                        return;
                    }
                }
                Some(b'\\') if self.joins_blank_lines() => {}
                Some(_) if self.at == start && !self.out.lines.is_empty() && self.at_output() => {
                    return self.cut_output();
                }
                Some(_) => return self.settle_indentation(start, width),
            }
        }
    }

    fn read_indentation(&mut self) -> Width {
        let mut width = Width::default();
        while let Some(byte) = self.peek() {
            match byte {
                b' ' => {
                    width.wide += 1;
                    width.narrow += 1;
                }
                b'\t' => {
                    width.wide = (width.wide / 8 + 1) * 8;
                    width.narrow += 1;
                }
                b'\x0c' => width = Width::default(),
                _ => break,
            }
            self.at += 1;
        }
        width
    }

    /// Skips a backslash and the line end after it on an otherwise empty line. Returns `true` if it
    /// was skipped.
    fn joins_blank_lines(&mut self) -> bool {
        let rest = self.source.get(self.at + 1..).unwrap_or_default();
        let newline = newline_length(rest);
        self.at += if newline > 0 { newline + 1 } else { 0 };
        newline > 0
    }

    fn settle_indentation(&mut self, start: usize, width: Width) {
        self.line_first = self.pending.len();
        let span = self.span_from(start);
        let current = self.indents.current();
        if width.wide > current.wide {
            if width.narrow <= current.narrow {
                self.report_tabs(span);
            }
            if self.room_for_depth(span) {
                self.indents.0.push(width);
            }
            return;
        }
        while width.wide < self.indents.current().wide {
            self.indents.0.pop();
        }
        let current = self.indents.current();
        if width.wide != current.wide {
            self.report_dedent(span);
        } else if width.narrow != current.narrow {
            self.report_tabs(span);
        }
    }

    fn report_tabs(&mut self, span: Span) {
        let line = self.line_text(span.start).trim_start();
        let corrected = format!("{}{line}", "    ".repeat(self.indents.level().max(1)));
        self.report(
            codes::MIXED_TABS.error(span,
                "this line and the lines above mix tabs and spaces, so that their order depends on the width of a tab",
            )
            .with_help("indent with 4 spaces everywhere")
            .with_corrected(corrected.trim_end()),
        );
    }

    fn report_dedent(&mut self, span: Span) {
        let line = self.line_text(span.start).trim();
        let corrected = format!("{}{line}", " ".repeat(self.indents.current().wide));
        self.report(
            codes::UNMATCHED_DEDENT
                .error(
                    span,
                    "this line is indented less than the one above, but as far as no line before it",
                )
                .with_help("indent it exactly like the line that it belongs with")
                .with_corrected(corrected),
        );
    }

    /// Reads the end of a physical line, which ends the logical line unless a bracket is open.
    pub(super) fn newline(&mut self) {
        if self.frames.iter().all(Frame::is_lambda) {
            while !self.frames.is_empty() {
                self.drop_unclosed(None);
            }
            self.skip_newline();
            self.end_line();
            return self.begin_line();
        }
        let single_line = self
            .frames
            .iter()
            .position(|frame| matches!(frame, Frame::Text(text) if !text.quote.triple));
        if let Some(index) = single_line {
            return self.unclosed_fstring(index);
        }
        self.skip_newline();
        self.skip_blank();
        let only_brackets = self.frames.iter().all(|frame| matches!(frame, Frame::Group(_)));
        if only_brackets && (self.at_statement() || self.at_fence()) {
            self.drop_rest();
            self.end_line();
            // The indentation belongs to the new line.
            self.at = line_span(self.source, to_u32(self.at)).start as usize;
            self.begin_line();
        }
    }

    /// Skips white space and empty lines.
    fn skip_blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\x0c' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Drops the open constructs at the end of the logical line. Reports the innermost as unclosed,
    /// unless the line already contains an error.
    fn drop_rest(&mut self) {
        if !self.frames.is_empty() && !self.line_is_broken {
            self.drop_unclosed(None);
        }
        self.drop_all();
    }

    /// Drops all open constructs without a report.
    pub(super) fn drop_all(&mut self) {
        if self.frames.is_empty() {
            return;
        }
        self.frames.clear();
        self.pending.truncate(self.line_first);
        let at = to_u32(self.at);
        self.push(Token::Broken, Span::new(at, at));
    }

    /// Returns `true` if the next word is a keyword that only occurs at the start of a statement.
    fn at_statement(&self) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let length = rest
            .find(|c: char| !unicode_ident::is_xid_continue(c))
            .unwrap_or(rest.len());
        rest.get(..length)
            .and_then(Keyword::from_text)
            .is_some_and(Keyword::begins_statement_only)
    }

    pub(super) fn end_line(&mut self) {
        if self.pending.len() > self.line_first {
            self.out.lines.push(Line {
                level: self.indents.level(),
                tokens: self.line_first..self.pending.len(),
            });
        }
        self.line_first = self.pending.len();
        self.line_is_broken = false;
    }

    pub(super) fn end_of_source(&mut self) {
        if let Some(index) = self.frames.iter().position(|frame| matches!(frame, Frame::Text(_))) {
            self.unclosed_fstring(index);
        }
        self.drop_rest();
        self.end_line();
        self.finished = true;
    }

    fn skip_newline(&mut self) {
        let rest = self.source.get(self.at..).unwrap_or_default();
        self.at += newline_length(rest).max(1);
    }

    fn at_fence(&self) -> bool {
        self.source.get(self.at..).is_some_and(|rest| rest.starts_with("```"))
    }

    /// Returns `true` if the current line looks like program output or like markup of a
    /// conversation.
    fn at_output(&self) -> bool {
        let line = self.line_text(to_u32(self.at)).trim_end();
        let markup = line
            .strip_prefix('<')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '|')));
        let heading = line.trim_matches('*');
        let heading = heading.strip_suffix(':').unwrap_or_default();
        line.starts_with(">>>") || markup || OUTPUT_HEADINGS.iter().any(|known| heading.eq_ignore_ascii_case(known))
    }

    /// Ends the program before imagined output, and adds a note about the skipped lines.
    fn cut_output(&mut self) {
        let line = line_span(self.source, to_u32(self.at));
        let rest = slice(self.source, Span::new(line.start, to_u32(self.source.len())));
        let lines = rest.lines().filter(|line| !line.trim().is_empty()).count();
        self.report(
            codes::OUTPUT_CUT
                .note(
                    line,
                    format!("the program ends before this line; {lines} line(s) of imagined output were not read"),
                )
                .with_help("write nothing after the program: its real output follows"),
        );
        self.end_line();
        self.finished = true;
    }

    /// Reads a line with a Markdown fence. Before the first code the fence is skipped, after code
    /// it ends the program.
    ///
    /// Returns `true` if lexing continues.
    fn fence(&mut self, start: usize) -> bool {
        let line = line_span(self.source, to_u32(self.at));
        let span = Span::new(to_u32(self.at), line.end);
        if self.out.lines.is_empty() {
            self.report(
                codes::FENCE_SKIPPED
                    .note(span, "this Markdown fence was skipped")
                    .with_help("the program is what stands between the fences"),
            );
            self.at = line.end as usize;
            return true;
        }
        let rest = slice(self.source, Span::new(line.end, to_u32(self.source.len())));
        let after = rest.lines().filter(|line| !line.trim().is_empty()).count();
        if after > 0 {
            self.report(
                codes::FENCE_CUT
                    .note(
                        span,
                        format!("the program ends at this fence; {after} more line(s) were not read"),
                    )
                    .with_help("write nothing after the program: its real output follows"),
            );
        }
        self.at = start;
        self.end_line();
        self.finished = true;
        false
    }
}
