//! The programs of `programs/`, which run strictly and speculatively.

use crate::support::sections::sections;

const SHAPES: &str = include_str!("programs/shapes.sift");
const STRICT: &str = include_str!("programs/strict.sift");
const VARIANTS: [(&str, &str); 10] = [
    ("batches", include_str!("programs/variants/batches.sift")),
    ("collections", include_str!("programs/variants/collections.sift")),
    ("errors", include_str!("programs/variants/errors.sift")),
    ("exits", include_str!("programs/variants/exits.sift")),
    ("functions", include_str!("programs/variants/functions.sift")),
    ("loops", include_str!("programs/variants/loops.sift")),
    ("numbers", include_str!("programs/variants/numbers.sift")),
    ("parsing", include_str!("programs/variants/parsing.sift")),
    ("targets", include_str!("programs/variants/targets.sift")),
    ("texts", include_str!("programs/variants/texts.sift")),
];
const TRAPS: [&str; 7] = [
    include_str!("programs/traps/arguments.sift"),
    include_str!("programs/traps/aliases.sift"),
    include_str!("programs/traps/control.sift"),
    include_str!("programs/traps/iteration.sift"),
    include_str!("programs/traps/stale.sift"),
    include_str!("programs/traps/texts.sift"),
    include_str!("programs/traps/types.sift"),
];

/// Returns programs as models write them, by name.
pub(crate) fn shapes() -> impl Iterator<Item = (&'static str, &'static str)> {
    sections(SHAPES)
}

/// Returns programs of which no call may be issued early, by name.
pub(crate) fn strict() -> impl Iterator<Item = (&'static str, &'static str)> {
    sections(STRICT)
}

/// Returns variants of the shapes: group, name and program.
pub(crate) fn variants() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    VARIANTS
        .into_iter()
        .flat_map(|(group, file)| sections(file).map(move |(name, program)| (group, name, program)))
}

/// Returns programs whose values differ from what they seem to be before the replies arrive, by
/// name.
///
/// A heading `EXCEPTION: NAME` marks a [`guarded`] call.
pub(crate) fn traps() -> impl Iterator<Item = (&'static str, String)> {
    TRAPS
        .into_iter()
        .flat_map(sections)
        .map(|(heading, program)| match heading.split_once(": ") {
            Some((exception, name)) => (name, guarded(exception, program)),
            None => (heading, program.to_owned()),
        })
}

/// Returns a loop that calls a model unless its body, which ends in a `try` block, raises.
fn guarded(exception: &str, body: &str) -> String {
    let body = body.replace('\n', "\n    ");
    format!(
        "for c in chunks[:20]:\n    {body}\n        print(llm_query(f'fine {{c}}'))\n    except {exception}:\n        print('caught')"
    )
}
