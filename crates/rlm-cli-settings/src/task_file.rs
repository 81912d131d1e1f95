//! Reads the task file of `--task`: a question with its context and settings. The command line
//! takes precedence over the task file.

use std::path::{Path, PathBuf};

use rlm_answer::Finalization;
use rlm_cli_output::failure::Failure;
use rlm_core::TaskSpec;
use rlm_policy::Limits;

use crate::args::{Route, RunArguments, Seconds};

/// Reads the task file, and fills in the arguments that the command line does not set.
///
/// # Errors
/// [`Failure::Task`].
pub fn apply(arguments: &mut RunArguments) -> Result<(), Failure> {
    let Some(path) = arguments.task.clone() else {
        return Ok(());
    };
    let task = read(&path)?;
    arguments.runner.finals.task = task.finalization(&Finalization::default());
    let TaskSpec {
        question,
        context,
        context_json,
        data,
        model,
        sub_model,
        fallback_models,
        temperature,
        route,
        budget,
        metadata,
        ..
    } = task;
    let folder = path.parent().unwrap_or(Path::new(""));
    let asked = &mut arguments.asked;
    if asked.question_file.is_none() {
        asked.question.get_or_insert(question);
    }
    if asked.paths.is_empty()
        && asked.context.context.is_empty()
        && asked.context.context_json.is_none()
        && asked.context.data.is_none()
    {
        asked.context.context = context.iter().map(|source| within(folder, source)).collect();
        asked.context.context_json = context_json.map(|path| folder.join(path));
        asked.context.data = data;
    }
    let answering = &mut arguments.runner;
    answering.models.model = answering.models.model.take().or(model);
    answering.models.sub_model = answering.models.sub_model.take().or(sub_model);
    if answering.fallback_model.is_empty() {
        answering.fallback_model = fallback_models;
    }
    answering.temperature = answering.temperature.or(temperature);
    if let (Route::Rlm, Some(route)) = (answering.routing.route, route) {
        answering.routing.route = route.into();
    }
    let sizes = &mut answering.sizes;
    sizes.max_steps = sizes.max_steps.or(budget.max_steps);
    sizes.max_subcalls = sizes.max_subcalls.or(budget.max_subcalls);
    sizes.max_depth = sizes.max_depth.or(budget.max_depth);
    sizes.max_output = sizes.max_output.or(budget.max_output);
    let sub_max_output = budget
        .max_output
        .map(|most| most.min(Limits::default().sub_max_output.0));
    sizes.sub_max_output = sizes.sub_max_output.or(sub_max_output);
    answering.budget.max_tokens = answering.budget.max_tokens.or(budget.max_tokens);
    answering.budget.max_output_tokens = answering.budget.max_output_tokens.or(budget.max_output_tokens);
    answering.budget.max_cost = answering.budget.max_cost.or(budget.max_cost);
    answering.max_seconds = answering
        .max_seconds
        .take()
        .or(budget.max_seconds.map(|seconds| Seconds(Some(seconds))));
    arguments.metadata = metadata;
    Ok(())
}

fn read(path: &Path) -> Result<TaskSpec, Failure> {
    let failed = |detail: String| Failure::Task {
        path: path.to_owned(),
        detail: detail.trim().to_owned(),
    };
    if path.as_os_str() == "-" {
        let text = std::io::read_to_string(std::io::stdin()).map_err(|cause| failed(cause.to_string()))?;
        return TaskSpec::from_json(&text).map_err(failed);
    }
    let text = std::fs::read_to_string(path).map_err(|cause| failed(cause.to_string()))?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => toml::from_str(&text).map_err(|error| failed(error.message().to_owned())),
        Some("json") => TaskSpec::from_json(&text).map_err(failed),
        _ => Err(failed("expected a file name that ends in .toml or .json".to_owned())),
    }
}

/// Returns a context argument of a task file with its path resolved against the file's folder, so
/// that the task and its context can be moved together.
fn within(folder: &Path, source: &str) -> String {
    let (name, path) = match source.split_once('=') {
        Some((name, path)) if !name.contains(['/', '\\']) => (Some(name), path),
        _ => (None, source),
    };
    if path == "-" {
        return source.to_owned();
    }
    let path: PathBuf = folder.join(path);
    match name {
        Some(name) => format!("{name}={}", path.display()),
        None => path.display().to_string(),
    }
}
