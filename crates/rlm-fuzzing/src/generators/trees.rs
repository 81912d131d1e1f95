//! Generators of random syntax trees of every kind, whose printed form must parse.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sift_syntax::ast::*;
use sift_syntax::{ParamKind, Span};
use smol_str::SmolStr;

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: Span::default(),
    }
}

fn name_text() -> impl Strategy<Value = SmolStr> + Clone {
    prop::sample::select(vec![
        "x", "y", "items", "print", "match", "case", "type", "_", "naïve", "数",
    ])
    .prop_map(SmolStr::new)
}

fn name() -> impl Strategy<Value = Name> + Clone {
    name_text().prop_map(|text| Name {
        text,
        span: Span::default(),
    })
}

fn text() -> impl Strategy<Value = SmolStr> {
    prop_oneof![
        ".{0,8}",
        "[\"'\\\\{}\n\t\r a\u{0}\u{200b}😀]{0,8}",
        Just("plain".to_owned()),
    ]
    .prop_map(SmolStr::from)
}

fn some_text() -> impl Strategy<Value = SmolStr> {
    text().prop_filter("text pieces are never empty", |text| !text.is_empty())
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        Just(ExprKind::None),
        any::<bool>().prop_map(ExprKind::Bool),
        Just(ExprKind::Ellipsis),
        any::<u128>().prop_map(|value| ExprKind::Int(value.to_string().into())),
        any::<f64>().prop_filter_map("literals have no sign", |value| {
            (!value.is_nan()).then(|| ExprKind::Float(value.abs()))
        }),
        text().prop_map(ExprKind::Str),
        name_text().prop_map(ExprKind::Name),
    ]
    .prop_map(expr)
}

fn any_expr() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(5, 48, 4, |inner| {
        prop_oneof![
            displays(inner.clone()),
            operations(inner.clone()),
            others(inner.clone()),
            postfixes(inner.clone()),
            fstrings(inner),
        ]
    })
}

fn boxed(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Box<Expr>> {
    inner.prop_map(Box::new)
}

fn element(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    prop_oneof![
        4 => inner.clone(),
        1 => boxed(inner).prop_map(|items| expr(ExprKind::Starred(items))),
    ]
}

fn displays(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    let dict_item = prop_oneof![
        4 => (inner.clone(), inner.clone()).prop_map(|(key, value)| DictItem::Pair(key, value)),
        1 => inner.clone().prop_map(DictItem::Spread),
    ];
    let kind = prop::sample::select(vec![
        ComprehensionKind::List,
        ComprehensionKind::Set,
        ComprehensionKind::Generator,
    ]);
    let clauses = vec(clause(inner.clone()), 1..3).boxed();
    prop_oneof![
        vec(element(inner.clone()), 0..4).prop_map(ExprKind::List),
        vec(element(inner.clone()), 0..4).prop_map(ExprKind::Tuple),
        vec(element(inner.clone()), 1..4).prop_map(ExprKind::Set),
        vec(dict_item, 0..3).prop_map(ExprKind::Dict),
        (kind, boxed(inner.clone()), clauses.clone()).prop_map(|(kind, element, clauses)| ExprKind::Comprehension {
            kind,
            element,
            clauses
        }),
        (boxed(inner.clone()), boxed(inner), clauses).prop_map(|(key, value, clauses)| ExprKind::DictComprehension {
            key,
            value,
            clauses
        }),
    ]
    .prop_map(expr)
}

fn clause(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Clause> {
    (target(inner.clone()), inner.clone(), vec(inner, 0..2)).prop_map(|(target, iter, conditions)| Clause {
        target,
        iter,
        conditions,
        is_async: false,
    })
}

fn operations(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    let signs = vec(
        prop::sample::select(vec![UnaryOp::Negate, UnaryOp::Plus, UnaryOp::Invert]),
        1..3,
    );
    let ops = prop_oneof![signs, vec(Just(UnaryOp::Not), 1..3)];
    let chain = |ops: Vec<BinaryOp>, inner: BoxedStrategy<Expr>| {
        (boxed(inner.clone()), vec((prop::sample::select(ops), inner), 1..3))
            .prop_map(|(first, rest)| ExprKind::Binary { first, rest })
    };
    let terms = vec![
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::FloorDivide,
        BinaryOp::Modulo,
    ];
    let comparisons = prop::sample::select(vec![
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Greater,
        CompareOp::GreaterEqual,
        CompareOp::In,
        CompareOp::NotIn,
        CompareOp::Is,
        CompareOp::IsNot,
    ]);
    prop_oneof![
        (ops, boxed(inner.clone())).prop_map(|(ops, operand)| ExprKind::Unary { ops, operand }),
        chain(terms, inner.clone()),
        chain(vec![BinaryOp::Add, BinaryOp::Subtract], inner.clone()),
        chain(vec![BinaryOp::ShiftLeft, BinaryOp::ShiftRight], inner.clone()),
        chain(vec![BinaryOp::BitAnd], inner.clone()),
        chain(vec![BinaryOp::BitXor], inner.clone()),
        chain(vec![BinaryOp::BitOr], inner.clone()),
        (boxed(inner.clone()), boxed(inner.clone())).prop_map(|(base, exponent)| ExprKind::Power { base, exponent }),
        (
            prop::sample::select(vec![LogicalOp::And, LogicalOp::Or]),
            vec(inner.clone(), 2..4)
        )
            .prop_map(|(op, values)| ExprKind::Logical { op, values }),
        (boxed(inner.clone()), vec((comparisons, inner.clone()), 1..3))
            .prop_map(|(first, rest)| ExprKind::Compare { first, rest }),
        (vec((inner.clone(), inner.clone()), 1..3), boxed(inner))
            .prop_map(|(arms, orelse)| ExprKind::Conditional { arms, orelse }),
    ]
    .prop_map(expr)
}

fn others(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    prop_oneof![
        (params(inner.clone()), boxed(inner.clone())).prop_map(|(mut params, body)| {
            for param in &mut params.items {
                param.annotation = None;
            }
            ExprKind::Lambda {
                params: Box::new(params),
                body,
            }
        }),
        (name(), boxed(inner.clone())).prop_map(|(name, value)| ExprKind::Walrus { name, value }),
        boxed(inner.clone()).prop_map(ExprKind::Await),
        option::of(boxed(inner.clone())).prop_map(ExprKind::Yield),
        boxed(inner).prop_map(ExprKind::YieldFrom),
    ]
    .prop_map(expr)
}

fn postfixes(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    let op = prop_oneof![
        name().prop_map(PostfixKind::Attribute),
        subscript(inner.clone()).prop_map(|index| PostfixKind::Subscript(Box::new(index))),
        arguments(inner.clone()).prop_map(PostfixKind::Call),
    ]
    .prop_map(|kind| Postfix {
        kind,
        span: Span::default(),
    });
    (boxed(inner), vec(op, 1..4)).prop_map(|(base, ops)| expr(ExprKind::Postfix { base, ops }))
}

fn subscript(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Subscript> {
    prop_oneof![
        inner.clone().prop_map(Subscript::Index),
        (option::of(inner.clone()), option::of(inner.clone()), option::of(inner))
            .prop_map(|(start, stop, step)| Subscript::Slice { start, stop, step }),
    ]
}

/// Generates the arguments of a call in an order that Python allows.
fn arguments(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Vec<Argument>> {
    let by_position = prop_oneof![
        4 => inner.clone().prop_map(Argument::Positional),
        1 => inner.clone().prop_map(Argument::Starred),
    ];
    let named = option::of((name(), inner.clone()));
    (vec(by_position, 0..3), named, option::of(inner)).prop_map(|(mut args, named, spread)| {
        args.extend(named.map(|(name, value)| Argument::Keyword { name, value }));
        args.extend(spread.map(Argument::DoubleStarred));
        args
    })
}

fn fstrings(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    let spec = option::of((option::of(some_text()), option::of(field(inner.clone(), Just(None)))).prop_map(pieces));
    let field = prop_oneof![
        4 => field(inner, spec),
        1 => name_text().prop_map(|text| FStringField {
            debug: Some(format!(" {text} = ").into()),
            value: expr(ExprKind::Name(text)),
            conversion: None,
            spec: None,
        }),
    ];
    vec((option::of(some_text()), option::of(field)), 0..3).prop_map(|groups| {
        let mut parts: Vec<FStringPart> = Vec::new();
        for part in groups.into_iter().flat_map(pieces) {
            // Two consecutive text parts would be parsed as one.
            let after_text = matches!(parts.last(), Some(FStringPart::Text(_)));
            if !(after_text && matches!(part, FStringPart::Text(_))) {
                parts.push(part);
            }
        }
        expr(ExprKind::FString(parts))
    })
}

fn field(
    inner: BoxedStrategy<Expr>,
    spec: impl Strategy<Value = Option<Vec<FStringPart>>>,
) -> impl Strategy<Value = FStringField> {
    let conversions = prop::sample::select(vec![Conversion::Str, Conversion::Repr, Conversion::Ascii]);
    (inner, option::of(conversions), spec).prop_map(|(value, conversion, spec)| FStringField {
        value,
        debug: None,
        conversion,
        spec,
    })
}

fn pieces((text, field): (Option<SmolStr>, Option<FStringField>)) -> Vec<FStringPart> {
    let text = text.map(FStringPart::Text);
    text.into_iter()
        .chain(field.map(|field| FStringPart::Field(Box::new(field))))
        .collect()
}

/// Generates the parameters of a function in an order that Python allows, with unique names.
fn params(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Params> {
    let kinds = prop::sample::subsequence(
        vec![
            ("a", ParamKind::PositionalOnly),
            ("b", ParamKind::PositionalOnly),
            ("c", ParamKind::Positional),
            ("d", ParamKind::Positional),
            ("e", ParamKind::VarArgs),
            ("f", ParamKind::KeywordOnly),
            ("g", ParamKind::KeywordOnly),
            ("h", ParamKind::VarKeywords),
        ],
        0..6,
    );
    (kinds, option::of(inner.clone()), option::of(inner)).prop_map(|(kinds, annotation, default)| Params {
        items: kinds
            .into_iter()
            .map(|(text, kind)| ParamDef {
                name: Name {
                    text: text.into(),
                    span: Span::default(),
                },
                kind,
                annotation: annotation.clone(),
                default: default
                    .clone()
                    .filter(|_| !matches!(kind, ParamKind::VarArgs | ParamKind::VarKeywords)),
            })
            .collect(),
    })
}

fn single_target(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Target> {
    // The object before the last postfix must not itself be a parenthesized postfix chain.
    let object = (name_text(), option::of(name())).prop_map(|(base, attribute)| {
        let base = expr(ExprKind::Name(base));
        match attribute {
            None => base,
            Some(name) => expr(ExprKind::Postfix {
                base: Box::new(base),
                ops: vec![Postfix {
                    kind: PostfixKind::Attribute(name),
                    span: Span::default(),
                }],
            }),
        }
    });
    prop_oneof![
        3 => name().prop_map(Target::Name),
        1 => (object.clone(), subscript(inner)).prop_map(|(object, index)| Target::Subscript {
            object: Box::new(object),
            index: Box::new(index),
            span: Span::default(),
        }),
        1 => (object, name()).prop_map(|(object, name)| Target::Attribute {
            object: Box::new(object),
            name,
            span: Span::default(),
        }),
    ]
}

fn target(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Target> {
    single_target(inner).prop_recursive(2, 6, 3, |inner| {
        (vec(inner, 0..3), any::<bool>()).prop_map(|(mut items, starred)| {
            let last = items.pop().map(|last| match starred {
                true => Target::Starred {
                    target: Box::new(last),
                    span: Span::default(),
                },
                false => last,
            });
            items.extend(last);
            Target::Tuple {
                items,
                span: Span::default(),
            }
        })
    })
}

fn simple() -> impl Strategy<Value = StmtKind> {
    let value = any_expr().boxed();
    let op = prop::sample::select(vec![
        BinaryOp::Add,
        BinaryOp::Power,
        BinaryOp::FloorDivide,
        BinaryOp::ShiftLeft,
    ]);
    let item = (name(), option::of(name())).prop_map(|(name, alias)| ImportItem { name, alias });
    let module = prop::sample::select(vec!["re", "os.path", ".", "..a"]).prop_map(|text| Name {
        text: text.into(),
        span: Span::default(),
    });
    prop_oneof![
        value.clone().prop_map(StmtKind::Expr),
        (vec(target(value.clone()), 1..3), value.clone())
            .prop_map(|(targets, value)| StmtKind::Assign { targets, value }),
        (single_target(value.clone()), op, value.clone()).prop_map(|(target, op, value)| StmtKind::AugAssign {
            target,
            op,
            value
        }),
        (single_target(value.clone()), value.clone(), option::of(value.clone())).prop_map(
            |(target, annotation, value)| StmtKind::AnnAssign {
                target,
                annotation,
                value
            }
        ),
        Just(StmtKind::Break),
        Just(StmtKind::Continue),
        Just(StmtKind::Pass),
        option::of(value.clone()).prop_map(StmtKind::Return),
        (value.clone(), option::of(value.clone())).prop_map(|(exception, cause)| StmtKind::Raise {
            exception: Some(exception),
            cause
        }),
        (value.clone(), option::of(value.clone())).prop_map(|(test, message)| StmtKind::Assert { test, message }),
        vec(single_target(value), 0..3).prop_map(StmtKind::Delete),
        vec(name(), 1..3).prop_map(StmtKind::Global),
        vec(name(), 1..3).prop_map(StmtKind::Nonlocal),
        vec(item.clone(), 1..3).prop_map(StmtKind::Import),
        (module, vec(item, 1..3)).prop_map(|(module, names)| StmtKind::FromImport { module, names }),
    ]
}

/// Generates a syntax tree of a statement, with blocks up to four levels deep.
pub fn statement() -> impl Strategy<Value = Stmt> {
    let wrap = |kind| Stmt {
        kind,
        span: Span::default(),
    };
    simple().prop_map(wrap).prop_recursive(3, 12, 3, move |inner| {
        let value = any_expr().boxed();
        let block = vec(inner, 1..3);
        let rest = prop_oneof![Just(Vec::new()), block.clone()];
        let handler =
            (option::of(value.clone()), option::of(name()), block.clone()).prop_map(|(class, name, body)| Handler {
                name: name.filter(|_| class.is_some()),
                class,
                body,
                span: Span::default(),
            });
        prop_oneof![
            (vec((value.clone(), block.clone()), 1..3), rest.clone())
                .prop_map(|(arms, orelse)| StmtKind::If { arms, orelse }),
            (target(value.clone()), value.clone(), block.clone(), rest.clone()).prop_map(
                |(target, iter, body, orelse)| StmtKind::For {
                    target,
                    iter,
                    body,
                    orelse
                }
            ),
            (value.clone(), block.clone(), rest.clone()).prop_map(|(test, body, orelse)| StmtKind::While {
                test,
                body,
                orelse
            }),
            (
                name(),
                params(value.clone()),
                option::of(value),
                block.clone(),
                any::<bool>()
            )
                .prop_map(
                    |(name, params, returns, body, is_async)| StmtKind::Def(Box::new(FunctionDef {
                        name,
                        params,
                        returns,
                        body,
                        decorators: vec![expr(ExprKind::Name("cache".into())); usize::from(is_async)],
                        is_async,
                    }))
                ),
            (block, vec(handler, 0..3), rest.clone(), rest).prop_map(|(body, mut handlers, orelse, finally)| {
                let last = handlers.len().saturating_sub(1);
                for handler in handlers.iter_mut().take(last) {
                    handler.class.get_or_insert_with(|| expr(ExprKind::Name("x".into())));
                }
                let orelse = if handlers.is_empty() { Vec::new() } else { orelse };
                let pass = Stmt {
                    kind: StmtKind::Pass,
                    span: Span::default(),
                };
                let finally = if handlers.is_empty() && finally.is_empty() {
                    vec![pass]
                } else {
                    finally
                };
                StmtKind::Try(Box::new(Try {
                    body,
                    handlers,
                    orelse,
                    finally,
                }))
            }),
        ]
        .prop_map(wrap)
    })
}
