//! Folds a journal's events into the rows of a tree. A row only holds its state and the numbers of
//! its events. Its text is created from these events when it is shown, since few rows are on screen
//! at once.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use rlm_model::{Position, RunPath};
use rlm_trace::{
    Activity, CallPrompt, Coverage, CoverageFold, Event, HostAnswer, JsonObject, Millis, ProgramEnd, Record,
    RecordedOutcome, RunEnded, RunStarted, Totals, TotalsFold, Tree,
};

use crate::place::{Kind, Place};
use crate::state::State;

/// The state of a run, built from the events so far.
#[derive(Debug, Default)]
pub(crate) struct Run {
    records: Vec<Arc<Record>>,
    rows: Vec<Row>,
    index: BTreeMap<Place, RowId>,
    totals: TotalsFold,
    coverage: CoverageFold,
    activity: Activity,
    started: Option<Arc<Record>>,
    ended: Option<Arc<Record>>,
    /// The limits of the run: those at its start, with later changes.
    limits: JsonObject,
    /// The journal lines that a resumed run discarded.
    taken_back: HashSet<u64>,
    /// The number of open sub-model calls, which have no reply yet.
    calls_open: u64,
    /// The time of the last event of the run.
    last: Millis,
}

/// The id of a row in the tree. Rows are numbered in the order of their creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowId(u32);

/// A row of the tree, which represents a run, a step, a call, a request or an end.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) place: Place,
    pub(crate) parent: Option<RowId>,
    /// The numbers of the row's events.
    records: Vec<u32>,
    pub(crate) state: State,
    /// The time at which the row's step, call or run began.
    pub(crate) began: Option<Millis>,
    pub(crate) changed: Option<Millis>,
    /// The measured duration of the row's step, call or run, if the journal has one.
    measured: Option<Millis>,
    pub(crate) tally: Tally,
    /// Whether the row has rows below it.
    pub(crate) has_rows: bool,
    /// Whether the row is included in the tally of its step. A row is counted from its first event
    /// on.
    is_counted: bool,
    /// The version of the row's content, which grows with every change.
    pub(crate) version: u32,
}

/// The tally of a step: the numbers of its program's calls by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) calls: u32,
    pub(crate) open: u32,
    pub(crate) cached: u32,
    pub(crate) failed: u32,
    pub(crate) cancelled: u32,
    pub(crate) not_sent: u32,
}

/// The rows that an event has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// The event created new rows, parents first, or changed the row that it is about.
    Rows { new: Vec<RowId>, about: Option<RowId> },
    /// The event changed all rows, which have been renumbered.
    All,
}

impl Run {
    /// Adds an event to the state of the run. Returns the changed rows.
    pub(crate) fn add(&mut self, record: Arc<Record>) -> Change {
        self.totals.add(&record);
        self.coverage.add(&record);
        self.activity.add(&record);
        self.last = self.last.max(record.at.unwrap_or_default());
        let takes_back = self.note_settings(&record);
        let number = self.records.len();
        self.records.push(record);
        if takes_back {
            self.rebuild();
            return Change::All;
        }
        let first_new = self.rows.len();
        let about = self.place(number);
        Change::Rows {
            new: (first_new..self.rows.len()).filter_map(RowId::of).collect(),
            about,
        }
    }

    /// Stores the settings of the run that an event contains. Returns `true` if the event discards
    /// earlier ones.
    fn note_settings(&mut self, record: &Arc<Record>) -> bool {
        match &record.event {
            Event::RunStarted(started) => {
                self.limits = limits_of(&started.settings);
                for change in started.forked.iter().flat_map(|forked| &forked.changes) {
                    self.limits.extend(change.limits.clone().unwrap_or_default());
                }
                self.started = Some(Arc::clone(record));
            }
            Event::Resumed(resumed) => {
                let change = resumed.change.as_ref();
                self.limits
                    .extend(change.and_then(|change| change.limits.clone()).unwrap_or_default());
                self.ended = None;
                self.taken_back.extend(&resumed.taken_back);
                return !resumed.taken_back.is_empty();
            }
            Event::Outcome(_) if record.event.ends_the_run() => self.ended = Some(Arc::clone(record)),
            Event::TurnStarted(_) => self.ended = None,
            _ => {}
        }
        false
    }

    fn rebuild(&mut self) {
        self.rows.clear();
        self.index.clear();
        self.calls_open = 0;
        self.activity = Activity::default();
        let in_force = |record: &&Arc<Record>| !self.taken_back.contains(&record.line);
        self.records
            .iter()
            .filter(in_force)
            .for_each(|record| self.activity.add(record));
        for number in 0..self.records.len() {
            self.place(number);
        }
    }

    /// Adds an event to the row to which it belongs. Returns this row.
    fn place(&mut self, number: usize) -> Option<RowId> {
        let record = Arc::clone(self.records.get(number)?);
        if self.taken_back.contains(&record.line) {
            return None;
        }
        let place = place_of(&record.event)?;
        let id = self.ensure(&place);
        let row = self.rows.get_mut(id.index())?;
        row.records.push(u32::try_from(number).unwrap_or(u32::MAX));
        row.changed = row.changed.max(record.at);
        match record.event {
            Event::Issued(_) => row.began = record.at,
            _ => row.began = row.began.or(record.at),
        }
        let state = row.next_state(&record);
        self.set_state(id, state);
        match &record.event {
            Event::Outcome(ended) => self.end_run(ended, record.at),
            // The row of a run's end shows the citations of its answer.
            Event::Final(value) => self.change(self.find(&Place::of_end(&value.run))),
            _ => {}
        }
        Some(id)
    }

    /// Closes the last step of a run that has ended, and the run itself.
    fn end_run(&mut self, ended: &RunEnded, at: Option<Millis>) {
        let of_run = State::of_outcome(&ended.outcome);
        // A step that was cut short by a limit is not done.
        let of_step = match ended.outcome.as_str() {
            "complete" => State::Done,
            "cancelled" => State::Cancelled,
            _ => State::Failed,
        };
        let run = self.ensure(&Place::of_run(&ended.run));
        let step = self.last_step(&ended.run).map(|step| (step, of_step));
        for (id, state) in [Some((run, of_run)), step].into_iter().flatten() {
            let Some(row) = self.rows.get_mut(id.index()) else {
                continue;
            };
            row.changed = row.changed.max(at);
            if row.state.is_open() {
                self.set_state(id, state);
            }
        }
    }

    /// Sets the state of a row, and updates the tally of its step if the row is a call of a
    /// program.
    fn set_state(&mut self, id: RowId, after: State) {
        let Some(row) = self.rows.get_mut(id.index()) else {
            return;
        };
        let before = row.is_counted.then_some(row.state);
        row.state = after;
        row.version += 1;
        row.is_counted = true;
        let (Kind::Call(position), Some(step)) = (row.place.kind(), row.parent) else {
            return;
        };
        // A step shows its root model's text and the counts of its program's calls.
        self.change(Some(step));
        if position.ordinal == 0 {
            return;
        }
        match (before.is_some_and(State::is_open), after.is_open()) {
            (false, true) => self.calls_open += 1,
            (true, false) => self.calls_open = self.calls_open.saturating_sub(1),
            _ => {}
        }
        if let Some(step) = self.rows.get_mut(step.index()) {
            before.into_iter().for_each(|before| step.tally.take(before));
            step.tally.put(after);
        }
    }

    /// Marks a row as changed, so that its text is created again.
    fn change(&mut self, id: Option<RowId>) {
        if let Some(row) = id.and_then(|id| self.rows.get_mut(id.index())) {
            row.version += 1;
        }
    }

    /// Returns the row for a place. Creates the row and its ancestors if they don't exist.
    fn ensure(&mut self, place: &Place) -> RowId {
        let mut missing = Vec::new();
        let mut above = Some(place.clone());
        let mut parent = None;
        while let Some(place) = above {
            if let Some(id) = self.index.get(&place) {
                parent = Some(*id);
                break;
            }
            above = place.parent();
            missing.push(place);
        }
        for place in missing.into_iter().rev() {
            let id = RowId::of(self.rows.len()).unwrap_or(RowId(u32::MAX));
            if let Some(above) = parent.and_then(|parent: RowId| self.rows.get_mut(parent.index())) {
                above.has_rows = true;
            }
            self.rows.push(Row::new(place.clone(), parent));
            self.index.insert(place, id);
            parent = Some(id);
        }
        parent.unwrap_or(RowId(0))
    }

    /// Returns the row of the last step of a run.
    pub(crate) fn last_step(&self, run: &RunPath) -> Option<RowId> {
        let end = Place::of_end(run);
        let start = Place::of_run(run);
        let mut before = self.index.range((Bound::Excluded(start), Bound::Excluded(end)));
        let depth = 2 * run.depth() + 1;
        // The calls of a step follow it: the step is above the last of them.
        let (_, last) = before.next_back()?;
        self.upward(*last)
            .find(|id| self.row(*id).is_some_and(|row| row.place.depth() == depth))
    }

    /// Returns a row and its ancestors, upward to the root run.
    pub(crate) fn upward(&self, id: RowId) -> impl Iterator<Item = RowId> + '_ {
        std::iter::successors(Some(id), |id| self.row(*id)?.parent)
    }

    /// Returns the top row, which represents the root run; `None` before the first event.
    pub(crate) fn top(&self) -> Option<RowId> {
        self.find(&Place::default())
    }

    pub(crate) fn find(&self, place: &Place) -> Option<RowId> {
        self.index.get(place).copied()
    }

    pub(crate) fn row(&self, id: RowId) -> Option<&Row> {
        self.rows.get(id.index())
    }

    /// Returns all rows in the order of the tree.
    pub(crate) fn in_order(&self) -> impl DoubleEndedIterator<Item = RowId> + Clone + '_ {
        self.index.values().copied()
    }

    /// Returns the rows behind a place in the tree, in order.
    pub(crate) fn behind(&self, place: &Place) -> impl DoubleEndedIterator<Item = RowId> + '_ {
        let range = (Bound::Excluded(place.clone()), Bound::Unbounded);
        self.index.range(range).map(|(_, id)| *id)
    }

    /// Returns the rows before a place in the tree, the nearest first.
    pub(crate) fn before(&self, place: &Place) -> impl Iterator<Item = RowId> + '_ {
        self.index.range(..place.clone()).rev().map(|(_, id)| *id)
    }

    /// Returns a tree built from only those events that belong to a row.
    pub(crate) fn tree_of(&self, id: RowId) -> Tree<'_> {
        let numbers = self.row(id).map(|row| row.records.as_slice()).unwrap_or_default();
        let records = numbers
            .iter()
            .filter_map(|number| self.records.get(usize::try_from(*number).ok()?));
        Tree::of(records.map(|record| &**record))
    }

    /// Returns the prompts of a call and of the nearest calls of its step, in the order of the tree.
    /// If the call belongs to a batch, these are calls of the batch.
    pub(crate) fn prompts_around(&self, id: RowId) -> Vec<(Position, CallPrompt)> {
        const NEAREST: usize = 8;
        let Some((place, Kind::Call(position))) = self.row(id).map(|row| (&row.place, row.place.kind())) else {
            return Vec::new();
        };
        let prompt = |id: RowId| {
            let row = self.row(id)?;
            let is_beside = row.place.depth() == place.depth() && row.parent == self.row(self.find(place)?)?.parent;
            let Kind::Call(other) = row.place.kind() else {
                return None;
            };
            (is_beside && other.ordinal != 0).then_some((other, self.prompt(row)?))
        };
        let before = self.before(place).take(4 * NEAREST).filter_map(prompt).take(NEAREST);
        let behind = self.behind(place).take(4 * NEAREST).filter_map(prompt).take(NEAREST);
        let own = self.row(id).and_then(|row| Some((position, self.prompt(row)?)));
        let mut around: Vec<(Position, CallPrompt)> = before.chain(own).chain(behind).collect();
        if around
            .iter()
            .filter(|(other, _)| other.ordinal == position.ordinal)
            .count()
            > 1
        {
            around.retain(|(other, _)| other.ordinal == position.ordinal);
        }
        around
    }

    fn prompt(&self, row: &Row) -> Option<CallPrompt> {
        let mut records = row.records.iter().rev();
        records.find_map(|number| {
            let record = self.records.get(usize::try_from(*number).ok()?)?;
            match &record.event {
                Event::Issued(issued) => Some(CallPrompt::of_issued(issued)),
                Event::ChildStarted(child) => Some(CallPrompt::of_child(child)),
                _ => None,
            }
        })
    }

    /// Returns the state of a row. A row that was still open when the run ended is in doubt.
    pub(crate) fn state(&self, row: &Row, is_over: bool) -> State {
        match row.state {
            state if state.is_open() && is_over => State::InDoubt,
            state => state,
        }
    }

    /// Returns the duration of a row at the time `now`: measured if recorded, else from the times
    /// of its events.
    pub(crate) fn elapsed(&self, row: &Row, now: Millis, is_over: bool) -> Option<Millis> {
        let until = match row.state.is_open() && !is_over {
            true => Some(now),
            // The run's own row has few events, so the last event of the journal counts.
            false if row.place == Place::default() => row.changed.map(|_| self.last),
            false => row.changed,
        };
        row.measured
            .or_else(|| Some(Millis(until?.0.saturating_sub(row.began?.0))))
    }

    pub(crate) fn started(&self) -> Option<&RunStarted> {
        match &self.started.as_deref()?.event {
            Event::RunStarted(started) => Some(started),
            _ => None,
        }
    }

    /// Returns the outcome of the root run, once it has ended.
    pub(crate) fn ended(&self) -> Option<&RunEnded> {
        match &self.ended.as_deref()?.event {
            Event::Outcome(ended) => Some(ended),
            _ => None,
        }
    }

    pub(crate) fn totals(&self) -> Totals {
        self.totals.totals()
    }

    /// Returns what the run is doing.
    pub(crate) const fn activity(&self) -> &Activity {
        &self.activity
    }

    pub(crate) fn coverage(&self) -> Coverage {
        self.coverage.coverage()
    }

    /// Returns a limit of the run by its name in the settings, or `None` if there is no limit.
    pub(crate) fn limit(&self, name: &str) -> Option<u64> {
        self.limits.get(name)?.as_u64()
    }

    /// Returns the number of open calls of programs, which have no reply yet.
    pub(crate) const fn calls_open(&self) -> u64 {
        self.calls_open
    }

    /// Returns the time of the last event of the run.
    pub(crate) const fn last(&self) -> Millis {
        self.last
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> + Clone + '_ {
        self.records.iter().map(|record| &**record)
    }

    /// Returns the number of events of the run.
    pub(crate) const fn events(&self) -> usize {
        self.records.len()
    }
}

fn limits_of(settings: &JsonObject) -> JsonObject {
    let limits = settings.get("limits").and_then(|limits| limits.as_object());
    limits.cloned().unwrap_or_default()
}

/// Returns the place in the tree of the row that an event belongs to, or `None` for events of
/// unknown kinds.
fn place_of(event: &Event) -> Option<Place> {
    let run = event.run()?;
    Some(match event {
        Event::Outcome(_) => Place::of_end(run),
        Event::Asked(asked) => Place::of_request(run, asked.turn, asked.ordinal),
        Event::Answered(answered) => Place::of_request(run, answered.turn, answered.ordinal),
        event => match (event.call(), event.turn()) {
            (Some(call), _) => Place::of_call(call),
            (None, Some(turn)) => Place::of_step(run, turn),
            (None, None) => Place::of_run(run),
        },
    })
}

impl Row {
    fn new(place: Place, parent: Option<RowId>) -> Self {
        Self {
            place,
            parent,
            records: Vec::new(),
            state: State::default(),
            began: None,
            changed: None,
            measured: None,
            tally: Tally::default(),
            has_rows: false,
            is_counted: false,
            version: 0,
        }
    }

    /// Returns the state of a row after one of its events.
    fn next_state(&mut self, record: &Record) -> State {
        match &record.event {
            Event::TurnStarted(_) | Event::Issued(_) | Event::ChildStarted(_) | Event::Asked(_) => State::UnderWay,
            Event::AttemptFailed(failed) if failed.wait.is_some() => State::Waiting,
            Event::AttemptFailed(_) => State::UnderWay,
            Event::Settled(settled) => {
                self.measured = settled.elapsed;
                match &settled.outcome {
                    RecordedOutcome::Reply(_) if settled.cached => State::Cached,
                    RecordedOutcome::Reply(_) => State::Done,
                    RecordedOutcome::Failed(_) if settled.outcome.is_stopped() => State::Cancelled,
                    RecordedOutcome::Failed(_) => State::Failed,
                    RecordedOutcome::Unissued(_) => State::NotSent,
                }
            }
            Event::Answered(answered) => {
                self.measured = answered.elapsed;
                match &answered.answer {
                    HostAnswer::Failed(_) => State::Failed,
                    HostAnswer::Hits(_) | HostAnswer::Value(_) => State::Done,
                }
            }
            Event::ProgramChecked(checked) if !checked.diagnostics.is_empty() => State::Failed,
            // Warnings of the checker don't prevent a program from running.
            Event::ProgramRan(ran) => match ran.end {
                ProgramEnd::Done | ProgramEnd::Final => State::Done,
                ProgramEnd::Raised | ProgramEnd::Limit => State::Failed,
                ProgramEnd::Cancelled => State::Cancelled,
            },
            Event::Observation(_) | Event::Final(_) if self.state.is_open() => State::Done,
            Event::Outcome(ended) => State::of_outcome(&ended.outcome),
            _ => self.state,
        }
    }
}

impl Tally {
    fn put(&mut self, state: State) {
        self.calls = self.calls.saturating_add(1);
        self.open = self.open.saturating_add(u32::from(state.is_open()));
        self.cached = self.cached.saturating_add(u32::from(state == State::Cached));
        if let Some(count) = self.count_of(state) {
            *count = count.saturating_add(1);
        }
    }

    fn take(&mut self, state: State) {
        self.calls = self.calls.saturating_sub(1);
        self.open = self.open.saturating_sub(u32::from(state.is_open()));
        self.cached = self.cached.saturating_sub(u32::from(state == State::Cached));
        if let Some(count) = self.count_of(state) {
            *count = count.saturating_sub(1);
        }
    }

    const fn count_of(&mut self, state: State) -> Option<&mut u32> {
        match state {
            State::Failed => Some(&mut self.failed),
            State::Cancelled => Some(&mut self.cancelled),
            State::NotSent => Some(&mut self.not_sent),
            _ => None,
        }
    }
}

impl RowId {
    fn of(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }

    const fn index(self) -> usize {
        self.0 as usize
    }
}
