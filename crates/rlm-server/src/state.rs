//! The state that all requests share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use dashmap::DashMap;
use rlm_core::Runner;
use rlm_mcp_server::Documents;
use rlm_model::{Money, RunId};
use rlm_store::{RunStore, SessionRecord, SessionStore, StoreError};
use rlm_telemetry::Telemetry;
use rlm_trace::JournalOptions;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::http::listener::ListenerOptions;
use crate::http::metrics::Metrics;
use crate::http::problem::Problem;
use crate::mcp::McpSessions;
use crate::page::SignIns;
use crate::runs::active::Executions;
use crate::runs::background::BackgroundRuns;
use crate::runs::run_object::RunObject;
use crate::store::budget::Spending;
use crate::store::contexts::ContextStore;
use crate::store::idempotency::IdempotencyKeys;
use crate::store::keys::ApiKeys;
use crate::store::tenant_limits::RequestRate;
use crate::store::uploads::Uploads;

/// The options of a server.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The folder of sessions, texts and journals.
    pub folder: PathBuf,
    /// The maximum number of characters of a context.
    pub max_context_chars: usize,
    /// The maximum number of bytes of an uploaded context.
    pub max_upload_bytes: u64,
    /// The maximum number of runs at the same time. Further requests are refused with status 503.
    pub max_runs: usize,
    /// The maximum cost of a new session in dollars, unless a request sets a lower one. `None` means
    /// no limit.
    pub session_cost: Option<Money>,
    /// The options of journals.
    pub journal: JournalOptions,
    /// The time that active runs have to end after the server was asked to stop. Then they are
    /// interrupted, so that they can be resumed.
    pub drain: Duration,
    /// The options of connections.
    pub listener: ListenerOptions,
    /// The documents that `/mcp` serves to all tenants.
    pub documents: Documents,
    /// The telemetry to which traces of runs and the metrics of `/metrics` are sent. `None` sends
    /// nothing.
    pub telemetry: Option<Telemetry>,
}

impl ServerOptions {
    /// Returns the default options of a server that stores its data in `folder`: contexts of up to
    /// 500,000 characters or 1 GiB of files, and 64 runs at the same time.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            max_context_chars: 500_000,
            max_upload_bytes: 1 << 30,
            max_runs: 64,
            session_cost: None,
            journal: JournalOptions::default(),
            drain: Duration::from_secs(10),
            listener: ListenerOptions::default(),
            documents: Documents::none(),
            telemetry: None,
        }
    }
}

/// Whether the service is reachable from other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Only from this machine. Requests must name it as their host.
    Loopback,
    /// From other machines.
    Network,
}

/// The state that all requests share. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

struct Shared {
    runner: Runner,
    options: ServerOptions,
    keys: ApiKeys,
    reach: Reach,
    /// A permit for each run that may be active at the same time.
    permits: Arc<Semaphore>,
    /// Cancelled when the server was asked to stop.
    draining: CancellationToken,
    metrics: Metrics,
    tenants: DashMap<String, Arc<Tenant>>,
    sign_ins: SignIns,
}

/// The data of a tenant, in a folder of its own, and a runner whose cached replies are its own: no
/// tenant finds what another one stored, or learns from the time of a reply what another one asked.
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) runner: Runner,
    pub(crate) runs: RunStore,
    pub(crate) sessions: SessionStore,
    pub(crate) contexts: ContextStore,
    pub(crate) background: BackgroundRuns,
    pub(crate) executions: Executions,
    pub(crate) idempotency: IdempotencyKeys,
    pub(crate) uploads: Uploads,
    pub(crate) rate: RequestRate,
    pub(crate) spending: Spending,
    pub(crate) mcp: McpSessions,
}

/// The tenant of requests without an API key: its data is that of the command line.
pub(crate) const NO_TENANT: &str = "";
/// The folder of the tenants' folders.
const TENANTS: &str = "tenants";
/// The time that interrupted runs have to react.
const REACTION: Duration = Duration::from_secs(5);
/// The time between two checks whether all runs have ended.
const POLL: Duration = Duration::from_millis(20);

impl AppState {
    pub(crate) fn new(runner: Runner, options: ServerOptions, keys: ApiKeys, reach: Reach) -> Self {
        let runner = match options.telemetry.clone() {
            Some(telemetry) => runner.observed(Arc::new(move |journal| telemetry.follow(journal))),
            None => runner,
        };
        Self(Arc::new(Shared {
            permits: Arc::new(Semaphore::new(options.max_runs.min(Semaphore::MAX_PERMITS))),
            runner,
            keys,
            reach,
            draining: CancellationToken::new(),
            metrics: Metrics::new(options.telemetry.clone()),
            options,
            tenants: DashMap::new(),
            sign_ins: SignIns::default(),
        }))
    }

    /// Lets telemetry send the metrics that `text` returns.
    pub(crate) fn send_metrics(&self, text: fn(&Self) -> Option<String>) {
        if let Some(telemetry) = &self.options().telemetry {
            // Telemetry is part of the state, which must not keep itself alive.
            let shared = Arc::downgrade(&self.0);
            telemetry.set_metrics(move || text(&Self(shared.upgrade()?)));
        }
    }

    pub(crate) fn options(&self) -> &ServerOptions {
        &self.0.options
    }

    /// Checks the length of a text of a request.
    ///
    /// # Errors
    /// A [`Problem`] if it is too long.
    pub(crate) fn check_text(&self, text: &str) -> Result<(), Problem> {
        let (chars, most) = (text.chars().count(), self.options().max_context_chars);
        if chars <= most {
            return Ok(());
        }
        let detail = format!("the context has {chars} characters, but the maximum is {most}");
        Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "context_too_large", detail)
            .hint("upload it as a file, or raise the server's MAX_CONTEXT_SIZE"))
    }

    pub(crate) fn keys(&self) -> &ApiKeys {
        &self.0.keys
    }

    /// Returns the browsers that signed in at the page.
    pub(crate) fn sign_ins(&self) -> &SignIns {
        &self.0.sign_ins
    }

    pub(crate) fn reach(&self) -> Reach {
        self.0.reach
    }

    /// Returns the rights to have active runs.
    pub(crate) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.permits)
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Returns whether the server was asked to stop.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.is_cancelled()
    }

    /// Waits until the server is asked to stop.
    pub(crate) async fn draining(&self) {
        self.0.draining.cancelled().await;
    }

    /// Starts no more runs, waits until the active ones have ended, and interrupts those that take too
    /// long.
    pub(crate) async fn drain(&self) {
        self.0.draining.cancel();
        let all_ended = async {
            while self.active() > 0 {
                tokio::time::sleep(POLL).await;
            }
        };
        tokio::pin!(all_ended);
        if tokio::time::timeout(self.options().drain, &mut all_ended)
            .await
            .is_err()
        {
            for tenant in &self.0.tenants {
                tenant.executions.interrupt_all();
                tenant.mcp.stop();
            }
            // A run that doesn't react is left to the end of the process.
            let _ = tokio::time::timeout(REACTION, all_ended).await;
        }
    }

    /// Returns the data of a tenant. Its name consists of letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// [`StoreError`] if its folder can't be created.
    pub(crate) fn tenant(&self, name: &str) -> Result<Arc<Tenant>, StoreError> {
        if let Some(tenant) = self.0.tenants.get(name) {
            return Ok(Arc::clone(&tenant));
        }
        let (runner, options) = (&self.0.runner, &self.0.options);
        let tenant = Arc::new(match name {
            NO_TENANT => Tenant::open(name, runner.clone(), &options.folder)?,
            name => Tenant::open(name, runner.scoped(name), &options.folder.join(TENANTS).join(name))?,
        });
        // Of two requests at once, one opens the stores in vain.
        Ok(Arc::clone(&self.0.tenants.entry(name.to_owned()).or_insert(tenant)))
    }

    /// Returns the number of runs of all tenants that are active.
    pub(crate) fn active(&self) -> usize {
        self.0.tenants.iter().map(|tenant| tenant.executions.count()).sum()
    }

    /// Returns the tenants that have sent a request to this process.
    pub(crate) fn open_tenants(&self) -> Vec<Arc<Tenant>> {
        self.0.tenants.iter().map(|tenant| Arc::clone(&tenant)).collect()
    }

    /// Returns all tenants that have data, but those whose folders can't be used. Blocks.
    pub(crate) fn all_tenants(&self) -> Vec<Arc<Tenant>> {
        let entries = std::fs::read_dir(self.options().folder.join(TENANTS))
            .into_iter()
            .flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        std::iter::once(NO_TENANT.to_owned())
            .chain(names)
            .filter_map(|name| self.tenant(&name).ok())
            .collect()
    }
}

impl Tenant {
    /// Checks that the tenant may store more bytes. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if its contexts and uploads would be larger than its limit.
    pub(crate) fn check_storage(&self, keys: &ApiKeys, more: u64) -> Result<(), Problem> {
        let Some(most) = keys.limits(&self.name)?.storage else {
            return Ok(());
        };
        let stored = self.contexts.bytes()?.saturating_add(self.uploads.bytes());
        if stored.saturating_add(more) <= most {
            return Ok(());
        }
        let detail = format!("the tenant stores {stored} bytes, and its maximum is {most}");
        Err(Problem::new(StatusCode::INSUFFICIENT_STORAGE, "tenant_storage", detail).hint("delete contexts or uploads"))
    }

    /// Returns a run, whether it is active or not. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such run.
    pub(crate) fn run(&self, id: &RunId) -> Result<RunObject, Problem> {
        RunObject::read(&self.runs, id, self.executions.get(id).is_some())
    }

    /// Reads the record of a session.
    ///
    /// # Errors
    /// A [`Problem`] if there is none, found without a look at other sessions: guessing ids must not
    /// cost more the more of them there are.
    pub(crate) fn session(&self, name: &str) -> Result<SessionRecord, Problem> {
        match self.sessions.contains(name) {
            true => Ok(self.sessions.read(name)?),
            false => Err(Problem::not_found("session")),
        }
    }

    fn open(name: &str, runner: Runner, folder: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            name: name.to_owned(),
            runner,
            runs: RunStore::open(folder)?,
            sessions: SessionStore::open(folder)?,
            contexts: ContextStore::new(folder.join("contexts")),
            background: BackgroundRuns::new(folder.join("background")),
            executions: Executions::default(),
            idempotency: IdempotencyKeys::new(folder.join("idempotency")),
            uploads: Uploads::new(folder.join("uploads")),
            rate: RequestRate::default(),
            spending: Spending::default(),
            mcp: McpSessions::default(),
        })
    }
}
