//! API keys and the budgets of tenants, in a file that the command line changes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rlm_model::Digest;
use serde::{Deserialize, Serialize};

use crate::store::budget::Budget;
use crate::store::private_file;
use crate::store::tenant_limits::TenantLimits;

/// The beginning of every key, so that scanners for leaked secrets recognise one.
const PREFIX: &str = "rlm_sk_";
/// The name of the file with the keys' digests and the tenants' budgets.
const FILE: &str = "keys.json";
/// The maximum length of a tenant's name.
const MOST_NAME: usize = 64;

/// What a key permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Reading sessions, executions, trees and statistics.
    Read,
    /// Creating sessions and asking questions, which costs money.
    Run,
    /// Reading the metrics of all tenants.
    Metrics,
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// The public part of the key, by which it is listed and revoked.
    pub id: String,
    /// The tenant whose data the key gives access to.
    pub tenant: String,
    /// What the key permits.
    pub scopes: Vec<Scope>,
    /// The digest of the secret part, which has 256 random bits.
    digest: String,
}

/// A key that was created just now. Its text is shown once and stored nowhere.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The whole key, as a client sends it.
    pub text: String,
    /// The key without its secret.
    pub record: KeyRecord,
}

/// An error of the file of API keys.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeysError {
    /// The file can't be read or written.
    #[error("can't use the file of API keys {}: {cause}", path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The name of the tenant has other characters than letters, digits, `-` and `_`, or is too long.
    #[error("invalid tenant name: expected up to {MOST_NAME} letters, digits, `-` and `_`")]
    TenantName,
    /// No key has this id.
    #[error("no API key has the id `{id}`")]
    NoSuchKey {
        /// The id.
        id: String,
    },
}

/// The API keys of a server. Without any, no request needs one.
///
/// ```
/// use rlm_server::ApiKeys;
///
/// let folder = tempfile::tempdir()?;
/// let keys = ApiKeys::open(folder.path());
/// let new = keys.add("acme", &["run".parse()?, "read".parse()?])?;
/// assert!(new.text.starts_with("rlm_sk_"));
/// assert_eq!(keys.list()?[0].tenant, "acme");
/// keys.revoke(&new.record.id)?;
/// assert!(keys.list()?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ApiKeys(Arc<Keys>);

#[derive(Debug)]
struct Keys {
    path: PathBuf,
    read: Mutex<Read>,
}

/// The file as it was read.
#[derive(Debug, Default)]
struct Read {
    /// The time at which the file was written, and its length. `None` if there is no file.
    version: Option<(SystemTime, u64)>,
    stored: Stored,
}

/// The content of the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Stored {
    keys: Vec<KeyRecord>,
    #[serde(default)]
    budgets: BTreeMap<String, Budget>,
    #[serde(default)]
    limits: BTreeMap<String, TenantLimits>,
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Run => "run",
            Self::Metrics => "metrics",
        })
    }
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "read" => Ok(Self::Read),
            "run" => Ok(Self::Run),
            "metrics" => Ok(Self::Metrics),
            _ => Err(format!("unknown scope `{text}`; the scopes are read, run and metrics")),
        }
    }
}

impl ApiKeys {
    /// Opens the keys of the server whose data is in `folder`. The file is read again whenever it
    /// changes, so that a revoked key ends at once.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        Self(Arc::new(Keys {
            path: folder.join(FILE),
            read: Mutex::default(),
        }))
    }

    /// Returns the keys, without their secrets.
    ///
    /// # Errors
    /// [`ApiKeysError::File`].
    pub fn list(&self) -> Result<Vec<KeyRecord>, ApiKeysError> {
        Ok(self.read()?.keys)
    }

    /// Returns the budget of a tenant, if it has one.
    ///
    /// # Errors
    /// [`ApiKeysError::File`].
    pub fn budget(&self, tenant: &str) -> Result<Option<Budget>, ApiKeysError> {
        Ok(self.read()?.budgets.get(tenant).copied())
    }

    /// Returns the limits of a tenant.
    ///
    /// # Errors
    /// [`ApiKeysError::File`].
    pub fn limits(&self, tenant: &str) -> Result<TenantLimits, ApiKeysError> {
        Ok(self.read()?.limits.get(tenant).copied().unwrap_or_default())
    }

    /// Sets limits of a tenant. Those that are `None` stay as they are.
    ///
    /// # Errors
    /// [`ApiKeysError::TenantName`], [`ApiKeysError::File`].
    pub fn set_limits(&self, tenant: &str, change: TenantLimits) -> Result<(), ApiKeysError> {
        check_name(tenant)?;
        let mut stored = self.read()?;
        let limits = stored.limits.entry(tenant.to_owned()).or_default();
        *limits = limits.with(change);
        self.write(&stored)
    }

    /// Sets the budget of all runs of a tenant.
    ///
    /// # Errors
    /// [`ApiKeysError::TenantName`], [`ApiKeysError::File`].
    pub fn set_budget(&self, tenant: &str, budget: Budget) -> Result<(), ApiKeysError> {
        check_name(tenant)?;
        let mut stored = self.read()?;
        stored.budgets.insert(tenant.to_owned(), budget);
        self.write(&stored)
    }

    fn read(&self) -> Result<Stored, ApiKeysError> {
        let file = fs::metadata(&self.0.path).ok();
        let version = file.and_then(|file| Some((file.modified().ok()?, file.len())));
        let mut read = self.0.read.lock().unwrap_or_else(PoisonError::into_inner);
        if version.is_none() {
            *read = Read::default();
        } else if read.version != version {
            let text = fs::read_to_string(&self.0.path).map_err(|cause| self.failed(cause))?;
            let stored = serde_json::from_str(&text).map_err(|error| self.failed(error.into()))?;
            *read = Read { version, stored };
        }
        Ok(read.stored.clone())
    }

    /// Creates a key.
    ///
    /// # Errors
    /// [`ApiKeysError::TenantName`], [`ApiKeysError::File`].
    pub fn add(&self, tenant: &str, scopes: &[Scope]) -> Result<NewKey, ApiKeysError> {
        check_name(tenant)?;
        let mut random = [0_u8; 38];
        getrandom::fill(&mut random).map_err(|error| self.failed(io::Error::other(error.to_string())))?;
        let hex = random.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let (id, secret) = hex.split_at(12);
        let record = KeyRecord {
            id: id.to_owned(),
            tenant: tenant.to_owned(),
            scopes: scopes.to_vec(),
            digest: Digest::of(secret.as_bytes()).to_string(),
        };
        let mut stored = self.read()?;
        stored.keys.push(record.clone());
        self.write(&stored)?;
        Ok(NewKey {
            text: format!("{PREFIX}{id}_{secret}"),
            record,
        })
    }

    /// Removes a key. Its tenant's data is kept.
    ///
    /// # Errors
    /// [`ApiKeysError::NoSuchKey`], [`ApiKeysError::File`].
    pub fn revoke(&self, id: &str) -> Result<(), ApiKeysError> {
        let mut stored = self.read()?;
        let before = stored.keys.len();
        stored.keys.retain(|key| key.id != id);
        if stored.keys.len() == before {
            return Err(ApiKeysError::NoSuchKey { id: id.to_owned() });
        }
        self.write(&stored)
    }

    /// Returns the key that a client sent, if it is one of these.
    pub(crate) fn find(&self, text: &str) -> Result<Option<KeyRecord>, ApiKeysError> {
        let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
        let Some((id, secret)) = parts else { return Ok(None) };
        let digest = Digest::of(secret.as_bytes()).to_string();
        let found = self.list()?.into_iter().find(|key| key.id == id);
        Ok(found.filter(|key| equals(&key.digest, &digest)))
    }

    fn write(&self, stored: &Stored) -> Result<(), ApiKeysError> {
        let text = serde_json::to_string_pretty(stored).map_err(|error| self.failed(error.into()))?;
        let written = private_file::write(&self.0.path, text.as_bytes());
        // Two changes may fall into one tick of the file system's clock.
        *self.0.read.lock().unwrap_or_else(PoisonError::into_inner) = Read::default();
        written.map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: io::Error) -> ApiKeysError {
        ApiKeysError::File {
            path: self.0.path.clone(),
            cause,
        }
    }
}

fn check_name(tenant: &str) -> Result<(), ApiKeysError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !tenant.is_empty() && tenant.len() <= MOST_NAME && tenant.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(ApiKeysError::TenantName),
    }
}

/// Compares two digests in a time that doesn't depend on where they differ.
fn equals(left: &str, right: &str) -> bool {
    let differences = left.bytes().zip(right.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    left.len() == right.len() && differences == 0
}
