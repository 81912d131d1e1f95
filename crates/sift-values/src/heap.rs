//! One arena per machine: pages of objects, named by number.
//!
//! Garbage is collected by mark and sweep, without recursion, at points that depend on the program alone. What is done on
//! trial is undone layer by layer: each keeps the objects that were written to as they were before.

mod mark;
mod page;
#[cfg(test)]
mod tests;
mod trial;

use hashbrown::{HashMap, HashSet};
use mark::{Marks, SharedTexts};
use page::{PAGE_BITS, PAGE_SIZE, Page};
use sift_text::{HoleId, OwnedKey, Sighting, Text};

use crate::cost::{VAIN_COLLECTIONS, WORTHWHILE_PART};
use crate::heap::trial::Layer;
use crate::object::{Object, text_bytes};
use crate::value::{Handle, Label, Type, Value};

pub use self::trial::Trial;

/// The smallest number of allocated bytes between two collections.
const COLLECT_AT_LEAST: usize = 16 << 20;

/// How many places may be held in vain: beyond these, a collection gives up pages that are empty and packs those of which
/// half is empty.
const SPARE_PLACES: usize = 64 << 10;

/// Bytes that a program may take without asking if it begins when memory is full, and how many its code and those of
/// others before it may be beyond the limit then.
const LAST_ROOM: usize = 4 << 10;
const MOST_OVER: usize = 256 << 10;

/// The objects of one machine.
#[derive(Debug, Clone)]
pub struct Heap {
    pages: Vec<Page>,
    /// Free places, taken from the end.
    free: Vec<u32>,
    /// Places from here on were never used.
    fresh: u32,
    /// Nominal bytes: exact after a collection, plus all that was allocated since.
    live_bytes: usize,
    /// The most that was ever live, or asked for beside what was live.
    peak_bytes: usize,
    /// Nominal bytes that were live after the last collection.
    collected_to: usize,
    /// Nominal bytes when the running op began, and those of what it keeps even if it has to be run again.
    before_op: usize,
    kept_by_op: usize,
    /// Collections in a row that were not worth their work.
    vain: u8,
    /// Bytes at which so much was allocated that it is time to collect, and at which to collect next: there, or where
    /// memory is full.
    grown_at: usize,
    collect_at: usize,
    limit: usize,
    /// Bytes beyond which the program ends: the limit, or a little more for one that began when memory was full.
    full_at: usize,
    collections: u32,
    /// What is done on trial, the last on top.
    layers: Vec<Layer>,
    /// What texts of the host share: it is not counted.
    hosts: HashSet<OwnedKey>,
    /// The labels of objects whose contents were changed by what derives from text of others. All other objects have none. They are
    /// not counted: an object's nominal bytes, and those of what refers to it, have room for them.
    labels: HashMap<u32, Label>,
    /// What a function that only reads has made so far, and whether it has changed anything else.
    #[cfg(debug_assertions)]
    watched: Option<(HashSet<u32>, bool)>,
}

impl Heap {
    /// Makes an empty heap that holds at most `limit` nominal bytes.
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

    /// Watches, in debug builds, that containers are not changed from here on, but for new ones.
    #[inline]
    pub fn watch(&mut self, wanted: bool) {
        #[cfg(debug_assertions)]
        {
            self.watched = wanted.then(Default::default);
        }
        #[cfg(not(debug_assertions))]
        let _ = wanted;
    }

    /// Ends that; returns `true` if none was changed.
    #[inline]
    pub fn unwatch(&mut self) -> bool {
        #[cfg(debug_assertions)]
        {
            self.watched.take().is_none_or(|(_, changed)| !changed)
        }
        #[cfg(not(debug_assertions))]
        true
    }

    /// Returns `true` if any object has a label.
    #[inline]
    pub fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Returns what decided the contents of an object, beyond the labels of the values in it.
    #[inline]
    pub fn label(&self, handle: Handle) -> Label {
        if self.labels.is_empty() {
            return Label::PROGRAM;
        }
        self.labels.get(&handle.0).copied().unwrap_or_default()
    }

    /// Joins a label to that of an object. On trial nothing is noted: no tool is called there.
    #[inline]
    pub fn join_label(&mut self, handle: Handle, label: Label) {
        if label == Label::PROGRAM || !self.layers.is_empty() {
            return;
        }
        let joined = self.labels.entry(handle.0).or_default();
        *joined = joined.join(label);
    }

    /// Lets the values that are alive take this many bytes from now on.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.full_at = limit;
        self.collect_at = self.grown_at.min(limit);
    }

    /// Says that a text is the host's: what it shares with values is not counted.
    pub fn lend(&mut self, text: &Text) {
        text.for_each_owned(|key, _| match self.hosts.insert(key) {
            true => Sighting::First,
            false => Sighting::Again,
        });
    }

    /// Tells whether texts of the host share this.
    pub fn is_lent(&self, key: OwnedKey) -> bool {
        self.hosts.contains(&key)
    }

    /// Returns the most nominal bytes.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Returns how many layers of trial there are.
    #[inline]
    pub const fn trials(&self) -> usize {
        self.layers.len()
    }

    /// Returns the nominal bytes of live values: exact after a collection, otherwise an upper bound.
    pub const fn live_bytes(&self) -> usize {
        self.live_bytes
    }

    /// Returns the most nominal bytes that were ever live, or asked for beside them.
    pub const fn peak_bytes(&self) -> usize {
        if self.live_bytes > self.peak_bytes {
            self.live_bytes
        } else {
            self.peak_bytes
        }
    }

    /// Returns how many collections there were: after one, numbers of objects may mean others.
    pub const fn collections(&self) -> u32 {
        self.collections
    }

    /// Tells whether so much was allocated that it is time to collect.
    pub const fn wants_collection(&self) -> bool {
        self.live_bytes >= self.collect_at
    }

    /// Tells whether this many more bytes stay within the limit.
    #[inline]
    pub const fn has_room(&self, bytes: usize) -> bool {
        self.live_bytes.saturating_add(bytes) <= self.limit
    }

    /// Tells whether more is alive than the limit allows.
    #[inline]
    pub const fn is_over(&self) -> bool {
        self.live_bytes > self.full_at
    }

    /// Tells whether garbage may be collected because memory is full: not if that was in vain time and again. A program
    /// that leaves hardly any room would have all its values looked at over and over.
    pub const fn may_collect(&self) -> bool {
        self.vain < VAIN_COLLECTIONS
    }

    /// Lets garbage be collected again because memory is full: the program that held it has ended.
    pub const fn may_collect_again(&mut self) {
        self.vain = 0;
    }

    /// Begins a program whose code is counted. If memory is full, it is given a little beyond the limit for things that
    /// are too small to be asked for: it may be there to let go of what is bound.
    pub fn start_turn(&mut self) {
        self.may_collect_again();
        self.full_at = self.limit;
        if self.live_bytes.saturating_add(LAST_ROOM) > self.limit {
            let begun = self.live_bytes.min(self.limit.saturating_add(MOST_OVER));
            self.full_at = begun.saturating_add(LAST_ROOM);
        }
        self.collect_at = self.grown_at.min(self.full_at);
    }

    /// Tells whether a collection that left `live` bytes was paid by what was allocated since the last one, or by what
    /// came free: that had been allocated once, too.
    const fn is_worthwhile(&self, live: usize) -> bool {
        let allocated = self.live_bytes.saturating_sub(self.collected_to);
        let freed = self.live_bytes.saturating_sub(live);
        let enough = self.limit / WORTHWHILE_PART;
        self.live_bytes >= self.grown_at || allocated >= enough || freed >= enough
    }

    /// Begins an op: what it allocates is counted from here.
    #[inline]
    pub const fn begin_op(&mut self) {
        self.before_op = self.live_bytes;
        self.kept_by_op = 0;
    }

    /// Counts bytes that stay even if the running op is undone.
    pub const fn grow_for_good(&mut self, bytes: usize) {
        self.grow(bytes);
        self.keep_for_good(bytes);
    }

    /// Says that bytes which are counted already stay even if the running op is undone.
    pub const fn keep_for_good(&mut self, bytes: usize) {
        self.kept_by_op = self.kept_by_op.saturating_add(bytes);
    }

    /// Counts as if an op that waits for a reply had not begun, so that what is counted does not depend on when replies
    /// arrive. Returns the bytes of garbage that it leaves uncounted.
    #[inline]
    pub const fn undo_op(&mut self) -> usize {
        let counted = self.before_op.saturating_add(self.kept_by_op);
        let garbage = self.live_bytes.saturating_sub(counted);
        self.live_bytes = counted;
        garbage
    }

    /// Frees what can't be reached from `roots`, and counts on as if nothing had been freed.
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

    /// Notes that this many more bytes are used while an op runs.
    #[inline]
    pub const fn note_use(&mut self, bytes: usize) {
        let used = self.live_bytes.saturating_add(bytes);
        if used > self.peak_bytes {
            self.peak_bytes = used;
        }
    }

    /// Counts bytes that an object grew by.
    #[inline]
    pub const fn grow(&mut self, bytes: usize) {
        self.live_bytes = self.live_bytes.saturating_add(bytes);
    }

    /// Puts an object on the heap. Its nominal bytes are counted; those of a new text's content are counted by its maker.
    #[inline]
    pub fn add(&mut self, kind: Type, object: Object) -> Value {
        let bytes = object.nominal_bytes();
        self.add_counted(kind, object, bytes)
    }

    /// Puts a text on the heap, and counts its header.
    #[inline]
    pub fn add_text(&mut self, text: Text) -> Value {
        let bytes = text_bytes(&text);
        self.add_counted(Type::Str, Object::Str(text), bytes)
    }

    /// Puts an object of these nominal bytes on the heap.
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

    /// Returns a place that was never used.
    fn fresh_place(&mut self) -> u32 {
        let place = self.fresh;
        self.fresh = self.fresh.saturating_add(1);
        if place as usize >= self.pages.len() * PAGE_SIZE {
            self.pages.push(Page::Gone);
        }
        place
    }

    /// Returns the object of a handle; `Free` for a handle that is none of this heap's.
    #[inline]
    pub fn get(&self, handle: Handle) -> &Object {
        match self.pages.get((handle.0 >> PAGE_BITS) as usize) {
            Some(Page::Whole(objects)) => objects.get(place_in_page(handle)).unwrap_or(&Object::Free),
            Some(Page::Packed(left)) => left.get(place_in_page(handle)).unwrap_or(&Object::Free),
            Some(Page::Gone) | None => &Object::Free,
        }
    }

    /// Returns the object of a handle for writing; on trial, it is kept as it was.
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

    /// Puts an object into a place, which may be free.
    #[inline]
    fn put(&mut self, handle: Handle, object: Object) {
        let objects = match self.pages.get_mut((handle.0 >> PAGE_BITS) as usize) {
            Some(Page::Whole(objects)) => Some(objects),
            Some(page) => page.whole(),
            None => None,
        };
        if let Some(place) = objects.and_then(|objects| objects.get_mut(place_in_page(handle))) {
            let before = std::mem::replace(place, object);
            // Mostly there is nothing to be dropped, which takes no call to find out.
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

    /// Collects what can't be reached from `roots`, and counts exactly what can, with what lives `outside` of the heap.
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
                if text.has_holes() {
                    text.holes().for_each(|hole| outside.reach(hole));
                }
            };
            // Most objects are texts, which refer to no others.
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

    /// Empties unmarked places. The lowest are used first again.
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
        // Numbers at the end that name nothing are forgotten.
        while self.pages.pop_if(|page| matches!(page, Page::Gone)).is_some() {}
        let held = u32::try_from(self.pages.len() * PAGE_SIZE).unwrap_or(u32::MAX);
        self.fresh = self.fresh.min(held);
        self.free.clear();
        self.free
            .extend((0..self.fresh).rev().filter(|place| !marks.get(Handle(*place))));
        self.free.shrink_to(self.free.len() + PAGE_SIZE);
    }

    /// Takes back the room that objects keep for growing, where it is more than their nominal bytes cover.
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

/// What a collection finds and counts that is no object of the heap.
pub trait Outside {
    /// Notes that a text refers to a reply.
    fn reach(&mut self, hole: HoleId);

    /// Returns the nominal bytes of all that lives outside, when everything is reached that can be. What texts share with others
    /// is given by the function, once for all of them.
    fn count(&mut self, shared: &mut dyn FnMut(&Text) -> usize) -> usize;
}
