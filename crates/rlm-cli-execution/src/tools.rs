//! The tools that programs may call (commands, MCP servers, web search), and the user's approval of
//! calls with effects.

use std::io::{IsTerminal, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rlm_adapters::{ApiKey, BaseUrl};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::screen;
use rlm_cli_output::text::one_line;
use rlm_cli_settings::args::{ToolGrantArguments, ToolSourceArguments};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::keys;
use rlm_core::{ApprovalRequest, Approve, RunnerBuilder};
use rlm_tools::{
    CommandLine, CommandTool, EXA_BASE_URL, Exa, HidingTool, McpSelection, McpServer, ResearchTool, Sources,
    SourcesTool, Tool,
};

/// The environment variable that contains the base URL of the web search API.
const BASE_URL: &str = "EXA_BASE_URL";

/// The tools that are offered to programs.
#[derive(Default)]
pub struct OfferedTools {
    tools: Vec<Arc<dyn Tool>>,
    sources: Sources,
    /// The number of web sources that were already listed for the user.
    said: AtomicUsize,
}

/// Starts the tools that the arguments name, and asks each for its description. The environment of
/// the tools lacks all known key variables and `api_key_env`.
///
/// A tool may hide a function of the library. Hidden functions and tools that are left out are
/// reported.
///
/// # Errors
/// [`Failure::Tool`], [`Failure::Variable`], [`Failure::ConfigurationFile`].
pub async fn start(
    arguments: &ToolSourceArguments,
    api_key_env: Option<&str>,
    environment: &Environment,
    console: Console,
) -> Result<OfferedTools, Failure> {
    let mut offered = OfferedTools::default();
    let keys: Vec<String> = match arguments.tool.is_empty() && arguments.mcp.is_empty() {
        true => Vec::new(),
        false => keys::variables(api_key_env, environment)?
            .into_iter()
            .map(|variable| variable.name)
            .collect(),
    };
    let without_keys = |command: &str| CommandLine::from(command).without(&keys);
    for named in &arguments.tool {
        let tool = CommandTool::describe(named.name.as_str(), without_keys(&named.command)).await?;
        offered.add(Arc::new(tool), console);
    }
    for server in &arguments.mcp {
        let names: Vec<_> = offered
            .tools
            .iter()
            .map(|tool| tool.description().name.clone())
            .collect();
        let may_be = |name: &str| sift_vm::check_tool_name(name).is_ok() || sift_vm::can_be_hidden(name);
        let mut selection =
            McpSelection::default().taken(|name| names.iter().any(|other| other == name) || !may_be(name));
        if let Some(prefix) = &server.prefix {
            selection = selection.prefix(prefix);
        }
        if !arguments.mcp_tools.is_empty() {
            selection = selection.wanted(|name| arguments.mcp_tools.iter().any(|pattern| pattern.matches(name)));
        }
        let started = McpServer::start_with(without_keys(&server.command), selection).await?;
        for skipped in started.skipped() {
            let hint = if skipped.exceeds_limit() {
                "; choose with --mcp-tools PATTERN"
            } else {
                ""
            };
            console.warn(&format!("--mcp {}: {skipped}{hint}", server.command));
        }
        for tool in started.tools() {
            offered.add(Arc::clone(tool), console);
        }
    }
    if arguments.web_search {
        let engine = Arc::new(exa(environment)?);
        let sources = &offered.sources;
        offered.tools.push(Arc::new(ResearchTool::new(engine, sources.clone())));
        offered.tools.push(Arc::new(SourcesTool::new(sources.clone())));
    }
    Ok(offered)
}

fn exa(environment: &Environment) -> Result<Exa, Failure> {
    let wrong = |variable, value: &str, advice| Failure::Variable {
        variable,
        value: value.to_owned(),
        advice,
    };
    let key = environment.secret(keys::WEB_SEARCH_KEY).unwrap_or_default();
    // The error must not contain the key.
    let key =
        ApiKey::new(&key).map_err(|_| wrong(keys::WEB_SEARCH_KEY, "", "set it to your key for Exa's search API"))?;
    let base_url = environment.get(BASE_URL).unwrap_or_else(|| EXA_BASE_URL.to_owned());
    let parsed = base_url.parse::<BaseUrl>();
    let parsed = parsed.map_err(|_| {
        wrong(
            BASE_URL,
            &base_url,
            "expected the URL of Exa's API, or of a compatible server",
        )
    })?;
    Ok(Exa::new(parsed, key))
}

impl OfferedTools {
    /// Adds a tool, and tells the user if it hides a library function of the same name.
    fn add(&mut self, tool: Arc<dyn Tool>, console: Console) {
        let name = &tool.description().name;
        if sift_vm::can_be_hidden(name) {
            console.say(&format!(
                "note: the tool `{name}` replaces the library function of the same name in programs"
            ));
        }
        self.tools.push(Arc::new(HidingTool(tool)));
    }

    /// Returns `true` if no tool is offered to programs.
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// Adds the offered tools to a runner builder, with the permissions that the arguments grant.
    pub fn offer_to(&self, mut builder: RunnerBuilder, granted: &ToolGrantArguments) -> RunnerBuilder {
        for tool in &self.tools {
            builder = builder.tool(Arc::clone(tool));
        }
        for grant in &granted.grant {
            builder = builder.grant(grant.name.as_str(), grant.grant);
        }
        if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
            builder = builder.approver(Arc::new(AtTerminal));
        }
        builder
    }

    /// Lists the web pages that searches found since the last call of this function.
    pub fn say_sources(&self, console: Console) {
        let sources = self.sources.all();
        let said = self.said.swap(sources.len(), Ordering::Relaxed);
        for source in sources.iter().skip(said) {
            let (title, url) = (one_line(&source.page.title), one_line(&source.page.url));
            console.say(&format!("source {}: {title} {url}", source.number));
        }
    }
}

/// An approver of tool calls that asks the user at the terminal.
struct AtTerminal;

impl Approve for AtTerminal {
    fn approve<'a>(&'a self, request: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        let name = &request.tool.name;
        if screen::is_open() {
            let refused = format!(
                "{name} was not called: approval is not possible while the full-screen view is open; allow the tool with --grant\n"
            );
            let _ = screen::BufferedStderr.write_all(refused.as_bytes());
            return Box::pin(std::future::ready(false));
        }
        let question = format!("call {name} with {}? [y/N] ", one_line(request.arguments));
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || {
                let mut stderr = std::io::stderr();
                let shown = stderr.write_all(question.as_bytes()).and_then(|()| stderr.flush());
                let mut said = String::new();
                shown.and_then(|()| std::io::stdin().read_line(&mut said)).is_ok()
                    && said.trim().eq_ignore_ascii_case("y")
            });
            // A question without an answer counts as refused.
            asked.await.unwrap_or(false)
        })
    }
}
