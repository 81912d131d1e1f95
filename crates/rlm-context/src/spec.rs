//! Context arguments as users write them.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use smol_str::SmolStr;

use crate::error::ContextError;

/// One context argument: `[NAME=]PATH`, where PATH is a file, a folder, a glob, or `-` for standard
/// input.
///
/// The part before the first `=` is a name if it consists of letters, digits, `_`, `-` and `.`. A
/// file whose own name contains such an `=` is still found: if PATH doesn't exist but `NAME=PATH`
/// does, the latter is used.
///
/// ```
/// use rlm_context::{ContextSpec, LoadOptions, load};
///
/// let code = ContextSpec::path("../../examples/recorded/tidewatch/*.py").named("code");
/// let notes = ContextSpec::path("../../examples/recorded/minutes/2024-01.md").named("notes");
/// let context = load(&[code, notes], &LoadOptions::default())?.context;
/// assert_eq!(context.kind().name(), "dict");
/// let named: Vec<_> = context.documents().iter().map(|document| document.name().as_str()).collect();
/// assert_eq!((named.len(), named.last().copied()), (6, Some("notes")));
/// # Ok::<(), rlm_context::ContextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextSpec {
    given: PathBuf,
    name: Option<SmolStr>,
    place: Place,
}

/// The source that a context argument refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    StandardInput,
    Path(PathBuf),
}

impl ContextSpec {
    /// Creates an argument for a path, whatever characters it contains.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            given: path.clone(),
            name: None,
            place: Place::Path(path),
        }
    }

    /// Sets the name of the documents; files of a folder are named `NAME/…`.
    #[must_use]
    pub fn named(mut self, name: impl Into<SmolStr>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Returns the name, if set.
    #[must_use]
    pub const fn name(&self) -> Option<&SmolStr> {
        self.name.as_ref()
    }

    /// Returns `true` if the argument is `-`, standard input.
    #[must_use]
    pub fn is_standard_input(&self) -> bool {
        self.place == Place::StandardInput
    }

    pub(crate) fn given(&self) -> &Path {
        &self.given
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }
}

impl FromStr for ContextSpec {
    type Err = ContextError;

    /// Parses an argument without accessing the file system.
    fn from_str(given: &str) -> Result<Self, ContextError> {
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.'))
        };
        let (name, path) = match given.split_once('=') {
            Some((name, path)) if is_name(name) => (Some(name.into()), path),
            _ => (None, given),
        };
        let place = match path {
            "" => return Err(ContextError::EmptyPath { given: given.into() }),
            "-" => Place::StandardInput,
            path => Place::Path(path.into()),
        };
        Ok(Self {
            given: given.into(),
            name,
            place,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_argument_splits_into_name_and_path() {
        let read = |given: &str| {
            let spec: ContextSpec = given.parse().expect(given);
            (spec.name.as_deref().map(str::to_owned), spec.place)
        };
        let path = |path: &str| Place::Path(path.into());
        assert_eq!(read("notes.md"), (None, path("notes.md")));
        assert_eq!(read("notes=a/b.md"), (Some("notes".into()), path("a/b.md")));
        assert_eq!(read("q1=x=y.csv"), (Some("q1".into()), path("x=y.csv")));
        assert_eq!(read("dir/a=b.txt"), (None, path("dir/a=b.txt")));
        assert_eq!(read("=b"), (None, path("=b")));
        assert_eq!(read("-"), (None, Place::StandardInput));
        assert_eq!(read("log=-"), (Some("log".into()), Place::StandardInput));
        assert!(matches!("".parse::<ContextSpec>(), Err(ContextError::EmptyPath { .. })));
        assert!(matches!(
            "x=".parse::<ContextSpec>(),
            Err(ContextError::EmptyPath { .. })
        ));
    }
}
