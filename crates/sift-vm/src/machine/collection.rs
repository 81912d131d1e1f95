//! Garbage collection: the roots of a session, and the memory that the session uses outside of the
//! heap.

use sift_runtime::runtime::Output;

use sift_text::{PendingId, Text};
use sift_values::heap::Outside;
use sift_values::pending_calls::PendingCalls;
use sift_values::value::Value;

use super::{Interpreter, OnReturn};

/// The memory that a session uses outside of the garbage-collected heap.
struct BesideHeap<'a> {
    pending_calls: &'a mut PendingCalls,
    output: &'a Output,
    /// The nominal bytes of the memory other than texts.
    bytes: usize,
}

impl Outside for BesideHeap<'_> {
    fn reach(&mut self, pending: PendingId) {
        self.pending_calls.refer(pending);
    }

    fn count(&mut self, shared: &mut dyn FnMut(&Text) -> usize) -> usize {
        self.bytes
            .saturating_add(self.pending_calls.count(shared, self.output.waiting_for()))
    }
}

/// The number of stack values that are not counted as memory of the program (1 MiB).
const FREE_STACK: usize = 1 << 16;
/// The bytes of code that are not counted as memory of the program, so that a session whose memory
/// is full can still run a program that frees some.
const FREE_CODE: usize = 256 << 10;

impl Interpreter {
    /// Collects garbage. Called only between ops, when all values in use are on the stack or
    /// reachable from it.
    pub(super) fn collect(&mut self) {
        let roots = self.roots();
        let mut beside = BesideHeap {
            bytes: self.bytes_beside_heap(),
            pending_calls: &mut self.runtime.pending_calls,
            output: &self.runtime.output,
        };
        self.runtime.heap.collect(roots.into_iter(), &mut beside);
    }

    /// Adds the code of a program to the counted memory.
    pub(super) fn count_code(&mut self, bytes: usize) {
        let before = self.bytes_beside_heap();
        self.code.program_bytes = self.code.program_bytes.saturating_add(bytes);
        self.runtime.heap.grow(self.bytes_beside_heap().saturating_sub(before));
    }

    /// Frees unreachable objects without subtracting them from the counted memory.
    pub(super) fn collect_uncounted(&mut self) {
        let roots = self.roots();
        let mut beside = BesideHeap {
            bytes: 0,
            pending_calls: &mut self.runtime.pending_calls,
            output: &self.runtime.output,
        };
        self.runtime.heap.collect_uncounted(roots.into_iter(), &mut beside);
    }

    /// Returns the roots of garbage collection: all values that the current program or a following
    /// one can reach directly.
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

    /// Returns the nominal bytes of code and of the stack, minus the allowance that every program
    /// has for them.
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
