//! Samples of the errors that the command line itself defines.

use rlm_model::{CallId, ModelError, ModelErrorKind, SourceRange};
use rlm_policy::{GrantId, LedgerError, LimitReached};
use rlm_scheduler::FailureKind;
use rlm_trace::{RecordedPromptError, UnresolvedSource};

use super::runs::exhausted_budgets;
use super::{call, dollar, io, path, run, text};
use crate::failure::Failure;

pub(super) fn all() -> Vec<Failure> {
    use Failure as F;
    let own = samples!(Failure:
        F::Usage { .. } => [F::Usage { detail: text("unexpected argument '--modle' found"), command: text("run") }],
        F::ReadQuestion { .. } => [F::ReadQuestion { path: path(), cause: io() }],
        F::StateFile { .. } => [F::StateFile { path: path(), detail: text("missing field `history`") }],
        F::StateInUse { .. } => [F::StateInUse { path: path() }],
        F::SessionInput => [F::SessionInput],
        F::SessionTexts => [F::SessionTexts],
        F::JobFolder { .. } => [F::JobFolder { path: path(), cause: io() }],
        F::NothingToSearch => [F::NothingToSearch],
        F::Serve { .. } => [F::Serve {
            detail: "can't listen on 127.0.0.1:8787: address in use".to_owned(),
            hint: "choose another port with --listen",
        }],
        F::Demo { .. } => [F::Demo { path: path(), cause: io() }],
        F::JobArguments { .. } => [F::JobArguments { detail: text("it was not submitted by `rlm job submit`") }],
        F::Questions { .. } => [F::Questions { path: path(), detail: text("line 3: the question is empty") }],
        F::Question { .. } => [F::Question { path: path(), number: 3, detail: text("missing field `question`") }],
        F::Answers { .. } => [F::Answers { path: path(), number: 3 }],
        F::AnswersInUse { .. } => [F::AnswersInUse { path: path() }],
        F::ReadProgram { .. } => [F::ReadProgram { path: path(), cause: io() }],
        F::Cases { .. } => [F::Cases { path: path(), detail: text("no cases in this file; `rlm record RUN` makes one") }],
        F::Case { .. } => [F::Case { path: path(), line: 3, detail: text("unknown key `contain`; did you mean `contains`?") }],
        F::NotRecorded { .. } => [F::NotRecorded { path: path() }],
        F::Snapshot { .. } => [F::Snapshot { path: path(), cause: io() }],
        F::Task { .. } => [F::Task { path: path(), detail: text("missing field `question`") }],
        F::Schema { .. } => [F::Schema { path: path(), detail: text("expected value at line 1 column 1") }],
        F::ReadInstructions { .. } => [F::ReadInstructions { path: path(), cause: io() }],
        F::PromptsThere { .. } => [F::PromptsThere { path: path(), files: vec![text("root-system.md")] }],
        F::WritePrompts { .. } => [F::WritePrompts { path: path(), cause: io() }],
        F::WriteProgram { .. } => [F::WriteProgram { path: path(), cause: io() }],
        F::StandardInputTwice => [F::StandardInputTwice],
        F::StandardInput { .. } => [F::StandardInput { cause: io() }],
        F::StandardInputTooLong { .. } => [F::StandardInputTooLong { most: 1 << 30 }],
        F::KeepStandardInput { .. } => [F::KeepStandardInput { path: path(), cause: io() }],
        F::NoModel { .. } => [F::NoModel { detail: text("GROQ_API_KEY is set, but has no default model"), model: text("groq:NAME") }],
        F::EnvironmentFile { .. } => [F::EnvironmentFile { path: path(), cause: io() }],
        F::ConfigurationFile { .. } => [F::ConfigurationFile { path: path(), detail: text("line 2: `run.modle`: unknown flag of `rlm run`; did you mean `model`?") }],
        F::Variable { .. } => [F::Variable { variable: "RLM_CACHE", value: text("\u{1b}x"), advice: "expected a folder, or `off`" }],
        F::ContextUnknown { .. } => [F::ContextUnknown { run: run() }],
        F::ContextMoved { .. } => [F::ContextMoved { document: text("a.txt"), digest: text("b3:1f2e"), path: path() }],
        F::NoCall { .. } => [F::NoCall { call: text("2.1.0"), run: run().to_string() }],
        F::Bundle { .. } => [F::Bundle { path: path(), cause: io() }],
        F::KeyInOutput { .. } => [F::KeyInOutput { variable: text("OPENAI_API_KEY") }],
        F::NoAnswer { .. } => [F::NoAnswer { run: run().to_string() }],
        F::NoHome => [F::NoHome],
        F::ConfigurationThere { .. } => [F::ConfigurationThere { path: path() }],
        F::WriteConfiguration { .. } => [F::WriteConfiguration { path: path(), cause: io() }],
        F::Report { .. } => [F::Report { path: path(), cause: io() }],
        F::OpenReport { .. } => [F::OpenReport { path: path() }],
        F::AnswerFile { .. } => [F::AnswerFile { path: path(), cause: io() }],
        F::Output { .. } => [F::Output { cause: io() }],
        F::NoTerminal { .. } => [F::NoTerminal { what: "--tui" }],
        F::Terminal { .. } => [F::Terminal { cause: io() }],
        F::Start { .. } => [F::Start { cause: io() }],
        // Samples of these are added below, and those of other crates' errors in the other modules.
        F::QuestionBudget { .. } | F::Call(_) | F::Request(_) => [],
        F::Tokenizer(_) => [F::Tokenizer(rlm_tokens::UnknownEncoding::NotInThisBuild)],
        F::Prompt(_) | F::Context(_) | F::Run(_) | F::StoppedRun(_) | F::Model(_) | F::Tool(_) | F::Cache(_) | F::Store(_) => [],
        F::WriteJournal(_) | F::ReadJournal(_) | F::Replay(_) => [],
    );
    let budgets = exhausted_budgets().map(|empty| F::QuestionBudget { empty });
    own.into_iter()
        .chain(budgets)
        .chain(calls())
        .chain(requests())
        .collect()
}

/// Returns sample errors of repeated model calls that failed.
fn calls() -> Vec<Failure> {
    let model = || {
        let error = ModelError::new(ModelErrorKind::Server, "api.openai.com failed (503)");
        error.with_hint("ask again in a minute, or ask another model")
    };
    let kinds = samples!(FailureKind:
        FailureKind::Model(_) => [FailureKind::Model(model())],
        FailureKind::Outage(_) => [FailureKind::Outage(model())],
        FailureKind::Refused(_) => [FailureKind::Refused(LimitReached::PriceUnknown { limit: dollar() })],
        FailureKind::Cancelled => [FailureKind::Cancelled],
        FailureKind::NotRecorded(_) => [FailureKind::NotRecorded(text("the disk is full").into())],
        FailureKind::Ledger(_) => [FailureKind::Ledger(LedgerError::UnknownGrant { grant: GrantId::ROOT })],
    );
    kinds.into_iter().map(Failure::Call).collect()
}

/// Returns sample errors of recorded requests that can't be reconstructed.
fn requests() -> Vec<Failure> {
    let range = SourceRange {
        source: 0,
        start: 0,
        end: 120,
    };
    let requests = samples!(RecordedPromptError:
        RecordedPromptError::UnknownCall { .. } => [RecordedPromptError::UnknownCall { call: call() }],
        RecordedPromptError::BrokenRepeat { .. } => [RecordedPromptError::BrokenRepeat { call: call(), earlier: CallId::root(1, 0, 0) }],
        RecordedPromptError::Withheld { .. } => [RecordedPromptError::Withheld { call: call() }],
        RecordedPromptError::Unresolved(_) => [RecordedPromptError::Unresolved(UnresolvedSource { range })],
    );
    requests.into_iter().map(Failure::Request).collect()
}
