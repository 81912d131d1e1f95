//! Maps large files as text without a copy. This is the only module of the workspace that is
//! allowed `unsafe`.
//!
//! Mapping a file is unsafe because a process that changes the file also changes the text. Three
//! problems can occur:
//!
//! 1. *The file is truncated, or its disk fails.* An access to a missing page ends the process by a
//!    signal. With [`Map::Guarded`](crate::Map), a handler ([`guard`]) maps zeros there and sets a
//!    flag. With [`Map::Trusted`](crate::Map), the caller has promised that this doesn't happen.
//! 2. *The file is changed in place, and results computed from it are used.* Its size and
//!    modification time are compared around each step of a program, and a fault counts as a change.
//!    The results of that step are discarded ([`Context::check`](crate::Context::check)).
//! 3. *The file is changed in place and is no longer UTF-8 while a step reads it.* A [`Survey`]
//!    validates the text once, before any of it is shown, and code relies on that as long as the
//!    text lives. Nothing in this process can enforce it: no system call copies pages that other
//!    processes write to. A window remains, from the change to the end of the current step (about
//!    10 ms, or the duration of a running library call), in which the text may end within a code
//!    point. Rust guarantees nothing for that case. In practice the code decodes wrong characters,
//!    or reads beyond the slice, possibly up to an access that ends the process; it never writes. A
//!    change is also missed until the end of the run if it leaves size and modification time
//!    unchanged. A write through another process's shared map may do so for some seconds. Callers
//!    that can't accept this use [`Map::Never`](crate::Map), the default, or map only files that no
//!    other process writes to.
//!
//! A mapping is private and read-only: this process never changes the file.
#![expect(
    unsafe_code,
    reason = "safe Rust can't map files; each use is justified above and at its site"
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

/// The protection that keeps a truncated map from ending the process.
#[derive(Clone)]
pub(crate) enum Protection {
    /// The file isn't truncated: the caller has promised so, or the file has no name by which
    /// another process could open it.
    Promise,
    /// The SIGBUS handler.
    Handler(Arc<Guard>),
}

impl Protection {
    /// Takes a slot of the SIGBUS handler; `None` if there is no handler or no free slot.
    pub(crate) fn by_handler() -> Option<Self> {
        Guard::take().map(|guard| Self::Handler(Arc::new(guard)))
    }

    /// Returns `true` if some of the data couldn't be read and was replaced by zeros.
    pub(crate) fn has_faulted(&self) -> bool {
        match self {
            Self::Promise => false,
            Self::Handler(guard) => guard.has_faulted(),
        }
    }
}

/// A mapped file that has been validated as UTF-8.
pub(crate) struct MappedText {
    map: Mmap,
    protection: Protection,
}

impl MappedText {
    /// Maps the part of a file that a survey has validated. Each map needs its own protection.
    pub(crate) fn new(file: &File, survey: &Survey, protection: Protection) -> io::Result<Self> {
        let len = usize::try_from(survey.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // SAFETY: the mapping is private and read-only. The protection determines who ensures that
        // the file is neither truncated nor changed while it is mapped: the caller by a promise, or
        // the handler and checks within the limits that the module's documentation states.
        let map = unsafe { MmapOptions::new().len(len).map_copy_read_only(file) }?;
        if let Protection::Handler(guard) = &protection {
            guard.protect(&map);
        }
        Ok(Self { map, protection })
    }
}

impl Drop for MappedText {
    fn drop(&mut self) {
        // Release before the map is gone, because another map may take its addresses.
        if let Protection::Handler(guard) = &self.protection {
            guard.release();
        }
    }
}

impl SourceBytes for MappedText {
    fn as_str(&self) -> &str {
        // SAFETY: a survey, which only this module creates, has validated this part of the file as
        // UTF-8. That it still is UTF-8 is promised, or checked around each step as the module's
        // documentation describes.
        unsafe { std::str::from_utf8_unchecked(&self.map) }
    }
}
