//! Iterators, dict views and generators.

use std::ops::Range;

use sift_text::Text;
use smol_str::SmolStr;

use crate::classes::ClassId;
use crate::value::{Label, Value};

/// Which part of each dict entry a view or an iterator returns: keys, values or items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictPart {
    /// The keys of the dict.
    Keys,
    /// The values of the dict.
    Values,
    /// The items of the dict: tuples of a key and its value.
    Items,
}

/// An iterator implemented natively. Generators are separate objects, because only the machine can
/// run them.
#[derive(Debug, Clone)]
pub struct IteratorObject {
    /// The collection or iterator that items come from, and the position in it.
    pub source: IteratorSource,
    /// The name of the iterator's type, which remains the same when the iterator is exhausted.
    pub type_name: &'static str,
    /// The depth of nested iterators, which is limited.
    pub depth: u16,
    /// The taint label that is joined to every item.
    pub label: Label,
}

/// What an iterator iterates over, and its position.
#[derive(Debug, Clone)]
pub enum IteratorSource {
    /// The iterator is exhausted.
    Ended,
    /// Iterates over a list, a tuple or a record. A list may grow during iteration.
    Sequence {
        /// The list, tuple or record to iterate over.
        items: Value,
        /// The index of the item to return next.
        next: usize,
    },
    /// Iterates over a deque. Changing the deque during iteration is an error.
    Deque {
        /// The deque to iterate over.
        deque: Value,
        /// The index of the item to return next.
        next: usize,
        /// The version of the deque at the start of the iteration, to detect changes.
        version: u32,
    },
    /// Iterates over a list, a tuple or a deque in reverse order.
    Reversed {
        /// The list, tuple or deque to iterate over.
        items: Value,
        /// The number of remaining items. The item to return next has this number minus one as its
        /// index.
        left: usize,
    },
    /// Iterates over the characters of a text.
    Chars {
        /// The text to iterate over.
        text: Text,
        /// The byte offset of the character to return next.
        next_byte: usize,
    },
    /// Iterates over the integers of a `range`.
    Range {
        /// The integer to return next.
        next: i64,
        /// The number of remaining items.
        left: u64,
        /// The difference between adjacent items of the range.
        step: i64,
    },
    /// Iterates over a dict or a set. Changing the number of entries during iteration is an error.
    Dict {
        /// The dict or set to iterate over.
        dict: Value,
        /// The part of each entry that the iterator returns.
        part: DictPart,
        /// The place in the hash map at which the iteration continues.
        next: usize,
        /// The version of the hash map at the start of the iteration, to detect changes.
        version: u32,
        /// The number of entries at the start of the iteration, to detect changes.
        len: usize,
    },
    /// Numbers the items of another iterator, as `enumerate` does.
    Enumerate {
        /// The iterator whose items are numbered.
        inner: Value,
        /// The number of the next item in the enumeration.
        next: i64,
    },
    /// Combines items of several iterators into tuples, as `zip` does.
    Zip {
        /// The iterators whose items are combined into tuples.
        inners: Vec<Value>,
    },
    /// Iterates over the matches of a regular expression in a range of a text.
    Matches {
        /// The compiled regular expression.
        pattern: Value,
        /// The text to search.
        text: Value,
        /// The progress of the search for matches.
        scan: sift_regex::Scan,
        /// The byte range of the text to search.
        searched: Range<usize>,
    },
}

/// A generator, with its frame while it is suspended.
#[derive(Debug, Clone)]
pub struct GeneratorObject {
    /// The name of the function that created the generator.
    pub name: SmolStr,
    /// The library class of the generator, such as `map`, or `None` for a plain generator.
    pub class: Option<ClassId>,
    /// The largest size that the generator's saved frame has had, as a number of values; a guard
    /// counts as two.
    pub room: usize,
    /// The saved frame of the generator, or the reason why there is none.
    pub state: GeneratorState,
}

/// Whether a generator is suspended, running or ended.
#[derive(Debug, Clone)]
pub enum GeneratorState {
    /// The generator is suspended before its first statement or at a `yield`.
    Suspended(SavedFrame),
    /// The generator is running, with its frame on the machine's stack. The empty vector is a
    /// buffer for the next saved frame.
    Running(Vec<Value>),
    /// The generator has returned or raised an exception.
    Ended,
}

impl SavedFrame {
    /// Returns the size of the saved frame as a number of values. An exception handler counts as
    /// two.
    pub const fn room(&self) -> usize {
        self.stack.len() + 2 * self.guards.len()
    }
}

/// The frame of a generator while it is suspended.
#[derive(Debug, Clone)]
pub struct SavedFrame {
    /// The number of the code that the frame runs.
    pub code: u32,
    /// The instruction pointer: the index of the frame's next op among all loaded ops.
    pub ip: usize,
    /// The local variables and operands of the frame.
    pub stack: Vec<Value>,
    /// The active exception handlers of the frame: the target, the stack height above the frame's
    /// base, whether a failed call is caught, and the label of data read since.
    pub guards: Vec<(u32, usize, bool, Label)>,
}
