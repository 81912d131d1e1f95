//! Large files as text without a copy: the only module of the workspace that is allowed `unsafe`.
//!
//! Mapping a file is unsafe because its pages stay the file's: whoever changes the file changes the text. Three things can go
//! wrong, and here is who sees to each:
//!
//! 1. *The file is truncated, or its disk fails.* A look at a page that is gone ends the process by a signal. With
//!    [`Map::Guarded`](crate::Map) a handler ([`guard`]) puts zeros there and notes it; with [`Map::Trusted`](crate::Map) the
//!    caller has promised that it does not happen.
//! 2. *The file is changed in place, and somebody uses what was computed of it.* Its size and the time of its last change are
//!    compared around each step of a program, and a fault that was noted counts as a change; what a step computed meanwhile
//!    is thrown away ([`Context::check`](crate::Context::check)).
//! 3. *The file is changed in place, and is no longer UTF-8 while a step looks at it.* The text is checked to be UTF-8 once, by a
//!    [`Survey`], before any of it is shown, and code relies on that for as long as the text lives. Nothing in this process can
//!    keep it so: no system call takes a copy of pages that others write to. What remains is a window, from a change to the end
//!    of the step that it falls into (about 10 ms; as long as a call of the library that is under way), in which text may end
//!    within a code point. Rust promises nothing for that. What the code at hand does is to decode other characters, or to read
//!    beyond the slice, up to an access that ends the process; nothing is written. Nor is a change noticed before the end of a
//!    run if it leaves size and time as they were, as a write through somebody's own shared map may for some seconds. Who can't
//!    accept that leaves [`Map::Never`](crate::Map), the default, or maps files that no one else writes to.
//!
//! A mapping is private and read-only: this process never changes the file.
#![expect(
    unsafe_code,
    reason = "a mapped file can't be had safely; each use is justified above and where it stands"
)]

#[cfg(unix)]
mod guard;
#[cfg(not(unix))]
#[path = "no_guard.rs"]
mod guard;
mod survey;

use std::fs::File;
use std::io;
use std::sync::Arc;

use memmap2::{Mmap, MmapOptions};
use sift_text::SourceBytes;

use guard::Guard;
pub(crate) use survey::{Found, Survey};

/// What keeps a map from ending the process.
#[derive(Clone)]
pub(crate) enum Protection {
    /// Nobody truncates the file: the caller has promised it, or the file has no name by which anybody could.
    Promise,
    /// A handler.
    Handler(Arc<Guard>),
}

impl Protection {
    /// Takes a place with the handler; none where there is no handler, or it has no more places.
    pub(crate) fn by_handler() -> Option<Self> {
        Guard::take().map(|guard| Self::Handler(Arc::new(guard)))
    }

    /// Tells whether zeros stand in the place of something that could not be read.
    pub(crate) fn has_faulted(&self) -> bool {
        match self {
            Self::Promise => false,
            Self::Handler(guard) => guard.has_faulted(),
        }
    }
}

/// A mapped file whose bytes were found to be UTF-8.
pub(crate) struct MappedText {
    map: Mmap,
    protection: Protection,
}

impl MappedText {
    /// Maps as much of a file as was surveyed. A protection is for one map.
    pub(crate) fn new(file: &File, survey: &Survey, protection: Protection) -> io::Result<Self> {
        let len = usize::try_from(survey.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // SAFETY: the mapping is private and read-only. That the file is neither truncated nor changed while it is mapped is
        // promised, or seen to as far as the module's documentation says, which is what whoever chose the protection accepts.
        let map = unsafe { MmapOptions::new().len(len).map_copy_read_only(file) }?;
        if let Protection::Handler(guard) = &protection {
            guard.protect(&map);
        }
        Ok(Self { map, protection })
    }
}

impl Drop for MappedText {
    fn drop(&mut self) {
        // Before the map is gone and another may be in its place.
        if let Protection::Handler(guard) = &self.protection {
            guard.release();
        }
    }
}

impl SourceBytes for MappedText {
    fn as_str(&self) -> &str {
        // SAFETY: a survey, which only this module makes, has found as many bytes of this file to be UTF-8. That they still are is
        // promised, or checked around each step as the module's documentation says.
        unsafe { std::str::from_utf8_unchecked(&self.map) }
    }
}
