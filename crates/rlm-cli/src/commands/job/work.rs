//! `rlm job work`: a worker, which takes jobs from the queue one after the other.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser as _;
use rlm_cli_execution::question::QuestionSource;
use rlm_cli_execution::question_runner::{Question, QuestionRunner, holder, now};
use rlm_cli_execution::runner;
use rlm_cli_output::answer_file::AnswerFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::run_result;
use rlm_cli_output::schemas::OutputObject as _;
use rlm_cli_output::text::shortened;
use rlm_cli_settings::args::{Arguments, Command, JobCommand, JobSubmitArguments, JobWorkArguments, JournalPlace};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::task_file;
use rlm_core::RunResult;
use rlm_store::{JobRecord, JobState, JobStore};
use tokio_util::sync::CancellationToken;

use super::{listing, notification, state_of};

/// The interval at which a worker looks for further jobs, and for the cancellation of the current
/// job.
const LOOK: Duration = Duration::from_millis(200);

/// Runs `rlm job work`: works on one job, or on all jobs without a worker. Returns the exit code.
pub(super) fn run(
    arguments: &JobWorkArguments,
    store: &JobStore,
    data: &Path,
    console: Console,
) -> Result<u8, Failure> {
    if let Some(job) = &arguments.job {
        let id = store.find(job)?;
        return Ok(match take(&id, store, data, console)? {
            Taken::Stopped => 130,
            Taken::Done | Taken::NotThere => 0,
        });
    }
    loop {
        let mut has_worked = false;
        for id in store.ids()? {
            match take(&id, store, data, console) {
                Ok(Taken::Stopped) => return Ok(130),
                Ok(Taken::Done) => has_worked = true,
                Ok(Taken::NotThere) => {}
                // A job that can't be read must not block the others.
                Err(failure) => console.warn(&failure.line()),
            }
        }
        match (has_worked, arguments.watch) {
            (true, _) => {}
            (false, true) => std::thread::sleep(LOOK),
            (false, false) => return Ok(0),
        }
    }
}

/// The result of a worker's attempt to take a job.
enum Taken {
    /// The worker has taken the job and done it.
    Done,
    /// The job is not available: another worker has it, or it was already done.
    NotThere,
    /// The job is not taken, since this process was cancelled while it waited.
    Stopped,
}

/// Takes a job and works on it, if no worker has it and it is not done. A job that is `RUNNING`
/// without a worker has lost it: its last run is resumed.
fn take(id: &str, store: &JobStore, data: &Path, console: Console) -> Result<Taken, Failure> {
    if store.read(id)?.state.is_over() {
        return Ok(Taken::NotThere);
    }
    let Some(_lease) = store.take(id, holder())? else {
        return Ok(Taken::NotThere);
    };
    let mut record = store.read(id)?;
    if record.state.is_over() {
        return Ok(Taken::NotThere);
    }
    record.state = JobState::Running;
    store.replace(id, &record)?;
    console.say(&format!("{id}: {}", shortened(&record.question, 60)));
    let answered = answer(id, &mut record, store, data, console);
    let was_cancelled = store.is_asked_to_cancel(id);
    match answered {
        Ok(result) => {
            record.state = state_of(&result.outcome, result.answer.is_some());
            if record.state == JobState::Cancelled && !was_cancelled {
                // The worker was cancelled, not the job: the job waits for the next worker.
                record.state = JobState::Pending;
                store.replace(id, &record)?;
                return Ok(Taken::Stopped);
            }
            record.result = Some(run_result::json(&result).object());
        }
        Err(failure) => {
            record.state = match was_cancelled {
                true => JobState::Cancelled,
                false => JobState::Failed,
            };
            record.result = Some(run_result::failure_json(&failure).object());
        }
    }
    record.ended = Some(now());
    store.replace(id, &record)?;
    console.say(&listing::line(store, id, &record));
    notification::tell(id, &record, store, console);
    Ok(Taken::Done)
}

/// Answers a job's question as `rlm run` would in the folder where it was submitted.
fn answer(
    id: &str,
    record: &mut JobRecord,
    store: &JobStore,
    data: &Path,
    console: Console,
) -> Result<RunResult, Failure> {
    std::env::set_current_dir(&record.folder).map_err(|cause| Failure::JobFolder {
        path: record.folder.clone(),
        cause,
    })?;
    let (mut arguments, env_file) = submitted(record)?;
    task_file::apply(&mut arguments.run)?;
    // The worker determines the folder of runs.
    let environment = Environment::load(env_file.as_deref())?.with_data(data);
    let arguments = &arguments.run;
    let asked = QuestionSource::new(&arguments.asked, None)?;
    let asking = QuestionRunner::prepare(
        &asked,
        &arguments.runner,
        &arguments.asked.context,
        arguments.progress.kind(),
        &environment,
        console,
    )?;
    let earlier = record.runs.last().map(|run| asking.earlier(run)).transpose()?.flatten();
    let cancel = CancellationToken::new();
    let watch = Watch::begin(id, store, cancel.clone());
    let result = match earlier {
        Some(run) => asking.go_on(run, cancel),
        None => {
            let asking = asking.after(&record.runs)?;
            let run = runner::new_id()?;
            record.runs.push(run.clone());
            store.replace(id, record)?;
            asking.ask(Question {
                text: &asked.question,
                id: run,
                journal: JournalPlace::Store,
                session: None,
                metadata: arguments.metadata.clone(),
                cancel,
            })
        }
    };
    watch.end();
    let result = result?;
    if let (Some(path), Some(answer)) = (&arguments.output, &result.answer) {
        let written = AnswerFile::open(path).and_then(|mut file| file.write(answer));
        // The job's record contains the answer too.
        written.unwrap_or_else(|failure| console.warn(&failure.line()));
    }
    Ok(result)
}

/// Parses the command line with which a job was submitted. Returns its arguments and its `.env`
/// file.
fn submitted(record: &JobRecord) -> Result<(Box<JobSubmitArguments>, Option<PathBuf>), Failure> {
    let arguments = Arguments::try_parse_from(&record.arguments);
    match arguments.map(|arguments| (arguments.command, arguments.env_file)) {
        Ok((
            Command::Job {
                command: JobCommand::Submit(submitted),
            },
            env_file,
        )) => Ok((submitted, env_file)),
        Ok(_) => Err(Failure::JobArguments {
            detail: "it was not submitted by `rlm job submit`".to_owned(),
        }),
        Err(error) => Err(Failure::JobArguments {
            detail: error.to_string().lines().next().unwrap_or_default().to_owned(),
        }),
    }
}

/// A thread that watches for the cancellation of a job.
struct Watch {
    stop: CancellationToken,
}

impl Watch {
    fn begin(id: &str, store: &JobStore, cancel: CancellationToken) -> Self {
        let stop = CancellationToken::new();
        let (id, store, stopped) = (id.to_owned(), store.clone(), stop.clone());
        std::thread::spawn(move || {
            while !stopped.is_cancelled() {
                if store.is_asked_to_cancel(&id) {
                    cancel.cancel();
                    return;
                }
                std::thread::sleep(LOOK);
            }
        });
        Self { stop }
    }

    fn end(&self) {
        self.stop.cancel();
    }
}
