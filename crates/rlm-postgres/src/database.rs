//! The connections to a database.

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as PoolRuntime};
use rlm_store::SharedError;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::failed::{failed, no_connection};
use crate::journals::Journals;
use crate::migrations::{self, MigrationStatus};

/// The time for which a request waits for a connection, and then for its statement. A server that
/// doesn't answer must not keep a process from noticing that its hold has ended.
const WAIT: Duration = Duration::from_secs(5);

/// The options of a database.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseOptions {
    /// The maximum number of connections.
    pub connections: usize,
    /// The time after which a hold of a run ends that is not renewed.
    pub hold_time: Duration,
}

impl Default for DatabaseOptions {
    /// Returns 8 connections, and 15 seconds for a hold.
    fn default() -> Self {
        Self {
            connections: 8,
            hold_time: Duration::from_secs(15),
        }
    }
}

/// A PostgreSQL database with runs. Cloning is cheap. All functions block.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    pool: Pool,
    options: DatabaseOptions,
    /// Drives the connections. `None` only while this is dropped.
    runtime: Option<Runtime>,
}

impl Database {
    /// Opens the database at `url`, such as `postgres://rlm:secret@db.example/rlm?sslmode=require`, and
    /// checks that its tables are those of this version.
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn open(url: &str, options: DatabaseOptions) -> Result<Self, SharedError> {
        let database = Self::without_check(url, options)?;
        database.status()?.check()?;
        Ok(database)
    }

    /// Creates the tables in the database at `url`, or changes them to those of this version. Returns the
    /// status after that.
    ///
    /// # Errors
    /// [`SharedError`]. Nothing is changed then.
    pub fn migrate(url: &str) -> Result<MigrationStatus, SharedError> {
        let database = Self::without_check(url, DatabaseOptions::default())?;
        database.wait(|client| async move { migrations::migrate(client).await })?;
        database.status()
    }

    /// Returns which tables the database at `url` has.
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn status_of(url: &str) -> Result<MigrationStatus, SharedError> {
        Self::without_check(url, DatabaseOptions::default())?.status()
    }

    /// Returns the journals of a tenant.
    #[must_use]
    pub fn journals(&self, tenant: &str) -> Journals {
        Journals::new(self.clone(), tenant)
    }

    pub(crate) fn options(&self) -> &DatabaseOptions {
        &self.0.options
    }

    fn status(&self) -> Result<MigrationStatus, SharedError> {
        self.wait(|client| async move { migrations::status(&client).await })
    }

    fn without_check(url: &str, options: DatabaseOptions) -> Result<Self, SharedError> {
        let config = Config::from_str(url).map_err(|error| SharedError::Url {
            detail: std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string),
        })?;
        let threads = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("database")
            .enable_all()
            .build();
        let runtime = threads.map_err(|error| SharedError::Unreachable {
            detail: format!("can't start a thread: {error}"),
        })?;
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let pool = Pool::builder(Manager::from_config(config, tls()?, recycling))
            .max_size(options.connections)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .runtime(PoolRuntime::Tokio1)
            .build();
        let pool = pool.map_err(|error| SharedError::Unreachable {
            detail: error.to_string(),
        })?;
        Ok(Self(Arc::new(Shared {
            pool,
            options,
            runtime: Some(runtime),
        })))
    }

    /// Executes a statement, which is prepared once per connection, and returns its rows.
    pub(crate) fn query(
        &self,
        statement: &'static str,
        values: Vec<Box<dyn ToSql + Sync + Send>>,
    ) -> Result<Vec<Row>, SharedError> {
        self.wait(move |client| async move {
            let rows = timeout(WAIT, async {
                let statement = client.prepare_cached(statement).await.map_err(failed)?;
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value as _).collect();
                client.query(&statement, &values).await.map_err(failed)
            });
            rows.await.unwrap_or_else(|_| {
                // The next request needs another connection.
                drop(Client::take(client));
                Err(SharedError::Unreachable {
                    detail: format!("no answer in {} seconds", WAIT.as_secs()),
                })
            })
        })
    }

    /// Waits for a request to the database.
    fn wait<T, F>(&self, request: impl FnOnce(Client) -> F + Send + 'static) -> Result<T, SharedError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, SharedError>> + Send + 'static,
    {
        let lost = || SharedError::Unreachable {
            detail: "the request was abandoned".to_owned(),
        };
        let (sender, receiver) = mpsc::channel();
        let pool = self.0.pool.clone();
        let runtime = self.0.runtime.as_ref().ok_or_else(lost)?;
        runtime.spawn(async move {
            let result = match pool.get().await {
                Ok(client) => request(client).await,
                Err(error) => Err(no_connection(error)),
            };
            // The caller waits for it.
            let _ = sender.send(result);
        });
        receiver.recv().map_err(|_| lost())?
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The last owner may be an asynchronous task, where a runtime can't be dropped.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

/// Returns the TLS of connections, which `sslmode` in the URL asks for.
fn tls() -> Result<MakeRustlsConnect, SharedError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| SharedError::Unreachable {
        detail: error.to_string(),
    })?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
