//! The metrics of an active run, which are computed from its journal's events in constant time per
//! event.

use std::collections::VecDeque;

use rlm_model::{Cost, Money, Tokens};
use rlm_policy::Limits;
use rlm_report::figures::share;
use rlm_trace::{CallSettled, CoverageFold, CoverageSummary, Event, Millis, Record, RecordedOutcome};

use rlm_tui::ProgressFacts;

use crate::metrics;
use crate::text::grouped;

/// The minimum interval between updates of the coverage. Computing it takes longer with more calls.
const LOOK: Millis = Millis(1_000);
/// The time window over which the token rate is averaged.
const WINDOW: Millis = Millis(10_000);

/// The metrics of an active run: calls, tokens, cost and coverage.
pub(super) struct RunMetrics {
    limits: Limits,
    tokens: u64,
    cost: Cost,
    coverage: CoverageFold,
    covered: CoverageSummary,
    /// The time of the last coverage update.
    looked: Option<Millis>,
    now: Millis,
    /// The time and tokens of each call that ended within the window of the token rate.
    recent: VecDeque<(Millis, u64)>,
    recent_tokens: u64,
}

impl RunMetrics {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            tokens: 0,
            cost: Cost::Known(Money::ZERO),
            coverage: CoverageFold::default(),
            covered: CoverageSummary::default(),
            looked: None,
            now: Millis(0),
            recent: VecDeque::new(),
            recent_tokens: 0,
        }
    }

    /// Updates the metrics with an event of the run.
    pub(super) fn add(&mut self, record: &Record) {
        self.coverage.add(record);
        self.now = record.at.unwrap_or(self.now);
        if let Event::Settled(call) = &record.event {
            self.settle(call);
        }
        let is_time = self
            .looked
            .is_none_or(|looked| self.now.0 >= looked.0.saturating_add(LOOK.0));
        if is_time || matches!(record.event, Event::Observation(_) | Event::Outcome(_)) {
            self.looked = Some(self.now);
            self.covered = self.coverage.coverage().covered();
        }
    }

    fn settle(&mut self, call: &CallSettled) {
        if matches!(call.outcome, RecordedOutcome::Unissued(_)) {
            return;
        }
        self.cost = self.cost.plus(call.cost);
        let RecordedOutcome::Reply(reply) = &call.outcome else {
            return;
        };
        if call.cached {
            return;
        }
        let tokens = reply.usage.total().0;
        self.tokens = self.tokens.saturating_add(tokens);
        self.recent.push_back((self.now, tokens));
        self.recent_tokens = self.recent_tokens.saturating_add(tokens);
        let begin = self.now.0.saturating_sub(WINDOW.0);
        while let Some((_, tokens)) = self.recent.pop_front_if(|(at, _)| at.0 < begin) {
            self.recent_tokens = self.recent_tokens.saturating_sub(tokens);
        }
    }

    /// Returns what the run has used, for a line of progress.
    pub(super) fn facts(&self) -> ProgressFacts<'static> {
        ProgressFacts {
            tokens: (self.tokens, self.limits.tokens.map(|Tokens(most)| most)),
            cost: (self.cost, self.limits.cost),
            coverage: self.covered,
            tokens_per_second: self.tokens_per_second(),
            ..ProgressFacts::default()
        }
    }

    pub(super) const fn tokens(&self) -> u64 {
        self.tokens
    }

    pub(super) const fn cost(&self) -> Cost {
        self.cost
    }

    pub(super) const fn covered(&self) -> CoverageSummary {
        self.covered
    }

    /// Returns the average tokens per second over the last ten seconds; `None` in the first second.
    pub(super) fn tokens_per_second(&self) -> Option<u64> {
        let millis = self.now.0.min(WINDOW.0);
        (millis >= 1_000).then(|| self.recent_tokens.saturating_mul(1_000) / millis.max(1))
    }

    /// Formats the used tokens, cost and coverage, with their limits: `1,204 of 10,000 tokens, $0.12
    /// of $0.50, 12 % read`.
    pub(super) fn taken(&self) -> String {
        let tokens = grouped(self.tokens);
        let mut parts = vec![match self.limits.tokens {
            Some(Tokens(most)) => format!("{tokens} of {} tokens", grouped(most)),
            None => format!("{tokens} tokens"),
        }];
        match (self.cost, self.limits.cost) {
            (Cost::Known(Money::ZERO), None) => {}
            (cost, Some(most)) => parts.push(format!("{} of {most}", metrics::cost(cost))),
            (cost, None) => parts.push(metrics::cost(cost)),
        }
        if self.covered.bytes > 0 {
            parts.push(format!("{} read", share(self.covered.covered, self.covered.bytes)));
        }
        parts.join(", ")
    }
}
