//! The Python errors that an `except` clause around a statement would catch.

/// The groups of Python errors that an enclosing `except` clause would catch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Caught {
    pub(super) name: bool,
    pub(super) attribute: bool,
    pub(super) type_: bool,
    pub(super) import: bool,
}

impl Caught {
    pub(super) const ALL: Self = Self {
        name: true,
        attribute: true,
        type_: true,
        import: true,
    };

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            name: self.name || other.name,
            attribute: self.attribute || other.attribute,
            type_: self.type_ || other.type_,
            import: self.import || other.import,
        }
    }
}
