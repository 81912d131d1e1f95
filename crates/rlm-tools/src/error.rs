//! The errors of creating and calling tools.

use crate::tool::MAX_ANSWER_BYTES;

/// The error of creating or calling a tool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The command line of a tool or server can't be parsed.
    #[error("`{command}` is not a command: {detail}")]
    Command {
        /// The command line.
        command: String,
        /// The reason why the command line is invalid.
        detail: &'static str,
    },
    /// The process of a tool or server can't be started.
    #[error("`{program}` can't be started: {detail}")]
    Start {
        /// The program that can't be started.
        program: String,
        /// The operating system's error.
        detail: String,
    },
    /// The description of a tool, as printed by a command or listed by a server, is invalid.
    #[error("{name} does not describe itself: {detail}")]
    Description {
        /// The name of the tool or server with the invalid description.
        name: String,
        /// The reason why the description is invalid.
        detail: String,
    },
    /// An MCP server didn't start, or didn't list its tools.
    #[error("`{program}` gave no list of tools, as an MCP server does: {detail}")]
    Server {
        /// The program that implements the server.
        program: String,
        /// The error of the server, followed by what it wrote to standard error.
        detail: String,
    },
    /// This build doesn't support MCP servers.
    #[error("this build starts no MCP servers")]
    NotInThisBuild,
    /// The connection to the MCP server that implements the tool is closed.
    #[error("{name} is gone: {detail}")]
    Disconnected {
        /// The name of the tool.
        name: String,
        /// The error of the closed connection.
        detail: String,
    },
    /// The tool reported a failure.
    #[error("{name} failed: {message}")]
    Failed {
        /// The name of the tool.
        name: String,
        /// The message or exit status with which the tool failed.
        message: String,
    },
    /// The result of a tool isn't valid JSON.
    #[error("{name} gave no JSON: {detail}")]
    NotJson {
        /// The name of the tool.
        name: String,
        /// The error of parsing the result, with its position.
        detail: String,
    },
    /// The result of a tool exceeds the maximum size.
    #[error("{name} gave more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge {
        /// The name of the tool.
        name: String,
    },
    /// The tool did not return a result within its timeout.
    #[error("{name} did not answer within {seconds} s")]
    Timeout {
        /// The name of the tool.
        name: String,
        /// The timeout of the tool, in seconds.
        seconds: u64,
    },
}

impl ToolError {
    /// The codes of the errors that a tool call can fail with.
    pub const CALL_CODES: [&'static str; 6] = [
        "tool_start",
        "tool_gone",
        "tool_failed",
        "tool_not_json",
        "tool_too_large",
        "tool_timeout",
    ];

    /// Returns a stable code of the error for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Command { .. } => "tool_command",
            Self::Start { .. } => "tool_start",
            Self::Description { .. } => "tool_description",
            Self::Server { .. } => "tool_server",
            Self::NotInThisBuild => "not_in_this_build",
            Self::Disconnected { .. } => "tool_gone",
            Self::Failed { .. } => "tool_failed",
            Self::NotJson { .. } => "tool_not_json",
            Self::TooLarge { .. } => "tool_too_large",
            Self::Timeout { .. } => "tool_timeout",
        }
    }

    /// Returns a hint on how to fix the cause of the error.
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
            Self::Disconnected { .. } => "its process ended: catch CallFailed and go on without it",
            Self::Failed { .. } => "catch CallFailed and go on without it, or call it with other arguments",
            Self::NotJson { .. } => "the tool prints one JSON value and nothing else to standard output",
            Self::TooLarge { .. } | Self::Timeout { .. } => "ask for less",
        }
    }
}
