//! Trial layers: speculative changes of the heap, and the previous states of changed objects for
//! undoing them.

use hashbrown::HashMap;

use crate::heap::Heap;
use crate::object::Object;
use crate::value::Handle;

/// The changes since the start of a trial.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// The previous states of changed objects. `None` for objects that didn't exist.
    pub(super) before: HashMap<u32, Option<Object>>,
    /// Free slots that were used, in order.
    pub(super) taken: Vec<u32>,
    fresh: u32,
    live_bytes: usize,
    collect_at: usize,
}

impl Layer {
    /// Records a new object, in a slot taken from the free list or in a fresh one.
    #[cold]
    pub(super) fn note_made(&mut self, place: u32, free: Option<u32>) {
        self.before.insert(place, None);
        self.taken.extend(free);
    }
}

/// A view of the changes since a layer was started.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'h>(&'h [Layer]);

impl Trial<'_> {
    /// Returns `true` if the object was created since.
    pub fn made(self, handle: Handle) -> bool {
        let before = self.0.iter().find_map(|layer| layer.before.get(&handle.0));
        matches!(before, Some(None))
    }

    /// Returns the older objects that were changed since, in ascending order of their numbers.
    pub fn written(self) -> Vec<Handle> {
        let touched = self.0.iter().flat_map(|layer| layer.before.keys().copied());
        let mut written: Vec<Handle> = touched.map(Handle).filter(|handle| !self.made(*handle)).collect();
        written.sort_unstable();
        written.dedup();
        written
    }
}

impl Heap {
    /// Starts a trial: all changes are recorded until [`undo`](Self::undo). Nothing is collected
    /// meanwhile.
    pub fn try_out(&mut self) {
        self.layers.push(Layer {
            before: HashMap::new(),
            taken: Vec::new(),
            fresh: self.fresh,
            live_bytes: self.live_bytes,
            collect_at: self.collect_at,
        });
        self.collect_at = usize::MAX;
    }

    /// Returns the changes made since the number of layers was `layers`.
    pub fn trial_since(&self, layers: usize) -> Trial<'_> {
        Trial(self.layers.get(layers..).unwrap_or_default())
    }

    /// Undoes the changes of the innermost trial.
    pub fn undo(&mut self) {
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
