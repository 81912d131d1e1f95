//! `rlm run`: a question about files.

use tokio_util::sync::CancellationToken;

use crate::answer_file::AnswerFile;
use crate::arguments::RunArguments;
use crate::asked::Asked;
use crate::asking::{Asking, Question};
use crate::console::Console;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::state_file::{Convention, StateFile};
use crate::{answering, report, task};

/// Answers the question. Returns the exit code.
pub(crate) fn run(arguments: &mut RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = task::apply(arguments).and_then(|()| answer(arguments, environment, console));
    if let (true, Err(failure)) = (arguments.json, &outcome) {
        console.form(&report::failure_form(failure))?;
    }
    outcome
}

fn answer(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    arguments.progress.check_terminal()?;
    let names = arguments.state.as_deref().map(Convention::of).unwrap_or_default();
    let asked = Asked::of(&arguments.asked, names.input.as_deref())?;
    let answering = &arguments.answering;
    let mut state = match &arguments.state {
        Some(path) => {
            answering.texts.check_session()?;
            Some(StateFile::open(
                path,
                answering.budget.max_cost,
                answering.budget.max_tokens,
            )?)
        }
        None => None,
    };
    let asking = Asking::prepare(
        &asked,
        answering,
        &arguments.asked.context,
        arguments.progress.kind(),
        environment,
        console,
    )?;
    let output = arguments.output.as_deref().or(names.output.as_deref());
    let mut file = output.map(AnswerFile::open).transpose()?;
    let question = Question {
        text: &asked.question,
        id: answering::new_id()?,
        journal: arguments.journal.place(),
        session: state.as_mut().map(StateFile::session),
        metadata: arguments.metadata.clone(),
        cancel: CancellationToken::new(),
    };
    let result = asking.ask(question);
    // What a failed question spent is kept too.
    let kept = state.map_or(Ok(()), |state| state.keep());
    let result = result?;
    report::show(&result, arguments.json, file.as_mut(), console)?;
    kept?;
    Ok(asking.exit_code(&result.outcome))
}
