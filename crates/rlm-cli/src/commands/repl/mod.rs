//! `rlm repl`: runs programs over a context, one after the other, as a user types them.

mod input;
mod rendering;
mod setup;
mod terminal;

use std::path::Path;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use rlm_cli_execution::program_file::ProgramFile;
use rlm_cli_execution::runtime;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::progress::Progress;
use rlm_cli_output::text::{counted, grouped, one_line};
use rlm_cli_settings::args::ReplArguments;
use rlm_cli_settings::environment::Environment;
use rlm_core::{Programs, Runner, StepEnd};
use rlm_repl::{Command, Entry, Names, commands_help, help_on};
use rlm_trace::{Millis, RecordedRun};
use tokio_util::sync::CancellationToken;

use self::input::Input;
use self::setup::Setup;
use self::terminal::{InputEvent, SharedNames};
use crate::commands::trace::calls_table;

/// The time from which a program is long: what is typed while it runs is discarded, since nothing
/// shows it.
const LONG_PROGRAM: Duration = Duration::from_secs(1);

/// Runs `rlm repl`: executes programs and commands until the input ends. Returns the exit code.
pub(crate) fn run(arguments: ReplArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let opening = Setup::prepare(arguments, environment, console)?;
    let mut repl = Repl::open(&opening, console)?;
    let mut input = Input::open(environment, &repl.names, console);
    if input.is_terminal() {
        repl.welcome();
    }
    loop {
        match input.next()? {
            InputEvent::Entry(text) => {
                if repl.take(&text)? == Then::Leave {
                    break;
                }
            }
            InputEvent::Interrupted => {}
            InputEvent::End => break,
        }
        if repl.last_end == Some(StepEnd::Stopped) && !input.is_terminal() {
            break;
        }
    }
    let failed = if input.is_terminal() { 0 } else { repl.exit_code() };
    repl.end()?;
    Ok(failed)
}

/// Whether the REPL continues after an input, or is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Leave,
}

/// The resources that a program used: fuel, memory and time.
struct Usage {
    fuel: u64,
    memory: u64,
    time: Millis,
}

struct Repl<'a> {
    opening: &'a Setup<'a>,
    runner: Runner,
    programs: Programs,
    names: SharedNames,
    /// The programs that the compiler accepted, and that therefore ran.
    ran: Vec<String>,
    took: Option<Usage>,
    last_end: Option<StepEnd>,
    console: Console,
}

impl<'a> Repl<'a> {
    fn open(opening: &'a Setup<'a>, console: Console) -> Result<Self, Failure> {
        let runner = opening.runner(None)?;
        let programs = opening.programs(&runner)?;
        let repl = Self {
            opening,
            runner,
            programs,
            names: SharedNames::default(),
            ran: Vec::new(),
            took: None,
            last_end: None,
            console,
        };
        repl.learn_names();
        Ok(repl)
    }

    fn welcome(&self) {
        let version = env!("CARGO_PKG_VERSION");
        let size = metrics::bytes(self.opening.context_bytes());
        let what = match self.opening.recorded_step() {
            Some((run, step)) => format!("run {run} after step {step}"),
            None => format!("a context of {size}"),
        };
        self.console.say(&format!(
            "rlm {version}: Sift REPL with {what}; :help lists the commands, Ctrl-D exits"
        ));
    }

    /// Takes an input of the user and runs it. Errors are reported and the session continues,
    /// unless the error ends the run or standard output is closed.
    fn take(&mut self, text: &str) -> Result<Then, Failure> {
        let entry = match Entry::read(text) {
            Ok(entry) => entry,
            Err(error) => {
                self.say_error(&error.to_string());
                return Ok(Then::GoOn);
            }
        };
        match entry {
            Entry::Nothing => Ok(Then::GoOn),
            Entry::Program(program) => self.run(&program).map(|()| Then::GoOn),
            Entry::Command(Command::Quit) => Ok(Then::Leave),
            Entry::Command(command) => match self.obey(command) {
                Err(failure @ (Failure::Run(_) | Failure::Output { .. })) => Err(failure),
                Err(failure) => {
                    self.console.failure(&failure);
                    Ok(Then::GoOn)
                }
                Ok(()) => Ok(Then::GoOn),
            },
        }
    }

    fn run(&mut self, program: &str) -> Result<(), Failure> {
        let (cancel, start) = (CancellationToken::new(), Instant::now());
        let progress = Progress::waiting(self.programs.journal(), self.runner.limits(), self.console);
        let work = self.programs.run_until(program, cancel.clone());
        let step = runtime::carry_out_on(self.opening.runtime(), cancel, self.console, work);
        progress.end();
        let step = step?;
        if start.elapsed() >= LONG_PROGRAM {
            input::discard_typed_ahead();
        }
        self.opening.say_sources();
        if !matches!(step.end, StepEnd::Refused(_)) {
            self.ran.push(program.to_owned());
        }
        self.took = Some(Usage {
            fuel: step.fuel,
            memory: step.memory_bytes,
            time: Millis(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)),
        });
        self.learn_names();
        rendering::step(program, &step, self.console)?;
        self.last_end = Some(step.end);
        Ok(())
    }

    fn obey(&mut self, command: Command) -> Result<(), Failure> {
        match command {
            Command::Help(None) => self.console.result(&commands_help()),
            Command::Help(Some(name)) => self.console.result_line(&rendering::wrapped(&self.help_on(&name))),
            Command::Vars => self.console.result(&rendering::variables(&mut self.programs)),
            Command::Show(name) => self.show(&name),
            Command::Budget => self.console.result(&rendering::budget(&self.programs)),
            Command::Journal => self.console.result_line(&rendering::journal(&self.programs)),
            Command::Calls => self.calls(),
            Command::Fuel => self.console.result_line(&self.fuel()),
            Command::Model(name) => {
                let runner = self.opening.runner(Some(&name))?;
                self.programs.switch_runner(&runner)?;
                self.runner = runner;
                self.console.say(&format!("model: {}", one_line(&name)));
                Ok(())
            }
            Command::Load(path) => {
                let program = ProgramFile::read(&path)?.text;
                self.run(&program)
            }
            Command::Save(path) => {
                self.save(&path);
                Ok(())
            }
            Command::Reset => self.reset(),
            Command::Quit => Ok(()),
        }
    }

    /// Returns the help on a name. For a variable, it describes the variable's type.
    fn help_on(&self, name: &str) -> String {
        let own = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let type_name = own.type_of(name).filter(|_| !is_of_library(name));
        type_name.map_or_else(
            || help_on(name),
            |kind| format!("{name}: a variable of type {kind}\n{}", help_on(kind)),
        )
    }

    fn show(&mut self, name: &str) -> Result<(), Failure> {
        match self.programs.look_at(name) {
            Some(text) => self.console.result_line(&text.to_flat().unwrap_or_default()),
            None => {
                self.say_error(&format!("no variable named `{}`; :vars lists them", one_line(name)));
                Ok(())
            }
        }
    }

    fn calls(&self) -> Result<(), Failure> {
        let journal = self.programs.journal();
        let recorded = match (journal.records(), journal.path()) {
            (None, Some(path)) => RecordedRun::read(path)?.records,
            (records, _) => records
                .unwrap_or_default()
                .iter()
                .map(|record| (**record).clone())
                .collect(),
        };
        self.console.result(&calls_table(&recorded))
    }

    fn fuel(&self) -> String {
        match &self.took {
            None => "no program has run yet".to_owned(),
            Some(Usage { fuel, memory, time }) => format!(
                "last program: {} of {} units of fuel, {} of memory, {}",
                grouped(*fuel),
                grouped(self.runner.limits().fuel),
                metrics::bytes(*memory),
                metrics::duration(*time),
            ),
        }
    }

    fn save(&self, path: &Path) {
        let mut text = self.ran.join("\n\n");
        text.push('\n');
        match std::fs::write(path, text) {
            Ok(()) => self.console.say(&format!(
                "wrote {} to {}",
                counted(self.ran.len(), "program"),
                path.display()
            )),
            Err(cause) => self.say_error(&format!("can't write {}: {cause}", path.display())),
        }
    }

    /// Resets the session: ends the run, and starts a new one.
    fn reset(&mut self) -> Result<(), Failure> {
        let programs = self.opening.programs(&self.runner)?;
        let before = std::mem::replace(&mut self.programs, programs);
        self.opening.end(before, self.console)?;
        self.ran.clear();
        self.took = None;
        self.learn_names();
        Ok(())
    }

    fn end(self) -> Result<(), Failure> {
        self.opening.end(self.programs, self.console)
    }

    fn exit_code(&self) -> u8 {
        match self.last_end {
            None | Some(StepEnd::Done) => 0,
            Some(StepEnd::Stopped) => 130,
            Some(StepEnd::Refused(_) | StepEnd::Raised(_) | StepEnd::Limit(_) | StepEnd::Outage(_)) => 1,
        }
    }

    fn say_error(&self, text: &str) {
        self.console
            .say(&format!("{} {}", self.console.painted("31", "error:"), one_line(text)));
    }

    fn learn_names(&self) {
        let given = self.opening.context_type().map(|kind| ("context".into(), kind.into()));
        let variables = self.programs.variables().into_iter();
        let bound = variables.map(|variable| (variable.name, variable.type_name));
        let names = Names::new::<smol_str::SmolStr, smol_str::SmolStr>(given.into_iter().chain(bound));
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }
}

fn is_of_library(name: &str) -> bool {
    sift_vm::library_scope().names.contains_key(name)
}
