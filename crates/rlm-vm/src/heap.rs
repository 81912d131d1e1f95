//! One arena per machine: pages of objects, named by number.
//!
//! Pages are copied on write, so that a copy of the whole heap costs a pointer per page. Garbage is collected by mark and
//! sweep, without recursion, at points that depend on the program alone.

use std::sync::Arc;

use hashbrown::HashSet;
use rlm_text::{Sighting, Text};

use crate::object::Object;
use crate::value::{Handle, Type, Value};

const PAGE_BITS: u32 = 8;
const PAGE_SIZE: usize = 1 << PAGE_BITS;

/// The smallest number of allocated bytes between two collections.
const COLLECT_AT_LEAST: usize = 16 << 20;

type Objects = Box<[Object; PAGE_SIZE]>;

/// A page that this heap alone writes to, or one that it shares with a copy of itself.
#[derive(Debug)]
enum Page {
    Own(Objects),
    Shared(Arc<Objects>),
}

/// The objects of one machine.
#[derive(Debug)]
pub(crate) struct Heap {
    pages: Vec<Page>,
    /// Free places, taken from the end.
    free: Vec<u32>,
    /// Places from here on were never used.
    fresh: u32,
    /// Nominal bytes: exact after a collection, plus all that was allocated since.
    live_bytes: usize,
    /// Bytes at which to collect next.
    collect_at: usize,
    limit: usize,
    collections: u32,
}

impl Heap {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            pages: Vec::new(),
            free: Vec::new(),
            fresh: 0,
            live_bytes: 0,
            collect_at: COLLECT_AT_LEAST.min(limit),
            limit,
            collections: 0,
        }
    }

    /// Lets the values that are alive take this many bytes from now on.
    pub(crate) const fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        if self.collect_at > limit {
            self.collect_at = limit;
        }
    }

    /// Makes a copy that shares all pages until either side writes.
    #[cfg_attr(not(test), expect(dead_code, reason = "running ahead works on a copy"))]
    pub(crate) fn fork(&mut self) -> Self {
        let pages = self.pages.iter_mut().map(Page::share).collect();
        Self {
            pages,
            free: self.free.clone(),
            ..*self
        }
    }

    /// Returns the nominal bytes of live values: exact after a collection, otherwise an upper bound.
    pub(crate) const fn live_bytes(&self) -> usize {
        self.live_bytes
    }

    /// Returns how many collections there were: after one, numbers of objects may mean others.
    pub(crate) const fn collections(&self) -> u32 {
        self.collections
    }

    /// Tells whether so much was allocated that it is time to collect.
    pub(crate) const fn wants_collection(&self) -> bool {
        self.live_bytes >= self.collect_at
    }

    /// Tells whether this many more bytes stay within the limit.
    pub(crate) const fn has_room(&self, bytes: usize) -> bool {
        self.live_bytes.saturating_add(bytes) <= self.limit
    }

    /// Counts bytes that an object grew by.
    pub(crate) const fn grow(&mut self, bytes: usize) {
        self.live_bytes = self.live_bytes.saturating_add(bytes);
    }

    /// Puts an object on the heap. Its nominal bytes are counted; those of a new text's content are counted by its maker.
    pub(crate) fn add(&mut self, kind: Type, object: Object) -> Value {
        let bytes = object.nominal_bytes();
        self.add_counted(kind, object, bytes)
    }

    /// Puts an object of these nominal bytes on the heap.
    #[inline]
    pub(crate) fn add_counted(&mut self, kind: Type, object: Object, bytes: usize) -> Value {
        self.grow(bytes);
        let place = self.free.pop().unwrap_or_else(|| {
            let place = self.fresh;
            self.fresh = self.fresh.saturating_add(1);
            if place as usize >= self.pages.len() * PAGE_SIZE {
                self.pages
                    .push(Page::Own(Box::new([const { Object::Free }; PAGE_SIZE])));
            }
            place
        });
        let handle = Handle(place);
        if let Some(slot) = self.get_mut(handle) {
            *slot = object;
        }
        Value::object(kind, handle)
    }

    /// Returns the object of a handle; `Free` for a handle that is none of this heap's.
    #[inline]
    pub(crate) fn get(&self, handle: Handle) -> &Object {
        let objects = match self.pages.get((handle.0 >> PAGE_BITS) as usize) {
            Some(Page::Own(objects)) => objects,
            Some(Page::Shared(objects)) => &**objects,
            None => return &Object::Free,
        };
        objects.get(handle.0 as usize % PAGE_SIZE).unwrap_or(&Object::Free)
    }

    /// Returns the object of a handle for writing; a shared page is copied first.
    #[inline]
    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut Object> {
        let objects = match self.pages.get_mut((handle.0 >> PAGE_BITS) as usize)? {
            Page::Own(objects) => objects,
            shared @ Page::Shared(_) => shared.own(),
        };
        objects.get_mut(handle.0 as usize % PAGE_SIZE)
    }

    /// Collects what can't be reached from `roots`, and counts exactly what can.
    pub(crate) fn collect(&mut self, roots: impl Iterator<Item = Value>) {
        let mut marks = Marks::new(self.fresh);
        let mut pending: Vec<Handle> = Vec::new();
        let mut texts = SharedTexts::default();
        let mut live = 0_usize;
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
            live = live.saturating_add(object.nominal_bytes());
            object.for_each_text(|text| live = live.saturating_add(texts.count(text)));
            object.for_each_value(|value| visit(value, &mut pending));
        }
        self.sweep(&marks);
        self.live_bytes = live;
        self.collect_at = live
            .saturating_mul(2)
            .max(live.saturating_add(COLLECT_AT_LEAST))
            .min(self.limit);
        self.collections = self.collections.wrapping_add(1);
    }

    /// Empties unmarked places. The lowest are used first again.
    fn sweep(&mut self, marks: &Marks) {
        self.free.clear();
        for place in (0..self.fresh).rev() {
            if marks.get(Handle(place)) {
                continue;
            }
            self.free.push(place);
            if !matches!(self.get(Handle(place)), Object::Free)
                && let Some(object) = self.get_mut(Handle(place))
            {
                *object = Object::Free;
            }
        }
    }
}

impl Page {
    #[cold]
    fn own(&mut self) -> &mut Objects {
        if let Self::Shared(shared) = self {
            *self = Self::Own((**shared).clone());
        }
        match self {
            Self::Own(objects) => objects,
            Self::Shared(objects) => Arc::make_mut(objects),
        }
    }

    fn share(&mut self) -> Self {
        let shared = match self {
            Self::Own(objects) => Arc::new(std::mem::replace(
                objects,
                Box::new([const { Object::Free }; PAGE_SIZE]),
            )),
            Self::Shared(shared) => Arc::clone(shared),
        };
        *self = Self::Shared(Arc::clone(&shared));
        Self::Shared(shared)
    }
}

/// One bit per place.
struct Marks(Vec<u64>);

impl Marks {
    fn new(places: u32) -> Self {
        Self(vec![0; (places as usize).div_ceil(64)])
    }

    fn get(&self, handle: Handle) -> bool {
        self.0
            .get(handle.0 as usize / 64)
            .is_some_and(|word| word >> (handle.0 % 64) & 1 == 1)
    }

    /// Sets the mark; tells whether it was not set before.
    fn set(&mut self, handle: Handle) -> bool {
        let Some(word) = self.0.get_mut(handle.0 as usize / 64) else {
            return false;
        };
        let bit = 1 << (handle.0 % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// Shared bytes of texts, each counted once.
#[derive(Default)]
struct SharedTexts {
    seen: HashSet<rlm_text::OwnedKey>,
    /// Neighbours mostly share the same bytes.
    last: Option<rlm_text::OwnedKey>,
}

impl SharedTexts {
    fn count(&mut self, text: &Text) -> usize {
        let mut bytes = 0_usize;
        text.for_each_owned(|key, size| {
            if self.last.replace(key) == Some(key) || !self.seen.insert(key) {
                return Sighting::Again;
            }
            bytes = bytes.saturating_add(size);
            Sighting::First
        });
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::list_bytes;

    fn list(heap: &mut Heap, items: Vec<Value>) -> Value {
        heap.add(Type::List, Object::List(items))
    }

    #[test]
    fn collects_cycles_and_counts_exactly_what_is_left() {
        let mut heap = Heap::new(usize::MAX);
        let kept = list(&mut heap, vec![Value::int(1)]);
        let (a, b) = (list(&mut heap, vec![]), list(&mut heap, vec![]));
        for (from, to) in [(a, b), (b, a)] {
            if let Some(Object::List(items)) = heap.get_mut(from.handle()) {
                items.push(to);
            }
        }
        heap.collect([kept].into_iter());
        assert_eq!(heap.live_bytes(), list_bytes(1));
        assert!(matches!(heap.get(a.handle()), Object::Free));
        let again = list(&mut heap, vec![]);
        assert_eq!(again.handle(), a.handle(), "the lowest free place is used first");
    }

    #[test]
    fn a_long_chain_is_marked_without_recursion() {
        let mut heap = Heap::new(usize::MAX);
        let mut chain = list(&mut heap, vec![]);
        for _ in 0..1_000_000 {
            chain = list(&mut heap, vec![chain]);
        }
        heap.collect([chain].into_iter());
        assert_eq!(heap.live_bytes(), list_bytes(0) + 1_000_000 * list_bytes(1));
    }

    #[test]
    fn a_fork_shares_pages_until_either_side_writes() {
        let mut heap = Heap::new(usize::MAX);
        let value = list(&mut heap, vec![Value::int(1)]);
        let mut twin = heap.fork();
        if let Some(Object::List(items)) = twin.get_mut(value.handle()) {
            items.push(Value::int(2));
        }
        let len = |heap: &Heap| match heap.get(value.handle()) {
            Object::List(items) => items.len(),
            _ => 0,
        };
        assert_eq!((len(&heap), len(&twin)), (1, 2));
    }
}
