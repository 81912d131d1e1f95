//! Block structure: combines logical lines into blocks by their indentation.

use chumsky::Parser;

use super::input::State;
use super::statement::{DefHead, Head, LineKind, line};
use super::{failure, fits, is_broken, refused};
use crate::Span;
use crate::ast::{Block, Expr, FunctionDef, Handler, Stmt, StmtKind, Try};
use crate::codes;
use crate::lexer::{Keyword, Lexed, Lexeme, Line, Token};
use crate::source::{indentation, line_text, replaced, to_u32};

/// The parser that combines logical lines into blocks.
pub(super) struct Blocks<'s, 'a> {
    lexed: &'a Lexed,
    state: &'s mut State<'a>,
    /// The index of the next line to parse.
    next: usize,
    /// The byte offset of the end of the line that was parsed last.
    end: u32,
}

/// The result of parsing one line.
enum ReadLine {
    Read(LineKind),
    /// A line with a reported error. The block of such a line is parsed for its errors and dropped.
    Failed(Option<Keyword>),
}

impl<'s, 'a> Blocks<'s, 'a> {
    pub(super) fn new(lexed: &'a Lexed, state: &'s mut State<'a>) -> Self {
        Self {
            lexed,
            state,
            next: 0,
            end: 0,
        }
    }

    /// Parses all lines into the top-level statements of the program.
    pub(super) fn read(mut self) -> Block {
        let mut body = Block::new();
        while let Some(line) = self.peek() {
            let level = line.level;
            if level > 0 {
                self.report_indent();
            }
            self.block(level, &mut body);
        }
        body
    }

    /// Parses the following lines while their indentation level is at least `level`.
    fn block(&mut self, level: usize, body: &mut Block) {
        while let Some(line) = self.peek() {
            if line.level < level {
                return;
            }
            if line.level > level {
                let deeper = line.level;
                self.report_indent();
                self.block(deeper, body);
                continue;
            }
            self.statement(level, body);
        }
    }

    fn statement(&mut self, level: usize, body: &mut Block) {
        let start = self.start();
        match self.line() {
            ReadLine::Read(LineKind::Simple(statements)) => body.extend(statements),
            ReadLine::Read(LineKind::Head(head, inline)) => {
                if let Some(kind) = self.compound(level, head, inline) {
                    body.push(Stmt {
                        kind,
                        span: Span::new(start, self.end),
                    });
                }
            }
            ReadLine::Failed(word) => self.drop_block(level, word),
        }
    }

    fn compound(&mut self, level: usize, head: Head, inline: Vec<Stmt>) -> Option<StmtKind> {
        Some(match head {
            Head::If(test) => {
                let body = self.suite(level, inline);
                self.if_chain(level, test, body)
            }
            Head::For(target, iter) => StmtKind::For {
                target,
                iter,
                body: self.suite(level, inline),
                orelse: self.clause(level, Keyword::Else),
            },
            Head::While(test) => StmtKind::While {
                test,
                body: self.suite(level, inline),
                orelse: self.clause(level, Keyword::Else),
            },
            Head::Def(head) => self.function(level, head, inline, Vec::new()),
            Head::Try => self.try_statement(level, inline),
            Head::Decorator(decorator) => return self.decorated(level, decorator),
            Head::Elif(_) | Head::Else | Head::Except { .. } | Head::Finally => {
                self.stray_clause(level, inline);
                return None;
            }
        })
    }

    fn if_chain(&mut self, level: usize, test: Expr, body: Block) -> StmtKind {
        let mut arms = vec![(test, body)];
        while self.next_word(level) == Some(Keyword::Elif) {
            match self.line() {
                ReadLine::Read(LineKind::Head(Head::Elif(test), inline)) => {
                    let body = self.suite(level, inline);
                    arms.push((test, body));
                }
                _ => self.skip_suite(level),
            }
        }
        StmtKind::If {
            arms,
            orelse: self.clause(level, Keyword::Else),
        }
    }

    fn function(&mut self, level: usize, head: DefHead, inline: Vec<Stmt>, decorators: Vec<Expr>) -> StmtKind {
        StmtKind::Def(Box::new(FunctionDef {
            name: head.name,
            params: head.params,
            returns: head.returns,
            body: self.suite(level, inline),
            decorators,
            is_async: head.is_async,
        }))
    }

    /// Parses the lines after a decorator: further decorators and the function.
    fn decorated(&mut self, level: usize, first: Expr) -> Option<StmtKind> {
        let mut decorators = Vec::new();
        let mut next = Some(first);
        while let Some(decorator) = next.take() {
            if refused::check_decorator(self.state, &decorator, self.next_word(level)) {
                decorators.push(decorator);
            }
            if self.peek().is_none_or(|line| line.level != level) {
                self.report_lone_decorator(decorators.last());
                return None;
            }
            match self.line() {
                ReadLine::Read(LineKind::Head(Head::Decorator(decorator), _)) => next = Some(decorator),
                ReadLine::Read(LineKind::Head(Head::Def(head), inline)) => {
                    return Some(self.function(level, head, inline, decorators));
                }
                ReadLine::Read(LineKind::Head(head, inline)) => {
                    self.report_lone_decorator(decorators.last());
                    return self.compound(level, head, inline);
                }
                ReadLine::Read(LineKind::Simple(_)) => self.report_lone_decorator(decorators.last()),
                ReadLine::Failed(word) => self.drop_block(level, word),
            }
        }
        None
    }

    fn report_lone_decorator(&mut self, decorator: Option<&Expr>) {
        if let Some(decorator) = decorator {
            self.state.report(
                codes::UNEXPECTED
                    .error(decorator.span, "no function follows this decorator")
                    .with_help("put it directly above a `def`")
                    .with_corrected("pass"),
            );
        }
    }

    fn try_statement(&mut self, level: usize, inline: Vec<Stmt>) -> StmtKind {
        let head = self.last_line_span();
        let body = self.suite(level, inline);
        let mut handlers: Vec<Handler> = Vec::new();
        let mut failed = false;
        while self.next_word(level) == Some(Keyword::Except) {
            let start = self.start();
            match self.line() {
                ReadLine::Read(LineKind::Head(Head::Except { class, name }, inline)) => {
                    if let Some(bare) = handlers.last().filter(|last| last.class.is_none()) {
                        self.report_bare_except(bare.span.start);
                    }
                    let body = self.suite(level, inline);
                    handlers.push(Handler {
                        class,
                        name,
                        body,
                        span: Span::new(start, self.end),
                    });
                }
                _ => {
                    failed = true;
                    self.skip_suite(level);
                }
            }
        }
        let orelse = if handlers.is_empty() {
            Block::new()
        } else {
            self.clause(level, Keyword::Else)
        };
        let has_finally = self.next_word(level) == Some(Keyword::Finally);
        let finally = self.clause(level, Keyword::Finally);
        if handlers.is_empty() && !has_finally && !failed {
            let line = line_text(self.state.source, head.start).trim_end();
            let corrected = line.replacen("try", "if True", 1);
            self.state.report(
                codes::TRY_ALONE
                    .error(head, "this `try` has neither `except` nor `finally`")
                    .with_help("write `except ValueError as error:` with a block below it, or leave the `try` out")
                    .with_corrected(corrected),
            );
        }
        StmtKind::Try(Box::new(Try {
            body,
            handlers,
            orelse,
            finally,
        }))
    }

    fn report_bare_except(&mut self, start: u32) {
        const WORD: &str = "except";
        let span = Span::new(start, start.saturating_add(to_u32(WORD.len())));
        let corrected = replaced(self.state.source, span, "except Exception");
        self.state.report(
            codes::BARE_EXCEPT_ORDER
                .error(span, "no clause can follow a bare `except:`")
                .with_help("put the bare `except:` last, or name what it catches")
                .with_corrected(corrected),
        );
    }

    /// Parses an `else:` or `finally:` clause with its block, if it is the next line. Returns an
    /// empty block otherwise.
    fn clause(&mut self, level: usize, word: Keyword) -> Block {
        if self.next_word(level) != Some(word) {
            return Block::new();
        }
        match self.line() {
            ReadLine::Read(LineKind::Head(_, inline)) => self.suite(level, inline),
            ReadLine::Read(LineKind::Simple(statements)) => statements,
            ReadLine::Failed(_) => {
                self.skip_suite(level);
                Block::new()
            }
        }
    }

    fn stray_clause(&mut self, level: usize, inline: Vec<Stmt>) {
        let span = self.last_line_span();
        let line = line_text(self.state.source, span.start).trim();
        let word = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or(line);
        let opener = match word {
            "elif" | "else" => "if",
            _ => "try",
        };
        let corrected = match word {
            "elif" => line.replacen("elif", "if", 1),
            _ => "if True:".to_owned(),
        };
        self.state.report(
            codes::STRAY_CLAUSE
                .error(span, format!("this `{word}` belongs to no `{opener}` above it"))
                .with_help(format!(
                    "indent it exactly like its `{opener}`, with nothing in between"
                ))
                .with_corrected(corrected),
        );
        self.suite(level, inline);
    }

    /// Parses the block after a head such as `if x:`: statements on the same line, or lines with a
    /// deeper indentation.
    fn suite(&mut self, level: usize, inline: Vec<Stmt>) -> Block {
        let mut body = inline;
        let inner = self.peek().map(|line| line.level).filter(|inner| *inner > level);
        match inner {
            Some(inner) if body.is_empty() => self.block(inner, &mut body),
            Some(_) => {
                self.report_indent();
                self.skip_suite(level);
            }
            None if body.is_empty() => self.report_missing_block(),
            None => {}
        }
        body
    }

    fn report_missing_block(&mut self) {
        let span = self.last_line_span();
        let line = line_text(self.state.source, span.start);
        let indent = indentation(line);
        self.state.report(
            codes::MISSING_BLOCK
                .error(span, "an indented block must follow this line")
                .with_help("indent what belongs to it by 4 spaces; write `pass` for nothing")
                .with_corrected(format!("{indent}    pass")),
        );
    }

    fn report_indent(&mut self) {
        let span = self.line_span();
        let line = line_text(self.state.source, span.start);
        self.state.report(
            codes::UNEXPECTED_INDENT
                .error(span, "this line is indented deeper, but nothing above it opens a block")
                .with_help("indent it like the line above")
                .with_corrected(line.trim()),
        );
    }

    /// Parses the block after an invalid line to report the errors in it, and drops the block.
    fn drop_block(&mut self, level: usize, word: Option<Keyword>) {
        self.skip_suite(level);
        if word.is_none() {
            return;
        }
        while let Some(Keyword::Elif | Keyword::Else | Keyword::Except | Keyword::Finally) = self.next_word(level) {
            self.line();
            self.skip_suite(level);
        }
    }

    fn skip_suite(&mut self, level: usize) {
        if let Some(inner) = self.peek().map(|line| line.level).filter(|inner| *inner > level) {
            self.block(inner, &mut Block::new());
        }
    }

    // Access to lines.

    fn peek(&self) -> Option<&'a Line> {
        self.lexed.lines.get(self.next)
    }

    fn tokens(&self) -> &'a [Lexeme] {
        self.peek()
            .and_then(|line| self.lexed.tokens.get(line.tokens.clone()))
            .unwrap_or_default()
    }

    /// Returns the keyword that the next line begins with, if the line is at this level.
    fn next_word(&self, level: usize) -> Option<Keyword> {
        let line = self.peek().filter(|line| line.level == level)?;
        match self.lexed.tokens.get(line.tokens.start)?.token {
            Token::Keyword(word) => Some(word),
            _ => None,
        }
    }

    fn start(&self) -> u32 {
        self.tokens().first().map_or(self.end, |first| first.span.start)
    }

    fn line_span(&self) -> Span {
        let tokens = self.tokens();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::new(self.end, self.end),
        }
    }

    /// Returns the position of the line that was parsed last.
    fn last_line_span(&self) -> Span {
        let tokens = self
            .next
            .checked_sub(1)
            .and_then(|last| self.lexed.lines.get(last))
            .and_then(|line| self.lexed.tokens.get(line.tokens.clone()))
            .unwrap_or_default();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        }
    }

    /// Parses the next logical line.
    fn line(&mut self) -> ReadLine {
        let tokens = self.tokens();
        let around = self.line_span();
        let level = self.peek().map_or(0, |line| line.level);
        let rest = self.lexed.lines.get(self.next + 1..).unwrap_or_default();
        self.next += 1;
        self.end = around.end;
        self.state.begin(tokens, around);
        let word = match tokens.first().map(|first| first.token) {
            Some(Token::Keyword(word)) => Some(word),
            _ => None,
        };
        if is_broken(tokens) {
            return ReadLine::Failed(word);
        }
        if let Some(diagnostic) = refused::statement(self.state, level, rest) {
            if diagnostic.code == codes::MATCH.code {
                // The block is skipped without further errors.
                while self.peek().is_some_and(|line| line.level > level) {
                    self.next += 1;
                }
            }
            self.state.report(diagnostic);
            return ReadLine::Failed(None);
        }
        let read = line().parse_with_state(tokens, self.state).into_output();
        match read {
            Some(line) if fits(self.state) => ReadLine::Read(line),
            Some(_) => ReadLine::Failed(word),
            None if self.state.is_full() => ReadLine::Failed(word),
            None => {
                let diagnostic = failure::in_line(self.state);
                self.state.report(diagnostic);
                ReadLine::Failed(word)
            }
        }
    }
}
