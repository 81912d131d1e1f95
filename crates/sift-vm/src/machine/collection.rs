//! What a program can still reach when garbage is collected, and what it holds beside the heap.

use sift_runtime::runtime::{Holes, Output};
use sift_text::{HoleId, Text};
use sift_values::heap::Outside;
use sift_values::value::Value;

use super::{Interpreter, OnReturn};

/// What a machine holds for a program beside the heap.
struct BesideHeap<'a> {
    holes: &'a mut Holes,
    output: &'a Output,
    /// Nominal bytes of what is no text.
    bytes: usize,
}

impl Outside for BesideHeap<'_> {
    fn reach(&mut self, hole: HoleId) {
        self.holes.refer(hole);
    }

    fn count(&mut self, shared: &mut dyn FnMut(&Text) -> usize) -> usize {
        self.bytes
            .saturating_add(self.holes.count(shared, self.output.waiting_for()))
    }
}

/// Values on the stack that are not counted: 1 MiB.
const FREE_STACK: usize = 1 << 16;
/// Bytes of programs that are not counted: a session that is full can still run a program that makes room.
const FREE_CODE: usize = 256 << 10;

impl Interpreter {
    /// Collects garbage. Only called between ops: every value that is in use is on the stack or reachable from it.
    pub(super) fn collect(&mut self) {
        let roots = self.roots();
        let mut beside = BesideHeap {
            bytes: self.bytes_beside_heap(),
            holes: &mut self.runtime.holes,
            output: &self.runtime.output,
        };
        self.runtime.heap.collect(roots.into_iter(), &mut beside);
    }

    /// Counts the code of a program.
    pub(super) fn count_code(&mut self, bytes: usize) {
        let before = self.bytes_beside_heap();
        self.code.program_bytes = self.code.program_bytes.saturating_add(bytes);
        self.runtime.heap.grow(self.bytes_beside_heap().saturating_sub(before));
    }

    /// Frees what can't be reached, and counts on as if nothing had been freed.
    pub(super) fn collect_uncounted(&mut self) {
        let roots = self.roots();
        let mut beside = BesideHeap {
            bytes: 0,
            holes: &mut self.runtime.holes,
            output: &self.runtime.output,
        };
        self.runtime.heap.collect_uncounted(roots.into_iter(), &mut beside);
    }

    /// Returns all values from which the program, or one that follows, can go on.
    fn roots(&self) -> Vec<Value> {
        let in_frames = self.frames.iter().flat_map(|frame| {
            let kept = match frame.on_return {
                OnReturn::Next { default } => Some(default),
                OnReturn::Give { instance } => Some(instance),
                _ => None,
            };
            frame.generator.into_iter().chain(kept)
        });
        let lasting = self.globals.iter().chain(&self.builtins).chain(&self.code.consts);
        let roots = self.stack.iter().chain(lasting).copied();
        roots
            .chain(in_frames)
            .chain(self.patterns.values())
            .chain(self.answer)
            .chain([self.generator_result, self.decimal_context])
            .collect()
    }

    /// Returns the nominal bytes of what is neither on the heap nor text: the programs' code, and what the stack holds beyond
    /// what every program may.
    fn bytes_beside_heap(&self) -> usize {
        let stack = self
            .stack
            .len()
            .saturating_sub(FREE_STACK)
            .saturating_mul(size_of::<Value>());
        let code = self.code.program_bytes.saturating_sub(FREE_CODE);
        code.saturating_add(stack)
    }
}

#[cfg(test)]
#[path = "collection_tests.rs"]
mod tests;
