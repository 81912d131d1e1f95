//! Where a paused program stands, for debuggers.

use sift_runtime::runtime::LoadedCode;
use sift_syntax::Span;
use sift_values::value::Value;
use smol_str::SmolStr;

use super::{Frame, Interpreter, OnReturn};

/// Where one function of the running program stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'m> {
    code: &'m LoadedCode,
    /// The number of its code: which function it is.
    pub(crate) function: u32,
    /// The op that is run next, or that has called what stands above.
    pub(crate) op: usize,
    pub(crate) span: Span,
    base: usize,
}

impl<'m> Place<'m> {
    /// Returns the function's name.
    pub(crate) fn name(&self) -> &'m SmolStr {
        &self.code.name
    }
}

impl Interpreter {
    /// Returns the names and values of a function's own variables that are bound, in the order of their slots.
    pub(crate) fn locals(&self, place: &Place<'_>) -> Vec<(SmolStr, Value)> {
        let slots = self.stack.get(place.base..).unwrap_or_default();
        let named = place.code.local_names.iter().zip(slots);
        // Slots without a name are the compiler's own.
        named
            .filter(|(name, _)| !name.is_empty())
            .filter_map(|(name, value)| Some((name.clone(), self.uncelled(*value).given()?)))
            .collect()
    }

    /// Returns where the functions of the running program stand, the innermost first. Those of the library and of earlier
    /// programs are left out: what they do belongs to the op that called them.
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
    /// Tells whether the op that led to the frame is run again when the frame ends.
    const fn runs_op_again(&self) -> bool {
        matches!(self.on_return, OnReturn::Replace(_) | OnReturn::Loaded { .. })
    }
}
