//! `rlm fork`: branches a recorded run from one of its steps.

use std::sync::Arc;

use rlm_cli_execution::stores;
use rlm_cli_execution::telemetry::CommandTelemetry;
use rlm_cli_execution::{journal, recording, runner};
use rlm_cli_output::answer_file::AnswerFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::first_line::{FirstLine, ModelSource};
use rlm_cli_output::{live, run_result};
use rlm_cli_settings::args::ForkArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::model_bindings::ModelBindings;
use rlm_cli_settings::runner::raised_limits;
use rlm_prompt::Prompts;
use rlm_runs::ForkOptions;
use rlm_trace::RecordedRun;

use super::resume::{Continuation, Tools, builder};

/// Runs `rlm fork`: branches a recorded run from a step. Returns the exit code.
pub(crate) fn run(arguments: &ForkArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = fork(arguments, environment, console);
    if let (true, Err(failure)) = (arguments.onward.json, &outcome) {
        console.json(&run_result::failure_json(failure))?;
    }
    outcome
}

fn fork(arguments: &ForkArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    live::check(arguments.onward.progress.kind(), console)?;
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let started = recording::started_again(&run)?;
    let templates = arguments.prompt.iter().map(Prompts::read_template);
    let templates = templates.collect::<Result<Vec<_>, _>>()?;
    let mut bindings = ModelBindings::from_recording(started);
    if let Some(model) = &arguments.model {
        // The old root model keeps answering sub-calls if no sub-model was set.
        bindings.sub_model.get_or_insert_with(|| bindings.model.clone());
        bindings.model.clone_from(model);
    }
    if let Some(model) = &arguments.sub_model {
        bindings.sub_model = Some(model.clone());
    }
    let limits = recording::limits_of(started);
    let tools = Tools::start(&arguments.onward, &bindings, environment, console)?;
    let builder = builder(&bindings, &arguments.onward, &limits, started.texts, environment)?;
    let telemetry = CommandTelemetry::start(environment, console);
    let runner = telemetry.observe(tools.offered.offer_to(builder, &arguments.granted).build()?);
    let context = recording::load_context(started, &found.journal, &arguments.context, environment)?;
    let mut file = arguments.onward.output.as_deref().map(AnswerFile::open).transpose()?;
    rlm_runs::check_step(&run, arguments.at)?;
    let id = runner::new_id()?;
    // Texts that the run withheld must not appear in the new journal either.
    let journal = Arc::new(journal::create(
        arguments.journal.place(),
        &id,
        started.texts,
        environment,
    )?);
    let limits = raised_limits(&arguments.onward).over(&limits);
    let (size, kind) = (context.text_size(), arguments.onward.progress.kind());
    if let Some(line) = FirstLine::new(&runner, &limits, ModelSource::Named, size, kind, console) {
        line.say_at_start(&journal);
    }
    let onward = Continuation::begin(
        &journal,
        Vec::new(),
        started,
        &context,
        &arguments.onward,
        &limits,
        environment,
        console,
    )?;
    let options = ForkOptions {
        at: arguments.at,
        id: Some(id),
        journal: Some(journal),
        limits: raised_limits(&arguments.onward),
        templates,
        cancel: onward.cancel.clone(),
        retriever: onward.retriever.clone(),
        trace_parent: telemetry.parent(),
    };
    let result = onward.carry_out(tools, rlm_runs::fork(&runner, &run, &context, options), console)?;
    run_result::show(&result, arguments.onward.json, file.as_mut(), console)?;
    Ok(result.outcome.exit_code())
}
