//! The heap of a machine: pages of numbered objects.
//!
//! Garbage is collected by mark and sweep, without recursion, at points that depend on the program
//! alone. Speculative execution runs in nested transactions, each with an undo log of the objects
//! that were written to.

mod mark;
mod page;
#[cfg(test)]
mod tests;
mod transaction;

use hashbrown::{HashMap, HashSet};
use mark::{Marks, SharedTexts};
use page::{PAGE_BITS, PAGE_SIZE, Page};
use sift_text::{OwnedKey, PendingId, Text, VisitOutcome};

use crate::cost::{VAIN_COLLECTIONS, WORTHWHILE_PART};
use crate::heap::transaction::Layer;
use crate::object::{Object, text_bytes};
use crate::value::{Handle, Label, Type, Value};

pub use self::transaction::Transaction;

/// The minimum number of bytes allocated between two garbage collections.
const COLLECT_AT_LEAST: usize = 16 << 20;

/// The maximum number of unused slots that have memory. Beyond it, a garbage collection frees empty
/// pages and packs half-empty ones.
const SPARE_PLACES: usize = 64 << 10;

/// The bytes that a program may allocate above the memory limit if it starts with full memory.
const LAST_ROOM: usize = 4 << 10;
/// The maximum bytes by which the code of programs that start with full memory may exceed the
/// limit.
const MOST_OVER: usize = 256 << 10;

/// The heap of a machine, with all its objects and its memory limit.
#[derive(Debug, Clone)]
pub struct Heap {
    pages: Vec<Page>,
    /// The numbers of the free slots, which are reused from the end.
    free: Vec<u32>,
    /// The number of the first slot that was never used.
    fresh: u32,
    /// The nominal bytes in use: exact after a garbage collection, plus all allocations since then.
    live_bytes: usize,
    /// The highest number of nominal bytes in use so far, including bytes requested but not
    /// allocated.
    peak_bytes: usize,
    /// The nominal bytes in use after the last garbage collection.
    collected_to: usize,
    /// The nominal bytes in use at the start of the op that is being run.
    before_op: usize,
    /// The nominal bytes allocated by the op that remain even if it is run again.
    kept_by_op: usize,
    /// The number of consecutive garbage collections that freed too little to be worthwhile.
    vain: u8,
    /// The nominal bytes at which a garbage collection is due because of growth.
    grown_at: usize,
    /// The nominal bytes at which the next garbage collection is due, because of growth or full
    /// memory.
    collect_at: usize,
    limit: usize,
    /// The nominal bytes above which the program ends: the limit, or slightly more if the program
    /// started with full memory.
    full_at: usize,
    collections: u32,
    /// The undo logs of the nested transactions, the innermost last.
    layers: Vec<Layer>,
    /// The keys of bytes that values share with texts of the host. These bytes aren't counted.
    hosts: HashSet<OwnedKey>,
    /// The taint labels of objects whose contents derive from sources outside the program, by
    /// object number. The map isn't counted separately, because nominal sizes of objects include
    /// room for it.
    labels: HashMap<u32, Label>,
    /// The state of a debug check of read-only functions: the objects created since its start, and
    /// whether any other container was changed.
    #[cfg(debug_assertions)]
    watched: Option<(HashSet<u32>, bool)>,
}

impl Heap {
    /// Creates an empty heap with a limit in nominal bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            pages: Vec::new(),
            free: Vec::new(),
            fresh: 0,
            live_bytes: 0,
            collected_to: 0,
            before_op: 0,
            kept_by_op: 0,
            vain: 0,
            grown_at: COLLECT_AT_LEAST,
            peak_bytes: 0,
            collect_at: COLLECT_AT_LEAST.min(limit),
            limit,
            full_at: limit,
            collections: 0,
            layers: Vec::new(),
            hosts: HashSet::new(),
            labels: HashMap::new(),
            #[cfg(debug_assertions)]
            watched: None,
        }
    }

    /// Starts a check, in debug builds, that only containers created from now on are changed.
    #[inline]
    pub fn watch(&mut self, wanted: bool) {
        #[cfg(debug_assertions)]
        {
            self.watched = wanted.then(Default::default);
        }
        #[cfg(not(debug_assertions))]
        let _ = wanted;
    }

    /// Ends the check started by [`watch`](Self::watch). Returns `true` if no container was
    /// changed.
    #[inline]
    pub fn unwatch(&mut self) -> bool {
        #[cfg(debug_assertions)]
        {
            self.watched.take().is_none_or(|(_, changed)| !changed)
        }
        #[cfg(not(debug_assertions))]
        true
    }

    /// Returns `true` if any object on the heap has a taint label.
    #[inline]
    pub fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Returns the taint label of an object's contents, in addition to the labels of the values in
    /// it.
    #[inline]
    pub fn label(&self, handle: Handle) -> Label {
        if self.labels.is_empty() {
            return Label::PROGRAM;
        }
        self.labels.get(&handle.0).copied().unwrap_or_default()
    }

    /// Joins a taint label to that of an object. Does nothing in a transaction, because speculative
    /// execution calls no tools.
    #[inline]
    pub fn join_label(&mut self, handle: Handle, label: Label) {
        if label == Label::PROGRAM || !self.layers.is_empty() {
            return;
        }
        let joined = self.labels.entry(handle.0).or_default();
        *joined = joined.join(label);
    }

    /// Sets the memory limit in nominal bytes.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.full_at = limit;
        self.collect_at = self.grown_at.min(limit);
    }

    /// Marks a text as the host's. Bytes that values share with it aren't counted.
    pub fn lend(&mut self, text: &Text) {
        text.for_each_owned(|key, _| match self.hosts.insert(key) {
            true => VisitOutcome::First,
            false => VisitOutcome::Again,
        });
    }

    /// Returns `true` if the bytes with this key are shared with a text of the host.
    pub fn is_lent(&self, key: OwnedKey) -> bool {
        self.hosts.contains(&key)
    }

    /// Returns the memory limit in nominal bytes.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Returns the number of nested transactions that are active.
    #[inline]
    pub const fn transactions(&self) -> usize {
        self.layers.len()
    }

    /// Returns the nominal bytes in use: exact after a collection, otherwise an upper bound.
    pub const fn live_bytes(&self) -> usize {
        self.live_bytes
    }

    /// Returns the highest number of nominal bytes in use so far, including bytes requested but not
    /// allocated.
    pub const fn peak_bytes(&self) -> usize {
        if self.live_bytes > self.peak_bytes {
            self.live_bytes
        } else {
            self.peak_bytes
        }
    }

    /// Returns the number of garbage collections so far. Object numbers may be reused after each
    /// one.
    pub const fn collections(&self) -> u32 {
        self.collections
    }

    /// Returns `true` if a garbage collection is due because of the bytes in use.
    pub const fn wants_collection(&self) -> bool {
        self.live_bytes >= self.collect_at
    }

    /// Returns `true` if this many more bytes are within the memory limit.
    #[inline]
    pub const fn has_room(&self, bytes: usize) -> bool {
        self.live_bytes.saturating_add(bytes) <= self.limit
    }

    /// Returns `true` if the bytes in use exceed the memory limit, so that the program must end.
    #[inline]
    pub const fn is_over(&self) -> bool {
        self.live_bytes > self.full_at
    }

    /// Returns `true` if full memory may trigger a garbage collection. After repeated collections
    /// that freed too little, it may not, because a program with hardly any free memory would be
    /// collected constantly.
    pub const fn may_collect(&self) -> bool {
        self.vain < VAIN_COLLECTIONS
    }

    /// Lets full memory trigger garbage collections again, after the program that filled it has
    /// ended.
    pub const fn may_collect_again(&mut self) {
        self.vain = 0;
    }

    /// Prepares the memory limit for a new program, whose code is already counted. If memory is
    /// full, the program may exceed the limit slightly, so that it can release variables.
    pub fn start_turn(&mut self) {
        self.may_collect_again();
        self.full_at = self.limit;
        if self.live_bytes.saturating_add(LAST_ROOM) > self.limit {
            let begun = self.live_bytes.min(self.limit.saturating_add(MOST_OVER));
            self.full_at = begun.saturating_add(LAST_ROOM);
        }
        self.collect_at = self.grown_at.min(self.full_at);
    }

    /// Returns `true` if a garbage collection that left `live` bytes was worthwhile, by the bytes
    /// it freed and the bytes allocated since the previous one.
    const fn is_worthwhile(&self, live: usize) -> bool {
        let allocated = self.live_bytes.saturating_sub(self.collected_to);
        let freed = self.live_bytes.saturating_sub(live);
        let enough = self.limit / WORTHWHILE_PART;
        self.live_bytes >= self.grown_at || allocated >= enough || freed >= enough
    }

    /// Records the bytes in use at the start of an op, to count what it allocates.
    #[inline]
    pub const fn begin_op(&mut self) {
        self.before_op = self.live_bytes;
        self.kept_by_op = 0;
    }

    /// Counts newly allocated bytes that remain even if the running op is undone.
    pub const fn grow_for_good(&mut self, bytes: usize) {
        self.grow(bytes);
        self.keep_for_good(bytes);
    }

    /// Marks bytes that are already counted as remaining even if the running op is undone.
    pub const fn keep_for_good(&mut self, bytes: usize) {
        self.kept_by_op = self.kept_by_op.saturating_add(bytes);
    }

    /// Removes the bytes that an op has allocated from the count, because the op waits for a reply
    /// and will be run again. The count must not depend on when replies arrive. Returns the number
    /// of these bytes, which are garbage.
    #[inline]
    pub const fn undo_op(&mut self) -> usize {
        let counted = self.before_op.saturating_add(self.kept_by_op);
        let garbage = self.live_bytes.saturating_sub(counted);
        self.live_bytes = counted;
        garbage
    }

    /// Frees objects that aren't reachable from `roots`, without a change of the byte counts.
    pub fn collect_uncounted(&mut self, roots: impl Iterator<Item = Value>, outside: &mut impl Outside) {
        let counts = (
            self.live_bytes,
            self.collected_to,
            self.vain,
            self.grown_at,
            self.collect_at,
        );
        self.collect(roots, outside);
        (
            self.live_bytes,
            self.collected_to,
            self.vain,
            self.grown_at,
            self.collect_at,
        ) = counts;
    }

    /// Updates the peak of memory use for bytes that an op uses temporarily.
    #[inline]
    pub const fn note_use(&mut self, bytes: usize) {
        let used = self.live_bytes.saturating_add(bytes);
        if used > self.peak_bytes {
            self.peak_bytes = used;
        }
    }

    /// Adds the bytes by which an object has grown to the bytes in use.
    #[inline]
    pub const fn grow(&mut self, bytes: usize) {
        self.live_bytes = self.live_bytes.saturating_add(bytes);
    }

    /// Adds an object to the heap and counts its nominal bytes. For a new text, the caller counts
    /// the content.
    #[inline]
    pub fn add(&mut self, kind: Type, object: Object) -> Value {
        let bytes = object.nominal_bytes();
        self.add_counted(kind, object, bytes)
    }

    /// Adds a text to the heap and counts only its header.
    #[inline]
    pub fn add_text(&mut self, text: Text) -> Value {
        let bytes = text_bytes(&text);
        self.add_counted(Type::Str, Object::Str(text), bytes)
    }

    /// Adds an object with this number of nominal bytes to the heap.
    #[inline]
    pub fn add_counted(&mut self, kind: Type, object: Object, bytes: usize) -> Value {
        self.grow(bytes);
        let free = self.free.pop();
        let place = match free {
            Some(place) => place,
            None => self.fresh_place(),
        };
        if let Some(layer) = self.layers.last_mut() {
            layer.note_made(place, free);
        }
        #[cfg(debug_assertions)]
        if let Some((made, _)) = &mut self.watched {
            made.insert(place);
        }
        let handle = Handle(place);
        self.put(handle, object);
        Value::object(kind, handle)
    }

    /// Returns the number of a slot that was never used.
    fn fresh_place(&mut self) -> u32 {
        let place = self.fresh;
        self.fresh = self.fresh.saturating_add(1);
        if place as usize >= self.pages.len() * PAGE_SIZE {
            self.pages.push(Page::Gone);
        }
        place
    }

    /// Returns the object with this handle, or `Free` if the heap has none.
    #[inline]
    pub fn get(&self, handle: Handle) -> &Object {
        match self.pages.get((handle.0 >> PAGE_BITS) as usize) {
            Some(Page::Whole(objects)) => objects.get(place_in_page(handle)).unwrap_or(&Object::Free),
            Some(Page::Packed(left)) => left.get(place_in_page(handle)).unwrap_or(&Object::Free),
            Some(Page::Gone) | None => &Object::Free,
        }
    }

    /// Returns the object with this handle for writing. A transaction first logs its state.
    #[inline]
    pub fn get_mut(&mut self, handle: Handle) -> Option<&mut Object> {
        if !self.layers.is_empty() {
            self.keep(handle);
        }
        #[cfg(debug_assertions)]
        if self.watched.is_some() {
            let is_container = matches!(
                self.get(handle),
                Object::List(_) | Object::Dict(_) | Object::Set(_) | Object::Deque(_) | Object::Instance(_)
            );
            if let Some((made, changed)) = &mut self.watched {
                *changed |= is_container && !made.contains(&handle.0);
            }
        }
        self.place(handle)
    }

    #[inline]
    fn place(&mut self, handle: Handle) -> Option<&mut Object> {
        match self.pages.get_mut((handle.0 >> PAGE_BITS) as usize)? {
            Page::Whole(objects) => objects.get_mut(place_in_page(handle)),
            Page::Packed(left) => left.get_mut(place_in_page(handle)),
            Page::Gone => None,
        }
    }

    /// Stores an object in its slot, which may be free.
    #[inline]
    fn put(&mut self, handle: Handle, object: Object) {
        let objects = match self.pages.get_mut((handle.0 >> PAGE_BITS) as usize) {
            Some(Page::Whole(objects)) => Some(objects),
            Some(page) => page.whole(),
            None => None,
        };
        if let Some(place) = objects.and_then(|objects| objects.get_mut(place_in_page(handle))) {
            let before = std::mem::replace(place, object);
            // Usually there is nothing to drop, so the call is avoided.
            if matches!(before, Object::Free) {
                std::mem::forget(before);
            }
        }
    }

    #[cold]
    fn keep(&mut self, handle: Handle) {
        let Some(mut layer) = self.layers.pop() else { return };
        layer
            .before
            .entry(handle.0)
            .or_insert_with(|| Some(self.get(handle).clone()));
        self.layers.push(layer);
    }

    /// Collects garbage: frees objects that aren't reachable from `roots`, and recounts the bytes
    /// of reachable ones and of data `outside` the heap.
    pub fn collect(&mut self, roots: impl Iterator<Item = Value>, outside: &mut impl Outside) {
        let mut marks = Marks::new(self.fresh);
        let mut pending: Vec<Handle> = Vec::new();
        let mut texts = SharedTexts::beside(&self.hosts);
        let mut live = 0_usize;
        let mut roomy = Vec::new();
        let mut visit = |value: Value, pending: &mut Vec<Handle>| {
            if value.is_object() && marks.set(value.handle()) {
                pending.push(value.handle());
            }
        };
        for root in roots {
            visit(root, &mut pending);
        }
        while let Some(handle) = pending.pop() {
            let object = self.get(handle);
            let mut count = |text: &Text| {
                live = live.saturating_add(texts.count(text));
                if text.has_pending() {
                    text.pending_ids().for_each(|pending| outside.reach(pending));
                }
            };
            // Most objects are texts, which refer to no other objects.
            if let Object::Str(text) = object {
                count(text);
                live = live.saturating_add(text_bytes(text));
                continue;
            }
            object.for_each_text(count);
            live = live.saturating_add(object.nominal_bytes());
            if object.is_roomy() {
                roomy.push(handle);
            }
            object.for_each_value(|value| visit(value, &mut pending));
        }
        live = live.saturating_add(outside.count(&mut |text| texts.count(text)));
        self.sweep(&marks);
        self.vain = match self.is_worthwhile(live) {
            true => 0,
            false => self.vain.saturating_add(1),
        };
        self.shrink(&roomy);
        self.peak_bytes = self.peak_bytes();
        self.live_bytes = live;
        self.collected_to = live;
        self.grown_at = live.saturating_mul(2).max(live.saturating_add(COLLECT_AT_LEAST));
        if live.saturating_add(LAST_ROOM) <= self.limit {
            self.full_at = self.limit;
        }
        self.collect_at = self.grown_at.min(self.full_at);
        self.collections = self.collections.wrapping_add(1);
    }

    /// Frees the slots that a garbage collection has not marked. Slots with low numbers are reused
    /// first.
    fn sweep(&mut self, marks: &Marks) {
        if !self.labels.is_empty() {
            self.labels.retain(|place, _| marks.get(Handle(*place)));
            self.labels.shrink_to_fit();
        }
        let mut spare = 0;
        for (number, page) in self.pages.iter_mut().enumerate() {
            let first = number * PAGE_SIZE;
            let marked = marks.in_page(number);
            page.empty(marked, |place| marks.get(Handle((first + place) as u32)));
            if matches!(page, Page::Packed(_) | Page::Gone) {
                continue;
            }
            let unused = PAGE_SIZE - marked;
            if unused >= PAGE_SIZE / 2 && spare + unused > SPARE_PLACES {
                page.pack(marked);
            } else {
                spare += unused;
            }
        }
        // Unused numbers at the end are released.
        while self.pages.pop_if(|page| matches!(page, Page::Gone)).is_some() {}
        let held = u32::try_from(self.pages.len() * PAGE_SIZE).unwrap_or(u32::MAX);
        self.fresh = self.fresh.min(held);
        self.free.clear();
        self.free
            .extend((0..self.fresh).rev().filter(|place| !marks.get(Handle(*place))));
        self.free.shrink_to(self.free.len() + PAGE_SIZE);
    }

    /// Releases the spare capacity of these objects, which exceeds their nominal bytes.
    fn shrink(&mut self, roomy: &[Handle]) {
        for handle in roomy {
            if let Some(object) = self.place(*handle) {
                object.shrink();
            }
        }
    }
}

const fn place_in_page(handle: Handle) -> usize {
    handle.0 as usize % PAGE_SIZE
}

/// Data outside the heap that a garbage collection has to reach and count.
pub trait Outside {
    /// Records that a reachable text refers to a model's reply.
    fn reach(&mut self, pending: PendingId);

    /// Returns the nominal bytes of all data outside the heap, after everything reachable was
    /// reached. `shared` returns the bytes that a text shares, counting each once.
    fn count(&mut self, shared: &mut dyn FnMut(&Text) -> usize) -> usize;
}
