//! Cost estimates of a question by strategy, before anything is spent.
//!
//! The sizes of the first prompts are known, since they are rendered. The later turns are not
//! known. The assumptions about them were taken from recorded runs (`examples/recorded` and
//! `tests/writability`: 100 runs of capable models over texts of 2 to 220 kB). In 97 of these, the
//! root model used between half and twice the estimate.

use std::fmt;

use rlm_context::Context;
use rlm_core::{LARGEST_WINDOW, RunError, RunOptions, Runner, check_question};
use rlm_model::{Cost, Message, Parameters, Price, Request, Tokens, Usage, grouped};
use rlm_policy::cost_of;
use serde::Serialize;

/// The assumed number of root model calls of a run, if its limits allow it.
const TURNS: u32 = 4;
/// The tokens of a reply of the root model, and of the program output that it is shown.
const REPLY_TOKENS: u64 = 170;
const SHOWN_TOKENS: u64 = 500;
/// The tokens of an answer to a question about a whole text in one call.
const ANSWER_TOKENS: u64 = 300;
/// The bytes of a piece that a sub-model is given, the tokens of its reply, and the tokens of the
/// prompt around the piece.
const PIECE_BYTES: u64 = 10_000;
const SUB_REPLY_TOKENS: u64 = 80;
const SUB_TASK_TOKENS: u64 = 100;

/// How a question and its context are sent to models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// One call with the question and the whole text.
    Direct,
    /// A run whose root model is sent the whole text in every turn.
    Inline,
    /// A run whose programs search and cut the text.
    Symbolic,
    /// Like `Symbolic`, but sub-models also read every piece of the text once.
    SymbolicReading,
}

impl Strategy {
    /// Returns a short description of the strategy.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Direct => "all text in one call",
            Self::Inline => "all text in every turn",
            Self::Symbolic => "programs search the text",
            Self::SymbolicReading => "sub-models read all text once",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "direct",
            Self::Inline => "inline",
            Self::Symbolic | Self::SymbolicReading => "symbolic",
        })
    }
}

/// The estimate of one strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StrategyEstimate {
    /// The strategy.
    #[serde(rename = "way")]
    pub strategy: Strategy,
    /// The number of calls of the root model.
    pub turns: u32,
    /// The number of calls of sub-models.
    pub subcalls: u64,
    /// The tokens of all calls, assuming that the provider caches none.
    pub usage: Usage,
    /// The number of tokens of the largest prompt.
    pub largest_prompt: Tokens,
    /// The cost. Unknown if the price of a model is unknown.
    pub cost: Cost,
    /// Whether the models and limits allow the strategy.
    pub fit: Feasibility,
}

/// Whether models and limits allow a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Feasibility {
    /// The models and limits allow the strategy.
    Fits,
    /// A prompt does not fit its model's window together with the reply.
    PromptTooLong {
        /// The maximum number of tokens of a prompt. For an unknown window, the largest known one
        /// is assumed.
        takes: Tokens,
    },
    /// Reading the text takes more sub-calls than the limits allow.
    TooManySubcalls {
        /// The maximum number of sub-calls.
        allowed: u64,
    },
}

impl Feasibility {
    const fn of_prompt(largest: u64, takes: u64) -> Self {
        if largest <= takes {
            Self::Fits
        } else {
            Self::PromptTooLong { takes: Tokens(takes) }
        }
    }
}

/// The estimate of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The tokens of the context, estimated as a quarter of its bytes.
    pub context_tokens: Tokens,
    /// One estimate per strategy, in the order of [`Strategy`].
    #[serde(rename = "ways")]
    pub strategies: Vec<StrategyEstimate>,
    /// The recommended strategy.
    pub recommended: Strategy,
    /// The reason for the recommendation, in a few words.
    pub reason: String,
}

impl Estimate {
    /// Returns the estimate of one strategy.
    #[must_use]
    pub fn strategy(&self, strategy: Strategy) -> Option<&StrategyEstimate> {
        self.strategies.iter().find(|estimate| estimate.strategy == strategy)
    }
}

/// Estimates the tokens and the cost of a question for each strategy. No request is sent. The
/// prompts are the first messages of a run with these options.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_runs::{Strategy, estimate};
/// let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
/// let context = Context::from_text("A line of the log.\n".repeat(100_000));
/// let estimate = estimate(&runner, "What failed?", &context, &RunOptions::default())?;
/// let direct = estimate.strategy(Strategy::Direct).map(|direct| (direct.turns, direct.subcalls, direct.largest_prompt > estimate.context_tokens));
/// assert_eq!(direct, Some((1, 0, true)));
/// let symbolic = estimate.strategy(Strategy::Symbolic).map(|symbolic| symbolic.largest_prompt < estimate.context_tokens);
/// assert_eq!(symbolic, Some(true));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
///
/// # Errors
/// Those of a [run](Runner::run) that can't start.
pub fn estimate(
    runner: &Runner,
    question: &str,
    context: &Context,
    options: &RunOptions,
) -> Result<Estimate, RunError> {
    check_question(
        question,
        context,
        options.retriever.is_some() || !runner.settings().tools.is_empty(),
    )?;
    let (prompts, limits) = (runner.prompts(), runner.limits());
    let (root_price, sub_price) = (runner.roles().root.price, runner.roles().sub.price);
    let (system, first) = runner.opening(question, context, options.retriever.is_some(), None)?;
    let before = tokens([Message::system(system), Message::user(first)]);
    let sub_system = tokens([Message::system(prompts.sub_system()?)]);
    let text = context.total().bytes.div_ceil(4);

    // A run with fewer turns ends at its limit, and makes one more call for a best-effort answer.
    let turns = limits.steps.saturating_add(1).min(TURNS);
    let each = Turn {
        reply: REPLY_TOKENS.min(limits.root_max_output.0),
        shown: SHOWN_TOKENS.min(u64::from(limits.shown_output) / 4),
    };
    let only = Turn {
        reply: ANSWER_TOKENS.min(limits.root_max_output.0),
        shown: 0,
    };
    let asked = sub_system + tokens([Message::user(question)]);
    let takes = room(runner.roles().root.window, limits.root_max_output);
    let mut strategies = vec![
        only.times(Strategy::Direct, 1, asked + text, root_price),
        each.times(Strategy::Inline, turns, before + text, root_price),
        each.times(Strategy::Symbolic, turns, before, root_price),
    ];
    for estimate in &mut strategies {
        estimate.fit = Feasibility::of_prompt(estimate.largest_prompt.0, takes);
    }
    let allowed = limits.granted_subcalls();
    if allowed > 0 && text > 0 {
        let around = sub_system + SUB_TASK_TOKENS;
        let takes = room(runner.roles().sub.window, limits.sub_max_output);
        // If there are fewer calls than pieces, the pieces are larger, up to the sub-model's
        // window.
        let pieces = context.total().bytes.div_ceil(PIECE_BYTES);
        let least = text.div_ceil(takes.saturating_sub(around).max(1));
        let subcalls = pieces.min(allowed).max(least);
        let read = usage(
            text.saturating_add(around.saturating_mul(subcalls)),
            SUB_REPLY_TOKENS.min(limits.sub_max_output.0).saturating_mul(subcalls),
        );
        let mut reading = each.times(Strategy::SymbolicReading, turns, before, root_price);
        reading.fit = match Feasibility::of_prompt(
            reading.largest_prompt.0,
            room(runner.roles().root.window, limits.root_max_output),
        ) {
            Feasibility::Fits if subcalls > allowed => Feasibility::TooManySubcalls { allowed },
            fit => fit,
        };
        reading.subcalls = subcalls;
        reading.usage.add(&read);
        reading.largest_prompt = reading.largest_prompt.max(Tokens(text.div_ceil(subcalls) + around));
        reading.cost = reading.cost.plus(cost_of(&read, sub_price));
        strategies.push(reading);
    }
    let (recommended, reason) = recommend(&strategies);
    Ok(Estimate {
        context_tokens: Tokens(text),
        strategies,
        recommended,
        reason,
    })
}

/// The tokens that a turn adds to all later prompts.
#[derive(Debug, Clone, Copy)]
struct Turn {
    reply: u64,
    shown: u64,
}

impl Turn {
    /// Returns the estimate of a run with `turns` turns, whose first prompt has `before` tokens.
    fn times(self, strategy: Strategy, turns: u32, before: u64, price: Option<Price>) -> StrategyEstimate {
        let count = u64::from(turns);
        let grows = self.reply + self.shown;
        let again = grows.saturating_mul(count * (count - 1) / 2);
        let usage = usage(before.saturating_mul(count).saturating_add(again), self.reply * count);
        StrategyEstimate {
            strategy,
            turns,
            subcalls: 0,
            usage,
            largest_prompt: Tokens(before.saturating_add(grows * (count - 1))),
            cost: cost_of(&usage, price),
            fit: Feasibility::Fits,
        }
    }
}

/// Returns the maximum tokens of a prompt, given the tokens of its reply.
fn room(window: Option<Tokens>, reply: Tokens) -> u64 {
    window.map_or(LARGEST_WINDOW, |window| window.0).saturating_sub(reply.0)
}

/// Returns the recommended strategy and the reason: one call if that takes fewer tokens than
/// programs, else programs.
fn recommend(strategies: &[StrategyEstimate]) -> (Strategy, String) {
    let of = |strategy: Strategy| strategies.iter().find(|estimate| estimate.strategy == strategy);
    let (Some(direct), Some(symbolic)) = (of(Strategy::Direct), of(Strategy::Symbolic)) else {
        return (Strategy::Symbolic, String::new());
    };
    let tokens = |estimate: &StrategyEstimate| estimate.usage.total().0;
    let (one_call, programs) = (grouped(tokens(direct)), grouped(tokens(symbolic)));
    match direct.fit {
        Feasibility::Fits if tokens(direct) <= tokens(symbolic) => (
            Strategy::Direct,
            format!("one call takes about {one_call} tokens, programs about {programs}"),
        ),
        Feasibility::Fits => (
            Strategy::Symbolic,
            format!("programs take about {programs} tokens, one call about {one_call}"),
        ),
        Feasibility::PromptTooLong { .. } | Feasibility::TooManySubcalls { .. } => (
            Strategy::Symbolic,
            format!(
                "the text does not fit in one prompt; with programs, the root model's prompts have at most about {} tokens",
                grouped(symbolic.largest_prompt.0)
            ),
        ),
    }
}

fn usage(input: u64, output: u64) -> Usage {
    Usage {
        input: Tokens(input),
        output: Tokens(output),
        estimated: true,
        ..Usage::default()
    }
}

fn tokens(messages: impl Into<Vec<Message>>) -> u64 {
    let parameters = Parameters::with_max_output(Tokens(0));
    Request::new(messages.into(), parameters).input_tokens_estimate().0
}
