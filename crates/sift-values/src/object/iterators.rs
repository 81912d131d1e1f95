//! Iterators, views of dicts, and generators.

use std::ops::Range;

use sift_text::Text;
use smol_str::SmolStr;

use crate::classes::ClassId;
use crate::value::{Label, Value};

/// Which part of a dict's entries a view or an iterator shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictPart {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Tuples of key and value.
    Items,
}

/// An iterator of ours. Generators are apart: only the machine can run them.
#[derive(Debug, Clone)]
pub struct IteratorObject {
    /// Where the items come from, and how far they have been read.
    pub source: IteratorSource,
    /// The name of its type, which stays when nothing is left.
    pub type_name: &'static str,
    /// How many iterators stand one in another; bounded.
    pub depth: u16,
    /// What joins every item.
    pub label: Label,
}

/// The state of an iterator.
#[derive(Debug, Clone)]
pub enum IteratorSource {
    /// Nothing is left.
    Ended,
    /// A list, a tuple or a record; a list may grow meanwhile.
    Sequence {
        /// The list, tuple or record.
        items: Value,
        /// The index of the next item.
        next: usize,
    },
    /// A deque; changing what is in it meanwhile is an error.
    Deque {
        /// The deque.
        deque: Value,
        /// The index of the next item.
        next: usize,
        /// The version of the deque when the iteration began.
        version: u32,
    },
    /// A list, a tuple or a deque from the end.
    Reversed {
        /// The list, tuple or deque.
        items: Value,
        /// The number of items that are left; the next one has the index below it.
        left: usize,
    },
    /// The characters of a text, from a byte on.
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
        /// The number of items that are left.
        left: u64,
        /// The difference between neighbouring items.
        step: i64,
    },
    /// A dict or a set; changing its size meanwhile is an error.
    Dict {
        /// The dict or set.
        dict: Value,
        /// The part of each entry that is returned.
        part: DictPart,
        /// The place in the map to continue from.
        next: usize,
        /// The version of the map when the iteration began.
        version: u32,
        /// The number of entries when the iteration began.
        len: usize,
    },
    /// An `enumerate`.
    Enumerate {
        /// The iterator whose items are numbered.
        inner: Value,
        /// The number of the next item.
        next: i64,
    },
    /// A `zip`.
    Zip {
        /// The iterators, one for each element of the tuples.
        inners: Vec<Value>,
    },
    /// Matches of a pattern, from a byte on.
    Matches {
        /// The compiled pattern.
        pattern: Value,
        /// The text that is searched.
        text: Value,
        /// How far the search has come.
        scan: sift_regex::Scan,
        /// The bytes between which is searched.
        searched: Range<usize>,
    },
}

/// A generator: a frame that is not running.
#[derive(Debug, Clone)]
pub struct GeneratorObject {
    /// The name of the generator's function.
    pub name: SmolStr,
    /// The library's class that it is an instance of, if it is no plain generator.
    pub class: Option<ClassId>,
    /// How many values and guards it had to keep at most.
    pub room: usize,
    /// The saved frame, or why there is none.
    pub state: GeneratorState,
}

/// Whether a generator can be resumed.
#[derive(Debug, Clone)]
pub enum GeneratorState {
    /// It waits, before its first statement or at a `yield`.
    Suspended(SavedFrame),
    /// Its frame is on the machine's stack; the next one is saved where this one was.
    Running(Vec<Value>),
    /// It has returned or raised.
    Ended,
}

impl SavedFrame {
    /// Returns how many values and guards the frame keeps; a guard counts as two.
    pub const fn room(&self) -> usize {
        self.stack.len() + 2 * self.guards.len()
    }
}

/// A frame taken off the stack.
#[derive(Debug, Clone)]
pub struct SavedFrame {
    /// The number of the frame's code in its machine.
    pub code: u32,
    /// The place of the next op among those of all loaded code.
    pub ip: usize,
    /// Locals and operands.
    pub stack: Vec<Value>,
    /// Guards in force: target, stack height above the frame's base, whether a failed call is caught, and what was computed with since.
    pub guards: Vec<(u32, usize, bool, Label)>,
}
