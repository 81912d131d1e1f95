//! Lexing of f-strings: text, fields, and format specifications.

use smol_str::SmolStr;

use super::frame::{FieldTail, Frame, OpenGroup, Quote, TextFrame, TextRole};
use super::{GroupKind, LexedField, LexedPart, Lexer, Token};
use crate::Span;
use crate::ast::Conversion;
use crate::codes;
use crate::source::{slice, to_u32};

impl Lexer<'_> {
    pub(super) fn push_text_frame(&mut self, quote: Quote, role: TextRole, open: Span) {
        self.frames.push(Frame::Text(TextFrame {
            quote,
            role,
            open,
            first: self.pending.len(),
            parts: Vec::new(),
            buffer: String::new(),
        }));
    }

    /// Reads text of an f-string or format specification, up to the next field or the end.
    pub(super) fn text_piece(&mut self) {
        let Some(Frame::Text(mut frame)) = self.frames.pop() else {
            return;
        };
        let mut run = self.at;
        loop {
            let Some(byte) = self.peek() else {
                self.frames.push(Frame::Text(frame));
                return self.end_of_source();
            };
            match byte {
                b'\n' | b'\r' if !frame.quote.triple => {
                    self.frames.push(Frame::Text(frame));
                    return self.newline();
                }
                b'{' if self.peek_at(1) == Some(b'{') && frame.role == TextRole::Literal => {
                    self.at += 1;
                    self.take_run(run, &mut frame.buffer);
                    self.at += 1;
                    run = self.at;
                }
                b'{' => {
                    self.take_run(run, &mut frame.buffer);
                    frame.flush();
                    self.frames.push(Frame::Text(frame));
                    return self.open_field();
                }
                b'}' if frame.role == TextRole::Specification => {
                    self.take_run(run, &mut frame.buffer);
                    frame.flush();
                    let span = Span::new(to_u32(self.at), to_u32(self.at + 1));
                    self.at += 1;
                    return self.close_field(span, Some(frame.parts));
                }
                b'}' if self.peek_at(1) == Some(b'}') => {
                    self.at += 1;
                    self.take_run(run, &mut frame.buffer);
                    self.at += 1;
                    run = self.at;
                }
                b'}' => {
                    self.take_run(run, &mut frame.buffer);
                    self.single_brace();
                    run = self.at;
                }
                b'\\' => {
                    self.take_run(run, &mut frame.buffer);
                    // An escaped brace inspects the topmost frame.
                    let quote = frame.quote;
                    let mut buffer = std::mem::take(&mut frame.buffer);
                    self.frames.push(Frame::Text(frame));
                    self.escape(quote, &mut buffer);
                    let Some(Frame::Text(popped)) = self.frames.pop() else {
                        return;
                    };
                    frame = popped;
                    frame.buffer = buffer;
                    run = self.at;
                }
                b'\r' => {
                    self.take_run(run, &mut frame.buffer);
                    self.line_end_in_string(&mut frame.buffer);
                    run = self.at;
                }
                byte if byte == frame.quote.byte && self.closes(frame.quote) => {
                    self.take_run(run, &mut frame.buffer);
                    return self.close_text(frame);
                }
                _ => self.at += 1,
            }
        }
    }

    fn close_text(&mut self, mut frame: TextFrame) {
        if frame.role == TextRole::Specification {
            self.frames.push(Frame::Text(frame));
            let index = self
                .frames
                .iter()
                .rposition(|frame| matches!(frame, Frame::Text(text) if text.role == TextRole::Literal));
            return self.unclosed_fstring(index.unwrap_or(0));
        }
        frame.flush();
        self.at += frame.quote.length();
        let span = self.span_from(frame.open.start as usize);
        let broken = self.pending.len() > frame.first;
        self.pending.truncate(frame.first);
        if broken {
            self.push(Token::Broken, span);
        } else {
            let id = to_u32(self.out.fstrings.len());
            self.out.fstrings.push(frame.parts);
            self.push(Token::FString(id), span);
        }
    }

    fn single_brace(&mut self) {
        let start = self.at;
        self.at += 1;
        let span = self.span_from(start);
        let corrected = self.line_with(span, "}}");
        self.report(
            codes::BAD_FIELD
                .error(span, "a single `}` can't stand in an f-string")
                .with_help("write `}}` for a plain brace")
                .with_corrected(corrected),
        );
    }

    fn open_field(&mut self) {
        let start = self.at;
        self.at += 1;
        let span = self.span_from(start);
        if !self.room_for_depth(span) {
            return;
        }
        let open = OpenGroup {
            kind: GroupKind::Field,
            span,
            first: self.pending.len(),
        };
        self.frames.push(Frame::Field(open, FieldTail::default()));
    }

    /// Reads the `=` of a field `{value=}`. Returns `true` if the field has one.
    pub(super) fn debug_field(&mut self) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let ends = trimmed.starts_with(['}', ':']) || (trimmed.starts_with('!') && !trimmed.starts_with("!="));
        if !ends {
            return false;
        }
        let end = self.at + (rest.len() - trimmed.len());
        let source = self.source;
        if let Some(Frame::Field(open, tail)) = self.frames.last_mut() {
            let text = slice(source, Span::new(open.span.end, to_u32(end)));
            tail.debug = Some(SmolStr::from(text.replace("\r\n", "\n").replace('\r', "\n")));
        }
        self.at = end;
        true
    }

    /// Reads the conversion in a field of an f-string: `!r`, `!s` or `!a`.
    pub(super) fn conversion(&mut self) {
        let start = self.at;
        self.at += 1;
        let letter = self.peek_char();
        let conversion = match letter {
            Some('r') => Conversion::Repr,
            Some('s') => Conversion::Str,
            Some('a') => Conversion::Ascii,
            _ => {
                let span = self.span_from(start);
                let corrected = match letter {
                    Some(c) if c.is_alphanumeric() => {
                        self.line_with(Span::new(span.start, span.end + to_u32(c.len_utf8())), "!r")
                    }
                    _ => self.line_with(span, "!r"),
                };
                self.report(
                    codes::BAD_FIELD
                        .error(span, "after `!` in a field only r, s or a can stand")
                        .with_help("write `!r`, or leave it out")
                        .with_corrected(corrected),
                );
                self.push(Token::Broken, span);
                return;
            }
        };
        self.at += 1;
        let rest = self.source.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if !matches!(self.peek(), Some(b'}' | b':')) {
            let span = self.span_from(start);
            let corrected = self.line_with(span, "!r}");
            self.report(
                codes::BAD_FIELD
                    .error(span, "after a conversion only `:` or `}` can stand")
                    .with_help("close the field")
                    .with_corrected(corrected),
            );
            self.push(Token::Broken, span);
        } else if let Some(Frame::Field(_, tail)) = self.frames.last_mut() {
            tail.conversion = Some(conversion);
        }
    }

    /// Starts the format specification of the innermost open field.
    pub(super) fn open_spec(&mut self) {
        let around = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Text(text) => Some((text.quote, text.open)),
            _ => None,
        });
        let Some((quote, open)) = around else { return };
        self.push_text_frame(quote, TextRole::Specification, open);
    }

    /// Ends the innermost open field. The field's expression becomes a group, and the text around
    /// the field is continued.
    pub(super) fn close_field(&mut self, closer: Span, spec: Option<Vec<LexedPart>>) {
        let Some(Frame::Field(open, tail)) = self.frames.pop() else {
            return;
        };
        if self.pending.len() == open.first {
            self.empty_field(open.span.to(closer));
        }
        let group = self.store_group(open, closer);
        if let Some(Frame::Text(text)) = self.frames.last_mut() {
            text.parts.push(LexedPart::Field(Box::new(LexedField {
                group,
                debug: tail.debug,
                conversion: tail.conversion,
                spec,
            })));
        }
    }

    fn empty_field(&mut self, span: Span) {
        let inside = slice(self.source, Span::new(span.start + 1, span.end.max(span.start + 2) - 1)).to_owned();
        let corrected = self.line_with(span, &format!("{{{{{inside}}}}}"));
        self.report(
            codes::BAD_FIELD
                .error(span, "a field of an f-string is empty")
                .with_help("put a value between the braces, or double them for plain ones")
                .with_corrected(corrected),
        );
        self.push(Token::Broken, span);
    }

    /// Reports an f-string as unclosed, given its index among the open constructs. Drops it and all
    /// constructs within it.
    pub(super) fn unclosed_fstring(&mut self, index: usize) {
        let field = self.frames.get(index + 1).and_then(|frame| match frame {
            Frame::Field(open, _) => Some(open.span),
            _ => None,
        });
        let Some(Frame::Text(text)) = self.frames.get(index) else {
            return;
        };
        let (quote, open, first) = (text.quote, text.open, text.first);
        match field {
            None => self.report_unclosed(open, quote),
            Some(brace) => {
                let line = self.line_text(brace.start).trim_end();
                let quotes = char::from(quote.byte).to_string();
                let corrected = match line.rfind(quotes.as_str()) {
                    Some(at) => format!(
                        "{}}}{}",
                        line.get(..at).unwrap_or_default(),
                        line.get(at..).unwrap_or_default()
                    ),
                    None => format!("{line}}}{quotes}"),
                };
                self.report(
                    codes::BAD_FIELD
                        .error(brace, "this `{` of an f-string is never closed")
                        .with_help("write `}` where the value ends, or `{{` for a plain brace")
                        .with_corrected(corrected),
                );
            }
        }
        self.frames.truncate(index);
        self.pending.truncate(first);
        self.push(Token::Broken, self.span_from(open.start as usize));
        self.recover_from_unclosed(quote);
    }
}
