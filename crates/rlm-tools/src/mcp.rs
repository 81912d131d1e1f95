//! Tools of an MCP server that runs as a child process and communicates over stdio.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rlm_process::{Group, tail};
use rmcp::model::{CallToolRequestParams, CallToolResult, ContentBlock};
use rmcp::service::{RunningService, ServiceError, serve_client};
use rmcp::{Peer, RoleClient};
use serde_json::Value;
use smol_str::SmolStr;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::process::{Child, ChildStdout};

use crate::command_line::{CommandLine, not_started};
use crate::selection::{McpSelection, SkippedTool};
use crate::tool::{Arguments, CallFuture, Tool};
use crate::{Access, Reach, ToolDescription, ToolError};

/// The timeout in seconds for an MCP server to start and list its tools.
pub const START_SECONDS: u64 = 30;

/// The maximum size in bytes of a message from an MCP server, including the JSON-RPC envelope.
const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// A running MCP server. Its process ends when this value and all of its tools are dropped.
///
/// ```
/// # use rlm_tools::{McpServer, Tool as _};
/// # let folder = tempfile::tempdir()?;
/// # let script = folder.path().join("shop.sh");
/// # std::fs::write(&script, r#"
/// # while read -r line; do
/// #     id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
/// #     case "$line" in
/// #     *'"initialize"'*) result='{"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}' ;;
/// #     *'"tools/list"'*) result='{"tools": [{"name": "late-orders", "description": "Counts late orders.", "inputSchema": {"type": "object"}}]}' ;;
/// #     *'"tools/call"'*) result='{"content": [{"type": "text", "text": "3"}]}' ;;
/// #     *) continue ;;
/// #     esac
/// #     printf '{"jsonrpc": "2.0", "id": %s, "result": %s}\n' "$id" "$result"
/// # done"#)?;
/// # let command = format!("sh {}", script.display());
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// // A server that offers `late-orders`.
/// let shop = McpServer::start(&command, Some("shop")).await?;
/// let [orders] = shop.tools() else { return Err("it offers one tool".into()) };
/// assert_eq!(orders.description().name, "shop_late_orders", "a name that programs can write");
/// assert_eq!(orders.call(serde_json::Map::new()).await?, "3");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct McpServer {
    tools: Vec<Arc<dyn Tool>>,
    skipped: Vec<SkippedTool>,
}

impl McpServer {
    /// Starts an MCP server and lists its tools. There is no shell; the environment is that of a
    /// [`CommandTool`](crate::CommandTool).
    ///
    /// Tool names are converted to identifiers. Characters other than letters, digits and `_`
    /// become `_`, and a `prefix` is prepended, followed by `_`. A `_` is appended to keywords and
    /// duplicate names. A tool whose name can't be converted is [skipped](Self::skipped). A tool
    /// has effects unless its `readOnlyHint` is set, and leaves the machine unless its
    /// `openWorldHint` is false: starting a server means trusting its hints.
    ///
    /// # Errors
    /// [`ToolError`] if the server can't be started, or doesn't list its tools within
    /// [`START_SECONDS`].
    pub async fn start(command: impl Into<CommandLine>, prefix: Option<&str>) -> Result<Self, ToolError> {
        let selection = McpSelection::default();
        let selection = match prefix {
            Some(prefix) => selection.prefix(prefix),
            None => selection,
        };
        Self::start_with(command, selection).await
    }

    /// Starts an MCP server like [`start`](Self::start), and offers only the selected tools.
    ///
    /// # Errors
    /// See [`start`](Self::start).
    pub async fn start_with(command: impl Into<CommandLine>, selection: McpSelection<'_>) -> Result<Self, ToolError> {
        let program = command.into().program()?;
        let (mut child, group) = program.spawn().map_err(|error| not_started(&program, &error))?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(not_started(&program, &io::ErrorKind::BrokenPipe.into()));
        };
        let stderr = tokio::spawn(tail(stderr, |_| ()));
        let opening = async {
            let service = serve_client((), (Bounded::new(stdout), stdin)).await;
            let service = service.map_err(|error| error.to_string())?;
            let tools = service.list_all_tools().await.map_err(|error| error.to_string())?;
            Ok::<_, String>((service, tools))
        };
        let opened = tokio::time::timeout(Duration::from_secs(START_SECONDS), opening).await;
        let opened = opened.unwrap_or_else(|_| Err(format!("it did not answer within {START_SECONDS} s")));
        let (service, listed) = match opened {
            Ok(opened) => opened,
            Err(detail) => {
                // Killing the process closes its standard error, whose content becomes part of the
                // error.
                drop(group);
                let said = stderr.await.unwrap_or_default();
                return Err(ToolError::Server {
                    program: program.name().to_owned(),
                    detail: if said.is_empty() {
                        detail
                    } else {
                        format!("{detail}: {said}")
                    },
                });
            }
        };
        let peer = service.peer().clone();
        let running = Arc::new(Running {
            _service: service,
            _child: child,
            _group: group,
        });
        let (names, skipped) = selection.names(listed.iter().map(|tool| &*tool.name));
        let named = names
            .into_iter()
            .zip(listed)
            .filter_map(|(name, tool)| Some((name?, tool)));
        let tools = named.map(|(name, tool)| {
            let tool: Arc<dyn Tool> = Arc::new(McpTool {
                description: described(&tool, name),
                name: tool.name.into_owned(),
                peer: peer.clone(),
                _running: Arc::clone(&running),
            });
            tool
        });
        Ok(Self {
            tools: tools.collect(),
            skipped,
        })
    }

    /// Returns the selected tools of the server that can't be offered, with the reasons.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedTool] {
        &self.skipped
    }

    /// Returns the tools that the server offers, in the order in which it lists them.
    #[must_use]
    pub fn tools(&self) -> &[Arc<dyn Tool>] {
        &self.tools
    }
}

/// The process of a running MCP server, which is killed when this value is dropped.
struct Running {
    _service: RunningService<RoleClient, ()>,
    _child: Child,
    _group: Group,
}

fn described(tool: &rmcp::model::Tool, name: SmolStr) -> ToolDescription {
    let hints = tool.annotations.as_ref();
    let is_read_only = hints.and_then(|hints| hints.read_only_hint).unwrap_or(false);
    let is_open = hints.and_then(|hints| hints.open_world_hint).unwrap_or(true);
    let access = if is_read_only { Access::Read } else { Access::Effect };
    let reach = if is_open { Reach::External } else { Reach::Local };
    ToolDescription::new(name, tool.description.as_deref().unwrap_or_default())
        .parameters(Value::Object((*tool.input_schema).clone()))
        .access(access, reach)
}

/// A tool of an MCP server.
struct McpTool {
    description: ToolDescription,
    /// The name of the tool on the server, which may differ from the name for programs.
    name: String,
    peer: Peer<RoleClient>,
    _running: Arc<Running>,
}

impl fmt::Debug for McpTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpTool")
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

impl Tool for McpTool {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, arguments: Arguments) -> CallFuture<'_> {
        Box::pin(async move {
            let request = CallToolRequestParams::new(self.name.clone()).with_arguments(arguments);
            let failed = |message: String| ToolError::Failed {
                name: self.description.name.to_string(),
                message,
            };
            match self.peer.call_tool(request).await {
                Ok(result) => value_of(result).map_err(failed),
                Err(ServiceError::McpError(error)) => Err(failed(error.message.into_owned())),
                Err(error @ (ServiceError::TransportClosed | ServiceError::TransportSend(_))) => {
                    Err(ToolError::Disconnected {
                        name: self.description.name.to_string(),
                        detail: error.to_string().to_lowercase(),
                    })
                }
                Err(error) => Err(failed(error.to_string())),
            }
        })
    }
}

/// Converts the result of an MCP tool call to JSON: the structured content if there is any,
/// otherwise the text, or a list if there are several content blocks.
fn value_of(result: CallToolResult) -> Result<Value, String> {
    let mut blocks: Vec<Value> = result
        .content
        .into_iter()
        .map(|block| match block {
            ContentBlock::Text(text) => Value::String(text.text),
            // Serialising a content block can't fail.
            other => serde_json::to_value(other).unwrap_or_default(),
        })
        .collect();
    if result.is_error == Some(true) {
        let said: Vec<String> = blocks
            .into_iter()
            .map(|block| match block {
                Value::String(text) => text,
                other => other.to_string(),
            })
            .collect();
        return Err(said.join("\n"));
    }
    Ok(match result.structured_content {
        Some(value) => value,
        None if blocks.len() > 1 => Value::Array(blocks),
        None => blocks.pop().unwrap_or_default(),
    })
}

/// The standard output of an MCP server. Reading fails if a message exceeds the maximum size.
struct Bounded {
    stdout: ChildStdout,
    /// The length of the current message so far, in bytes.
    message: usize,
}

impl Bounded {
    const fn new(stdout: ChildStdout) -> Self {
        Self { stdout, message: 0 }
    }
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stdout).poll_read(context, buffer);
        let read = buffer.filled().get(before..).unwrap_or_default();
        self.message = match read.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => read.len() - end,
            None => self.message + read.len(),
        };
        if self.message > MAX_MESSAGE_BYTES {
            let message = format!("a message of more than {MAX_MESSAGE_BYTES} bytes");
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, message)));
        }
        polled
    }
}
