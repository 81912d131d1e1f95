//! Formatting of the fields in f-strings.

use sift_syntax::ast::Conversion;
use sift_values::flow::Outcome;
use sift_values::value::Value;

use crate::runtime::Runtime;

impl Runtime {
    /// Formats one field of an f-string: `{value!conversion:spec}`.
    pub fn format_field(&mut self, value: Value, conversion: Option<Conversion>, spec: Option<Value>) -> Outcome {
        let value = match conversion {
            None => value,
            Some(Conversion::Str) => self.str_of(value)?,
            Some(Conversion::Repr) => self.repr_value(value)?,
            Some(Conversion::Ascii) => self.ascii_value(value)?,
        };
        match spec {
            None => self.str_of(value),
            Some(spec) => self.format_value(value, spec),
        }
    }
}
