//! The call stack of a paused program, for debuggers.

use sift_runtime::runtime::LoadedCode;
use sift_syntax::Span;
use sift_values::value::Value;
use smol_str::SmolStr;

use super::{Frame, Interpreter, OnReturn};

/// The position of execution in one function on the call stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'m> {
    code: &'m LoadedCode,
    /// The index of the function's code.
    pub(crate) function: u32,
    /// The op that runs next in the function, or the op that called the function above on the
    /// stack.
    pub(crate) op: usize,
    pub(crate) span: Span,
    base: usize,
}

impl<'m> Place<'m> {
    pub(crate) fn name(&self) -> &'m SmolStr {
        &self.code.name
    }
}

impl Interpreter {
    /// Returns the names and values of the bound local variables of a function, in the order of
    /// their slots.
    pub(crate) fn locals(&self, place: &Place<'_>) -> Vec<(SmolStr, Value)> {
        let slots = self.stack.get(place.base..).unwrap_or_default();
        let named = place.code.local_names.iter().zip(slots);
        // The compiler's own slots have no names.
        named
            .filter(|(name, _)| !name.is_empty())
            .filter_map(|(name, value)| Some((name.clone(), self.unwrap_cell(*value).given()?)))
            .collect()
    }

    /// Returns the call stack of the running program, innermost function first.
    ///
    /// Functions of the library and of earlier programs are left out: their work counts as part of
    /// the op that called them.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let unit = self
            .frames
            .first()
            .and_then(|frame| self.code.get(frame.code))
            .map(|code| code.unit_start);
        let mut op_is_next = true;
        self.frames.iter().rev().filter_map(move |frame| {
            let op = frame.ip.saturating_sub(usize::from(!op_is_next));
            op_is_next = frame.runs_op_again();
            let code = self.code.get(frame.code)?;
            (Some(code.unit_start) == unit).then(|| Place {
                code,
                function: frame.code,
                op,
                span: self.code.spans.get(op).copied().unwrap_or_default(),
                base: frame.base,
            })
        })
    }
}

impl Frame {
    /// Returns `true` if the op that called this function runs again after the function returns.
    const fn runs_op_again(&self) -> bool {
        matches!(self.on_return, OnReturn::Replace(_) | OnReturn::Loaded { .. })
    }
}
