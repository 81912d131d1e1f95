//! A run, executed turn by turn until its answer or another end.

mod best_effort;
mod child;
mod compaction;
mod direct;
mod end;
mod ending;
mod guard_state;
mod guards;
mod review;
mod state;
mod supplied;
mod turn;
mod verify;

use rlm_calls::{context_data, over, stopped};
use rlm_model::{Finish, Message};
use rlm_policy::{Answer, LimitReached, Outcome, TruncationCause};
use rlm_prompt::{
    AnswerRejection, NoProgram, Turn,
    reply::{self, Action, Final},
};
use rlm_settings::program_form;
use rlm_trace::{ChildStarted, Event, RunStarted, StepKind, TurnStarted};
use sift_text::Text;
use sift_vm::{Machine, Variable};
use tracing::Instrument as _;

pub(crate) use child::carry_out_child;
pub(crate) use direct::direct_message;
pub use end::MAX_MEMORY_BYTES;
pub(crate) use ending::Ending;
pub(crate) use state::Run;

use crate::error::RunError;
use crate::result::RunResult;
use crate::text::is_blank;
use review::{AnswerSource, CandidateAnswer, Review};

impl Run {
    /// Executes the run to its end, and records the end.
    ///
    /// # Errors
    /// [`RunError`] if the run can't continue.
    pub(crate) async fn carry_out(mut self, started: RunStarted) -> Result<RunResult, RunError> {
        let id = started.run.clone();
        self.start(started)?;
        let span = tracing::info_span!("run", run = %id);
        let ended = async move {
            tracing::info!("begun");
            match self.end().await {
                Ok(ending) => self.finish(id, ending).await,
                Err(error) => {
                    self.fail(&error);
                    // The error of the run is more useful than that of its record.
                    let _ = self.tree.recorder.flush().await;
                    Err(error)
                }
            }
        };
        let result = ended.instrument(span.clone()).await;
        span.in_scope(|| match &result {
            Ok(result) => tracing::info!(outcome = result.outcome.name(), "ended"),
            Err(error) => tracing::info!(code = error.code(), "failed"),
        });
        result
    }

    /// Records the start of the run.
    pub(crate) fn start(&mut self, started: RunStarted) -> Result<(), RunError> {
        let late = (0..)
            .zip(&started.context)
            .filter(|(_, source)| source.digest.is_none());
        self.late_sources = late.map(|(number, _)| number).collect();
        self.record(Event::RunStarted(Box::new(started)))
    }

    /// Executes a child run.
    ///
    /// # Errors
    /// As [`carry_out`](Self::carry_out).
    pub(crate) async fn carry_out_child(mut self, started: ChildStarted) -> Result<Ending, RunError> {
        self.record(Event::ChildStarted(Box::new(started)))?;
        let span = tracing::info_span!("child", path = %self.dispatcher.path);
        let ended = self.end().instrument(span).await;
        self.finish_child(&ended)?;
        ended
    }

    async fn end(&mut self) -> Result<Ending, RunError> {
        match self.turns().await? {
            Ending::Limit(limit) => self.end_at(limit).await,
            ending => Ok(ending),
        }
    }

    async fn turns(&mut self) -> Result<Ending, RunError> {
        if self.is_root()
            && self.tree.settings.routing.is_direct()
            && let Some(ending) = self.answer_directly().await?
        {
            return Ok(ending);
        }
        loop {
            if let Some(ending) = self.begin_turn(StepKind::RootCall).await? {
                return Ok(ending);
            }
            let step = tracing::info_span!("step", step = self.turn);
            if let Some(ending) = self.take_turn().instrument(step).await? {
                return Ok(ending);
            }
        }
    }

    /// Takes a turn: requests a program and acts on the reply. Returns the end of the run, if the
    /// turn ends it.
    async fn take_turn(&mut self) -> Result<Option<Ending>, RunError> {
        tracing::debug!("begun");
        self.compact().await?;
        if let Some(stop) = over(&self.dispatcher) {
            return Ok(Some(self.stopped(stop)));
        }
        self.note_left_out();
        let messages = self.messages();
        let settled = match self.dispatcher.ask_for_program(self.turn, messages).await {
            Ok(settled) => settled,
            Err(failure) => return self.root_failed(failure).map(Some),
        };
        for note in &settled.reply.notes {
            self.dispatcher.note(self.turn, "model", note.0.to_string());
        }
        self.set_aside_before(&settled.reply.text)?;
        if let Some(ending) = self.answer_reply(&settled.reply.text, settled.reply.finish).await? {
            return Ok(Some(ending));
        }
        self.set_aside_after(&settled.spent)?;
        Ok(self.invalid_limit().map(Ending::Limit))
    }

    /// Starts a turn. Returns the end of the run if no turn can start.
    async fn begin_turn(&mut self, step: StepKind) -> Result<Option<Ending>, RunError> {
        if let Some(stop) = over(&self.dispatcher) {
            return Ok(Some(self.stopped(stop)));
        }
        if self.supplied_from == Some(self.turn.saturating_add(1)) {
            return Ok(Some(Ending::HandedOver));
        }
        self.change_course()?;
        if let Err(kind) = self.tree.ledger.begin_step(self.dispatcher.grant) {
            return self.cannot_go_on(kind).map(Some);
        }
        self.count_turn(step)?;
        Ok(None)
    }

    fn count_turn(&mut self, step: StepKind) -> Result<(), RunError> {
        self.turn = self.turn.saturating_add(1);
        self.record(Event::TurnStarted(TurnStarted {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            step,
        }))?;
        let settings = &self.tree.settings;
        if self.turn == 1
            && self.is_root()
            && settings.recursion.recursive_subcalls == Some(true)
            && !settings.limits.has_child_runs_below(0)
        {
            let text =
                "recursive sub-calls have no effect at this depth: child runs need a maximum depth of at least 2";
            self.dispatcher.note(self.turn, "recursive_subcalls", text.to_owned());
        }
        Ok(())
    }

    /// Applies the recorded changes of settings at the next turn of a resumed or forked root run.
    fn change_course(&mut self) -> Result<(), RunError> {
        let next = self.turn.saturating_add(1);
        let recording = self
            .tree
            .recording
            .clone()
            .filter(|_| self.dispatcher.path.depth() == 0);
        let Some(change) = recording.as_ref().and_then(|recording| recording.override_at(next)) else {
            return Ok(());
        };
        if let Some(limits) = &change.limits {
            self.tree.ledger.continue_with(limits, &change.spent);
            self.steps = limits.steps;
        }
        if let Some(prompts) = &change.prompts {
            self.tree.set_prompts(prompts.clone())?;
            let limits = self.tree.ledger.read(|ledger| ledger.limits().clone());
            let search = self.dispatcher.search.is_enabled();
            let programs = program_form(self.dispatcher.constraint);
            let settings = &self.tree.settings;
            let system = settings.root_system(prompts, settings.limited(&limits, search, programs))?;
            self.conversation.set_system(system);
        }
        Ok(())
    }

    /// Acts on a reply of the root model. Returns the end of the run, if the reply ends it.
    async fn answer_reply(&mut self, text: &str, finish: Finish) -> Result<Option<Ending>, RunError> {
        if let Some(ending) = self.make_machine().await? {
            return Ok(Some(ending));
        }
        let reading = match self.dispatcher.constraint {
            Some(_) => reply::read_constrained(text),
            None => reply::read(text),
        };
        let mut notes: Vec<String> = reading.notes.iter().map(ToString::to_string).collect();
        match finish {
            Finish::Length => notes.push("your reply was cut at its output limit; write shorter programs.".to_owned()),
            Finish::Budget => notes.push(
                "your reply was cut because the budget had no room for a longer one; write very short programs, and answer soon."
                    .to_owned(),
            ),
            Finish::Stop | Finish::Filtered | Finish::Other => {}
        }
        for note in &reading.notes {
            self.tree
                .recorder
                .remark(&self.dispatcher.path, self.turn, note.code(), note.to_string());
        }
        let kept = text.get(..reading.kept).unwrap_or(text);
        match reading.action {
            Action::Program { source, then } => self.run_program(&source, then, kept, notes).await,
            Action::Final(value) => {
                match TruncationCause::from_finish(finish).filter(|_| self.tree.settings.guards.whole_answers) {
                    Some(cut) => self.take_cut(value, kept, cut).await,
                    None => self.take_final(value, kept).await,
                }
            }
            Action::Nothing(reason) => match self.fallback() {
                Some((program, note)) => {
                    notes.push(note);
                    self.run_program(&program, None, kept, notes).await
                }
                None => self.nothing_to_run(&reason, kept),
            },
        }
    }

    /// Creates the run's virtual machine, if there is none yet. Waits until mapped files of the
    /// context are read.
    async fn make_machine(&mut self) -> Result<Option<Ending>, RunError> {
        if self.machine.is_some() {
            return Ok(None);
        }
        if !self.tree.context.is_counted() {
            let context = self.tree.context.clone();
            let counted = tokio::task::spawn_blocking(move || context.count());
            tokio::select! {
                biased;
                stop = stopped(&self.dispatcher) => return Ok(Some(self.stopped(stop))),
                // If that thread is lost, the machine's creation blocks instead.
                _ = counted => {}
            }
        }
        self.make_machine_at_once()?;
        Ok(None)
    }

    /// Creates the run's virtual machine. Blocks until mapped files are read.
    pub(crate) fn make_machine_at_once(&mut self) -> Result<(), RunError> {
        self.tree.context.check()?;
        for warning in self.tree.context.late_warnings() {
            self.dispatcher.note(self.turn, "context", warning.to_string());
        }
        let data = context_data(&self.tree.context);
        let mut machine = self.tree.settings.machine(data, &self.question, 0)?;
        if let Some(session) = &self.session
            && let Err(error) = machine.set("memory", &session.memory)
        {
            let text = format!("`memory` was empty in programs, and is unchanged: {error}");
            self.dispatcher.note(self.turn, "memory", text);
            // Otherwise the contents of a new, empty `memory` would replace those of the session.
            self.session = None;
        }
        self.restore_variables(&mut machine);
        self.machine = Some(machine);
        Ok(())
    }

    /// Sets the variables that the session keeps. Those that don't fit into the machine's memory
    /// are noted.
    fn restore_variables(&self, machine: &mut Machine) {
        let kept = self.session.as_ref().and_then(|session| session.variables.as_ref());
        for (name, value) in kept.into_iter().flatten() {
            if let Err(error) = machine.set(name, value) {
                let text = format!("the variable `{name}` of an earlier question is not set: {error}");
                self.dispatcher.note(self.turn, "variables", text);
            }
        }
    }

    /// Handles a final answer that a reply states outside of a program.
    async fn take_final(&mut self, value: Final, kept: &str) -> Result<Option<Ending>, RunError> {
        let answer = match value {
            Final::Text(text) => Some(Text::from_string(text)),
            // The content of the predefined dict `answer` is the answer, whether or not it is
            // marked as ready.
            Final::Variable(name) if name == "answer" => {
                let source = "FINAL(answer['content'] if isinstance(answer, dict) and 'content' in answer else answer)";
                return self.run_program(source, None, kept, Vec::new()).await;
            }
            Final::Variable(name) => match self.variable(&name) {
                Some(text) => Some(text),
                None => return self.nothing_to_run(&NoProgram::NoSuchVariable(name, self.variable_names()), kept),
            },
            Final::Expression(source) => match self.variable(&source) {
                Some(text) => Some(text),
                None => {
                    let program = format!("FINAL({source})");
                    let compiles = self
                        .machine
                        .as_mut()
                        .is_some_and(|machine| machine.compile(&program).is_ok());
                    if compiles {
                        return self.run_program(&program, None, kept, Vec::new()).await;
                    }
                    Some(Text::from_string(source))
                }
            },
        };
        match answer.filter(|answer| !is_blank(answer)) {
            Some(answer) => self.take(answer, kept).await,
            None => self.nothing_to_run(&NoProgram::EmptyFinal, kept),
        }
    }

    /// Handles a final answer whose reply was truncated. The answer is sent back once; the next
    /// truncated one is a partial answer.
    async fn take_cut(&mut self, value: Final, kept: &str, cut: TruncationCause) -> Result<Option<Ending>, RunError> {
        if !self.told_of_cut && self.turn < self.steps {
            self.told_of_cut = true;
            let reason = match cut {
                TruncationCause::OutputLimit => {
                    "your reply was cut at its output limit, so its end is missing. Answer in fewer words, or let a program bind the \
                     answer to a variable and send FINAL_VAR(name)."
                }
                TruncationCause::Budget => {
                    "your reply was cut because the budget had no room for a longer one, so its end is missing. Answer in a few words."
                }
                TruncationCause::ContentFilter => {
                    "the provider's content filter cut your reply, so a part of it may be missing. Give the answer in other words."
                }
            };
            let rejection = AnswerRejection {
                answer: match value {
                    Final::Text(text) | Final::Variable(text) | Final::Expression(text) => text,
                },
                reasons: vec![reason.into()],
            };
            let said = self.tree.prompts().set_aside(&rejection, self.next_turn())?;
            self.observe(kept, said)?;
            return Ok(None);
        }
        let answer = match self.take_final(value, kept).await? {
            Some(Ending::Answer(answer)) => answer,
            ending => return Ok(ending),
        };
        let limit = LimitReached::AnswerCut { by: cut };
        self.record_limit(&limit, None)?;
        Ok(Some(Ending::Other {
            message: format!("{limit}; {}", limit.hint()),
            outcome: Outcome::at_limit(limit, Answer::BestEffort),
            answer: Some(answer),
        }))
    }

    /// Checks an answer in the text of a reply, and accepts it or sends it back.
    async fn take(&mut self, answer: Text, kept: &str) -> Result<Option<Ending>, RunError> {
        let given = CandidateAnswer {
            answer,
            by: AnswerSource::Reply,
        };
        match self.review(given).await? {
            Review::Taken(answer) => Ok(Some(Ending::Answer(answer))),
            Review::Ends(ending) => Ok(Some(ending)),
            Review::Rejected(rejection) => {
                let said = self.tree.prompts().set_aside(&rejection, self.next_turn())?;
                self.observe(kept, said)?;
                Ok(None)
            }
        }
    }

    /// Returns the `str` form of a variable, without recording anything.
    pub(crate) fn look_at(&mut self, name: &str) -> Option<Text> {
        self.machine.as_mut()?.look_at(name)
    }

    fn variable(&mut self, name: &str) -> Option<Text> {
        self.machine.as_mut()?.variable_text(name)
    }

    fn ready_answer(&mut self) -> Option<Text> {
        self.machine.as_mut()?.ready_answer()
    }

    /// Returns the variables that programs have bound.
    pub(crate) fn variables(&self) -> Vec<Variable> {
        self.machine.as_ref().map(Machine::variables).unwrap_or_default()
    }

    fn variable_names(&self) -> Vec<String> {
        let names = self.variables().into_iter().map(|variable| variable.name.to_string());
        names.collect()
    }

    fn nothing_to_run(&mut self, reason: &NoProgram, kept: &str) -> Result<Option<Ending>, RunError> {
        self.count_invalid();
        self.guard_state.say(kept);
        let said =
            self.tree
                .prompts()
                .no_program(reason, program_form(self.dispatcher.constraint), self.next_turn())?;
        self.observe(kept, said)?;
        Ok(None)
    }

    /// Adds a turn to the conversation, and records the message that the root model is shown.
    fn observe(&mut self, kept: &str, said: String) -> Result<(), RunError> {
        self.conversation.add(self.turn, kept, &said);
        self.record(Event::Observation(rlm_trace::Observation {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            text: said,
        }))
    }

    /// Returns the messages to send to the root model.
    fn messages(&self) -> Vec<Message> {
        self.conversation.messages(&self.tree.settings.history)
    }

    /// Adds a note if turns are omitted from the messages because of their length.
    fn note_left_out(&self) {
        let history = &self.tree.settings.history;
        if history.max_tokens.is_none() {
            return;
        }
        let text = "max_history_tokens is deprecated: the content of omitted turns is lost; compaction keeps it";
        self.dispatcher
            .note(self.turn, "max_history_tokens_deprecated", text.to_owned());
        if self.conversation.left_out(history) > 0 {
            let text = "the oldest turns were omitted from the messages".to_owned();
            self.dispatcher.note(self.turn, "turns_left_out", text);
        }
    }

    const fn next_turn(&self) -> Turn {
        Turn {
            next: self.turn.saturating_add(1),
            steps: self.steps,
        }
    }

    pub(crate) fn record(&self, event: Event) -> Result<(), RunError> {
        self.tree.recorder.write(event);
        Ok(self.tree.recorder.check()?)
    }
}
