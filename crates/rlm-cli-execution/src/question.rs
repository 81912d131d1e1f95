//! Reads the question and loads its context, as the command line states them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_settings::args::{CURRENT_FOLDER, ContextArguments, QuestionArguments};
use rlm_cli_settings::cache::CachePlace;
use rlm_context::{Context, Loaded, Newlines};
use rlm_core::{MAX_QUESTION_BYTES, RunError};

use crate::context::{self, Reading};
use crate::standard_input;

/// The maximum number of bytes read from the file of a question. It is far above the limit of a
/// question, so that the error can report the length.
const MOST_READ: u64 = 16 << 20;

/// The question of a command, and the arguments that name the context's files.
pub struct QuestionSource {
    /// The text of the question; empty for a batch and for a session.
    pub question: String,
    /// The arguments that name the context's files: those after the question, and `--context`.
    pub context: Vec<String>,
    /// The bytes of standard input, if they have been read as the context.
    pub input: Option<Vec<u8>>,
}

impl QuestionSource {
    /// Creates the source of a context without a question, for example for a batch.
    pub fn for_context(context: Vec<String>) -> Self {
        Self {
            question: String::new(),
            context,
            input: None,
        }
    }

    /// Reads the question from the arguments or a file; the default file is `usual`. Checks the
    /// arguments before any file of the context is opened.
    ///
    /// # Errors
    /// [`Failure::Run`] for an empty or too long question, [`Failure::ReadQuestion`],
    /// [`Failure::StandardInputTwice`].
    pub fn new(arguments: &QuestionArguments, usual: Option<&Path>) -> Result<Self, Failure> {
        let named = arguments.paths.iter().chain(&arguments.context.context);
        let mut context: Vec<String> = named.cloned().collect();
        let question = match (&arguments.question, &arguments.question_file) {
            (None, None) => question_after(&mut context),
            _ => None,
        };
        if context.is_empty() && arguments.context.git.is_some() {
            context.push(CURRENT_FOLDER.to_owned());
        }
        let question = question.as_deref().or(arguments.question.as_deref());
        let file = arguments.question_file.as_deref().or(usual);
        Ok(Self {
            question: read(question, file, &context)?,
            context,
            input: None,
        })
    }

    /// Reads text that is piped to standard input as the context, if the arguments name no context.
    ///
    /// # Errors
    /// [`Failure::StandardInput`], [`Failure::StandardInputTooLong`].
    pub fn or_piped(self, arguments: &QuestionArguments, console: Console) -> Result<Self, Failure> {
        let context = &arguments.context;
        let is_named = !self.context.is_empty() || context.context_json.is_some() || context.data.is_some();
        if is_named || arguments.is_from_standard_input() || !standard_input::is_piped() {
            return Ok(self);
        }
        Ok(match standard_input::read_piped(console)? {
            Some(bytes) => Self {
                context: vec!["-".to_owned()],
                input: Some(bytes),
                ..self
            },
            None => self,
        })
    }

    /// Loads the context of the question. Also returns the bytes of standard input if an argument
    /// names it. Extracted texts are cached next to `cache`, the reply cache.
    ///
    /// # Errors
    /// [`Failure::Context`], and the errors of [`standard_input::read`].
    pub fn load(
        &self,
        arguments: &ContextArguments,
        cache: &CachePlace,
        loading: Loading,
    ) -> Result<(Loaded, Option<Vec<u8>>), Failure> {
        let reading = Reading {
            git: arguments.git.clone(),
            ..Reading::new(&arguments.shown, cache.extractions(), Newlines::AsTheyAre, loading)
        };
        if let Some(data) = &arguments.data {
            return Ok((Loaded::from(Context::from_text(data.as_str())), None));
        }
        if self.context.is_empty() && arguments.context_json.is_none() {
            return Ok((Loaded::from(Context::none()), None));
        }
        match &arguments.context_json {
            Some(path) => Ok((context::load_value(path, reading)?, None)),
            None => {
                let specs = context::parse(&self.context)?;
                let mut input = match &self.input {
                    Some(bytes) => Some(bytes.clone()),
                    None => standard_input::read(&specs)?,
                };
                let loaded = context::load_specs(&specs, &mut input, reading)?;
                Ok((loaded, input))
            }
        }
    }
}

/// Returns the given question, or else the question in the file. `context` is checked because
/// standard input can't be both the question and the context.
///
/// # Errors
/// [`Failure::Run`] for an empty or too long question, [`Failure::ReadQuestion`],
/// [`Failure::StandardInputTwice`].
pub fn read(given: Option<&str>, file: Option<&Path>, context: &[String]) -> Result<String, Failure> {
    let question = match (given, file) {
        (Some(question), _) => question.to_owned(),
        (None, Some(path)) => read_question(path, context)?,
        (None, None) => {
            return Err(Failure::Usage {
                detail: "missing question: give it as an argument, or with --question-file".to_owned(),
                command: "run".to_owned(),
            });
        }
    };
    if question.trim().is_empty() {
        return Err(RunError::EmptyQuestion.into());
    }
    if question.len() > MAX_QUESTION_BYTES {
        return Err(RunError::QuestionTooLong { bytes: question.len() }.into());
    }
    Ok(question)
}

/// Removes and returns the question if clap parsed it as the last value of `--context`, as in `rlm
/// run --context a.md "Who signed it?"`. The last value is the question if it contains white space
/// and no file has this name.
fn question_after(context: &mut Vec<String>) -> Option<String> {
    let last = context.last()?;
    let is_question = context.len() > 1 && last.contains(char::is_whitespace) && !Path::new(last).exists();
    is_question.then(|| context.pop()).flatten()
}

fn read_question(path: &Path, context: &[String]) -> Result<String, Failure> {
    let error = |cause| Failure::ReadQuestion {
        path: path.to_owned(),
        cause,
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        if standard_input::is_named(context) {
            return Err(Failure::StandardInputTwice);
        }
        std::io::stdin()
            .lock()
            .take(MOST_READ)
            .read_to_end(&mut bytes)
            .map_err(error)?;
    } else {
        let file = File::open(path).map_err(error)?;
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        if length > MOST_READ {
            return Err(RunError::QuestionTooLong {
                bytes: usize::try_from(length).unwrap_or(usize::MAX),
            }
            .into());
        }
        file.take(MOST_READ).read_to_end(&mut bytes).map_err(error)?;
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_context_value_can_be_the_question() {
        let taken = |values: &[&str]| {
            let mut context: Vec<String> = values.iter().map(ToString::to_string).collect();
            (question_after(&mut context), context.len())
        };
        assert_eq!(
            taken(&["Cargo.toml", "Who wrote it?"]),
            (Some("Who wrote it?".to_owned()), 1)
        );
        assert_eq!(taken(&["Who wrote it?"]), (None, 1), "then there is no context");
        assert_eq!(
            taken(&["Cargo.toml", "missing.txt"]),
            (None, 2),
            "a file that is not there is a mistake"
        );
    }
}
