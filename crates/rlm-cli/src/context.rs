//! From context arguments to a context.

use std::io::Read;
use std::path::{Path, PathBuf};

use rlm_context::{
    Context, ContextAs, ContextSpec, Formats, LoadOptions, LoadWarning, Loaded, Map, Newlines, load, load_json,
};

use crate::arguments::{OnUnreadable, SharedContextArguments, ShownAs};
use crate::console::{Console, counted};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::folders;

/// The warnings that are shown one by one.
const SHOWN_WARNINGS: usize = 5;

/// How to read a context.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) shown_as: ShownAs,
    pub(crate) on_unreadable: OnUnreadable,
    pub(crate) formats: Formats,
    /// Where texts are kept that took long to take out of their files.
    pub(crate) extraction_cache: Option<PathBuf>,
    pub(crate) newlines: Newlines,
    pub(crate) map: Map,
}

impl Reading {
    /// Reads as the arguments say.
    pub(crate) fn new(shown: &SharedContextArguments, extraction_cache: Option<PathBuf>, newlines: Newlines) -> Self {
        Self {
            shown_as: shown.shown_as,
            on_unreadable: shown.on_unreadable,
            formats: if shown.raw {
                Formats::AsTheyAre
            } else {
                Formats::Extracted
            },
            extraction_cache,
            newlines,
            map: shown.map(),
        }
    }

    /// Reads as a run did, to compare: nothing is left out for want of a text that the run has read.
    pub(crate) fn again(shown_as: ShownAs, formats: Formats, environment: &Environment) -> Self {
        Self {
            shown_as,
            on_unreadable: OnUnreadable::Skip,
            formats,
            extraction_cache: folders::extraction_cache(None, environment),
            newlines: Newlines::AsTheyAre,
            map: Map::GUARDED,
        }
    }
}

/// Loads what the arguments name.
///
/// # Errors
/// [`Failure::Context`], [`Failure::StandardInput`], [`Failure::StandardInputTwice`].
pub(crate) fn load_arguments(arguments: &[String], reading: Reading) -> Result<Loaded, Failure> {
    let specs = parse(arguments)?;
    let options = LoadOptions {
        standard_input: standard_input(&specs)?,
        ..options(reading)
    };
    Ok(load(&specs, &options)?)
}

/// Loads a JSON value as the context.
///
/// # Errors
/// [`Failure::Context`].
pub(crate) fn load_value(path: &Path, reading: Reading) -> Result<Loaded, Failure> {
    Ok(load_json(path, &options(reading))?)
}

/// Reads the arguments; looks at no file.
///
/// # Errors
/// [`Failure::Context`].
pub(crate) fn parse(arguments: &[String]) -> Result<Vec<ContextSpec>, Failure> {
    let specs = arguments.iter().map(|argument| argument.parse::<ContextSpec>());
    Ok(specs.collect::<Result<_, _>>()?)
}

fn options(reading: Reading) -> LoadOptions {
    LoadOptions {
        newlines: reading.newlines,
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
        // Files that are large enough for this may be larger than the system's own folder for such things.
        temporary: reading.extraction_cache.clone(),
        extraction_cache: reading.extraction_cache,
        ..LoadOptions::default()
    }
}

fn standard_input(specs: &[ContextSpec]) -> Result<Option<Vec<u8>>, Failure> {
    match specs.iter().filter(|spec| spec.is_standard_input()).count() {
        0 => Ok(None),
        1 => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|cause| Failure::StandardInput { cause })?;
            Ok(Some(bytes))
        }
        _ => Err(Failure::StandardInputTwice),
    }
}

/// Says what was left out or replaced: the first few one by one, the others by their number.
pub(crate) fn warn(warnings: &[LoadWarning], console: Console) {
    for warning in warnings.iter().take(SHOWN_WARNINGS) {
        console.warn(&warning.to_string());
    }
    let more = warnings.len().saturating_sub(SHOWN_WARNINGS);
    if more > 0 {
        console.warn(&format!("… and {} more of this kind", counted(more, "file")));
    }
}

/// Returns where each document was read from, as far as its name tells: for whoever replays the run from another folder.
pub(crate) fn locations(context: &Context, specs: &[ContextSpec], arguments: &[String]) -> Vec<Option<String>> {
    let here = std::env::current_dir().unwrap_or_default();
    let documents = context.documents().iter();
    documents
        .map(|document| {
            let path = path_of(document.name(), specs, arguments)?;
            let path = std::fs::canonicalize(here.join(path)).ok()?;
            path.to_str().map(str::to_owned)
        })
        .collect()
}

/// A document without a given name is called by its path; one with a name, `NAME` or `NAME/…`.
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
    fn names_lead_back_to_paths() {
        let arguments: Vec<String> = ["a.md", "old=drafts", "log=-"].map(str::to_owned).to_vec();
        let specs = parse(&arguments).unwrap();
        let path = |name: &str| path_of(name, &specs, &arguments);
        assert_eq!(path("a.md"), Some("a.md".into()));
        assert_eq!(path("old/x/1.md"), Some("drafts/x/1.md".into()));
        assert_eq!(path("log"), None);
        assert_eq!(path("stdin"), None);
    }
}
