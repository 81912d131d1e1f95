//! Iterators, dict views and generators.

use std::ops::Range;

use sift_text::Text;
use smol_str::SmolStr;

use crate::classes::ClassId;
use crate::value::{Label, Value};

/// The part of a dict's entries that a view or an iterator returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictPart {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Tuples of a key and a value.
    Items,
}

/// An iterator implemented natively. Generators are separate, because only the machine can run
/// them.
#[derive(Debug, Clone)]
pub struct IteratorObject {
    /// The source of items and the position in it.
    pub source: IteratorSource,
    /// The name of its type, which doesn't change at its end.
    pub type_name: &'static str,
    /// The number of nested iterators, which is limited.
    pub depth: u16,
    /// The label that is joined to every item.
    pub label: Label,
}

/// The state of an iterator.
#[derive(Debug, Clone)]
pub enum IteratorSource {
    /// An exhausted iterator.
    Ended,
    /// A list, a tuple or a record. A list may grow during iteration.
    Sequence {
        /// The list, tuple or record.
        items: Value,
        /// The index of the next item.
        next: usize,
    },
    /// A deque. Changing it during iteration is an error.
    Deque {
        /// The deque.
        deque: Value,
        /// The index of the next item.
        next: usize,
        /// The version of the deque at the start of the iteration.
        version: u32,
    },
    /// A list, a tuple or a deque in reverse order.
    Reversed {
        /// The list, tuple or deque.
        items: Value,
        /// The number of remaining items. The next item has this number minus one as its index.
        left: usize,
    },
    /// The characters of a text from a byte offset on.
    Chars {
        /// The text.
        text: Text,
        /// The byte offset of the next character.
        next_byte: usize,
    },
    /// A `range`.
    Range {
        /// The next item.
        next: i64,
        /// The number of remaining items.
        left: u64,
        /// The difference between adjacent items.
        step: i64,
    },
    /// A dict or a set. Changing its size during iteration is an error.
    Dict {
        /// The dict or set.
        dict: Value,
        /// The part of each entry that is returned.
        part: DictPart,
        /// The place in the map to continue from.
        next: usize,
        /// The version of the map at the start of the iteration.
        version: u32,
        /// The number of entries at the start of the iteration.
        len: usize,
    },
    /// An `enumerate`.
    Enumerate {
        /// The iterator over the items to number.
        inner: Value,
        /// The number of the next item.
        next: i64,
    },
    /// A `zip`.
    Zip {
        /// The iterators over the elements of the tuples.
        inners: Vec<Value>,
    },
    /// The matches of a pattern in a range of a text.
    Matches {
        /// The compiled pattern.
        pattern: Value,
        /// The text to search.
        text: Value,
        /// The progress of the search.
        scan: sift_regex::Scan,
        /// The byte range to search.
        searched: Range<usize>,
    },
}

/// A generator and its suspended frame.
#[derive(Debug, Clone)]
pub struct GeneratorObject {
    /// The name of the generator's function.
    pub name: SmolStr,
    /// The library class that it is an instance of, or `None` for a plain generator.
    pub class: Option<ClassId>,
    /// The maximum number of values and guards it had to keep.
    pub room: usize,
    /// The saved frame, or the reason why there is none.
    pub state: GeneratorState,
}

/// The state of a generator.
#[derive(Debug, Clone)]
pub enum GeneratorState {
    /// It is suspended before its first statement or at a `yield`.
    Suspended(SavedFrame),
    /// Its frame is on the machine's stack. The empty vector is the buffer for the next saved
    /// frame.
    Running(Vec<Value>),
    /// It has returned or raised.
    Ended,
}

impl SavedFrame {
    /// Returns the number of values and guards in the frame. A guard counts twice.
    pub const fn room(&self) -> usize {
        self.stack.len() + 2 * self.guards.len()
    }
}

/// A generator's frame while it is suspended.
#[derive(Debug, Clone)]
pub struct SavedFrame {
    /// The number of the frame's code in its machine.
    pub code: u32,
    /// The index of the next op among those of all loaded code.
    pub ip: usize,
    /// Local variables and operands.
    pub stack: Vec<Value>,
    /// Active guards: the target, the stack height above the frame's base, whether it catches a
    /// failed call, and the label of data used since.
    pub guards: Vec<(u32, usize, bool, Label)>,
}
