//! The widths of the open indentations.

/// The open indentations. The outermost is no indentation and stands in no list.
#[derive(Debug, Default)]
pub(super) struct Indents(pub(super) Vec<Width>);

/// How far a line is indented, counted twice: two lines whose order depends on how wide a tab is can't be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Width {
    /// With tabs that reach to the next multiple of 8.
    pub(super) wide: usize,
    /// With tabs that are one column.
    pub(super) narrow: usize,
}

impl Indents {
    pub(super) fn level(&self) -> usize {
        self.0.len()
    }

    pub(super) fn current(&self) -> Width {
        self.0.last().copied().unwrap_or_default()
    }
}
