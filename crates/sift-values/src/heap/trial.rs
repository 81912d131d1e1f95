//! What is done on trial, to be undone: each object as it was before it was first written to.

use hashbrown::HashMap;

use crate::heap::Heap;
use crate::object::Object;
use crate::value::Handle;

/// What was done on trial since a moment.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// The objects that were written to, as they were; none where there was none.
    pub(super) before: HashMap<u32, Option<Object>>,
    /// Places that were taken from the free ones, in this order.
    pub(super) taken: Vec<u32>,
    fresh: u32,
    live_bytes: usize,
    collect_at: usize,
}

impl Layer {
    /// Notes that an object was made, in a place that was taken from the free ones or in a new one.
    #[cold]
    pub(super) fn note_made(&mut self, place: u32, free: Option<u32>) {
        self.before.insert(place, None);
        self.taken.extend(free);
    }
}

/// What was done on trial since a layer was laid.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'h>(&'h [Layer]);

impl Trial<'_> {
    /// Tells whether an object has come to be since.
    pub fn made(self, handle: Handle) -> bool {
        let before = self.0.iter().find_map(|layer| layer.before.get(&handle.0));
        matches!(before, Some(None))
    }

    /// Returns the older objects that were written to since, in the order of their numbers.
    pub fn written(self) -> Vec<Handle> {
        let touched = self.0.iter().flat_map(|layer| layer.before.keys().copied());
        let mut written: Vec<Handle> = touched.map(Handle).filter(|handle| !self.made(*handle)).collect();
        written.sort_unstable();
        written.dedup();
        written
    }
}

impl Heap {
    /// Does from now on all on trial, until [`undo`](Self::undo). Nothing is collected meanwhile.
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

    /// Returns what was done on trial since there were so many layers.
    pub fn trial_since(&self, layers: usize) -> Trial<'_> {
        Trial(self.layers.get(layers..).unwrap_or_default())
    }

    /// Undoes what was done on trial last: every place holds what it held.
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
