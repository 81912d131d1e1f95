//! The protocol: lists the tools, calls them, and keeps tasks.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::Money;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CancelTaskParams, CreateTaskResult, ErrorData,
    GetTaskParams, GetTaskResult, Implementation, JsonObject, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool, UpdateTaskParams,
};
use rmcp::service::RequestContext;
use rmcp::task_manager::{TaskExit, TaskManager, TaskOptions};
use rmcp::{RoleServer, ServerHandler};

use crate::arguments::shortened;
use crate::documents::Documents;
use crate::error::ToolError;
use crate::output::Output;
use crate::progress::{Listener, follow};
use crate::service::{Caller, RunService};
use crate::tools::tools;
use crate::{ask, estimate, read, search, trace};

/// The time for which the result of a task is kept.
const TASK_KEPT: Duration = Duration::from_secs(60 * 60);
/// The time after which a task fails if runs have no time limit.
const LONGEST_TASK: Duration = Duration::from_secs(24 * 60 * 60);
/// The maximum number of documents that the instructions name.
const NAMED: usize = 20;

/// An MCP server over a [`RunService`] and documents.
pub struct McpServer<S> {
    service: Arc<S>,
    documents: Documents,
    tasks: TaskManager,
}

impl<S: RunService> McpServer<S> {
    /// Creates a server. Servers for requests of the same client share `tasks`.
    pub fn new(service: Arc<S>, documents: Documents, tasks: TaskManager) -> Self {
        Self {
            service,
            documents,
            tasks,
        }
    }

    async fn call(&self, name: &str, arguments: Option<JsonObject>) -> Result<Output, ToolError> {
        let (documents, service) = (self.documents.clone(), Arc::clone(&self.service));
        match name {
            "search" => search::search(arguments, &documents).await,
            "read" => blocking(move || read::read(arguments, &documents)).await,
            "estimate" => blocking(move || estimate::estimate(arguments, service.runner(), &documents)).await,
            _ => blocking(move || trace::trace(arguments, service.runs())).await,
        }
    }

    /// Starts a run, and waits for its end, or returns a task if the client supports tasks.
    async fn ask(
        &self,
        arguments: Option<JsonObject>,
        caller: Caller,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ToolError> {
        let question = ask::question(arguments, self.service.runner().limits())?;
        let documents = question.text.is_none().then(|| self.documents.clone());
        let run = self.service.start(question).await?;
        let id = run.id.clone();
        if context
            .client_capabilities()
            .is_some_and(|client| client.supports_tasks())
        {
            let task = self.tasks.spawn(self.task_options(), |task| {
                Box::pin(async move {
                    let stop = task.clone();
                    let ended = follow(run, async move { stop.cancelled().await }, Listener::Task(task.clone())).await;
                    match ask::output(&id, ended.as_deref(), documents.as_ref()) {
                        Err(_) if task.is_cancel_requested() => Err(TaskExit::Cancelled),
                        output => Ok(answer(output)),
                    }
                })
            });
            return Ok(CreateTaskResult::new(task).into());
        }
        let listener = match context.meta.get_progress_token() {
            Some(token) => Listener::Client(context.peer.clone(), token),
            None => Listener::Nobody,
        };
        let stop = async move {
            tokio::select! {
                () = context.ct.cancelled() => {}
                () = caller.gone.cancelled() => {}
            }
        };
        let ended = follow(run, stop, listener).await;
        ask::output(&id, ended.as_deref(), documents.as_ref()).map(|output| CallToolResult::from(output).into())
    }

    fn task_options(&self) -> TaskOptions {
        let limit = self.service.runner().limits().seconds;
        let limit = limit
            .map_or(LONGEST_TASK, Duration::from_secs)
            .saturating_add(TASK_KEPT);
        TaskOptions::new().with_ttl_ms(u64::try_from(limit.as_millis()).ok())
    }

    fn instructions(&self) -> String {
        let all = self.documents.all();
        let mut names: Vec<String> = all.iter().take(NAMED).map(|one| shortened(one.name(), 100)).collect();
        if all.len() > NAMED {
            names.push(format!("and {} more", all.len() - NAMED));
        }
        let documents = match all.len() {
            0 => "No documents are loaded: pass a text to `ask`.".to_owned(),
            count => format!("Loaded documents ({count}): {}.", names.join(", ")),
        };
        let cost = match self.service.runner().limits().cost {
            Some(Money(0)) => String::new(),
            Some(most) => format!(" A call of `ask` costs at most {most}."),
            None => " `ask` may cost money: pass `max_cost`.".to_owned(),
        };
        format!(
            "{documents} Use `search` and `read` to look things up, and `ask` for questions that take reading much text.{cost}"
        )
    }
}

impl<S: RunService> ServerHandler for McpServer<S> {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_tasks().build();
        let name = Implementation::new("rlm", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities)
            .with_server_info(name)
            .with_instructions(self.instructions())
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools().into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = request.name.as_ref();
        if self.get_tool(name).is_none() {
            let name = shortened(name, 100);
            return Err(ErrorData::invalid_params(format!("unknown tool: `{name}`"), None));
        }
        let caller = self.service.caller(&context.extensions);
        let is_permitted = if name == "ask" { caller.may_run } else { caller.may_read };
        if !is_permitted {
            return Ok(CallToolResult::from(forbidden(name)).into());
        }
        if name == "ask" {
            let response = self.ask(request.arguments, caller, context).await;
            return Ok(response.unwrap_or_else(|error| CallToolResult::from(error).into()));
        }
        Ok(answer(self.call(name, request.arguments).await).into())
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        self.tasks.get_task(&request.task_id).map(GetTaskResult::new)
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        // No task asks for input, so there is nothing to update.
        self.tasks.update_task(&request.task_id, [])
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if !self.service.caller(&context.extensions).may_run {
            return Err(ErrorData::invalid_request(forbidden("tasks/cancel").text(), None));
        }
        self.tasks.cancel_task(&request.task_id)
    }
}

fn answer(output: Result<Output, ToolError>) -> CallToolResult {
    output.map_or_else(CallToolResult::from, CallToolResult::from)
}

fn forbidden(name: &str) -> ToolError {
    ToolError::new(
        "missing_scope",
        format!("the API key does not permit `{name}`"),
        "use a key with this scope: `rlm keys add --scope run,read`",
    )
}

async fn blocking(work: impl FnOnce() -> Result<Output, ToolError> + Send + 'static) -> Result<Output, ToolError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(ToolError::internal(error.to_string())))
}
