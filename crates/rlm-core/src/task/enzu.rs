//! Reads the task files of enzu: the payload of its command line, and its `TaskSpec`.

use std::path::PathBuf;

use rlm_answer::SuccessCriteria;
use rlm_model::Money;
use rlm_settings::Route;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{TaskBudget, TaskSpec, dollars};

/// A task file of enzu: a task with its context and provider, or the task alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    task: Task,
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    mode: Option<Mode>,
    #[serde(default)]
    context: Option<String>,
    #[serde(default)]
    context_file: Option<PathBuf>,
    #[serde(default)]
    fs_root: Option<String>,
}

/// The fields of a payload that its task does not have.
const BESIDE_TASK: [&str; 5] = ["provider", "mode", "context", "context_file", "fs_root"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Chat,
    Rlm,
    Automode,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Task {
    #[serde(default)]
    task_id: Option<String>,
    input_text: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    responses: Map<String, Value>,
    #[serde(default)]
    budget: Budget,
    #[serde(default)]
    success_criteria: SuccessCriteria,
    #[serde(default)]
    max_output_tokens: Option<u64>,
    #[serde(default)]
    temperature: Option<f64>,
    #[serde(default)]
    metadata: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Budget {
    /// The output tokens of all calls.
    max_tokens: Option<u64>,
    max_total_tokens: Option<u64>,
    max_seconds: Option<f64>,
    #[serde(deserialize_with = "dollars")]
    max_cost_usd: Option<Money>,
    fallback_providers: Option<Vec<String>>,
}

/// Returns `true` if a JSON value is a task of enzu rather than a [`TaskSpec`].
pub(super) fn is_task(value: &Value) -> bool {
    value.get("input_text").is_some() || value.get("task").is_some_and(Value::is_object)
}

/// Returns the task that a JSON value of enzu describes.
///
/// # Errors
/// A description of the first field that is unknown, has a wrong type or has no counterpart.
pub(super) fn task(value: Value) -> Result<TaskSpec, String> {
    let payload: Payload = serde_json::from_value(nested(value)).map_err(|error| error.to_string())?;
    let Payload { task, provider, .. } = payload;
    if let Some(name) = task.responses.keys().next() {
        return Err(format!(
            "`responses.{name}` has no counterpart; set it in `[models.NAME]` of rlm.toml"
        ));
    }
    let mut metadata = task.metadata;
    if let Some(id) = task.task_id {
        metadata.insert("task_id".to_owned(), id.into());
    }
    let name = task.model.or(payload.model);
    let fallbacks = task.budget.fallback_providers.unwrap_or_default();
    let fallback_models = fallbacks
        .iter()
        .filter_map(|provider| Some(model_string(Some(provider), name.as_deref()?)))
        .collect();
    let file = payload.context_file.map(|path| path.display().to_string());
    Ok(TaskSpec {
        question: task.input_text,
        context: file.or(payload.fs_root).into_iter().collect(),
        data: payload.context,
        model: name.map(|name| model_string(provider.as_deref(), &name)),
        fallback_models,
        route: (payload.mode == Some(Mode::Chat)).then_some(Route::Direct),
        temperature: task.temperature,
        budget: TaskBudget {
            max_tokens: task.budget.max_total_tokens,
            max_output_tokens: task.budget.max_tokens,
            max_output: task.max_output_tokens,
            max_cost: task.budget.max_cost_usd,
            max_seconds: task.budget.max_seconds.map(whole_seconds),
            ..TaskBudget::default()
        },
        criteria: task.success_criteria,
        metadata,
        ..TaskSpec::default()
    })
}

/// Returns the payload with its task as a field. A task alone may have the payload's fields too.
fn nested(value: Value) -> Value {
    let Value::Object(mut task) = value else { return value };
    if task.contains_key("task") {
        return Value::Object(task);
    }
    let fields = BESIDE_TASK.iter().filter_map(|name| task.remove_entry(*name));
    let mut payload: Map<String, Value> = fields.collect();
    payload.insert("task".to_owned(), Value::Object(task));
    Value::Object(payload)
}

/// Returns a model string for a model's name. Without a provider, a name with a slash is one of
/// OpenRouter, and any other is one of OpenAI.
fn model_string(provider: Option<&str>, name: &str) -> String {
    match provider {
        Some(provider) => format!("{provider}:{name}"),
        None if name.contains(':') => name.to_owned(),
        None if name.contains('/') => format!("openrouter:{name}"),
        None => format!("openai:{name}"),
    }
}

/// Rounds a time down to whole seconds, but to at least one.
fn whole_seconds(seconds: f64) -> u64 {
    // The cast saturates.
    (seconds.floor() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use rlm_settings::Route;
    use serde_json::json;

    use super::{TaskSpec, task};

    #[test]
    fn fields_beside_a_task_are_also_read_from_the_task_itself() {
        let beside = json!({ "provider": "openrouter", "mode": "chat", "context": "some text" });
        let own = json!({ "task_id": "t1", "input_text": "Who signed it?", "model": "a/b" });
        let mut flat = own.clone();
        flat.as_object_mut()
            .unwrap()
            .extend(beside.as_object().unwrap().clone());
        let mut payload = beside;
        payload["task"] = own;
        let [flat, payload] = [flat, payload].map(|value| task(value).unwrap());
        assert_eq!(flat, payload);
        let TaskSpec { model, data, route, .. } = flat;
        assert_eq!(
            (model.as_deref(), data.as_deref(), route),
            (Some("openrouter:a/b"), Some("some text"), Some(Route::Direct))
        );
        let unknown = task(json!({ "input_text": "Who?", "colour": "red" })).unwrap_err();
        assert!(unknown.contains("unknown field `colour`"), "{unknown}");
    }
}
