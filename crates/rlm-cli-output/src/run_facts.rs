//! Formats the header of a run: its question, context, models and settings, which are known when it
//! starts.

use rlm_core::{GrantedTool, Routing};
use rlm_policy::Limits;
use rlm_prompt::Prompts;
use rlm_trace::RunStarted;
use serde::de::DeserializeOwned;

use crate::metrics;
use crate::text::{counted, one_line, shortened};

/// The maximum number of characters shown of a value in the header.
const LINE_CHARS: usize = 100;

/// Returns the header lines of a run: its question, context, models and settings.
pub fn facts(started: &RunStarted) -> Vec<String> {
    let mut models: Vec<String> = started.models.iter().map(|model| model.identity.to_string()).collect();
    models.dedup();
    let size: u64 = started.context.iter().map(|source| source.bytes).sum();
    let names = match started.context.as_slice() {
        [one] => one_line(&one.name),
        several => counted(several.len(), "document"),
    };
    let mut lines = vec![
        format!("question: {}", shortened(&started.question, LINE_CHARS)),
        format!("context:  {names}, {}", metrics::bytes(size)),
        format!("model:    {}", models.join(", then ")),
    ];
    lines.extend(limits(started));
    lines.extend(prompts(started));
    lines.extend(tools(started));
    lines.extend(route(started));
    lines
}

/// Returns the recorded setting with this name; `None` if it is missing, or if this release can't
/// parse it.
pub(crate) fn setting<T: DeserializeOwned>(started: &RunStarted, name: &str) -> Option<T> {
    serde_json::from_value(started.settings.get(name)?.clone()).ok()
}

/// Formats a run's limits that differ from the defaults: `limits:   steps 3 per run, depth 10`.
fn limits(started: &RunStarted) -> Option<String> {
    let limits: Limits = setting(started, "limits")?;
    let stated = limits.stated().into_iter();
    let stated: Vec<String> = stated.map(|(name, value)| format!("{name} {value}")).collect();
    (!stated.is_empty()).then(|| format!("limits:   {}", stated.join(", ")))
}

/// Formats a run's prompts that differ from the built-in ones, and its instructions; empty if there
/// are neither.
fn prompts(started: &RunStarted) -> Vec<String> {
    let built_in = Prompts::built_in();
    let built_in = built_in.as_ref().map(Prompts::templates).unwrap_or_default();
    let own = started.templates.iter().filter(|template| !built_in.contains(template));
    let own: Vec<&str> = own.map(|template| template.name.as_str()).collect();
    let own = (!own.is_empty()).then(|| {
        let names = shortened(&own.join(", "), LINE_CHARS);
        format!("prompts:  different from those of this release: {names}")
    });
    let instructions = setting::<String>(started, "instructions");
    let instructions = instructions.map(|told| format!("instructions: “{}”", shortened(&told, LINE_CHARS)));
    own.into_iter().chain(instructions).collect()
}

/// Formats the names of a run's tools: `tools:    orders, research`.
fn tools(started: &RunStarted) -> Option<String> {
    let tools: Vec<GrantedTool> = setting(started, "tools")?;
    let names: Vec<&str> = tools.iter().map(|granted| granted.tool.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("tools:    {}", shortened(&names.join(", "), LINE_CHARS)))
}

/// Formats a run's routing decision and profile, each if the journal records it: `route: baseline:
/// the context has 2,850 characters, fewer than 8,000`.
fn route(started: &RunStarted) -> Vec<String> {
    let Some(routing) = setting::<Routing>(started, "routing") else {
        return Vec::new();
    };
    let routed = routing.routed.map(|routed| {
        let reason = shortened(&routed.reason, LINE_CHARS);
        format!("route:    {}: {reason}", routed.method.name())
    });
    let profile = routing.profile.map(|profile| format!("profile:  {}", profile.name()));
    routed.into_iter().chain(profile).collect()
}
