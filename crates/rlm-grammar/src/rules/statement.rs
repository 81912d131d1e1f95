//! The rules of statements and blocks.

use sift_syntax::ast::BinaryOp;

use super::Rules;
use crate::MAX_BLOCK_DEPTH;
use crate::item::{Item, Layout, all, any, choice, many, nothing, optional, rule, some, text};

/// The indentation level of a line: a depth in the grammars for machines, any in that for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Any,
    Depth(usize),
}

impl Level {
    /// Returns the name of a rule at this level.
    fn name(self, name: &str) -> String {
        match self {
            Self::Any => name.to_owned(),
            Self::Depth(depth) => format!("{name}_{depth}"),
        }
    }

    fn rule(self, name: &str) -> Item {
        Item::Rule(self.name(name))
    }

    /// Returns the item for the text before a non-blank line: blank lines and its indentation.
    fn margin(self) -> Item {
        match self {
            Self::Any => nothing(),
            Self::Depth(_) => self.rule("margin"),
        }
    }

    /// Returns the item for the spaces before a line.
    fn indent(self) -> Item {
        match self {
            Self::Any | Self::Depth(0) => nothing(),
            Self::Depth(depth) => text(&"    ".repeat(depth)),
        }
    }
}

impl Rules {
    pub(super) fn statements(&mut self) {
        if self.for_people() {
            self.commented("start", "a program", many(rule("statement")));
            self.level(Level::Any);
        } else {
            let statements = many(all([rule("margin_0"), rule("statement_0")]));
            self.add("start", all([statements, many(rule("BLANK"))]));
            for depth in 0..=MAX_BLOCK_DEPTH {
                self.level(Level::Depth(depth));
            }
        }
        self.heads();
        self.simple_statements();
    }

    /// Adds the rules of statements at an indentation level.
    fn level(&mut self, level: Level) {
        let suite = || level.rule("suite");
        let clause = |head: &str| all([level.margin(), rule(head), suite()]);
        let otherwise = || optional(clause("else_head"));
        let handlers = any([
            all([some(clause("except_head")), optional(clause("bare_except_head"))]),
            clause("bare_except_head"),
        ]);
        let decorator = all([rule("decorator"), self.newline(), level.margin()]);
        let statement = any([
            rule("line"),
            all([rule("if_head"), suite(), many(clause("elif_head")), otherwise()]),
            all([any([rule("for_head"), rule("while_head")]), suite(), otherwise()]),
            all([many(decorator), rule("def_head"), suite()]),
            all([
                rule("try_head"),
                suite(),
                any([
                    all([handlers, otherwise(), optional(clause("finally_head"))]),
                    clause("finally_head"),
                ]),
            ]),
        ]);
        self.add(&level.name("statement"), statement);
        self.suite(level);
        if let Level::Depth(_) = level {
            let blank = many(all([rule("BLANK"), level.indent()]));
            self.add(&level.name("margin"), all([level.indent(), blank]));
        }
    }

    /// Adds the rule for the text after a clause's colon: statements on the same line, or a block.
    fn suite(&mut self, level: Level) {
        let inline = all([self.gap(), rule("line")]);
        let (comment, block) = match level {
            Level::Depth(MAX_BLOCK_DEPTH) => ("no block stands deeper", None),
            Level::Depth(depth) => ("", Some(block(Level::Depth(depth + 1)))),
            Level::Any => {
                let [newline, indent, dedent] = [Layout::Newline, Layout::Indent, Layout::Dedent].map(Item::Layout);
                ("", Some(all([newline, indent, some(rule("statement")), dedent])))
            }
        };
        let suite = match block {
            Some(block) => any([inline, block]),
            None => inline,
        };
        self.commented(&level.name("suite"), comment, suite);
    }

    fn newline(&self) -> Item {
        if self.for_people() {
            Item::Layout(Layout::Newline)
        } else {
            rule("NEWLINE")
        }
    }

    fn heads(&mut self) {
        let word = |word: &str| all([text(word), self.gap()]);
        let head = |word: &str| all([text(word), text(":")]);
        let head_with = |word: &str, rest: Item| all([text(word), self.gap(), rest, text(":")]);
        let alias = optional(all([self.gap(), word("as"), rule("NAME")]));
        let loops = all([rule("targets"), self.gap(), word("in"), rule("bare")]);
        let heads = [
            ("if_head", head_with("if", rule("named"))),
            ("elif_head", head_with("elif", rule("named"))),
            ("else_head", head("else")),
            ("for_head", head_with("for", loops)),
            ("while_head", head_with("while", rule("named"))),
            ("try_head", head("try")),
            ("except_head", head_with("except", all([rule("test"), alias]))),
            ("bare_except_head", head("except")),
            ("finally_head", head("finally")),
            ("decorator", decorator()),
            ("def_head", self.def_head()),
        ];
        for (name, item) in heads {
            self.add(name, item);
        }
        let place = self.within_brackets();
        let annotation = all([text(":"), self.room(), place.rule("test")]);
        self.parameters("parameter", place, Some(annotation));
    }

    fn def_head(&self) -> Item {
        let place = self.within_brackets();
        let word = |word: &str| all([text(word), self.gap()]);
        let parameters = all([rule("parameters"), self.end(place)]);
        let returns = all([self.gap(), word("->"), rule("test")]);
        all([
            optional(word("async")),
            word("def"),
            rule("NAME"),
            self.bracket(place, "(", optional(parameters), ")"),
            optional(returns),
            text(":"),
        ])
    }

    fn simple_statements(&mut self) {
        let more = many(all([text(";"), self.room(), rule("simple")]));
        self.add("line", all([rule("simple"), more, self.newline()]));
        let word = |word: &str| all([text(word), self.gap()]);
        let list = |name: &str| all([rule(name), many(all([self.comma(), rule(name)]))]);
        let test = || rule("test");
        let cause = optional(all([self.gap(), word("from"), test()]));
        let simple = [
            rule("assignment"),
            rule("value"),
            text("pass"),
            text("break"),
            text("continue"),
            all([text("return"), optional(all([self.gap(), rule("bare")]))]),
            all([text("raise"), optional(all([self.gap(), test(), cause]))]),
            all([word("assert"), test(), optional(all([self.comma(), test()]))]),
            all([word("del"), list("deleted")]),
            all([any([text("global"), text("nonlocal")]), self.gap(), list("NAME")]),
            rule("import"),
        ];
        let deleted = all([
            text("("),
            optional(all([list("deleted"), optional(text(","))])),
            text(")"),
        ]);
        self.add("simple", any(simple));
        self.assignment();
        self.add("deleted", any([rule("place"), deleted]));
        self.import();
    }

    fn assignment(&mut self) {
        let equals = || all([self.room(), text("="), self.room()]);
        let ops = BinaryOp::ALL.iter().map(|op| text(&format!("{}=", op.as_str())));
        let augmented = choice(ops.collect());
        let annotation = all([text(":"), self.room(), rule("test")]);
        let further = || all([equals(), many(all([rule("targets"), equals()])), rule("value")]);
        // Common prefixes are written once, so that an engine has one parse.
        self.add(
            "assignment",
            any([
                all([
                    rule("place"),
                    any([
                        all([self.room(), augmented, self.room(), rule("value")]),
                        all([annotation, optional(all([equals(), rule("value")]))]),
                        all([rule("more_targets"), further()]),
                    ]),
                ]),
                all([rule("target_list"), rule("more_targets"), further()]),
                all([rule("star_targets"), further()]),
            ]),
        );
    }

    fn import(&mut self) {
        let place = self.within_brackets();
        let word = |word: &str| all([text(word), self.gap()]);
        let alias = || optional(all([self.gap(), word("as"), rule("NAME")]));
        let dotted = || all([rule("NAME"), many(all([text("."), rule("NAME")]))]);
        let module = || all([dotted(), alias()]);
        let member = || all([rule("NAME"), alias()]);
        let more = many(all([self.comma_within(place), member()]));
        let in_brackets = all([member(), more, self.end(place)]);
        let members = any([
            all([member(), many(all([self.comma(), member()]))]),
            self.bracket(place, "(", in_brackets, ")"),
        ]);
        let origin = any([all([many(text(".")), dotted()]), some(text("."))]);
        self.add(
            "import",
            any([
                all([word("import"), module(), many(all([self.comma(), module()]))]),
                all([word("from"), origin, self.gap(), word("import"), members]),
            ]),
        );
    }
}

/// Returns the item for the lines of a block at a level, including trailing blank lines.
fn block(inner: Level) -> Item {
    let statement = all([inner.margin(), inner.rule("statement")]);
    let blank = all([inner.indent(), rule("BLANK")]);
    all([rule("NEWLINE"), some(statement), many(blank)])
}

fn decorator() -> Item {
    all([
        text("@"),
        optional(all([text("functools"), text(".")])),
        any([text("cache"), text("lru_cache")]),
        optional(rule("call")),
    ])
}
