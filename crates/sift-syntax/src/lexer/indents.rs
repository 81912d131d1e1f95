//! The widths of open indentation levels.

/// The stack of open indentation levels. The outermost level, without indentation, isn't on the
/// stack.
#[derive(Debug, Default)]
pub(super) struct Indents(pub(super) Vec<Width>);

/// The width of an indentation, measured with two tab sizes. If two lines have a different order
/// with each tab size, their indentation is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Width {
    /// The width in columns with tab stops at multiples of 8.
    pub(super) wide: usize,
    /// The width in columns if each tab counts as one.
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
