//! The room that collections keep for growing.

use crate::value::Value;

/// Lists of so many items grow by a quarter, others to twice their size: while they move, both places are held.
const LONG_LIST: usize = 1 << 18;

/// Makes room for more items of a list.
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

/// Returns whether room for `capacity` items is too much for `items`: more than a third of it is unused. A few items may have room for
/// four, but none need no room.
pub(crate) const fn is_roomy(items: usize, capacity: usize) -> bool {
    capacity > 4 * (items != 0) as usize && capacity.saturating_sub(items) > items / 2
}

/// Bytes from which on room is given back to the system where it is: a copy beside it would be memory that nobody counts.
const LONG_ROOM: usize = 1 << 20;

/// Gives back the room that a list keeps for growing. What is left of a short one moves, so that all of its room can be used
/// for something else of its size.
pub(crate) fn take_room_back<T: Copy>(items: &mut Vec<T>) {
    if items.capacity().saturating_mul(size_of::<T>()) < LONG_ROOM {
        *items = items.as_slice().to_vec();
    } else {
        items.shrink_to_fit();
    }
}
