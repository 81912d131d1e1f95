//! `rlm config`: what a run here would go by, and who says so.

use std::path::Path;

use rlm_adapters::{BaseUrl, ModelEntry, base_url_variables};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::{ConfigCommand, ConfigPathArguments, ConfigShowArguments, command_line};
use crate::configuration::{self, Origin, Place, Setting};
use crate::console::{Console, one_line};
use crate::environment::{Environment, VariableSource};
use crate::failure::Failure;
use crate::table::{Align, table};
use crate::{folders, keys};

/// Shows the configuration, or says where it is. Returns the exit code.
pub(crate) fn run(command: &ConfigCommand, environment: &Environment, console: Console) -> Result<u8, Failure> {
    match command {
        ConfigCommand::Show(arguments) => show(arguments, environment, console),
        ConfigCommand::Path(arguments) => path(arguments, environment, console),
    }
}

/// What a run here would go by.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Configuration {
    files: Vec<FileRow>,
    settings: Vec<SettingRow>,
    models: Vec<ModelRow>,
    servers: Vec<ServerRow>,
    keys: Vec<KeyRow>,
}

/// A file or folder.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct FileRow {
    what: &'static str,
    path: String,
    is_there: bool,
}

/// A flag of `rlm run`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct SettingRow {
    key: String,
    value: Option<String>,
    from: SaidBy,
}

/// A model under a name of the user's own.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct ModelRow {
    name: String,
    is: String,
    at: Option<String>,
    from: SaidBy,
}

/// A variable that says where a server is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct ServerRow {
    name: &'static str,
    /// None where it is no URL: a wrong one may hold a key.
    url: Option<String>,
    from: SaidBy,
}

/// A variable that holds a key.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
struct KeyRow {
    name: String,
    set: bool,
    from: Option<SaidBy>,
}

/// Who says something.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
enum SaidBy {
    Default,
    Variable { name: String, file: Option<String> },
    File { path: String, line: Option<usize> },
}

impl SaidBy {
    fn origin(origin: Origin) -> Self {
        match origin {
            Origin::Default => Self::Default,
            Origin::Variable { name, source } => Self::variable(name, source),
            Origin::File(place) => Self::place(&place),
        }
    }

    fn place(place: &Place) -> Self {
        Self::File {
            path: place.path.display().to_string(),
            line: place.line,
        }
    }

    fn variable(name: String, source: VariableSource) -> Self {
        let file = match source {
            VariableSource::Process => None,
            VariableSource::File(path) => Some(path.display().to_string()),
        };
        Self::Variable { name, file }
    }

    fn shown(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::Variable { name, file: None } => name.clone(),
            Self::Variable { name, file: Some(file) } => format!("{name} in {file}"),
            Self::File { path, line: None } => path.clone(),
            Self::File { path, line: Some(line) } => format!("{path}:{line}"),
        }
    }
}

impl Configuration {
    fn of(environment: &Environment) -> Result<Self, Failure> {
        let settings = configuration::settings(&command_line(), environment)?;
        let models = environment.placed_models()?;
        let keys = keys::variables(None, environment)?;
        Ok(Self {
            files: files(environment),
            settings: stated_first(settings).into_iter().map(setting).collect(),
            models: models
                .iter()
                .map(|(name, (entry, place))| model(name, entry, place))
                .collect(),
            servers: servers(environment),
            keys: keys.into_iter().map(|key| row_of_key(key.name, environment)).collect(),
        })
    }
}

fn show(arguments: &ConfigShowArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let configuration = Configuration::of(environment)?;
    if arguments.json {
        console.form(&configuration)?;
    } else {
        console.result(&shown(&configuration))?;
    }
    Ok(0)
}

fn files(environment: &Environment) -> Vec<FileRow> {
    let row = |what, path: &Path| FileRow {
        what,
        path: path.display().to_string(),
        is_there: path.exists(),
    };
    let mut rows: Vec<FileRow> = environment
        .file_paths()
        .iter()
        .map(|(scope, path)| row(scope.name(), path))
        .collect();
    rows.extend(environment.variables_file().map(|path| row("variables", path)));
    rows.extend(folders::data(environment).ok().map(|path| row("runs", &path)));
    rows
}

/// Puts what somebody says before what holds by itself.
fn stated_first(mut settings: Vec<Setting>) -> Vec<Setting> {
    settings.sort_by_key(|setting| setting.from == Origin::Default);
    settings
}

fn setting(setting: Setting) -> SettingRow {
    SettingRow {
        key: setting.key,
        value: setting.value,
        from: SaidBy::origin(setting.from),
    }
}

fn model(name: &str, entry: &ModelEntry, place: &Place) -> ModelRow {
    ModelRow {
        name: name.to_owned(),
        is: format!("{}:{}", entry.adapter.prefix(), entry.model),
        at: entry.base_url.as_deref().and_then(url),
        from: SaidBy::place(place),
    }
}

fn servers(environment: &Environment) -> Vec<ServerRow> {
    let names = base_url_variables().into_iter();
    let rows = names.filter_map(|name| {
        let value = environment.get(name).filter(|value| !value.trim().is_empty())?;
        Some(ServerRow {
            name,
            url: url(&value),
            from: SaidBy::variable(name.to_owned(), environment.source_of(name)?),
        })
    });
    rows.collect()
}

/// Shows a URL that can be read as one, and so holds no key.
fn url(text: &str) -> Option<String> {
    text.trim().parse::<BaseUrl>().ok().map(|url| url.to_string())
}

fn row_of_key(name: String, environment: &Environment) -> KeyRow {
    let is_set = environment.get(&name).is_some_and(|value| !value.trim().is_empty());
    let source = environment.source_of(&name).filter(|_| is_set);
    KeyRow {
        set: is_set,
        from: source.map(|source| SaidBy::variable(name.clone(), source)),
        name,
    }
}

fn shown(configuration: &Configuration) -> String {
    let rows = configuration.files.iter().map(|file| {
        let state = if file.is_there { "" } else { "not there" };
        [file.what.to_owned(), file.path.clone(), state.to_owned()]
    });
    let mut parts = vec![part(["FILE", "PATH", ""], rows.collect())];
    let settings = configuration.settings.iter().filter_map(|setting| {
        let value = setting.value.as_ref()?;
        Some([setting.key.clone(), value.clone(), setting.from.shown()])
    });
    parts.push(part(["SETTING", "VALUE", "FROM"], settings.collect()));
    let unset = configuration.settings.iter().filter(|setting| setting.value.is_none());
    let unset: Vec<&str> = unset.map(|setting| setting.key.as_str()).collect();
    if !unset.is_empty() {
        parts.push(format!("Nothing is said of {}.\n", unset.join(", ")));
    }
    let models = configuration.models.iter().map(|model| {
        let at = model.at.as_ref().map(|at| format!(" at {at}")).unwrap_or_default();
        [model.name.clone(), format!("{}{at}", model.is), model.from.shown()]
    });
    parts.push(part(["MODEL", "IS", "FROM"], models.collect()));
    let servers = configuration.servers.iter().map(|server| {
        let url = server.url.clone().unwrap_or_else(|| "no URL".to_owned());
        [server.name.to_owned(), url, server.from.shown()]
    });
    parts.push(part(["SERVER", "URL", "FROM"], servers.collect()));
    let keys = configuration.keys.iter().map(|key| {
        let state = if key.set { "set" } else { "not set" };
        let from = key.from.as_ref().map(SaidBy::shown).unwrap_or_default();
        [key.name.clone(), state.to_owned(), from]
    });
    parts.push(part(["KEY", "STATE", "FROM"], keys.collect()));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Writes a table under its head; nothing where it would have no rows.
fn part(head: [&str; 3], rows: Vec<[String; 3]>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows = rows.into_iter().map(|row| row.map(|cell| one_line(&cell)));
    let rows: Vec<[String; 3]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    table(&rows, [Align::Left; 3])
}

fn path(arguments: &ConfigPathArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    if arguments.user {
        let path = folders::user_file(environment).ok_or(Failure::NoHome)?;
        console.result_line(&path.display().to_string())?;
        return Ok(0);
    }
    let rows = environment.file_paths().into_iter().map(|(scope, path)| {
        let state = if path.exists() { "" } else { "not there" };
        let path = std::path::absolute(&path).unwrap_or(path);
        [
            scope.name().to_owned(),
            one_line(&path.display().to_string()),
            state.to_owned(),
        ]
    });
    console.result(&table(&rows.collect::<Vec<_>>(), [Align::Left; 3]))?;
    Ok(0)
}
