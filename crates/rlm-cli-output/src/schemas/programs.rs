//! The JSON output of commands about programs.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
use super::shapes;

/// What programs printed and gave.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Exec {
    /// The programs that ran, in order.
    pub steps: Vec<ExecStep>,
    /// The final value of the last one.
    #[serde(rename = "final")]
    pub final_value: Option<String>,
    /// The prompts of the calls, in canonical order.
    pub calls: Vec<String>,
}

/// A program that ran.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ExecStep {
    /// What it printed.
    pub stdout: String,
    /// What went wrong, as `TypeName: message`.
    pub error: Option<String>,
    /// What is wrong with it, where it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub diagnostics: Vec<Value>,
}

/// What is wrong with programs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Check {
    /// What keeps them from running.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub diagnostics: Vec<Value>,
    /// What is read otherwise than written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub notes: Vec<Value>,
}
