use super::*;
use crate::object::list_bytes;

/// An implementation of [`Outside`] without any data.
struct Nowhere;

impl Outside for Nowhere {
    fn reach(&mut self, _: PendingId) {}

    fn count(&mut self, _: &mut dyn FnMut(&Text) -> usize) -> usize {
        0
    }
}

fn list(heap: &mut Heap, items: Vec<Value>) -> Value {
    heap.add(Type::List, Object::List(items))
}

#[test]
fn collection_frees_cycles_and_counts_live_bytes_exactly() {
    let mut heap = Heap::new(usize::MAX);
    let kept = list(&mut heap, vec![Value::int(1)]);
    let (a, b) = (list(&mut heap, vec![]), list(&mut heap, vec![]));
    for (from, to) in [(a, b), (b, a)] {
        if let Some(Object::List(items)) = heap.get_mut(from.handle()) {
            items.push(to);
        }
    }
    heap.collect([kept].into_iter(), &mut Nowhere);
    assert_eq!(heap.live_bytes(), list_bytes(1));
    assert!(matches!(heap.get(a.handle()), Object::Free));
    let again = list(&mut heap, vec![]);
    assert_eq!(again.handle(), a.handle(), "the lowest free place is used first");
}

#[test]
fn surviving_objects_keep_their_handles_and_memory_shrinks() {
    let mut heap = Heap::new(usize::MAX);
    let all: Vec<Value> = (0..200_000).map(|n| list(&mut heap, vec![Value::int(n)])).collect();
    let kept: Vec<Value> = all.iter().copied().step_by(100).collect();
    heap.collect(kept.iter().copied(), &mut Nowhere);
    assert_eq!(heap.live_bytes(), kept.len() * list_bytes(1));
    let whole = heap.pages.iter().filter(|page| matches!(page, Page::Whole(_))).count();
    assert!(whole <= SPARE_PLACES / PAGE_SIZE + 2, "{whole} of {}", heap.pages.len());
    let first = |heap: &Heap, value: &Value| match heap.get(value.handle()) {
        Object::List(items) => items.first().and_then(|item| item.as_int()),
        _ => None,
    };
    for (number, value) in (0..).step_by(100).zip(&kept) {
        assert_eq!(first(&heap, value), Some(number));
    }
    // New objects are placed between the old ones.
    let new: Vec<Value> = (0..200_000).map(|n| list(&mut heap, vec![Value::int(-n)])).collect();
    for (number, value) in (0..).zip(&new) {
        assert_eq!(first(&heap, value), Some(-number));
    }
    for (number, value) in (0..).step_by(100).zip(&kept) {
        assert_eq!(first(&heap, value), Some(number));
    }
    heap.collect(std::iter::empty(), &mut Nowhere);
    assert_eq!(
        (heap.live_bytes(), heap.pages.len() <= SPARE_PLACES / PAGE_SIZE),
        (0, true)
    );
}

#[test]
fn a_long_chain_is_marked_without_recursion() {
    let mut heap = Heap::new(usize::MAX);
    let mut chain = list(&mut heap, vec![]);
    for _ in 0..1_000_000 {
        chain = list(&mut heap, vec![chain]);
    }
    heap.collect([chain].into_iter(), &mut Nowhere);
    assert_eq!(heap.live_bytes(), list_bytes(0) + 1_000_000 * list_bytes(1));
}

#[test]
fn rollback_restores_all_objects() {
    let mut heap = Heap::new(usize::MAX);
    let value = list(&mut heap, vec![Value::int(1)]);
    let gone = list(&mut heap, vec![]);
    heap.collect([value].into_iter(), &mut Nowhere);
    let before = heap.live_bytes();
    heap.begin_transaction();
    let push = |heap: &mut Heap, item| {
        if let Some(Object::List(items)) = heap.get_mut(value.handle()) {
            items.push(Value::int(item));
        }
    };
    push(&mut heap, 2);
    heap.begin_transaction();
    push(&mut heap, 3);
    let (made, beyond) = (list(&mut heap, vec![]), list(&mut heap, vec![]));
    assert_eq!(made.handle(), gone.handle());
    assert!(heap.transaction_since(0).made(beyond.handle()));
    assert_eq!(heap.transaction_since(0).written(), [value.handle()]);
    let len = |heap: &Heap| heap.get(value.handle()).clone();
    heap.rollback();
    assert!(matches!(len(&heap), Object::List(items) if items.len() == 2));
    heap.rollback();
    assert!(matches!(len(&heap), Object::List(items) if items.len() == 1));
    assert_eq!(heap.live_bytes(), before);
    assert_eq!(
        list(&mut heap, vec![]).handle(),
        gone.handle(),
        "free places are as they were"
    );
}
