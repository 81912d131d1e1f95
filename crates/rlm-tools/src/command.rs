//! Tools implemented by commands, which read JSON from standard input and write JSON to standard
//! output.

use std::time::Duration;

use rlm_process::{ProcessOutput, Program};
use serde::Deserialize;
use serde_json::Value;
use smol_str::SmolStr;

use crate::command_line::{CommandLine, not_started};
use crate::tool::{Arguments, CallFuture, MAX_ANSWER_BYTES, Tool};
use crate::{Access, Reach, ToolDescription, ToolError};

/// The timeout in seconds for `COMMAND --schema`, which prints a tool's description.
pub const SCHEMA_SECONDS: u64 = 10;

/// The maximum size in bytes of the output of `COMMAND --schema`, which is a tool's description.
const MAX_SCHEMA_BYTES: usize = 64 << 10;

/// A tool implemented by a command: each call runs a process.
///
/// - `COMMAND --schema` prints its description: `{"description": …, "parameters": {JSON schema of
///   an object}, "access": "read" or "effect", "outside": true or false}`. The defaults are
///   "effect" and true.
/// - `COMMAND` reads the arguments as a JSON object from standard input, prints one JSON value and
///   exits with 0. Anything else is a failure, whose message contains the end of standard error.
///
/// There is no shell: the command line is split into words and executed directly. The process
/// inherits the working directory and the environment, except for secrets: see [`CommandLine`].
/// Dropping a call kills the process and its children.
///
/// ```
/// # use rlm_tools::{CommandTool, Tool as _};
/// # use serde_json::json;
/// # let folder = tempfile::tempdir()?;
/// # let script = folder.path().join("orders.sh");
/// # std::fs::write(&script, r#"
/// # if [ "$1" = --schema ]; then
/// #     echo '{"description": "Counts late orders.", "parameters": {"type": "object"}, "access": "read", "outside": false}'
/// # else
/// #     echo 3
/// # fi"#)?;
/// # let command = format!("sh {}", script.display());
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// // `sh orders.sh`, which prints what it is, and then 3.
/// let orders = CommandTool::describe("late_orders", &command).await?;
/// assert_eq!(orders.description().signature().to_string(), "late_orders()");
/// assert_eq!(orders.call(serde_json::Map::new()).await?, json!(3));
/// # Ok::<(), rlm_tools::ToolError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CommandTool {
    description: ToolDescription,
    program: Program,
}

/// The description of a tool, as printed by `COMMAND --schema`.
#[derive(Deserialize)]
struct Described {
    #[serde(default)]
    description: String,
    #[serde(alias = "input_schema", alias = "inputSchema")]
    parameters: Value,
    #[serde(default)]
    access: Access,
    #[serde(default = "yes")]
    outside: bool,
}

const fn yes() -> bool {
    true
}

impl CommandTool {
    /// Runs `COMMAND --schema` and creates a tool named `name` from the output.
    ///
    /// # Errors
    /// [`ToolError`] if the command can't be started, doesn't exit within [`SCHEMA_SECONDS`], or
    /// prints an invalid description.
    pub async fn describe(name: impl Into<SmolStr>, command: impl Into<CommandLine>) -> Result<Self, ToolError> {
        let name: SmolStr = name.into();
        let program = command.into().program()?;
        let asking = program.clone().with_arguments(["--schema"]);
        let output = asking.run(Vec::new(), MAX_SCHEMA_BYTES);
        let output = tokio::time::timeout(Duration::from_secs(SCHEMA_SECONDS), output).await;
        let output = output.map_err(|_| ToolError::Timeout {
            name: format!("{} --schema", program.name()),
            seconds: SCHEMA_SECONDS,
        })?;
        let output = output.map_err(|error| not_started(&program, &error))?;
        let described = described(&name, &output)?;
        let reach = if described.outside {
            Reach::External
        } else {
            Reach::Local
        };
        Ok(Self {
            description: ToolDescription::new(name, &described.description)
                .parameters(described.parameters)
                .access(described.access, reach),
            program,
        })
    }
}

fn described(name: &str, output: &ProcessOutput) -> Result<Described, ToolError> {
    let wrong = |detail: String| ToolError::Description {
        name: name.to_owned(),
        detail,
    };
    if output.stdout.len() > MAX_SCHEMA_BYTES {
        return Err(wrong(format!("it prints more than {MAX_SCHEMA_BYTES} bytes")));
    }
    if let Some(failure) = &output.failure {
        return Err(wrong(with_stderr(failure, &output.stderr)));
    }
    let described: Described = serde_json::from_slice(&output.stdout).map_err(|error| wrong(error.to_string()))?;
    if !described.parameters.is_object() {
        return Err(wrong("its `parameters` are no JSON schema of an object".to_owned()));
    }
    Ok(described)
}

impl Tool for CommandTool {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, arguments: Arguments) -> CallFuture<'_> {
        let input = Value::Object(arguments).to_string().into_bytes();
        Box::pin(async move {
            let output = self.program.run(input, MAX_ANSWER_BYTES).await;
            let output = output.map_err(|error| not_started(&self.program, &error))?;
            let name = || self.description.name.to_string();
            if output.stdout.len() > MAX_ANSWER_BYTES {
                return Err(ToolError::TooLarge { name: name() });
            }
            if let Some(failure) = &output.failure {
                return Err(ToolError::Failed {
                    name: name(),
                    message: with_stderr(failure, &output.stderr),
                });
            }
            serde_json::from_slice(&output.stdout).map_err(|error| ToolError::NotJson {
                name: name(),
                detail: with_stderr(&error.to_string(), &output.stderr),
            })
        })
    }
}

fn with_stderr(what: &str, stderr: &str) -> String {
    match stderr {
        "" => what.to_owned(),
        stderr => format!("{what}: {stderr}"),
    }
}
