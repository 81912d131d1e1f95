//! Operators on regex patterns, match objects and flags.

use sift_runtime::runtime::Runtime;
use sift_runtime::table::Operators;
use sift_strings::format::str_repr;
use sift_syntax::ast::UnaryOp;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::flag_values::{inverted_flags, regex_flag_attribute, regex_flag_repr};
use super::matches::{match_attribute, match_group};
use super::searching::next_match;
use super::{pattern_attribute, pattern_repr};

/// The implementation of the operators for regex patterns, match objects and flags.
#[derive(Debug)]
pub struct RegexTypes;

impl Operators<Runtime> for RegexTypes {
    fn attribute(&self, m: &mut Runtime, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        match object.kind() {
            Type::Pattern => pattern_attribute(m, object, name),
            Type::Match => match_attribute(m, object, name),
            _ => regex_flag_attribute(m, object, name),
        }
    }

    fn unary(&self, _: &mut Runtime, op: UnaryOp, operand: Value) -> Result<Option<Value>, Flow> {
        Ok(match (op, operand.kind()) {
            (UnaryOp::Invert, Type::RegexFlag) => Some(Value::regex_flag(inverted_flags(operand.raw_int()))),
            _ => None,
        })
    }

    fn repr(&self, m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
        if value.kind() == Type::RegexFlag {
            return Ok(Some(regex_flag_repr(value.raw_int())));
        }
        Ok(match m.heap.get(value.handle()) {
            Object::Pattern(pattern) => Some(pattern_repr(pattern)),
            Object::Match(found) => {
                let (range, text) = (found.captures.whole(), found.text);
                let (span, text) = match_shown(m, text, range)?;
                Some(format!("<re.Match object; span={span}, match={text}>"))
            }
            _ => None,
        })
    }

    fn index(&self, m: &mut Runtime, object: Value, index: Value) -> Result<Option<Value>, Flow> {
        match object.kind() {
            Type::Match => match_group(m, object, index).map(Some),
            _ => Ok(None),
        }
    }

    fn next_item(&self, m: &mut Runtime, iterator: Value) -> Result<Option<Value>, Flow> {
        next_match(m, iterator)
    }
}

/// Returns the two texts that the `repr` of a match shows: the span in code points, and the start
/// of the matched text's `repr`.
fn match_shown(m: &mut Runtime, text: Value, range: std::ops::Range<usize>) -> Result<(String, String), Flow> {
    let text = m.flat_text(text)?;
    let Ok(settled) = text.settled() else {
        return Ok((String::new(), String::new()));
    };
    let span = (settled.char_of_byte(range.start), settled.char_of_byte(range.end));
    let shown = text.as_str().and_then(|text| text.get(range.clone()));
    m.meter.note_read_part(&text, range);
    Ok((
        format!("({}, {})", span.0, span.1),
        shortened_repr(shown.unwrap_or_default()),
    ))
}

/// Returns the first 50 characters of a text's `repr`, as shown in the `repr` of a match.
fn shortened_repr(text: &str) -> String {
    const SHOWN: usize = 50;
    let cut = text.char_indices().nth(SHOWN).map_or(text.len(), |(byte, _)| byte);
    let (start, rest) = text.split_at_checked(cut).unwrap_or((text, ""));
    // The quotes of a repr depend on those in the whole text.
    let quotes: String = ['\'', '"'].into_iter().filter(|quote| rest.contains(*quote)).collect();
    str_repr(&format!("{start}{quotes}")).chars().take(SHOWN).collect()
}
