//! `rlm demo`: answers a question with a model's recorded replies.
//!
//! Only the replies come from the recording. The context is read, programs are checked and
//! executed, calls are made concurrently, and the journal is written, as in any other run: a demo is
//! a command line of `rlm run`, executed in the folder that the demo is unpacked to.

mod embedded;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::Duration;

use clap::FromArgMatches as _;
use rlm_adapters::ReplayPace;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{Arguments, Command, DemoArguments, command_line};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_policy::Outcome;
use rlm_trace::{Event, Millis, RecordedRun};

use self::embedded::{Demo, RECORDING};

/// The duration, in seconds, to which the median wait of a recording is shortened by default.
const MEDIAN_SECONDS: f64 = 1.5;
/// The longest wait in seconds by default.
const LONGEST_SECONDS: f64 = 2.5;

/// Runs `rlm demo`: answers the question of a demo. Returns the exit code.
pub(crate) fn run(arguments: &DemoArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let demos = embedded::demos().map_err(|cause| Failure::Start { cause })?;
    if arguments.list {
        return list(&demos, console);
    }
    let demo = find(&demos, arguments.name.as_deref())?;
    let report = arguments.report.as_deref().map(std::path::absolute).transpose();
    let report = report.map_err(|cause| Failure::Start { cause })?;
    let folder = folders::data(environment)?.join("demos").join(&demo.name);
    embedded::unpack(demo, &folder)
        .and_then(|()| std::env::set_current_dir(&folder))
        .map_err(|cause| Failure::Demo {
            path: folder.clone(),
            cause,
        })?;
    let source = ReplySource::new(arguments, &folder)?;
    console.say(&source.introduction(demo, console));
    let mut code = 0;
    for words in commands(demo) {
        console.say(&format!(
            "\n{}\n",
            console.painted("1", &format!("$ {}", typed(&words)))
        ));
        code = execute(words, &source, arguments, environment, console)?;
        if code == Outcome::Cancelled.exit_code() {
            return Ok(code);
        }
    }
    if let Some(path) = report {
        let words = ["rlm", "report", "last", "-o", &path.to_string_lossy()].map(str::to_owned);
        if let Command::Report(arguments) = parsed(words.into())? {
            super::report::run(&arguments, environment, console)?;
        }
    }
    console.say(&next_steps(demo, &demos, &folder, console));
    Ok(code)
}

/// Returns the names of the demos, each with a description.
///
/// # Errors
/// If the archive of demos is invalid, which tests prevent.
pub(crate) fn names() -> io::Result<Vec<(String, String)>> {
    let demos = embedded::demos()?.into_iter();
    Ok(demos.map(|demo| (demo.name, demo.about)).collect())
}

/// Prints the list of demos.
fn list(demos: &[Demo], console: Console) -> Result<u8, Failure> {
    let width = demos.iter().map(|demo| demo.name.len()).max().unwrap_or_default();
    for demo in demos {
        console.result_line(&format!("{:width$}  {}", demo.name, demo.about))?;
    }
    Ok(0)
}

fn find<'d>(demos: &'d [Demo], name: Option<&str>) -> Result<&'d Demo, Failure> {
    let found = match name {
        Some(name) => demos.iter().find(|demo| demo.name == name),
        None => demos.first(),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = demos.iter().map(|demo| demo.name.as_str()).collect();
        Failure::Usage {
            detail: format!(
                "unknown demo `{}`; the demos are {}",
                name.unwrap_or_default(),
                names.join(", ")
            ),
            command: "demo".to_owned(),
        }
    })
}

/// The source of the replies of a demo.
enum ReplySource {
    /// The recording, replayed at a pace.
    Recording(ReplayPace),
    /// A model that is called now.
    Model(String),
}

impl ReplySource {
    fn new(arguments: &DemoArguments, folder: &Path) -> Result<Self, Failure> {
        if let Some(model) = &arguments.model {
            return Ok(Self::Model(model.clone()));
        }
        let pace = match arguments.speed {
            Some(speed) => ReplayPace { speed, longest: None },
            None => default_pace(&RecordedRun::read(folder.join(RECORDING))?),
        };
        Ok(Self::Recording(pace))
    }

    /// Returns the model string of the run.
    fn model(&self) -> String {
        match self {
            Self::Recording(pace) => format!("replay:{RECORDING}?{pace}"),
            Self::Model(model) => model.clone(),
        }
    }

    fn introduction(&self, demo: &Demo, console: Console) -> String {
        let source = match self {
            Self::Recording(ReplayPace { speed, .. }) => format!(
                "A language model's recorded replies, {speed} times as fast as they came. All else happens now: programs, calls, journal."
            ),
            Self::Model(model) => format!("The replies come from {model}."),
        };
        let title = format!("rlm demo {} · {}", demo.name, demo.about);
        format!("{}\n{}", console.painted("1", &title), console.painted("2", &source))
    }
}

/// Returns the pace at which a recording is watched comfortably: its waits for the root model and for
/// batches of calls take seconds rather than minutes.
fn default_pace(recorded: &RecordedRun) -> ReplayPace {
    let mut waits: BTreeMap<(u32, bool), Duration> = BTreeMap::new();
    for event in recorded.events() {
        if let Event::Settled(settled) = event
            && let Some(Millis(elapsed)) = settled.elapsed
        {
            let longest = waits
                .entry((settled.id.position.turn, settled.id.is_root_model()))
                .or_default();
            *longest = (*longest).max(Duration::from_millis(elapsed));
        }
    }
    let mut waits: Vec<Duration> = waits.into_values().collect();
    waits.sort_unstable();
    let median = waits.get(waits.len() / 2).copied().unwrap_or_default();
    ReplayPace {
        speed: (median.as_secs_f64() / MEDIAN_SECONDS).round().max(1.0),
        longest: Some(LONGEST_SECONDS),
    }
}

/// Returns the command lines that the demo executes, as a user would type them.
fn commands(demo: &Demo) -> Vec<Vec<String>> {
    let mut run = vec!["rlm".to_owned(), "run".to_owned(), demo.question.clone()];
    run.extend(demo.context.iter().cloned());
    run.extend(demo.flags.iter().cloned());
    let mut commands = vec![run];
    if !demo.resume.is_empty() {
        let mut resume = ["rlm", "resume", "last"].map(str::to_owned).to_vec();
        resume.extend(demo.resume.iter().cloned());
        commands.push(resume);
    }
    commands
}

/// Returns a command line as a user would type it in a shell.
fn typed(words: &[String]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| match word.contains(' ') {
            true => format!("\"{word}\""),
            false => word.clone(),
        })
        .collect();
    quoted.join(" ")
}

/// Executes a command line of the demo with the replies of `source`.
fn execute(
    mut words: Vec<String>,
    source: &ReplySource,
    demo: &DemoArguments,
    environment: &Environment,
    console: Console,
) -> Result<u8, Failure> {
    let is_new = words.get(1).is_some_and(|command| command == "run");
    if is_new {
        words.extend(["--model".to_owned(), source.model()]);
    }
    if let ReplySource::Recording(_) = source {
        // A cached reply would arrive at once.
        words.extend(["--cache", "off"].map(str::to_owned));
    }
    match parsed(words)? {
        Command::Run(mut arguments) => {
            arguments.progress = demo.progress.or_steps();
            super::run::run(&mut arguments, environment, console)
        }
        Command::Resume(mut arguments) => {
            arguments.onward.progress = demo.progress.or_steps();
            super::resume::run(&arguments, environment, console)
        }
        _ => Err(invalid("the demo names another command than `run` and `resume`")),
    }
}

fn parsed(words: Vec<String>) -> Result<Command, Failure> {
    let matches = command_line().try_get_matches_from(words);
    let arguments = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    Ok(arguments.map_err(|error| invalid(&error.to_string()))?.command)
}

/// Creates the error of a demo that this binary can't carry out. Tests prevent it.
fn invalid(detail: &str) -> Failure {
    Failure::Start {
        cause: io::Error::other(detail.to_owned()),
    }
}

/// Returns the lines after a demo: how to inspect its run, and how to ask about other files.
fn next_steps(demo: &Demo, demos: &[Demo], folder: &Path, console: Console) -> String {
    let others: Vec<&str> = demos
        .iter()
        .filter(|other| other.name != demo.name)
        .map(|other| other.name.as_str())
        .collect();
    let lines = [
        ("What it did", "rlm trace last; rlm report last -o run.html".to_owned()),
        ("The same again", "rlm replay last".to_owned()),
        ("The files", folder.display().to_string()),
        (
            "Other demos",
            others
                .iter()
                .map(|name| format!("rlm demo {name}"))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        (
            "Your own files",
            "rlm ask \"…\" PATH, with a key in OPENAI_API_KEY or another model: rlm models".to_owned(),
        ),
        (
            "",
            "rlm ask \"…\" PATH --model search, without a model: keyword search".to_owned(),
        ),
    ];
    let mut text = String::new();
    for (title, line) in lines {
        let _ = write!(text, "\n{} {line}", console.painted("2", &format!("{title:15}")));
    }
    text
}
