//! Loads the documents that the tools of an MCP server search and read.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_settings::args::ContextArguments;
use rlm_cli_settings::runner::RunnerSettings;
use rlm_mcp_server::Documents;

use crate::question::QuestionSource;
use crate::{context, retrieval, standard_input};

/// Loads the documents that the arguments of `command` name.
///
/// # Errors
/// [`Failure::Context`]; [`Failure::Usage`] if they name standard input.
pub(super) fn load(
    paths: &[String],
    arguments: &ContextArguments,
    settings: &RunnerSettings,
    command: &str,
    console: Console,
) -> Result<Documents, Failure> {
    let names = arguments.with_paths(paths);
    if standard_input::is_named(&names) {
        return Err(Failure::Usage {
            detail: "the documents of a server can't be read from standard input: name files or folders".to_owned(),
            command: command.to_owned(),
        });
    }
    let source = QuestionSource::for_context(names.clone());
    let (loaded, _) = source.load(arguments, &settings.cache.place, Loading::Hidden)?;
    context::warn(&loaded.warnings, console);
    let locations = match names.as_slice() {
        // The documents of a JSON value have no files.
        [] => Vec::new(),
        names => context::locations(&loaded.context, &context::parse(names)?, names, None),
    };
    let indexes = settings.cache.place.indexes();
    let retriever = retrieval::retriever(settings.has_search, &loaded.context, indexes, move |text| {
        console.say(text)
    });
    Ok(Documents::new(loaded.context, locations, retriever))
}
