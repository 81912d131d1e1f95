//! Compares string methods with CPython's results in `data/` (see `data/text_methods_cases.py`).

use std::ops::Range;

use proptest::prelude::*;
use serde_json::{Value, json};
use sift_strings::methods;
use sift_strings::methods::{CharBounds, LineEnds, Padding, Side, TextMethodError, Translation};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A method call from the test data.
struct Call<'a> {
    text: &'a str,
    arguments: &'a [Value],
}

impl<'a> Call<'a> {
    fn string(&self, index: usize) -> Option<&'a str> {
        self.arguments.get(index).and_then(Value::as_str)
    }

    fn integer(&self, index: usize) -> Option<i64> {
        self.arguments.get(index).and_then(Value::as_i64)
    }

    /// Returns an argument as a limit. In Python, any negative number means no limit.
    fn limit(&self, index: usize) -> Option<usize> {
        self.integer(index).and_then(|limit| usize::try_from(limit).ok())
    }

    fn size(&self, index: usize) -> usize {
        self.limit(index).unwrap_or_default()
    }

    fn cut(&self, range: Range<usize>) -> Value {
        self.text[range].into()
    }

    fn cuts(&self, ranges: impl Iterator<Item = Range<usize>>) -> Value {
        ranges.map(|range| self.cut(range)).collect()
    }

    fn reversed(&self, ranges: impl Iterator<Item = Range<usize>>) -> Value {
        let mut ranges: Vec<_> = ranges.collect();
        ranges.reverse();
        self.cuts(ranges.into_iter())
    }

    fn padded(&self, padding: fn(usize, usize) -> Padding) -> Result<Value, TextMethodError> {
        let fill = Padding::fill(self.string(1).unwrap_or(" "))?;
        let padding = padding(self.text.chars().count(), self.size(0));
        let padded = padding.apply(self.text, fill);
        assert_eq!(padded.len(), self.text.len() + padding.bytes(fill));
        Ok(padded.into())
    }

    fn split(&self) -> Result<Value, TextMethodError> {
        Ok(match self.string(0) {
            None => self.cuts(methods::split_whitespace(self.text, self.limit(1))),
            Some(separator) => self.cuts(methods::split(self.text, separator, self.limit(1))?),
        })
    }

    fn rsplit(&self) -> Result<Value, TextMethodError> {
        Ok(match self.string(0) {
            None => self.reversed(methods::rsplit_whitespace(self.text, self.limit(1))),
            Some(separator) => self.reversed(methods::rsplit(self.text, separator, self.limit(1))?),
        })
    }

    /// Calls a method that searches between bounds.
    fn within(&self, method: &str) -> Value {
        let needle = self.string(0).unwrap();
        let length = self.text.chars().count();
        let Some(bounds) = CharBounds::resolve(length, self.integer(1), self.integer(2)) else {
            return match method {
                "find" | "rfind" => (-1).into(),
                "count" => 0.into(),
                _ => false.into(),
            };
        };
        let bytes = bounds.bytes(self.text);
        let part = &self.text[bytes.clone()];
        let offset = |found: Option<usize>| {
            found.map_or(-1, |at| {
                i64::try_from(self.text[..bytes.start + at].chars().count()).unwrap()
            })
        };
        match method {
            "find" => offset(methods::find(part, needle)).into(),
            "rfind" => offset(methods::rfind(part, needle)).into(),
            "count" => {
                let count = methods::count(part, needle);
                assert_eq!(count, methods::occurrences(part, needle, None).count());
                count.into()
            }
            "startswith" => methods::starts_with_any(part, ["\u{fffe}", needle]).into(),
            _ => methods::ends_with_any(part, ["\u{fffe}", needle]).into(),
        }
    }

    fn answer(&self, method: &str) -> Result<Value, TextMethodError> {
        let (text, first) = (self.text, self.string(0));
        let cased = |changed: String| {
            assert!(changed.len() <= text.len() * methods::CASE_GROWTH);
            Value::from(changed)
        };
        Ok(match method {
            "isalnum" => methods::isalnum(text).into(),
            "isalpha" => methods::isalpha(text).into(),
            "isascii" => methods::isascii(text).into(),
            "isdecimal" => methods::isdecimal(text).into(),
            "isdigit" => methods::isdigit(text).into(),
            "isidentifier" => methods::isidentifier(text).into(),
            "islower" => methods::islower(text).into(),
            "isnumeric" => methods::isnumeric(text).into(),
            "isprintable" => methods::isprintable(text).into(),
            "isspace" => methods::isspace(text).into(),
            "istitle" => methods::istitle(text).into(),
            "isupper" => methods::isupper(text).into(),
            "upper" => cased(methods::upper(text)),
            "lower" => cased(methods::lower(text)),
            "title" => cased(methods::title(text)),
            "capitalize" => cased(methods::capitalize(text)),
            "swapcase" => cased(methods::swapcase(text)),
            "casefold" => cased(methods::casefold(text)),
            "split" => self.split()?,
            "rsplit" => self.rsplit()?,
            "splitlines" => {
                let keep = self.arguments.first() == Some(&Value::Bool(true));
                self.cuts(methods::split_lines(
                    text,
                    if keep { LineEnds::Keep } else { LineEnds::Drop },
                ))
            }
            "strip" => self.cut(methods::strip(text, Side::Both, first)),
            "lstrip" => self.cut(methods::strip(text, Side::Left, first)),
            "rstrip" => self.cut(methods::strip(text, Side::Right, first)),
            "partition" => self.cuts(methods::partition(text, first.unwrap())?.into_iter()),
            "rpartition" => self.cuts(methods::rpartition(text, first.unwrap())?.into_iter()),
            "find" | "rfind" | "count" | "startswith" | "endswith" => self.within(method),
            "replace" => {
                let (old, new, limit) = (first.unwrap(), self.string(1).unwrap(), self.limit(2));
                methods::replace(text, old, new, limit).into()
            }
            "removeprefix" => self.cut(methods::remove_prefix(text, first.unwrap())),
            "removesuffix" => self.cut(methods::remove_suffix(text, first.unwrap())),
            "center" => self.padded(Padding::center)?,
            "ljust" => self.padded(Padding::after)?,
            "rjust" => self.padded(Padding::before)?,
            "zfill" => {
                let filled = methods::zfill(text, self.size(0));
                assert_eq!(filled.len(), methods::zfill_len(text, self.size(0)));
                filled.into()
            }
            "expandtabs" => {
                let size = self.limit(0).unwrap_or(8);
                let expanded = methods::expandtabs(text, size);
                assert_eq!(expanded.len(), methods::expandtabs_len(text, size));
                expanded.into()
            }
            "translate" => self.translated()?,
            _ => panic!("no method {method}"),
        })
    }

    fn translated(&self) -> Result<Value, TextMethodError> {
        let [from, to, deleted] = [0, 1, 2].map(|index| self.string(index).unwrap());
        let rows = methods::maketrans(from, to, deleted)?;
        let replacements: Vec<(char, Option<String>)> = rows
            .into_iter()
            .map(|(from, to)| (from, to.map(String::from)))
            .collect();
        let table = |char| {
            Ok(match replacements.iter().rev().find(|(from, _)| *from == char) {
                None => Translation::Keep,
                Some((_, None)) => Translation::Delete,
                Some((_, Some(to))) => Translation::Replace(to),
            })
        };
        methods::translate(self.text, table).map(Value::from)
    }
}

#[test]
fn string_methods_match_cpython() {
    let rows: Vec<Vec<Value>> = serde_json::from_str(include_str!("../data/text_methods.json")).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let call = Call {
            text: text(&row[1]),
            arguments: row[2].as_array().unwrap(),
        };
        let found = match call.answer(text(&row[0])) {
            Ok(value) => [value, Value::Null],
            Err(error) => {
                assert!(!error.code().is_empty() && !error.hint().is_empty());
                [error.exception().into(), error.to_string().into()]
            }
        };
        if row[3..] != found {
            wrong.push(format!("expected {}\n  found    {}", json!(row), json!(found)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    assert!(rows.len() >= 5_000, "only {} rows", rows.len());
}

/// Characters whose classes have changed since Unicode 14, the version of CPython 3.11.
const CORRECTED_SINCE: [u32; 6] = [0x295, 0x10fc, 0xa7f2, 0xa7f3, 0xa7f4, 0xab69];

#[test]
fn character_classes_match_cpython_for_every_assigned_character() {
    let runs: Vec<(u32, u32, String)> = serde_json::from_str(include_str!("../data/text_methods_chars.json")).unwrap();
    let classes: [fn(&str) -> bool; 11] = [
        methods::isalnum,
        methods::isalpha,
        methods::isdecimal,
        methods::isdigit,
        methods::isidentifier,
        methods::islower,
        methods::isnumeric,
        methods::isprintable,
        methods::isspace,
        methods::istitle,
        methods::isupper,
    ];
    let mut wrong = Vec::new();
    for (first, last, expected) in &runs {
        for char in (*first..=*last).filter_map(char::from_u32) {
            let found: String = classes
                .iter()
                .map(|class| if class(char.encode_utf8(&mut [0; 4])) { '1' } else { '0' })
                .collect();
            if found != *expected {
                wrong.push(u32::from(char));
            }
        }
    }
    assert_eq!(wrong, CORRECTED_SINCE);
}

#[test]
fn case_mappings_match_cpython_for_every_cased_character() {
    let rows: Vec<(u32, [String; 5])> =
        serde_json::from_str::<Vec<Vec<Value>>>(include_str!("../data/text_methods_case.json"))
            .unwrap()
            .into_iter()
            .map(|row| {
                let texts = [1, 2, 3, 4, 5].map(|index| text(&row[index]).to_owned());
                (u32::try_from(row[0].as_u64().unwrap()).unwrap(), texts)
            })
            .collect();
    let mut wrong = Vec::new();
    for (code, expected) in &rows {
        let char = char::from_u32(*code).unwrap().to_string();
        let found = [
            methods::upper,
            methods::lower,
            methods::title,
            methods::casefold,
            methods::swapcase,
        ]
        .map(|change| change(&char));
        if found != *expected {
            wrong.push(format!("U+{code:04X}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    assert!(rows.len() > 2_000);
}

#[test]
fn maketrans_rejects_unequal_lengths() {
    assert_eq!(
        methods::maketrans("ab", "x", ""),
        Err(TextMethodError::MaketransLengths)
    );
    assert_eq!(
        methods::maketrans("é", "x", "y"),
        Ok(vec![('é', Some('x')), ('y', None)])
    );
}

#[test]
fn split_yields_pieces_lazily() {
    let text = ",".repeat(10_000_000);
    let first: Vec<_> = methods::split(&text, ",", None).unwrap().take(2).collect();
    assert_eq!(first, [0..0, 1..1]);
}

/// Splits into lines character by character, a direct implementation of Python's documentation.
fn lines_by_characters(text: &str, keep: bool) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let mut end = match char {
            '\n' | '\x0b' | '\x0c' | '\r' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                char.to_string()
            }
            _ => {
                line.push(char);
                continue;
            }
        };
        if char == '\r' && chars.next_if_eq(&'\n').is_some() {
            end.push('\n');
        }
        if keep {
            line.push_str(&end);
        }
        lines.push(std::mem::take(&mut line));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

proptest! {
    #[test]
    fn line_boundaries_match_python(
        text in "([a-z]{0,40}|[\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x09]|[\u{84}-\u{86}¢]|[\u{2026}-\u{202a}€’]|[À-ÿ]|\\PC){0,60}",
    ) {
        for (ends, keep) in [(LineEnds::Keep, true), (LineEnds::Drop, false)] {
            let lines: Vec<String> = methods::split_lines(&text, ends).map(|line| text[line].to_owned()).collect();
            prop_assert_eq!(lines, lines_by_characters(&text, keep));
        }
    }
}
