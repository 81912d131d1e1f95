//! Reserving and releasing the spare capacity of collections.

use crate::value::Value;

/// The length from which on a list grows by a quarter instead of doubling, because both allocations
/// exist while its items are moved.
const LONG_LIST: usize = 1 << 18;

/// Reserves capacity for `more` additional items of a list.
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

/// Returns `true` if a collection leaves more than a third of its capacity unused. A capacity of up
/// to four items is always acceptable, unless the collection is empty.
pub(crate) const fn is_roomy(items: usize, capacity: usize) -> bool {
    capacity > 4 * (items != 0) as usize && capacity.saturating_sub(items) > items / 2
}

/// The allocation size in bytes from which on a list is shrunk in place. Copying it would use
/// memory that isn't counted.
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
