//! The compiled code that a session has loaded.

use std::sync::Arc;

use sift_compiler::op::{CodeKind, Op, ParamSpec, Unit};
use sift_syntax::Span;
use sift_values::classes::{ClassId, Role};
use sift_values::value::Value;
use smol_str::SmolStr;

use crate::table::MethodNumber;

/// The compiled code of one function, or of the top level of a program or module. Its ops,
/// constants and names are in tables shared by all code.
#[derive(Debug)]
pub struct LoadedCode {
    /// The unqualified name of the function that the code belongs to.
    pub name: SmolStr,
    /// The qualified name of the function, as error messages show it.
    pub qualified_name: SmolStr,
    /// Whether a call of the function runs the code or creates a generator.
    pub kind: CodeKind,
    /// The parameters of the function, and how arguments are bound to them.
    pub params: ParamSpec,
    /// The number of local slots that hold the function's parameters.
    pub param_slots: usize,
    /// The number of parameters if arguments can be bound by position without checks, otherwise
    /// `None`.
    pub plain_params: Option<usize>,
    /// The number of local slots in a frame of the function.
    pub locals: usize,
    /// The names of the local slots, for error messages.
    pub local_names: Vec<SmolStr>,
    /// The index of the function's first op among all loaded ops.
    pub entry: usize,
    /// The number of the first code in the compiled unit that contains this one.
    pub unit_start: u32,
    /// Whether the code belongs to the library.
    pub is_library: bool,
    /// The library class of the generators that the function creates, or `None` for plain
    /// generators.
    pub generates: Option<ClassId>,
    /// The function's role in a library module, such as a constructor. `None` for other code.
    pub role: Option<Role>,
}

/// All code that a session has loaded, in flat tables to which ops refer by index.
#[derive(Debug, Default, Clone)]
pub struct LoadedCodes {
    /// The code of each loaded function, by number.
    pub codes: Vec<Arc<LoadedCode>>,
    /// The ops of all loaded code, in one table.
    pub ops: Vec<Op>,
    /// The source span of each op in the table of ops.
    pub spans: Vec<Span>,
    /// The table of constants that ops refer to by index.
    pub consts: Vec<Value>,
    /// The table of attribute, method and module names that ops refer to by index.
    pub names: Vec<SmolStr>,
    /// The number of the library method with each name in `names`, if there is one.
    pub methods: Vec<Option<MethodNumber>>,
    /// Nominal bytes of the code of all programs, without constants, which are on the heap.
    pub program_bytes: usize,
}

/// Nominal bytes of a function's code, without its ops, constants and names.
pub(crate) const CODE_BYTES: usize = 512;
/// Nominal bytes of an op and its source span.
pub(crate) const OP_BYTES: usize = 24;
/// Nominal bytes of an entry in the table of constants.
pub(crate) const CONST_BYTES: usize = 24;
/// Nominal bytes of a name in loaded code.
pub(crate) const NAME_BYTES: usize = 64;

/// Returns the nominal bytes of the code in a compiled unit.
pub fn code_bytes(unit: &Unit) -> usize {
    let codes = unit.codes.iter().map(|code| {
        let names = code.names.len() + code.local_names.len();
        CODE_BYTES + code.ops.len() * OP_BYTES + code.consts.len() * CONST_BYTES + names * NAME_BYTES
    });
    codes.sum()
}

impl LoadedCodes {
    /// Returns the library class of the generators that a code creates, or `None` for plain
    /// generators.
    #[inline]
    pub fn generates(&self, code: u32) -> Option<ClassId> {
        self.get(code)?.generates
    }

    /// Returns the loaded code with this number.
    #[inline]
    pub fn get(&self, code: u32) -> Option<&Arc<LoadedCode>> {
        self.codes.get(code as usize)
    }

    /// Returns the name at an index of the name table, or an empty one if there is none.
    pub fn name(&self, index: u32) -> SmolStr {
        self.names.get(index as usize).cloned().unwrap_or_default()
    }

    /// Returns the source span of the op before the instruction pointer `ip`.
    #[inline]
    pub fn span_before(&self, ip: usize) -> Span {
        ip.checked_sub(1)
            .and_then(|ip| self.spans.get(ip))
            .copied()
            .unwrap_or_default()
    }
}
