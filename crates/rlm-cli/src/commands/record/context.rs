//! Writes the context of a recorded test case: the files that the run read, with relative paths if
//! possible, or copies of them.

use std::path::{Path, PathBuf};

use rlm_cli_execution::context::{self, Reading};
use rlm_cli_execution::recording;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_settings::args::{
    DEFAULT_MAX_UNPACKED, OnUnreadable, RecordArguments, Records, SharedContextArguments, ShownAs,
};
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::Environment;
use rlm_context::{Context, ContextKind, Loaded, Newlines};
use rlm_runs::check_context;

use super::document::{Document, path_text, quoted, relative};
use super::source::{Source, Target};

/// The context of a test case, as keys and flags in TOML.
#[derive(Default)]
pub(super) struct CaseContext {
    /// The keys of the test case that define its context, with their values as TOML.
    keys: Vec<(&'static str, String)>,
    /// The flags of the table `[run]` of the test case, with their values as TOML.
    pub(super) flags: Vec<(&'static str, String)>,
    /// Warnings for the user about the context of the test case.
    pub(super) notes: Vec<String>,
}

impl CaseContext {
    pub(super) fn write(&self, document: &mut Document) {
        for (key, value) in &self.keys {
            document.key(key, value);
        }
    }

    fn of(key: &'static str, value: String) -> Self {
        Self {
            keys: vec![(key, value)],
            ..Self::default()
        }
    }
}

/// Describes a run's context for a test case, and checks that the description gives the same
/// context.
///
/// # Errors
/// [`Failure::Context`]; [`Failure::Replay`] if the context differs; [`Failure::Cases`] if it can't
/// be packed.
pub(super) fn describe(
    source: &Source<'_>,
    arguments: &RecordArguments,
    target: &Target,
    environment: &Environment,
) -> Result<CaseContext, Failure> {
    if source.started.context.iter().all(|document| document.bytes == 0) {
        return Ok(CaseContext::default());
    }
    let given = &arguments.context;
    if let (Some(text), false) = (&given.data, arguments.pack_context) {
        check_context(source.recorded, &Context::from_text(text.as_str()))?;
        return Ok(CaseContext::of("data", quoted(text)));
    }
    if let (Some(path), false) = (&given.context_json, arguments.pack_context) {
        return Ok(CaseContext::of(
            "context_json",
            quoted(&path_text(&relative(&target.folder, path))),
        ));
    }
    if !arguments.pack_context
        && let Some(described) = as_files(source, target, environment)?
    {
        return Ok(described);
    }
    let context = recording::same_context_again(source.recorded, source.journal, given, environment)?;
    let mut described = pack(source, &context, target, environment)?;
    if !arguments.pack_context {
        described.notes.push(format!(
            "a case can't name the context's files; its texts were copied to {}",
            target.beside("context").display()
        ));
    }
    Ok(described)
}

/// Describes the context of a test case by the files that the run read. Returns `None` if they
/// would not give the same context.
fn as_files(source: &Source<'_>, target: &Target, environment: &Environment) -> Result<Option<CaseContext>, Failure> {
    let Some((base, names)) = below_one_folder(source) else {
        return match by_whole_paths(source, target, environment)? {
            Some(described) => Ok(Some(described)),
            None => named_each(source, target, environment),
        };
    };
    // Prefer a whole folder to the list of its files, if it gives the same documents.
    let top = names
        .first()
        .and_then(|name| name.split_once('/'))
        .map(|(top, _)| format!("{top}/"));
    let whole = top.filter(|top| names.len() > 1 && names.iter().all(|name| name.starts_with(top)));
    for files in whole.map(|top| vec![top]).into_iter().chain([names]) {
        if let Some(flags) = same_by(source, &base, &files, environment)? {
            let way = relative(&target.folder, &base);
            let mut keys = Vec::new();
            if !way.as_os_str().is_empty() {
                keys.push(("folder", quoted(&path_text(&way))));
            }
            keys.push(("context", list(&files)));
            return Ok(Some(CaseContext {
                keys,
                flags,
                notes: Vec::new(),
            }));
        }
    }
    Ok(None)
}

/// Describes the context of a test case by absolute paths, if the run's documents are named by
/// absolute paths, as in sessions.
fn by_whole_paths(
    source: &Source<'_>,
    target: &Target,
    environment: &Environment,
) -> Result<Option<CaseContext>, Failure> {
    let names: Vec<String> = source
        .started
        .context
        .iter()
        .map(|document| document.name.clone())
        .collect();
    if !names.iter().all(|name| Path::new(name).is_absolute()) {
        return Ok(None);
    }
    let flags = same_by(source, &target.folder, &names, environment)?;
    Ok(flags.map(|flags| CaseContext {
        keys: vec![("context", list(&names))],
        flags,
        notes: vec!["the prompts contain absolute paths of this machine, so the case depends on them".to_owned()],
    }))
}

/// Describes the context of a test case by files of which each is given the name of its document.
fn named_each(source: &Source<'_>, target: &Target, environment: &Environment) -> Result<Option<CaseContext>, Failure> {
    let named = source.started.context.iter().map(|document| {
        let way = relative(&target.folder, Path::new(document.location.as_ref()?));
        Some(format!("{}={}", document.name, path_text(&way)))
    });
    let Some(files) = named.collect::<Option<Vec<String>>>() else {
        return Ok(None);
    };
    let flags = same_by(source, &target.folder, &files, environment)?;
    Ok(flags.map(|flags| CaseContext {
        keys: vec![("context", list(&files))],
        flags,
        notes: Vec::new(),
    }))
}

fn list(files: &[String]) -> String {
    let quoted: Vec<String> = files.iter().map(|file| quoted(file)).collect();
    format!("[{}]", quoted.join(", "))
}

/// Returns the folder below which each document has its name as its path, and these names. `None`
/// if there is no such folder.
fn below_one_folder(source: &Source<'_>) -> Option<(PathBuf, Vec<String>)> {
    let mut base: Option<PathBuf> = None;
    for document in &source.started.context {
        let location = Path::new(document.location.as_ref()?);
        let name = Path::new(&document.name);
        if !location.ends_with(name) {
            return None;
        }
        let own = location.ancestors().nth(name.components().count())?;
        match &base {
            Some(base) if base != own => return None,
            Some(_) => {}
            None => base = Some(own.to_owned()),
        }
    }
    let names = source.started.context.iter().map(|document| document.name.clone());
    Some((base?, names.collect()))
}

/// Returns the flags with which files give the same context as the run's; `None` if no flags do.
fn same_by(
    source: &Source<'_>,
    base: &Path,
    files: &[String],
    environment: &Environment,
) -> Result<Option<Vec<(&'static str, String)>>, Failure> {
    let Ok(specs) = context::parse(files) else {
        return Ok(None);
    };
    let separator = recording::separator_of(source.started);
    let read = |shown_as, records, raw| {
        let shown = SharedContextArguments {
            shown_as,
            on_unreadable: OnUnreadable::Auto,
            strict: false,
            records,
            raw,
            no_map: false,
            max_unpacked: DEFAULT_MAX_UNPACKED,
            separator: separator.clone(),
        };
        let cache = CachePlace::new(None, environment).extractions();
        let reading = Reading {
            base: Some(base.to_owned()),
            ..Reading::new(&shown, cache, Newlines::AsTheyAre, Loading::Hidden)
        };
        context::load_specs(&specs, &mut None, reading)
    };
    for raw in [false, true] {
        for records in [Records::Auto, Records::Documents, Records::Text] {
            for shown_as in [ShownAs::Auto, ShownAs::Text, ShownAs::List, ShownAs::Dict] {
                let Ok(Loaded { context, .. }) = read(shown_as, records, raw) else {
                    break;
                };
                if check_context(source.recorded, &context).is_ok() {
                    let mut found = flags(shown_as, records, raw);
                    found.extend(separator.map(|separator| ("separator", quoted(&escaped(&separator)))));
                    return Ok(Some(found));
                }
            }
        }
    }
    Ok(None)
}

/// Returns a separator with the escapes that `--separator` expects.
fn escaped(separator: &str) -> String {
    separator
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
}

fn flags(shown_as: ShownAs, records: Records, raw: bool) -> Vec<(&'static str, String)> {
    let shown_as = match shown_as {
        ShownAs::Auto => None,
        ShownAs::Text => Some("\"text\""),
        ShownAs::List => Some("\"list\""),
        ShownAs::Dict => Some("\"dict\""),
    };
    let records = match records {
        Records::Auto => None,
        Records::Documents => Some("\"documents\""),
        Records::Text => Some("\"text\""),
    };
    let all = [("as", shown_as), ("records", records), ("raw", raw.then_some("true"))];
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value?.to_owned())))
        .collect()
}

/// Writes the texts of the context next to the test case, and describes the context by these files.
fn pack(
    source: &Source<'_>,
    context: &Context,
    target: &Target,
    environment: &Environment,
) -> Result<CaseContext, Failure> {
    let folder = target.beside("context");
    let json = context.kind() == ContextKind::Json;
    for document in context.documents() {
        let name = Path::new(document.name().as_str());
        let is_below = name
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !is_below {
            return Err(target.refused("the context has document names that are not valid relative paths"));
        }
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, document.as_str()))
            .map_err(|cause| target.unwritten(&cause))?;
    }
    let names: Vec<String> = context
        .documents()
        .iter()
        .map(|document| document.name().to_string())
        .collect();
    if json {
        let name = names.first().cloned().unwrap_or_default();
        return Ok(CaseContext {
            keys: vec![
                ("folder", quoted(&target.name("context"))),
                ("context_json", quoted(&name)),
            ],
            ..CaseContext::default()
        });
    }
    match same_by(source, &folder, &names, environment)? {
        Some(flags) => Ok(CaseContext {
            keys: vec![("folder", quoted(&target.name("context"))), ("context", list(&names))],
            flags,
            notes: Vec::new(),
        }),
        None => Err(target.refused("the context's texts, written to files, give a different context")),
    }
}
