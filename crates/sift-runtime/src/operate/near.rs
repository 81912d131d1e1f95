//! Names that are near to a name that nothing has.

use smallvec::SmallVec;

/// A name of more characters is not compared with others.
pub(crate) const LONGEST_COMPARED: usize = 32;

/// Returns the name nearest to `name`, if one is near.
pub fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: SmallVec<[char; LONGEST_COMPARED]> = name.chars().take(LONGEST_COMPARED + 1).collect();
    if name.len() > LONGEST_COMPARED {
        return None;
    }
    let most = (name.len() / 3).max(1);
    // So many characters at least have to be added or left out.
    known
        .filter(|other| other.chars().count().abs_diff(name.len()) <= most)
        .map(|other| (distance(&name, other), other))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, near)| near)
}

/// The number of characters to change, add, leave out or swap.
fn distance(a: &[char], b: &str) -> usize {
    // The row above of the usual table: what it takes from the start of `a` to each start of `b`.
    let mut above: SmallVec<[usize; 2 * LONGEST_COMPARED]> = (0..=b.chars().count()).collect();
    for (row, char) in a.iter().enumerate() {
        let (mut diagonal, mut left) = (row, row + 1);
        if let Some(first) = above.first_mut() {
            *first = left;
        }
        for (place, other) in above.iter_mut().skip(1).zip(b.chars()) {
            let here = (diagonal + usize::from(*char != other)).min(*place + 1).min(left + 1);
            (diagonal, left) = (*place, here);
            *place = here;
        }
    }
    above.last().copied().unwrap_or(0)
}
