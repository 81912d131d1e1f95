//! Selects, opens and closes rows, for the user and while a run is going on.

use rlm_model::RunPath;

use super::{Follow, Shown, View};
use crate::documents::of_root_end;
use crate::outline::Outline;
use crate::place::Kind;
use crate::run::RowId;

impl View {
    /// Selects a row on behalf of the user.
    pub(super) fn select(&mut self, id: RowId) {
        self.follow = Follow::Off;
        self.show(id);
    }

    fn show(&mut self, id: RowId) {
        if self.selected != Some(id) {
            self.selected = Some(id);
            self.shown.scroll = 0;
            self.shown.found = None;
        }
    }

    /// Returns the index of the selected row among the visible rows.
    pub(crate) fn index(&self) -> usize {
        self.selected
            .and_then(|id| self.outline.index_of(&self.run, id))
            .unwrap_or_default()
    }

    /// Opens a new step of a run and its ancestors. Closes the previous step unless the user has
    /// opened or closed it.
    pub(super) fn open_new(&mut self, id: RowId) {
        let Some(row) = self.run.row(id) else { return };
        match row.place.kind() {
            Kind::Run => self.outline.open(&self.run, id),
            Kind::Step { .. } => {
                self.outline.open(&self.run, id);
                if let Some(above) = row.parent.filter(|above| !self.outline.is_touched(*above)) {
                    self.outline.open(&self.run, above);
                }
                let step = self.run.before(&row.place).find(|before| {
                    let before = self.run.row(*before);
                    before.is_some_and(|before| before.place.depth() <= row.place.depth())
                });
                let is_step = |id: &RowId| {
                    let before = self.run.row(*id).map(|before| before.place.kind());
                    matches!(before, Some(Kind::Step { .. }))
                };
                if let Some(step) = step.filter(is_step).filter(|step| !self.outline.is_touched(*step)) {
                    self.close(step);
                }
            }
            Kind::Call(_) | Kind::Request { .. } | Kind::End => {}
        }
    }

    /// Closes a child run that has succeeded, unless the user has opened or closed its row.
    pub(super) fn close_done(&mut self, about: RowId) {
        let Some(row) = self.run.row(about) else { return };
        let is_end_of_child = row.place.kind() == Kind::End && row.place.run() != RunPath::default();
        if let Some(call) = row.parent.filter(|_| is_end_of_child && !row.state.is_bad())
            && !self.outline.is_touched(call)
        {
            self.close(call);
        }
    }

    /// Closes a row. If the selection is below this row, it moves up to it.
    fn close(&mut self, id: RowId) {
        let holds_selected = self
            .selected
            .is_some_and(|selected| self.run.upward(selected).skip(1).any(|above| above == id));
        self.outline.close(&self.run, id);
        if holds_selected {
            self.show(id);
        }
    }

    /// Selects the newest row: the current step, or at the end the answer or the reason why there
    /// is none.
    pub(super) fn select_newest(&mut self) {
        let newest = match self.run.ended() {
            Some(ended) if ended.answer.is_some() && ended.outcome == "complete" => self.run.find(&of_root_end()),
            Some(_) => self.run.top(),
            None if self.is_over() => self.run.top(),
            None => self.run.last_step(&RunPath::default()).or_else(|| self.run.top()),
        };
        if let Some(id) = newest {
            self.outline.reveal(&self.run, id);
            self.show(id);
        }
    }

    /// Starts over: rebuilds the tree after a resumed run has discarded events.
    pub(super) fn start_over(&mut self) {
        let place = self
            .selected
            .and_then(|id| self.run.row(id))
            .map(|row| row.place.clone());
        self.outline = Outline::default();
        let rows: Vec<RowId> = self.run.in_order().collect();
        for id in rows {
            self.outline.add(&self.run, id);
            self.open_new(id);
        }
        self.selected = place.and_then(|place| self.run.find(&place)).or_else(|| self.run.top());
        self.shown = Shown::default();
    }
}
