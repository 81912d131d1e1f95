//! A page of the heap, with the objects whose numbers differ only in the last byte.

use crate::object::Object;

pub(super) const PAGE_BITS: u32 = 8;
pub(super) const PAGE_SIZE: usize = 1 << PAGE_BITS;

/// The number of 64-bit words in a bit set that has a bit for each slot of a page.
const WORDS: usize = PAGE_SIZE / 64;

pub(super) type Objects = Box<[Object; PAGE_SIZE]>;

#[derive(Debug, Clone)]
pub(super) enum Page {
    Whole(Objects),
    /// A packed page, which has memory only for its objects. They keep their numbers.
    Packed(Box<Packed>),
    /// A page without objects, which has no memory.
    Gone,
}

impl Page {
    /// Returns all slots of the page for writing. Allocates memory for all of them if the page is
    /// packed or empty.
    #[cold]
    pub(super) fn whole(&mut self) -> Option<&mut Objects> {
        if let Self::Packed(_) | Self::Gone = self {
            let mut objects = Box::new([const { Object::Free }; PAGE_SIZE]);
            if let Self::Packed(left) = std::mem::replace(self, Self::Gone) {
                for (place, object) in places(left.held).zip(left.objects) {
                    if let Some(slot) = objects.get_mut(place) {
                        *slot = object;
                    }
                }
            }
            *self = Self::Whole(objects);
        }
        match self {
            Self::Whole(objects) => Some(objects),
            Self::Packed(_) | Self::Gone => None,
        }
    }

    /// Frees the slots of the page that aren't marked. `marked` is the number of marked slots.
    pub(super) fn empty(&mut self, marked: usize, is_marked: impl Fn(usize) -> bool) {
        match self {
            Self::Whole(objects) => {
                for (place, object) in objects.iter_mut().enumerate() {
                    if !matches!(object, Object::Free) && !is_marked(place) {
                        *object = Object::Free;
                    }
                }
            }
            Self::Packed(_) if marked == 0 => *self = Self::Gone,
            Self::Packed(left) => left.retain(is_marked),
            Self::Gone => {}
        }
    }

    /// Reduces the page's memory to what its objects need. `marked` is the number of objects.
    pub(super) fn pack(&mut self, marked: usize) {
        if marked == 0 {
            *self = Self::Gone;
        } else if let Self::Whole(objects) = self {
            let mut left = Packed {
                held: [0; WORDS],
                before: [0; WORDS],
                objects: Vec::with_capacity(marked),
            };
            for (place, object) in objects.iter_mut().enumerate() {
                if !matches!(object, Object::Free) {
                    hold(&mut left.held, place);
                    left.objects.push(std::mem::replace(object, Object::Free));
                }
            }
            left.count();
            *self = Self::Packed(Box::new(left));
        }
    }
}

/// The objects of a packed page in contiguous memory, and their slots in the page.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    /// A bit for each slot of the page, set if the slot contains an object.
    held: [u64; WORDS],
    /// For each word of the bit set `held`, the number of objects in the words before it.
    before: [u8; WORDS],
    objects: Vec<Object>,
}

impl Packed {
    /// Returns the object in a slot of the packed page.
    #[inline]
    pub(super) fn get(&self, place: usize) -> Option<&Object> {
        self.objects.get(self.index(place)?)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Object> {
        let index = self.index(place)?;
        self.objects.get_mut(index)
    }

    fn index(&self, place: usize) -> Option<usize> {
        let (word, bit) = (place / 64, 1_u64 << (place % 64));
        let held = self.held.get(word)?;
        let below = (held & (bit - 1)).count_ones() as usize;
        (held & bit != 0).then_some(usize::from(*self.before.get(word)?) + below)
    }

    fn retain(&mut self, is_marked: impl Fn(usize) -> bool) {
        let mut all = places(self.held);
        let held = &mut self.held;
        *held = [0; WORDS];
        self.objects.retain(|_| {
            let kept = all.next().filter(|place| is_marked(*place));
            if let Some(place) = kept {
                hold(held, place);
            }
            kept.is_some()
        });
        self.count();
    }

    /// Computes how many objects are before each word of the bit set, at most 192.
    fn count(&mut self) {
        let mut sum = 0_u8;
        for (before, held) in self.before.iter_mut().zip(self.held) {
            *before = sum;
            sum = sum.wrapping_add(held.count_ones() as u8);
        }
    }
}

/// Sets the bit of a slot, which now contains an object.
fn hold(held: &mut [u64; WORDS], place: usize) {
    if let Some(word) = held.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

/// Returns the slot numbers whose bits are set.
fn places(held: [u64; WORDS]) -> impl Iterator<Item = usize> {
    (0..PAGE_SIZE).filter(move |place| held.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn packing_a_page_keeps_object_positions() {
        let kept = [0, 1, 62, 63, 64, 127, 130, 200, 255];
        let mut page = Page::Gone;
        for place in 0..PAGE_SIZE {
            page.whole().unwrap()[place] = Object::Cell(Value::length(place));
        }
        page.empty(kept.len(), |place| kept.contains(&place));
        page.pack(kept.len());
        let shows = |page: &Page, kept: &[usize]| {
            let Page::Packed(left) = page else { panic!("not packed") };
            for place in 0..PAGE_SIZE {
                match left.get(place) {
                    Some(Object::Cell(number)) => {
                        assert!(kept.contains(&place) && number.as_int() == Some(place as i64))
                    }
                    found => assert!(found.is_none() && !kept.contains(&place), "{place}"),
                }
            }
        };
        shows(&page, &kept);
        page.empty(3, |place| [62, 64, 255].contains(&place));
        shows(&page, &[62, 64, 255]);
        let whole = page.whole().unwrap();
        assert!(
            matches!(whole[255], Object::Cell(number) if number.as_int() == Some(255))
                && matches!(whole[0], Object::Free)
        );
        page.empty(0, |_| false);
        page.pack(0);
        assert!(matches!(page, Page::Gone));
    }
}
