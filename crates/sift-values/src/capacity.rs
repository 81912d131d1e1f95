//! The spare capacity of collections.

use crate::value::Value;

/// The number of items from which on lists grow by a quarter instead of doubling. While the items
/// move, both allocations exist.
const LONG_LIST: usize = 1 << 18;

/// Reserves capacity for more items of a list.
#[inline]
pub fn make_room(items: &mut Vec<Value>, more: usize) {
    if items.capacity() - items.len() < more {
        make_more_room(items, more);
    }
}

#[cold]
fn make_more_room(items: &mut Vec<Value>, more: usize) {
    if items.len() < LONG_LIST {
        items.reserve(more);
    } else {
        items.reserve_exact(more.max(items.len() / 4));
    }
}

/// Returns `true` if more than a third of the capacity is unused. Up to four items of capacity are
/// always acceptable, except for an empty collection.
pub(crate) const fn is_roomy(items: usize, capacity: usize) -> bool {
    capacity > 4 * (items != 0) as usize && capacity.saturating_sub(items) > items / 2
}

/// The number of bytes from which on an allocation is shrunk in place. A copy would use memory that
/// isn't counted.
const LONG_ROOM: usize = 1 << 20;

/// Releases the spare capacity of a list. A short list is copied, so that its whole allocation can
/// be reused.
pub(crate) fn take_room_back<T: Copy>(items: &mut Vec<T>) {
    if items.capacity().saturating_mul(size_of::<T>()) < LONG_ROOM {
        *items = items.as_slice().to_vec();
    } else {
        items.shrink_to_fit();
    }
}
