//! The JSON output of commands about programs.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
use super::shapes;

/// The output and results of programs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Exec {
    /// The programs that ran, in order.
    pub steps: Vec<ExecStep>,
    /// The final value of the last program.
    #[serde(rename = "final")]
    pub final_value: Option<String>,
    /// The prompts of the calls, in canonical order.
    pub calls: Vec<String>,
}

/// A program that ran.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ExecStep {
    /// The printed output.
    pub stdout: String,
    /// The error, as `TypeName: message`.
    pub error: Option<String>,
    /// The problems, if the program was rejected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub diagnostics: Vec<Value>,
}

/// The problems in programs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Check {
    /// The problems that prevent the programs from running.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub diagnostics: Vec<Value>,
    /// Invalid syntax that the parser accepted, such as a Markdown fence around a program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::Diagnostic>"))]
    pub notes: Vec<Value>,
}
