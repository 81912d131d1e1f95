//! The rules of strings, f-strings and their fields.

use super::Rules;
use crate::charset::CharSet;
use crate::item::{Item, RuleKind, all, any, exactly, many, optional, rule, some, text};

/// A form of f-string: its prefix and quotes.
struct Form {
    /// The suffix of the names of rules for this form, such as `triple_double`.
    suffix: &'static str,
    prefixes: &'static [&'static str],
    quote: char,
    triple: bool,
    raw: bool,
}

const FORMS: [Form; 6] = [
    Form::new("double", &["f"], '"'),
    Form::new("single", &["f"], '\''),
    Form::new("triple_double", &["f"], '"').triple(),
    Form::new("triple_single", &["f"], '\'').triple(),
    Form::new("raw_double", &["rf", "fr"], '"').raw(),
    Form::new("raw_single", &["rf", "fr"], '\'').raw(),
];

impl Form {
    const fn new(suffix: &'static str, prefixes: &'static [&'static str], quote: char) -> Self {
        Self {
            suffix,
            prefixes,
            quote,
            triple: false,
            raw: false,
        }
    }

    const fn triple(self) -> Self {
        Self { triple: true, ..self }
    }

    const fn raw(self) -> Self {
        Self { raw: true, ..self }
    }

    /// Returns the name of the token for text between fields.
    fn text_name(&self) -> String {
        format!("TEXT_{}", self.suffix.to_uppercase())
    }

    fn text(&self) -> Item {
        let chars = CharSet::all_but(&format!("\\{{}}{}", self.quote));
        let chars = if self.triple { chars.and_newline() } else { chars };
        let escape = if self.raw {
            all([text("\\"), Item::Char(CharSet::all_but("{}"))])
        } else {
            rule("ESCAPE_IN_F_STRING")
        };
        some(any([Item::Char(chars), escape]))
    }

    fn field(&self) -> Item {
        let piece = any([rule(&self.text_name()), rule("field_within")]);
        let specification = all([text(":"), many(piece)]);
        all([rule("field_start"), optional(specification), text("}")])
    }

    fn whole(&self) -> Item {
        let quote = self.quote.to_string();
        let quotes = quote.repeat(if self.triple { 3 } else { 1 });
        let piece = any([rule(&self.text_name()), text("{{"), text("}}"), self.field()]);
        let content = if self.triple {
            // One or two quotes don't end the string, and they can't be its last characters.
            many(all([optional(any([text(&quote), text(&quote.repeat(2))])), piece]))
        } else {
            many(piece)
        };
        let mut ways = Vec::new();
        for prefix in self.prefixes {
            if !self.triple {
                // A separate token, because a lexer that has begun to read three quotes doesn't
                // backtrack to one.
                ways.push(text(&format!("{prefix}{quote}{quote}")));
            }
            let open = text(&format!("{prefix}{quotes}"));
            ways.push(all([open, content.clone(), text(&quotes)]));
        }
        Item::Choice(ways)
    }
}

impl Rules {
    pub(super) fn strings(&mut self) {
        let mut ways = vec![rule("STRING")];
        let name = |form: &Form| format!("f_string_{}", form.suffix);
        ways.extend(FORMS.iter().map(|form| Item::Rule(name(form))));
        self.add("string", Item::Choice(ways));
        for form in &FORMS {
            self.push(&name(form), RuleKind::Glued, "", form.whole());
        }
        self.parts_of_fields();
        self.token(
            "STRING",
            "after r a backslash is itself",
            any([
                plain_strings(rule("ESCAPE")),
                all([text("r"), plain_strings(raw_escape())]),
            ]),
        );
        for form in &FORMS {
            self.token(&form.text_name(), "", form.text());
        }
        self.escapes();
    }

    /// Adds the rules of escape sequences.
    fn escapes(&mut self) {
        let set = |ranges: &[(char, char)]| Item::Char(CharSet::of(ranges));
        let hex = || set(&[('0', '9'), ('A', 'F'), ('a', 'f')]);
        let below_surrogates = all([
            set(&[('0', '9'), ('A', 'C'), ('E', 'F'), ('a', 'c'), ('e', 'f')]),
            exactly(hex(), 3),
        ]);
        let before_surrogates = all([set(&[('D', 'D'), ('d', 'd')]), set(&[('0', '7')]), exactly(hex(), 2)]);
        let four = any([below_surrogates, before_surrogates]);
        let five = all([set(&[('1', '9'), ('A', 'F'), ('a', 'f')]), exactly(hex(), 4)]);
        let eight = any([
            all([text("00"), four.clone()]),
            all([text("0"), five]),
            all([text("10"), exactly(hex(), 4)]),
        ]);
        let escape = |excluded: &str| {
            let other = Item::Char(CharSet::all_but(&format!("NUux{excluded}")));
            all([text("\\"), any([other, rule("NUMBERED")])])
        };
        self.token(
            "ESCAPE",
            "characters by name are not in Sift; an unknown escape is itself",
            escape(""),
        );
        self.token("ESCAPE_IN_F_STRING", "", escape("{}"));
        self.token(
            "NUMBERED",
            "a character by its number, but no half of a surrogate pair",
            any([
                all([text("x"), exactly(hex(), 2)]),
                all([text("u"), four]),
                all([text("U00"), eight]),
            ]),
        );
    }

    /// Adds the rules that the fields of all f-string forms share, except for the value.
    fn parts_of_fields(&mut self) {
        let value = || rule("field_value");
        let conversion = || optional(any([text("!r"), text("!s"), text("!a")]));
        let debug = optional(all([self.room(), text("="), self.room()]));
        let start = all([text("{"), value(), debug, conversion()]);
        let within = all([text("{"), value(), conversion(), text("}")]);
        self.push(
            "field_start",
            RuleKind::Glued,
            "with `=` the field's own text stands before its value",
            start,
        );
        self.push(
            "field_within",
            RuleKind::Glued,
            "a field in a format specification has none of its own",
            within,
        );
    }
}

/// Returns the item for the plain strings, in single or triple quotes of both kinds.
fn plain_strings(escape: Item) -> Item {
    let mut ways = Vec::new();
    for quote in ['"', '\''] {
        let one = text(&quote.to_string());
        let two = text(&quote.to_string().repeat(2));
        let three = text(&quote.to_string().repeat(3));
        let chars = CharSet::all_but(&format!("\\{quote}"));
        let piece = any([Item::Char(chars.clone()), escape.clone()]);
        ways.push(all([one.clone(), many(piece), one.clone()]));
        let piece = any([Item::Char(chars.and_newline()), escape.clone(), text("\\\n")]);
        let piece = all([optional(any([one, two])), piece]);
        ways.push(all([three.clone(), many(piece), three]));
    }
    Item::Choice(ways)
}

fn raw_escape() -> Item {
    all([text("\\"), Item::Char(CharSet::all_but(""))])
}
