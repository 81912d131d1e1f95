//! Why a tool gives no answer, or can't be offered.

use crate::tool::MAX_ANSWER_BYTES;

/// A tool can't be offered, or has no answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// Its command line can't be read.
    #[error("`{command}` is not a command: {detail}")]
    Command {
        /// The command.
        command: String,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// Its process can't be started.
    #[error("`{program}` can't be started: {detail}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        detail: String,
    },
    /// It does not describe itself in a way that can be used.
    #[error("{name} does not describe itself: {detail}")]
    Description {
        /// The tool, or the server.
        name: String,
        /// What is missing or wrong.
        detail: String,
    },
    /// An MCP server can't be asked for its tools.
    #[error("`{program}` gave no list of tools, as an MCP server does: {detail}")]
    Server {
        /// Its program.
        program: String,
        /// What is missing or wrong, and what it said.
        detail: String,
    },
    /// This build can't start MCP servers.
    #[error("this build starts no MCP servers")]
    NotInThisBuild,
    /// It is not there any more.
    #[error("{name} is gone: {detail}")]
    Gone {
        /// The tool.
        name: String,
        /// How that was noticed.
        detail: String,
    },
    /// It was asked and says that it failed.
    #[error("{name} failed: {message}")]
    Failed {
        /// The tool.
        name: String,
        /// What it says, or how it ended.
        message: String,
    },
    /// What it gave is not JSON.
    #[error("{name} gave no JSON: {detail}")]
    NotJson {
        /// The tool.
        name: String,
        /// What is wrong, and where.
        detail: String,
    },
    /// It gave more than an answer may have.
    #[error("{name} gave more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge {
        /// The tool.
        name: String,
    },
    /// It did not answer in time.
    #[error("{name} did not answer within {seconds} s")]
    Timeout {
        /// The tool.
        name: String,
        /// The time that it had.
        seconds: u64,
    },
}

impl ToolError {
    /// The codes of what can become of a call.
    pub const CALL_CODES: [&'static str; 6] = [
        "tool_start",
        "tool_gone",
        "tool_failed",
        "tool_not_json",
        "tool_too_large",
        "tool_timeout",
    ];

    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Command { .. } => "tool_command",
            Self::Start { .. } => "tool_start",
            Self::Description { .. } => "tool_description",
            Self::Server { .. } => "tool_server",
            Self::NotInThisBuild => "not_in_this_build",
            Self::Gone { .. } => "tool_gone",
            Self::Failed { .. } => "tool_failed",
            Self::NotJson { .. } => "tool_not_json",
            Self::TooLarge { .. } => "tool_too_large",
            Self::Timeout { .. } => "tool_timeout",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Command { .. } => "quote its words as in a shell; for a shell itself: `sh -c \"…\"`",
            Self::Start { .. } => "install it, or name it by its whole path",
            Self::Description { .. } => {
                "`COMMAND --schema` prints {\"description\": …, \"parameters\": {JSON schema of an object}, \"access\": \"read\", \
                 \"outside\": false}"
            }
            Self::Server { .. } => {
                "run the command by itself: it must wait for JSON-RPC on standard input, and print nothing else to standard output"
            }
            Self::NotInThisBuild => "build rlm with `--features mcp`, or `--features full` for everything",
            Self::Gone { .. } => "its process ended: catch CallFailed and go on without it",
            Self::Failed { .. } => "catch CallFailed and go on without it, or call it with other arguments",
            Self::NotJson { .. } => "the tool prints one JSON value and nothing else to standard output",
            Self::TooLarge { .. } | Self::Timeout { .. } => "ask for less",
        }
    }
}
