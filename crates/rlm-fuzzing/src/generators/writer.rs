//! A generator of well-typed programs in which every name is bound.

use super::Dice;

/// The types of generated expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Str,
    Bool,
    Ints,
    Strs,
    Table,
    Pair,
}

const KINDS: [Kind; 8] = [
    Kind::Int,
    Kind::Float,
    Kind::Str,
    Kind::Bool,
    Kind::Ints,
    Kind::Strs,
    Kind::Table,
    Kind::Pair,
];

/// A generator of well-typed programs in which every name is bound.
#[derive(Debug)]
pub struct Writer<'a> {
    dice: Dice<'a>,
    source: String,
    indent: usize,
    /// The variables in scope, with their types.
    names: Vec<(String, Kind)>,
    /// The functions in scope: name, parameter types, and result type.
    functions: Vec<(String, Vec<Kind>, Kind)>,
    count: usize,
}

impl<'a> Writer<'a> {
    /// Generates a program from `dice`. It also runs in CPython if `Counter` is defined.
    ///
    /// ```
    /// use rlm_fuzzing::generators::{Dice, Writer};
    ///
    /// assert!(sift_syntax::parse(&Writer::program(Dice::new(1))).is_accepted());
    /// ```
    #[must_use]
    pub fn program(dice: Dice<'a>) -> String {
        let mut writer = Self {
            dice,
            source: String::new(),
            indent: 0,
            names: Vec::new(),
            functions: Vec::new(),
            count: 0,
        };
        for kind in KINDS {
            let value = writer.literal(kind);
            writer.bind(kind, &value);
        }
        for _ in 0..writer.dice.roll(3) {
            writer.function();
        }
        for _ in 0..6 + writer.dice.roll(10) {
            writer.statement(2);
        }
        let names: Vec<String> = writer.names.iter().map(|(name, _)| name.clone()).collect();
        writer.line(&format!("print({})", names.join(", ")));
        writer.source
    }

    fn line(&mut self, text: &str) {
        self.source.push_str(&"    ".repeat(self.indent));
        self.source.push_str(text);
        self.source.push('\n');
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}{}", self.count)
    }

    fn bind(&mut self, kind: Kind, value: &str) {
        let name = self.fresh("v");
        self.line(&format!("{name} = {value}"));
        self.names.push((name, kind));
    }

    fn kind(&mut self) -> Kind {
        KINDS[self.dice.roll(KINDS.len())]
    }

    /// Writes an indented block. Names that the block binds go out of scope at its end.
    fn block(&mut self, lines: impl FnOnce(&mut Self)) {
        let (names, start) = (self.names.len(), self.source.len());
        self.indent += 1;
        lines(self);
        if self.source.len() == start {
            self.line("pass");
        }
        self.indent -= 1;
        self.names.truncate(names);
    }

    fn statements(&mut self, depth: usize) {
        for _ in 0..1 + self.dice.roll(3) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        let choice = if depth == 0 {
            self.dice.roll(6)
        } else {
            self.dice.roll(13)
        };
        match choice {
            0 | 1 => {
                let kind = self.kind();
                let value = self.expr(kind, 3);
                self.bind(kind, &value);
            }
            2 | 3 => {
                let kind = self.kind();
                let value = self.expr(kind, 3);
                self.line(&format!("print({value})"));
            }
            4 => {
                let kind = self.kind();
                let value = self.expr(kind, 2);
                let name = self.variable(kind);
                self.line(&format!("{name} = {value}"));
            }
            5 => self.change(),
            6 | 7 => {
                let test = self.expr(Kind::Bool, 2);
                self.line(&format!("if {test}:"));
                self.block(|w| w.statements(depth - 1));
                if self.dice.roll(2) == 0 {
                    let other = self.expr(Kind::Bool, 1);
                    self.line(&format!("elif {other}:"));
                    self.block(|w| w.statements(depth - 1));
                }
                self.line("else:");
                self.block(|w| w.statements(depth - 1));
            }
            8 | 9 => self.for_loop(depth),
            10 => {
                let counter = self.fresh("n");
                self.line(&format!("{counter} = 0"));
                let times = 1 + self.dice.roll(4);
                self.line(&format!("while {counter} < {times}:"));
                self.block(|w| {
                    w.line(&format!("{counter} += 1"));
                    let test = w.expr(Kind::Bool, 1);
                    let leave = w.dice.pick(&["continue", "break", "pass"]);
                    w.line(&format!("if {test}: {leave}"));
                    w.statements(depth - 1);
                });
            }
            _ => self.risk(depth),
        }
    }

    /// Writes a statement that mutates a variable in place.
    fn change(&mut self) {
        let (ints, strs, table) = (
            self.variable(Kind::Ints),
            self.variable(Kind::Strs),
            self.variable(Kind::Table),
        );
        let (number, text) = (self.expr(Kind::Int, 1), self.expr(Kind::Str, 1));
        let line = match self.dice.roll(9) {
            0 => format!("{ints}.append({number})"),
            1 => format!("{ints}.sort(reverse={})", self.dice.pick(&["True", "False"])),
            2 => format!("{strs} += [{text}]"),
            3 => format!("{strs}.insert(1, {text})"),
            4 => format!("{table}[{text}] = {number}"),
            5 => format!("{table}[{text}] = {table}.get({text}, 0) + 1"),
            6 => format!("{table}.update({})", self.expr(Kind::Table, 1)),
            7 => format!("{ints}[1:2] = {}", self.expr(Kind::Ints, 1)),
            _ => {
                let int = self.variable(Kind::Int);
                let op = self.dice.pick(&["+=", "-=", "*=", "|=", "&="]);
                format!("{int} {op} {number}")
            }
        };
        self.line(&line);
    }

    fn for_loop(&mut self, depth: usize) {
        let (first, second) = (self.fresh("i"), self.fresh("k"));
        let (head, bound) = match self.dice.roll(5) {
            0 => (
                format!("for {first} in range({}):", 1 + self.dice.roll(4)),
                vec![(first, Kind::Int)],
            ),
            1 => {
                let items = self.expr(Kind::Strs, 1);
                let head = format!("for {first}, {second} in enumerate({items}[:4]):");
                (head, vec![(first, Kind::Int), (second, Kind::Str)])
            }
            2 => {
                let table = self.expr(Kind::Table, 1);
                let head = format!("for {first}, {second} in sorted({table}.items())[:4]:");
                (head, vec![(first, Kind::Str), (second, Kind::Int)])
            }
            3 => {
                let (a, b) = (self.expr(Kind::Ints, 1), self.expr(Kind::Strs, 1));
                let head = format!("for {first}, {second} in zip({a}, {b}[:3]):");
                (head, vec![(first, Kind::Int), (second, Kind::Str)])
            }
            _ => (
                format!("for {first} in {}[:5]:", self.expr(Kind::Str, 1)),
                vec![(first, Kind::Str)],
            ),
        };
        self.line(&head);
        self.block(|w| {
            w.names.extend(bound);
            w.statements(depth - 1);
        });
    }

    /// Writes a statement that may raise, with a handler that prints the exception.
    fn risk(&mut self, depth: usize) {
        let (number, text) = (self.expr(Kind::Int, 1), self.expr(Kind::Str, 1));
        let (ints, table) = (self.variable(Kind::Ints), self.variable(Kind::Table));
        let risky = match self.dice.roll(8) {
            0 => format!("{number} // {}", self.expr(Kind::Int, 1)),
            1 => format!("{ints}[{number}]"),
            2 => format!("{table}[{text}]"),
            3 => format!("int({text})"),
            4 => format!("{text} + {number}"),
            5 => format!("{ints}.index({number})"),
            6 => format!("max({ints}[:0])"),
            _ => format!("{number} % {}", self.expr(Kind::Float, 1)),
        };
        self.line("try:");
        self.block(|w| {
            w.line(&format!("print({risky})"));
            if depth > 1 {
                w.statement(depth - 2);
            }
        });
        self.line("except (ZeroDivisionError, LookupError, ValueError) as error:");
        self.block(|w| w.line("print(type(error).__name__, error)"));
        self.line("except TypeError as error:");
        self.block(|w| w.line("print(\"type\", error)"));
        if self.dice.roll(3) == 0 {
            self.line("else:");
            self.block(|w| w.line("print(\"no error\")"));
        }
        if self.dice.roll(3) == 0 {
            self.line("finally:");
            self.block(|w| w.line("print(\"done\")"));
        }
    }

    fn function(&mut self) {
        let name = self.fresh("f");
        let kinds: Vec<Kind> = (0..1 + self.dice.roll(3)).map(|_| self.kind()).collect();
        let result = self.kind();
        let params: Vec<String> = kinds.iter().map(|_| self.fresh("p")).collect();
        let default = self.literal(kinds[kinds.len() - 1]);
        let mut shown = params.clone();
        if let Some(last) = shown.last_mut() {
            *last = format!("{last}={default}");
        }
        self.line(&format!("def {name}({}):", shown.join(", ")));
        let outer = std::mem::take(&mut self.names);
        // Define a variable of each type, so that the function body can use every kind of
        // expression.
        self.block(|w| {
            for kind in KINDS {
                let value = w.literal(kind);
                w.bind(kind, &value);
            }
            w.names.extend(params.into_iter().zip(kinds.iter().copied()));
            w.statements(1);
            let value = w.expr(result, 2);
            w.line(&format!("return {value}"));
        });
        self.names = outer;
        self.functions.push((name, kinds, result));
    }

    /// Returns a random variable of the given type. At least one is always in scope.
    fn variable(&mut self, kind: Kind) -> String {
        let found: Vec<&String> = self
            .names
            .iter()
            .filter(|(_, of)| *of == kind)
            .map(|(name, _)| name)
            .collect();
        found[self.dice.roll(found.len())].clone()
    }

    fn literal(&mut self, kind: Kind) -> String {
        let text = |dice: &mut Dice<'_>| {
            let word = dice.pick(&[
                "a", "bc", "Fig", "x y", "", "né", "12", "it's", "-7", "\\t", "ZZ top", "aba",
            ]);
            format!("\"{word}\"")
        };
        let number = |dice: &mut Dice<'_>| {
            dice.pick(&["0", "1", "2", "3", "-1", "7", "-12", "100", "255", "10**12", "65536"])
                .to_owned()
        };
        let dice = &mut self.dice;
        match kind {
            Kind::Int => number(dice),
            Kind::Float => dice
                .pick(&["0.5", "-2.25", "3.0", "1e3", "0.1", "1e-7", "123456.789", "-0.0"])
                .to_owned(),
            Kind::Str => text(dice),
            Kind::Bool => dice.pick(&["True", "False"]).to_owned(),
            Kind::Ints => format!(
                "[{}]",
                (0..dice.roll(5)).map(|_| number(dice)).collect::<Vec<_>>().join(", ")
            ),
            Kind::Strs => format!(
                "[{}]",
                (0..dice.roll(5)).map(|_| text(dice)).collect::<Vec<_>>().join(", ")
            ),
            Kind::Table => {
                let entries = (0..dice.roll(4)).map(|_| format!("{}: {}", text(dice), number(dice)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Kind::Pair => format!("({}, {})", number(dice), text(dice)),
        }
    }

    fn expr(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 || self.dice.roll(5) == 0 {
            return if self.dice.roll(3) == 0 {
                format!("({})", self.literal(kind))
            } else {
                self.variable(kind)
            };
        }
        let calls: Vec<_> = self
            .functions
            .iter()
            .filter(|(_, _, result)| *result == kind)
            .cloned()
            .collect();
        if !calls.is_empty() && self.dice.roll(6) == 0 {
            let (name, kinds, _) = &calls[self.dice.roll(calls.len())];
            let given = kinds.len() - self.dice.roll(2);
            let args: Vec<String> = kinds[..given].iter().map(|kind| self.expr(*kind, depth - 1)).collect();
            return format!("{name}({})", args.join(", "));
        }
        let depth = depth - 1;
        match kind {
            Kind::Int => self.int(depth),
            Kind::Float => self.float(depth),
            Kind::Str => self.text(depth),
            Kind::Bool => self.truth(depth),
            Kind::Ints => self.ints(depth),
            Kind::Strs => self.strs(depth),
            Kind::Table => self.table(depth),
            Kind::Pair => {
                let (a, b) = (self.expr(Kind::Int, depth), self.expr(Kind::Str, depth));
                match self.dice.roll(3) {
                    0 => format!("({a}, {b})"),
                    1 => format!("min([({a}, {b}), {}])", self.variable(Kind::Pair)),
                    _ => format!("(lambda x, y: (x + 1, y * 2))({a} % 50, {b}[:9])"),
                }
            }
        }
    }

    fn int(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Int, depth);
        match self.dice.roll(16) {
            0 => format!(
                "({a} {} {})",
                self.dice.pick(&["+", "-", "*", "&", "|", "^"]),
                self.expr(Kind::Int, depth)
            ),
            1 => format!("({a} // {})", self.dice.pick(&["3", "-7", "10**6"])),
            2 => format!("({a} % {})", self.dice.pick(&["5", "-3", "97"])),
            3 => format!("len({})", self.expr(Kind::Str, depth)),
            4 => format!("len({})", self.expr(Kind::Ints, depth)),
            5 => format!("sum({})", self.expr(Kind::Ints, depth)),
            6 => format!("sum(x * 2 for x in {} if x > {a})", self.expr(Kind::Ints, depth)),
            7 => format!("{}.count({})", self.expr(Kind::Str, depth), self.expr(Kind::Str, depth)),
            8 => format!("{}.find({})", self.expr(Kind::Str, depth), self.expr(Kind::Str, depth)),
            9 => format!(
                "({a} if {} else {})",
                self.expr(Kind::Bool, depth),
                self.expr(Kind::Int, depth)
            ),
            10 => format!(
                "{}.get({}, {a})",
                self.expr(Kind::Table, depth),
                self.expr(Kind::Str, depth)
            ),
            11 => format!("max({}, default={a})", self.expr(Kind::Ints, depth)),
            12 => format!("abs(-{a})"),
            13 => format!("{}[0]", self.expr(Kind::Pair, depth)),
            14 => format!("int({} > 2)", self.expr(Kind::Float, depth)),
            _ => format!("(({a}) % 11 << 2 >> 1)"),
        }
    }

    fn float(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Float, depth);
        match self.dice.roll(6) {
            0 => format!(
                "({a} {} {})",
                self.dice.pick(&["+", "-", "*"]),
                self.expr(Kind::Float, depth)
            ),
            1 => format!("({} / 4)", self.expr(Kind::Int, depth)),
            2 => format!("round({a}, {})", self.dice.roll(4)),
            3 => format!(
                "({a} {} {})",
                self.dice.pick(&["+", "-", "*"]),
                self.expr(Kind::Int, depth)
            ),
            4 => format!("float({})", self.expr(Kind::Int, depth)),
            _ => format!("({a} // 0.5 if {} else {a} % 3)", self.expr(Kind::Bool, depth)),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Str, depth);
        match self.dice.roll(14) {
            0 => format!("({a} + {})", self.expr(Kind::Str, depth)),
            1 => format!(
                "{a}.{}()",
                self.dice
                    .pick(&["upper", "lower", "title", "strip", "swapcase", "capitalize"])
            ),
            2 => format!(
                "{a}[{}:{}]",
                self.dice.pick(&["", "1", "-2"]),
                self.dice.pick(&["", "3", "-1"])
            ),
            3 => format!("{a}[::{}]", self.dice.pick(&["-1", "2"])),
            4 => format!(
                "{}.join({})",
                self.dice.pick(&["\"-\"", "\"\"", "\", \""]),
                self.expr(Kind::Strs, depth)
            ),
            5 => format!("str({})", self.any(depth)),
            6 => format!("repr({})", self.any(depth)),
            7 => {
                let spec = self.dice.pick(&["", ":>8", ":<5", ":^7", "!r", "!s:.3"]);
                format!("f\"<{{{}{spec}}}>\"", self.variable(Kind::Str))
            }
            8 => {
                let spec = self.dice.pick(&["", ":5d", ":,", ":x", ":+", ":08.2f", ":e"]);
                format!("f\"{{{}{spec}}}|\"", self.variable(Kind::Int))
            }
            9 => {
                let spec = self.dice.pick(&["", ":.2f", ":10.3f", ":g", ":,.1f", ":%"]);
                format!("f\"{{{}{spec}}}\"", self.variable(Kind::Float))
            }
            10 => format!("{a}.replace({}, \"_\")", self.expr(Kind::Str, depth)),
            11 => format!("({a} * {})", self.dice.pick(&["0", "2", "-1"])),
            12 => format!("{a}.partition(\" \")[{}]", self.dice.roll(3)),
            _ => format!("(\"%s/%5d\" % {})", self.expr(Kind::Pair, depth)),
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Bool, depth);
        match self.dice.roll(10) {
            0 => format!("(not {a})"),
            1 => format!(
                "({a} {} {})",
                self.dice.pick(&["and", "or"]),
                self.expr(Kind::Bool, depth)
            ),
            2 => {
                let op = self.dice.pick(&["<", "<=", "==", "!=", ">", ">="]);
                format!(
                    "({} {op} {})",
                    self.expr(Kind::Int, depth),
                    self.expr(Kind::Float, depth)
                )
            }
            3 => {
                let kind = self.kind();
                let op = self.dice.pick(&["==", "!="]);
                format!("({} {op} {})", self.expr(kind, depth), self.expr(kind, depth))
            }
            4 => format!(
                "({} < {} <= {})",
                self.expr(Kind::Int, depth),
                self.expr(Kind::Int, depth),
                self.expr(Kind::Int, depth)
            ),
            5 => format!("({} in {})", self.expr(Kind::Str, depth), self.expr(Kind::Str, depth)),
            6 => format!(
                "({} not in {})",
                self.expr(Kind::Int, depth),
                self.expr(Kind::Ints, depth)
            ),
            7 => format!("bool({})", self.any(depth)),
            8 => format!("any(x > 1 for x in {})", self.expr(Kind::Ints, depth)),
            _ => format!(
                "{}.startswith({})",
                self.expr(Kind::Str, depth),
                self.expr(Kind::Str, depth)
            ),
        }
    }

    fn ints(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Ints, depth);
        match self.dice.roll(10) {
            0 => format!(
                "[x {} {} for x in {a}]",
                self.dice.pick(&["+", "-", "*"]),
                self.expr(Kind::Int, depth)
            ),
            1 => format!("sorted({a}, reverse={})", self.expr(Kind::Bool, depth)),
            2 => format!(
                "{a}[{}:{}]",
                self.dice.pick(&["", "1", "-3"]),
                self.dice.pick(&["", "2", "-1"])
            ),
            3 => format!("({a} + {})", self.expr(Kind::Ints, depth)),
            4 => format!(
                "list(range({}, {}, {}))",
                self.dice.roll(5),
                self.dice.roll(9),
                self.dice.pick(&["1", "2", "-1"])
            ),
            5 => format!("sorted(set({a}))"),
            6 => format!("list(map(len, {}))", self.expr(Kind::Strs, depth)),
            7 => format!("list({}.values())", self.expr(Kind::Table, depth)),
            8 => format!("sorted({a}, key=lambda x: (x % 3, -x))"),
            _ => format!("[x for x in {a} if {}]", self.expr(Kind::Bool, depth)),
        }
    }

    fn strs(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Strs, depth);
        match self.dice.roll(9) {
            0 => format!(
                "{}.split({})",
                self.expr(Kind::Str, depth),
                self.dice.pick(&["", "\" \"", "\"a\"", "None, 1"])
            ),
            1 => format!("[x.upper() for x in {a} if x]"),
            2 => format!("sorted({a}, key=len)"),
            3 => format!("sorted({})", self.expr(Kind::Table, depth)),
            4 => format!("list({})", self.expr(Kind::Str, depth)),
            5 => format!("({a} + [{}])", self.expr(Kind::Str, depth)),
            6 => format!("{a}[::{}]", self.dice.pick(&["-1", "2"])),
            7 => format!("list(dict.fromkeys({a}))"),
            _ => format!("[f\"{{i}}:{{x!r}}\" for i, x in enumerate({a}, 1)]"),
        }
    }

    fn table(&mut self, depth: usize) -> String {
        let a = self.expr(Kind::Table, depth);
        match self.dice.roll(6) {
            0 => format!("{{k: v + 1 for k, v in {a}.items()}}"),
            1 => format!("({a} | {})", self.expr(Kind::Table, depth)),
            2 => format!(
                "dict(zip({}, {}))",
                self.expr(Kind::Strs, depth),
                self.expr(Kind::Ints, depth)
            ),
            3 => format!("dict(Counter({}))", self.expr(Kind::Str, depth)),
            4 => format!(
                "{{**{a}, {}: {}}}",
                self.expr(Kind::Str, depth),
                self.expr(Kind::Int, depth)
            ),
            _ => format!("dict(sorted({a}.items(), key=lambda kv: (-kv[1], kv[0])))"),
        }
    }

    fn any(&mut self, depth: usize) -> String {
        let kind = self.kind();
        self.expr(kind, depth)
    }
}
