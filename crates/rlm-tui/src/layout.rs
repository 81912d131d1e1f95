//! The layout of the panes on a terminal of a given size.

use ratatui::layout::{Rect, Size};

/// The minimum terminal size at which anything is shown.
pub(crate) const LEAST: Size = Size { width: 40, height: 10 };
/// The minimum width at which the tree and the text are beside each other.
const BESIDE: u16 = 72;
/// The minimum terminal size at which the budgets have their own pane.
const WITH_BUDGET: Size = Size { width: 110, height: 32 };
const BUDGET_LINES: u16 = 8;

/// The pane that has the focus, so that it gets the keys: the tree or the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Pane {
    #[default]
    Tree,
    Text,
}

/// Whether both panes are shown, or only the one that has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Zoom {
    #[default]
    Both,
    One,
}

/// The areas of all panes on the terminal. The areas of hidden panes are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    pub(crate) header: Rect,
    pub(crate) tree: Rect,
    /// The column that separates the tree and the text.
    pub(crate) rule: Rect,
    pub(crate) text: Rect,
    pub(crate) budget: Rect,
    pub(crate) status: Rect,
    pub(crate) is_too_small: bool,
}

impl Layout {
    pub(crate) fn of(size: Size, focus: Pane, zoom: Zoom) -> Self {
        let Size { width, height } = size;
        if width < LEAST.width || height < LEAST.height {
            return Self {
                is_too_small: true,
                ..Self::default()
            };
        }
        let header = Rect::new(0, 0, width, 3);
        let status = Rect::new(0, height - 1, width, 1);
        let main = Rect::new(0, 3, width, height - 4);
        let mut layout = Self {
            header,
            status,
            ..Self::default()
        };
        if zoom == Zoom::One || width < BESIDE {
            match focus {
                Pane::Tree => layout.tree = main,
                Pane::Text => layout.text = main,
            }
            return layout;
        }
        let tree = match width {
            ..100 => 30,
            100..150 => width * 2 / 5,
            150.. => 64,
        };
        let has_budget = width >= WITH_BUDGET.width && height >= WITH_BUDGET.height;
        let budget = if has_budget { BUDGET_LINES } else { 0 };
        layout.tree = Rect::new(0, main.y, tree, main.height - budget);
        layout.budget = Rect::new(0, main.y + layout.tree.height, tree, budget);
        layout.rule = Rect::new(tree, main.y, 1, main.height);
        layout.text = Rect::new(tree + 1, main.y, width - tree - 1, main.height);
        layout
    }
}
