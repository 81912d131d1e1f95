//! The instructions of the machine and the code objects that hold them.

use num_bigint::BigInt;
use sift_syntax::Span;
use sift_syntax::ast::{BinaryOp, CompareOp, Conversion, UnaryOp};
use smol_str::SmolStr;

/// An instruction. Its comment gives its effect on the stack, if any: `before → after`.
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
        /// The right operand.
        value: i32,
        /// The operator in the next op.
        op: BinaryOp,
    },
    /// Pushes `...`: `→ ellipsis`.
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
    /// Pushes the value of a name that the unit's module binds: `→ value`. Its slot in the
    /// library's own table is determined when the module is loaded.
    ModuleName(u32),
    /// Stores a value in a name of the unit's module: `value →`.
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
    /// Appends an item to the list at this depth below it: `list … item → list …`.
    Append(u16),
    /// Adds an item to the set at this depth below it: `set … item → set …`.
    AddToSet(u16),
    /// Sets an item of the dict at this depth below it: `dict … key value → dict …`.
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
        /// The index of the tuple of names among the constants.
        names: u32,
    },
    /// Calls a value with a list of positional and a dict of keyword arguments: `callee list dict →
    /// result`.
    CallSpread,
    /// Calls a method with positional arguments: `object args → result`.
    CallMethod {
        /// The index of the method's name.
        name: u32,
        /// The number of arguments.
        args: u16,
    },
    /// Calls a method with positional and keyword arguments: `object args keyword-values → result`.
    CallMethodKeywords {
        /// The number of positional arguments.
        args: u16,
        /// The index of the tuple of the method's name and the keyword names among the constants.
        names: u32,
    },

    /// Pushes an iterator over an iterable: `iterable → iterator`.
    Iterate,
    /// Pushes the next item of an iterator: `iterator → iterator item`. At its end, drops the
    /// iterator and jumps: `iterator →`.
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

    /// Creates the function for the code at this index in the unit: `defaults keyword-only-defaults
    /// cells → function`. All operands are tuples.
    MakeFunction(u32),
    /// Pushes the cell in a local slot: `→ cell`.
    PushCell(u16),
    /// Ends the frame and returns a value to the caller: `value →`.
    Return,
    /// Suspends the generator and yields a value: `value → the value sent by the caller, or None`.
    Yield,
    /// Forwards a sent value to the iterator of a `yield from`, after its `Yield`: `iterator sent →
    /// iterator`. The preceding op yields the next item. At the iterator's end it jumps to the
    /// target.
    Forward(u32),
    /// Pushes the return value of the generator that ended last, for `yield from`: `→ value`.
    GeneratorResult,

    /// Starts a guard. An exception jumps to the target with the exception on the stack.
    PushHandler {
        /// The index of the op at which an exception continues.
        target: u32,
        /// Whether a clause of the handler catches `CallFailed`.
        catches_call_failure: bool,
    },
    /// Ends the innermost guard.
    PopHandler,
    /// Raises an exception: `exception →`.
    Raise,
    /// Raises an exception with a cause, for `raise … from`: `exception cause →`.
    RaiseFrom,
    /// Raises a caught exception again after cleanup code: `exception →`.
    Reraise,
    /// Checks if a class matches an exception: `exception class → exception bool`.
    MatchException,
    /// Checks if handlers may catch an exception: `exception → exception bool`. False for `FINAL`.
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

/// A constant as plain data. Each machine creates its own value of it.
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
    /// The names of keyword arguments.
    Names(Vec<SmolStr>),
}

/// The layout of parameters in a function's slots: positional ones, keyword-only ones, `*args`,
/// `**kwargs`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParamSpec {
    /// The names of all named parameters, in slot order.
    pub names: Vec<SmolStr>,
    /// The number of positional-only parameters.
    pub positional_only: usize,
    /// The number of parameters that accept positional arguments.
    pub positional: usize,
    /// Whether there is an `*args` parameter, in the slot after the named ones.
    pub var_args: bool,
    /// Whether there is a `**kwargs` parameter, in the last slot.
    pub var_keywords: bool,
}

impl ParamSpec {
    /// Returns the number of slots that the parameters take.
    pub fn slots(&self) -> usize {
        self.names.len() + usize::from(self.var_args) + usize::from(self.var_keywords)
    }
}

/// The kind of code, which decides if a call runs it or creates a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// The top level of a program.
    Module,
    /// A function or a lambda.
    Function,
    /// A function that yields.
    Generator,
}

/// The code of a function or of a program's top level.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// The function's name. Uses `<module>`, `<lambda>` and `<genexpr>` as in Python.
    pub name: SmolStr,
    /// The name prefixed by the enclosing functions, as shown in messages: `outer.<locals>.inner`.
    pub qualified_name: SmolStr,
    /// Whether a call runs the code or creates a generator.
    pub kind: CodeKind,
    /// The parameters and their slots.
    pub params: ParamSpec,
    /// The number of local slots in a frame: parameters, cells of the closure, variables.
    pub locals: usize,
    /// The names of the slots, for error messages.
    pub local_names: Vec<SmolStr>,
    /// The instructions of the body, in order.
    pub ops: Vec<Op>,
    /// The source position of each op.
    pub spans: Vec<Span>,
    /// The constants that the ops refer to by index.
    pub consts: Vec<Const>,
    /// The names of attributes, methods and modules.
    pub names: Vec<SmolStr>,
}

/// A compiled program. Its last code is the top level.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// The codes. Ops that create functions refer to them by index.
    pub codes: Vec<Code>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_op_is_eight_bytes() {
        assert!(size_of::<Op>() <= 12, "{}", size_of::<Op>());
    }
}
