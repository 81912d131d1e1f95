//! The code that a session has loaded.

use std::sync::Arc;

use sift_syntax::Span;
use smol_str::SmolStr;

use crate::classes::{ClassId, Role};
use crate::op::{CodeKind, Op, ParamSpec, Unit};
use crate::table::MethodNumber;
use crate::value::Value;

/// The code of a function as one machine runs it; its ops, constants and names stand among those of all others.
#[derive(Debug)]
pub(crate) struct LoadedCode {
    pub(crate) name: SmolStr,
    /// The name as messages show it.
    pub(crate) qualified_name: SmolStr,
    pub(crate) kind: CodeKind,
    pub(crate) params: ParamSpec,
    /// How many slots the parameters take.
    pub(crate) param_slots: usize,
    /// How many parameters there are, if all are plain: a call with as many arguments by position needs no binding.
    pub(crate) plain_params: Option<usize>,
    /// How many slots a frame has.
    pub(crate) locals: usize,
    pub(crate) local_names: Vec<SmolStr>,
    /// The place of the first op.
    pub(crate) entry: usize,
    /// The number of the first code of the same unit.
    pub(crate) unit_start: u32,
    /// Whether it belongs to the library: programs did not write it.
    pub(crate) is_library: bool,
    /// The library's class whose instances its generators are.
    pub(crate) generates: Option<ClassId>,
    /// What it is to programs, if it is of a module of the library.
    pub(crate) role: Option<Role>,
}

/// All code of a session, laid out flat: numbers within ops are places in these.
#[derive(Debug, Default)]
pub(crate) struct LoadedCodes {
    pub(crate) codes: Vec<Arc<LoadedCode>>,
    pub(crate) ops: Vec<Op>,
    pub(crate) spans: Vec<Span>,
    pub(crate) consts: Vec<Value>,
    pub(crate) names: Vec<SmolStr>,
    /// For each name its number among those of the library's methods.
    pub(crate) methods: Vec<Option<MethodNumber>>,
    /// Nominal bytes of the programs' own code, constants apart: they live on the heap.
    pub(crate) program_bytes: usize,
}

/// Nominal bytes of the code of a function, of an op with its place in the source, of a constant, and of a name.
pub(crate) const CODE_BYTES: usize = 512;
pub(crate) const OP_BYTES: usize = 24;
pub(crate) const CONST_BYTES: usize = 24;
pub(crate) const NAME_BYTES: usize = 64;

/// Returns the nominal bytes of a unit's code.
pub(crate) fn code_bytes(unit: &Unit) -> usize {
    let codes = unit.codes.iter().map(|code| {
        let names = code.names.len() + code.local_names.len();
        CODE_BYTES + code.ops.len() * OP_BYTES + code.consts.len() * CONST_BYTES + names * NAME_BYTES
    });
    codes.sum()
}

impl LoadedCodes {
    /// Returns the library's class whose instances the generators of a code are.
    pub(crate) fn generates(&self, code: u32) -> Option<ClassId> {
        self.get(code)?.generates
    }

    pub(crate) fn get(&self, code: u32) -> Option<&Arc<LoadedCode>> {
        self.codes.get(code as usize)
    }

    pub(crate) fn name(&self, index: u32) -> SmolStr {
        self.names.get(index as usize).cloned().unwrap_or_default()
    }

    /// Returns where the op before `ip` stands in its source.
    pub(crate) fn span_before(&self, ip: usize) -> Span {
        ip.checked_sub(1)
            .and_then(|ip| self.spans.get(ip))
            .copied()
            .unwrap_or_default()
    }
}
