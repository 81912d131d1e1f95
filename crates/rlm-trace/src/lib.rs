//! The journal of a run, and everything that is folded from it.
//!
//! A run writes down what happens as it happens, one [`Event`] a line, in a file that is only ever appended to. Whatever
//! shows, measures, replays or resumes a run is a fold over these lines; there is no second source of truth.
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **Write before you act.** A call's `issued` event is written before its request leaves. A process that is killed in
//!   between leaves a call *in doubt*: nobody knows what it used, so [`Totals`] counts it at what was reserved for it.
//! - **The last line may be torn.** A process can be stopped in the middle of a write. The [`JournalReader`] drops such a
//!   line and says so ([`Ending::Torn`]); damage anywhere else is an error that names the line and its event.
//! - **A journal that can be edited unseen is no evidence.** Each line carries the digest of its own bytes and of the line
//!   before. This catches accidents and careless hands. It proves nothing against someone who computes all digests anew,
//!   and it can't tell a journal cut after a whole line from one whose run was killed there: both are
//!   [`Ending::Unfinished`].
//! - **Completion order is an accident.** Two equal runs write their events in different orders and at different times.
//!   Compare their [`canonical`] forms, never their files.
//! - **A prompt can be as long as the context.** What a prompt takes from the context is kept as a reference
//!   ([`JournalPart::Source`]), in bytes of a source that is named with its digest in [`RunStarted`].
//!
//! The format is written down field by field in `docs/journal.md`.
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

mod breakdown;
mod by_model;
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
mod tree;
mod values;
mod why;
mod withheld;
mod withholding;
mod written;

pub use breakdown::{BreakdownFold, ContextBreakdown, TokensByKind};
pub use by_model::ModelTotals;
pub use canonical::{Canonical, Difference, canonical, unreached};
pub use coverage::{Coverage, CoverageFold, CoverageSummary, SourceCoverage};
pub use event::{
    AttemptAccount, AttemptFailed, CallClass, CallIssued, CallReached, CallSettled, Change, CheckedQuote, ChildStarted,
    Compacted, ContextSource, Event, FinalValue, Forked, LimitHit, ModelUse, Observation, OtherModels, Overrun,
    ProgramChecked, ProgramDiagnostic, ProgramEnd, ProgramError, ProgramRan, RecordedCitation, RecordedOutcome,
    Reservation, Resumed, RunEnded, RunNote, RunStarted, SourceRead, StepKind, Template, TurnStarted, Unissued,
    UnknownEvent,
};
pub use export::{otlp, visualizer};
pub use journal::{Durability, Existing, Journal, JournalOptions, ResumeError, Times, WriteError};
pub use messages::{JournalMessage, JournalPart, Messages, REFERENCE_BYTES, Repeated, UnresolvedSource, pieces};
pub use prompts::{RecordedPromptError, RecordedPrompts};
pub use quoted::{QUOTED_BYTES, QuotedPiece, quoted};
pub use reader::{Ending, JournalReader, MAX_LINE_BYTES, ReadError, RecordedRun, What};
pub use record::{JOURNAL_VERSION, Record};
pub use replay::{RecordedCall, RecordedRequest, ReplayIndex};
pub use request::{HostAnswer, HostAnswered, HostAsked, HostRequest, Passage, RecordedHit, RequestFailed};
pub use resumed::{TakenBack, in_force, taken_back};
pub use summary::{Summary, SummaryFold, outcome};
pub use tail::JournalTail;
pub use texts::JournalTexts;
pub use totals::{CallTotals, InDoubt, Totals};
pub use totals_fold::TotalsFold;
pub use trace::{Trace, TraceKind, TraceStep, TraceUsage};
pub use tree::{CallNode, CallState, RequestNode, RunNode, Span, Tree, TurnNode};
pub use values::{JsonObject, Millis};
pub use why::{AnswerPiece, PieceOrigin, Why};
pub use withheld::{NotWithheld, Withheld};
pub use written::{Met, Written};
