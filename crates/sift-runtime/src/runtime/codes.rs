//! The code that a session has loaded.

use std::sync::Arc;

use sift_compiler::op::{CodeKind, Op, ParamSpec, Unit};
use sift_syntax::Span;
use sift_values::classes::{ClassId, Role};
use sift_values::value::Value;
use smol_str::SmolStr;

use crate::table::MethodNumber;

/// The code of a function as one machine runs it; its ops, constants and names stand among those of all others.
#[derive(Debug)]
pub struct LoadedCode {
    /// The function's name, without those of the functions around it.
    pub name: SmolStr,
    /// The name as messages show it.
    pub qualified_name: SmolStr,
    /// Whether a call runs the code or makes a generator.
    pub kind: CodeKind,
    /// The parameters, and how arguments reach their slots.
    pub params: ParamSpec,
    /// How many slots the parameters take.
    pub param_slots: usize,
    /// How many parameters there are, if all are plain: a call with as many arguments by position needs no binding.
    pub plain_params: Option<usize>,
    /// How many slots a frame has.
    pub locals: usize,
    /// The names of the slots, for error messages.
    pub local_names: Vec<SmolStr>,
    /// The place of the first op.
    pub entry: usize,
    /// The number of the first code of the same unit.
    pub unit_start: u32,
    /// Whether it belongs to the library: programs did not write it.
    pub is_library: bool,
    /// The library's class whose instances its generators are.
    pub generates: Option<ClassId>,
    /// What it is to programs, if it is of a module of the library.
    pub role: Option<Role>,
}

/// All code of a session, laid out flat: numbers within ops are places in these.
#[derive(Debug, Default, Clone)]
pub struct LoadedCodes {
    /// The loaded codes, by number.
    pub codes: Vec<Arc<LoadedCode>>,
    /// The instructions of all codes.
    pub ops: Vec<Op>,
    /// Where each op stands in its source.
    pub spans: Vec<Span>,
    /// The constants that ops refer to.
    pub consts: Vec<Value>,
    /// The names of attributes, methods and modules that ops refer to.
    pub names: Vec<SmolStr>,
    /// For each name its number among those of the library's methods.
    pub methods: Vec<Option<MethodNumber>>,
    /// Nominal bytes of the programs' own code, constants apart: they live on the heap.
    pub program_bytes: usize,
}

/// Nominal bytes of the code of a function, of an op with its place in the source, of a constant, and of a name.
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
    /// Returns the library's class whose instances the generators of a code are.
    #[inline]
    pub fn generates(&self, code: u32) -> Option<ClassId> {
        self.get(code)?.generates
    }

    /// Returns the code of a number.
    #[inline]
    pub fn get(&self, code: u32) -> Option<&Arc<LoadedCode>> {
        self.codes.get(code as usize)
    }

    /// Returns the name at an index; empty if there is none.
    pub fn name(&self, index: u32) -> SmolStr {
        self.names.get(index as usize).cloned().unwrap_or_default()
    }

    /// Returns where the op before `ip` stands in its source.
    #[inline]
    pub fn span_before(&self, ip: usize) -> Span {
        ip.checked_sub(1)
            .and_then(|ip| self.spans.get(ip))
            .copied()
            .unwrap_or_default()
    }
}
