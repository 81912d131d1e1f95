//! Nested heap transactions that are always rolled back. Each keeps a copy of an object from before
//! its first write.

use hashbrown::HashMap;

use crate::heap::Heap;
use crate::object::Object;
use crate::value::Handle;

/// The undo log of one heap transaction.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// For each object created or written to, its state before that; `None` for a new object.
    pub(super) before: HashMap<u32, Option<Object>>,
    /// The free slots that new objects have reused, in the order of allocation.
    pub(super) taken: Vec<u32>,
    fresh: u32,
    live_bytes: usize,
    collect_at: usize,
}

impl Layer {
    /// Records a new object in the undo log, with the free slot that it reuses, if any.
    #[cold]
    pub(super) fn note_made(&mut self, place: u32, free: Option<u32>) {
        self.before.insert(place, None);
        self.taken.extend(free);
    }
}

/// What the innermost heap transactions have changed, above some level of nesting.
#[derive(Debug, Clone, Copy)]
pub struct Transaction<'h>(&'h [Layer]);

impl Transaction<'_> {
    /// Returns `true` if the object was created within these transactions.
    pub fn made(self, handle: Handle) -> bool {
        let before = self.0.iter().find_map(|layer| layer.before.get(&handle.0));
        matches!(before, Some(None))
    }

    /// Returns the objects that were written to in these transactions but existed before, sorted by
    /// handle.
    pub fn written(self) -> Vec<Handle> {
        let touched = self.0.iter().flat_map(|layer| layer.before.keys().copied());
        let mut written: Vec<Handle> = touched.map(Handle).filter(|handle| !self.made(*handle)).collect();
        written.sort_unstable();
        written.dedup();
        written
    }
}

impl Heap {
    /// Begins a heap transaction that ends with [`rollback`](Self::rollback). No garbage is
    /// collected within it.
    pub fn begin_transaction(&mut self) {
        self.layers.push(Layer {
            before: HashMap::new(),
            taken: Vec::new(),
            fresh: self.fresh,
            live_bytes: self.live_bytes,
            collect_at: self.collect_at,
        });
        self.collect_at = usize::MAX;
    }

    /// Returns what all transactions above the `layers` outermost ones have changed.
    pub fn transaction_since(&self, layers: usize) -> Transaction<'_> {
        Transaction(self.layers.get(layers..).unwrap_or_default())
    }

    /// Ends the innermost transaction by restoring the state that all objects had before it.
    pub fn rollback(&mut self) {
        let Some(layer) = self.layers.pop() else { return };
        for (place, before) in layer.before {
            self.put(Handle(place), before.unwrap_or(Object::Free));
        }
        self.free.extend(layer.taken.iter().rev());
        self.fresh = layer.fresh;
        self.live_bytes = layer.live_bytes;
        self.collect_at = layer.collect_at;
    }
}
