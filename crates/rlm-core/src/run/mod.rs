//! One run: turn after turn until an answer or an end.

mod certain;
mod child;
mod conversation;
mod desk;
mod parts;
mod program;
mod prompt_tokens;
mod recorder;
mod retrieval;
mod turn;

use std::sync::Arc;

use rlm_context::Context;
use rlm_model::{Finish, ModelErrorKind, RunId};
use rlm_policy::{Answer, LimitReached, OnLimit, Outcome};
use rlm_scheduler::{CallFailure, FailureKind};
use rlm_text::{SourceId, Text};
use rlm_trace::{CheckedQuote, ChildStarted, Event, FinalValue, LimitHit, RunEnded, RunStarted, TurnStarted};
use rlm_vm::Machine;

pub(crate) use certain::Certain;
pub(crate) use child::Tree;
pub(crate) use conversation::Conversation;
pub(crate) use desk::{Desk, Occurrences, Seat, Seats};
pub(crate) use parts::{context_data, recorded_digest, source_read, sources};
pub(crate) use program::{ProgramEnd, Ran, Stop, run as run_program};
pub(crate) use prompt_tokens::counter;
pub(crate) use recorder::Recorder;
pub(crate) use retrieval::Retrieval;

use crate::citation::{Citation, cite};
use crate::error::RunError;
use crate::prompt::{NoProgram, ProgramForm, Prompts, Turn};
use crate::quotation::{self, Quote};
use crate::reply::{self, Action, Final};
use crate::result::RunResult;

/// What the reply to the extract prompt begins with where nothing can be said.
const CANNOT_DETERMINE: &str = "CANNOT_DETERMINE";

/// A run under way.
pub(crate) struct Run<'a> {
    pub(crate) question: &'a str,
    pub(crate) context: &'a Context,
    pub(crate) prompts: &'a Prompts,
    pub(crate) desk: Desk,
    pub(crate) conversation: Conversation,
    /// None while a program runs, and before the first one.
    pub(crate) machine: Option<Machine>,
    /// What the machine is made with, once the context was read.
    pub(crate) machine_settings: Option<rlm_vm::Settings>,
    /// What its programs count tokens by.
    pub(crate) tokenizer: Option<Arc<dyn rlm_text::Tokenizer>>,
    /// The sources that had not been read when the run began.
    pub(crate) late_sources: Vec<u32>,
    pub(crate) turn: u32,
    pub(crate) steps: u32,
    pub(crate) on_limit: OnLimit,
    pub(crate) shown_output: usize,
    pub(crate) slice: u64,
    /// Whether the model was told that binding `answer` ends nothing.
    pub(crate) told_of_answer: bool,
}

/// How a run ends.
pub(crate) enum Ending {
    /// With its answer.
    Answer(Text),
    /// Otherwise.
    Other {
        outcome: Outcome,
        answer: Option<Text>,
        message: String,
    },
}

impl Run<'_> {
    /// Carries the run to its end.
    ///
    /// # Errors
    /// [`RunError`], where there is nothing to be said of it; the journal ends without an outcome then.
    pub(crate) async fn carry_out(mut self, started: RunStarted) -> Result<RunResult, RunError> {
        let late = (0..)
            .zip(&started.context)
            .filter(|(_, source)| source.digest.is_none());
        self.late_sources = late.map(|(number, _)| number).collect();
        let id = started.run.clone();
        self.record(Event::RunStarted(Box::new(started)))?;
        match self.turns().await {
            Ok(ending) => self.finish(id, ending).await,
            Err(error) => {
                // The journal says as much of the end as it can; where it is the journal that failed, that is nothing.
                self.desk.recorder.write(Event::Outcome(Box::new(RunEnded {
                    run: self.desk.path.clone(),
                    outcome: error.outcome().name().into(),
                    answer: None,
                    message: Some(error.to_string()),
                    totals: self.desk.recorder.totals(),
                })));
                Err(error)
            }
        }
    }

    /// Carries a child run to its end.
    ///
    /// # Errors
    /// As [`carry_out`](Self::carry_out).
    pub(crate) async fn carry_out_child(mut self, started: ChildStarted) -> Result<Ending, RunError> {
        self.record(Event::ChildStarted(Box::new(started)))?;
        let ended = self.turns().await;
        let (outcome, answer, message) = match &ended {
            Ok(Ending::Answer(answer)) => (Outcome::Complete, Some(answer), None),
            Ok(Ending::Other {
                outcome,
                answer,
                message,
            }) => (outcome.clone(), answer.as_ref(), Some(message.clone())),
            Err(error) => (error.outcome(), None, Some(error.to_string())),
        };
        let answer = answer.map(|answer| answer.to_flat().unwrap_or_default().into_owned());
        if let Some(value) = &answer {
            // Where its words stand is asked of the whole run's answer.
            self.record(Event::Final(FinalValue {
                run: self.desk.path.clone(),
                turn: self.turn,
                value: value.clone(),
                citations: Vec::new(),
                quotes: Vec::new(),
            }))?;
        }
        self.record(Event::Outcome(Box::new(RunEnded {
            run: self.desk.path.clone(),
            outcome: outcome.name().into(),
            answer,
            message,
            totals: self.desk.recorder.totals_of_child(&self.desk.path),
        })))?;
        ended
    }

    async fn turns(&mut self) -> Result<Ending, RunError> {
        loop {
            if let Some(stop) = program::over(&self.desk) {
                return Ok(self.stopped(stop));
            }
            match self.desk.ledger.begin_step(self.desk.grant) {
                Ok(()) => {}
                Err(FailureKind::Refused(limit @ LimitReached::MaxStepsExceeded { .. }))
                    if self.on_limit == OnLimit::Finalize =>
                {
                    return self.extract(limit).await;
                }
                Err(kind) => return self.cannot_go_on(kind),
            }
            self.turn = self.turn.saturating_add(1);
            self.record(Event::TurnStarted(TurnStarted {
                run: self.desk.path.clone(),
                turn: self.turn,
            }))?;
            let settled = match self.desk.ask_for_program(self.turn, self.conversation.messages()).await {
                Ok(settled) => settled,
                Err(failure) => return self.root_failed(failure),
            };
            for note in &settled.reply.notes {
                self.desk.note(self.turn, "model", note.0.to_string());
            }
            if let Some(ending) = self.answer_reply(&settled.reply.text, settled.reply.finish).await? {
                return Ok(ending);
            }
        }
    }

    /// Does what a reply says; returns the run's end, if it is one.
    async fn answer_reply(&mut self, text: &str, finish: Finish) -> Result<Option<Ending>, RunError> {
        if let Some(ending) = self.make_machine().await? {
            return Ok(Some(ending));
        }
        let reading = match self.desk.held {
            Some(_) => reply::read_constrained(text),
            None => reply::read(text),
        };
        let mut notes: Vec<String> = reading.notes.iter().map(ToString::to_string).collect();
        if finish == Finish::Length {
            notes.push("your reply was cut at its output limit; write shorter programs.".to_owned());
        }
        for note in &reading.notes {
            self.desk
                .recorder
                .remark(&self.desk.path, self.turn, note.code(), note.to_string());
        }
        let kept = text.get(..reading.kept).unwrap_or(text);
        match reading.action {
            Action::Program { source, then } => self.run_program(&source, then, kept, notes).await,
            Action::Final(value) => self.take_final(value, kept).await,
            Action::Nothing(reason) => self.nothing_to_run(&reason, kept),
        }
    }

    /// Makes the machine, if there is none yet: it needs the context, of which mapped files may still be read.
    async fn make_machine(&mut self) -> Result<Option<Ending>, RunError> {
        let Some(settings) = self.machine_settings.take() else {
            return Ok(None);
        };
        if !self.context.is_counted() {
            let context = self.context.clone();
            let counted = tokio::task::spawn_blocking(move || context.count());
            tokio::select! {
                biased;
                stop = program::stopped(&self.desk) => return Ok(Some(self.stopped(stop))),
                // If that thread is lost, the machine waits itself.
                _ = counted => {}
            }
        }
        self.context.check()?;
        for warning in self.context.late_warnings() {
            self.desk.note(self.turn, "context", warning.to_string());
        }
        let machine = Machine::new(settings, context_data(self.context), self.question);
        self.machine = Some(machine.with_tokenizer(self.tokenizer.clone()));
        Ok(None)
    }

    /// Writes down what was found out about sources that had not been read when the run began.
    async fn record_late_sources(&self) -> Result<(), RunError> {
        for number in &self.late_sources {
            let (number, context) = (*number, self.context.clone());
            let read = tokio::task::spawn_blocking(move || {
                let read = source_read(number, context.document(SourceId(number))?);
                // Whether it was the same to the last step was checked; a digest of what came later says nothing.
                context.check().is_ok().then_some(read)
            });
            if let Ok(Some(read)) = read.await {
                self.record(Event::SourceRead(read))?;
            }
        }
        Ok(())
    }

    /// Takes a final answer that stands outside of a program.
    async fn take_final(&mut self, value: Final, kept: &str) -> Result<Option<Ending>, RunError> {
        let answer = match value {
            Final::Text(text) => Some(Text::from_string(text)),
            // The given dict `answer` holds the answer in its content, ready or not.
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
            Some(answer) => Ok(Some(Ending::Answer(answer))),
            None => self.nothing_to_run(&NoProgram::EmptyFinal, kept),
        }
    }

    fn variable(&mut self, name: &str) -> Option<Text> {
        self.machine.as_mut()?.variable_text(name)
    }

    fn variable_names(&self) -> Vec<String> {
        let variables = self.machine.as_ref().map(Machine::variables).unwrap_or_default();
        variables
            .into_iter()
            .map(|variable| variable.name.to_string())
            .collect()
    }

    fn nothing_to_run(&mut self, reason: &NoProgram, kept: &str) -> Result<Option<Ending>, RunError> {
        let said = self
            .prompts
            .no_program(reason, ProgramForm::of(self.desk.held), self.next_turn())?;
        self.observe(kept, said)?;
        Ok(None)
    }

    /// Says something to the root model after a reply of it.
    fn observe(&mut self, kept: &str, said: String) -> Result<(), RunError> {
        self.conversation.add(kept, &said);
        self.record(Event::Observation(rlm_trace::Observation {
            run: self.desk.path.clone(),
            turn: self.turn,
            text: said,
        }))
    }

    const fn next_turn(&self) -> Turn {
        Turn {
            next: self.turn.saturating_add(1),
            steps: self.steps,
        }
    }

    /// Asks for the best answer that the evidence allows, since `limit` ends the run.
    async fn extract(&mut self, limit: LimitReached) -> Result<Ending, RunError> {
        self.record_limit(&limit, None)?;
        let said = self.prompts.extract(self.question, &limit.to_string())?;
        let messages = self.conversation.with_last(&said);
        let reply = match self.desk.ask_for_answer(self.turn.saturating_add(1), messages).await {
            Ok(settled) => settled.reply,
            Err(failure) => return self.root_failed(failure),
        };
        let answer = match reply::read(&reply.text).action {
            Action::Final(Final::Text(text) | Final::Expression(text)) => Text::from_string(text),
            Action::Final(Final::Variable(name)) => self.variable(&name).unwrap_or_default(),
            // A program is no answer, and none is run any more.
            Action::Program { .. } => Text::default(),
            Action::Nothing(NoProgram::Empty | NoProgram::OnlyThinking) => Text::default(),
            Action::Nothing(_) => Text::from_string(reply.text.trim().to_owned()),
        };
        let flat = answer.to_flat().unwrap_or_default().into_owned();
        let nothing = |message: String| Ending::Other {
            outcome: Outcome::at_limit(limit.clone(), Answer::Nothing),
            answer: None,
            message,
        };
        if let Some(missing) = flat.trim_start().strip_prefix(CANNOT_DETERMINE) {
            let missing = crate::prompt::quoted_line(missing.trim_start_matches(':').trim(), 300);
            return Ok(nothing(format!(
                "{limit}; what was found by then allows no answer: {missing}"
            )));
        }
        if flat.trim().is_empty() {
            return Ok(nothing(format!(
                "{limit}; the model gave no answer from what was found by then"
            )));
        }
        Ok(Ending::Other {
            message: format!("{limit}; the answer rests on what was found by then"),
            outcome: Outcome::at_limit(limit, Answer::BestEffort),
            answer: Some(answer),
        })
    }

    fn root_failed(&mut self, failure: CallFailure) -> Result<Ending, RunError> {
        if let Some(stop) = program::over(&self.desk) {
            return Ok(self.stopped(stop));
        }
        self.cannot_go_on(failure.kind)
    }

    fn cannot_go_on(&mut self, kind: FailureKind) -> Result<Ending, RunError> {
        self.desk.recorder.check()?;
        match kind {
            FailureKind::Model(error) if error.kind == ModelErrorKind::Cancelled => Ok(self.stopped(Stop::Cancelled)),
            FailureKind::Model(error) => Ok(Ending::Other {
                outcome: Outcome::ProviderError,
                answer: None,
                message: match &error.hint {
                    Some(hint) => format!("{error}; {hint}"),
                    None => error.to_string(),
                },
            }),
            FailureKind::Outage(error) => Ok(self.stopped(Stop::Outage(error))),
            FailureKind::Refused(limit) => {
                self.record_limit(&limit, None)?;
                Ok(Ending::Other {
                    message: format!("{limit}; {}", limit.hint()),
                    outcome: Outcome::at_limit(limit, Answer::Nothing),
                    answer: None,
                })
            }
            FailureKind::Cancelled => Ok(self.stopped(Stop::Cancelled)),
            FailureKind::NotRecorded(error) => Err(RunError::Machine {
                turn: self.turn,
                detail: error.to_string(),
            }),
            FailureKind::Ledger(error) => Err(error.into()),
        }
    }

    fn stopped(&mut self, stop: Stop) -> Ending {
        match stop {
            Stop::Cancelled => Ending::Other {
                outcome: Outcome::Cancelled,
                answer: None,
                message: "the run was cancelled".to_owned(),
            },
            Stop::Outage(error) => Ending::Other {
                outcome: Outcome::ProviderError,
                answer: None,
                message: format!(
                    "{error}; its server has been out for too long. What was answered before is in the cache: ask again when it \
                     is back"
                ),
            },
            Stop::Time(limit) => {
                // A journal that can't be written is told by the next event.
                let _ = self.record_limit(&limit, None);
                Ending::Other {
                    message: format!("{limit}; {}", limit.hint()),
                    outcome: Outcome::at_limit(limit, Answer::Nothing),
                    answer: None,
                }
            }
        }
    }

    async fn finish(mut self, id: RunId, ending: Ending) -> Result<RunResult, RunError> {
        let (outcome, answer, message) = match ending {
            Ending::Answer(answer) => (Outcome::Complete, Some(answer), None),
            Ending::Other {
                outcome,
                answer,
                message,
            } => (outcome, answer, Some(message)),
        };
        let Cited {
            citations,
            quotes,
            places,
        } = match &answer {
            Some(answer) => self.cite(answer.clone()).await,
            None => Cited::default(),
        };
        let answer = answer.map(|answer| answer.to_flat().unwrap_or_default().into_owned());
        if let Some(value) = &answer {
            self.record(Event::Final(FinalValue {
                run: self.desk.path.clone(),
                turn: self.turn,
                value: value.clone(),
                citations: citations.iter().map(recorded).collect(),
                quotes: quotes.iter().map(recorded_quote).collect(),
            }))?;
        }
        if !matches!(outcome, Outcome::Cancelled | Outcome::Timeout) {
            self.record_late_sources().await?;
        }
        let totals = self.desk.recorder.totals();
        self.record(Event::Outcome(Box::new(RunEnded {
            run: self.desk.path.clone(),
            outcome: outcome.name().into(),
            answer: answer.clone(),
            message: message.clone(),
            totals: totals.clone(),
        })))?;
        Ok(RunResult {
            run: id,
            outcome,
            answer,
            message,
            citations: places,
            quotes,
            coverage: self.desk.recorder.covered(),
            without_text: self.context.without_text().to_vec(),
            breakdown: self.desk.recorder.breakdown(),
            totals,
            spent: self.desk.ledger.read(rlm_policy::Ledger::spent),
            notes: self.desk.recorder.notes(),
            journal: self.desk.recorder.journal().path().map(ToOwned::to_owned),
        })
    }

    /// Looks for the answer's words on a blocking thread: there may be much to search.
    async fn cite(&mut self, answer: Text) -> Cited {
        let (context, mut evidence) = (self.context.clone(), std::mem::take(&mut self.desk.evidence));
        let question = self.question.to_owned();
        let found = tokio::task::spawn_blocking(move || {
            let Ok(settled) = answer.settled() else {
                return Cited::default();
            };
            let citations = cite(settled, &context, &mut evidence);
            let quotes = quotation::check(&settled.to_flat(), &question, &context, evidence.given());
            let mut places = citations.clone();
            quotation::add_places(&mut places, &quotes, &context);
            Cited {
                citations,
                quotes,
                places,
            }
        });
        // Without citations an answer is still an answer.
        found.await.unwrap_or_default()
    }

    fn record(&self, event: Event) -> Result<(), RunError> {
        self.desk.recorder.write(event);
        Ok(self.desk.recorder.check()?)
    }

    fn record_limit(&self, limit: &LimitReached, fuel: Option<u64>) -> Result<(), RunError> {
        let (used, allowed) = numbers(limit);
        self.record(Event::Limit(LimitHit {
            run: self.desk.path.clone(),
            turn: self.turn,
            name: limit.name().into(),
            used,
            allowed,
            fuel,
            message: limit.to_string(),
        }))
    }
}

fn is_blank(text: &Text) -> bool {
    text.settled().is_ok_and(|text| text.chars().all(char::is_whitespace))
}

/// What an answer says in the words of the context.
#[derive(Default)]
struct Cited {
    /// The places of pieces that were cut from it, or stand in what was read.
    citations: Vec<Citation>,
    /// What the answer quotes.
    quotes: Vec<Quote>,
    /// The citations, with the places of quotes beside them.
    places: Vec<Citation>,
}

fn recorded_quote(quote: &Quote) -> CheckedQuote {
    CheckedQuote {
        at: quote.at,
        bytes: quote.quote.len() as u64,
        verdict: quote.verdict.name().into(),
        range: quote.range,
    }
}

fn recorded(citation: &Citation) -> rlm_trace::Citation {
    rlm_trace::Citation {
        at: citation.at,
        range: citation.range,
        name: citation.document.to_string(),
        page: citation.page_start,
        line: Some(citation.line_start),
    }
}

/// Returns what would have been used and what is allowed, in the limit's own unit.
fn numbers(limit: &LimitReached) -> (u64, u64) {
    match limit {
        LimitReached::MaxStepsExceeded { limit } => (u64::from(*limit) + 1, u64::from(*limit)),
        LimitReached::MaxSubcallsExceeded { limit, spent, wanted } => (spent.saturating_add(*wanted), *limit),
        LimitReached::MaxRecursionExceeded { limit, wanted } => (u64::from(*wanted), u64::from(*limit)),
        LimitReached::MaxTokensExceeded { limit, spent, wanted } => (spent.saturating_add(*wanted).0, limit.0),
        LimitReached::CostExceeded { limit, spent, wanted } => (spent.saturating_add(*wanted).0, limit.0),
        LimitReached::PriceUnknown { limit } => (0, limit.0),
        LimitReached::PromptTooLong { chars, takes } => (*chars, *takes),
        LimitReached::BatchExceedsTokens { needed, left, .. } => (needed.0, left.0),
        LimitReached::BatchExceedsCost { needed, left, .. } => (needed.0, left.0),
        LimitReached::DeadlineExceeded {
            limit_seconds,
            elapsed_seconds,
        } => (*elapsed_seconds, *limit_seconds),
        LimitReached::ReservationOverrun {
            reserved_tokens,
            spent_tokens,
            ..
        } => (spent_tokens.0, reserved_tokens.0),
        LimitReached::FuelExhausted { limit } | LimitReached::MemoryExceeded { limit } => (*limit, *limit),
    }
}

/// Makes the recorder of a run.
pub(crate) fn recorder(journal: Arc<rlm_trace::Journal>) -> Arc<Recorder> {
    Arc::new(Recorder::new(journal))
}
