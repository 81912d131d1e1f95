//! Checks API keys, and the servers of models.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use rlm_adapters::{
    ApiKey, ModelSpec, Reachability, ReachableModel, ResolveOptions, ServiceAccount, Timeouts, resolve_reachable,
};
use rlm_cli_execution::runtime;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::doctor::Check;
use rlm_cli_settings::args::DoctorArguments;
use rlm_cli_settings::environment::{Environment, VariableSource};
use rlm_cli_settings::flags;
use rlm_cli_settings::keys::{self, Holds, KeyVariable};
use rlm_model::Model;
use secrecy::{ExposeSecret, SecretString};

use crate::commands::models::{ping, specs};

/// The time limit for a server's response.
const PATIENCE: Duration = Duration::from_secs(10);

/// Checks the API keys that are set.
pub(super) fn keys(environment: &Environment) -> Vec<Check> {
    // Errors of configuration files are reported by their own check.
    let variables = keys::variables(None, environment).unwrap_or_default();
    let set = variables
        .iter()
        .filter_map(|variable| Some((variable, environment.secret(&variable.name)?)));
    let set = set.filter(|(_, value)| !value.expose_secret().trim().is_empty());
    let checks: Vec<Check> = set
        .map(|(variable, value)| key(variable, &value, environment))
        .collect();
    if checks.is_empty() {
        return vec![Check::warning(
            "keys",
            "none set",
            "set OPENAI_API_KEY or another provider's variable; local models and `search` need no key",
        )];
    }
    checks
}

fn key(variable: &KeyVariable, value: &SecretString, environment: &Environment) -> Check {
    let of = &variable.name;
    let found = match environment.source_of(of) {
        Some(VariableSource::File(path)) => format!("set in {}", path.display()),
        _ => "set".to_owned(),
    };
    let wrong = match variable.holds {
        Holds::Key => ApiKey::new(value).err().map(|error| error.to_string()),
        Holds::ServiceAccount => ServiceAccount::load(value.expose_secret().trim().as_ref())
            .err()
            .map(|error| error.to_string()),
    };
    match wrong {
        Some(wrong) => Check::failed(of, format!("{found}, but invalid: {wrong}"), "set it again"),
        None => Check::ok(of, found),
    }
}

/// Checks the models that can be used on this machine, and their servers.
///
/// # Errors
/// [`Failure::Start`].
pub(super) fn models(arguments: &DoctorArguments, environment: &Environment) -> Result<Vec<Check>, Failure> {
    let specs = match specs(environment) {
        Ok(specs) => specs,
        Err(failure) => return Ok(vec![Check::failure("models", &failure)]),
    };
    if specs.is_empty() {
        return Ok(vec![Check::warning(
            "models",
            "none in rlm.toml, no API key is set, and no server runs on this machine",
            "`rlm init` writes an initial rlm.toml",
        )]);
    }
    // Errors of configuration files are reported by their own check.
    let api_key_env = flags::stated_text("api_key_env", environment).unwrap_or_default();
    let looked = specs
        .iter()
        .map(|(spec, _)| look(spec, api_key_env.as_deref(), environment));
    let looked = runtime::runtime()?.block_on(join_all(looked));
    let each = specs.iter().zip(looked).map(|((spec, _), (check, model))| {
        let of = spec.to_string();
        match model.filter(|_| arguments.ping) {
            Some(model) => pinged(of, &model),
            None => Ok(check),
        }
    });
    each.collect()
}

/// Looks whether a model's server responds. Returns the check, and the model if it may be pinged.
async fn look(
    spec: &ModelSpec,
    api_key_env: Option<&str>,
    environment: &Environment,
) -> (Check, Option<Arc<dyn ReachableModel>>) {
    let options = ResolveOptions {
        api_key_env: api_key_env.map(str::to_owned),
        timeouts: Timeouts {
            connect: PATIENCE,
            first_byte: PATIENCE,
            idle: PATIENCE,
            total: PATIENCE.saturating_mul(2),
        },
        ..ResolveOptions::default()
    };
    let of = spec.to_string();
    let model = match resolve_reachable(spec, &|name| environment.get(name), &options) {
        Ok(model) => model,
        Err(error) => return (Check::failure(of, &Failure::Model(error)), None),
    };
    let place = model.identity().endpoint.to_string();
    let check = match model.reach().await {
        Ok(Reachability::Here) => Check::ok(of, "needs no server"),
        Ok(Reachability::Lists) => Check::ok(of, format!("{place} lists it")),
        Ok(Reachability::Answered) => Check::ok(of, format!("{place} responds")),
        Ok(Reachability::ListsOthers) => {
            let name = &model.identity().model;
            let advice = "check the model's name on the server";
            Check::warning(of, format!("{place} responds, but does not list `{name}`"), advice)
        }
        Err(error) => {
            let advice = error.hint.clone().unwrap_or_else(|| "look at the server".to_owned());
            return (Check::failed(of, error.to_string(), advice), None);
        }
    };
    (check, Some(model))
}

fn pinged(of: String, model: &Arc<dyn ReachableModel>) -> Result<Check, Failure> {
    let model: Arc<dyn Model> = Arc::clone(model) as Arc<dyn Model>;
    Ok(match ping(&model)? {
        Ok(time) => Check::ok(of, format!("answered in {} ms", time.as_millis())),
        Err(error) => {
            let advice = error.hint.clone().unwrap_or_else(|| "look at the server".to_owned());
            Check::failed(of, error.to_string(), advice)
        }
    })
}
