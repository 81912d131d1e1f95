//! The files within archives.

#[cfg(feature = "archive")]
use crate::guard;
use crate::{Archive, ExtractError, Limits};

/// The files of an archive, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// The files. Folders and hidden files are left out.
    pub members: Vec<Member>,
}

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The path within the archive, with `/`. It is relative and has no `..`, whatever the archive
    /// says.
    pub name: String,
    /// The unpacked content.
    pub content: MemberContent,
}

/// The content of a file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberContent {
    /// The unpacked bytes.
    Bytes(Vec<u8>),
    /// The file can't be read, or isn't.
    Skipped(SkippedMember),
}

/// The reason why a file of an archive isn't read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkippedMember {
    /// It is an archive itself.
    Archive,
    /// It is a link to another file.
    Link,
    /// It is damaged or password-protected.
    Unreadable(ExtractError),
}

/// Unpacks the files of an archive.
///
/// # Errors
/// If the archive is damaged, or its files exceed the limits in total;
/// [`ExtractError::Unsupported`] if this build doesn't support archives.
pub fn members(archive: Archive, bytes: Vec<u8>, limits: Limits) -> Result<Members, ExtractError> {
    #[cfg(feature = "archive")]
    return limits.within(bytes.len(), |limits| {
        guard::run(limits, move || crate::archive::read(archive, bytes, limits))
    });
    #[cfg(not(feature = "archive"))]
    {
        let _ = (bytes, limits);
        Err(ExtractError::Unsupported { name: archive.name() })
    }
}
