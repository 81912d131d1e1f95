//! Parts of calls: running library functions, creating generators and function objects, and errors
//! of calls.

use sift_compiler::exception::ExceptionClass;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{FunctionObject, GeneratorObject, GeneratorState, Object, SavedFrame};
use sift_values::value::{Type, Value};

use crate::runtime::coverage::CallEnd;
use crate::runtime::{Args, Invocation, Row, Runtime};
use crate::table::MethodNumber;

/// The number of arguments of a call from which on the memory that they use on the stack is
/// counted.
const MANY_ARGUMENTS: usize = 1 << 10;

impl Runtime {
    /// Returns the library function for the method with this number, if the type of the value alone
    /// determines it.
    #[inline]
    pub fn method_numbered(&self, object: Value, number: MethodNumber) -> Option<&'static Row> {
        let kind = object.kind();
        let dict = match kind {
            Type::Dict | Type::Tuple | Type::DictView | Type::Generator => match self.heap.get(object.handle()) {
                Object::Dict(dict) => Some(&dict.kind),
                Object::Tuple(tuple) if tuple.class.is_none() => None,
                Object::Generator(generator) if generator.class.is_none() => None,
                _ => return None,
            },
            _ => None,
        };
        self.library.method_numbered(kind, dict, number)
    }

    /// Returns a copy of a tuple of names without its first item.
    #[inline]
    pub fn without_first(&mut self, names: Value) -> Outcome {
        let names = match self.heap.get(names.handle()) {
            Object::Tuple(names) => names.get(1..).unwrap_or_default().to_vec(),
            _ => Vec::new(),
        };
        self.alloc_tuple(names)
    }

    /// Checks that the arguments of a call fit into memory: on the stack, in a copy, and bound to
    /// parameters.
    #[inline]
    pub fn reserve_arguments(&mut self, count: usize) -> Result<(), Flow> {
        if count < MANY_ARGUMENTS {
            return Ok(());
        }
        self.reserve(count.saturating_mul(3 * size_of::<Value>()))?;
        self.heap.grow(count.saturating_mul(size_of::<Value>()));
        Ok(())
    }

    /// Returns the number of items of a tuple; 0 for other values.
    #[inline]
    pub fn tuple_len(&self, tuple: Value) -> usize {
        match self.heap.get(tuple.handle()) {
            Object::Tuple(items) => items.len(),
            _ => 0,
        }
    }

    /// Returns a raised `RecursionError` for calls that are nested too deeply.
    pub fn too_deep(&mut self) -> Flow {
        let flow = self.raise(ExceptionClass::RecursionError, "maximum recursion depth exceeded");
        self.with_help(
            flow,
            "write the recursion as a loop: functions may be nested 1,000 deep",
        )
    }

    /// Records the end of a call of a library function written in Sift, if coverage is counted.
    pub fn note_written(&mut self, code: u32, ending: CallEnd) {
        let Some(coverage) = &mut self.coverage else { return };
        if let Some(role) = self.code.get(code).and_then(|code| code.role.as_ref()) {
            coverage.note_written(role, ending);
        }
    }

    /// Creates a generator whose suspended frame takes its local variables from the stack.
    pub fn make_generator(&mut self, code: u32, entry: usize, floor: usize) -> Result<Invocation, Flow> {
        let stack = self.stack.split_off(floor + 1);
        let name = self.code.get(code).map(|code| code.name.clone()).unwrap_or_default();
        let frame = SavedFrame {
            code,
            ip: entry,
            stack,
            guards: Vec::new(),
        };
        let generator = GeneratorObject {
            name,
            class: self.code.generates(code),
            room: frame.room(),
            state: GeneratorState::Suspended(frame),
        };
        // The operands are gone, so the op can't run again. The generator is small, and its memory
        // is checked before the next op.
        let generator = self.heap.add(Type::Generator, Object::Generator(Box::new(generator)));
        let generator = generator.labelled(self.library_label());
        self.note_written(code, CallEnd::Returned);
        self.stack.truncate(floor);
        self.stack.push(generator);
        Ok(Invocation::Value)
    }

    /// Runs a library function written in Rust with bound arguments. Debug builds check that it
    /// changes no arguments unless its table row allows it.
    #[inline]
    pub fn run_native(&mut self, row: &'static Row, bound: &Args) -> Outcome {
        self.heap.watch(!row.changes_arguments());
        let result = (row.run)(self, bound);
        debug_assert!(self.heap.unwatch(), "{} changes what it is given", row.qualified_name());
        result
    }

    /// Returns a callee as CPython's error messages show it, such as `__main__.total()` or
    /// `str.join()`.
    pub(crate) fn described_callee(&self, callee: Value) -> String {
        let native = |native: Value| format!("{}()", self.library.row(native.index()).qualified_name());
        match (callee.kind(), self.heap.get(callee.handle())) {
            (Type::Native, _) => native(callee),
            (Type::BoundMethod, Object::BoundMethod { native: method, .. }) if method.kind() == Type::Native => {
                native(*method)
            }
            (Type::Function, Object::Function(function)) => match self.code.get(function.code) {
                Some(code) if code.is_library => format!("{}()", code.qualified_name),
                Some(code) => format!("__main__.{}()", code.qualified_name),
                None => String::new(),
            },
            (Type::Class, _) => format!("{}()", self.library.class_name(callee)),
            (Type::Tool, _) => format!("{}()", self.tools.name(callee)),
            _ => format!("{} object", self.type_name(callee)),
        }
    }

    /// Creates a function object from the defaults and closure cells on the stack.
    pub fn make_function(&mut self, code: u32) -> Result<(), Flow> {
        let name = self.code.get(code).map(|code| code.name.clone()).unwrap_or_default();
        let function = FunctionObject {
            code,
            name,
            defaults: self.peek(2),
            keyword_defaults: self.peek(1),
            closure: self.peek(0),
        };
        let function = self.alloc(Type::Function, Object::Function(Box::new(function)))?;
        self.replace_top(3, function);
        Ok(())
    }

    /// Returns a raised `RuntimeError`.
    pub(crate) fn runtime_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::RuntimeError, message)
    }
}
