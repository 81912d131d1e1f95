//! What a question would take in each of the ways it can be put to a model, before anything is spent.
//!
//! What stands in the prompts is known: they are rendered. What a model will write, and what it will look at, is not; what
//! this module assumes about it was taken from recorded runs (`examples/recorded` and `tests/writability`: 100 runs of
//! capable models over texts of 2 to 220 kB). Of these, 97 took between half and twice what it says for their root model.

use std::fmt;

use rlm_context::Context;
use rlm_core::{LARGEST_WINDOW, RunError, RunOptions, Runner, check_question};
use rlm_model::{Cost, Message, Parameters, Price, Request, Tokens, Usage, grouped};
use rlm_policy::cost_of;
use serde::Serialize;

/// How often a run asks its root model, if it may.
const TURNS: u32 = 4;
/// The tokens of a reply of the root model, and of what it is shown of its program then.
const REPLY_TOKENS: u64 = 170;
const SHOWN_TOKENS: u64 = 500;
/// The tokens of an answer to a question about a whole text in one call.
const ANSWER_TOKENS: u64 = 300;
/// The bytes of a piece that a sub-model is given, its reply, and what stands around the piece.
const PIECE_BYTES: u64 = 10_000;
const SUB_REPLY_TOKENS: u64 = 80;
const SUB_TASK_TOKENS: u64 = 100;

/// A way of putting a text to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// One call with the question and all of the text.
    Direct,
    /// A run whose root model has all of the text before it in every turn.
    Inline,
    /// A run whose programs find what is asked for by searching and cutting.
    Symbolic,
    /// The same, with every piece of the text read once by a sub-model.
    SymbolicReading,
}

impl Way {
    /// Says what is done, in a few words.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Direct => "all text in one call",
            Self::Inline => "all text in every turn",
            Self::Symbolic => "programs look things up",
            Self::SymbolicReading => "sub-models read all text once",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "direct",
            Self::Inline => "inline",
            Self::Symbolic | Self::SymbolicReading => "symbolic",
        })
    }
}

/// What one way would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WayEstimate {
    /// The way.
    pub way: Way,
    /// Calls of the root model.
    pub turns: u32,
    /// Calls of sub-models.
    pub subcalls: u64,
    /// The tokens of all calls. None of them is taken for cached by the provider.
    pub usage: Usage,
    /// The largest prompt of any call, to root and sub-models.
    pub largest_prompt: Tokens,
    /// What they cost; unknown where the price of a model is.
    pub cost: Cost,
    /// Whether the way can be taken with these models and limits.
    pub fit: Fit,
}

/// Whether a way can be taken with the models and limits that are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It can.
    Fits,
    /// A prompt is longer than its model takes beside the reply.
    PromptTooLong {
        /// The tokens that a prompt may have; of a model whose window is not known, those of the largest known window.
        takes: Tokens,
    },
    /// The sub-models need more calls to read the text than the run may make.
    TooManySubcalls {
        /// The calls that it may make.
        allowed: u64,
    },
}

impl Fit {
    const fn of_prompt(largest: u64, takes: u64) -> Self {
        if largest <= takes {
            Self::Fits
        } else {
            Self::PromptTooLong { takes: Tokens(takes) }
        }
    }
}

/// What a question would take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// The tokens of the context, estimated as a quarter of its bytes.
    pub context_tokens: Tokens,
    /// The ways, in the order of [`Way`].
    pub ways: Vec<WayEstimate>,
    /// The way to take.
    pub recommended: Way,
    /// Why, in a few words.
    pub reason: String,
}

impl Estimate {
    /// Returns what one way would take.
    #[must_use]
    pub fn of(&self, way: Way) -> Option<&WayEstimate> {
        self.ways.iter().find(|estimate| estimate.way == way)
    }
}

/// Estimates what a question would take, in each of the ways it can be put to the runner's models. Nothing is sent. The
/// messages are those that a run with these options would begin with.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_runs::{Way, estimate};
/// let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
/// let context = Context::from_text("A line of the log.\n".repeat(100_000));
/// let estimate = estimate(&runner, "What failed?", &context, &RunOptions::default())?;
/// let direct = estimate.of(Way::Direct).map(|way| (way.turns, way.subcalls, way.largest_prompt > estimate.context_tokens));
/// assert_eq!(direct, Some((1, 0, true)));
/// let symbolic = estimate.of(Way::Symbolic).map(|way| way.largest_prompt < estimate.context_tokens);
/// assert_eq!(symbolic, Some(true));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
///
/// # Errors
/// Those of a [run](Runner::run) that can't begin.
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

    // A run that has fewer turns ends at its limit, and is asked once more for the best answer.
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
    let mut ways = vec![
        only.times(Way::Direct, 1, asked + text, root_price),
        each.times(Way::Inline, turns, before + text, root_price),
        each.times(Way::Symbolic, turns, before, root_price),
    ];
    for way in &mut ways {
        way.fit = Fit::of_prompt(way.largest_prompt.0, takes);
    }
    let allowed = limits.granted_subcalls();
    if allowed > 0 && text > 0 {
        let around = sub_system + SUB_TASK_TOKENS;
        let takes = room(runner.roles().sub.window, limits.sub_max_output);
        // With fewer calls than pieces, the pieces are larger, as far as the sub-model can read them.
        let pieces = context.total().bytes.div_ceil(PIECE_BYTES);
        let least = text.div_ceil(takes.saturating_sub(around).max(1));
        let subcalls = pieces.min(allowed).max(least);
        let read = usage(
            text.saturating_add(around.saturating_mul(subcalls)),
            SUB_REPLY_TOKENS.min(limits.sub_max_output.0).saturating_mul(subcalls),
        );
        let mut way = each.times(Way::SymbolicReading, turns, before, root_price);
        way.fit = match Fit::of_prompt(
            way.largest_prompt.0,
            room(runner.roles().root.window, limits.root_max_output),
        ) {
            Fit::Fits if subcalls > allowed => Fit::TooManySubcalls { allowed },
            fit => fit,
        };
        way.subcalls = subcalls;
        way.usage.add(&read);
        way.largest_prompt = way.largest_prompt.max(Tokens(text.div_ceil(subcalls) + around));
        way.cost = way.cost.plus(cost_of(&read, sub_price));
        ways.push(way);
    }
    let (recommended, reason) = recommend(&ways);
    Ok(Estimate {
        context_tokens: Tokens(text),
        ways,
        recommended,
        reason,
    })
}

/// The tokens of a turn, which every later one is sent.
#[derive(Debug, Clone, Copy)]
struct Turn {
    reply: u64,
    shown: u64,
}

impl Turn {
    /// Adds up so many turns, with so many tokens before the first.
    fn times(self, way: Way, turns: u32, before: u64, price: Option<Price>) -> WayEstimate {
        let count = u64::from(turns);
        let grows = self.reply + self.shown;
        let again = grows.saturating_mul(count * (count - 1) / 2);
        let usage = usage(before.saturating_mul(count).saturating_add(again), self.reply * count);
        WayEstimate {
            way,
            turns,
            subcalls: 0,
            usage,
            largest_prompt: Tokens(before.saturating_add(grows * (count - 1))),
            cost: cost_of(&usage, price),
            fit: Fit::Fits,
        }
    }
}

/// Returns the tokens that a prompt may have beside a reply.
fn room(window: Option<Tokens>, reply: Tokens) -> u64 {
    window.map_or(LARGEST_WINDOW, |window| window.0).saturating_sub(reply.0)
}

/// Returns the way to take, and why: the one call if it takes fewer tokens than programs do, else programs.
fn recommend(ways: &[WayEstimate]) -> (Way, String) {
    let of = |way: Way| ways.iter().find(|estimate| estimate.way == way);
    let (Some(direct), Some(symbolic)) = (of(Way::Direct), of(Way::Symbolic)) else {
        return (Way::Symbolic, String::new());
    };
    let tokens = |way: &WayEstimate| way.usage.total().0;
    let (one_call, programs) = (grouped(tokens(direct)), grouped(tokens(symbolic)));
    match direct.fit {
        Fit::Fits if tokens(direct) <= tokens(symbolic) => (
            Way::Direct,
            format!("one call takes about {one_call} tokens, programs about {programs}"),
        ),
        Fit::Fits => (
            Way::Symbolic,
            format!("programs take about {programs} tokens, one call about {one_call}"),
        ),
        Fit::PromptTooLong { .. } | Fit::TooManySubcalls { .. } => (
            Way::Symbolic,
            format!(
                "all text in one prompt does not fit; with programs, no prompt of the root model has more than about {} tokens",
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
