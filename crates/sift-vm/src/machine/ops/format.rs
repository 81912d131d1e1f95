//! Ops that format values for f-strings.

use sift_syntax::ast::Conversion;
use sift_values::flow::Flow;
use sift_values::value::{Type, Value};
use smallvec::SmallVec;

use crate::machine::Interpreter;

impl Interpreter {
    pub(super) fn build_string(&mut self, count: u32) -> Result<(), Flow> {
        let parts: SmallVec<[Value; 8]> = self.top(count).into();
        let text = self.concat_texts(&parts)?;
        self.note_looked_at(text.label());
        self.replace_top(count as usize, text);
        Ok(())
    }

    pub(super) fn format_top(&mut self, conversion: Option<Conversion>) -> Result<(), Flow> {
        let value = self.peek(0);
        if conversion.is_none() && value.kind() == Type::Int {
            // Small integers are formatted when the string is built.
            return Ok(());
        }
        let text = self.format_field(value, conversion, None)?;
        let label = self.label_of_operator(text, &[value]);
        self.replace_top(1, text.labelled(label));
        Ok(())
    }

    pub(super) fn format_with_spec(&mut self, conversion: Option<Conversion>) -> Result<(), Flow> {
        let (value, spec) = (self.peek(1), self.peek(0));
        let text = self.format_field(value, conversion, Some(spec))?;
        let label = self.label_of_operator(text, &[value, spec]);
        self.replace_top(2, text.labelled(label));
        Ok(())
    }
}
