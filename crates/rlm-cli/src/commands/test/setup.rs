//! Prepares a test case: its flags, its context, and the checks of its answer.

use std::any::TypeId;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, Command, CommandFactory, Parser};
use rlm_cases::{Checks, ContextOf, Flag, SchemaOf};
use rlm_cli_execution::context::{self, Reading};
use rlm_cli_execution::retrieval;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_settings::args::{self, Arguments, RunArguments};
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::flags::{check, flags_of, unknown};
use rlm_cli_settings::models::file_behind;
use rlm_context::{Context, Newlines};
use rlm_retrieval::Retriever;
use serde_json::Value;

use super::suite::Entry;

/// The flags of `rlm run` that test cases set by a key of their own instead of in `[run]`, each
/// with this key.
const KEYS: [(&str, &str); 5] = [
    ("question_file", "question"),
    ("context", "context"),
    ("context_json", "context_json"),
    ("data", "data"),
    ("journal", "recording"),
];
/// The flags of `rlm run` that test cases can't set, since they do not affect how a question is
/// answered.
const UNSUPPORTED_FLAGS: [&str; 13] = [
    "task",
    "state",
    "no_journal",
    "output",
    "json",
    "progress",
    "show_steps",
    "tui",
    "cache",
    "cache_size",
    "cache_days",
    "env_file",
    "help",
];

/// A test case that is ready to run.
pub(crate) struct CaseSetup<'e> {
    pub(crate) entry: &'e Entry,
    pub(crate) arguments: RunArguments,
    pub(crate) context: Context,
    pub(crate) checks: Checks<'e>,
    /// The base folder to which the documents' paths are relative.
    pub(crate) base: PathBuf,
}

impl<'e> CaseSetup<'e> {
    /// Reads a test case's flags, its context and its schema. `prompts` overrides the case's folder
    /// of prompts.
    ///
    /// # Errors
    /// [`Failure::Case`] if the test case is invalid, and the errors of loading its context.
    pub(crate) fn of(entry: &'e Entry, prompts: Option<&Path>, environment: &Environment) -> Result<Self, Failure> {
        let arguments = self::arguments(entry, prompts)?;
        let base = match &entry.case.folder {
            Some(folder) => entry.folder().join(folder),
            None => entry.folder().to_owned(),
        };
        let context = load(entry, &base, &arguments, environment)?;
        let schema = schema(entry)?;
        let checks =
            Checks::new(&entry.case.expect, schema.as_ref()).map_err(|detail| wrong(entry, entry.case.line, detail))?;
        Ok(Self {
            entry,
            arguments,
            context,
            checks,
            base,
        })
    }

    /// Returns the retriever that answers searches of the test case's programs.
    pub(crate) fn retriever(&self, environment: &Environment) -> Option<Arc<dyn Retriever>> {
        let indexes = CachePlace::new(None, environment).indexes();
        retrieval::retriever(!self.arguments.runner.search.no_search, &self.context, indexes, |_| {})
    }
}

/// Creates the error that reports what is wrong in a line of a test case.
pub(crate) fn wrong(entry: &Entry, line: usize, detail: impl Into<String>) -> Failure {
    Failure::Case {
        path: entry.file.clone(),
        line,
        detail: detail.into(),
    }
}

/// Parses the flags of a test case as those of a command line.
fn arguments(entry: &Entry, prompts: Option<&Path>) -> Result<RunArguments, Failure> {
    let command = Arguments::command();
    let Some(run) = command.find_subcommand("run") else {
        return Err(wrong(entry, entry.case.line, "there is no `rlm run`"));
    };
    // The command line requires a context, but the case loads its own. Nothing is cached between
    // cases.
    let mut words: Vec<OsString> = ["rlm", "run", "--data=-", "--cache=off"].map(OsString::from).to_vec();
    for flag in &entry.case.run {
        if flag.key == "prompts" && prompts.is_some() {
            continue;
        }
        let stated = stated(flag, entry, run, &command).map_err(|detail| wrong(entry, flag.line, detail))?;
        words.extend(stated.into_iter().map(OsString::from));
    }
    if let Some(folder) = prompts {
        words.push("--prompts".into());
        words.push(folder.into());
    }
    words.push("--".into());
    words.push(entry.case.question.as_str().into());
    let parsed = Arguments::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        let line = text.lines().next().unwrap_or_default();
        wrong(entry, entry.case.line, line.strip_prefix("error: ").unwrap_or(line))
    })?;
    match parsed.command {
        args::Command::Run(arguments) => Ok(*arguments),
        _ => Err(wrong(entry, entry.case.line, "its flags are not flags of `rlm run`")),
    }
}

/// Returns a flag that a test case states as words of a command line. Paths are resolved against
/// the case's folder.
fn stated(flag: &Flag, entry: &Entry, run: &Command, whole: &Command) -> Result<Vec<String>, String> {
    if let Some((_, key)) = KEYS.iter().find(|(name, _)| *name == flag.key) {
        return Err(format!("`run.{}`: use the case's key `{key}` instead", flag.key));
    }
    if UNSUPPORTED_FLAGS.contains(&flag.key.as_str()) {
        return Err(format!("`run.{}`: not supported in a case", flag.key));
    }
    let name = flag.key.replace('_', "-");
    let refused = |detail: String| format!("`run.{}`: {detail}", flag.key);
    let arg = run
        .get_arguments()
        .find(|arg| arg.get_long() == Some(&name))
        .ok_or_else(|| refused(unknown(&name, run)))?;
    let value = found(arg, &flag.value, entry.folder());
    let words = flags_of(arg, &name, &value).map_err(refused)?;
    check(whole, &words).map_err(refused)?;
    Ok(words)
}

/// Returns a flag's value with its path resolved against a folder, if it is a path.
fn found(arg: &Arg, value: &toml::Value, folder: &Path) -> toml::Value {
    let is_path = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
    match value {
        toml::Value::String(path) if is_path => toml::Value::String(folder.join(path).display().to_string()),
        toml::Value::String(text)
            if arg
                .get_value_names()
                .is_some_and(|names| names.iter().any(|name| name.ends_with("MODEL"))) =>
        {
            toml::Value::String(model(text, folder))
        }
        toml::Value::Array(values) => {
            let each = values.iter().map(|value| found(arg, value, folder));
            toml::Value::Array(each.collect())
        }
        other => other.clone(),
    }
}

/// Resolves the path in a model string against a folder, if the string has one.
fn model(text: &str, folder: &Path) -> String {
    let (depth, spec) = match text.split_once('=') {
        Some((depth, spec)) if depth.bytes().all(|byte| byte.is_ascii_digit()) => (Some(depth), spec),
        _ => (None, text),
    };
    let spec = match file_behind(spec) {
        Some((kind, file)) => format!("{kind}:{}", folder.join(file).display()),
        None => spec.to_owned(),
    };
    match depth {
        Some(depth) => format!("{depth}={spec}"),
        None => spec,
    }
}

fn load(entry: &Entry, base: &Path, arguments: &RunArguments, environment: &Environment) -> Result<Context, Failure> {
    let cache = CachePlace::new(None, environment).extractions();
    let mut reading = Reading::new(
        &arguments.asked.context.shown,
        cache,
        Newlines::AsTheyAre,
        Loading::Hidden,
    );
    match &entry.case.context {
        ContextOf::Nothing => Ok(Context::none()),
        ContextOf::Text(text) => Ok(Context::from_text(text.as_str())),
        ContextOf::Json(path) => Ok(context::load_value(&base.join(path), reading)?.context),
        ContextOf::Files(files) => {
            let specs = context::parse(files)?;
            if specs.iter().any(rlm_context::ContextSpec::is_standard_input) {
                return Err(wrong(
                    entry,
                    entry.case.line,
                    "`-` is not supported as a case's context; use `data`",
                ));
            }
            reading.base = Some(base.to_owned());
            Ok(context::load_specs(&specs, &mut None, reading)?.context)
        }
    }
}

fn schema(entry: &Entry) -> Result<Option<Value>, Failure> {
    let path = match &entry.case.expect.schema {
        None => return Ok(None),
        Some(SchemaOf::Inline(schema)) => return Ok(Some(schema.clone())),
        Some(SchemaOf::File(path)) => entry.folder().join(path),
    };
    let failed = |detail: String| Failure::Schema {
        path: path.clone(),
        detail,
    };
    let text = std::fs::read_to_string(&path).map_err(|cause| failed(cause.to_string()))?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| failed(error.to_string()))
}
