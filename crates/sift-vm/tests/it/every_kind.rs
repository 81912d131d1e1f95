//! Every kind of node that the checker accepts compiles and runs, and the machine resolves every
//! name that the checker knows.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use crate::support::{Arrival, machine, run_in};
use sift_syntax::ast::{
    Argument, BinaryOp, Block, CompareOp, ComprehensionKind, Conversion, DictItem, Expr, ExprKind, FStringPart,
    LogicalOp, Params, Postfix, PostfixKind, Stmt, StmtKind, Subscript, Target, UnaryOp,
};
use sift_syntax::{Binding, ParamKind, Type, UnknownNames, parse};
use sift_vm::{Settings, library_scope};

/// Programs that contain every kind of node, with their output.
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

/// The kinds that the checker rejects, so that no program contains them.
const REFUSED: [&str; 2] = ["Target::Attribute", "BinaryOp::MatrixMultiply"];

/// A node of one of several kinds.
trait Kind {
    fn name(&self) -> &'static str;
}

/// Implements `Kind` for these enums. A variant that is missing here does not compile.
macro_rules! kinds {
    ($($enum:ident { $($variant:ident)+ })+) => {
        $(impl Kind for $enum {
            fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => concat!(stringify!($enum), "::", stringify!($variant)),)+
                }
            }
        })+

        const KINDS: &[&str] = &[$($(concat!(stringify!($enum), "::", stringify!($variant)),)+)+];
    };
}

kinds! {
    StmtKind {
        Expr Assign AugAssign AnnAssign If For While Break Continue Pass Def Return Try Raise Assert Delete Global Nonlocal
        Import FromImport
    }
    Target { Name Tuple Starred Subscript Attribute }
    ExprKind {
        None Bool Ellipsis Int Float Str FString Name List Tuple Set Dict Comprehension DictComprehension Unary Binary Power
        Logical Compare Conditional Postfix Lambda Walrus Starred Await Yield YieldFrom
    }
    PostfixKind { Attribute Subscript Call }
    Subscript { Index Slice }
    Argument { Positional Keyword Starred DoubleStarred }
    DictItem { Pair Spread }
    FStringPart { Text Field }
    Conversion { Str Repr Ascii }
    ComprehensionKind { List Set Generator }
    UnaryOp { Negate Plus Invert Not }
    LogicalOp { And Or }
    BinaryOp {
        Add Subtract Multiply Divide FloorDivide Modulo Power MatrixMultiply ShiftLeft ShiftRight BitAnd BitOr BitXor
    }
    CompareOp { Equal NotEqual Less LessEqual Greater GreaterEqual In NotIn Is IsNot }
    ParamKind { PositionalOnly Positional VarArgs KeywordOnly VarKeywords }
}

/// The kinds of nodes in a tree.
#[derive(Default)]
struct Kinds(BTreeSet<&'static str>);

impl Kinds {
    fn add(&mut self, part: &impl Kind) {
        self.0.insert(part.name());
    }

    fn block(&mut self, body: &Block) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        self.add(&statement.kind);
        match &statement.kind {
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Assign { targets, value } => {
                self.targets(targets);
                self.expr(value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.target(target);
                self.add(op);
                self.expr(value);
            }
            StmtKind::AnnAssign { target, value, .. } => {
                self.target(target);
                self.exprs(value);
            }
            StmtKind::If { arms, orelse } => {
                for (test, body) in arms {
                    self.expr(test);
                    self.block(body);
                }
                self.block(orelse);
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
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.block(body);
                self.block(orelse);
            }
            StmtKind::Def(def) => {
                self.params(&def.params);
                self.block(&def.body);
            }
            StmtKind::Return(value) => self.exprs(value),
            StmtKind::Try(statement) => {
                self.block(&statement.body);
                for handler in &statement.handlers {
                    self.exprs(&handler.class);
                    self.block(&handler.body);
                }
                self.block(&statement.orelse);
                self.block(&statement.finally);
            }
            StmtKind::Raise { exception, cause } => self.exprs(exception.iter().chain(cause)),
            StmtKind::Assert { test, message } => self.exprs(iter::once(test).chain(message)),
            StmtKind::Delete(targets) => self.targets(targets),
            _ => {}
        }
    }

    fn targets(&mut self, targets: &[Target]) {
        targets.iter().for_each(|target| self.target(target));
    }

    fn target(&mut self, target: &Target) {
        self.add(target);
        match target {
            Target::Name(_) => {}
            Target::Tuple { items, .. } => self.targets(items),
            Target::Starred { target, .. } => self.target(target),
            Target::Subscript { object, index, .. } => {
                self.expr(object);
                self.subscript(index);
            }
            Target::Attribute { object, .. } => self.expr(object),
        }
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        self.add(&expr.kind);
        match &expr.kind {
            ExprKind::FString(parts) => self.parts(parts),
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => self.exprs(items),
            ExprKind::Dict(items) => items.iter().for_each(|item| self.add(item)),
            ExprKind::Comprehension { kind, element, clauses } => {
                self.add(kind);
                self.expr(element);
                for clause in clauses {
                    self.target(&clause.target);
                    self.expr(&clause.iter);
                    self.exprs(&clause.conditions);
                }
            }
            ExprKind::Unary { ops, operand } => {
                ops.iter().for_each(|op| self.add(op));
                self.expr(operand);
            }
            ExprKind::Binary { first, rest } => {
                self.expr(first);
                self.operands(rest);
            }
            ExprKind::Power { base, exponent } => self.exprs([&**base, &**exponent]),
            ExprKind::Logical { op, values } => {
                self.add(op);
                self.exprs(values);
            }
            ExprKind::Compare { first, rest } => {
                self.expr(first);
                self.operands(rest);
            }
            ExprKind::Conditional { arms, orelse } => {
                for (value, test) in arms {
                    self.exprs([value, test]);
                }
                self.expr(orelse);
            }
            ExprKind::Postfix { base, ops } => {
                self.expr(base);
                ops.iter().for_each(|op| self.postfix(op));
            }
            ExprKind::Lambda { params, body } => {
                self.params(params);
                self.expr(body);
            }
            ExprKind::Walrus { value, .. }
            | ExprKind::Starred(value)
            | ExprKind::Await(value)
            | ExprKind::YieldFrom(value) => self.expr(value),
            ExprKind::Yield(value) => self.exprs(value.as_deref()),
            _ => {}
        }
    }

    fn operands(&mut self, rest: &[(impl Kind, Expr)]) {
        for (op, operand) in rest {
            self.add(op);
            self.expr(operand);
        }
    }

    fn parts(&mut self, parts: &[FStringPart]) {
        for part in parts {
            self.add(part);
            if let FStringPart::Field(field) = part {
                field.conversion.iter().for_each(|conversion| self.add(conversion));
                self.expr(&field.value);
                field.spec.iter().for_each(|spec| self.parts(spec));
            }
        }
    }

    fn params(&mut self, params: &Params) {
        for param in &params.items {
            self.exprs(&param.default);
            self.add(&param.kind);
        }
    }

    fn postfix(&mut self, op: &Postfix) {
        self.add(&op.kind);
        match &op.kind {
            PostfixKind::Attribute(_) => {}
            PostfixKind::Subscript(index) => self.subscript(index),
            PostfixKind::Call(args) => {
                for argument in args {
                    self.add(argument);
                    let (Argument::Positional(value)
                    | Argument::Keyword { value, .. }
                    | Argument::Starred(value)
                    | Argument::DoubleStarred(value)) = argument;
                    self.expr(value);
                }
            }
        }
    }

    fn subscript(&mut self, index: &Subscript) {
        self.add(index);
        match index {
            Subscript::Index(value) => self.expr(value),
            Subscript::Slice { start, stop, step } => self.exprs([start, stop, step].into_iter().flatten()),
        }
    }
}

fn printed(source: &str) -> String {
    let ran = run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000);
    assert_eq!((&ran.error, &ran.end), (&None, &None), "{source}");
    ran.printed().to_owned()
}

#[test]
fn every_syntax_node_kind_runs() {
    let mut kinds = Kinds::default();
    for (source, expected) in PROGRAMS {
        let parsed = parse(source);
        assert_eq!(parsed.diagnostics, [], "{source}");
        kinds.block(&parsed.program.body);
        assert_eq!(printed(source), *expected, "{source}");
    }
    let missing: Vec<&str> = KINDS.iter().copied().filter(|kind| !kinds.0.contains(kind)).collect();
    assert_eq!(missing, REFUSED);
}

/// Returns a value of each type whose methods the checker knows.
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
        #[allow(unreachable_patterns, reason = "a new type fails here with a message")]
        other => panic!("write a value of {other:?} here"),
    }
}

#[test]
fn every_name_known_to_the_checker_exists_at_run_time() {
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
