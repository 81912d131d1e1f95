//! The start of a REPL session: its context or recorded step, models, tools and journal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rlm_cli_execution::journal::{self, forget_unbegun};
use rlm_cli_execution::question::QuestionSource;
use rlm_cli_execution::stores;
use rlm_cli_execution::tools::{self, OfferedTools};
use rlm_cli_execution::{context, local_models, recording, retrieval, runner, runtime, standard_input};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::metrics;
use rlm_cli_settings::args::{ReplArguments, ReplParts};
use rlm_cli_settings::cache::CacheSettings;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::runner::RunnerSettings;
use rlm_context::{Context, ContextKind};
use rlm_core::{Programs, RunOptions, Runner};
use rlm_model::{RunId, RunPath};
use rlm_trace::{Event, JournalTexts, RecordedRun};
use tokio::runtime::Runtime;

/// The state from which a session starts, and restarts after `:reset`.
pub(super) struct Setup<'a> {
    parts: ReplParts,
    context: Context,
    locations: Vec<Option<String>>,
    /// The run after which the session continues: its recording, its id, and the step.
    after: Option<(RecordedRun, RunId, u32)>,
    offered: OfferedTools,
    environment: &'a Environment,
    console: Console,
    runtime: Runtime,
}

impl<'a> Setup<'a> {
    /// Prepares a session: loads the context or the recorded run, and starts the tools. No model is
    /// called.
    pub(super) fn prepare(
        arguments: ReplArguments,
        environment: &'a Environment,
        console: Console,
    ) -> Result<Self, Failure> {
        let parts = arguments.into_parts().map_err(|error| Failure::Start {
            cause: std::io::Error::other(error.to_string()),
        })?;
        // Standard input is reserved for programs.
        if standard_input::is_named(&parts.context.context) {
            return Err(Failure::StandardInputTwice);
        }
        let runtime = runtime::runtime()?;
        let (context, locations, after) = match &parts.run {
            Some(run) => {
                let (context, recorded, id, step) = recorded_run(run, &parts, environment)?;
                (context, Vec::new(), Some((recorded, id, step)))
            }
            None => {
                let (context, locations) = given_context(&parts, environment, console)?;
                (context, locations, None)
            }
        };
        let offered = runtime.block_on(tools::start(
            &parts.runner.tools.offered,
            parts.runner.calls.api_key_env.as_deref(),
            environment,
            console,
        ))?;
        Ok(Self {
            parts,
            context,
            locations,
            after,
            offered,
            environment,
            console,
            runtime,
        })
    }

    /// Creates the session's runner with the models of the arguments. `model`, if given, replaces
    /// all of these models.
    pub(super) fn runner(&self, model: Option<&str>) -> Result<Runner, Failure> {
        let settings = RunnerSettings::for_programs(&self.parts.runner, model, self.environment, &|| {
            local_models::find(self.environment)
        })?;
        runner::build(&settings, self.environment, &self.offered)
    }

    /// Starts a run of programs.
    pub(super) fn programs(&self, runner: &Runner) -> Result<Programs, Failure> {
        let id = runner::new_id()?;
        let place = self.parts.journal.place();
        let texts = self.texts();
        let journal = Arc::new(journal::create(place, &id, texts, self.environment)?);
        let kept: Vec<PathBuf> = journal.path().map(Path::to_owned).into_iter().collect();
        let console = self.console;
        let indexes = CacheSettings::lower(&self.parts.runner.cache, texts, self.environment)
            .place
            .indexes();
        let say = move |text: &str| console.say(text);
        let options = RunOptions {
            id: Some(id),
            journal: Some(journal),
            locations: self.locations.clone(),
            retriever: retrieval::retriever(!self.parts.runner.search.no_search, &self.context, indexes, say),
            ..RunOptions::default()
        };
        let programs: Result<Programs, Failure> = match &self.after {
            Some((recorded, _, step)) => {
                let opened = rlm_runs::programs_after(runner, recorded, *step, &self.context, options);
                self.runtime.block_on(opened).map_err(Failure::from)
            }
            None => runner
                .programs(&self.parts.query, &self.context, options)
                .map_err(Failure::from),
        };
        // Memory-mapped files have been read by now.
        context::warn(&self.context.late_warnings(), self.console);
        programs.inspect_err(|_| forget_unbegun(&kept, journal::folder(place)))
    }

    /// Returns which texts the session's journal records. It records no more than the journal of
    /// the continued run.
    fn texts(&self) -> JournalTexts {
        let recorded = self
            .after
            .as_ref()
            .map(|(recorded, ..)| JournalTexts::of(&recorded.records));
        recorded
            .filter(|texts| *texts != JournalTexts::Full)
            .unwrap_or_else(|| self.parts.runner.texts.which())
    }

    /// Ends the session's run, and reports its totals.
    pub(super) fn end(&self, programs: Programs, console: Console) -> Result<(), Failure> {
        let result = self.runtime.block_on(programs.end())?;
        for note in &result.notes {
            console.say(&format!("note: {}", rlm_cli_output::text::one_line(&note.text)));
        }
        let kept = if result.journal.is_some() {
            ""
        } else {
            ", no journal kept"
        };
        console.say(&format!(
            "{}, run {}{kept}",
            metrics::totals(&result.totals),
            result.run
        ));
        Ok(())
    }

    pub(super) const fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    pub(super) fn say_sources(&self) {
        self.offered.say_sources(self.console);
    }

    pub(super) fn context_bytes(&self) -> u64 {
        self.context.text_size()
    }

    /// Returns the name of the type of the variable `context` in programs, if it is known.
    pub(super) fn context_type(&self) -> Option<&'static str> {
        match self.context.kind() {
            ContextKind::Text => Some("str"),
            ContextKind::List => Some("list"),
            ContextKind::Dict => Some("dict"),
            ContextKind::Json => None,
        }
    }

    /// Returns the id of the recorded run that the session continues, and the step after which it
    /// continues.
    pub(super) fn recorded_step(&self) -> Option<(&RunId, u32)> {
        self.after.as_ref().map(|(_, id, step)| (id, *step))
    }
}

fn given_context(
    parts: &ReplParts,
    environment: &Environment,
    console: Console,
) -> Result<(Context, Vec<Option<String>>), Failure> {
    let names = parts.context.named();
    let asked = QuestionSource::for_context(names.clone());
    let cache = CacheSettings::lower(&parts.runner.cache, parts.runner.texts.which(), environment).place;
    let (loaded, _) = asked.load(&parts.context, &cache, Loading::Shown)?;
    context::warn(&loaded.warnings, console);
    let locations = match names.as_slice() {
        // The documents of a JSON value have no files.
        [] => Vec::new(),
        _ => context::locations(&loaded.context, &context::parse(&names)?, &names, None),
    };
    Ok((loaded.context, locations))
}

fn recorded_run(
    run: &str,
    parts: &ReplParts,
    environment: &Environment,
) -> Result<(Context, RecordedRun, RunId, u32), Failure> {
    let found = stores::runs(environment)?.find(run)?;
    let recorded = RecordedRun::read(&found.journal)?;
    let started = recording::started_again(&recorded)?;
    let context = recording::load_context(started, &found.journal, &parts.recorded_context(), environment)?;
    let turns = recorded.events().filter_map(|event| match event {
        Event::TurnStarted(turn) if turn.run == RunPath::default() => Some(turn.turn),
        _ => None,
    });
    let step = parts.at.or(turns.max()).unwrap_or_default();
    let id = started.run.clone();
    Ok((context, recorded, id, step))
}
