//! What commands about programs print.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
use super::shapes;

/// What programs printed and gave.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct ExecStep {
    /// What it printed.
    pub(crate) stdout: String,
    /// What went wrong, as `TypeName: message`.
    pub(crate) error: Option<String>,
    /// What is wrong with it, where it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub(crate) diagnostics: Vec<Value>,
}

/// What is wrong with programs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Check {
    /// What keeps them from running.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub(crate) diagnostics: Vec<Value>,
    /// What is read otherwise than written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub(crate) notes: Vec<Value>,
}
