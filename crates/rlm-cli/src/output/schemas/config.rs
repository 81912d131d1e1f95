//! What `rlm config` prints.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// What a run here would go by.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Configuration {
    pub(crate) files: Vec<FileRow>,
    pub(crate) settings: Vec<SettingRow>,
    pub(crate) models: Vec<ModelRow>,
    pub(crate) servers: Vec<ServerRow>,
    pub(crate) keys: Vec<KeyRow>,
}

/// A file or folder.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct FileRow {
    pub(crate) what: &'static str,
    pub(crate) path: String,
    pub(crate) is_there: bool,
}

/// A flag of `rlm run`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct SettingRow {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
    pub(crate) from: SaidBy,
}

/// A model under a name of the user's own.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct ModelRow {
    pub(crate) name: String,
    pub(crate) is: String,
    pub(crate) at: Option<String>,
    pub(crate) from: SaidBy,
}

/// A variable that says where a server is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct ServerRow {
    pub(crate) name: &'static str,
    /// None where it is no URL: a wrong one may hold a key.
    pub(crate) url: Option<String>,
    pub(crate) from: SaidBy,
}

/// A variable that holds a key.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct KeyRow {
    pub(crate) name: String,
    pub(crate) set: bool,
    pub(crate) from: Option<SaidBy>,
}

/// Who says something.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SaidBy {
    Default,
    Variable { name: String, file: Option<String> },
    File { path: String, line: Option<usize> },
}

impl SaidBy {
    /// Names who says it, for people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::Variable { name, file: None } => name.clone(),
            Self::Variable { name, file: Some(file) } => format!("{name} in {file}"),
            Self::File { path, line: None } => path.clone(),
            Self::File { path, line: Some(line) } => format!("{path}:{line}"),
        }
    }
}
