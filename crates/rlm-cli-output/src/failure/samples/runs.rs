//! Sample errors of runs that can't be started or resumed, or that a limit ended.

use rlm_core::{RunError, RunResult};
use rlm_model::{ModelIdentity, Money, Tokens};
use rlm_policy::{Answer, BudgetExhausted, GrantId, LedgerError, LimitReached, Outcome, PriceError, TruncationCause};
use rlm_runs::ReplayError;
use rlm_store::StoreError;
use rlm_trace::{Difference, ResumeError, Totals, WriteError};
use sift_vm::ToolNameError;

use super::{call, dollar, io, models, path, run, text};
use crate::failure::{Failure, StoppedRun};

pub(super) fn all() -> Vec<Failure> {
    let runs = runs().into_iter().map(Failure::Run);
    let again = again().into_iter().map(Failure::Replay);
    runs.chain(again).chain([stopped()]).collect()
}

fn stopped() -> Failure {
    Failure::StoppedRun(Box::new(StoppedRun {
        run: run(),
        journal: path(),
        totals: Totals::default(),
        error: RunError::Context(models::changed()),
    }))
}

fn runs() -> Vec<RunError> {
    use RunError as E;
    let own = samples!(RunError:
        E::EmptyQuestion => [E::EmptyQuestion],
        E::QuestionTooLong { .. } => [E::QuestionTooLong { bytes: 1 << 21 }],
        E::EmptyContext => [E::EmptyContext],
        E::ContextTooLong { .. } => [E::ContextTooLong { chars: 9_000, most: 8_000 }],
        E::NoGrammar { .. } => [E::NoGrammar { model: ModelIdentity::new("anthropic", "", "claude-haiku-4-5") }],
        E::Setting { .. } => [E::Setting { name: "steps", detail: text("must be at least 1") }],
        E::PriceUnknown { .. } => [
            E::PriceUnknown { model: ModelIdentity::new("compat", "https://gateway.example/v1", "house-7"), limit: dollar() },
        ],
        E::NotDirect { .. } => [E::NotDirect { reason: text("the context has 9,000 tokens, more than the window") }],
        E::NoSuchTool { .. } => [E::NoSuchTool { name: "ordres".into(), known: vec![text("orders")] }],
        E::Id(_) => [E::Id(StoreError::Clock)],
        E::Runtime { .. } => [E::Runtime { source: io() }],
        E::Ledger(_) => [E::Ledger(LedgerError::UnknownGrant { grant: GrantId::ROOT })],
        E::Machine { .. } => [E::Machine { turn: 2, detail: text("the machine was lost in an earlier turn") }],
        // Their samples are added below.
        E::Limit { .. } | E::BatchBudgetExceeded(_) | E::SessionBudgetExceeded(_) | E::ToolName(_) | E::Prices(_) => [],
        // Errors that end a started run have the same messages as those that prevent its start.
        E::Context(_) | E::Prompt(_) => [
            E::Context(models::changed()),
            models::prompts().pop().map(E::Prompt).unwrap(),
        ],
        E::Journal(_) => [E::Journal(WriteError::Broken { path: path() })],
        E::NotResumed(_) => [ReplayError::NoStart.into()],
    );
    let limits = limits().into_iter().map(|limit| E::Limit {
        partial: Box::new(ended_by(&limit)),
        limit,
    });
    let batches = exhausted_budgets().map(E::BatchBudgetExceeded);
    let sessions = exhausted_budgets().map(E::SessionBudgetExceeded);
    let names = samples!(ToolNameError:
        ToolNameError::NotAName { .. } => [ToolNameError::NotAName { name: "late orders".into() }],
        ToolNameError::Taken { .. } => [ToolNameError::Taken { name: "len".into() }],
        ToolNameError::Twice { .. } => [ToolNameError::Twice { name: "orders".into() }],
    );
    let prices = samples!(PriceError:
        PriceError::Malformed { .. } => [PriceError::Malformed { detail: text("expected value at line 1 column 1") }],
        PriceError::Amount { .. } => [PriceError::Amount { model: "gpt-5".into(), text: text("cheap") }],
        PriceError::Statement { .. } => [PriceError::Statement { text: text("gpt-5=1") }],
    );
    let named = names
        .into_iter()
        .map(E::ToolName)
        .chain(prices.into_iter().map(E::Prices));
    own.into_iter()
        .chain(limits)
        .chain(batches)
        .chain(sessions)
        .chain(named)
        .collect()
}

/// Returns a sample of each exhausted budget that several runs can share.
pub(super) fn exhausted_budgets() -> impl Iterator<Item = BudgetExhausted> {
    use BudgetExhausted as E;
    let all = samples!(BudgetExhausted:
        E::Cost { .. } => [E::Cost { limit: dollar(), spent: dollar(), wanted: Money(0) }],
        E::Tokens { .. } => [E::Tokens { limit: Tokens(9_000), spent: Tokens(9_200), wanted: Tokens(0) }],
        E::InputTokens { .. } => [E::InputTokens { limit: Tokens(9_000), spent: Tokens(9_200), wanted: Tokens(0) }],
        E::OutputTokens { .. } => [E::OutputTokens { limit: Tokens(1_200), spent: Tokens(1_200), wanted: Tokens(0) }],
        E::Unknown { .. } => [E::Unknown { limit: dollar(), calls: 3 }],
    );
    all.into_iter()
}

/// Returns a sample of each limit that can end a run with `--on-limit error`.
fn limits() -> Vec<LimitReached> {
    use LimitReached as L;
    let kept = (Money(50_000), Tokens(400));
    samples!(LimitReached:
        L::MaxStepsExceeded { .. } => [L::MaxStepsExceeded { limit: 40 }],
        L::InvalidResponsesExceeded { .. } => [L::InvalidResponsesExceeded { limit: 3 }],
        L::AnswerCut { .. } => [L::AnswerCut { by: TruncationCause::OutputLimit }],
        L::MaxSubcallsExceeded { .. } => [L::MaxSubcallsExceeded { limit: 200, spent: 198, wanted: 5 }],
        L::MaxRecursionExceeded { .. } => [L::MaxRecursionExceeded { limit: 1, wanted: 2 }],
        L::MaxTokensExceeded { .. } => [
            L::MaxTokensExceeded { limit: Tokens(9_000), spent: Tokens(8_500), wanted: Tokens(700), kept: kept.1 },
        ],
        L::MaxSubcallTokensExceeded { .. } => [
            L::MaxSubcallTokensExceeded { limit: Tokens(5_000), spent: Tokens(4_800), wanted: Tokens(700), kept: Tokens(0) },
        ],
        L::MaxInputTokensExceeded { .. } => [
            L::MaxInputTokensExceeded { limit: Tokens(7_000), spent: Tokens(6_500), wanted: Tokens(700), kept: kept.1 },
        ],
        L::MaxOutputTokensExceeded { .. } => [
            L::MaxOutputTokensExceeded { limit: Tokens(2_000), spent: Tokens(1_500), wanted: Tokens(256), kept: kept.1 },
        ],
        L::CostExceeded { .. } => [
            L::CostExceeded { limit: dollar(), spent: Money(940_000), wanted: Money(80_000), kept: kept.0 },
        ],
        L::PriceUnknown { .. } => [L::PriceUnknown { limit: dollar() }],
        L::PromptTooLong { .. } => [L::PromptTooLong { chars: 800_000, takes: 400_000 }],
        L::BatchExceedsTokens { .. } => [L::BatchExceedsTokens { calls: 12, needed: Tokens(9_600), left: Tokens(8_000) }],
        L::BatchExceedsCost { .. } => [L::BatchExceedsCost { calls: 12, needed: dollar(), left: Money(500_000) }],
        L::DeadlineExceeded { .. } => [L::DeadlineExceeded { limit_seconds: 300, elapsed_seconds: 301 }],
        L::ReservationOverrun { .. } => [L::ReservationOverrun {
            call: call(),
            reserved_tokens: Tokens(1_200),
            spent_tokens: Tokens(5_000),
            reserved_cost: Money(10_000),
            spent_cost: Money(42_000),
        }],
        L::FuelExhausted { .. } => [L::FuelExhausted { limit: 100_000_000 }],
        L::MemoryExceeded { .. } => [L::MemoryExceeded { limit: 1 << 30 }],
    )
}

/// Returns the result of a run that the given limit ended without an answer.
fn ended_by(limit: &LimitReached) -> RunResult {
    let mut result = RunResult::new(run(), Outcome::at_limit(limit.clone(), Answer::Nothing));
    result.message = Some(limit.to_string());
    result
}

/// Returns sample errors of replaying or resuming a recorded run.
fn again() -> Vec<ReplayError> {
    use ReplayError as E;
    samples!(ReplayError:
        E::NoStart => [E::NoStart],
        E::Withheld => [E::Withheld],
        E::Settings { .. } => [E::Settings { detail: text("missing field `limits`") }],
        E::Calls(_) => [E::Calls(rlm_adapters::RecordingError::NoCalls)],
        E::Context { .. } => [E::Context { detail: text("a.txt has another digest") }],
        E::Complete => [E::Complete],
        E::StillLimited { .. } => [E::StillLimited { detail: limits().remove(0).to_string() }],
        E::ToolFailed { .. } => [E::ToolFailed { detail: text("orders is gone") }],
        E::Given { .. } => [E::Given { from: 3 }],
        E::OtherModel { .. } => [E::OtherModel { recorded: text("openai:a"), given: text("openai:b") }],
        E::Tools { .. } => [E::Tools { missing: vec!["orders".into()], different: vec!["stock".into()] }],
        E::NoSuchStep { .. } => [E::NoSuchStep { at: 9, steps: 3 }],
        E::SentBefore { .. } => [E::SentBefore { name: "root-system".into(), at: 2 }],
        E::Differs { .. } => [E::Differs {
            difference: Difference {
                index: 12,
                event: text("settled 2.1.0"),
                field: Some(text("outcome.reply.text")),
            },
            detail: String::new(),
        }],
        // These wrap errors of other types.
        E::Prompts(_) => [models::prompts().pop().map(E::Prompts).unwrap()],
        E::Open(_) => [E::Open(ResumeError::Write(WriteError::InUse { path: path() }))],
        E::Run(_) => [E::Run(RunError::EmptyQuestion)],
    )
}
