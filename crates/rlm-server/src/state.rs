//! The state that all requests share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashmap::DashMap;
use rlm_core::Runner;
use rlm_mcp_server::Documents;
use rlm_model::Money;
use rlm_store::{RunStore, SessionStore, StoreError};
use rlm_trace::JournalOptions;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::active::Executions;
use crate::budget::Spending;
use crate::contexts::ContextStore;
use crate::keys::ApiKeys;
use crate::mcp::McpSessions;

/// The options of a server.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The folder of sessions, texts and journals.
    pub folder: PathBuf,
    /// The maximum number of characters of a context.
    pub max_context_chars: usize,
    /// The maximum number of runs at the same time. Further requests are refused with status 503.
    pub max_runs: usize,
    /// The maximum cost of a new session in dollars, unless a request sets a lower one. `None` means
    /// no limit.
    pub session_cost: Option<Money>,
    /// The options of journals.
    pub journal: JournalOptions,
    /// The documents that `/mcp` serves to all tenants.
    pub documents: Documents,
}

impl ServerOptions {
    /// Returns the default options of a server that stores its data in `folder`: contexts of up to
    /// 500,000 characters, and 64 runs at the same time.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            max_context_chars: 500_000,
            max_runs: 64,
            session_cost: None,
            journal: JournalOptions::default(),
            documents: Documents::none(),
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
    tenants: DashMap<String, Arc<Tenant>>,
}

/// The data of a tenant, in a folder of its own, and a runner whose cached replies are its own: no
/// tenant finds what another one stored, or learns from the time of a reply what another one asked.
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) runner: Runner,
    pub(crate) runs: RunStore,
    pub(crate) sessions: SessionStore,
    pub(crate) contexts: ContextStore,
    pub(crate) executions: Executions,
    pub(crate) spending: Spending,
    pub(crate) mcp: McpSessions,
}

/// The tenant of requests without an API key: its data is that of the command line.
pub(crate) const NO_TENANT: &str = "";

impl AppState {
    pub(crate) fn new(runner: Runner, options: ServerOptions, keys: ApiKeys, reach: Reach) -> Self {
        Self(Arc::new(Shared {
            permits: Arc::new(Semaphore::new(options.max_runs.min(Semaphore::MAX_PERMITS))),
            runner,
            options,
            keys,
            reach,
            tenants: DashMap::new(),
        }))
    }

    pub(crate) fn options(&self) -> &ServerOptions {
        &self.0.options
    }

    pub(crate) fn keys(&self) -> &ApiKeys {
        &self.0.keys
    }

    pub(crate) fn reach(&self) -> Reach {
        self.0.reach
    }

    /// Returns the right to have one more active run, if there are not too many.
    pub(crate) fn permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.permits).try_acquire_owned().ok()
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
            name => Tenant::open(name, runner.scoped(name), &options.folder.join("tenants").join(name))?,
        });
        // Of two requests at once, one opens the stores in vain.
        Ok(Arc::clone(&self.0.tenants.entry(name.to_owned()).or_insert(tenant)))
    }

    /// Returns the number of runs of all tenants that are active.
    pub(crate) fn active(&self) -> usize {
        self.0.tenants.iter().map(|tenant| tenant.executions.count()).sum()
    }

    /// Cancels all active runs.
    pub(crate) fn cancel_all(&self) {
        for tenant in &self.0.tenants {
            tenant.executions.cancel_all();
            tenant.mcp.stop();
        }
    }
}

impl Tenant {
    fn open(name: &str, runner: Runner, folder: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            name: name.to_owned(),
            runner,
            runs: RunStore::open(folder)?,
            sessions: SessionStore::open(folder)?,
            contexts: ContextStore::new(folder.join("contexts")),
            executions: Executions::default(),
            spending: Spending::default(),
            mcp: McpSessions::default(),
        })
    }
}
