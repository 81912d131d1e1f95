//! `rlm run`: answers a question about files.

use rlm_cli_execution::question::QuestionSource;
use rlm_cli_execution::question_runner::{Question, QuestionRunner};
use rlm_cli_execution::runner;
use rlm_cli_execution::state_file::{Convention, StateFile};
use rlm_cli_output::answer_file::AnswerFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::{live, run_result};
use rlm_cli_settings::args::RunArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::runner::check_session_texts;
use rlm_cli_settings::task_file;
use tokio_util::sync::CancellationToken;

/// Runs `rlm run`: answers a question. Returns the exit code.
pub(crate) fn run(arguments: &mut RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = task_file::apply(arguments).and_then(|()| answer(arguments, environment, console));
    if let (true, Err(failure)) = (arguments.json, &outcome) {
        console.json(&run_result::failure_json(failure))?;
    }
    outcome
}

fn answer(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    live::check(arguments.progress.kind(), console)?;
    let names = arguments
        .state
        .as_deref()
        .map(Convention::from_path)
        .unwrap_or_default();
    let asked = QuestionSource::new(&arguments.asked, names.input.as_deref())?;
    let asked = asked.or_piped(&arguments.asked, console)?;
    let answering = &arguments.runner;
    let mut state = match &arguments.state {
        Some(path) => {
            check_session_texts(answering.texts)?;
            Some(StateFile::open(path, answering.budget.shared())?)
        }
        None => None,
    };
    let asking = QuestionRunner::prepare(
        &asked,
        answering,
        &arguments.asked.context,
        arguments.progress.kind(),
        environment,
        console,
    )?;
    let asking = match &mut state {
        Some(state) => asking.in_session(state.session()),
        None => asking,
    };
    let output = arguments.output.as_deref().or(names.output.as_deref());
    let mut file = output.map(AnswerFile::open).transpose()?;
    let question = Question {
        text: &asked.question,
        id: runner::new_id()?,
        journal: arguments.journal.place(),
        session: state.as_mut().map(StateFile::session),
        metadata: arguments.metadata.clone(),
        cancel: CancellationToken::new(),
    };
    let result = asking.ask(question);
    // The spending of a failed question is stored too.
    let kept = state.map_or(Ok(()), |state| state.keep());
    let result = result?;
    run_result::show(&result, arguments.json, file.as_mut(), console)?;
    if let (None, Some(path), Some(_)) = (&arguments.output, output, &result.answer) {
        console.say(&format!("the answer is in {}", path.display()));
    }
    kept?;
    Ok(asking.exit_code(&result.outcome))
}
