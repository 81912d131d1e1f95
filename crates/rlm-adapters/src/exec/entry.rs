//! The models that a user configures as commands, in tables `[models.NAME]` with `adapter = "exec"`.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;

use rlm_model::{ModelLimits, Price, Tokens};
use serde::Deserialize;

use crate::entry::PriceEntry;

/// The default of [`ExecEntry::max_in_flight`].
const MAX_IN_FLIGHT: NonZeroU32 = NonZeroU32::new(4).unwrap();

/// A model that is a command of the user, configured in a table `[models.NAME]`.
///
/// The author of this entry chooses a program that runs with the user's permissions. Accept it from
/// the user's own configuration only: not from a model string, a project's folder, a recorded run or
/// a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecEntry {
    /// The adapter, which distinguishes commands from models of providers.
    pub adapter: ExecAdapter,
    /// The program and its arguments. The program is an absolute path, or a name in `PATH`.
    pub command: Vec<String>,
    /// The protocol that the program speaks.
    #[serde(default)]
    pub protocol: ExecProtocol,
    /// The variables with secrets that are passed to the program. Others that are known or seem to
    /// hold secrets are withheld.
    #[serde(default)]
    pub env: Vec<String>,
    /// The working directory of the program, an absolute path. `None` for an empty temporary folder.
    #[serde(default)]
    pub cwd: Option<PathBuf>,
    /// The maximum number of calls in flight (default 4).
    #[serde(default)]
    pub max_in_flight: Option<NonZeroU32>,
    /// The context window of the model: the maximum tokens of a prompt and its reply together.
    #[serde(default)]
    pub window: Option<u64>,
    /// The maximum number of calls per minute.
    #[serde(default)]
    pub rpm: Option<NonZeroU32>,
    /// The maximum number of tokens per minute.
    #[serde(default)]
    pub tpm: Option<NonZeroU64>,
    /// The prices of the model. `None` for a model that is free.
    #[serde(default)]
    pub price: Option<PriceEntry>,
    /// The names of environment variables to withhold, in addition to those that are known or seem to
    /// hold secrets.
    #[serde(skip)]
    pub withheld: Vec<String>,
}

/// The adapter of a model that is a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExecAdapter {
    /// A command.
    Exec,
}

/// The protocol of a model that is a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExecProtocol {
    /// One process answers all calls: JSON lines on standard input and standard output.
    #[default]
    Lines,
    /// A process for each call: the prompt on standard input, the reply on standard output.
    Once,
    /// One process answers all calls, by the Agent Client Protocol.
    Acp,
}

impl ExecEntry {
    /// The adapter of these models, in configuration files and in identities.
    pub(crate) const ADAPTER: &'static str = "exec";

    /// Returns the configured limits of the model.
    #[must_use]
    pub fn limits(&self) -> ModelLimits {
        ModelLimits {
            window: self.window.map(Tokens),
            requests_per_minute: self.rpm,
            tokens_per_minute: self.tpm,
            in_flight: Some(self.max_in_flight.unwrap_or(MAX_IN_FLIGHT)),
        }
    }

    /// Returns the configured price of the model: free by default.
    #[must_use]
    pub fn price(&self) -> Price {
        self.price.map_or(Price::FREE, PriceEntry::price)
    }

    /// Returns what is wrong with the command, the folder or the variables, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        let Some(program) = self.command.first().filter(|program| !program.is_empty()) else {
            return Some(
                "has an empty `command`: set it to the program and its arguments, as in [\"prog\", \"arg\"]".to_owned(),
            );
        };
        // A relative path would be looked up in whichever folder the user happens to be in.
        if program.contains('/') && !program.starts_with('/') {
            return Some(format!(
                "names the program `{program}` by a relative path: use an absolute path, or a name in PATH"
            ));
        }
        let cwd = self.cwd.as_ref()?;
        if !cwd.is_absolute() {
            return Some(format!(
                "sets `cwd` to the relative path `{}`: use an absolute path",
                cwd.display()
            ));
        }
        (!cwd.is_dir()).then(|| format!("sets `cwd` to `{}`, which is no folder", cwd.display()))
    }
}
