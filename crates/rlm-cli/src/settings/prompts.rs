//! What models are told: prompts from a folder, and instructions.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rlm_adapters::ExtractiveModel;
use rlm_core::prompt::Prompts;
use rlm_core::{MAX_INSTRUCTIONS_BYTES, Runner, RunnerBuilder};

use crate::args::PromptArguments;
use crate::output::failure::Failure;

/// Lets a runner tell models what is said here.
///
/// # Errors
/// [`Failure::Prompt`], [`Failure::ReadInstructions`].
pub(crate) fn apply(arguments: &PromptArguments, mut builder: RunnerBuilder) -> Result<RunnerBuilder, Failure> {
    if let Some(folder) = &arguments.prompts {
        builder = builder.prompts(Prompts::from_dir(folder)?);
    }
    if let Some(path) = &arguments.instructions {
        builder = builder.instructions(read_instructions(path)?);
    }
    Ok(builder)
}

/// Checks that what is named can be used.
///
/// # Errors
/// As of [`apply`], and [`Failure::Run`] where instructions are none, or too long.
pub(crate) fn check(arguments: &PromptArguments) -> Result<(), Failure> {
    let builder = Runner::builder(Arc::new(ExtractiveModel::new()));
    apply(arguments, builder)?.build()?;
    Ok(())
}

/// Reads instructions, without the white space around them. Of a file that is too long, as much is read as shows it.
fn read_instructions(path: &Path) -> Result<String, Failure> {
    let failed = |cause: io::Error| Failure::ReadInstructions {
        path: path.to_owned(),
        cause,
    };
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_INSTRUCTIONS_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_mul(2);
    let file = File::open(path).map_err(failed)?;
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| failed(io::Error::other("it is not UTF-8 text")))?;
    Ok(text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .trim()
        .to_owned())
}
