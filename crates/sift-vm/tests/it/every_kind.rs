//! Whatever the checker accepts, the compiler has an op for: every kind of node runs, and every row that the checker knows
//! is found by the machine.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Arrival, machine, run_in};
use sift_syntax::ast::{
    Argument, BinaryOp, Block, CompareOp, ComprehensionKind, Conversion, DictItem, Expr, ExprKind, FStringPart,
    LogicalOp, Params, Postfix, PostfixKind, Stmt, StmtKind, Subscript, Target, UnaryOp,
};
use sift_syntax::{Binding, ParamKind, Type, UnknownNames, parse};
use sift_vm::{Settings, library_scope};

/// Programs that together hold every kind of node, each with what it prints.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "a = b = 1\na += 2\na -= 1; a *= 8; a //= 3; a %= 4; a **= 3; a <<= 2; a >>= 1; a |= 1; a &= 7; a ^= 2\nc: float = a / 2\nc /= 2\nprint(a, b, c)",
        "1 1 0.25\n",
    ),
    (
        "if 1 > 2:\n    pass\nelif 2 >= 2 and not 1 == 2:\n    print('elif')\nelse:\n    print('else')",
        "elif\n",
    ),
    (
        "for i, (j, *k) in enumerate([(1, 2), (3, 4, 5)]):\n    if i > 5: continue\n    print(i, j, k)\nelse:\n    print('done')",
        "0 1 [2]\n1 3 [4, 5]\ndone\n",
    ),
    (
        "n = 3\nwhile n:\n    n -= 1\n    if n == 1: break\nelse:\n    print('never')\nprint(n)",
        "1\n",
    ),
    (
        "def f(a, /, b=2, *c, d=4, **e):\n    return a, b, c, d, e\nprint(f(1), f(1, 2, 3, d=5, g=6), f(*[1], **{'b': 3}))",
        "(1, 2, (), 4, {}) (1, 2, (3,), 5, {'g': 6}) (1, 3, (), 4, {})\n",
    ),
    (
        "def counter():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n        return n\n    return step\ntotal = 0\ndef add(x):\n    global total\n    total += x\nstep = counter(); step(); add(step())\nprint(total)",
        "2\n",
    ),
    (
        "try:\n    try:\n        raise ValueError('a') from None\n    except (KeyError, ValueError) as error:\n        print(error)\n        raise\n    finally:\n        print('finally')\nexcept Exception:\n    print('outer')\nelse:\n    print('never')",
        "a\nfinally\nouter\n",
    ),
    (
        "assert True, 'no'\nx = {'a': 1, 'b': [1, 2, 3]}\ndel x['a'], x['b'][1]\ny = 1\ndel y\nx['c'] = 4\nprint(x)",
        "{'b': [1, 3], 'c': 4}\n",
    ),
    (
        "import re as r, math\nfrom math import floor as down, pi\nprint(r.findall('a', 'banana'), math.ceil(pi), down(pi))",
        "['a', 'a', 'a'] 4 3\n",
    ),
    (
        "...\nNone\nprint([*[1], 2], (*[3], 4), {5}, {'k': 6, **{'l': 7}}, 1.5, 'a' \"b\", 10 ** -1, -(-2) ** 2, +1, ~1)",
        "[1, 2] (3, 4) {5} {'k': 6, 'l': 7} 1.5 ab 0.1 -4 1 -2\n",
    ),
    (
        "w, v = 3.14159, 'x'\nprint(f'{w:.{2}f}|{v!r:>5}|{v!s}|{v!a}|{v = }|{{}}')",
        "3.14|  'x'|x|'x'|v = 'x'|{}\n",
    ),
    (
        "print([x * 2 for x in range(4) if x % 2], {x for x in [1, 1]}, {x: y for x, y in [(1, 2)]}, sum(x for x in [1, 2]))",
        "[2, 6] {1} {1: 2} 3\n",
    ),
    (
        "print(1 if 0 else 2 if 0 else 3, (lambda a, *b, c=1: a + c)(1), (n := 5) + n, 1 or 0, 0 and 1)",
        "3 2 10 1 0\n",
    ),
    (
        "print(1 < 2 <= 2 != 3, 1 in [1], 2 not in [1], None is None, 1 is not None, 3 > 2, 2 >= 3, 1 == 1.0)",
        "True True True True True True False True\n",
    ),
    (
        "s = 'abcdef'\nprint(s[1], s[1:4], s[::-2], s[:2].upper(), {(1, 2): 3}[1, 2], 7 // 2, 7 % 4, 6 / 4, 1 << 3, 8 >> 1, 6 & 3, 6 | 3, 6 ^ 3, 2 - 1)",
        "b bcd fdb AB 3 3 3 1.5 8 4 2 7 5 1\n",
    ),
    (
        "def gen():\n    x = yield 1\n    yield from [2, 3]\n    yield\nasync def a():\n    return await b()\nasync def b(): return 'b'\nprint(list(gen()), await a())",
        "[1, 2, 3, None] b\n",
    ),
    (
        "first, *rest = 'abc'\n[p, q] = rest\n(first), rest[0] = 1, 2\nprint(first, rest, p, q)",
        "1 [2, 'c'] b c\n",
    ),
];

/// The kinds that the programs above can't hold: the checker refuses them.
const REFUSED: [&str; 3] = ["BinaryOp::MatrixMultiply", "Target::Attribute", "BinaryOp::Power"];

/// All kinds. A kind that is new to the tree does not compile below before it has a name, and is to be added here.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "Stmt::Expr", "Stmt::Assign", "Stmt::AugAssign", "Stmt::AnnAssign", "Stmt::If", "Stmt::For", "Stmt::While",
    "Stmt::Break", "Stmt::Continue", "Stmt::Pass", "Stmt::Def", "Stmt::Return", "Stmt::Try", "Stmt::Raise",
    "Stmt::Assert", "Stmt::Delete", "Stmt::Global", "Stmt::Nonlocal", "Stmt::Import", "Stmt::FromImport",
    "Target::Name", "Target::Tuple", "Target::Starred", "Target::Subscript", "Target::Attribute",
    "Expr::None", "Expr::Bool", "Expr::Ellipsis", "Expr::Int", "Expr::Float", "Expr::Str", "Expr::FString",
    "Expr::Name", "Expr::List", "Expr::Tuple", "Expr::Set", "Expr::Dict", "Expr::Comprehension",
    "Expr::DictComprehension", "Expr::Unary", "Expr::Binary", "Expr::Power", "Expr::Logical", "Expr::Compare",
    "Expr::Conditional", "Expr::Postfix", "Expr::Lambda", "Expr::Walrus", "Expr::Starred", "Expr::Await",
    "Expr::Yield", "Expr::YieldFrom",
    "Postfix::Attribute", "Postfix::Subscript", "Postfix::Call", "Subscript::Index", "Subscript::Slice",
    "Argument::Positional", "Argument::Keyword", "Argument::Starred", "Argument::DoubleStarred",
    "DictItem::Pair", "DictItem::Spread", "FString::Text", "FString::Field",
    "Conversion::Str", "Conversion::Repr", "Conversion::Ascii",
    "Comprehension::List", "Comprehension::Set", "Comprehension::Generator",
    "UnaryOp::Negate", "UnaryOp::Plus", "UnaryOp::Invert", "UnaryOp::Not", "LogicalOp::And", "LogicalOp::Or",
    "BinaryOp::Add", "BinaryOp::Subtract", "BinaryOp::Multiply", "BinaryOp::Divide", "BinaryOp::FloorDivide",
    "BinaryOp::Modulo", "BinaryOp::Power", "BinaryOp::MatrixMultiply", "BinaryOp::ShiftLeft", "BinaryOp::ShiftRight",
    "BinaryOp::BitAnd", "BinaryOp::BitOr", "BinaryOp::BitXor",
    "CompareOp::Equal", "CompareOp::NotEqual", "CompareOp::Less", "CompareOp::LessEqual", "CompareOp::Greater",
    "CompareOp::GreaterEqual", "CompareOp::In", "CompareOp::NotIn", "CompareOp::Is", "CompareOp::IsNot",
    "Param::PositionalOnly", "Param::Positional", "Param::VarArgs", "Param::KeywordOnly", "Param::VarKeywords",
];

/// The kinds of a tree.
#[derive(Default)]
struct Kinds(BTreeSet<&'static str>);

impl Kinds {
    fn block(&mut self, body: &Block) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        let kind = match &statement.kind {
            StmtKind::Expr(value) => {
                self.expr(value);
                "Stmt::Expr"
            }
            StmtKind::Assign { targets, value } => {
                targets.iter().for_each(|target| self.target(target));
                self.expr(value);
                "Stmt::Assign"
            }
            StmtKind::AugAssign { target, op, value } => {
                self.target(target);
                self.binary(*op);
                self.expr(value);
                "Stmt::AugAssign"
            }
            StmtKind::AnnAssign { target, value, .. } => {
                self.target(target);
                self.exprs(value);
                "Stmt::AnnAssign"
            }
            StmtKind::If { arms, orelse } => {
                for (test, body) in arms {
                    self.expr(test);
                    self.block(body);
                }
                self.block(orelse);
                "Stmt::If"
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.target(target);
                self.expr(iter);
                self.block(body);
                self.block(orelse);
                "Stmt::For"
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.block(body);
                self.block(orelse);
                "Stmt::While"
            }
            StmtKind::Break => "Stmt::Break",
            StmtKind::Continue => "Stmt::Continue",
            StmtKind::Pass => "Stmt::Pass",
            StmtKind::Def(def) => {
                self.params(&def.params);
                self.block(&def.body);
                "Stmt::Def"
            }
            StmtKind::Return(value) => {
                self.exprs(value);
                "Stmt::Return"
            }
            StmtKind::Try(statement) => {
                self.block(&statement.body);
                for handler in &statement.handlers {
                    self.exprs(&handler.class);
                    self.block(&handler.body);
                }
                self.block(&statement.orelse);
                self.block(&statement.finally);
                "Stmt::Try"
            }
            StmtKind::Raise { exception, cause } => {
                self.exprs(exception);
                self.exprs(cause);
                "Stmt::Raise"
            }
            StmtKind::Assert { test, message } => {
                self.expr(test);
                self.exprs(message);
                "Stmt::Assert"
            }
            StmtKind::Delete(targets) => {
                targets.iter().for_each(|target| self.target(target));
                "Stmt::Delete"
            }
            StmtKind::Global(_) => "Stmt::Global",
            StmtKind::Nonlocal(_) => "Stmt::Nonlocal",
            StmtKind::Import(_) => "Stmt::Import",
            StmtKind::FromImport { .. } => "Stmt::FromImport",
        };
        self.0.insert(kind);
    }

    fn target(&mut self, target: &Target) {
        let kind = match target {
            Target::Name(_) => "Target::Name",
            Target::Tuple { items, .. } => {
                items.iter().for_each(|item| self.target(item));
                "Target::Tuple"
            }
            Target::Starred { target, .. } => {
                self.target(target);
                "Target::Starred"
            }
            Target::Subscript { object, index, .. } => {
                self.expr(object);
                self.subscript(index);
                "Target::Subscript"
            }
            Target::Attribute { object, .. } => {
                self.expr(object);
                "Target::Attribute"
            }
        };
        self.0.insert(kind);
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        let kind = match &expr.kind {
            ExprKind::None => "Expr::None",
            ExprKind::Bool(_) => "Expr::Bool",
            ExprKind::Ellipsis => "Expr::Ellipsis",
            ExprKind::Int(_) => "Expr::Int",
            ExprKind::Float(_) => "Expr::Float",
            ExprKind::Str(_) => "Expr::Str",
            ExprKind::FString(parts) => {
                self.parts(parts);
                "Expr::FString"
            }
            ExprKind::Name(_) => "Expr::Name",
            ExprKind::List(items) => {
                self.exprs(items);
                "Expr::List"
            }
            ExprKind::Tuple(items) => {
                self.exprs(items);
                "Expr::Tuple"
            }
            ExprKind::Set(items) => {
                self.exprs(items);
                "Expr::Set"
            }
            ExprKind::Dict(items) => {
                for item in items {
                    self.0.insert(match item {
                        DictItem::Pair(..) => "DictItem::Pair",
                        DictItem::Spread(_) => "DictItem::Spread",
                    });
                }
                "Expr::Dict"
            }
            ExprKind::Comprehension { kind, element, clauses } => {
                self.0.insert(match kind {
                    ComprehensionKind::List => "Comprehension::List",
                    ComprehensionKind::Set => "Comprehension::Set",
                    ComprehensionKind::Generator => "Comprehension::Generator",
                });
                self.expr(element);
                for clause in clauses {
                    self.target(&clause.target);
                    self.expr(&clause.iter);
                    self.exprs(&clause.conditions);
                }
                "Expr::Comprehension"
            }
            ExprKind::DictComprehension { .. } => "Expr::DictComprehension",
            ExprKind::Unary { ops, operand } => {
                for op in ops {
                    self.0.insert(match op {
                        UnaryOp::Negate => "UnaryOp::Negate",
                        UnaryOp::Plus => "UnaryOp::Plus",
                        UnaryOp::Invert => "UnaryOp::Invert",
                        UnaryOp::Not => "UnaryOp::Not",
                    });
                }
                self.expr(operand);
                "Expr::Unary"
            }
            ExprKind::Binary { first, rest } => {
                self.expr(first);
                for (op, next) in rest {
                    self.binary(*op);
                    self.expr(next);
                }
                "Expr::Binary"
            }
            ExprKind::Power { base, exponent } => {
                self.expr(base);
                self.expr(exponent);
                "Expr::Power"
            }
            ExprKind::Logical { op, values } => {
                self.0.insert(match op {
                    LogicalOp::And => "LogicalOp::And",
                    LogicalOp::Or => "LogicalOp::Or",
                });
                self.exprs(values);
                "Expr::Logical"
            }
            ExprKind::Compare { first, rest } => {
                self.expr(first);
                for (op, next) in rest {
                    self.compare(*op);
                    self.expr(next);
                }
                "Expr::Compare"
            }
            ExprKind::Conditional { arms, orelse } => {
                for (value, test) in arms {
                    self.exprs([value, test]);
                }
                self.expr(orelse);
                "Expr::Conditional"
            }
            ExprKind::Postfix { base, ops } => {
                self.expr(base);
                ops.iter().for_each(|op| self.postfix(op));
                "Expr::Postfix"
            }
            ExprKind::Lambda { params, body } => {
                self.params(params);
                self.expr(body);
                "Expr::Lambda"
            }
            ExprKind::Walrus { value, .. } => {
                self.expr(value);
                "Expr::Walrus"
            }
            ExprKind::Starred(value) => {
                self.expr(value);
                "Expr::Starred"
            }
            ExprKind::Await(value) => {
                self.expr(value);
                "Expr::Await"
            }
            ExprKind::Yield(value) => {
                self.exprs(value.as_deref());
                "Expr::Yield"
            }
            ExprKind::YieldFrom(values) => {
                self.expr(values);
                "Expr::YieldFrom"
            }
        };
        self.0.insert(kind);
    }

    fn parts(&mut self, parts: &[FStringPart]) {
        for part in parts {
            match part {
                FStringPart::Text(_) => {
                    self.0.insert("FString::Text");
                }
                FStringPart::Field(field) => {
                    self.0.insert("FString::Field");
                    self.0.extend(field.conversion.map(|conversion| match conversion {
                        Conversion::Str => "Conversion::Str",
                        Conversion::Repr => "Conversion::Repr",
                        Conversion::Ascii => "Conversion::Ascii",
                    }));
                    self.expr(&field.value);
                    field.spec.iter().for_each(|spec| self.parts(spec));
                }
            }
        }
    }

    fn params(&mut self, params: &Params) {
        for param in &params.items {
            self.exprs(&param.default);
            self.0.insert(match param.kind {
                ParamKind::PositionalOnly => "Param::PositionalOnly",
                ParamKind::Positional => "Param::Positional",
                ParamKind::VarArgs => "Param::VarArgs",
                ParamKind::KeywordOnly => "Param::KeywordOnly",
                ParamKind::VarKeywords => "Param::VarKeywords",
            });
        }
    }

    fn postfix(&mut self, op: &Postfix) {
        let kind = match &op.kind {
            PostfixKind::Attribute(_) => "Postfix::Attribute",
            PostfixKind::Subscript(index) => {
                self.subscript(index);
                "Postfix::Subscript"
            }
            PostfixKind::Call(args) => {
                for argument in args {
                    let (kind, value) = match argument {
                        Argument::Positional(value) => ("Argument::Positional", value),
                        Argument::Keyword { value, .. } => ("Argument::Keyword", value),
                        Argument::Starred(value) => ("Argument::Starred", value),
                        Argument::DoubleStarred(value) => ("Argument::DoubleStarred", value),
                    };
                    self.0.insert(kind);
                    self.expr(value);
                }
                "Postfix::Call"
            }
        };
        self.0.insert(kind);
    }

    fn subscript(&mut self, index: &Subscript) {
        let kind = match index {
            Subscript::Index(value) => {
                self.expr(value);
                "Subscript::Index"
            }
            Subscript::Slice { start, stop, step } => {
                self.exprs(start);
                self.exprs(stop);
                self.exprs(step);
                "Subscript::Slice"
            }
        };
        self.0.insert(kind);
    }

    fn binary(&mut self, op: BinaryOp) {
        self.0.insert(match op {
            BinaryOp::Add => "BinaryOp::Add",
            BinaryOp::Subtract => "BinaryOp::Subtract",
            BinaryOp::Multiply => "BinaryOp::Multiply",
            BinaryOp::Divide => "BinaryOp::Divide",
            BinaryOp::FloorDivide => "BinaryOp::FloorDivide",
            BinaryOp::Modulo => "BinaryOp::Modulo",
            BinaryOp::Power => "BinaryOp::Power",
            BinaryOp::MatrixMultiply => "BinaryOp::MatrixMultiply",
            BinaryOp::ShiftLeft => "BinaryOp::ShiftLeft",
            BinaryOp::ShiftRight => "BinaryOp::ShiftRight",
            BinaryOp::BitAnd => "BinaryOp::BitAnd",
            BinaryOp::BitOr => "BinaryOp::BitOr",
            BinaryOp::BitXor => "BinaryOp::BitXor",
        });
    }

    fn compare(&mut self, op: CompareOp) {
        self.0.insert(match op {
            CompareOp::Equal => "CompareOp::Equal",
            CompareOp::NotEqual => "CompareOp::NotEqual",
            CompareOp::Less => "CompareOp::Less",
            CompareOp::LessEqual => "CompareOp::LessEqual",
            CompareOp::Greater => "CompareOp::Greater",
            CompareOp::GreaterEqual => "CompareOp::GreaterEqual",
            CompareOp::In => "CompareOp::In",
            CompareOp::NotIn => "CompareOp::NotIn",
            CompareOp::Is => "CompareOp::Is",
            CompareOp::IsNot => "CompareOp::IsNot",
        });
    }
}

fn printed(source: &str) -> String {
    let ran = run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000);
    assert_eq!((&ran.error, &ran.end), (&None, &None), "{source}");
    ran.printed().to_owned()
}

#[test]
fn every_kind_of_node_runs() {
    let mut kinds = Kinds::default();
    for (source, expected) in PROGRAMS {
        let parsed = parse(source);
        assert_eq!(parsed.diagnostics, [], "{source}");
        kinds.block(&parsed.program.body);
        assert_eq!(printed(source), *expected, "{source}");
    }
    let mut missing: BTreeSet<&str> = KINDS.iter().copied().collect();
    for kind in &kinds.0 {
        assert!(missing.remove(kind), "{kind} stands in no list");
    }
    missing.retain(|kind| !REFUSED.contains(kind));
    assert_eq!(missing, BTreeSet::new());
}

/// A value of each type whose methods the checker knows.
fn sample(found: Type) -> &'static str {
    match found {
        Type::Any | Type::None => "None",
        Type::Bool => "True",
        Type::Int => "(1)",
        Type::Float => "1.5",
        Type::Str => "\"a\"",
        Type::List => "[1]",
        Type::Tuple => "(1, 2)",
        Type::Dict => "{1: 2}",
        Type::Set => "{1}",
        Type::Pattern => "re.compile(\"a\")",
        Type::Date => "datetime.date(2024, 5, 6)",
        Type::Time => "datetime.time(1, 2)",
        Type::DateTime => "datetime(2024, 5, 6)",
        Type::TimeDelta => "timedelta(1)",
        Type::TimeZone => "timezone.utc",
        Type::Decimal => "decimal.Decimal(1)",
        Type::Fraction => "fractions.Fraction(1, 2)",
        Type::Context => "ctx",
        Type::Document => "ctx.get_document(0)",
        #[allow(unreachable_patterns, reason = "so that a new type fails here with a word about it")]
        other => panic!("write a value of {other:?} here"),
    }
}

#[test]
fn every_row_that_the_checker_knows_is_there() {
    let library = library_scope();
    let mut lines: Vec<String> = Vec::new();
    let mut row = |path: String, binding: &Binding| {
        if let Binding::Class { members, .. } = binding {
            lines.extend(members.keys().map(|member| format!("{path}.{member}")));
        }
        lines.push(path);
    };
    let names: BTreeMap<_, _> = library.names.iter().collect();
    names.iter().for_each(|(name, binding)| row(name.to_string(), binding));
    for (module, scope) in &library.modules {
        scope
            .members
            .iter()
            .for_each(|(member, binding)| row(format!("__module__{module}.{member}"), binding));
    }
    for (found, scope) in &library.types {
        let attributes = scope.methods.keys().chain(&scope.attributes);
        lines.extend(attributes.map(|name| format!("{}.{name}", sample(*found))));
    }
    let mut faults = Vec::new();
    for line in &lines {
        // A module is imported by its dotted name and used under another.
        let source = match line.strip_prefix("__module__") {
            Some(path) => {
                let known = library
                    .modules
                    .keys()
                    .filter(|module| path.starts_with(&format!("{module}.")));
                let module = known.max_by_key(|module| module.len()).unwrap();
                format!("import {module} as m\nm{}\n", &path.split_at(module.len()).1)
            }
            None => format!("{line}\n"),
        };
        let settings = Settings {
            unknown_names: UnknownNames::Refuse,
            ..Settings::default()
        };
        let mut machine = machine(settings);
        if let Err(refusal) = machine.compile(&source) {
            faults.push(format!("{source}{}", refusal.diagnostics.first().unwrap().message));
            continue;
        }
        let ran = run_in(machine, &source, Arrival::AtOnce, 1_000_000);
        if let Some(error) = ran.error {
            faults.push(format!("{source}{}: {}", error.type_name(), error.message));
        }
    }
    println!("{} rows", lines.len());
    assert_eq!(faults, Vec::<String>::new(), "{}", faults.join("\n"));
}
