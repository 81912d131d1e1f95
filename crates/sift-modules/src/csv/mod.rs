//! The inner loops of the module `csv`: reading the fields of a line and writing a row. The
//! module's classes are in `sift/csv.sift`.

mod reader;
mod writer;

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_text::Text;
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

/// The native functions of the module `csv`, which `csv.sift` calls.
pub const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[
        entry(
            "_csv_read(line, dialect, limit, held, /)",
            "Reads a line: a list of fields, or what is held of a row that goes on in the next line.",
            reader::read,
        ),
        entry(
            "_csv_end(dialect, held, /)",
            "Ends a row whose text ends: a list of fields.",
            reader::end,
        ),
        iterating(
            "_csv_line(row, dialect, terminator, /) -> str",
            "Writes the values of a row.",
            writer::line,
        ),
    ],
}];

/// Returns the members of the module `csv` that aren't functions: its exception.
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let error = ClassId::of_exception(ExceptionClass::CsvError).value();
    [("csv", "Error", error)].into_iter()
}

/// The rule for which fields a writer puts in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
}

/// The format of CSV rows, such as delimiter and quotes, which `sift/csv.sift` passes as a tuple.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: char,
    quote: Option<char>,
    escape: Option<char>,
    double_quote: bool,
    skip_initial_space: bool,
    quoting: Quoting,
    strict: bool,
}

impl Dialect {
    fn of(m: &Runtime, value: Value) -> Self {
        let part = |index: usize| match m.heap.get(value.handle()) {
            Object::Tuple(parts) => parts.get(index).copied().unwrap_or(Value::NONE),
            _ => Value::NONE,
        };
        let char = |index: usize| match m.heap.get(part(index).handle()) {
            Object::Str(text) if part(index).kind() == Type::Str => text.as_str().and_then(|text| text.chars().next()),
            _ => None,
        };
        let flag = |index: usize| part(index).same(Value::TRUE);
        Self {
            delimiter: char(0).unwrap_or(','),
            quote: char(1),
            escape: char(2),
            double_quote: flag(3),
            skip_initial_space: flag(4),
            quoting: match part(5).as_int() {
                Some(1) => Quoting::All,
                Some(2) => Quoting::NonNumeric,
                Some(3) => Quoting::None,
                _ => Quoting::Minimal,
            },
            strict: flag(6),
        }
    }

    /// Returns `true` if the character opens and closes quoted fields in this dialect.
    fn quotes(&self, char: char) -> bool {
        self.quoting != Quoting::None && self.quote == Some(char)
    }
}

fn csv_error(m: &mut Runtime, message: impl AsRef<str>) -> Flow {
    m.raise(ExceptionClass::CsvError, message)
}

/// Allocates a string value for a text whose bytes are slices of existing texts, so that only its
/// header is charged.
fn cut(m: &mut Runtime, text: Text) -> Result<Value, Flow> {
    m.reserve(text.header_bytes())?;
    Ok(m.shared_text(text))
}
