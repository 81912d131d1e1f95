//! The servers that are compared, each in a process of its own, and the model that they call.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::routing::{get, post};
use axum::{Json, Router};
use reqwest::Client;
use rlm_adapters::{ModelSpec, ResolveOptions, resolve};
use rlm_core::Runner;
use rlm_server::{Server, ServerOptions};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The environment variable that makes this program a server: `bare` or `rlm`.
pub(crate) const ROLE: &str = "SERVE_BENCH_ROLE";
/// The environment variables of that server.
const MODEL: &str = "SERVE_BENCH_MODEL";
const FOLDER: &str = "SERVE_BENCH_FOLDER";
/// The environment variable with the path of a Python that has `enzu[server]`.
pub(crate) const PYTHON: &str = "SERVE_BENCH_PYTHON";

/// A server in a process of its own, which ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Process {
    /// Starts a server that only echoes, or writes what it gets to disk.
    pub(crate) async fn bare() -> Self {
        Self::of_role("bare", "").await
    }

    /// Starts the service.
    pub(crate) async fn rlm(model: &Model) -> Self {
        Self::of_role("rlm", &model.base_url).await
    }

    async fn of_role(role: &str, model: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(ROLE, role).env(MODEL, model).env(FOLDER, folder.path());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        Self {
            child,
            url: url.trim().to_owned(),
            _folder: folder,
        }
    }

    /// Starts enzu's server, if there is a Python that has it.
    pub(crate) async fn enzu(model: &Model, client: &Client) -> Option<Self> {
        let python = std::env::var_os(PYTHON)?;
        let port = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(python);
        command
            .args(["-m", "uvicorn", "enzu.server:app", "--no-access-log", "--port"])
            .arg(port.to_string())
            .current_dir(folder.path())
            .env("OPENAI_BASE_URL", &model.base_url)
            .env("OPENAI_API_KEY", "none")
            .env("ENZU_DEFAULT_PROVIDER", "openai")
            .env("ENZU_DEFAULT_MODEL", "m")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Self {
            child: command.spawn().unwrap(),
            url: format!("http://127.0.0.1:{port}"),
            _folder: folder,
        };
        while client.get(server.at("/health")).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(server)
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns the resident memory and the number of open descriptors of the process.
    pub(crate) fn size(&self) -> String {
        let proc = format!("/proc/{}", self.child.id());
        let status = std::fs::read_to_string(format!("{proc}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kb: u64 = line
            .and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or_default();
        let descriptors = std::fs::read_dir(format!("{proc}/fd")).map_or(0, Iterator::count);
        format!("{:.1} MB, {descriptors} descriptors", kb as f64 / 1e3)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A model that answers each request by a program, after some time.
pub(crate) struct Model {
    base_url: String,
}

impl Model {
    pub(crate) async fn start(delay: Duration) -> Self {
        let complete = async move |_: Bytes| {
            tokio::time::sleep(delay).await;
            let message = json!({"role": "assistant", "content": "```python\nFINAL('7-4-1')\n```"});
            Json(json!({
                "id": "c", "object": "chat.completion", "created": 1, "model": "m",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 500, "completion_tokens": 9, "total_tokens": 509},
            }))
        };
        let app = Router::new().route("/v1/chat/completions", post(complete));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            base_url: format!("http://{address}/v1"),
        }
    }

    pub(crate) fn runner(&self) -> Runner {
        runner(&self.base_url)
    }
}

fn runner(base_url: &str) -> Runner {
    let spec = ModelSpec::parse(&format!("compat:m@{base_url}")).unwrap();
    let model = resolve(&spec, &|_| None, &ResolveOptions::default()).unwrap();
    let limits = rlm_policy::Limits {
        concurrency: 512,
        ..rlm_policy::Limits::default()
    };
    Runner::builder(model).limits(limits).build().unwrap()
}

/// Serves in a role until the process is killed. Prints the URL first.
pub(crate) async fn serve(role: &str) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = std::env::var(FOLDER).unwrap();
    if role == "rlm" {
        let mut options = ServerOptions::new(&folder);
        options.max_runs = 2 * crate::RUNS;
        options.listener.max_connections = 4 * crate::WATCHERS;
        let runner = runner(&std::env::var(MODEL).unwrap());
        let server = Server::bind(runner, options, "127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        say(&format!("http://{}", server.address()));
        server.run(CancellationToken::new()).await;
        return;
    }
    let path = Arc::new(std::path::PathBuf::from(folder));
    let to_disk = async move |body: Bytes| {
        let path = Arc::clone(&path);
        // As durable as a record of the service: a file that is synced and renamed.
        let write = move || {
            let mut file = tempfile::NamedTempFile::new_in(&*path)?;
            file.write_all(&body)?;
            file.as_file().sync_all()?;
            file.keep().map_err(|error| error.error).map(drop)
        };
        tokio::task::spawn_blocking(write).await.unwrap().unwrap();
        Json::<Value>(json!({"status": "ok"}))
    };
    let app = Router::new()
        .route("/healthz", get(async || Json(json!({"status": "ok"}))))
        .route("/echo", post(async |body: Bytes| body))
        .route("/sync", post(to_disk));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    say(&format!("http://{}", listener.local_addr().unwrap()));
    axum::serve(listener, app).await.unwrap();
}

fn say(url: &str) {
    println!("{url}");
    std::io::stdout().flush().unwrap();
}
