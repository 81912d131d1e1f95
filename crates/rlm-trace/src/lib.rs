//! The journal of a run, and the folds over it.
//!
//! A run writes its events as they happen, one [`Event`] a line, to an append-only file.
//! Displaying, measuring, replaying and resuming a run are folds over these lines; there is no
//! second source of truth.
//!
//! Pitfalls, and how this crate handles them:
//!
//! - **Write before you act.** A call's `issued` event is written before its request is sent. A
//!   process that is killed in between leaves a call *in doubt*: its usage is unknown, so
//!   [`Totals`] counts its reservation.
//! - **The last line may be truncated.** A process can be stopped in the middle of a write. The
//!   [`JournalReader`] drops such a line and reports it ([`Ending::Torn`]); damage anywhere else is
//!   an error that names the line and its event.
//! - **A journal that can be edited unnoticed is no evidence.** Each line holds the digest of its
//!   own bytes and of the line before. This detects accidents and careless edits. It doesn't
//!   protect against an attacker who recomputes all digests. It also can't distinguish a journal
//!   cut after a whole line from one whose run was killed there: both are [`Ending::Unfinished`].
//! - **Completion order is an accident.** Two equal runs write their events in different orders and
//!   at different times. Compare their [`canonical`] forms, never their files.
//! - **A prompt can be as long as the context.** The parts of a prompt that come from the context
//!   are stored as references ([`JournalPart::Source`]): byte ranges of a source whose digest is in
//!   [`RunStarted`].
//!
//! `docs/journal.md` describes the format field by field.
//!
//! ```
//! use rlm_model::RunPath;
//! use rlm_trace::{Event, Journal, JournalOptions, RecordedRun, Ending, StepKind, TurnStarted};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("runs").join("journal.jsonl");
//! let journal = Journal::create(&path, JournalOptions::default())?;
//! journal.write(Event::TurnStarted(TurnStarted { run: RunPath::default(), turn: 1, step: StepKind::RootCall }))?;
//!
//! let run = RecordedRun::read(&path)?;
//! assert_eq!(run.records.len(), 1);
//! assert_eq!(run.ending, Ending::Unfinished, "no outcome yet");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod activity;
mod breakdown;
mod by_model;
mod call_names;
mod canonical;
mod coverage;
mod event;
mod export;
mod journal;
mod messages;
mod prompts;
mod quoted;
mod reader;
mod record;
mod replay;
mod request;
mod resumed;
mod run_path;
mod summary;
mod tail;
mod texts;
mod totals;
mod totals_fold;
mod trace;
mod trace_parent;
mod tree;
mod values;
mod why;
mod withheld;
mod withholding;
mod write_error;
mod written;

pub use activity::{Activity, Group, WaitCause, Waiting, Worker};
pub use breakdown::{BreakdownFold, ContextBreakdown, TokensByKind};
pub use by_model::ModelTotals;
pub use call_names::{CallNames, CallPrompt, PlaceOf};
pub use canonical::{Canonical, Difference, canonical, unreached};
pub use coverage::{Coverage, CoverageFold, CoverageSummary, SourceCoverage};
pub use event::{
    AttemptAccount, AttemptFailed, CallClass, CallIssued, CallReached, CallSettled, Change, CheckedQuote, ChildStarted,
    Compacted, ContextSource, Event, FinalValue, Forked, LimitHit, ModelUse, Observation, OtherModels, Overrun,
    ProgramChecked, ProgramDiagnostic, ProgramEnd, ProgramError, ProgramRan, RecordedCitation, RecordedOutcome,
    Reservation, Resumed, RunEnded, RunNote, RunStarted, SourceRead, StepKind, Template, TurnStarted, Unissued,
    UnknownEvent,
};
pub use export::{SpanTexts, otlp, otlp_spans, visualizer};
pub use journal::{Durability, Existing, Journal, JournalOptions, LineSink, Times};
pub use messages::{JournalMessage, JournalPart, Messages, REFERENCE_BYTES, Repeated, UnresolvedSource, pieces};
pub use prompts::{RecordedPromptError, RecordedPrompts};
pub use quoted::{QUOTED_BYTES, QuotedPiece, quoted};
pub use reader::{Ending, JournalReader, MAX_LINE_BYTES, ReadError, RecordedRun, What};
pub use record::{JOURNAL_VERSION, Record};
pub use replay::{RecordedCall, RecordedRequest, ReplayIndex};
pub use request::{HostAnswer, HostAnswered, HostAsked, HostRequest, Passage, RecordedHit, RequestFailed, SearchUnit};
pub use resumed::{DiscardExtent, discarded_lines, in_force};
pub use summary::{Summary, SummaryFold, outcome};
pub use tail::JournalTail;
pub use texts::JournalTexts;
pub use totals::{CallTotals, InDoubt, Totals};
pub use totals_fold::TotalsFold;
pub use trace::{Trace, TraceKind, TraceStep, TraceUsage};
pub use trace_parent::{NotATraceParent, TraceParent};
pub use tree::{CallNode, CallState, RequestNode, RunNode, Span, Tree, TurnNode};
pub use values::{JsonObject, Millis};
pub use why::{AnswerPiece, PieceOrigin, Why};
pub use withheld::{NotWithheld, Withheld};
pub use write_error::{ResumeError, WriteError};
pub use written::{Met, Written};
