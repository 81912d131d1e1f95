//! Context arguments as users write them.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use rlm_extract::Archive;
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
    Git(GitPlace),
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct GitPlace {
    /// The top folder of the repository.
    pub(crate) repository: PathBuf,
    /// The hash of the commit.
    pub(crate) commit: String,
    /// The path of the file from the top folder.
    pub(crate) path: String,
}

impl GitPlace {
    /// The prefix of a location that is a file of a commit.
    const SCHEME: &str = "git:";

    /// Returns the location, such as `git:/home/ada/roof@1f2e…:docs/plan.md`.
    pub(crate) fn location(&self) -> Option<String> {
        let repository = self.repository.to_str()?;
        Some(format!("{}{repository}@{}:{}", Self::SCHEME, self.commit, self.path))
    }

    /// Parses a location. The hash has no `:`, and the folder of a repository may have any character.
    fn parse(location: &str) -> Option<Self> {
        let rest = location.strip_prefix(Self::SCHEME)?;
        let hashes = rest.match_indices('@').filter_map(|(at, _)| {
            let (commit, path) = rest.get(at + 1..)?.split_once(':')?;
            let is_hash = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then_some((at, commit, path))
        });
        let (at, commit, path) = { hashes }.next()?;
        Some(Self {
            repository: rest.get(..at)?.into(),
            commit: commit.to_owned(),
            path: path.to_owned(),
        })
    }
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

    /// Creates an argument for the location of a document in an earlier context: the path of a file,
    /// or what [`Document::location`](crate::Document::location) returned. Returns `None` if the file,
    /// its archive or its repository doesn't exist.
    ///
    /// ```
    /// use rlm_context::ContextSpec;
    ///
    /// assert!(ContextSpec::at_location("../../examples/recorded/minutes/2024-01.md").is_some());
    /// assert!(ContextSpec::at_location("/nowhere/letters.zip/baker.md").is_none());
    /// ```
    #[must_use]
    pub fn at_location(location: &str) -> Option<Self> {
        if let Some(place) = GitPlace::parse(location) {
            return place.repository.is_dir().then(|| Self {
                given: location.into(),
                name: None,
                place: Place::Git(place),
            });
        }
        let path = Path::new(location);
        (path.exists() || archive_of(path).is_some()).then(|| Self::path(path))
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

/// Returns the path of the archive that a path leads into, such as `letters.zip` for
/// `letters.zip/2025/baker.md`.
pub(crate) fn archive_of(path: &Path) -> Option<&Path> {
    let archives = path
        .ancestors()
        .skip(1)
        .filter(|path| Archive::of_name(&path.to_string_lossy()).is_some());
    { archives }.find(|path| path.is_file())
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
    fn git_locations_are_parsed_as_they_are_written() {
        let place = GitPlace {
            repository: "/home/a@b:c".into(),
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            path: "docs/x@y:z.md".to_owned(),
        };
        let location = place.location().expect("it is UTF-8");
        assert_eq!(GitPlace::parse(&location), Some(place));
        assert_eq!(GitPlace::parse("git:/a@HEAD:b"), None);
    }

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
