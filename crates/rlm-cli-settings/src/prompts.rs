//! Reads prompts from a folder, and instructions from a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rlm_adapters::SearchModel;
use rlm_cli_output::failure::Failure;
use rlm_core::{MAX_INSTRUCTIONS_BYTES, Runner, RunnerBuilder};
use rlm_prompt::Prompts;

use crate::args::PromptArguments;

/// The prompts of a folder, which replace the built-in ones, and the instructions of a file.
#[derive(Debug, Clone)]
pub struct PromptSettings {
    prompts: Option<Prompts>,
    instructions: Option<String>,
}

impl PromptSettings {
    /// Converts prompt arguments to settings: reads the prompts and instructions that they name.
    ///
    /// # Errors
    /// [`Failure::Prompt`], [`Failure::ReadInstructions`].
    pub fn lower(arguments: &PromptArguments) -> Result<Self, Failure> {
        Ok(Self {
            prompts: arguments.prompts.as_ref().map(Prompts::from_dir).transpose()?,
            instructions: arguments.instructions.as_deref().map(read_instructions).transpose()?,
        })
    }

    /// Sets these prompts and instructions in a runner builder.
    pub fn apply(self, mut builder: RunnerBuilder) -> RunnerBuilder {
        if let Some(prompts) = self.prompts {
            builder = builder.prompts(prompts);
        }
        if let Some(instructions) = self.instructions {
            builder = builder.instructions(instructions);
        }
        builder
    }

    /// Checks that a runner can be created with these prompts and instructions.
    ///
    /// # Errors
    /// [`Failure::Run`] if instructions are empty or too long.
    pub fn check(self) -> Result<(), Failure> {
        self.apply(Runner::builder(Arc::new(SearchModel::new()))).build()?;
        Ok(())
    }
}

/// Reads the instructions file, and trims white space. Stops reading once the file exceeds the
/// limit.
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
    let text = String::from_utf8(bytes).map_err(|_| failed(io::Error::other("not valid UTF-8")))?;
    Ok(text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .trim()
        .to_owned())
}
