//! `rlm job`: queues questions for workers, which answer them later.

mod listing;
mod notification;
mod work;

use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rlm_cli_execution::question::QuestionSource;
use rlm_cli_execution::question_runner::{holder, now};
use rlm_cli_execution::{private_files, runner, standard_input};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{JobCancelArguments, JobCommand, JobSubmitArguments, JobWaitArguments, Seconds};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::prompts::PromptSettings;
use rlm_cli_settings::{folders, task_file};
use rlm_policy::Outcome;
use rlm_store::{JobRecord, JobState, JobStore};

/// The polling interval of `rlm job wait`.
const LOOK: Duration = Duration::from_millis(100);
/// The time after which `rlm job wait` says that no worker has taken the job.
const WORKER_DUE: Duration = Duration::from_secs(1);
/// The exit code of `rlm job wait` if the job is not done in time.
const NOT_OVER: u8 = 1;

/// Runs a command of `rlm job`. `words` are those of the command line, with the flags of the
/// configuration files. Returns the exit code.
pub(crate) fn run(
    command: &mut JobCommand,
    words: &[OsString],
    environment: &Environment,
    console: Console,
) -> Result<u8, Failure> {
    // Workers run each job in the folder where it was submitted, so the path of the store must be
    // absolute.
    let data = folders::data(environment)?;
    let data = std::path::absolute(&data).unwrap_or(data);
    let store = JobStore::open(&data)?;
    match command {
        JobCommand::Submit(arguments) => submit(arguments, words, &store, console),
        JobCommand::Work(arguments) => work::run(arguments, &store, &data, console),
        JobCommand::Status(arguments) => {
            let id = store.find(&arguments.job)?;
            let record = store.read(&id)?;
            if arguments.json {
                console.json(&listing::json(&id, &record))?;
            } else {
                console.result_line(&listing::line(&store, &id, &record))?;
            }
            Ok(0)
        }
        JobCommand::Wait(arguments) => wait(arguments, &store, console),
        JobCommand::Cancel(arguments) => cancel(arguments, &store, console),
        JobCommand::List(arguments) => listing::list(arguments, &store, console),
    }
}

/// Submits a question as a job, and starts a worker if the arguments ask for one.
fn submit(
    arguments: &mut JobSubmitArguments,
    words: &[OsString],
    store: &JobStore,
    console: Console,
) -> Result<u8, Failure> {
    task_file::apply(&mut arguments.run)?;
    let asked = QuestionSource::new(&arguments.run.asked, None)?;
    if standard_input::is_named(&asked.context) || arguments.run.asked.is_from_standard_input() {
        return Err(Failure::SessionInput);
    }
    // Invalid prompts are reported now rather than by a worker.
    PromptSettings::lower(&arguments.run.runner.prompts)?.check()?;
    let id = runner::new_id()?.to_string();
    let record = JobRecord {
        submitted: now(),
        question: asked.question,
        arguments: words.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        folder: std::env::current_dir().unwrap_or_default(),
        on_done: arguments.on_done.clone(),
        ..JobRecord::default()
    };
    store.create(&id, &record)?;
    if arguments.detach {
        start_worker(&id, store).map_err(|cause| Failure::Start { cause })?;
    } else {
        console.say(&format!("to answer it: rlm job work {id}"));
    }
    console.result_line(&id)?;
    Ok(0)
}

/// Starts a worker process for a job. It outlives this process, and its output goes to the job's
/// folder.
fn start_worker(id: &str, store: &JobStore) -> io::Result<()> {
    let log = store.folder(id).join("worker.log");
    let log = private_files::file().create(true).truncate(true).open(log)?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["job", "work", id])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    // Ctrl-C in the terminal must not reach the worker.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(|_| ())
}

/// Waits until a job is done, and prints its answer.
fn wait(arguments: &JobWaitArguments, store: &JobStore, console: Console) -> Result<u8, Failure> {
    let id = store.find(&arguments.job)?;
    let began = Instant::now();
    let most = match arguments.timeout {
        Some(Seconds(Some(seconds))) => Some(Duration::from_secs(seconds)),
        Some(Seconds(None)) | None => None,
    };
    let mut is_told = false;
    loop {
        let record = store.read(&id)?;
        if record.state.is_over() {
            if arguments.json {
                console.json(&listing::json(&id, &record))?;
            } else if let Some(answer) = listing::answer(&record) {
                console.result_line(answer)?;
                if let Some(run) = record.runs.last() {
                    console.say(&format!("to see its sources: rlm trace {run} --why"));
                }
            } else {
                console.say(&listing::line(store, &id, &record));
            }
            return Ok(listing::exit_code(&record));
        }
        let waited = began.elapsed();
        if !is_told && waited >= WORKER_DUE && !store.is_held(&id) {
            is_told = true;
            console.say(&format!("waiting for a worker; to answer it: rlm job work {id}"));
        }
        if most.is_some_and(|most| waited >= most) {
            console.say(&listing::line(store, &id, &record));
            return Ok(NOT_OVER);
        }
        std::thread::sleep(LOOK);
    }
}

/// Cancels a job at once if no worker has it, or else requests the cancellation from its worker.
fn cancel(arguments: &JobCancelArguments, store: &JobStore, console: Console) -> Result<u8, Failure> {
    let id = store.find(&arguments.job)?;
    if store.read(&id)?.state.is_over() {
        console.say(&listing::line(store, &id, &store.read(&id)?));
        return Ok(0);
    }
    store.ask_to_cancel(&id)?;
    if let Some(_lease) = store.take(&id, holder())? {
        let record = store.read(&id)?;
        // Its worker may have finished it in the meantime.
        if !record.state.is_over() {
            let record = JobRecord {
                state: JobState::Cancelled,
                ended: Some(now()),
                ..record
            };
            store.replace(&id, &record)?;
            notification::tell(&id, &record, store, console);
        }
    }
    Ok(0)
}

/// Returns the state of a finished job, given the outcome of its question.
pub(super) const fn state_of(outcome: &Outcome, has_answer: bool) -> JobState {
    match outcome {
        Outcome::Cancelled => JobState::Cancelled,
        _ if has_answer => JobState::Complete,
        _ => JobState::Failed,
    }
}
