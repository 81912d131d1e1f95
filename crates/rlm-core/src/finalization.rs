//! What is taken as a run's answer.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// What is taken as the root run's answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Finalization {
    /// A variable whose value is the answer as soon as a program that binds it has run to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_finalize_var: Option<SmolStr>,
}
