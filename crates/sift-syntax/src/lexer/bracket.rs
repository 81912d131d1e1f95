//! Lexing of brackets: opening, closing and recovery from unclosed brackets.

use super::frame::{Frame, OpenGroup};
use super::{Group, GroupKind, Keyword, Lexer, MAX_DEPTH, Token};
use crate::Span;
use crate::codes;
use crate::source::{is_loose_end, slice, to_u32};

impl Lexer<'_> {
    pub(super) fn open(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        let span = self.span_from(start);
        let first = self.first_of_frame();
        let mut before = self
            .pending
            .get(first..)
            .unwrap_or_default()
            .iter()
            .rev()
            .map(|lexeme| lexeme.token);
        let last = before.next();
        let after_value = last.is_some_and(Token::ends_value);
        let kind = match (byte, last) {
            (b'(', Some(Token::Name(_))) if before.next() == Some(Token::Keyword(Keyword::Def)) => {
                GroupKind::Parameters
            }
            (b'(', Some(Token::Keyword(Keyword::Import))) => GroupKind::Imports,
            (b'(', _) if after_value => GroupKind::Call,
            (b'(', _) => GroupKind::Parens,
            (b'[', _) if after_value => GroupKind::Subscript,
            (b'[', _) => GroupKind::List,
            _ => GroupKind::Braces,
        };
        if kind == GroupKind::Braces && self.is_foreign_block(last) {
            return self.foreign_block(span);
        }
        self.push_frame(kind, span);
    }

    /// Returns `true` if an opening brace starts a block as in C: at the end of a line such as
    /// `while x {`.
    fn is_foreign_block(&self, last: Option<Token>) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let ends_line = rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
        let first = self.pending.get(self.line_first).map(|lexeme| lexeme.token);
        let Some(Token::Keyword(word)) = first else {
            return false;
        };
        let head = matches!(
            word,
            Keyword::If | Keyword::Elif | Keyword::Else | Keyword::While | Keyword::For | Keyword::Def | Keyword::Try
        );
        let alone = matches!(word, Keyword::Else | Keyword::Try) && self.pending.len() == self.line_first + 1;
        let after_head = alone || last.is_some_and(Token::ends_value);
        ends_line && head && after_head && self.frames.is_empty()
    }

    fn foreign_block(&mut self, span: Span) {
        let line = self.line_span(span.start);
        let before = slice(self.source, Span::new(line.start, span.start)).trim_end();
        self.report(
            codes::MISSING_COLON
                .error(span, "a block begins with `:`, not with `{`")
                .with_help("end the line with `:` and indent the block; nothing closes it")
                .with_corrected(format!("{before}:")),
        );
        self.push(Token::Broken, span);
    }

    pub(super) fn close(&mut self, byte: u8) {
        let start = self.at;
        let span = Span::new(to_u32(start), to_u32(start + 1));
        if !self.closes_something(byte) {
            self.at += 1;
            self.unmatched(byte, span);
            return;
        }
        while self.frames.last().is_some_and(|frame| frame.closer() != Some(byte)) {
            self.drop_unclosed(Some(span));
        }
        self.at += 1;
        if let Some(Frame::Field(..)) = self.frames.last() {
            self.close_field(span, None);
        } else {
            self.close_group(span);
        }
    }

    /// Returns `true` if an opening bracket within the innermost f-string matches a closing
    /// bracket.
    fn closes_something(&self, byte: u8) -> bool {
        self.frames
            .iter()
            .rev()
            .take_while(|frame| !matches!(frame, Frame::Text(_)))
            .any(|frame| frame.closer() == Some(byte))
    }

    fn unmatched(&mut self, byte: u8, span: Span) {
        let found = char::from(byte);
        // On a line with an earlier error, this one is probably a consequence.
        if !self.line_is_broken {
            let without = self.line_with(span, "");
            let without = if without.trim().is_empty() {
                "pass"
            } else {
                without.trim_end()
            };
            self.report(
                codes::UNMATCHED_BRACKET
                    .error(
                        span,
                        format!("`{found}` closes nothing: no bracket of its kind is open"),
                    )
                    .with_help(format!("remove this `{found}`, or open it earlier"))
                    .with_corrected(without),
            );
        }
        self.push(Token::Broken, span);
    }

    /// Reports the innermost open construct (bracket, f-string, lambda parameters) as unclosed and
    /// replaces it by a broken token.
    pub(super) fn drop_unclosed(&mut self, found: Option<Span>) {
        let Some(frame) = self.frames.pop() else { return };
        let (open, what) = match &frame {
            Frame::Group(open) if open.kind == GroupKind::LambdaParameters => {
                let span = open.span;
                self.report(
                    codes::MISSING_COLON
                        .error(span, "`lambda` has no `:` after its parameters")
                        .with_help("write `lambda x: value`")
                        .with_corrected("lambda x: x"),
                );
                self.pending.truncate(open.first);
                self.push(Token::Broken, span);
                return;
            }
            Frame::Group(open) | Frame::Field(open, _) => (*open, slice(self.source, open.span)),
            Frame::Text(text) => {
                let (first, span) = (text.first, text.open);
                self.pending.truncate(first);
                self.push(Token::Broken, span);
                return;
            }
        };
        let closer = frame.closer().map_or(')', char::from);
        let mut diagnostic = codes::UNCLOSED_BRACKET.error(open.span, format!("`{what}` is never closed"));
        diagnostic = match found {
            Some(span) => {
                let other = slice(self.source, span).to_owned();
                diagnostic
                    .with_label(span, format!("`{other}` can't close `{what}`"))
                    .with_help(format!("write `{closer}` before `{other}`"))
            }
            None => diagnostic.with_help(format!("write `{closer}` where it ends")),
        };
        let corrected = match found {
            Some(span) if self.line_span(span.start) == self.line_span(open.span.start) => {
                let line = self.line_span(span.start);
                [
                    slice(self.source, Span::new(line.start, span.start)),
                    &closer.to_string(),
                    slice(self.source, Span::new(span.start, line.end)),
                ]
                .concat()
            }
            _ => format!(
                "{}{closer}",
                self.line_text(open.span.start).trim_end_matches(is_loose_end)
            ),
        };
        self.report(diagnostic.with_corrected(corrected));
        self.pending.truncate(open.first);
        self.push(Token::Broken, open.span);
    }

    pub(super) fn push_frame(&mut self, kind: GroupKind, span: Span) {
        if !self.room_for_depth(span) {
            return;
        }
        let first = self.pending.len();
        self.frames.push(Frame::Group(OpenGroup { kind, span, first }));
    }

    /// Returns `true` if another nesting level may be opened. Otherwise reports the nesting as too
    /// deep and ends lexing.
    pub(super) fn room_for_depth(&mut self, span: Span) -> bool {
        let groups = self
            .frames
            .iter()
            .filter(|frame| !matches!(frame, Frame::Text(_)))
            .count();
        if groups.saturating_add(self.indents.level()) < MAX_DEPTH {
            return true;
        }
        self.report(
            codes::TOO_DEEP
                .error(
                    span,
                    format!("blocks, brackets and f-string fields nest more than {MAX_DEPTH} deep here"),
                )
                .with_help("bind an inner part to a name first, or move it into a function")
                .with_corrected("inner = [1, 2]"),
        );
        self.out.gave_up = true;
        self.finished = true;
        false
    }

    /// Closes the innermost open bracket. Replaces the tokens in it, in `pending`, by one token for
    /// the group.
    pub(super) fn close_group(&mut self, closer: Span) {
        let Some(Frame::Group(open)) = self.frames.pop() else {
            return;
        };
        let id = self.store_group(open, closer);
        self.push(Token::Group(open.kind, id), open.span.to(closer));
    }

    pub(super) fn store_group(&mut self, open: OpenGroup, closer: Span) -> u32 {
        let start = self.out.grouped.len();
        let first = open.first.min(self.pending.len());
        self.out.grouped.extend(self.pending.drain(first..));
        let tokens = start..self.out.grouped.len();
        let broken = self
            .out
            .grouped
            .get(tokens.clone())
            .is_some_and(|inside| inside.iter().any(|lexeme| lexeme.token == Token::Broken));
        let span = match open.kind {
            // The word `lambda` is a separate token.
            GroupKind::LambdaParameters => Span::new(open.span.end, closer.end),
            _ => open.span.to(closer),
        };
        self.out.groups.push(Group {
            kind: open.kind,
            span,
            tokens,
            broken,
        });
        to_u32(self.out.groups.len() - 1)
    }
}
