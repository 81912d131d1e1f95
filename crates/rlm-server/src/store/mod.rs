//! What is stored in folders of the server: keys, budgets, contexts and uploads.

pub(crate) mod budget;
pub(crate) mod contexts;
pub(crate) mod idempotency;
pub(crate) mod keys;
pub(crate) mod private_file;
pub(crate) mod tenant_limits;
pub(crate) mod uploads;

pub use budget::{Budget, ParseBudgetError};
pub use keys::{ApiKeys, ApiKeysError, KeyRecord, NewKey, Scope};
pub use tenant_limits::TenantLimits;
