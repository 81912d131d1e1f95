//! The files within archives.

use crate::error::ExtractError;

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
