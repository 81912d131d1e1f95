//! What commands about programs print.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::shapes;

/// What programs printed and gave.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Exec {
    /// The programs that ran, in order.
    pub(crate) steps: Vec<ExecStep>,
    /// The final value of the last one.
    #[serde(rename = "final")]
    pub(crate) final_value: Option<String>,
    /// The prompts of the calls, in canonical order.
    pub(crate) calls: Vec<String>,
}

/// A program that ran.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ExecStep {
    /// What it printed.
    pub(crate) stdout: String,
    /// What went wrong, as `TypeName: message`.
    pub(crate) error: Option<String>,
    /// What is wrong with it, where it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<shapes::Diagnostic>")]
    pub(crate) diagnostics: Vec<Value>,
}

/// What is wrong with programs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Check {
    /// What keeps them from running.
    #[schemars(with = "Vec<shapes::Diagnostic>")]
    pub(crate) diagnostics: Vec<Value>,
    /// What is read otherwise than written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<shapes::Diagnostic>")]
    pub(crate) notes: Vec<Value>,
}
