//! The visible rows of the tree, in order. The list is updated as events arrive and as rows are
//! opened and closed, without iterating over all rows.

use std::collections::HashSet;

use crate::place::Place;
use crate::run::{RowId, Run};

/// The outline of the tree: its visible rows, in order.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    visible: Vec<RowId>,
    open: HashSet<RowId>,
    /// The rows that the user has opened or closed. The view doesn't open or close them
    /// automatically.
    touched: HashSet<RowId>,
}

impl Outline {
    /// Returns the number of visible rows in the outline.
    pub(crate) fn len(&self) -> usize {
        self.visible.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<RowId> {
        self.visible.get(index).copied()
    }

    pub(crate) fn is_open(&self, id: RowId) -> bool {
        self.open.contains(&id)
    }

    /// Returns up to `count` visible rows from an index on.
    pub(crate) fn window(&self, from: usize, count: usize) -> &[RowId] {
        let end = from.saturating_add(count).min(self.visible.len());
        self.visible.get(from..end).unwrap_or_default()
    }

    /// Returns the index of a row among the visible rows. `None` if an ancestor of the row is
    /// closed.
    pub(crate) fn index_of(&self, run: &Run, id: RowId) -> Option<usize> {
        let place = &run.row(id)?.place;
        self.search(run, place).ok()
    }

    /// Adds a new row to the visible rows, if all its ancestors are open.
    pub(crate) fn add(&mut self, run: &Run, id: RowId) {
        let Some(row) = run.row(id) else { return };
        if run.upward(id).skip(1).all(|above| self.is_open(above))
            && let Err(index) = self.search(run, &row.place)
        {
            self.visible.insert(index, id);
        }
    }

    /// Opens a row, so that the rows below it become visible.
    pub(crate) fn open(&mut self, run: &Run, id: RowId) {
        if !self.open.insert(id) {
            return;
        }
        let (Some(index), Some(row)) = (self.index_of(run, id), run.row(id)) else {
            return;
        };
        let mut closed: Option<&Place> = None;
        let mut shown = Vec::new();
        for id in run.behind(&row.place) {
            let Some(under) = run.row(id).filter(|under| under.place.is_under(&row.place)) else {
                break;
            };
            if closed.is_some_and(|closed| under.place.is_under(closed)) {
                continue;
            }
            closed = (under.has_rows && !self.is_open(id)).then_some(&under.place);
            shown.push(id);
        }
        self.visible.splice(index + 1..index + 1, shown);
    }

    /// Closes a row, which hides the rows below it.
    pub(crate) fn close(&mut self, run: &Run, id: RowId) {
        if !self.open.remove(&id) {
            return;
        }
        let (Some(index), Some(row)) = (self.index_of(run, id), run.row(id)) else {
            return;
        };
        let behind = self.visible.get(index + 1..).unwrap_or_default();
        let under = behind.partition_point(|id| run.row(*id).is_some_and(|under| under.place.is_under(&row.place)));
        self.visible.drain(index + 1..index + 1 + under);
    }

    /// Sets whether a row is open, on behalf of the user.
    pub(crate) fn set(&mut self, run: &Run, id: RowId, is_open: bool) {
        self.touched.insert(id);
        if is_open {
            self.open(run, id);
        } else {
            self.close(run, id);
        }
    }

    /// Returns `true` if the user has opened or closed a row.
    pub(crate) fn is_touched(&self, id: RowId) -> bool {
        self.touched.contains(&id)
    }

    /// Reveals a row by opening all its ancestors.
    pub(crate) fn reveal(&mut self, run: &Run, id: RowId) {
        let above: Vec<RowId> = run.upward(id).skip(1).collect();
        for id in above.into_iter().rev() {
            self.open(run, id);
        }
    }

    fn search(&self, run: &Run, place: &Place) -> Result<usize, usize> {
        self.visible
            .binary_search_by(|id| run.row(*id).map(|row| &row.place).cmp(&Some(place)))
    }
}
