//! The code that a session has loaded.

use std::sync::Arc;

use sift_compiler::op::{CodeKind, Op, ParamSpec, Unit};
use sift_syntax::Span;
use sift_values::classes::{ClassId, Role};
use sift_values::value::Value;
use smol_str::SmolStr;

use crate::table::MethodNumber;

/// The code of a function. Ops, constants and names are in tables shared by all code.
#[derive(Debug)]
pub struct LoadedCode {
    /// The function's unqualified name.
    pub name: SmolStr,
    /// The name as messages show it.
    pub qualified_name: SmolStr,
    /// Whether a call runs the code or creates a generator.
    pub kind: CodeKind,
    /// The parameters, and how arguments are bound to their slots.
    pub params: ParamSpec,
    /// Number of slots of the parameters.
    pub param_slots: usize,
    /// Number of parameters if all are plain, so that positional arguments need no binding.
    pub plain_params: Option<usize>,
    /// Number of slots of a frame.
    pub locals: usize,
    /// The names of the slots, for error messages.
    pub local_names: Vec<SmolStr>,
    /// The index of the first op.
    pub entry: usize,
    /// The number of the first code of the same unit.
    pub unit_start: u32,
    /// Whether it belongs to the library.
    pub is_library: bool,
    /// The library class of its generators, if they have one.
    pub generates: Option<ClassId>,
    /// Its role in a module of the library, if it has one.
    pub role: Option<Role>,
}

/// All code of a session in flat tables, into which ops have indices.
#[derive(Debug, Default, Clone)]
pub struct LoadedCodes {
    /// The loaded codes, by number.
    pub codes: Vec<Arc<LoadedCode>>,
    /// The ops of all codes.
    pub ops: Vec<Op>,
    /// The source span of each op.
    pub spans: Vec<Span>,
    /// The constants that ops refer to.
    pub consts: Vec<Value>,
    /// The names of attributes, methods and modules that ops refer to.
    pub names: Vec<SmolStr>,
    /// For each name, the number of the library method with that name.
    pub methods: Vec<Option<MethodNumber>>,
    /// Nominal bytes of the programs' code, without constants, which are on the heap.
    pub program_bytes: usize,
}

/// Nominal bytes of a function's code, of an op with its span, of a constant, and of a name.
pub(crate) const CODE_BYTES: usize = 512;
pub(crate) const OP_BYTES: usize = 24;
pub(crate) const CONST_BYTES: usize = 24;
pub(crate) const NAME_BYTES: usize = 64;

/// Returns the nominal bytes of a unit's code.
pub fn code_bytes(unit: &Unit) -> usize {
    let codes = unit.codes.iter().map(|code| {
        let names = code.names.len() + code.local_names.len();
        CODE_BYTES + code.ops.len() * OP_BYTES + code.consts.len() * CONST_BYTES + names * NAME_BYTES
    });
    codes.sum()
}

impl LoadedCodes {
    /// Returns the library class of a code's generators, if they have one.
    #[inline]
    pub fn generates(&self, code: u32) -> Option<ClassId> {
        self.get(code)?.generates
    }

    /// Returns the code with a number.
    #[inline]
    pub fn get(&self, code: u32) -> Option<&Arc<LoadedCode>> {
        self.codes.get(code as usize)
    }

    /// Returns the name at an index; empty if there is none.
    pub fn name(&self, index: u32) -> SmolStr {
        self.names.get(index as usize).cloned().unwrap_or_default()
    }

    /// Returns the source span of the op before `ip`.
    #[inline]
    pub fn span_before(&self, ip: usize) -> Span {
        ip.checked_sub(1)
            .and_then(|ip| self.spans.get(ip))
            .copied()
            .unwrap_or_default()
    }
}
