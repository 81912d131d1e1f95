//! The JSON output of `rlm config`.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The effective configuration.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Configuration {
    pub files: Vec<FileRow>,
    pub settings: Vec<SettingRow>,
    pub models: Vec<ModelRow>,
    pub servers: Vec<ServerRow>,
    pub keys: Vec<KeyRow>,
}

/// A file or folder.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct FileRow {
    pub what: &'static str,
    pub path: String,
    pub is_there: bool,
}

/// A flag of `rlm run`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SettingRow {
    pub key: String,
    pub value: Option<String>,
    pub from: ValueOrigin,
}

/// A model that a configuration file defines.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ModelRow {
    pub name: String,
    pub is: String,
    pub at: Option<String>,
    pub from: ValueOrigin,
}

/// An environment variable with the base URL of a server.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ServerRow {
    pub name: &'static str,
    /// `null` if the value is not a valid URL, since it may contain a key.
    pub url: Option<String>,
    pub from: ValueOrigin,
}

/// An environment variable with an API key.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct KeyRow {
    pub name: String,
    pub set: bool,
    pub from: Option<ValueOrigin>,
}

/// The origin of a value.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ValueOrigin {
    Default,
    Variable { name: String, file: Option<String> },
    File { path: String, line: Option<usize> },
}

impl ValueOrigin {
    /// Formats the origin of a configuration value for people, such as a file and a line.
    pub fn shown(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::Variable { name, file: None } => name.clone(),
            Self::Variable { name, file: Some(file) } => format!("{name} in {file}"),
            Self::File { path, line: None } => path.clone(),
            Self::File { path, line: Some(line) } => format!("{path}:{line}"),
        }
    }
}
