//! The widths of open indentation levels.

/// The stack of open indentation levels. The outermost level, without indentation, isn't in it.
#[derive(Debug, Default)]
pub(super) struct Indents(pub(super) Vec<Width>);

/// The width of an indentation, measured with two tab sizes. Two lines whose order depends on the
/// tab size can't be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Width {
    /// The width with tab stops at multiples of 8 columns.
    pub(super) wide: usize,
    /// The width with tabs of one column.
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
