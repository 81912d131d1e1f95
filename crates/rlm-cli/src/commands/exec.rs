//! `rlm exec`: runs programs over a text, without a root model.

use std::path::Path;
use std::sync::Arc;

use rlm_cli_execution::context::{self, Reading};
use rlm_cli_execution::program_file::ProgramFile;
use rlm_cli_execution::{local_models, retrieval, runtime};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::schemas;
use rlm_cli_output::text::visible;
use rlm_cli_settings::args::{CURRENT_FOLDER, ExecArguments};
use rlm_cli_settings::cache::{CachePlace, CacheSettings};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::runner::scheduling;
use rlm_cli_settings::{limits, models};
use rlm_context::{Context, Newlines};
use rlm_core::{Echo, ProgramStep, Programs, RunOptions, Runner, StepEnd};
use rlm_policy::Limits;
use rlm_trace::JournalTexts;
use serde_json::Value;
use sift_syntax::to_json;
use tokio_util::sync::CancellationToken;

use super::check::boxed;

/// Runs `rlm exec`: executes the programs in order, up to the one that gives the final answer.
/// Returns the exit code.
pub(crate) fn run(arguments: &ExecArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let stdin = |path: &Path| path.as_os_str() == "-";
    let wanted = arguments.programs.iter().filter(|path| stdin(path)).count()
        + arguments
            .context
            .iter()
            .filter(|argument| argument.ends_with("=-") || *argument == "-")
            .count();
    if wanted > 1 {
        return Err(Failure::StandardInputTwice);
    }
    let sources = arguments
        .programs
        .iter()
        .map(|path| ProgramFile::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let runner = runner(arguments, environment)?;
    let context = read_context(arguments, environment, console)?;
    let cancel = CancellationToken::new();
    let indexes = CachePlace::new(arguments.cache.cache.as_deref(), environment).indexes();
    let say = move |text: &str| console.say(text);
    let options = RunOptions {
        cancel: cancel.clone(),
        retriever: retrieval::retriever(!arguments.search.no_search, &context, indexes, say),
        ..RunOptions::default()
    };
    let mut programs = runner.programs(&arguments.query, &context, options)?;
    // Memory-mapped files have been read by now.
    context::warn(&context.late_warnings(), console);
    let work = run_all(&mut programs, &sources, arguments, console);
    let steps = runtime::carry_out(runtime::runtime()?, cancel, console, work)?;
    if arguments.json {
        console.json(&json(&programs, &sources, &steps))?;
        return Ok(exit_code(&steps).filter(|code| *code == 130).unwrap_or(0));
    }
    for note in programs.notes() {
        console.say(&format!("note: {}", note.text));
    }
    Ok(exit_code(&steps).unwrap_or(0))
}

/// Creates the runner that executes programs. It has only the limits of the virtual machine, since
/// users can control their own programs.
fn runner(arguments: &ExecArguments, environment: &Environment) -> Result<Runner, Failure> {
    let api_key_env = arguments.calls.api_key_env.as_deref();
    let model = models::for_programs(arguments.model.as_deref(), api_key_env, environment, &|| {
        local_models::find(environment)
    })?;
    let limits = Limits {
        subcalls: u32::MAX,
        seconds: None,
        concurrency: arguments.calls.concurrency,
        retries: u32::MAX,
        ..limits::of_texts(Limits::default(), environment)?
    };
    let cache = CacheSettings::lower(&arguments.cache, JournalTexts::Full, environment).open()?;
    let echo = if arguments.echo { Echo::On } else { Echo::Off };
    let model = model.unwrap_or_else(models::nobody);
    let encoding = arguments.calls.tokenizer.encoding(&model.identity().model)?;
    let mut builder = Runner::builder(model)
        .limits(limits)
        .cache(cache)
        .echo(echo)
        .scheduling(scheduling(&arguments.calls.waiting));
    if let Some(encoding) = encoding {
        builder = builder.tokenizer(Arc::new(encoding));
    }
    Ok(builder
        .run_ahead(arguments.calls.run_ahead.into())
        .dedupe(arguments.calls.dedupe)
        .build()?)
}

fn read_context(arguments: &ExecArguments, environment: &Environment, console: Console) -> Result<Context, Failure> {
    let cache = CachePlace::new(arguments.cache.cache.as_deref(), environment).extractions();
    let reading = Reading {
        git: arguments.git.clone(),
        ..Reading::new(&arguments.shown, cache, Newlines::Universal, Loading::Shown)
    };
    let loaded = match &arguments.context_json {
        Some(path) => context::load_value(path, reading)?,
        None if arguments.context.is_empty() && arguments.git.is_some() => {
            context::load_arguments(&[CURRENT_FOLDER.to_owned()], reading)?
        }
        None if arguments.context.is_empty() => return Ok(Context::none()),
        None => context::load_arguments(&arguments.context, reading)?,
    };
    context::warn(&loaded.warnings, console);
    Ok(loaded.context)
}

async fn run_all(
    programs: &mut Programs,
    sources: &[ProgramFile],
    arguments: &ExecArguments,
    console: Console,
) -> Result<Vec<ProgramStep>, Failure> {
    let mut steps = Vec::new();
    for source in sources {
        let step = programs.run(&source.text).await?;
        if !arguments.json {
            show(source, &step, console)?;
        }
        let is_last = step.answer.is_some() || step.end == StepEnd::Stopped;
        steps.push(step);
        if is_last {
            break;
        }
    }
    Ok(steps)
}

/// Shows the result of a program: output and the final answer on standard output, errors on
/// standard error.
fn show(source: &ProgramFile, step: &ProgramStep, console: Console) -> Result<(), Failure> {
    console.result(&step.printed)?;
    match &step.end {
        StepEnd::Done => {}
        StepEnd::Refused(diagnostics) => {
            console.say(&boxed(&source.name, &source.text, diagnostics, console));
            console.say(&format!("{}: rejected", source.name));
        }
        StepEnd::Raised(error) => console.say(&visible(&format!("{}: {}", source.name, error.rendered))),
        StepEnd::Limit(_) | StepEnd::Outage(_) | StepEnd::Stopped => {
            let error = error_line(&step.end).unwrap_or_default();
            console.say(&format!("{}: {error}", source.name));
        }
    }
    match &step.answer {
        Some(answer) => console.result_line(answer),
        None => Ok(()),
    }
}

/// Returns the JSON object with the results of the executed programs.
fn json(programs: &Programs, sources: &[ProgramFile], steps: &[ProgramStep]) -> schemas::Exec {
    let step = |(source, step): (&ProgramFile, &ProgramStep)| {
        let errors: Vec<_> = match &step.end {
            StepEnd::Refused(diagnostics) => diagnostics.iter().filter(|found| found.is_error()).cloned().collect(),
            _ => Vec::new(),
        };
        let diagnostics = to_json(&source.text, &errors);
        let diagnostics = diagnostics.get("diagnostics").and_then(Value::as_array);
        schemas::ExecStep {
            stdout: step.printed.clone(),
            error: error_line(&step.end),
            diagnostics: diagnostics.cloned().unwrap_or_default(),
        }
    };
    schemas::Exec {
        steps: sources.iter().zip(steps).map(step).collect(),
        final_value: steps.last().and_then(|step| step.answer.clone()),
        calls: programs.calls().into_iter().map(|(_, prompt)| prompt).collect(),
    }
}

/// Formats the error of a program as `TypeName: message`, like Python; `None` for a program without
/// an error.
fn error_line(end: &StepEnd) -> Option<String> {
    match end {
        StepEnd::Done => None,
        StepEnd::Refused(diagnostics) => {
            let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error())?;
            Some(format!("{}: {}", first.exception, first.message))
        }
        StepEnd::Raised(error) => Some(format!("{}: {}", error.type_name(), error.message)),
        StepEnd::Limit(limit) => Some(format!(
            "{}: the program reached a limit of the virtual machine",
            limit.name()
        )),
        StepEnd::Outage(error) => Some(format!("ProviderError: {error}")),
        StepEnd::Stopped => Some("Cancelled: the program was stopped".to_owned()),
    }
}

/// Returns the exit code for the way in which the last program ended; `None` if it had no error.
fn exit_code(steps: &[ProgramStep]) -> Option<u8> {
    match steps.last()?.end {
        StepEnd::Done => None,
        StepEnd::Refused(_) | StepEnd::Raised(_) | StepEnd::Limit(_) | StepEnd::Outage(_) => Some(1),
        StepEnd::Stopped => Some(130),
    }
}
