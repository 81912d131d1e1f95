//! What a run was asked, of what, under which conditions: the lines that are known when it begins.

use rlm_core::{GrantedTool, Routing};
use rlm_policy::Limits;
use rlm_prompt::Prompts;
use rlm_trace::RunStarted;
use serde::de::DeserializeOwned;

use crate::metrics;
use crate::text::{counted, one_line, shortened};

/// The characters of a line.
const LINE_CHARS: usize = 100;

/// Returns the lines under the name of a run.
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

/// Returns a setting of the run; none where there is no such setting, or one that this release does not know.
fn setting<T: DeserializeOwned>(started: &RunStarted, name: &str) -> Option<T> {
    serde_json::from_value(started.settings.get(name)?.clone()).ok()
}

/// `limits:   steps 3 per run, depth 10`: those that are not as by default.
fn limits(started: &RunStarted) -> Option<String> {
    let limits: Limits = setting(started, "limits")?;
    let stated = limits.stated().into_iter();
    let stated: Vec<String> = stated.map(|(name, value)| format!("{name} {value}")).collect();
    (!stated.is_empty()).then(|| format!("limits:   {}", stated.join(", ")))
}

/// `prompts:  root-system otherwise than built in`, and the instructions: each where there are some.
fn prompts(started: &RunStarted) -> Vec<String> {
    let built_in = Prompts::built_in();
    let built_in = built_in.as_ref().map(Prompts::templates).unwrap_or_default();
    let own = started.templates.iter().filter(|template| !built_in.contains(template));
    let own: Vec<&str> = own.map(|template| template.name.as_str()).collect();
    let own = (!own.is_empty()).then(|| {
        let names = shortened(&own.join(", "), LINE_CHARS);
        format!("prompts:  otherwise than those of this release: {names}")
    });
    let instructions = setting::<String>(started, "instructions");
    let instructions = instructions.map(|told| format!("instructions: “{}”", shortened(&told, LINE_CHARS)));
    own.into_iter().chain(instructions).collect()
}

/// `tools:    orders, research`.
fn tools(started: &RunStarted) -> Option<String> {
    let tools: Vec<GrantedTool> = setting(started, "tools")?;
    let names: Vec<&str> = tools.iter().map(|granted| granted.tool.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("tools:    {}", shortened(&names.join(", "), LINE_CHARS)))
}

/// `route:    baseline: the context has 2,850 characters, fewer than 8,000`, and how a run goes about its question, each where it was said.
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
