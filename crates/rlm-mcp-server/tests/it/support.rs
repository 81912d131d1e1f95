//! A server with a scripted model, and a client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_mcp_server::{ActiveRun, Documents, Ended, Question, RunService, ToolError, serve};
use rlm_model::Model as _;
use rlm_policy::{Limits, PriceTable};
use rlm_retrieval::{Bm25, Bm25Options};
use rlm_store::{RunStore, new_run_id};
use rlm_trace::JournalOptions;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, Implementation, ProgressNotificationParam,
};
use rmcp::service::{NotificationContext, RunningService};
use rmcp::{ClientHandler, RoleClient, ServiceExt as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The first step of a run that calls the sub-model, which takes its time, and the answer.
pub(crate) const SLOW: [&str; 2] = [
    "```repl\nprint(llm_query('Which code? ' + context[0][:40]))\n```",
    "FINAL: 7-4-1",
];
/// A run that cuts its answer from the context.
pub(crate) const CITED: [&str; 1] = [
    "```repl\ntext = context if isinstance(context, str) else context[0]\nFINAL(re.search(r'\\d-\\d-\\d', text).group())\n```",
];

/// A client of a server in this process.
pub(crate) struct Session {
    pub(crate) client: RunningService<RoleClient, Client>,
    pub(crate) runs: Arc<TestRuns>,
    pub(crate) served: tokio::task::JoinHandle<()>,
    _folder: TempDir,
}

/// A client that records notifications of progress.
#[derive(Clone, Default)]
pub(crate) struct Client {
    pub(crate) progress: Arc<Mutex<Vec<ProgressNotificationParam>>>,
    has_tasks: bool,
}

/// Runs of a scripted model, which are stored in a temporary folder.
pub(crate) struct TestRuns {
    runner: Runner,
    documents: Documents,
    pub(crate) store: RunStore,
    pub(crate) ends: Arc<Mutex<Vec<Arc<Ended>>>>,
}

impl Session {
    /// Opens a session with a server of three documents.
    pub(crate) async fn open(script: &[&str], delay: Duration) -> Self {
        Self::with(script, delay, Client::default(), documents()).await
    }

    /// Opens the session of a client that supports tasks.
    pub(crate) async fn with_tasks(script: &[&str], delay: Duration) -> Self {
        let client = Client {
            has_tasks: true,
            ..Client::default()
        };
        Self::with(script, delay, client, documents()).await
    }

    pub(crate) async fn with(script: &[&str], delay: Duration, client: Client, documents: Documents) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = FakeModel::new(script.iter().copied());
        let rule = json!({"match": ".", "reply": "7-4-1", "delay_ms": delay.as_millis() as u64});
        let sub = json!({"script": [], "rules": [rule], "default_reply": "7-4-1"});
        let sub = FakeModel::from_json("sub.json", &sub.to_string()).unwrap();
        let mut prices = PriceTable::empty();
        for identity in [root.identity(), sub.identity()] {
            prices.set(
                format!("{}:{}=1,1,1", identity.adapter, identity.model)
                    .parse()
                    .unwrap(),
            );
        }
        let limits = Limits {
            cost: Some("0.50".parse().unwrap()),
            ..Limits::default()
        };
        let runner = Runner::builder(Arc::new(root))
            .sub_model(Arc::new(sub))
            .prices(prices)
            .limits(limits)
            .build()
            .unwrap();
        let runs = Arc::new(TestRuns {
            runner,
            documents: documents.clone(),
            store: RunStore::open(folder.path()).unwrap(),
            ends: Arc::default(),
        });
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let service = Arc::clone(&runs);
        let served = tokio::spawn(async move {
            serve(service, documents, tokio::io::split(theirs), CancellationToken::new())
                .await
                .unwrap();
        });
        Self {
            client: client.serve(ours).await.unwrap(),
            runs,
            served,
            _folder: folder,
        }
    }

    /// Calls a tool.
    pub(crate) async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        self.client.call_tool(request(tool, arguments)).await.unwrap()
    }

    /// Calls a tool that must succeed, and returns its structured result, checked against the schema.
    pub(crate) async fn data(&self, tool: &'static str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await;
        assert_ne!(result.is_error, Some(true), "{}", text(&result));
        let tools = self.client.list_all_tools().await.unwrap();
        let tool = tools.into_iter().find(|listed| listed.name == tool).unwrap();
        let schema = Value::Object((*tool.output_schema.unwrap()).clone());
        let data = result.structured_content.unwrap();
        if let Err(error) = jsonschema::validate(&schema, &data) {
            panic!("{error}: {data}");
        }
        data
    }

    /// Calls a tool that must fail, and returns the text of its error.
    pub(crate) async fn error(&self, tool: &'static str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result.is_error, Some(true), "{}", text(&result));
        text(&result)
    }

    /// Waits until a run has ended, and returns the name of its outcome.
    pub(crate) async fn outcome(&self) -> &'static str {
        for _ in 0..500 {
            if let Some(end) = self.runs.ends.lock().unwrap().first() {
                return match &**end {
                    Ok(result) => result.outcome.name(),
                    Err(error) => error.outcome().name(),
                };
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the run goes on");
    }
}

pub(crate) fn request(tool: &'static str, arguments: Value) -> CallToolRequestParams {
    let mut request = CallToolRequestParams::new(tool);
    request.arguments = arguments.as_object().cloned();
    request
}

/// Returns the text of a result.
pub(crate) fn text(result: &CallToolResult) -> String {
    let parts = result.content.iter().filter_map(|part| part.as_text());
    parts.map(|part| part.text.as_str()).collect()
}

/// Returns three documents: a guide, a long one, and one with a long line.
pub(crate) fn documents() -> Documents {
    let numbered: String = (1..=3_000).map(|line| format!("line {line} of the log\n")).collect();
    let context = Context::from_documents(
        [
            (
                "docs/guide.md".to_owned(),
                "# Guide\n\nThe vault code is 7-4-1.\nThe roof leaks.\n".to_owned(),
            ),
            ("log.txt".to_owned(), numbered),
            ("long.json".to_owned(), format!("{}\nend\n", "é".repeat(60_000))),
        ],
        "\n",
    );
    let context = context.unwrap();
    let index = Bm25::new(context.clone(), Bm25Options::default());
    Documents::new(context, Vec::new(), Some(Arc::new(index)))
}

impl RunService for TestRuns {
    fn runner(&self) -> &Runner {
        &self.runner
    }

    fn runs(&self) -> &RunStore {
        &self.store
    }

    async fn start(&self, question: Question) -> Result<ActiveRun, ToolError> {
        let random = self.store.ids().unwrap().len() as u64;
        let id = new_run_id(std::time::SystemTime::now(), random).unwrap();
        let journal = Arc::new(self.store.create(&id, JournalOptions::default()).unwrap());
        let cancel = CancellationToken::new();
        let context = question
            .text
            .map_or_else(|| self.documents.context().clone(), Context::from_text);
        let options = RunOptions {
            id: Some(id.clone()),
            journal: Some(Arc::clone(&journal)),
            cancel: cancel.clone(),
            ..RunOptions::default()
        };
        let (runner, task, ends) = (self.runner.clone(), question.task, Arc::clone(&self.ends));
        let run = tokio::spawn(async move {
            let end = Arc::new(runner.run_task(&task, &context, options).await);
            ends.lock().unwrap().push(Arc::clone(&end));
            end
        });
        Ok(ActiveRun {
            id,
            journal,
            cancel,
            ended: async move { run.await.ok() }.boxed(),
        })
    }
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let capabilities = match self.has_tasks {
            true => ClientCapabilities::builder().enable_tasks().build(),
            false => ClientCapabilities::default(),
        };
        ClientConfig::new(capabilities, Implementation::new("test", "1"))
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _context: NotificationContext<RoleClient>) {
        self.progress.lock().unwrap().push(params);
    }
}
