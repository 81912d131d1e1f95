//! When a run may end, and with what.

use std::path::{Path, PathBuf};

use clap::Args;
use rlm_core::{Finalization, Guards};

use crate::failure::Failure;

/// When a run may end, and with what.
#[derive(Debug, Args)]
pub(crate) struct FinalArguments {
    /// Take the value of this variable as the answer as soon as a program has bound it
    #[arg(long, value_name = "NAME", help_heading = "Answer")]
    pub(crate) auto_finalize_var: Option<String>,
    /// Take no answer before a program has run
    #[arg(long, help_heading = "Answer")]
    pub(crate) require_repl_before_final: bool,
    /// Take no answer before a program has asked a sub-model
    #[arg(long, help_heading = "Answer")]
    pub(crate) require_subcall_before_final: bool,
    /// End the run after so many replies in a row without a new program [default: none]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Answer"
    )]
    pub(crate) invalid_response_limit: Option<u32>,
    /// A program that runs once where a reply holds none: at that limit, or at the first such reply
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub(crate) fallback_code: Option<PathBuf>,
}

impl FinalArguments {
    /// Returns what keeps the run from ending too soon, and from going on for nothing.
    ///
    /// # Errors
    /// [`Failure::ReadProgram`].
    pub(crate) fn guards(&self) -> Result<Guards, Failure> {
        Ok(Guards {
            require_repl_before_final: self.require_repl_before_final,
            require_subcall_before_final: self.require_subcall_before_final,
            invalid_response_limit: self.invalid_response_limit,
            fallback_code: self.fallback_code.as_deref().map(read_program).transpose()?,
            ..Guards::default()
        })
    }

    /// Returns what is taken as the answer.
    pub(crate) fn finalization(&self) -> Finalization {
        Finalization {
            auto_finalize_var: self.auto_finalize_var.as_ref().map(Into::into),
        }
    }
}

fn read_program(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|cause| Failure::ReadProgram {
        path: path.to_owned(),
        cause,
    })
}
