//! A question with its context, models, budget and criteria, as one serializable value.

mod enzu;

use std::path::PathBuf;
use std::sync::Arc;

use rlm_answer::{AnswerChecks, Finalization, SuccessCriteria};
use rlm_context::Context;
use rlm_model::{Money, Tokens};
use rlm_policy::Limits;
use rlm_settings::Route;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

use crate::error::RunError;
use crate::result::RunResult;
use crate::runner::{RunOptions, Runner};

/// A question with its context, models, budget and criteria.
///
/// ```
/// let task: rlm_core::TaskSpec = serde_json::from_str(r#"{
///     "question": "Who signed it?",
///     "context": ["contract.txt"],
///     "budget": {"max_cost": "0.50", "max_steps": 12},
///     "criteria": {"goal": "Every signatory is named with the date."},
///     "metadata": {"ticket": 4711}
/// }"#)?;
/// assert_eq!(task.budget.limits(&Default::default()).steps, 12);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    /// The question of the task.
    pub question: String,
    /// The files, folders and globs of the context. If each has the form `NAME=PATH`, the context
    /// is a dict. The caller reads the files.
    #[serde(default)]
    pub context: Vec<String>,
    /// A file whose JSON value is the context, instead of `context`.
    #[serde(default)]
    pub context_json: Option<PathBuf>,
    /// The text of the context, instead of `context`.
    #[serde(default)]
    pub data: Option<String>,
    /// The model that writes the programs, as a model string.
    #[serde(default)]
    pub model: Option<String>,
    /// The model that answers sub-calls, as a model string.
    #[serde(default)]
    pub sub_model: Option<String>,
    /// The models that replace a model that fails permanently, as model strings, in order.
    #[serde(default)]
    pub fallback_models: Vec<String>,
    /// The sampling temperature of all models.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// How the question is answered: with programs, with one call, or whichever suits the context.
    #[serde(default)]
    pub route: Option<Route>,
    /// The budget of the task. Fields that are not set are taken from the runner.
    #[serde(default)]
    pub budget: TaskBudget,
    /// The success criteria of the answer.
    #[serde(default)]
    pub criteria: SuccessCriteria,
    /// The JSON schema of the answer. The answer is then JSON text.
    #[serde(default)]
    pub answer_schema: Option<Arc<Value>>,
    /// Metadata of the caller, which the journal records verbatim with the settings.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

/// The budget of a task. Fields that are `None` are taken from the runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskBudget {
    /// The maximum number of turns of the root model.
    pub max_steps: Option<u32>,
    /// The maximum number of sub-calls.
    pub max_subcalls: Option<u32>,
    /// The maximum depth of sub-calls.
    pub max_depth: Option<u32>,
    /// The maximum number of tokens, input and output together.
    pub max_tokens: Option<u64>,
    /// The maximum number of output tokens of all calls.
    pub max_output_tokens: Option<u64>,
    /// The maximum number of tokens of one reply. Replies to sub-calls keep the runner's limit if it
    /// is lower.
    pub max_output: Option<u64>,
    /// The maximum cost in dollars, as a string or a number.
    #[serde(deserialize_with = "dollars")]
    pub max_cost: Option<Money>,
    /// The maximum number of seconds from start to end.
    pub max_seconds: Option<u64>,
}

impl TaskBudget {
    /// Returns `limits` with the values that this budget sets.
    #[must_use]
    pub fn limits(&self, limits: &Limits) -> Limits {
        Limits {
            steps: self.max_steps.unwrap_or(limits.steps),
            subcalls: self.max_subcalls.unwrap_or(limits.subcalls),
            depth: self.max_depth.unwrap_or(limits.depth),
            tokens: self.max_tokens.map(Tokens).or(limits.tokens),
            output_tokens: self.max_output_tokens.map(Tokens).or(limits.output_tokens),
            root_max_output: self.max_output.map_or(limits.root_max_output, Tokens),
            sub_max_output: match self.max_output.map(Tokens) {
                Some(most) => most.min(limits.sub_max_output),
                None => limits.sub_max_output,
            },
            cost: self.max_cost.or(limits.cost),
            seconds: self.max_seconds.or(limits.seconds),
            ..limits.clone()
        }
    }
}

fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Dollars {
        Text(String),
        Number(Number),
    }
    let text = match Dollars::deserialize(deserializer)? {
        Dollars::Text(text) => text,
        Dollars::Number(number) => number.to_string(),
    };
    text.parse().map(Some).map_err(D::Error::custom)
}

impl TaskSpec {
    /// Parses a task from JSON: its own fields, or a task of enzu.
    ///
    /// ```
    /// # use rlm_core::TaskSpec;
    /// let task = TaskSpec::from_json(r#"{
    ///     "task": {"task_id": "t1", "input_text": "Who signed it?", "model": "gpt-5.1", "budget": {"max_tokens": 800}},
    ///     "provider": "openai",
    ///     "context_file": "contract.txt"
    /// }"#)?;
    /// assert_eq!((task.question.as_str(), task.model.as_deref()), ("Who signed it?", Some("openai:gpt-5.1")));
    /// assert_eq!((task.context, task.budget.max_output_tokens), (vec!["contract.txt".to_owned()], Some(800)));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// A description of what is wrong, such as an unknown field.
    pub fn from_json(text: &str) -> Result<Self, String> {
        match serde_json::from_str(text) {
            Ok(value) if enzu::is_task(&value) => enzu::task(value),
            // Parsed from the text, so that the error has a line and a column.
            _ => serde_json::from_str(text).map_err(|error| error.to_string()),
        }
    }

    /// Returns the conditions for accepting the task's answer. Conditions that the task doesn't set
    /// are taken from the runner.
    #[must_use]
    pub fn finalization(&self, runner: &Finalization) -> Finalization {
        Finalization {
            answer_schema: self.answer_schema.clone().or_else(|| runner.answer_schema.clone()),
            criteria: match self.criteria.is_none() {
                true => runner.criteria.clone(),
                false => self.criteria.clone(),
            },
            ..runner.clone()
        }
    }
}

impl Runner {
    /// Runs a task over a context with this runner's models. If the task names models, the caller
    /// must create the runner with them.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner, TaskSpec};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let task: TaskSpec = serde_json::from_str(
    ///     r#"{"question": "Who signed?", "budget": {"max_steps": 4}, "answer_schema": {"type": "array"}}"#,
    /// )?;
    /// let model = FakeModel::new(["```repl\nFINAL(re.findall(r'Signed: (\\w+)', P))\n```"]);
    /// let runner = Runner::builder(Arc::new(model)).build()?;
    /// let contract = Context::from_text("Signed: Okoye\nSigned: Lind\n");
    /// let result = runner.run_task(&task, &contract, RunOptions::default()).await?;
    /// assert_eq!(result.answer.as_deref(), Some(r#"["Okoye","Lind"]"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`RunError::Setting`] for an invalid schema or pattern.
    pub async fn run_task(
        &self,
        task: &TaskSpec,
        context: &Context,
        options: RunOptions,
    ) -> Result<RunResult, RunError> {
        let mut runner = self.with_limits(task.budget.limits(self.limits()));
        if let Some(route) = task.route {
            runner.settings.routing.route = route;
            runner.settings.check_route()?;
        }
        runner.settings.finalization = task.finalization(&self.settings.finalization);
        AnswerChecks::new(&runner.settings.finalization)?;
        let options = RunOptions {
            metadata: task.metadata.clone(),
            ..options
        };
        runner.run_with(&task.question, context, options).await
    }
}
