//! The builder for `Runner`.

mod build;
mod tools;

use std::collections::BTreeMap;
use std::sync::Arc;

use rlm_answer::{Finalization, SuccessCriteria};
use rlm_cache::Cache;
use rlm_model::Model;
use rlm_policy::{Limits, OnLimit, PriceTable};
use rlm_prompt::{ExecutionProfile, History, Prompts};
use rlm_settings::{
    BestEffort, Constrain, Echo, FindModel, Guards, LoopSettings, Recursion, Route, Sampling, ToolboxBuilder,
};
use rlm_trace::JsonObject;
use serde_json::Value;
use sift_text::Tokenizer;
use sift_vm::RunAhead;
use smol_str::SmolStr;

use super::Runner;

/// The builder for [`Runner`].
///
/// ```
/// use std::sync::Arc;
/// use rlm_adapters::FakeModel;
/// use rlm_context::Context;
/// use rlm_core::{RunOptions, Runner, Sampling};
/// use rlm_policy::Limits;
///
/// let root = FakeModel::new(["```repl\nFINAL(llm_query('Sum it up: ' + P, model='careful'))\n```"]);
/// let careful = FakeModel::new([""; 0]).default_reply("It rained on four of seven days.");
/// let runner = Runner::builder(Arc::new(root))
///     .sub_model(Arc::new(FakeModel::new([""; 0]).default_reply("It rained.")))
///     .named_model("careful", Arc::new(careful))
///     .root_sampling(Sampling { temperature: Some(0.0), ..Sampling::default() })
///     .instructions("Answer in one sentence.")
///     .limits(Limits { steps: 5, subcalls: 20, ..Limits::default() })
///     .build()?;
/// let result = runner.run_blocking("How was the week?", &Context::from_text("rain, sun, …"), RunOptions::default())?;
/// assert_eq!(result.answer.as_deref(), Some("It rained on four of seven days."));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
#[derive(Clone)]
pub struct RunnerBuilder {
    root: Arc<dyn Model>,
    sub: Option<Arc<dyn Model>>,
    named: BTreeMap<SmolStr, Arc<dyn Model>>,
    finder: Option<Arc<dyn FindModel>>,
    recursive: Option<Arc<dyn Model>>,
    by_depth: BTreeMap<u32, Arc<dyn Model>>,
    fallbacks: Vec<Arc<dyn Model>>,
    root_sampling: Sampling,
    sub_sampling: Sampling,
    settings: LoopSettings,
    tools: ToolboxBuilder,
    prices: Option<PriceTable>,
    prompts: Option<Prompts>,
    constrain: Constrain,
    scheduling: rlm_scheduler::SchedulerSettings,
    cache: Option<Arc<Cache>>,
    host: JsonObject,
}

impl Runner {
    /// Creates a builder with the root model, which also answers sub-calls unless another model is
    /// set.
    #[must_use]
    pub fn builder(root: Arc<dyn Model>) -> RunnerBuilder {
        RunnerBuilder {
            root,
            sub: None,
            named: BTreeMap::new(),
            finder: None,
            recursive: None,
            by_depth: BTreeMap::new(),
            fallbacks: Vec::new(),
            root_sampling: Sampling::default(),
            sub_sampling: Sampling::default(),
            settings: LoopSettings::default(),
            tools: ToolboxBuilder::default(),
            prices: None,
            prompts: None,
            constrain: Constrain::default(),
            scheduling: rlm_scheduler::SchedulerSettings::default(),
            cache: None,
            host: JsonObject::new(),
        }
    }
}

impl RunnerBuilder {
    /// Sets the model that answers sub-calls.
    #[must_use]
    pub fn sub_model(mut self, model: Arc<dyn Model>) -> Self {
        self.sub = Some(model);
        self
    }

    /// Adds a model that programs may request by name.
    #[must_use]
    pub fn named_model(mut self, name: impl Into<SmolStr>, model: Arc<dyn Model>) -> Self {
        self.named.insert(name.into(), model);
        self
    }

    /// Sets a finder for models that programs request by name. Each model is looked up at its first
    /// use.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use rlm_adapters::FakeModel;
    /// use rlm_context::Context;
    /// use rlm_core::{FindModel, RunOptions, Runner};
    /// use rlm_model::{Model, NamePattern};
    ///
    /// struct Echoes;
    ///
    /// impl FindModel for Echoes {
    ///     fn names(&self) -> Vec<NamePattern> {
    ///         "echo:*".parse().into_iter().collect()
    ///     }
    ///
    ///     fn find(&self, name: &str) -> Arc<dyn Model> {
    ///         Arc::new(FakeModel::new([""; 0]).default_reply(name))
    ///     }
    /// }
    ///
    /// let root = FakeModel::new(["```repl\nFINAL(llm_query('Who?', model='echo:a'))\n```"]);
    /// let runner = Runner::builder(Arc::new(root)).find_models(Arc::new(Echoes)).build()?;
    /// let result = runner.run_blocking("Who?", &Context::from_text("x"), RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("echo:a"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn find_models(mut self, finder: Arc<dyn FindModel>) -> Self {
        self.finder = Some(finder);
        self
    }

    /// Adds a fallback for any model that fails permanently. Fallbacks are tried in the order in
    /// which they were added.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// // Its script is empty: it fails for good at its first call.
    /// let down = FakeModel::new([""; 0]);
    /// let spare = FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]);
    /// let runner = Runner::builder(Arc::new(down)).fallback_model(Arc::new(spare)).build()?;
    /// let result = runner.run_blocking("How many are late?", &Context::from_text("late late"), RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("2"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn fallback_model(mut self, model: Arc<dyn Model>) -> Self {
        self.fallbacks.push(model);
        self
    }

    /// Sets the sampling parameters of the root model.
    #[must_use]
    pub fn root_sampling(mut self, sampling: Sampling) -> Self {
        self.root_sampling = sampling;
        self
    }

    /// Sets the sampling parameters of sub-models.
    #[must_use]
    pub fn sub_sampling(mut self, sampling: Sampling) -> Self {
        self.sub_sampling = sampling;
        self
    }

    /// Sets the limits of each run.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Sets the prices of models. Default: the built-in table.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::{Endpoint, OpenAiModel};
    /// # use rlm_core::Runner;
    /// # use rlm_policy::PriceTable;
    /// let house = OpenAiModel::new(Endpoint::new("http://10.0.0.7:8000/v1".parse()?, "qwen3-32b"))?;
    /// let mut prices = PriceTable::built_in()?;
    /// prices.set("openai:qwen3-32b=0.10,0.30".parse()?);
    /// let runner = Runner::builder(Arc::new(house)).prices(prices).build()?;
    /// assert!(runner.roles().root.price.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn prices(mut self, prices: PriceTable) -> Self {
        self.prices = Some(prices);
        self
    }

    /// Sets the prompts. Default: the built-in prompts.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_core::Runner;
    /// # use rlm_prompt::{PromptName, Prompts};
    /// let prompts = Prompts::from_dir("../../prompts")?; // yours, among those that are built in
    /// let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).prompts(prompts).build()?;
    /// assert!(runner.prompts().text(PromptName::Judge).contains("Judge whether an answer meets its goal."));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn prompts(mut self, prompts: Prompts) -> Self {
        self.prompts = Some(prompts);
        self
    }

    /// Sets instructions for the root run, which are appended verbatim to the root model's system
    /// message. Child runs do not get them, since their questions are written by programs of a
    /// model that did. At most [`MAX_INSTRUCTIONS_BYTES`](crate::MAX_INSTRUCTIONS_BYTES).
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<Arc<str>>) -> Self {
        self.settings.instructions = Some(instructions.into());
        self
    }

    /// Sets the scheduler settings. The maximum number of concurrent calls is taken from the limits
    /// instead.
    #[must_use]
    pub fn scheduling(mut self, settings: rlm_scheduler::SchedulerSettings) -> Self {
        self.scheduling = settings;
        self
    }

    /// Sets the cache of replies to sub-calls.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_cache::Cache;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// let program = "```repl\nFINAL(llm_query('In one word: ' + P))\n```";
    /// let runner = Runner::builder(Arc::new(FakeModel::new([program; 2])))
    ///     .sub_model(Arc::new(FakeModel::new([""; 0]).default_reply("rain")))
    ///     .cache(Arc::new(Cache::memory()))
    ///     .build()?;
    /// let context = Context::from_text("It poured for days.");
    /// runner.run_blocking("What was it like?", &context, RunOptions::default())?;
    /// let again = runner.run_blocking("What was it like?", &context, RunOptions::default())?;
    /// assert_eq!((again.totals.sub.calls, again.totals.sub.cached), (1, 1));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn cache(mut self, cache: Arc<Cache>) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Sets data that the host needs to resume a run, such as the names of models. Journals store
    /// it verbatim, so it must not contain secrets.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_trace::{Event, Journal, JournalOptions};
    /// let mut host = rlm_trace::JsonObject::new();
    /// host.insert("model".to_owned(), "house".into());
    /// let journal = Arc::new(Journal::in_memory(JournalOptions::default()));
    /// let runner = Runner::builder(Arc::new(FakeModel::new(["FINAL: 42"]))).host(host).build()?;
    /// let options = RunOptions { journal: Some(Arc::clone(&journal)), ..RunOptions::default() };
    /// runner.run_blocking("What is it?", &Context::from_text("It is 42."), options)?;
    ///
    /// let records = journal.records().unwrap_or_default();
    /// assert!(matches!(&records[0].event, Event::RunStarted(started) if started.host["model"] == "house"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn host(mut self, host: JsonObject) -> Self {
        self.host = host;
        self
    }

    /// Sets whether the value of a program's last line is shown.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{Echo, RunOptions, Runner};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let printed = async |echo| {
    ///     let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).echo(echo).build()?;
    ///     let mut programs = runner.programs("", &Context::from_text("a b c"), RunOptions::default())?;
    ///     Ok::<_, rlm_core::RunError>(programs.run("len(P.split())").await?.printed)
    /// };
    /// assert_eq!((printed(Echo::On).await?.as_str(), printed(Echo::Off).await?.as_str()), ("3\n", ""));
    /// # Ok::<(), rlm_core::RunError>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn echo(mut self, echo: Echo) -> Self {
        self.settings.echo = echo;
        self
    }

    /// Sets whether calls are issued before the program reaches them.
    #[must_use]
    pub const fn run_ahead(mut self, run_ahead: RunAhead) -> Self {
        self.settings.run_ahead = run_ahead;
        self
    }

    /// Sets whether equal sub-calls of a run and its child runs are one request. Otherwise each is
    /// a separate sample: three equal prompts get three replies.
    #[must_use]
    pub const fn dedupe(mut self, dedupe: bool) -> Self {
        self.settings.dedupe = dedupe;
        self
    }

    /// Sets whether a limit ends a run with an answer or with an error.
    #[must_use]
    pub const fn on_limit(mut self, on_limit: OnLimit) -> Self {
        self.settings.on_limit = on_limit;
        self
    }

    /// Sets how a run that a limit ends gets its best-effort answer.
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
    #[must_use]
    pub const fn best_effort(mut self, best_effort: BestEffort) -> Self {
        self.settings.best_effort = best_effort;
        self
    }

    /// Sets whether the root model's decoding is constrained to the grammar of Sift.
    #[must_use]
    pub const fn constrain(mut self, constrain: Constrain) -> Self {
        self.constrain = constrain;
        self
    }

    /// Sets how runs start child runs, and what happens at the maximum depth.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{AtMaxDepth, Recursion, RunOptions, Runner};
    /// let model = FakeModel::new(["```repl\ntry:\n    rlm_query('Which city?', P)\nexcept CallFailed as e:\n    FINAL(e.kind)\n```"]);
    /// // At the usual depth of 1 no run stands below the root run.
    /// let recursion = Recursion { at_max_depth: AtMaxDepth::Error, ..Recursion::default() };
    /// let runner = Runner::builder(Arc::new(model)).recursion(recursion).build()?;
    /// let result = runner.run_blocking("Which city?", &Context::from_text("Lisbon"), RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("MaxRecursionExceeded"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub const fn recursion(mut self, recursion: Recursion) -> Self {
        self.settings.recursion = recursion;
        self
    }

    /// Sets which of the earlier turns the root model is sent.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_core::Runner;
    /// # use rlm_prompt::{Compaction, History};
    /// // Earlier turns are summed up when the messages have about 50,000 tokens.
    /// let compaction = Compaction { threshold_tokens: Some(50_000), ..Compaction::default() };
    /// let history = History { compaction: Some(compaction), ..History::default() };
    /// assert!(Runner::builder(Arc::new(FakeModel::new([""; 0]))).history(history).build().is_ok());
    ///
    /// let all = Compaction { threshold_pct: 1.5, ..Compaction::default() };
    /// let history = History { compaction: Some(all), ..History::default() };
    /// assert!(Runner::builder(Arc::new(FakeModel::new([""; 0]))).history(history).build().is_err(), "more than the window");
    /// ```
    #[must_use]
    pub fn history(mut self, history: History) -> Self {
        self.settings.history = history;
        self
    }

    /// Sets how questions are routed: to a run, to one call with the whole context, or to either by
    /// the context's length.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{AnswerMethod, Route, RunOptions, Runner};
    /// let model = FakeModel::new(["7-4-1"]);
    /// let runner = Runner::builder(Arc::new(model)).route(Route::Auto).build()?;
    /// let short = Context::from_text("The vault code is 7-4-1.");
    /// let result = runner.run_blocking("What is the code?", &short, RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("7-4-1"));
    /// assert_eq!(result.routed.map(|routed| routed.method), Some(AnswerMethod::Baseline), "by one call");
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub const fn route(mut self, route: Route) -> Self {
        self.settings.routing.route = route;
        self
    }

    /// Sets the minimum length of a context, in characters, from which on [`Route::Auto`] uses
    /// programs instead of a direct answer.
    #[must_use]
    pub const fn baseline_threshold(mut self, chars: u64) -> Self {
        self.settings.routing.baseline_threshold = chars;
        self
    }

    /// Sets the execution profile of runs.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_prompt::ExecutionProfile;
    /// // An answer is taken when a second way has led to the same.
    /// let model = FakeModel::new(["```repl\nFINAL(P.count('late'))\n```", "```repl\nFINAL(len(re.findall('late', P)))\n```"]);
    /// let runner = Runner::builder(Arc::new(model)).profile(ExecutionProfile::Verify).build()?;
    /// let result = runner.run_blocking("How many are late?", &Context::from_text("late late"), RunOptions::default())?;
    /// assert_eq!((result.answer.as_deref(), result.totals.turns), (Some("2"), 2));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub const fn profile(mut self, profile: ExecutionProfile) -> Self {
        self.settings.routing.profile = Some(profile);
        self
    }

    /// Sets the model that writes the programs of child runs. Default: the sub-model.
    #[must_use]
    pub fn recursive_model(mut self, model: Arc<dyn Model>) -> Self {
        self.recursive = Some(model);
        self
    }

    /// Sets the model that writes the programs of child runs `depth` levels below the root run,
    /// instead of the recursive model.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_policy::Limits;
    /// let root = FakeModel::new(["```repl\nFINAL(rlm_query('Which city is it?', P))\n```"]);
    /// let child = FakeModel::new(["```repl\nFINAL(P[:6])\n```"]);
    /// let runner = Runner::builder(Arc::new(root))
    ///     .model_at_depth(1, Arc::new(child))
    ///     .limits(Limits { depth: 2, ..Limits::default() })
    ///     .build()?;
    /// let result = runner.run_blocking("Which?", &Context::from_text("Lisbon is hilly."), RunOptions::default())?;
    /// assert_eq!((result.answer.as_deref(), result.totals.child_turns), (Some("Lisbon"), 1));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn model_at_depth(mut self, depth: u32, model: Arc<dyn Model>) -> Self {
        self.by_depth.insert(depth.max(1), model);
        self
    }

    /// Sets the guards: checks that return an answer to the model if it comes too early.
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
    #[must_use]
    pub fn guards(mut self, guards: Guards) -> Self {
        self.settings.guards = guards;
        self
    }

    /// Sets the conditions for accepting the root run's answer.
    #[must_use]
    pub fn finalization(mut self, finalization: Finalization) -> Self {
        self.settings.finalization = finalization;
        self
    }

    /// Sets a variable whose value is the answer once a program that binds it has run to its end.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// let model = FakeModel::new(["```repl\nanswer = len(lines(P))\n```"]);
    /// let runner = Runner::builder(Arc::new(model)).auto_finalize_var("answer").build()?;
    /// let result = runner.run_blocking("How many lines?", &Context::from_text("a\nb\nc\n"), RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("3"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn auto_finalize_var(mut self, name: impl Into<SmolStr>) -> Self {
        self.settings.finalization.auto_finalize_var = Some(name.into());
        self
    }

    /// Sets the JSON schema of the answer. The answer is then JSON text.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// let model = FakeModel::new([
    ///     "```repl\nFINAL({'total': P})\n```",            // a string: sent back with what is wrong
    ///     "```repl\nFINAL({'total': int(P)})\n```",
    /// ]);
    /// let schema = serde_json::json!({"type": "object", "properties": {"total": {"type": "integer"}}});
    /// let runner = Runner::builder(Arc::new(model)).answer_schema(schema).build()?;
    /// let result = runner.run_blocking("What is the total?", &Context::from_text("42"), RunOptions::default())?;
    /// assert_eq!((result.answer.as_deref(), result.totals.turns), (Some(r#"{"total":42}"#), 2));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn answer_schema(mut self, schema: Value) -> Self {
        self.settings.finalization.answer_schema = Some(Arc::new(schema));
        self
    }

    /// Sets the success criteria of answers.
    #[must_use]
    pub fn success_criteria(mut self, criteria: SuccessCriteria) -> Self {
        self.settings.finalization.criteria = criteria;
        self
    }

    /// Sets the maximum number of answers that are sent back because they do not match the schema
    /// or the criteria.
    #[must_use]
    pub const fn max_rejections(mut self, rejections: u32) -> Self {
        self.settings.finalization.max_rejections = rejections;
        self
    }

    /// Sets the tokenizer that programs use to count and cut texts. Without one, tokens are
    /// estimated.
    #[must_use]
    pub fn tokenizer(mut self, tokenizer: Arc<dyn Tokenizer>) -> Self {
        self.settings.tokenizer = Some(tokenizer);
        self
    }
}
