//! The instructions (ops) of the virtual machine, and the code objects that contain them.

use num_bigint::BigInt;
use sift_syntax::Span;
use sift_syntax::ast::{BinaryOp, CompareOp, Conversion, UnaryOp};
use smol_str::SmolStr;

/// An instruction of the virtual machine. The comment of each gives its effect on the stack, if
/// any: `before → after`.
///
/// An instruction that waits for a model reply or a garbage collection is executed again from its
/// start. It has no visible effects before the point at which it is sure to finish.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Op {
    /// Pushes a constant: `→ constant`.
    Const(u32),
    /// Pushes `None`: `→ None`.
    None,
    /// Pushes a boolean: `→ bool`.
    Bool(bool),
    /// Pushes an integer: `→ int`.
    Int(i32),
    /// A fused `Int` and operator. On the fast path it applies the operator and skips the next op:
    /// `a → result`. Otherwise it only pushes the integer: `→ int`.
    IntThen {
        /// The integer to push, which is the right operand on the fast path.
        value: i32,
        /// The operator of the next op.
        op: BinaryOp,
    },
    /// Pushes the `...` object: `→ ellipsis`.
    Ellipsis,
    /// Pushes the marker for a parameter without a default: `→ missing`.
    Missing,

    /// Pushes the value of a local slot: `→ value`.
    Local(u16),
    /// A fused pair of `Local` ops. Pushes both values and skips the next op: `→ value value`.
    LocalPair(u16, u16),
    /// Stores a value in a local slot: `value →`.
    SetLocal(u16),
    /// Deletes a local variable, which must be bound.
    DeleteLocal(u16),
    /// Empties a local slot, even if it is unbound.
    ClearLocal(u16),
    /// Wraps the value of a local slot in a new cell.
    MakeCell(u16),
    /// Pushes the value in a slot's cell: `→ value`.
    CellValue(u16),
    /// Stores a value in a slot's cell: `value →`.
    SetCell(u16),
    /// Deletes the variable in a slot's cell, which must be bound.
    DeleteCell(u16),
    /// Pushes the value of a global variable: `→ value`.
    Global(u32),
    /// Stores a value in a global variable: `value →`.
    SetGlobal(u32),
    /// Deletes a global variable, which must be bound.
    DeleteGlobal(u32),
    /// Pushes a value from the library's own table, which programs can't change: `→ value`.
    Builtin(u32),
    /// Stores a value in the library's own table: `value →`. Only the prelude does this.
    SetBuiltin(u32),
    /// Pushes the value of a name that the current module binds: `→ value`. The name's slot in the
    /// library's own table is determined when the module is loaded.
    ModuleName(u32),
    /// Stores a value in a name that the current module binds: `value →`.
    SetModuleName(u32),

    /// Drops the top of the stack: `value →`.
    Pop,
    /// Duplicates the top of the stack: `a → a a`.
    Dup,
    /// Duplicates the two topmost values: `a b → a b a b`.
    DupTwo,
    /// Swaps the two topmost values: `a b → b a`.
    Swap,
    /// Moves the top of the stack below the two values under it: `a b c → c a b`.
    Rotate3,

    /// Applies a unary operator: `a → result`.
    Unary(UnaryOp),
    /// Applies a binary operator: `a b → result`.
    Binary(BinaryOp),
    /// Applies an augmented assignment operator: `a b → result`. Lists, sets and dicts are changed
    /// in place.
    InPlace(BinaryOp),
    /// Compares two values: `a b → bool`.
    Compare(CompareOp),
    /// A fused comparison and jump. On the fast path it also performs the jump in the next op: `a b
    /// →`. Otherwise it only compares: `a b → bool`.
    CompareThenJump(CompareOp),

    /// Jumps to the op at this index.
    Jump(u32),
    /// Jumps if the value is false: `value →`.
    JumpIfFalse(u32),
    /// Jumps if the value is true: `value →`.
    JumpIfTrue(u32),
    /// Jumps and keeps the value if it is false: `value → value`. Otherwise drops it: `value →`.
    JumpIfFalseOrPop(u32),
    /// Jumps and keeps the value if it is true: `value → value`. Otherwise drops it: `value →`.
    JumpIfTrueOrPop(u32),

    /// Builds a list of this many items: `items → list`.
    BuildList(u32),
    /// Builds a tuple of this many items: `items → tuple`.
    BuildTuple(u32),
    /// Builds a set of this many items: `items → set`.
    BuildSet(u32),
    /// Builds a dict of this many pairs: `key value … → dict`.
    BuildDict(u32),
    /// Concatenates this many strings: `texts → text`.
    BuildString(u32),
    /// Formats a value for an f-string: `value → text`.
    Format(Option<Conversion>),
    /// Formats a value with a format specification: `value spec → text`.
    FormatSpec(Option<Conversion>),
    /// Appends an item to a list that is this many values deep in the stack: `list … item → list
    /// …`.
    Append(u16),
    /// Adds an item to a set that is this many values deep in the stack: `set … item → set …`.
    AddToSet(u16),
    /// Sets an item of a dict that is this many values deep in the stack: `dict … key value → dict
    /// …`.
    SetItem(u16),
    /// Appends all items of an iterable to a list: `list iterable → list`.
    Extend,
    /// Adds all items of an iterable to a set: `set iterable → set`.
    UpdateSet,
    /// Merges a mapping into a dict, for `{**mapping}`: `dict mapping → dict`.
    UpdateDict,
    /// Merges a mapping into keyword arguments, for `f(**mapping)`: `dict mapping → dict`. A
    /// duplicate name is an error.
    MergeKeywords,
    /// Converts a list to a tuple: `list → tuple`.
    ListToTuple,

    /// Pushes an attribute of an object: `object → value`.
    Attribute(u32),
    /// Sets an attribute of an object: `value object →`.
    SetAttribute(u32),
    /// Deletes an attribute of an object: `object →`.
    DeleteAttribute(u32),
    /// Pushes an item of an object: `object index → value`.
    Index,
    /// Sets an item of an object: `value object index →`.
    SetIndex,
    /// Deletes an item of an object: `object index →`.
    DeleteIndex,
    /// Builds a slice object: `start stop step → slice`.
    BuildSlice,

    /// Calls a value with this many positional arguments: `callee args → result`.
    Call(u16),
    /// Calls a value with positional and keyword arguments: `callee args keyword-values → result`.
    CallKeywords {
        /// The number of positional arguments.
        args: u16,
        /// The index of the constant with the names of the keyword arguments.
        names: u32,
    },
    /// Calls a value with a list of positional and a dict of keyword arguments: `callee list dict →
    /// result`.
    CallSpread,
    /// Calls a method with positional arguments: `object args → result`.
    CallMethod {
        /// The index of the method's name in the name table of the code.
        name: u32,
        /// The number of arguments of the method call.
        args: u16,
    },
    /// Calls a method with positional and keyword arguments: `object args keyword-values → result`.
    CallMethodKeywords {
        /// The number of positional arguments.
        args: u16,
        /// The index of the constant with the method's name and the names of the keyword arguments.
        names: u32,
    },

    /// Pushes an iterator over an iterable: `iterable → iterator`.
    Iterate,
    /// Pushes the next item of an iterator: `iterator → iterator item`. At the end of the items,
    /// drops the iterator and jumps: `iterator →`.
    Next(u32),
    /// Unpacks a sequence of exactly this many items: `sequence → items, last first`.
    Unpack(u16),
    /// Unpacks a sequence into targets of which one is starred: `sequence → items, last first`. The
    /// starred target gets a list.
    UnpackStarred {
        /// The number of targets before the starred one.
        before: u16,
        /// The number of targets after the starred one.
        after: u16,
    },

    /// Creates the function whose code has this index in the unit: `defaults keyword-only-defaults
    /// cells → function`. All operands are tuples.
    MakeFunction(u32),
    /// Pushes the cell in a local slot: `→ cell`.
    PushCell(u16),
    /// Ends the call and returns a value to the caller: `value →`.
    Return,
    /// Suspends the generator and yields a value: `value → the value sent by the caller, or None`.
    Yield,
    /// Passes a value that was sent to the generator on to the iterator of a `yield from`:
    /// `iterator sent → iterator`. The `Yield` before this op then yields the iterator's next item.
    /// At the iterator's end, jumps to the target.
    Forward(u32),
    /// Pushes the return value of the generator that ended last, for `yield from`: `→ value`.
    GeneratorResult,

    /// Starts a guarded block. An exception in the block jumps to the target, with the exception on
    /// the stack.
    PushHandler {
        /// The index of the op to which an exception jumps.
        target: u32,
        /// Whether an `except` clause of the handler catches `CallFailed`.
        catches_call_failure: bool,
    },
    /// Ends the innermost guarded block.
    PopHandler,
    /// Raises an exception: `exception →`.
    Raise,
    /// Raises an exception with a cause, for `raise … from`: `exception cause →`.
    RaiseFrom,
    /// Raises a caught exception again after cleanup code: `exception →`.
    Reraise,
    /// Checks if an exception is an instance of a class: `exception class → exception bool`.
    MatchException,
    /// Checks if a handler may catch an exception: `exception → exception bool`. Pushes `False` for
    /// the exception of `FINAL`.
    MatchAny,
    /// Raises a `RuntimeError`: `message →`.
    RaiseRuntimeError,
    /// Raises an `AssertionError`: `message →`.
    RaiseAssertion,

    /// Outputs the value of a program's last expression: `value →`.
    Echo,
    /// Imports a module by name: `→ module`.
    Import(u32),
    /// Pushes a member of a module: `module → module member`.
    ImportMember(u32),
}

/// A constant of the code, as plain data. Each machine creates its own value from it.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    /// An integer that fits into an `i64`.
    Int(i64),
    /// An integer that does not fit into an `i64`.
    BigInt(BigInt),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Str(SmolStr),
    /// The names of the keyword arguments of a call.
    Names(Vec<SmolStr>),
}

/// The slots of a function's parameters: positional parameters first, then keyword-only ones,
/// `*args` and `**kwargs`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParamSpec {
    /// The names of all parameters except `*args` and `**kwargs`, in slot order.
    pub names: Vec<SmolStr>,
    /// The number of positional-only parameters.
    pub positional_only: usize,
    /// The number of parameters that accept positional arguments, including the positional-only
    /// ones.
    pub positional: usize,
    /// Whether there is an `*args` parameter. Its slot follows those of the named parameters.
    pub var_args: bool,
    /// Whether there is a `**kwargs` parameter. It has the last slot.
    pub var_keywords: bool,
}

impl ParamSpec {
    /// Returns the number of slots that all parameters take.
    pub fn slots(&self) -> usize {
        self.names.len() + usize::from(self.var_args) + usize::from(self.var_keywords)
    }
}

/// The kind of a code object. It determines whether a call runs the code or creates a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// The top level of a program.
    Module,
    /// A function or a lambda.
    Function,
    /// A function that contains `yield`.
    Generator,
}

/// The code of a function or of a program's top level.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// The function's name; `<module>`, `<lambda>` or `<genexpr>` as in Python if it has none.
    pub name: SmolStr,
    /// The function's name with those of the enclosing functions, as shown in messages:
    /// `outer.<locals>.inner`.
    pub qualified_name: SmolStr,
    /// Whether a call runs the code or creates a generator.
    pub kind: CodeKind,
    /// The parameters of the function and their slots.
    pub params: ParamSpec,
    /// The number of local slots in a frame: parameters, cells of the closure, variables.
    pub locals: usize,
    /// The names of the local slots, for error messages.
    pub local_names: Vec<SmolStr>,
    /// The instructions of the function, in order.
    pub ops: Vec<Op>,
    /// The source positions of the ops, one per op.
    pub spans: Vec<Span>,
    /// The constants of the code. Ops refer to them by index.
    pub consts: Vec<Const>,
    /// The names of the attributes, methods and modules in the code. Ops refer to them by index.
    pub names: Vec<SmolStr>,
}

/// A compiled program or module. The last code object is the top level.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// The code objects of the program's functions and top level. Ops that create functions refer
    /// to them by index.
    pub codes: Vec<Code>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn op_size_is_bounded() {
        assert!(size_of::<Op>() <= 12, "{}", size_of::<Op>());
    }
}
