//! Where there is no SIGBUS there is no handler for it: files are read instead.

/// A place for one map, of which there are none.
pub(crate) enum Guard {}

impl Guard {
    pub(super) const fn take() -> Option<Self> {
        None
    }

    pub(super) const fn protect(&self, _: &[u8]) {
        match *self {}
    }

    pub(super) const fn release(&self) {
        match *self {}
    }

    pub(super) const fn has_faulted(&self) -> bool {
        match *self {}
    }
}
