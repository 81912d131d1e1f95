//! Reads the task file of `--task`: a question with its context and settings. The command line
//! takes precedence over the task file.

use std::path::{Path, PathBuf};

use rlm_answer::Finalization;
use rlm_cli_output::failure::Failure;
use rlm_core::TaskSpec;

use crate::args::{RunArguments, Seconds};

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
        model,
        sub_model,
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
    }
    let answering = &mut arguments.runner;
    answering.models.model = answering.models.model.take().or(model);
    answering.models.sub_model = answering.models.sub_model.take().or(sub_model);
    let sizes = &mut answering.sizes;
    sizes.max_steps = sizes.max_steps.or(budget.max_steps);
    sizes.max_subcalls = sizes.max_subcalls.or(budget.max_subcalls);
    sizes.max_depth = sizes.max_depth.or(budget.max_depth);
    answering.budget.max_tokens = answering.budget.max_tokens.or(budget.max_tokens);
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
    let text = std::fs::read_to_string(path).map_err(|cause| failed(cause.to_string()))?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => toml::from_str(&text).map_err(|error| failed(error.message().to_owned())),
        Some("json") => serde_json::from_str(&text).map_err(|error| failed(error.to_string())),
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
