//! Making calls, and letting them leave once their prompts are complete.

use sift_text::{HoleId, Piece, Text};

use super::{Hole, Holes, State, number};
use crate::runtime::{CallFailure, CallKey, IssuedCall, NewCall, UNKNOWN};

impl Holes {
    /// Makes calls that leave together; returns the hole of each, or none if these can't be the calls that the program will make
    /// here.
    pub fn make(&mut self, calls: Vec<NewCall>) -> Option<Vec<HoleId>> {
        let Some(mut ahead) = self.ahead else {
            self.last_ordinal = self.last_ordinal.saturating_add(1);
            let ordinal = self.last_ordinal;
            let calls = (0..).zip(calls);
            return Some(
                calls
                    .map(|(index, call)| self.reach(CallKey { ordinal, index }, call))
                    .collect(),
            );
        };
        ahead.last_ordinal = ahead.last_ordinal.saturating_add(1);
        let ordinal = ahead.last_ordinal;
        let mut holes = Vec::with_capacity(calls.len());
        for (index, call) in (0..).zip(calls) {
            holes.push(self.foresee(ahead.next, CallKey { ordinal, index }, call)?);
            ahead.next += 1;
        }
        self.ahead = Some(ahead);
        Some(holes)
    }

    /// Makes a call, which may have left already.
    fn reach(&mut self, key: CallKey, call: NewCall) -> HoleId {
        let id = number(self.reached);
        let asked = Box::new(call.clone());
        let early = self.get_mut(id).and_then(|hole| hole.early.take());
        let is_this = |early: &NewCall| self.key(id) == Some(key) && self.same(early, &call);
        match early {
            Some(early) if is_this(&early) => {
                let key_of_left = self.get_mut(id).and_then(|hole| match hole.state {
                    State::Foreseen => {
                        hole.state = State::Unissued;
                        None
                    }
                    State::Unissued => None,
                    State::Issued | State::Filled(_) | State::Failed(_) | State::Forgotten => Some(hole.key),
                });
                let waits = |hole: &Hole| matches!(hole.state, State::Unissued);
                if self.get(id).is_some_and(waits) && !self.queued.iter().any(|(queued, _)| *queued == id) {
                    self.queue(id, call);
                }
                self.newly_reached.extend(key_of_left);
            }
            early => {
                if let Some(hole) = self.get_mut(id) {
                    hole.early = early;
                }
                self.lose_early();
                self.holes.push(Hole::new(key, State::Unissued, None));
                self.queue(id, call);
            }
        }
        if let Some(hole) = self.get_mut(id) {
            hole.asked = Some(asked);
        }
        self.reached += 1;
        id
    }

    /// Finds a call ahead of the program.
    fn foresee(&mut self, place: usize, key: CallKey, call: NewCall) -> Option<HoleId> {
        let id = number(place);
        let is_known = !call.texts().any(|text| text.holes().any(|hole| hole == UNKNOWN));
        let Some(hole) = self.get(id) else {
            let state = if is_known { State::Unissued } else { State::Foreseen };
            self.holes.push(Hole::new(key, state, Some(Box::new(call.clone()))));
            if is_known {
                self.queue(id, call);
            }
            return Some(id);
        };
        if hole.key != key || !self.same(hole.early.as_deref()?, &call) {
            return None;
        }
        if is_known && matches!(hole.state, State::Foreseen) {
            if let Some(hole) = self.get_mut(id) {
                hole.state = State::Unissued;
                hole.early = Some(Box::new(call.clone()));
            }
            self.queue(id, call);
        }
        Some(id)
    }

    /// Puts a call among those that have not left, in the order of the calls.
    fn queue(&mut self, id: HoleId, call: NewCall) {
        let place = self.queued.partition_point(|(queued, _)| *queued < id);
        self.queued.insert(place, (id, call));
    }

    /// Tells whether a call that was found ahead is the one that is made. What was not known of it is what it is.
    fn same(&self, early: &NewCall, made: &NewCall) -> bool {
        let same_text = |early: &Text, made: &Text| {
            let (early, made) = (self.filled(early), self.filled(made));
            early.holes().any(|hole| hole == UNKNOWN) || same_pieces(&early, &made)
        };
        early.kind == made.kind
            && early.model == made.model
            && early.max_tokens == made.max_tokens
            && early.schema == made.schema
            && same_text(&early.prompt, &made.prompt)
            && match (&early.context, &made.context) {
                (None, None) => true,
                (Some(early), Some(made)) => same_text(early, made),
                _ => false,
            }
    }

    fn filled(&self, text: &Text) -> Text {
        text.fill(|id| self.reply(id).cloned()).unwrap_or_else(|_| text.clone())
    }

    /// Gives up the calls that were found ahead: the program won't come to them.
    pub fn lose_early(&mut self) {
        let reached = self.reached.max(self.turn_start);
        for hole in self.holes.drain(reached.min(self.holes.len())..) {
            match hole.state {
                State::Foreseen | State::Unissued => {}
                State::Issued => {
                    self.lost.push(hole.key);
                    self.lost_in_flight.push(hole.key);
                }
                State::Filled(_) | State::Failed(_) | State::Forgotten => self.lost.push(hole.key),
            }
        }
        self.queued.retain(|(id, _)| (id.0 as usize) < reached);
    }

    /// Takes the calls that can leave. A call that asks with a failed reply in its prompt fails without leaving.
    pub fn take_ready(&mut self) -> Vec<IssuedCall> {
        let mut ready = Vec::new();
        let mut waiting = Vec::new();
        for (id, mut call) in std::mem::take(&mut self.queued) {
            let Some(key) = self.key(id) else { continue };
            // A call of this number that the program did not come to is still under way: one after the other.
            let readiness = match self.lost_in_flight.contains(&key) {
                true => Readiness::Waits,
                false => self.complete(&mut call),
            };
            match readiness {
                Readiness::Waits => waiting.push((id, call)),
                Readiness::Fails(failure) => {
                    if let Some(hole) = self.get_mut(id) {
                        hole.state = State::Failed(Box::new(failure));
                    }
                }
                Readiness::Leaves => {
                    if let Some(hole) = self.get_mut(id) {
                        hole.state = State::Issued;
                    }
                    ready.push(IssuedCall {
                        key,
                        kind: call.kind,
                        prompt: call.prompt,
                        context: call.context,
                        model: call.model,
                        max_tokens: call.max_tokens,
                        schema: call.schema,
                        early: id.0 as usize >= self.reached,
                    });
                }
            }
        }
        self.queued = waiting;
        ready
    }

    fn complete(&self, call: &mut NewCall) -> Readiness {
        for text in [Some(&mut call.prompt), call.context.as_mut()].into_iter().flatten() {
            if !text.has_holes() {
                continue;
            }
            let holes: Vec<HoleId> = text.holes().collect();
            if let Some(failure) = holes.iter().find_map(|id| self.failure(*id)) {
                return Readiness::Fails(CallFailure {
                    kind: "prompt_failed".into(),
                    message: format!("its prompt holds a reply that failed: {}", failure.message),
                    hint: failure.hint.clone(),
                });
            }
            if !holes.iter().all(|id| self.is_settled(*id)) {
                return Readiness::Waits;
            }
            match text.fill(|id| self.reply(id).cloned()) {
                Ok(filled) => *text = filled,
                Err(error) => {
                    return Readiness::Fails(CallFailure {
                        kind: "prompt_too_long".into(),
                        message: error.to_string(),
                        hint: None,
                    });
                }
            }
        }
        Readiness::Leaves
    }
}

enum Readiness {
    Leaves,
    Waits,
    Fails(CallFailure),
}

/// Tells whether two texts are the same bytes around the same holes.
fn same_pieces(left: &Text, right: &Text) -> bool {
    if !left.has_holes() && !right.has_holes() {
        return left == right;
    }
    let runs = |text: &Text| {
        let mut runs = vec![(String::new(), None)];
        for piece in text.pieces() {
            match (piece, runs.last_mut()) {
                (Piece::Str { text, .. }, Some((run, _))) => run.push_str(text),
                (Piece::Hole(id), Some((_, hole))) => {
                    *hole = Some(id);
                    runs.push((String::new(), None));
                }
                (_, None) => {}
            }
        }
        runs
    };
    runs(left) == runs(right)
}
