//! The input of the parsing rules, and the state that the rules share.

use chumsky::error::EmptyErr;
use chumsky::extra::Full;
use chumsky::input::{Checkpoint, Cursor, InputRef};
use chumsky::inspector::Inspector;
use chumsky::{Parser, primitive::custom};
use smol_str::SmolStr;

use crate::ast::{Argument, Expr, ExprKind, ImportItem, Name, Params, Subscript};
use crate::lexer::{GroupKind, Keyword, Lexed, Lexeme, MAX_DIAGNOSTICS, Op, Token};
use crate::{Diagnostic, Span};

pub(super) type Tokens<'a> = &'a [Lexeme];
/// The configuration of the chumsky parser. Rules fail without an error value; the [`State`]
/// records what was expected at the furthest position.
pub(super) type Extra<'a> = Full<EmptyErr, State<'a>, ()>;
pub(super) type Input<'a, 'p> = InputRef<'a, 'p, Tokens<'a>, Extra<'a>>;
pub(super) type Read<O> = Result<O, EmptyErr>;

/// A parsing rule over tokens. All rules consist of function items, so creating one costs nothing.
pub(super) trait Rule<'a, O>: Parser<'a, Tokens<'a>, O, Extra<'a>> + Copy {}
impl<'a, O, P: Parser<'a, Tokens<'a>, O, Extra<'a>> + Copy> Rule<'a, O> for P {}

/// The set of constructs that were expected at the failure position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Expected(u32);

impl Expected {
    pub(super) const EXPRESSION: Self = Self(1);
    pub(super) const OPERATOR: Self = Self(1 << 1);
    pub(super) const COMMA: Self = Self(1 << 2);
    pub(super) const COLON: Self = Self(1 << 3);
    pub(super) const NAME: Self = Self(1 << 4);
    pub(super) const IN: Self = Self(1 << 5);
    pub(super) const ELSE: Self = Self(1 << 6);
    pub(super) const IMPORT: Self = Self(1 << 7);
    pub(super) const PARAMETERS: Self = Self(1 << 8);
    pub(super) const STATEMENT: Self = Self(1 << 9);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The set of operators in the input, grouped by the grammar layer that parses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Operators(u8);

impl Operators {
    /// The operators `and` and `or`.
    pub(super) const LOGICAL: Self = Self(1);
    /// The operator `not` and all comparison operators.
    pub(super) const COMPARISON: Self = Self(1 << 1);
    /// Binary arithmetic operators other than `**`.
    pub(super) const INFIX: Self = Self(1 << 2);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn of(token: Token) -> Self {
        match token {
            Token::Keyword(Keyword::And | Keyword::Or) => Self::LOGICAL,
            Token::Keyword(Keyword::Not | Keyword::In | Keyword::NotIn | Keyword::Is | Keyword::IsNot) => {
                Self::COMPARISON
            }
            Token::Op(Op::EqualEqual | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual) => {
                Self::COMPARISON
            }
            Token::Op(
                Op::Plus
                | Op::Minus
                | Op::Star
                | Op::Slash
                | Op::DoubleSlash
                | Op::Percent
                | Op::At
                | Op::ShiftLeft
                | Op::ShiftRight
                | Op::Ampersand
                | Op::Pipe
                | Op::Caret,
            ) => Self::INFIX,
            _ => Self(0),
        }
    }
}

/// The parsed content of a group.
#[derive(Debug)]
pub(super) enum Node {
    /// A group that isn't parsed yet, was already taken, or is invalid.
    Missing,
    Expr(Expr),
    Call(Vec<Argument>),
    Subscript(Subscript),
    Params(Params),
    Imports(Vec<ImportItem>),
}

/// The state that all parsing rules share.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) source: &'a str,
    pub(super) lexed: &'a Lexed,
    /// The parsed groups, by group number.
    nodes: Vec<Node>,
    /// The height of the syntax tree of each group.
    heights: Vec<usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The tokens that are being parsed.
    pub(super) tokens: Tokens<'a>,
    /// The position of the tokens in the source, including brackets.
    pub(super) around: Span,
    /// The kinds of operators among the tokens. Rules for other operators are skipped.
    pub(super) operators: Operators,
    /// The furthest position at which a rule failed, for which `expected` applies.
    pub(super) failed_at: usize,
    pub(super) expected: Expected,
    /// The maximum tree height of the groups used so far.
    deepest: usize,
    /// The maximum length of the chains that nest without brackets: lambdas, conditionals, powers.
    longest_chain: usize,
}

impl<'a> State<'a> {
    pub(super) fn new(source: &'a str, lexed: &'a Lexed) -> Self {
        Self {
            source,
            lexed,
            nodes: Vec::with_capacity(lexed.groups.len()),
            heights: Vec::with_capacity(lexed.groups.len()),
            diagnostics: Vec::new(),
            tokens: &[],
            around: Span::default(),
            operators: Operators::default(),
            failed_at: 0,
            expected: Expected::default(),
            deepest: 0,
            longest_chain: 0,
        }
    }

    /// Resets the state to parse these tokens.
    pub(super) fn begin(&mut self, tokens: Tokens<'a>, around: Span) {
        self.tokens = tokens;
        self.around = around;
        self.operators = tokens
            .iter()
            .map(|lexeme| Operators::of(lexeme.token))
            .fold(Operators::default(), Operators::or);
        self.failed_at = 0;
        self.expected = Expected::default();
        self.deepest = 0;
        self.longest_chain = 0;
    }

    /// Returns the height of the tree parsed since [`begin`](Self::begin).
    pub(super) fn height(&self) -> usize {
        self.deepest.saturating_add(self.longest_chain).saturating_add(1)
    }

    pub(super) fn store(&mut self, node: Node) {
        // A missing node has no height.
        self.heights.push(if matches!(node, Node::Missing) {
            0
        } else {
            self.height()
        });
        self.nodes.push(node);
    }

    pub(super) fn take(&mut self, group: u32) -> Node {
        let index = group as usize;
        let height = self.heights.get(index).copied().unwrap_or_default();
        self.deepest = self.deepest.max(height);
        self.nodes
            .get_mut(index)
            .map_or(Node::Missing, |node| std::mem::replace(node, Node::Missing))
    }

    pub(super) fn note_chain(&mut self, length: usize) {
        self.longest_chain = self.longest_chain.max(length);
    }

    /// Returns `true` if the maximum number of diagnostics is reached.
    pub(super) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_DIAGNOSTICS
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn name(&self, id: u32, span: Span) -> Name {
        Name {
            text: self.text(id),
            span,
        }
    }

    /// Returns the text of a name, an integer or a plain string, by its index.
    pub(super) fn text(&self, id: u32) -> SmolStr {
        self.lexed.texts.get(id as usize).cloned().unwrap_or_default()
    }

    fn fail(&mut self, at: usize, expected: Expected) {
        if at > self.failed_at {
            self.failed_at = at;
            self.expected = expected;
        } else if at == self.failed_at {
            self.expected = self.expected.or(expected);
        }
    }

    fn token_at(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).map(|lexeme| lexeme.token)
    }
}

impl<'a> Inspector<'a, Tokens<'a>> for State<'a> {
    type Checkpoint = ();
    fn on_token(&mut self, _: &Lexeme) {}
    fn on_save<'parse>(&self, _: &Cursor<'a, 'parse, Tokens<'a>>) {}
    fn on_rewind<'parse>(&mut self, _: &Checkpoint<'a, 'parse, Tokens<'a>, ()>) {}
}

/// Creates a parsing rule from a function.
pub(super) const fn rule<'a, O, F>(read: F) -> impl Rule<'a, O>
where
    F: for<'p> Fn(&mut Input<'a, 'p>) -> Read<O> + Copy,
{
    custom::<F, Tokens<'a>, O, Extra<'a>>(read)
}

pub(super) fn position(input: &Input<'_, '_>) -> usize {
    *input.cursor().inner()
}

pub(super) fn peek(input: &mut Input<'_, '_>) -> Option<Token> {
    input.peek().map(|lexeme| lexeme.token)
}

/// Returns the token after the next one, without consuming it.
pub(super) fn peek_second(input: &mut Input<'_, '_>) -> Option<Token> {
    let at = position(input) + 1;
    input.state().token_at(at)
}

pub(super) fn at_keyword(input: &mut Input<'_, '_>, word: Keyword) -> bool {
    peek(input) == Some(Token::Keyword(word))
}

pub(super) fn at_op(input: &mut Input<'_, '_>, op: Op) -> bool {
    peek(input) == Some(Token::Op(op))
}

pub(super) fn eat_keyword(input: &mut Input<'_, '_>, word: Keyword) -> Option<Span> {
    eat(input, Token::Keyword(word))
}

pub(super) fn eat_op(input: &mut Input<'_, '_>, op: Op) -> Option<Span> {
    eat(input, Token::Op(op))
}

fn eat(input: &mut Input<'_, '_>, token: Token) -> Option<Span> {
    let lexeme = input.peek().filter(|lexeme| lexeme.token == token)?;
    input.skip();
    Some(lexeme.span)
}

pub(super) fn expect_keyword(input: &mut Input<'_, '_>, word: Keyword, expected: Expected) -> Read<Span> {
    eat_keyword(input, word).ok_or_else(|| fail(input, expected))
}

pub(super) fn expect_op(input: &mut Input<'_, '_>, op: Op, expected: Expected) -> Read<Span> {
    eat_op(input, op).ok_or_else(|| fail(input, expected))
}

/// Consumes this token if it is next, and parses what follows it. Returns `None` if another token
/// is next.
pub(super) fn after<O>(
    input: &mut Input<'_, '_>,
    token: Token,
    read: impl FnOnce(&mut Input<'_, '_>) -> Read<O>,
) -> Read<Option<O>> {
    eat(input, token).map(|_| read(input)).transpose()
}

pub(super) fn expect_name(input: &mut Input<'_, '_>) -> Read<Name> {
    match input.peek() {
        Some(Lexeme {
            token: Token::Name(id),
            span,
        }) => {
            input.skip();
            Ok(input.state().name(id, span))
        }
        _ => Err(fail(input, Expected::NAME)),
    }
}

/// Records what was expected at the current position and returns the error of a failed rule.
pub(super) fn fail(input: &mut Input<'_, '_>, expected: Expected) -> EmptyErr {
    let at = position(input);
    input.state().fail(at, expected);
    EmptyErr::default()
}

/// Takes the parsed expression of a group out of the state.
pub(super) fn take_expr(input: &mut Input<'_, '_>, group: u32, span: Span) -> Expr {
    match input.state().take(group) {
        Node::Expr(expr) => expr,
        _ => Expr::new(span, ExprKind::Ellipsis),
    }
}

/// Returns `true` if an expression, starred or not, can begin with this token.
pub(super) fn begins_expression(token: Option<Token>) -> bool {
    match token {
        Some(
            Token::Name(_) | Token::Int(_) | Token::Float(_) | Token::Str(_) | Token::FString(_) | Token::Group(..),
        ) => true,
        Some(Token::Op(op)) => matches!(op, Op::Plus | Op::Minus | Op::Tilde | Op::Star | Op::Ellipsis),
        Some(Token::Keyword(word)) => matches!(
            word,
            Keyword::None | Keyword::True | Keyword::False | Keyword::Not | Keyword::Lambda | Keyword::Await
        ),
        Some(Token::Broken) | None => false,
    }
}

/// Returns the number of the group if the token is a group of this kind.
pub(super) fn group_of(token: Option<Token>, kind: GroupKind) -> Option<u32> {
    match token {
        Some(Token::Group(found, id)) if found == kind => Some(id),
        _ => None,
    }
}
