//! `rlm watch`: shows a run in the terminal view, live or after its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rlm_cli_execution::stores;
use rlm_cli_execution::{interrupt, recording};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::live::{Clock, Show, Source, TAKING, texts_of};
use rlm_cli_output::progress::Follower;
use rlm_cli_output::screen::Screen;
use rlm_cli_output::text::journal_name;
use rlm_cli_settings::args::{RecordedContextArguments, WatchArguments};
use rlm_cli_settings::environment::Environment;
use rlm_trace::{Ending, JournalTail, RecordedRun};
use rlm_tui::{Host, View, Writer};

/// The maximum number of journal events that are read at once.
const AT_ONCE: usize = 512;
/// The pause between two looks at a journal that is followed as lines.
const PAUSE: Duration = Duration::from_millis(200);
/// The interval of asking whether a process still writes the journal.
const ASKING: Duration = Duration::from_secs(1);

/// Runs `rlm watch`: shows a run until the user leaves the view. Returns the exit code.
pub(crate) fn run(arguments: &WatchArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    if console.is_plain() {
        follow(&found.journal, console)?;
    } else {
        watch(&found.journal, &arguments.context, environment, console)?;
    }
    Ok(0)
}

/// Follows a journal as lines on standard error, until the run or the process that writes the
/// journal has ended.
///
/// # Errors
/// [`Failure::ReadJournal`].
fn follow(journal: &Path, console: Console) -> Result<(), Failure> {
    interrupt::listen(console);
    let mut tail = JournalTail::open(journal)?;
    let mut follower = Follower::new(console);
    loop {
        // Asked before reading, so that nothing is left unread if no process writes.
        let is_written = tail.is_being_written();
        let records = tail.read_on(AT_ONCE)?;
        for record in &records {
            follower.add(record);
        }
        if !records.is_empty() {
            continue;
        }
        if !is_written {
            if tail.ending() != Ending::Finished {
                console.say(&format!(
                    "the process of the run has ended before the run; to resume: rlm resume {}",
                    journal_name(journal)
                ));
            }
            return Ok(());
        }
        follower.refresh();
        std::thread::sleep(PAUSE);
    }
}

/// Watches a journal: shows it, and follows it as it grows, until the user leaves the view.
///
/// # Errors
/// [`Failure::NoTerminal`], [`Failure::Terminal`], [`Failure::ReadJournal`]; if the context is
/// named, the errors of reading it.
fn watch(
    journal: &Path,
    context: &RecordedContextArguments,
    environment: &Environment,
    console: Console,
) -> Result<(), Failure> {
    Screen::check("rlm watch")?;
    let mut view = View::new(Host::Watcher).with_palette(console.palette());
    let mut tail = Tail {
        journal: JournalTail::open(journal)?,
        clock: Clock::default(),
        asked: None,
    };
    let mut records = Vec::new();
    loop {
        let more = tail.journal.read_on(AT_ONCE)?;
        if more.is_empty() {
            break;
        }
        records.extend(more);
    }
    let run = RecordedRun {
        records,
        ending: tail.journal.ending(),
    };
    match recording::same_context_again(&run, journal, context, environment) {
        Ok(context) => view = view.with_texts(texts_of(context)),
        Err(failure) if context.is_given() => return Err(failure),
        // Without the text, the view shows the locations from the journal.
        Err(_) => {}
    }
    for record in run.records {
        tail.clock.heard(&record);
        view.add(Arc::new(record));
    }
    interrupt::listen(console);
    let screen = Screen::open("rlm watch")?;
    Show { screen, view }.go_on(tail, &|| {}, &AtomicBool::new(false))?;
    Ok(())
}

/// The tail of a journal that may still grow, and the state of its writer.
struct Tail {
    journal: JournalTail,
    clock: Clock,
    asked: Option<Instant>,
}

impl Source for Tail {
    fn tell(&mut self, view: &mut View) -> Result<bool, Failure> {
        let began = Instant::now();
        let mut is_news = false;
        while began.elapsed() < TAKING {
            let records = self.journal.read_on(AT_ONCE)?;
            if records.is_empty() {
                break;
            }
            is_news = true;
            for record in records {
                self.clock.heard(&record);
                view.add(Arc::new(record));
            }
        }
        if !is_news && self.asked.is_none_or(|asked| asked.elapsed() >= ASKING) {
            self.asked = Some(Instant::now());
            is_news = view.set_writer(match self.journal.is_being_written() {
                true => Writer::Writing,
                false => Writer::Gone(self.journal.ending()),
            });
        }
        view.tick(self.clock.now());
        Ok(is_news)
    }
}
