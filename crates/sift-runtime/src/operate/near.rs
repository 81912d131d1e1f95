//! Names that are near to a name that nothing has.

/// A name of more characters is not compared with others.
const LONGEST_COMPARED: usize = 32;

/// Returns the name nearest to `name`, if one is near.
pub fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let len = name.chars().take(LONGEST_COMPARED + 1).count();
    if len > LONGEST_COMPARED {
        return None;
    }
    let most = (len / 3).max(1);
    // So many characters at least have to be added or left out.
    known
        .filter(|other| other.chars().count().abs_diff(len) <= most)
        .map(|other| (strsim::levenshtein(name, other), other))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, near)| near)
}
