//! Global variables, constants, and the names bound by the library.

use sift_compiler::exception::ExceptionClass;
use sift_compiler::op::{Const, Op};
use sift_text::Text;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::Runtime;

/// The names of the variables and functions that every program is given, such as `context` and
/// `FINAL`. They do not count as its own variables, even if it rebinds them.
pub const GIVEN: &[&str] = &[
    "context",
    "query",
    "answer",
    "P",
    "ctx",
    "memory",
    "history",
    "llm_query",
    "llm_query_batched",
    "rlm_query",
    "rlm_query_batched",
    "FINAL",
    "FINAL_VAR",
    "SHOW_VARS",
];

/// The hidden variable that holds the value of a program's last expression. Programs can't refer to
/// this name.
pub const RESULT: &str = "<result>";
/// The hidden variable that holds the arguments if the host calls a function. Programs can't refer
/// to this name.
pub const ARGUMENTS: &str = "<arguments>";

impl Runtime {
    /// Returns a constant of compiled code as a value, allocated on the heap if necessary.
    pub fn constant(&mut self, constant: &Const) -> Value {
        match constant {
            Const::Int(value) => Value::int(*value),
            Const::Float(value) => Value::float(*value),
            Const::BigInt(value) => self.heap.add(Type::BigInt, Object::BigInt(Box::new(value.clone()))),
            Const::Str(text) => self.new_text(Text::new(text)),
            Const::Names(names) => {
                let names: Vec<Value> = names.iter().map(|name| self.new_text(Text::new(name))).collect();
                self.heap.add(Type::Tuple, Object::Tuple(names.into()))
            }
        }
    }

    /// Creates slots for new global variables. A variable with the name of a library function
    /// starts with that function as its value.
    pub fn declare_globals(&mut self) {
        let library = self.library;
        for slot in self.globals.len()..self.symbols.len() {
            let name = u32::try_from(slot).ok().and_then(|slot| self.symbols.name(slot));
            let builtin = name
                .and_then(|name| library.builtin_slot(name))
                .and_then(|slot| self.builtins.get(slot));
            self.globals.push(builtin.copied().unwrap_or(Value::UNBOUND));
        }
    }

    /// Appends ops to the loaded code, and records the global variables that they assign.
    pub fn load_ops(&mut self, ops: impl Iterator<Item = Op>) {
        let start = self.code.ops.len();
        self.code.ops.extend(ops);
        for op in self.code.ops.iter().skip(start) {
            if let Op::SetGlobal(slot) = op {
                self.stored.insert(*slot);
            }
        }
    }

    /// Returns the builtin with the name of a global variable. Programs see it if they have deleted
    /// the variable, or if it has no slot yet.
    pub fn builtin_of_global(&self, slot: u32) -> Option<Value> {
        let name = self.symbols.name(slot)?;
        self.builtins.get(self.library.builtin_slot(name)?).copied()
    }

    /// Returns a raised `NameError` for an unbound global variable. Gives up during speculation.
    pub fn unbound_global(&mut self, slot: u32) -> Flow {
        if self.is_speculating() {
            return self.give_up();
        }
        let name = self.symbols.name(slot).cloned().unwrap_or_default();
        self.raise(ExceptionClass::NameError, format!("name '{name}' is not defined"))
    }

    /// Returns the value of a global variable of the session, or `None` if it is unbound.
    pub fn variable(&self, name: &str) -> Option<Value> {
        let slot = self.symbols.get(name)?;
        self.globals.get(slot as usize).copied().and_then(Value::given)
    }

    /// Returns the value of a global variable that a program has assigned. Neither Python's `None`
    /// nor a dict in the variable `answer` counts.
    pub fn bound(&self, name: &str) -> Option<Value> {
        let is_stored = self.symbols.get(name).is_some_and(|slot| self.stored.contains(&slot));
        let value = self.variable(name).filter(|_| is_stored)?;
        let is_answer = name == "answer" && value.kind() == Type::Dict;
        (value.kind() != Type::None && !is_answer).then_some(value)
    }

    /// Returns the names and values of the global variables that programs have assigned, sorted by
    /// name.
    pub fn variables(&self) -> Vec<(SmolStr, Value)> {
        let mut variables: Vec<(SmolStr, Value)> = self
            .symbols
            .iter()
            .filter(|(slot, name)| {
                self.stored.contains(slot) && !name.starts_with('_') && !GIVEN.contains(&name.as_str())
            })
            .filter_map(|(slot, name)| Some((name.clone(), self.globals.get(slot as usize)?.given()?)))
            .filter(|(name, value)| self.tools.name(*value) != name)
            .collect();
        variables.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        variables
    }
}
