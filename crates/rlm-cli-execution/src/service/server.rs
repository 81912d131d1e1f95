//! Listens for requests, and manages API keys.

use std::time::Duration;

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::progress::ProgressKind;
use rlm_cli_output::table::{Align, table};
use rlm_cli_settings::args::{KeysCommand, ServeArguments};
use rlm_cli_settings::environment::{DATABASE_VARIABLE, Environment};
use rlm_cli_settings::folders;
use rlm_server::{ApiKeys, ApiKeysError, Budget, Scope, Server, ServerError, ServerOptions, TenantLimits, TlsFiles};
use rlm_telemetry::{Telemetry, TelemetrySettings};
use tokio_util::sync::CancellationToken;

use super::documents;
use crate::{runner, runtime, tools};

/// Runs `rlm serve`: answers requests until Ctrl-C or SIGTERM. Returns the exit code.
///
/// # Errors
/// [`Failure`] if the settings are invalid, or the address can't be listened on.
pub fn run(arguments: &ServeArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    if environment.stated(DATABASE_VARIABLE).is_some() {
        return Err(Failure::Serve {
            detail: "the service keeps its runs in a folder, and can't use a database".to_owned(),
            hint: "omit --database-url, or unset RLM_DATABASE_URL",
        });
    }
    let settings = runner::settings(&arguments.runner, environment, console)?;
    let runtime = runtime::runtime()?;
    let key = settings.models.api_key_env();
    let offered = runtime.block_on(tools::start(&settings.tools.offered, key, environment, console))?;
    let runner = runner::build(&settings, environment, &offered)?;
    let mut options = ServerOptions::new(folders::data(environment)?);
    if let Some(chars) = runner.limits().context_chars {
        options.max_context_chars = usize::try_from(chars).unwrap_or(usize::MAX);
    }
    options.max_upload_bytes = u64::from(arguments.max_upload) << 20;
    options.max_runs = usize::from(arguments.max_runs);
    options.session_cost = arguments.session_cost;
    options.drain = Duration::from_secs(arguments.drain);
    options.listener.max_connections = usize::try_from(arguments.max_connections).unwrap_or(usize::MAX);
    options.listener.tls = tls(arguments);
    let scheme = options.listener.tls.as_ref().map_or("http", |_| "https");
    options.telemetry = telemetry(environment)?;
    options.documents = documents::load(&arguments.paths, &arguments.context, &settings, "serve", console)?;
    let size = options.documents.context().text_size();
    let first = runner::first_line(&settings, &runner, runner.limits(), size, ProgressKind::Plain, console);
    if environment.get("DATABASE_URL").is_some() {
        console.warn("DATABASE_URL is ignored: this release stores sessions and runs in files, below RLM_DATA_DIR");
    }
    let server = runtime
        .block_on(Server::bind(runner, options, arguments.listen))
        .map_err(|error| failed(&error))?;
    if let Some(line) = first {
        line.say();
    }
    console.result_line(&format!("{scheme}://{}", server.address()))?;
    if arguments.check {
        return Ok(0);
    }
    let stop = CancellationToken::new();
    runtime::carry_out_on(&runtime, stop.clone(), console, server.run(stop));
    runtime.shutdown_background();
    Ok(0)
}

/// Starts telemetry if the environment names a collector.
fn telemetry(environment: &Environment) -> Result<Option<Telemetry>, Failure> {
    let settings = TelemetrySettings::from_variables(|name| environment.get(name));
    let settings = settings.map_err(|error| Failure::Serve {
        detail: error.to_string(),
        hint: "set the variable to a supported value, or unset it: see docs/serving.md",
    })?;
    settings
        .map(Telemetry::start)
        .transpose()
        .map_err(|cause| Failure::Start { cause })
}

/// Returns the files of the certificate, if the service is to use TLS.
fn tls(arguments: &ServeArguments) -> Option<TlsFiles> {
    Some(TlsFiles {
        certificate: arguments.tls_cert.clone()?,
        key: arguments.tls_key.clone()?,
    })
}

/// Runs a command of `rlm keys`. Returns the exit code.
///
/// # Errors
/// [`Failure`] if there is no such key, or the file of keys can't be used.
pub fn keys(command: &KeysCommand, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let keys = ApiKeys::open(&folders::data(environment)?);
    match command {
        KeysCommand::Add(arguments) => {
            let scopes = arguments.scope.iter().map(|scope| scope.parse());
            let scopes = scopes.collect::<Result<Vec<Scope>, _>>();
            let scopes = scopes.map_err(|detail| Failure::Usage {
                detail,
                command: "keys add".to_owned(),
            })?;
            let budget = arguments.budget.as_deref().map(str::parse::<Budget>).transpose();
            let budget = budget.map_err(|error| Failure::Usage {
                detail: error.to_string(),
                command: "keys add".to_owned(),
            })?;
            if let Some(budget) = budget {
                keys.set_budget(&arguments.tenant, budget)
                    .map_err(|error| unusable(&error))?;
            }
            let limits = TenantLimits {
                runs: arguments.max_runs,
                requests: arguments.max_requests,
                storage: arguments.max_storage.map(|megabytes| u64::from(megabytes) << 20),
            };
            if limits != TenantLimits::default() {
                keys.set_limits(&arguments.tenant, limits)
                    .map_err(|error| unusable(&error))?;
            }
            let new = keys.add(&arguments.tenant, &scopes).map_err(|error| unusable(&error))?;
            console.result_line(&new.text)?;
            console.say("the key is not shown again; a running service accepts it at once");
        }
        KeysCommand::List(_) => {
            let mut rows = vec![["ID", "TENANT", "SCOPES", "BUDGET", "LIMITS"].map(str::to_owned)];
            for key in keys.list().map_err(|error| unusable(&error))? {
                let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
                let budget = keys.budget(&key.tenant).map_err(|error| unusable(&error))?;
                let budget = budget.map_or_else(|| "-".to_owned(), |budget| budget.to_string());
                let limits = keys.limits(&key.tenant).map_err(|error| unusable(&error))?;
                rows.push([key.id, key.tenant, scopes.join(","), budget, shown(limits)]);
            }
            match rows.len() {
                1 => console.say("no API keys: the service only listens on this machine"),
                _ => console.result(&table(&rows, [Align::Left; 5]))?,
            }
        }
        KeysCommand::Revoke(arguments) => {
            for id in &arguments.ids {
                keys.revoke(id).map_err(|error| unusable(&error))?;
            }
        }
    }
    Ok(0)
}

/// Returns the limits of a tenant in a few words.
fn shown(limits: TenantLimits) -> String {
    let parts = [
        limits.runs.map(|runs| format!("{runs} runs")),
        limits.requests.map(|requests| format!("{requests} requests/min")),
        limits.storage.map(|bytes| format!("{} MB", bytes >> 20)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return "-".to_owned();
    }
    parts.join(", ")
}

fn failed(error: &ServerError) -> Failure {
    Failure::Serve {
        detail: error.to_string(),
        hint: match error {
            ServerError::Listen { .. } => "choose another address with --listen",
            ServerError::Unprotected { .. } => {
                "create one with `rlm keys add`, or listen on this machine: --listen 127.0.0.1:8787"
            }
            ServerError::Keys(_) => "check the file, or set RLM_DATA_DIR to another folder",
            ServerError::Tls(_) => "pass a certificate and its key in PEM form, with --tls-cert and --tls-key",
        },
    }
}

fn unusable(error: &ApiKeysError) -> Failure {
    Failure::Serve {
        detail: error.to_string(),
        hint: match error {
            ApiKeysError::NoSuchKey { .. } => "`rlm keys list` lists the keys",
            ApiKeysError::TenantName => "choose another name with --tenant",
            _ => "check the file, or set RLM_DATA_DIR to another folder",
        },
    }
}
