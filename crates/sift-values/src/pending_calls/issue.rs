//! Makes model calls, and issues them once their prompts are complete.

use sift_text::{PendingId, Piece, Text};

use super::{CallEntry, CallFailure, CallKey, IssuedCall, NewCall, PendingCalls, State, UNKNOWN, number};

impl PendingCalls {
    /// Makes calls that are issued together, and returns their pending values. During speculation,
    /// returns `None` if speculation had found different calls at this point before.
    pub fn make(&mut self, calls: Vec<NewCall>) -> Option<Vec<PendingId>> {
        let Some(mut speculation) = self.speculation else {
            self.last_ordinal = self.last_ordinal.saturating_add(1);
            let ordinal = self.last_ordinal;
            let calls = (0..).zip(calls);
            return Some(
                calls
                    .map(|(index, call)| self.reach(CallKey { ordinal, index }, call))
                    .collect(),
            );
        };
        speculation.last_ordinal = speculation.last_ordinal.saturating_add(1);
        let ordinal = speculation.last_ordinal;
        let mut entries = Vec::with_capacity(calls.len());
        for (index, call) in (0..).zip(calls) {
            entries.push(self.add_speculative(speculation.next, CallKey { ordinal, index }, call)?);
            speculation.next += 1;
        }
        self.speculation = Some(speculation);
        Some(entries)
    }

    /// Makes a call of the program. If speculation has already found the same call, that one is
    /// used.
    fn reach(&mut self, key: CallKey, call: NewCall) -> PendingId {
        let id = number(self.reached);
        let asked = Box::new(call.clone());
        let early = self.get_mut(id).and_then(|entry| entry.early.take());
        let is_this = |early: &NewCall| self.key(id) == Some(key) && self.same(early, &call);
        match early {
            Some(early) if is_this(&early) => {
                let key_of_left = self.get_mut(id).and_then(|entry| match entry.state {
                    State::Incomplete => {
                        entry.state = State::Unissued;
                        None
                    }
                    State::Unissued => None,
                    State::Issued | State::Replied(_) | State::Failed(_) | State::Forgotten => Some(entry.key),
                });
                let waits = |entry: &CallEntry| matches!(entry.state, State::Unissued);
                if self.get(id).is_some_and(waits) && !self.queued.iter().any(|(queued, _)| *queued == id) {
                    self.queue(id, call);
                }
                self.newly_reached.extend(key_of_left);
            }
            early => {
                if let Some(entry) = self.get_mut(id) {
                    entry.early = early;
                }
                self.discard_early();
                self.entries.push(CallEntry::new(key, State::Unissued, None));
                self.queue(id, call);
            }
        }
        if let Some(entry) = self.get_mut(id) {
            entry.asked = Some(asked);
        }
        self.reached += 1;
        id
    }

    /// Adds a call found by speculation. Returns `None` if a different call was found at this place
    /// before.
    fn add_speculative(&mut self, place: usize, key: CallKey, call: NewCall) -> Option<PendingId> {
        let id = number(place);
        let is_known = !call
            .texts()
            .any(|text| text.pending_ids().any(|entry| entry == UNKNOWN));
        let Some(entry) = self.get(id) else {
            let state = if is_known { State::Unissued } else { State::Incomplete };
            self.entries
                .push(CallEntry::new(key, state, Some(Box::new(call.clone()))));
            if is_known {
                self.queue(id, call);
            }
            return Some(id);
        };
        if entry.key != key || !self.same(entry.early.as_deref()?, &call) {
            return None;
        }
        if is_known && matches!(entry.state, State::Incomplete) {
            if let Some(entry) = self.get_mut(id) {
                entry.state = State::Unissued;
                entry.early = Some(Box::new(call.clone()));
            }
            self.queue(id, call);
        }
        Some(id)
    }

    /// Inserts a call into the queue of unissued calls, which is ordered by call number.
    fn queue(&mut self, id: PendingId, call: NewCall) {
        let place = self.queued.partition_point(|(queued, _)| *queued < id);
        self.queued.insert(place, (id, call));
    }

    /// Returns `true` if a call found by speculation matches the call that was made. Unknown parts
    /// match anything.
    fn same(&self, early: &NewCall, made: &NewCall) -> bool {
        let same_text = |early: &Text, made: &Text| {
            let (early, made) = (self.filled(early), self.filled(made));
            early.pending_ids().any(|entry| entry == UNKNOWN) || same_pieces(&early, &made)
        };
        early.kind == made.kind
            && early.model == made.model
            && early.max_tokens == made.max_tokens
            && early.schema == made.schema
            && early.images == made.images
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

    /// Discards all calls found by speculation that the program has not reached, because it won't
    /// reach them.
    pub fn discard_early(&mut self) {
        let reached = self.reached.max(self.turn_start);
        for entry in self.entries.drain(reached.min(self.entries.len())..) {
            match entry.state {
                State::Incomplete | State::Unissued => {}
                State::Issued => {
                    self.lost.push(entry.key);
                    self.lost_in_flight.push(entry.key);
                }
                State::Replied(_) | State::Failed(_) | State::Forgotten => self.lost.push(entry.key),
            }
        }
        self.queued.retain(|(id, _)| (id.0 as usize) < reached);
    }

    /// Removes from the queue and returns the calls whose prompts are complete. A call whose prompt
    /// contains a failed reply fails without being issued.
    pub fn take_ready(&mut self) -> Vec<IssuedCall> {
        let mut ready = Vec::new();
        let mut waiting = Vec::new();
        for (id, mut call) in std::mem::take(&mut self.queued) {
            let Some(key) = self.key(id) else { continue };
            // A discarded call with the same key is still in flight; it must return first.
            let readiness = match self.lost_in_flight.contains(&key) {
                true => Readiness::Waits,
                false => self.complete(&mut call),
            };
            match readiness {
                Readiness::Waits => waiting.push((id, call)),
                Readiness::Fails(failure) => {
                    if let Some(entry) = self.get_mut(id) {
                        entry.state = State::Failed(Box::new(failure));
                    }
                }
                Readiness::Leaves => {
                    if let Some(entry) = self.get_mut(id) {
                        entry.state = State::Issued;
                    }
                    ready.push(IssuedCall {
                        key,
                        kind: call.kind,
                        prompt: call.prompt,
                        context: call.context,
                        model: call.model,
                        max_tokens: call.max_tokens,
                        schema: call.schema,
                        images: call.images,
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
            if !text.has_pending() {
                continue;
            }
            let entries: Vec<PendingId> = text.pending_ids().collect();
            if let Some(failure) = entries.iter().find_map(|id| self.failure(*id)) {
                return Readiness::Fails(CallFailure {
                    kind: "prompt_failed".into(),
                    message: format!("its prompt holds a reply that failed: {}", failure.message),
                    hint: failure.hint.clone(),
                });
            }
            if !entries.iter().all(|id| self.is_settled(*id)) {
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

/// Returns `true` if two texts consist of the same bytes and the same pending values, in the same
/// order.
fn same_pieces(left: &Text, right: &Text) -> bool {
    if !left.has_pending() && !right.has_pending() {
        return left == right;
    }
    let runs = |text: &Text| {
        let mut runs = vec![(String::new(), None)];
        for piece in text.pieces() {
            match (piece, runs.last_mut()) {
                (Piece::Str { text, .. }, Some((run, _))) => run.push_str(text),
                (Piece::Pending(id), Some((_, entry))) => {
                    *entry = Some(id);
                    runs.push((String::new(), None));
                }
                (_, None) => {}
            }
        }
        runs
    };
    runs(left) == runs(right)
}
