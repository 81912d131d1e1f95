//! `rlm config`: shows the configuration of runs in this folder, and the origin of each value.

use std::path::Path;

use rlm_adapters::{BaseUrl, ModelSpec, base_url_variables};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::config::{Configuration, FileRow, KeyRow, ModelRow, ServerRow, SettingRow, ValueOrigin};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::one_line;
use rlm_cli_settings::args::{ConfigCommand, ConfigPathArguments, ConfigShowArguments, command_line};
use rlm_cli_settings::configuration_file::{self, Place};
use rlm_cli_settings::environment::{Environment, VariableSource};
use rlm_cli_settings::models::COMMAND_PREFIX;
use rlm_cli_settings::origins::{self, Origin, Setting};
use rlm_cli_settings::{folders, keys};

/// Runs `rlm config`: shows the configuration, or the paths of its files. Returns the exit code.
pub(crate) fn run(command: &ConfigCommand, environment: &Environment, console: Console) -> Result<u8, Failure> {
    match command {
        ConfigCommand::Show(arguments) => show(arguments, environment, console),
        ConfigCommand::Path(arguments) => path(arguments, environment, console),
    }
}

fn said_by(origin: Origin) -> ValueOrigin {
    match origin {
        Origin::Default => ValueOrigin::Default,
        Origin::Variable { name, source } => variable(name, source),
        Origin::File(place) => file(&place),
    }
}

fn file(place: &Place) -> ValueOrigin {
    ValueOrigin::File {
        path: place.path.display().to_string(),
        line: place.line,
    }
}

fn variable(name: String, source: VariableSource) -> ValueOrigin {
    let file = match source {
        VariableSource::Process => None,
        VariableSource::File(path) => Some(path.display().to_string()),
    };
    ValueOrigin::Variable { name, file }
}

fn configuration(environment: &Environment) -> Result<Configuration, Failure> {
    let settings = origins::settings(&command_line(), environment)?;
    let models = configuration_file::placed_models(environment)?;
    let keys = keys::variables(None, environment)?;
    Ok(Configuration {
        files: files(environment),
        settings: stated_first(settings).into_iter().map(setting).collect(),
        models: models
            .iter()
            .map(|(name, (spec, place))| model(name, spec, place))
            .collect(),
        servers: servers(environment),
        keys: keys.into_iter().map(|key| row_of_key(key.name, environment)).collect(),
    })
}

fn show(arguments: &ConfigShowArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let configuration = configuration(environment)?;
    if arguments.json {
        console.json(&configuration)?;
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
    let mut rows: Vec<FileRow> = configuration_file::paths(environment)
        .iter()
        .map(|(scope, path)| row(scope.name(), path))
        .collect();
    rows.extend(environment.variables_file().map(|path| row("variables", path)));
    rows.extend(folders::data(environment).ok().map(|path| row("runs", &path)));
    rows
}

/// Sorts settings so that the values that the user has stated come first, before the defaults.
fn stated_first(mut settings: Vec<Setting>) -> Vec<Setting> {
    settings.sort_by_key(|setting| setting.from == Origin::Default);
    settings
}

fn setting(setting: Setting) -> SettingRow {
    SettingRow {
        key: setting.key,
        value: setting.value,
        from: said_by(setting.from),
    }
}

fn model(name: &str, spec: &ModelSpec, place: &Place) -> ModelRow {
    let (is, at) = match spec {
        ModelSpec::Configured { entry, .. } => (
            format!("{}:{}", entry.adapter.prefix(), entry.model),
            entry.base_url.as_deref().and_then(url),
        ),
        // The command is not shown, because its arguments may be secret.
        spec => (format!("{COMMAND_PREFIX}{spec}"), None),
    };
    ModelRow {
        name: name.to_owned(),
        is,
        at,
        from: file(place),
    }
}

fn servers(environment: &Environment) -> Vec<ServerRow> {
    let names = base_url_variables().into_iter();
    let rows = names.filter_map(|name| {
        let value = environment.stated(name)?;
        Some(ServerRow {
            name,
            url: url(&value),
            from: variable(name.to_owned(), environment.source_of(name)?),
        })
    });
    rows.collect()
}

/// Returns a text as a URL if it parses as a base URL. Such a URL contains no key and can be shown.
fn url(text: &str) -> Option<String> {
    text.trim().parse::<BaseUrl>().ok().map(|url| url.to_string())
}

fn row_of_key(name: String, environment: &Environment) -> KeyRow {
    let is_set = environment.stated(&name).is_some();
    let source = environment.source_of(&name).filter(|_| is_set);
    KeyRow {
        set: is_set,
        from: source.map(|source| variable(name.clone(), source)),
        name,
    }
}

fn shown(configuration: &Configuration) -> String {
    let rows = configuration.files.iter().map(|file| {
        let state = if file.is_there { "" } else { "not found" };
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
        parts.push(format!("Not set: {}.\n", unset.join(", ")));
    }
    let models = configuration.models.iter().map(|model| {
        let at = model.at.as_ref().map(|at| format!(" at {at}")).unwrap_or_default();
        [model.name.clone(), format!("{}{at}", model.is), model.from.shown()]
    });
    parts.push(part(["MODEL", "IS", "FROM"], models.collect()));
    let servers = configuration.servers.iter().map(|server| {
        let url = server.url.clone().unwrap_or_else(|| "invalid URL".to_owned());
        [server.name.to_owned(), url, server.from.shown()]
    });
    parts.push(part(["SERVER", "URL", "FROM"], servers.collect()));
    let keys = configuration.keys.iter().map(|key| {
        let state = if key.set { "set" } else { "not set" };
        let from = key.from.as_ref().map(ValueOrigin::shown).unwrap_or_default();
        [key.name.clone(), state.to_owned(), from]
    });
    parts.push(part(["KEY", "STATE", "FROM"], keys.collect()));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Formats a part of the output: a table with its header. Returns an empty text if there are no
/// rows.
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
    let rows = configuration_file::paths(environment).into_iter().map(|(scope, path)| {
        let state = if path.exists() { "" } else { "not found" };
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
