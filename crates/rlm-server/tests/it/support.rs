//! A service with a scripted model, and a client.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use rlm_adapters::FakeModel;
use rlm_core::Runner;
use rlm_mcp_server::Documents;
use rlm_model::{Model as _, ModelIdentity};
use rlm_policy::{Limits, PriceTable};
use rlm_server::{Server, ServerOptions};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running service. It stops when dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Service {
    /// Starts a service whose root model replies with `script`, and whose sub-model with `reply`.
    pub(crate) async fn start(script: &[&str], reply: &str) -> Self {
        Self::with(script, reply, Duration::ZERO, |_| {}).await
    }

    /// Starts a service whose sub-calls take `delay`, after `change` has prepared its folder.
    pub(crate) async fn with(script: &[&str], reply: &str, delay: Duration, change: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        change(folder.path());
        Self::in_folder(folder, runner(script, reply, delay), |_| {}).await
    }

    /// Starts a service with other limits of runs.
    pub(crate) async fn with_limits(script: &[&str], reply: &str, delay: Duration, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::in_folder(folder, runner(script, reply, delay).with_limits(limits), |_| {}).await
    }

    /// Starts a service that serves documents at `/mcp`.
    pub(crate) async fn with_documents(script: &[&str], reply: &str, delay: Duration, documents: Documents) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runner = runner(script, reply, delay);
        Self::in_folder(folder, runner, |options| options.documents = documents).await
    }

    /// Starts a service with other options than the default ones.
    pub(crate) async fn with_options(script: &[&str], change: impl FnOnce(&mut ServerOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::in_folder(folder, runner(script, "", Duration::ZERO), change).await
    }

    /// Starts a service in a folder.
    pub(crate) async fn in_folder(folder: TempDir, runner: Runner, change: impl FnOnce(&mut ServerOptions)) -> Self {
        let mut options = ServerOptions::new(folder.path());
        change(&mut options);
        let server = Server::bind(runner, options, "127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let (address, stop) = (server.address(), CancellationToken::new());
        let running = tokio::spawn(server.run(stop.clone()));
        // The client wants one, even without TLS. Another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            address,
            client: Client::new(),
            folder,
            stop,
            running,
        }
    }

    /// Asks the service to stop.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the service has stopped.
    pub(crate) async fn stopped(&mut self) {
        (&mut self.running).await.unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client.post(self.url(path)).body(body.to_string())
    }

    /// Creates a session about a text, and returns its id.
    pub(crate) async fn session(&self, context: &str) -> String {
        let session = json!({"name": "a text", "context": context});
        let made = body(self.post("/api/sessions", &session)).await;
        made["session_id"].as_str().unwrap().to_owned()
    }
}

/// Returns a runner whose root model replies with `script`, and whose sub-model with `reply` after
/// `delay`.
pub(crate) fn runner(script: &[&str], reply: &str, delay: Duration) -> Runner {
    let root = FakeModel::new(script.iter().copied());
    let rule = json!({"match": ".", "reply": reply, "delay_ms": delay.as_millis() as u64});
    let sub = json!({"script": [], "rules": [rule], "default_reply": reply});
    let sub = FakeModel::from_json("sub.json", &sub.to_string()).unwrap();
    let prices = prices(root.identity());
    Runner::builder(Arc::new(root))
        .prices(prices)
        .sub_model(Arc::new(sub))
        .build()
        .unwrap()
}

/// Returns prices that include that of a model.
pub(crate) fn prices(ModelIdentity { adapter, model, .. }: &ModelIdentity) -> PriceTable {
    let mut prices = PriceTable::empty();
    prices.set(format!("{adapter}:{model}=1,1,1").parse().unwrap());
    prices
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Sends a request that must succeed, and returns its JSON.
pub(crate) async fn body(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// Sends a request that must fail, and returns its status and its JSON.
pub(crate) async fn refused(request: RequestBuilder) -> (u16, Value) {
    let response: Response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: no JSON: {text}"));
    (status, value)
}

/// Returns the events of a stream: id, name and data of each.
pub(crate) fn events(text: &str) -> Vec<(Option<u64>, String, Value)> {
    let blocks = text.split("\n\n").filter(|block| block.contains("data:"));
    blocks
        .map(|block| {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
            let data = field("data:").unwrap();
            (
                field("id:").map(|id| id.parse().unwrap()),
                field("event:").unwrap_or("message").to_owned(),
                serde_json::from_str(data).unwrap_or_else(|_| data.into()),
            )
        })
        .collect()
}
