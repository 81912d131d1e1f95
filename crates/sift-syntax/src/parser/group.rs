//! The parsing rules for the content of brackets. The brackets nested in them are already parsed
//! and are single tokens.

use std::collections::BTreeSet;

use sift_signature::ParamKind;
use smol_str::SmolStr;

use super::expression::{arithmetic, at_clause, clauses, element, expression, named_expression, read_more, value};
use super::input::{
    Expected, Input, Node, Read, Rule, after, at_keyword, at_op, begins_expression, eat_op, expect_name, expect_op,
    fail, peek, peek_second, position, rule,
};
use crate::Span;
use crate::ast::{Argument, ComprehensionKind, DictItem, Expr, ExprKind, ImportItem, ParamDef, Params, Subscript};
use crate::codes;
use crate::lexer::{GroupKind, Keyword, Op, Token};
use crate::source::{replaced, slice};

/// Returns the rule that parses the content of this kind of group.
pub(super) fn content<'a>(kind: GroupKind) -> impl Rule<'a, Node> {
    rule(move |input| match kind {
        GroupKind::Parens => read_parens(input).map(Node::Expr),
        GroupKind::List => read_list(input).map(Node::Expr),
        GroupKind::Braces => read_braces(input).map(Node::Expr),
        GroupKind::Field => read_field(input).map(Node::Expr),
        GroupKind::Call => read_arguments(input).map(Node::Call),
        GroupKind::Subscript => read_subscript(input).map(Node::Subscript),
        GroupKind::Parameters => read_params(input, Annotations::Allowed).map(Node::Params),
        GroupKind::LambdaParameters => read_params(input, Annotations::None).map(Node::Params),
        GroupKind::Imports => read_import_items(input).map(Node::Imports),
    })
}

/// Parses the names of an import: `name as alias, …`.
pub(super) fn read_import_items(input: &mut Input<'_, '_>) -> Read<Vec<ImportItem>> {
    let mut items = Vec::new();
    loop {
        let name = expect_name(input)?;
        let alias = after(input, Token::Keyword(Keyword::As), expect_name)?;
        items.push(ImportItem { name, alias });
        if eat_op(input, Op::Comma).is_none() {
            fail(input, Expected::COMMA);
            return Ok(items);
        }
        if peek(input).is_none() {
            return Ok(items);
        }
    }
}

fn around(input: &mut Input<'_, '_>) -> Span {
    input.state().around
}

/// Parses the expression in a field of an f-string. A lambda's colon would start a format
/// specification, as in Python.
fn read_field(input: &mut Input<'_, '_>) -> Read<Expr> {
    let tokens = input.state().tokens;
    let lambda = tokens
        .iter()
        .find(|lexeme| lexeme.token == Token::Keyword(Keyword::Lambda));
    if let Some(lexeme) = lambda {
        input.state().report(
            codes::BAD_FIELD
                .error(lexeme.span, "a lambda in a field needs parentheses")
                .with_help("put ( ) around it, or bind the value on a line before")
                .with_corrected("text = f\"{(lambda x: x + 1)(2)}\""),
        );
    }
    input.parse(value())
}

fn read_parens(input: &mut Input<'_, '_>) -> Read<Expr> {
    let span = around(input);
    if input.peek().is_none() {
        return Ok(Expr::new(span, ExprKind::Tuple(Vec::new())));
    }
    if at_keyword(input, Keyword::Yield) {
        return input.parse(value());
    }
    let first = input.parse(element())?;
    if at_clause(input) {
        return comprehension(input, ComprehensionKind::Generator, first);
    }
    if at_op(input, Op::Comma) {
        let (items, _) = read_more(input, first, element())?;
        return Ok(Expr::new(span, ExprKind::Tuple(items)));
    }
    if let ExprKind::Starred(_) = first.kind {
        let source = input.state().source;
        let corrected = replaced(source, first.span, &format!("{},", slice(source, first.span)));
        input.state().report(
            codes::BAD_STAR
                .error(first.span, "a star can't stand alone in parentheses")
                .with_help("add a comma for a tuple")
                .with_corrected(corrected),
        );
    }
    fail(input, Expected::COMMA);
    Ok(first)
}

fn read_list(input: &mut Input<'_, '_>) -> Read<Expr> {
    let span = around(input);
    if input.peek().is_none() {
        return Ok(Expr::new(span, ExprKind::List(Vec::new())));
    }
    let first = input.parse(element())?;
    if at_clause(input) {
        return comprehension(input, ComprehensionKind::List, first);
    }
    let (items, _) = read_more(input, first, element())?;
    fail(input, Expected::COMMA);
    Ok(Expr::new(span, ExprKind::List(items)))
}

fn comprehension(input: &mut Input<'_, '_>, kind: ComprehensionKind, element: Expr) -> Read<Expr> {
    refuse_star(input, &element);
    let clauses = input.parse(clauses())?;
    Ok(Expr::new(
        around(input),
        ExprKind::Comprehension {
            kind,
            element: Box::new(element),
            clauses,
        },
    ))
}

fn refuse_star(input: &mut Input<'_, '_>, element: &Expr) {
    if let ExprKind::Starred(items) = &element.kind {
        let source = input.state().source;
        let corrected = replaced(source, element.span, slice(source, items.span));
        input.state().report(
            codes::BAD_STAR
                .error(element.span, "a star can't stand before a comprehension's element")
                .with_help("leave the star out; a second `for` goes through the items of each")
                .with_corrected(corrected),
        );
    }
}

fn read_braces(input: &mut Input<'_, '_>) -> Read<Expr> {
    let span = around(input);
    if input.peek().is_none() || at_op(input, Op::DoubleStar) {
        let kind = ExprKind::Dict(read_dict_items(input, Vec::new())?);
        return Ok(Expr::new(span, kind));
    }
    let binds = binds_bare(input);
    let first = input.parse(element())?;
    if !matches!(first.kind, ExprKind::Starred(_)) && eat_op(input, Op::Colon).is_some() {
        if binds {
            refuse_bare_walrus(input, &first);
        }
        return read_dict(input, first);
    }
    if at_clause(input) {
        return comprehension(input, ComprehensionKind::Set, first);
    }
    fail(input, Expected::COLON);
    let (items, _) = read_more(input, first, element())?;
    fail(input, Expected::COMMA);
    Ok(Expr::new(span, ExprKind::Set(items)))
}

fn read_dict(input: &mut Input<'_, '_>, key: Expr) -> Read<Expr> {
    let span = around(input);
    let value = input.parse(expression())?;
    if at_clause(input) {
        let clauses = input.parse(clauses())?;
        return Ok(Expr::new(
            span,
            ExprKind::DictComprehension {
                key: Box::new(key),
                value: Box::new(value),
                clauses,
            },
        ));
    }
    let mut items = vec![DictItem::Pair(key, value)];
    if eat_op(input, Op::Comma).is_some() {
        items = read_dict_items(input, items)?;
    }
    fail(input, Expected::COMMA);
    Ok(Expr::new(span, ExprKind::Dict(items)))
}

fn read_dict_items(input: &mut Input<'_, '_>, mut items: Vec<DictItem>) -> Read<Vec<DictItem>> {
    while input.peek().is_some() {
        if eat_op(input, Op::DoubleStar).is_some() {
            items.push(DictItem::Spread(input.parse(arithmetic())?));
        } else {
            let key = input.parse(expression())?;
            expect_op(input, Op::Colon, Expected::COLON)?;
            items.push(DictItem::Pair(key, input.parse(expression())?));
        }
        if eat_op(input, Op::Comma).is_none() {
            break;
        }
    }
    fail(input, Expected::COMMA);
    Ok(items)
}

fn read_arguments(input: &mut Input<'_, '_>) -> Read<Vec<Argument>> {
    let mut args = Vec::new();
    let mut order = ArgumentOrder::default();
    while input.peek().is_some() {
        let argument = read_argument(input, args.is_empty())?;
        order.check(input, &argument);
        args.push(argument);
        if eat_op(input, Op::Comma).is_none() {
            break;
        }
    }
    fail(input, Expected::COMMA);
    Ok(args)
}

/// Returns `true` if the input continues with `name :=` without parentheses.
fn binds_bare(input: &mut Input<'_, '_>) -> bool {
    peek_second(input) == Some(Token::Op(Op::Walrus))
}

/// Returns the source line of a span, with parentheses around the span's text.
fn in_parentheses(source: &str, place: Span) -> String {
    replaced(source, place, &format!("({})", slice(source, place)))
}

fn refuse_bare_walrus(input: &mut Input<'_, '_>, expr: &Expr) {
    let corrected = in_parentheses(input.state().source, expr.span);
    input.state().report(
        codes::BAD_WALRUS
            .error(expr.span, "`:=` before a `:` needs parentheses")
            .with_help("put ( ) around it")
            .with_corrected(corrected),
    );
}

fn read_argument(input: &mut Input<'_, '_>, is_first: bool) -> Read<Argument> {
    if eat_op(input, Op::Star).is_some() {
        return input.parse(expression()).map(Argument::Starred);
    }
    if eat_op(input, Op::DoubleStar).is_some() {
        return input.parse(expression()).map(Argument::DoubleStarred);
    }
    if matches!(peek(input), Some(Token::Name(_))) && peek_second(input) == Some(Token::Op(Op::Equal)) {
        let name = expect_name(input)?;
        input.skip();
        let value = input.parse(expression())?;
        return Ok(Argument::Keyword { name, value });
    }
    let first = input.parse(named_expression())?;
    if !at_clause(input) {
        return Ok(Argument::Positional(first));
    }
    let start = first.span;
    let mut generator = comprehension(input, ComprehensionKind::Generator, first)?;
    if input.peek().is_some() || !is_first {
        let last = position(input).checked_sub(1);
        let last = last.and_then(|last| input.state().tokens.get(last));
        generator.span = last.map_or(start, |last| start.to(last.span));
        let corrected = in_parentheses(input.state().source, generator.span);
        input.state().report(
            codes::BAD_ARGUMENTS
                .error(start, "a generator beside other arguments needs parentheses")
                .with_help("put ( ) around it")
                .with_corrected(corrected),
        );
        // The remaining tokens are parsed as usual.
    }
    Ok(Argument::Positional(generator))
}

/// The arguments seen so far in a call, to check their order.
#[derive(Default)]
struct ArgumentOrder {
    names: BTreeSet<SmolStr>,
    spread: bool,
}

impl ArgumentOrder {
    fn check(&mut self, input: &mut Input<'_, '_>, argument: &Argument) {
        let problem = match argument {
            Argument::Positional(expr) if self.spread || !self.names.is_empty() => Some((
                expr.span,
                "an argument without a name follows one with a name".to_owned(),
            )),
            Argument::Starred(expr) if self.spread => Some((expr.span, "`*` follows `**`".to_owned())),
            Argument::Keyword { name, .. } => {
                let new = self.names.insert(name.text.clone());
                (!new).then(|| (name.span, format!("the argument `{}` is given twice", name.text)))
            }
            Argument::DoubleStarred(_) => {
                self.spread = true;
                None
            }
            Argument::Positional(_) | Argument::Starred(_) => None,
        };
        if let Some((span, message)) = problem {
            input.state().report(
                codes::BAD_ARGUMENTS
                    .error(span, message)
                    .with_help("first arguments without names, then each name once")
                    .with_corrected("words = sorted(str(context).split(), key=len, reverse=True)"),
            );
        }
    }
}

fn read_subscript(input: &mut Input<'_, '_>) -> Read<Subscript> {
    let first = read_slice(input)?;
    let span = around(input);
    if !at_op(input, Op::Comma) {
        return Ok(match first {
            // `x[*a]` is `x[(*a,)]`.
            Subscript::Index(item) if matches!(item.kind, ExprKind::Starred(_)) => {
                Subscript::Index(Expr::new(item.span, ExprKind::Tuple(vec![item])))
            }
            other => other,
        });
    }
    let mut items = Vec::new();
    let mut sliced = false;
    let mut next = Some(first);
    while let Some(item) = next.take() {
        match item {
            Subscript::Index(expr) => items.push(expr),
            Subscript::Slice { .. } => sliced = true,
        }
        if eat_op(input, Op::Comma).is_some() && input.peek().is_some() {
            next = Some(read_slice(input)?);
        }
    }
    if sliced {
        input.state().report(
            codes::SLICE_TUPLE
                .error(span, "slices of several dimensions are not in Sift")
                .with_help("slice one list after the other")
                .with_corrected("letters = [word[0] for word in str(context).split()[2:5]]"),
        );
    }
    let inside = match (items.first(), items.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => span,
    };
    Ok(Subscript::Index(Expr::new(inside, ExprKind::Tuple(items))))
}

fn read_slice(input: &mut Input<'_, '_>) -> Read<Subscript> {
    let part = |input: &mut Input<'_, '_>| match begins_expression(peek(input)) {
        true => input.parse(expression()).map(Some),
        false => Ok(None),
    };
    let binds = binds_bare(input);
    let start = if at_op(input, Op::Colon) {
        None
    } else {
        Some(input.parse(element())?)
    };
    // `x[*a:b]` is invalid in Python, because a starred expression is no slice bound.
    let is_starred = matches!(&start, Some(start) if matches!(start.kind, ExprKind::Starred(_)));
    if is_starred || eat_op(input, Op::Colon).is_none() {
        if !is_starred {
            fail(input, Expected::COLON);
        }
        return start
            .map(Subscript::Index)
            .ok_or_else(|| fail(input, Expected::EXPRESSION));
    }
    if let Some(start) = start.as_ref().filter(|_| binds) {
        refuse_bare_walrus(input, start);
    }
    let stop = part(input)?;
    let step = match eat_op(input, Op::Colon) {
        Some(_) => part(input)?,
        None => None,
    };
    fail(input, Expected::EXPRESSION);
    Ok(Subscript::Slice { start, stop, step })
}

/// Whether parameters may have annotations. A lambda's parameters can't, because its colon ends
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Annotations {
    Allowed,
    None,
}

fn read_params(input: &mut Input<'_, '_>, annotations: Annotations) -> Read<Params> {
    let mut items: Vec<ParamDef> = Vec::new();
    let mut kind = ParamKind::Positional;
    let mut order = ParameterOrder::default();
    while let Some(lexeme) = input.peek() {
        match lexeme.token {
            Token::Op(Op::Slash) => {
                input.skip();
                let plain = order.slash_may_follow && !items.is_empty();
                order.slash_may_follow = false;
                if plain {
                    items.iter_mut().for_each(|item| item.kind = ParamKind::PositionalOnly);
                } else {
                    refuse_params(input, lexeme.span, "`/` can't stand here");
                }
            }
            Token::Op(Op::Star) if !matches!(peek_second(input), Some(Token::Name(_))) => {
                input.skip();
                if kind == ParamKind::KeywordOnly {
                    refuse_params(input, lexeme.span, "a second `*`");
                }
                kind = ParamKind::KeywordOnly;
                order.slash_may_follow = false;
                let named_follows = at_op(input, Op::Comma) && matches!(peek_second(input), Some(Token::Name(_)));
                if !named_follows {
                    refuse_params(input, lexeme.span, "named parameters must follow a bare `*`");
                }
            }
            _ => {
                let param = read_param(input, kind, annotations)?;
                order.check(input, &param);
                if param.kind == ParamKind::VarArgs {
                    kind = ParamKind::KeywordOnly;
                }
                items.push(param);
            }
        }
        if eat_op(input, Op::Comma).is_none() {
            break;
        }
    }
    fail(input, Expected::COMMA);
    Ok(Params { items })
}

fn read_param(input: &mut Input<'_, '_>, kind: ParamKind, annotations: Annotations) -> Read<ParamDef> {
    let kind = if eat_op(input, Op::Star).is_some() {
        ParamKind::VarArgs
    } else if eat_op(input, Op::DoubleStar).is_some() {
        ParamKind::VarKeywords
    } else {
        kind
    };
    let name = expect_name(input)?;
    let annotation = match annotations {
        Annotations::Allowed if eat_op(input, Op::Colon).is_some() => Some(input.parse(expression())?),
        _ => None,
    };
    let takes_default = !matches!(kind, ParamKind::VarArgs | ParamKind::VarKeywords);
    let default = match takes_default && eat_op(input, Op::Equal).is_some() {
        true => Some(input.parse(expression())?),
        false => None,
    };
    Ok(ParamDef {
        name,
        kind,
        annotation,
        default,
    })
}

/// The parameters seen so far in a function, to check their order.
struct ParameterOrder {
    names: BTreeSet<SmolStr>,
    slash_may_follow: bool,
    default: bool,
    var_args: bool,
    var_keywords: bool,
}

impl Default for ParameterOrder {
    fn default() -> Self {
        Self {
            names: BTreeSet::new(),
            slash_may_follow: true,
            default: false,
            var_args: false,
            var_keywords: false,
        }
    }
}

impl ParameterOrder {
    fn check(&mut self, input: &mut Input<'_, '_>, param: &ParamDef) {
        let span = param.name.span;
        let name = &param.name.text;
        let by_position = matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly);
        let is_new = self.names.insert(name.clone());
        if self.var_keywords {
            refuse_params(input, span, "nothing can follow `**` parameters");
        } else if param.kind == ParamKind::VarArgs && self.var_args {
            refuse_params(input, span, "a second `*` parameter");
        } else if !is_new {
            refuse_params(input, span, &format!("the parameter `{name}` stands twice"));
        } else if by_position && param.default.is_none() && self.default {
            let message = format!("the parameter `{name}` has no default, but one before it has");
            refuse_params(input, span, &message);
        }
        self.default |= by_position && param.default.is_some();
        self.var_args |= param.kind == ParamKind::VarArgs;
        self.var_keywords |= param.kind == ParamKind::VarKeywords;
        self.slash_may_follow &= param.kind == ParamKind::Positional;
    }
}

fn refuse_params(input: &mut Input<'_, '_>, span: Span, message: &str) {
    input.state().report(
        codes::BAD_PARAMETERS
            .error(span, message)
            .with_help("order: plain, with defaults, `*args`, named only, `**kwargs`; each name once")
            .with_corrected("def work(text, size=100, *rest, sep=\",\", **options): pass"),
    );
}
