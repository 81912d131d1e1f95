//! What a run depends on besides its question, its context and the models' replies; recorded in the journal.

use std::sync::Arc;

use rlm_answer::Finalization;
use rlm_context::WithoutText;
use rlm_model::{GrammarWay, NamePattern, Parameters, Price, ReasoningEffort, Tokens};
use rlm_policy::{Limits, OnLimit, Taint};
use rlm_prompt::{Carried, History, Limited, PromptError, Prompts};
use rlm_trace::JsonObject;
use serde::{Deserialize, Serialize};
use sift_text::Tokenizer;
use sift_vm::{ContextData, Machine, RunAhead};
use smol_str::SmolStr;

use crate::error::RunError;
use crate::routing::Routing;
use crate::tools::{GrantedTool, Toolbox};

/// How replies are sampled. What is left out is the provider's default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// The temperature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// A seed for providers that take one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Sequences at which the model stops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// How much a reasoning model should think.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

impl Sampling {
    pub(crate) fn parameters(&self, max_output: Tokens) -> Parameters {
        Parameters {
            max_output,
            temperature: self.temperature,
            seed: self.seed,
            stop: self.stop.clone(),
            reasoning_effort: self.reasoning_effort,
        }
    }
}

/// Whether the value of a program's last line is shown where that is a bare expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Echo {
    /// It is shown, as by `print(value)`.
    #[default]
    On,
    /// It is not.
    Off,
}

/// How runs start child runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recursion {
    /// Whether plain sub-calls are child runs too; where nothing is said, they are where runs may stand two levels deep or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_subcalls: Option<bool>,
    /// What becomes of an `rlm_query` of a run that stands as deep as runs may.
    pub at_max_depth: AtMaxDepth,
}

/// What becomes of an `rlm_query` of a run that stands as deep as runs may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtMaxDepth {
    /// A plain sub-call answers it.
    #[default]
    Plain,
    /// It fails, which the program can catch.
    Error,
}

impl Recursion {
    pub(crate) fn subcalls_are_runs(self, limits: &Limits) -> bool {
        self.recursive_subcalls.unwrap_or(limits.depth >= 2)
    }
}

/// What is done for the best answer where a limit ends a run.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{BestEffort, RunOptions, Runner};
/// # use rlm_policy::Limits;
/// // One step, which does not answer; then the best answer that what was found allows.
/// let model = FakeModel::new(["```repl\nprint(P.count('late'))\n```", "There are two late ones at least."]);
/// let runner = Runner::builder(Arc::new(model))
///     .limits(Limits { steps: 1, ..Limits::default() })
///     .best_effort(BestEffort { grace_seconds: 10, ..BestEffort::default() })
///     .build()?;
/// let result = runner.run_blocking("How many are late?", &Context::from_text("late late"), RunOptions::default())?;
/// assert_eq!(result.outcome.name(), "partial");
/// assert_eq!(result.answer.as_deref(), Some("There are two late ones at least."));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default = "BestEffort::at_steps", deny_unknown_fields)]
pub struct BestEffort {
    /// Whether the root model is asked for it at any limit, or where steps or replies without a program ended the run alone.
    pub at_any_limit: bool,
    /// The seconds that this may take beyond the limit of time; none where it is 0.
    pub grace_seconds: u64,
    /// The most of a run's tokens and money that other calls leave for it, in percent.
    pub reserve_percent: u8,
}

impl Default for BestEffort {
    /// At any limit, for 30 seconds and 10 percent at the most.
    fn default() -> Self {
        Self {
            at_any_limit: true,
            grace_seconds: 30,
            reserve_percent: 10,
        }
    }
}

impl BestEffort {
    /// Asks only where steps or replies without a program ended the run, as earlier releases did.
    #[must_use]
    pub const fn at_steps() -> Self {
        Self {
            at_any_limit: false,
            grace_seconds: 0,
            reserve_percent: 0,
        }
    }

    fn is_at_steps(&self) -> bool {
        *self == Self::at_steps()
    }
}

/// What keeps a run from ending too soon, and from going on for nothing.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{Guards, RunOptions, Runner};
/// // A model that answers before it has looked is asked to look first.
/// let model = FakeModel::new(["FINAL: 7-4-2", "```repl\nprint(P)\n```", "FINAL: 7-4-1"]);
/// let guards = Guards { require_repl_before_final: true, ..Guards::default() };
/// let runner = Runner::builder(Arc::new(model)).guards(guards).build()?;
/// let context = Context::from_text("The vault code is 7-4-1.");
/// let result = runner.run_blocking("What is the code?", &context, RunOptions::default())?;
/// assert_eq!((result.answer.as_deref(), result.totals.turns), (Some("7-4-1"), 3));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default = "Guards::none", deny_unknown_fields)]
pub struct Guards {
    /// Whether the root run's answer is taken only after a program has run.
    #[serde(skip_serializing_if = "is_false")]
    pub require_repl_before_final: bool,
    /// Whether the root run's answer is taken only after a program has asked a sub-model.
    #[serde(skip_serializing_if = "is_false")]
    pub require_subcall_before_final: bool,
    /// How many replies in a row may hold nothing new to run before the run ends: with the best that can be said, or as `unable` if no
    /// program ever ran. None for no such limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_response_limit: Option<u32>,
    /// A program that runs once in place of the one that a reply of the root model lacks: when the limit of such replies is reached, or, if
    /// there is no limit, at the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_code: Option<String>,
    /// Whether a literal answer of the program that is the first to read the data is set aside once: it was written before its output was
    /// seen.
    #[serde(skip_serializing_if = "is_false")]
    pub look_before_final: bool,
    /// Whether the model is told that a program is one it has sent before, with the same outcome.
    #[serde(skip_serializing_if = "is_false")]
    pub notice_repeats: bool,
    /// How many programs in a row may end by the failure of the same tool, which nothing catches, before the run ends with the outcome
    /// `tool_error`: the model can't do without it. None for no such limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_failure_limit: Option<u32>,
    /// Whether a run in which no program ever ran ends at a limit without an answer, rather than with one that rests on nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub best_answer_needs_program: bool,
    /// Whether a final answer outside of programs is sent back once if its reply was cut by the output limit or a content filter, and is
    /// partial if it is cut again.
    #[serde(skip_serializing_if = "is_false")]
    pub whole_answers: bool,
}

impl Default for Guards {
    /// Literal answers of the first look are set aside, repeats are noticed, and a run ends after three replies in a row with nothing new
    /// to run, or three programs in a row that fail by the same tool. Cut answers are sent back, and the best answer at a limit needs a
    /// program that ran. Nothing else is guarded.
    fn default() -> Self {
        Self {
            invalid_response_limit: Some(3),
            look_before_final: true,
            notice_repeats: true,
            tool_failure_limit: Some(3),
            best_answer_needs_program: true,
            whole_answers: true,
            ..Self::none()
        }
    }
}

impl Guards {
    /// Guards nothing, as earlier releases did.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            require_repl_before_final: false,
            require_subcall_before_final: false,
            invalid_response_limit: None,
            fallback_code: None,
            look_before_final: false,
            notice_repeats: false,
            tool_failure_limit: None,
            best_answer_needs_program: false,
            whole_answers: false,
        }
    }

    fn is_none(&self) -> bool {
        *self == Self::none()
    }

    /// Says what is wrong with the fallback program, where one is given.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        let Some(code) = &self.fallback_code else {
            return Ok(());
        };
        let parsed = sift_syntax::parse(code);
        let first = parsed.diagnostics.first().map(|diagnostic| {
            let (line, _) = diagnostic.line_column(code);
            format!("line {line}: {}", diagnostic.message)
        });
        match (parsed.is_accepted(), code.trim().is_empty()) {
            (true, false) => Ok(()),
            (_, is_empty) => Err(RunError::Setting {
                name: "fallback_code",
                detail: match is_empty {
                    true => "the program is empty".to_owned(),
                    false => first.unwrap_or_default(),
                },
            }),
        }
    }
}

/// The settings of a runner that apply to all of its runs.
#[derive(Clone, Default)]
pub struct LoopSettings {
    /// The budgets of a run.
    pub limits: Limits,
    /// Whether a limit is an error.
    pub on_limit: OnLimit,
    /// How the best answer is obtained at a limit.
    pub best_effort: BestEffort,
    /// How runs start child runs.
    pub recursion: Recursion,
    /// The conditions for ending a run.
    pub guards: Guards,
    /// The conditions for accepting an answer.
    pub finalization: Finalization,
    /// Which earlier turns the root model is sent.
    pub history: History,
    /// Instructions for the root run, at the end of its system message.
    pub instructions: Option<Arc<str>>,
    /// How questions are routed.
    pub routing: Routing,
    /// Whether the value of a program's last line is shown.
    pub echo: Echo,
    /// Whether calls are issued before a program reaches them.
    pub run_ahead: RunAhead,
    /// Whether equal sub-calls of a run are one request.
    pub dedupe: bool,
    /// The tools that programs may call.
    pub tools: Toolbox,
    /// The tokenizer that programs count by; `None` estimates tokens.
    pub tokenizer: Option<Arc<dyn Tokenizer>>,
}

impl LoopSettings {
    /// Renders the root run's system message.
    pub(crate) fn root_system(&self, prompts: &Prompts, limited: Limited) -> Result<String, PromptError> {
        let system = prompts.root_system_with(limited, self.tools.shown(0))?;
        Ok(match &self.instructions {
            Some(instructions) => format!("{system}\n\n{}", prompts.instructions(instructions)?),
            None => system,
        })
    }

    /// Returns how many characters of output a turn shows.
    pub(crate) fn shown_output(&self) -> usize {
        usize::try_from(self.limits.shown_output).unwrap_or(usize::MAX)
    }

    /// Returns how many characters a reply to a sub-call has room for, about: four a token.
    pub(crate) const fn reply_chars(&self) -> u64 {
        self.limits.sub_max_output.0.saturating_mul(4)
    }

    /// Makes the machine of a run that stands so many levels below the root run, or of a session without a root model.
    ///
    /// # Errors
    /// [`RunError::ToolName`] where a tool can't have its name, which a runner's tools always can.
    pub(crate) fn machine(&self, context: ContextData, question: &str, depth: usize) -> Result<Machine, RunError> {
        let settings = sift_vm::Settings {
            fuel: self.limits.fuel,
            memory_bytes: usize::try_from(self.limits.memory).unwrap_or(usize::MAX),
            echo: match self.echo {
                Echo::On => sift_vm::Echo::On,
                Echo::Off => sift_vm::Echo::Off,
            },
            run_ahead: self.run_ahead,
            chunk_chars: usize::try_from(self.limits.chunk_chars).unwrap_or(usize::MAX),
            ..sift_vm::Settings::default()
        };
        let machine = Machine::new(settings, context, question).with_tokenizer(self.tokenizer.clone());
        Ok(machine.with_tools(self.tools.host_tools(depth))?)
    }
}

/// The settings of a run, as its journal holds them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSettings {
    /// What the run may use.
    pub limits: Limits,
    /// How the root model is sampled.
    #[serde(default)]
    pub root: Sampling,
    /// How sub-models are sampled.
    #[serde(default)]
    pub sub: Sampling,
    /// The price of each model that the run may call, in the order of the journal's list of models.
    pub prices: Vec<Option<Price>>,
    /// The tokens that prompts and replies of each model may have together, in the same order; empty where none is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Option<Tokens>>,
    /// The name of the tokenizer that prompts for each model were counted by before they were paid for, in the same order; empty
    /// where all were taken by their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Option<String>>,
    /// What becomes of the run at a limit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_limit: OnLimit,
    /// Whether equal sub-calls were one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dedupe: bool,
    /// What was done for the best answer at a limit.
    #[serde(default = "BestEffort::at_steps", skip_serializing_if = "BestEffort::is_at_steps")]
    pub best_effort: BestEffort,
    /// How the root model was held to the language; none where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constrained: Option<GrammarWay>,
    /// How runs started child runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub recursion: Recursion,
    /// What kept runs from ending too soon, and from going on for nothing.
    #[serde(default = "Guards::none", skip_serializing_if = "Guards::is_none")]
    pub guards: Guards,
    /// What was taken as the root run's answer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub finalization: Finalization,
    /// What the root model was sent of its earlier turns.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: History,
    /// What whoever asked wanted the root run to keep to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<Arc<str>>,
    /// Which way the question went, and how the run went about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub routing: Routing,
    /// The depths of the models at the list's end that write the programs of child runs; 0 is the one for all other depths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recursive_models: Vec<u32>,
    /// The names by which programs may ask for models: those of the list after the first two.
    #[serde(default)]
    pub model_names: Vec<SmolStr>,
    /// The names, and patterns of names, of the models that were looked up when programs asked for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found_models: Vec<NamePattern>,
    /// Whether the value of a program's last line is shown.
    #[serde(default)]
    pub echo: Echo,
    /// The digest of kind, names and contents of the context; none where files were mapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Where files were mapped: the digest of what of the context is no content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// What stands between two documents of the joined text; none where it is [`DEFAULT_SEPARATOR`](rlm_context::DEFAULT_SEPARATOR).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The files that were left out of the context because they have no text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_text: Vec<WithoutText>,
    /// Whether programs could search.
    #[serde(default, skip_serializing_if = "is_false")]
    pub search: bool,
    /// What the run went on from, as a question of a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Carried>,
    /// The tools that programs could call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<GrantedTool>,
    /// How much it mattered where what tools were given came from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub taint: Taint,
    /// The name of the tokenizer that programs count by; where there is none, tokens are estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
    /// The turn from which on whoever carried the run out gave its programs; none where a root model wrote them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_from: Option<u32>,
}

/// Returns the JSON of a struct of numbers, texts and lists, which always has one.
pub(crate) fn json_object<T: Serialize>(value: &T) -> Option<JsonObject> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Object(object)) => Some(object),
        Ok(_) | Err(_) => None,
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl RunSettings {
    pub(crate) fn to_json(&self) -> JsonObject {
        json_object(self).unwrap_or_default()
    }
}
