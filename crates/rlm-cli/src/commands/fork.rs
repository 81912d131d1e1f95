//! `rlm fork`: a recorded run, taken another way from one of its steps on.

use std::sync::Arc;

use rlm_core::ForkOptions;
use rlm_core::prompt::Prompts;
use rlm_store::RunStore;
use rlm_trace::RecordedRun;

use super::resume::{Onward, Tools, builder};
use crate::answer_file::AnswerFile;
use crate::arguments::ForkArguments;
use crate::console::Console;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::means::Means;
use crate::{answering, folders, recorded, report};

/// Forks a run. Returns the exit code.
pub(crate) fn run(arguments: &ForkArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = fork(arguments, environment, console);
    if let (true, Err(failure)) = (arguments.onward.json, &outcome) {
        console.form(&report::failure_form(failure))?;
    }
    outcome
}

fn fork(arguments: &ForkArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    arguments.onward.progress.check_terminal()?;
    let found = RunStore::open(folders::data(environment)?)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let started = recorded::started_again(&run)?;
    let templates = arguments.prompt.iter().map(Prompts::read_template);
    let templates = templates.collect::<Result<Vec<_>, _>>()?;
    let mut means = Means::of_recorded(started);
    if let Some(model) = &arguments.model {
        // Who answered the programs goes on to do so.
        means.sub_model.get_or_insert_with(|| means.model.clone());
        means.model.clone_from(model);
    }
    if let Some(model) = &arguments.sub_model {
        means.sub_model = Some(model.clone());
    }
    let limits = recorded::limits_of(started);
    let tools = Tools::start(&arguments.onward, &means, environment, console)?;
    let builder = builder(&means, &arguments.onward, &limits, started.texts, environment)?;
    let runner = tools.offered.to(builder, &arguments.granted).build()?;
    let context = recorded::context_again(started, &found.journal, &arguments.context, environment)?;
    let mut file = arguments.onward.output.as_deref().map(AnswerFile::open).transpose()?;
    rlm_core::check_step(&run, arguments.at)?;
    let id = answering::new_id()?;
    // What the run withheld, nobody wants in the clear here.
    let journal = Arc::new(arguments.journal.place().create(&id, started.texts, environment)?);
    let limits = arguments.onward.limits().over(&limits);
    let onward = Onward::begin(
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
        limits: arguments.onward.limits(),
        templates,
        cancel: onward.cancel.clone(),
        retriever: onward.retriever.clone(),
    };
    let result = onward.carry_out(tools, runner.fork(&run, &context, options), console)?;
    report::show(&result, arguments.onward.json, file.as_mut(), console)?;
    Ok(result.outcome.exit_code())
}
