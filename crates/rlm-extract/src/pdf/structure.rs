//! Detects files whose structure would make parsing disproportionately expensive.

use crate::error::ExtractError;

/// The maximum number of objects that begin within another one: intact files have none, damaged
/// ones a few.
const MOST_UNENDED: usize = 1_000;
/// The maximum nesting depth of dictionaries outside of streams.
const MOST_NESTED: usize = 2_000;

/// Rejects a file with many unterminated objects or dictionaries. A parser that repairs damaged
/// files would read on to the end of the file for each of them.
pub(super) fn refuse(bytes: &[u8]) -> Result<(), ExtractError> {
    let (mut unended, mut is_open) = (0_usize, false);
    for at in memchr::memmem::find_iter(bytes, b"obj") {
        let before = bytes.get(..at).unwrap_or_default();
        if before.ends_with(b"end") {
            is_open = false;
        } else if matches!(before, [.., b'0'..=b'9', b' ' | b'\n' | b'\r' | b'\t']) {
            unended += usize::from(is_open);
            is_open = true;
        }
    }
    if unended > MOST_UNENDED {
        return Err(ExtractError::damaged(format!("{unended} objects have no end")));
    }
    let (mut depth, mut next, mut streams_end) = (0_usize, 0, true);
    for at in memchr::memchr2_iter(b'<', b'>', bytes) {
        if at < next {
            continue;
        }
        next = at + 2;
        match bytes.get(at..next) {
            Some(b"<<") => depth += 1,
            Some(b">>") => {
                depth = depth.saturating_sub(1);
                let rest = bytes.get(next..).unwrap_or_default();
                if streams_end && rest.trim_ascii_start().starts_with(b"stream") {
                    match memchr::memmem::find(rest, b"endstream") {
                        Some(end) => next += end,
                        // Stop searching after the first miss. Otherwise each unterminated stream
                        // would scan the rest of the file.
                        None => streams_end = false,
                    }
                }
            }
            _ => next = at,
        }
        if depth > MOST_NESTED {
            return Err(ExtractError::damaged(format!(
                "dictionaries are nested more than {MOST_NESTED} levels deep"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unterminated_pdf_objects_are_rejected_quickly() {
        for (object, says) in [
            (&b"1 0 obj <<"[..], "2999 objects have no end"),
            (b"1 0 obj (", "2999 objects have no end"),
            (
                b"1 0 obj <<endobj ",
                "dictionaries are nested more than 2000 levels deep",
            ),
        ] {
            let error = refuse(&object.repeat(3_000)).expect_err("it has no end");
            assert_eq!(error.to_string(), says);
        }
        assert_eq!(refuse(&b"<<>>stream\n".repeat(1_000_000)), Ok(()), "in no time");
        let sound =
            b"1 0 obj <</Kids [2 0 R] /P <<>>>> endobj\n2 0 obj <</Length 3>> stream\n<< <<>\nendstream endobj\n";
        assert_eq!(refuse(&sound.repeat(100_000)), Ok(()));
    }
}
