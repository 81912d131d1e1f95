//! The instructions of the machine and the code objects that hold them.

use num_bigint::BigInt;
use sift_syntax::Span;
use sift_syntax::ast::{BinaryOp, CompareOp, Conversion, UnaryOp};
use smol_str::SmolStr;

/// One instruction. The comment gives its effect on the stack: before → after.
///
/// An instruction that has to wait for a reply, or for memory to be collected, is run again from its start: it changes
/// nothing that can be seen before it is sure to end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Op {
    /// → constant
    Const(u32),
    /// → None
    None,
    /// → True or False
    Bool(bool),
    /// → int
    Int(i32),
    /// a → result, and passes over the next op, which is this operator, where that is fast; otherwise → int
    IntThen {
        /// The right operand, an integer.
        value: i32,
        /// The operator that the next op applies.
        op: BinaryOp,
    },
    /// → `...`
    Ellipsis,
    /// → nothing given; stands for a default that is not there
    Missing,

    /// → value
    Local(u16),
    /// → both values; passes over the next op
    LocalPair(u16, u16),
    /// value →
    SetLocal(u16),
    /// →
    DeleteLocal(u16),
    /// Empties the slot, whatever it holds.
    ClearLocal(u16),
    /// Wraps what the slot holds in a new cell.
    MakeCell(u16),
    /// → value of the slot's cell
    CellValue(u16),
    /// value →
    SetCell(u16),
    /// →
    DeleteCell(u16),
    /// → value
    Global(u32),
    /// value →
    SetGlobal(u32),
    /// →
    DeleteGlobal(u32),
    /// → value of the library's own table, which programs can't change
    Builtin(u32),
    /// value → ; the prelude alone does this
    SetBuiltin(u32),
    /// → value of a name of the module whose unit this is; its place in the library's own table is known when it is loaded
    ModuleName(u32),
    /// value →
    SetModuleName(u32),

    /// value →
    Pop,
    /// a → a a
    Dup,
    /// a b → a b a b
    DupTwo,
    /// a b → b a
    Swap,
    /// a b c → c a b
    Rotate3,

    /// a → result
    Unary(UnaryOp),
    /// a b → result
    Binary(BinaryOp),
    /// a b → result; lists, sets and dicts are changed in place
    InPlace(BinaryOp),
    /// a b → bool
    Compare(CompareOp),
    /// a b → , and does what the next op, a jump, does with the result, where that is fast; otherwise a b → bool
    CompareThenJump(CompareOp),

    /// Goes on at the target.
    Jump(u32),
    /// value → ; jumps if it is false
    JumpIfFalse(u32),
    /// value → ; jumps if it is true
    JumpIfTrue(u32),
    /// value → value, and jumps, if it is false; otherwise value →
    JumpIfFalseOrPop(u32),
    /// value → value, and jumps, if it is true; otherwise value →
    JumpIfTrueOrPop(u32),

    /// items → list
    BuildList(u32),
    /// items → tuple
    BuildTuple(u32),
    /// items → set
    BuildSet(u32),
    /// key value … → dict, of this many pairs
    BuildDict(u32),
    /// texts → text
    BuildString(u32),
    /// value → text
    Format(Option<Conversion>),
    /// value spec → text
    FormatSpec(Option<Conversion>),
    /// collection … item → collection … ; the collection stands this deep under the item
    Append(u16),
    /// set … item → set …
    AddToSet(u16),
    /// dict … key value → dict …
    SetItem(u16),
    /// list iterable → list
    Extend,
    /// set iterable → set
    UpdateSet,
    /// dict mapping → dict; for `{**mapping}`
    UpdateDict,
    /// dict mapping → dict; for `f(**mapping)`, where a name given twice is an error
    MergeKeywords,
    /// list → tuple
    ListToTuple,

    /// object → value
    Attribute(u32),
    /// value object →
    SetAttribute(u32),
    /// object →
    DeleteAttribute(u32),
    /// object index → value
    Index,
    /// value object index →
    SetIndex,
    /// object index →
    DeleteIndex,
    /// start stop step → slice
    BuildSlice,

    /// callee args → result
    Call(u16),
    /// callee args keyword-values → result; the constant is the tuple of names
    CallKeywords {
        /// The number of positional arguments.
        args: u16,
        /// The index of the tuple of names among the constants.
        names: u32,
    },
    /// callee list dict → result
    CallSpread,
    /// object args → result
    CallMethod {
        /// The index of the method's name.
        name: u32,
        /// The number of arguments.
        args: u16,
    },
    /// object args keyword-values → result; the constant is the tuple of the method's name and the
    /// keyword names
    CallMethodKeywords {
        /// The number of positional arguments.
        args: u16,
        /// The index of the tuple of names among the constants.
        names: u32,
    },

    /// iterable → iterator
    Iterate,
    /// iterator → iterator item, or iterator → and jumps when there is none left
    Next(u32),
    /// sequence → items, last first
    Unpack(u16),
    /// sequence → items, last first, with a list of the rest
    UnpackStarred {
        /// The number of targets before the starred one.
        before: u16,
        /// The number of targets after the starred one.
        after: u16,
    },

    /// defaults keyword-only-defaults cells (tuples all) → function; the function's code, relative to this unit
    MakeFunction(u32),
    /// → cell
    PushCell(u16),
    /// value → ends the frame
    Return,
    /// value → what is sent, or None; suspends the generator
    Yield,
    /// iterator sent → iterator; for `yield from`, after its `Yield`. What is not None is sent on to the iterator: its item
    /// is yielded by the op before this one, its end is at the target.
    Forward(u32),
    /// → what the generator that ended last returned; for `yield from`
    GeneratorResult,

    /// Guards what follows: an exception continues at the target with the exception on the stack.
    PushHandler {
        /// The index of the op at which an exception continues.
        target: u32,
        /// Whether a clause of the handler catches `CallFailed`.
        catches_call_failure: bool,
    },
    /// Ends the guard.
    PopHandler,
    /// exception → ; raises it
    Raise,
    /// exception cause → ; raises it from the cause
    RaiseFrom,
    /// exception → ; goes on raising it
    Reraise,
    /// exception class → exception bool
    MatchException,
    /// exception → exception bool: false only for what no handler may catch
    MatchAny,
    /// message → ; raises RuntimeError
    RaiseRuntimeError,
    /// message → ; raises AssertionError
    RaiseAssertion,

    /// value → ; what the block's last expression shows
    Echo,
    /// → module
    Import(u32),
    /// module → module member
    ImportMember(u32),
}

/// A constant as plain data; each machine makes its own values of them.
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
    /// Names of keyword arguments.
    Names(Vec<SmolStr>),
}

/// How arguments reach a function's slots: positional ones first, then keyword-only, then `*args`, then `**kwargs`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParamSpec {
    /// Names of all named parameters, in slot order.
    pub names: Vec<SmolStr>,
    /// How many of them are positional-only.
    pub positional_only: usize,
    /// How many of them can be given by position.
    pub positional: usize,
    /// Whether `*args` stands in the slot after the named ones.
    pub var_args: bool,
    /// Whether `**kwargs` stands in the slot after that.
    pub var_keywords: bool,
}

impl ParamSpec {
    /// Returns how many slots the parameters take.
    pub fn slots(&self) -> usize {
        self.names.len() + usize::from(self.var_args) + usize::from(self.var_keywords)
    }
}

/// Whether calling a function runs it or makes a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// The top level of a program.
    Module,
    /// A function or a lambda.
    Function,
    /// A function that yields.
    Generator,
}

/// The code of one function, or of a program's top level.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// The function's name; `<module>`, `<lambda>` and `<genexpr>` as in Python.
    pub name: SmolStr,
    /// The name with those of the functions around it, as messages show it: `outer.<locals>.inner`.
    pub qualified_name: SmolStr,
    /// Whether a call runs the code or makes a generator.
    pub kind: CodeKind,
    /// The parameters, and how arguments reach their slots.
    pub params: ParamSpec,
    /// How many local slots a frame has: parameters, cells of the closure, variables.
    pub locals: usize,
    /// Names of the slots, for error messages.
    pub local_names: Vec<SmolStr>,
    /// The instructions of the body, in order.
    pub ops: Vec<Op>,
    /// Where each op stands in the source.
    pub spans: Vec<Span>,
    /// The constants that the ops refer to by index.
    pub consts: Vec<Const>,
    /// Names of attributes, methods and modules.
    pub names: Vec<SmolStr>,
}

/// A compiled program: its codes, the top level last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// The codes; an op that makes a function refers to one by its index.
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
