//! Loads the context that command-line arguments name.

use std::path::{Path, PathBuf};

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::text::counted;
use rlm_cli_settings::args::{OnUnreadable, Records, SharedContextArguments, ShownAs};
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::Environment;
use rlm_context::{
    Context, ContextAs, ContextSpec, DEFAULT_SEPARATOR, ExtractLimits, Formats, LoadOptions, LoadWarning, Loaded, Map,
    Newlines, RecordSplitting, load, load_json,
};

use crate::standard_input;

/// The maximum number of warnings that are shown individually.
const SHOWN_WARNINGS: usize = 5;

/// The options for loading a context.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The type of the context as programs see it.
    pub shown_as: ShownAs,
    /// The folder against which relative paths are resolved; by default the current folder.
    pub base: Option<PathBuf>,
    /// The git revision from which paths are read, if any.
    pub git: Option<String>,
    /// How files whose text can't be extracted are handled.
    pub on_unreadable: OnUnreadable,
    /// Whether texts are extracted from files of other formats, and archives read.
    pub formats: Formats,
    /// Whether the rows or lines of a file of records become documents of their own.
    pub records: RecordSplitting,
    /// The text between two documents if the context is one text; by default [`DEFAULT_SEPARATOR`].
    pub separator: Option<String>,
    /// The cache folder for texts that were extracted from PDF, DOCX and similar files.
    pub extraction_cache: Option<PathBuf>,
    /// Whether line ends are read as `\n`.
    pub newlines: Newlines,
    /// Whether large files are memory-mapped.
    pub map: Map,
    /// The maximum size to which packed files may unpack, in megabytes.
    pub max_unpacked: u32,
    /// Whether a progress line shows the number of files read.
    pub loading: Loading,
}

/// The unpacking limit, in megabytes, for reading a recorded run's context again. It is higher than
/// the default, because the run may have had a higher limit.
const MAX_UNPACKED_AGAIN: u32 = 4_096;

impl Reading {
    /// Creates the loading options that the arguments state.
    pub fn new(
        shown: &SharedContextArguments,
        extraction_cache: Option<PathBuf>,
        newlines: Newlines,
        loading: Loading,
    ) -> Self {
        Self {
            shown_as: shown.shown_as,
            base: None,
            git: None,
            on_unreadable: if shown.strict {
                OnUnreadable::Fail
            } else {
                shown.on_unreadable
            },
            formats: if shown.raw {
                Formats::AsTheyAre
            } else {
                Formats::Extracted
            },
            records: match shown.records {
                Records::Auto => RecordSplitting::Fitting,
                Records::Documents => RecordSplitting::Documents,
                Records::Text => RecordSplitting::Text,
            },
            separator: shown.separator.clone(),
            extraction_cache,
            newlines,
            map: if shown.no_map { Map::Never } else { Map::GUARDED },
            max_unpacked: shown.max_unpacked,
            loading,
        }
    }

    /// Creates the options for loading the context of a recorded run again, in order to compare it.
    /// Files without text are skipped, as the run may have done.
    pub fn again(shown_as: ShownAs, formats: Formats, records: RecordSplitting, environment: &Environment) -> Self {
        Self {
            shown_as,
            base: None,
            git: None,
            on_unreadable: OnUnreadable::Skip,
            formats,
            records,
            separator: None,
            extraction_cache: CachePlace::new(None, environment).extractions(),
            newlines: Newlines::AsTheyAre,
            map: Map::GUARDED,
            max_unpacked: MAX_UNPACKED_AGAIN,
            loading: Loading::Hidden,
        }
    }
}

/// Loads the context from the values of `--context`.
///
/// # Errors
/// [`Failure::Context`], and the errors of [`standard_input::read`].
pub fn load_arguments(arguments: &[String], reading: Reading) -> Result<Loaded, Failure> {
    let specs = parse(arguments)?;
    let mut input = standard_input::read(&specs)?;
    load_specs(&specs, &mut input, reading)
}

/// Loads the context from parsed context arguments. `input` contains standard input, which the
/// caller has read; it is unchanged.
///
/// # Errors
/// [`Failure::Context`].
pub fn load_specs(specs: &[ContextSpec], input: &mut Option<Vec<u8>>, reading: Reading) -> Result<Loaded, Failure> {
    let (progress, line) = reading.loading.begin();
    let options = LoadOptions {
        standard_input: input.take(),
        progress: Some(progress),
        ..options(reading)
    };
    let loaded = load(specs, &options);
    line.finish_and_clear();
    *input = options.standard_input;
    Ok(loaded?)
}

/// Loads the context from the JSON value in a file.
///
/// # Errors
/// [`Failure::Context`].
pub fn load_value(path: &Path, reading: Reading) -> Result<Loaded, Failure> {
    Ok(load_json(path, &options(reading))?)
}

/// Parses the values of `--context` without accessing any file.
///
/// # Errors
/// [`Failure::Context`].
pub fn parse(arguments: &[String]) -> Result<Vec<ContextSpec>, Failure> {
    let specs = arguments.iter().map(|argument| argument.parse::<ContextSpec>());
    Ok(specs.collect::<Result<_, _>>()?)
}

fn options(reading: Reading) -> LoadOptions {
    LoadOptions {
        newlines: reading.newlines,
        base: reading.base,
        git: reading.git,
        map: reading.map,
        shown_as: match reading.shown_as {
            ShownAs::Auto => ContextAs::Fitting,
            ShownAs::Text => ContextAs::Text,
            ShownAs::List => ContextAs::List,
            ShownAs::Dict => ContextAs::Dict,
        },
        on_unreadable: match reading.on_unreadable {
            OnUnreadable::Auto => rlm_context::OnUnreadable::Fitting,
            OnUnreadable::Skip => rlm_context::OnUnreadable::Skip,
            OnUnreadable::Fail => rlm_context::OnUnreadable::Fail,
        },
        formats: reading.formats,
        records: reading.records,
        separator: reading.separator.unwrap_or_else(|| DEFAULT_SEPARATOR.to_owned()),
        // Use the cache folder: such large files may not fit into the system's temporary folder.
        temporary: reading.extraction_cache.clone(),
        extraction_cache: reading.extraction_cache,
        limits: ExtractLimits {
            bytes: u64::from(reading.max_unpacked) << 20,
            ..ExtractLimits::default()
        },
        ..LoadOptions::default()
    }
}

/// Warns of context files that were left out or replaced: the first five individually, the others
/// by their count.
pub fn warn(warnings: &[LoadWarning], console: Console) {
    for warning in warnings.iter().take(SHOWN_WARNINGS) {
        console.warn(&warning.to_string());
    }
    let more = warnings.len().saturating_sub(SHOWN_WARNINGS);
    if more > 0 {
        console.warn(&format!("… and {} more", counted(more, "file")));
    }
}

/// Returns the canonical path of each document's file, so that the run can be replayed from another
/// folder. A document of an archive or of a git revision knows its location; other paths are derived
/// from the document's name, and may be missing. `input` is the file
/// that stores standard input.
pub fn locations(
    context: &Context,
    specs: &[ContextSpec],
    arguments: &[String],
    input: Option<&Path>,
) -> Vec<Option<String>> {
    let here = std::env::current_dir().unwrap_or_default();
    let documents = context.documents().iter();
    documents
        .map(|document| {
            if let Some(location) = document.location() {
                return Some(location.to_owned());
            }
            let path = match path_of(document.name(), specs, arguments) {
                Some(path) => here.join(path),
                None => here.join(input?),
            };
            let path = std::fs::canonicalize(path).ok()?;
            path.to_str().map(str::to_owned)
        })
        .collect()
}

/// Returns the canonical path of each document, for documents whose names are paths relative to
/// `base`.
pub fn locations_below(context: &Context, base: &Path) -> Vec<Option<String>> {
    let documents = context.documents().iter();
    documents
        .map(|document| {
            if let Some(location) = document.location() {
                return Some(location.to_owned());
            }
            let path = std::fs::canonicalize(base.join(document.name().as_str())).ok()?;
            path.to_str().map(str::to_owned)
        })
        .collect()
}

/// Returns the path of the file of the document with this name; `None` for standard input. The user
/// may have named documents, as in `NAME=PATH`. Other documents are named by their paths.
fn path_of(name: &str, specs: &[ContextSpec], arguments: &[String]) -> Option<PathBuf> {
    for (spec, argument) in specs.iter().zip(arguments) {
        let Some(given) = spec.name() else { continue };
        let path = argument.split_once('=').map_or(argument.as_str(), |(_, path)| path);
        if name == given {
            return (path != "-").then(|| PathBuf::from(path));
        }
        if let Some(rest) = name
            .strip_prefix(given.as_str())
            .and_then(|rest| rest.strip_prefix('/'))
        {
            return Some(Path::new(path).join(rest));
        }
    }
    let is_standard_input = specs.iter().any(ContextSpec::is_standard_input) && name == "stdin";
    (!is_standard_input).then(|| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_names_map_back_to_paths() {
        let arguments: Vec<String> = ["a.md", "old=drafts", "log=-"].map(str::to_owned).to_vec();
        let specs = parse(&arguments).unwrap();
        let path = |name: &str| path_of(name, &specs, &arguments);
        assert_eq!(path("a.md"), Some("a.md".into()));
        assert_eq!(path("old/x/1.md"), Some("drafts/x/1.md".into()));
        assert_eq!(path("log"), None);
        assert_eq!(path("stdin"), None);
    }
}
