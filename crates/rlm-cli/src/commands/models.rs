//! `rlm models`: lists the models that can be used here, with their prices and whether they
//! respond.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_adapters::{KeyRequirement, ModelSpec, ResolveOptions, Timeouts, models_with_keys, resolve};
use rlm_cli_execution::{local_models, runtime};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas;
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{grouped, one_line};
use rlm_cli_settings::args::ModelsArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::{configuration_file, flags, models};
use rlm_model::{
    Call, CallId, Message, Model, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, Price, Request,
    RequestId, Tokens,
};

/// The time limit for a model's answer to a ping.
const PATIENCE: Duration = Duration::from_secs(60);
/// The maximum number of output tokens of a ping. Reasoning models use some before they write.
const ROOM: Tokens = Tokens(64);

/// A row of the table of models.
struct Row {
    name: String,
    is_default: bool,
    identity: ModelIdentity,
    price: Option<Price>,
    window: Option<Tokens>,
    state: State,
}

/// The state of a model in the list: whether it can be used.
enum State {
    /// The model meets all requirements for its use.
    Ready,
    /// The model can't be used, since this requirement is missing.
    Missing(String),
    /// The model answered the ping within this time.
    Answered(Duration),
    /// The ping of the model failed. Holds the error.
    Failed(String),
}

/// Runs `rlm models`: lists the models. Returns the exit code: 1 if a pinged model did not answer.
pub(crate) fn run(arguments: &ModelsArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let mut rows = Vec::new();
    for (spec, is_default) in specs(environment)? {
        rows.push(row(&spec, is_default, arguments, environment)?);
    }
    if arguments.json {
        let models = rows.iter().map(json).collect();
        console.json(&schemas::Models { models })?;
    } else if rows.is_empty() {
        console.say(
            "no model found: none in rlm.toml, no API key is set, and no server runs on this machine; use --model, such as \
             openai:gpt-5.1 with OPENAI_API_KEY, or ollama:qwen3:8b",
        );
    } else {
        console.result(&shown(&rows))?;
    }
    let failed = rows.iter().any(|row| matches!(row.state, State::Failed(_)));
    Ok(u8::from(failed))
}

/// Returns the models that can be used here, without duplicates: those of the configuration files,
/// those whose keys are set, those of servers on this machine, and the default model. The flag
/// marks the default.
///
/// # Errors
/// [`Failure::Model`], [`Failure::ConfigurationFile`].
pub(crate) fn specs(environment: &Environment) -> Result<Vec<(ModelSpec, bool)>, Failure> {
    let servers = local_models::find(environment);
    let default = models::default(environment, &|| servers.clone())?;
    let configured = configuration_file::models(environment)?.into_keys();
    let configured = configured.map(|name| models::spec(&name, environment));
    let mut specs = configured.collect::<Result<Vec<ModelSpec>, Failure>>()?;
    let sub_model = flags::stated_text("sub_model", environment)?;
    let sub_model = sub_model.map(|text| models::spec(&text, environment)).transpose()?;
    let others = default
        .iter()
        .cloned()
        .chain(sub_model)
        .chain(models_with_keys(&|name| environment.get(name)))
        .chain(servers.iter().flat_map(|server| server.models.iter().cloned()));
    for spec in others {
        if !specs.contains(&spec) {
            specs.push(spec);
        }
    }
    let marked = specs.into_iter().map(|spec| {
        let is_default = default.as_ref() == Some(&spec);
        (spec, is_default)
    });
    Ok(marked.collect())
}

fn row(
    spec: &ModelSpec,
    is_default: bool,
    arguments: &ModelsArguments,
    environment: &Environment,
) -> Result<Row, Failure> {
    let env = |name: &str| environment.get(name);
    let options = ResolveOptions {
        api_key_env: flags::stated_text("api_key_env", environment)?,
        timeouts: Timeouts {
            first_byte: PATIENCE,
            total: PATIENCE,
            ..Timeouts::default()
        },
        ..ResolveOptions::default()
    };
    let unasked = ResolveOptions {
        keys: KeyRequirement::Optional,
        ..options.clone()
    };
    let known = resolve(spec, &env, &unasked);
    let state = match resolve(spec, &env, &options) {
        Err(error) => State::Missing(error.to_string()),
        Ok(model) if arguments.ping => match ping(&model)? {
            Ok(time) => State::Answered(time),
            Err(error) => {
                let hint = error.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                State::Failed(one_line(&format!("{error}{hint}")))
            }
        },
        Ok(_) => State::Ready,
    };
    let known = known.ok();
    let prices = models::prices(&[])?;
    Ok(Row {
        name: spec.to_string(),
        is_default,
        identity: known
            .as_ref()
            .map_or_else(|| ModelIdentity::new("", "", ""), |model| model.identity().clone()),
        price: known.as_ref().and_then(|model| prices.price_of(&**model)),
        window: known.and_then(|model| model.limits().window),
        state,
    })
}

/// Pings a model: asks it for one word. Returns the response time or the model's error.
///
/// # Errors
/// [`Failure::Start`].
pub(super) fn ping(model: &Arc<dyn Model>) -> Result<Result<Duration, ModelError>, Failure> {
    let request = Request::new(
        vec![Message::user("Answer with the word: ready")],
        Parameters::with_max_output(ROOM),
    );
    let call = Call {
        id: CallId::root(1, 0, 0),
        request_id: RequestId {
            digest: request.digest(model.identity()),
            occurrence: 0,
        },
        request,
    };
    let started = Instant::now();
    let reply = runtime::runtime()?.block_on(model.complete(&call));
    Ok(match reply {
        // A model without a visible reply has used its tokens for reasoning: it responds.
        Err(error) if error.kind != ModelErrorKind::EmptyReply => Err(error),
        _ => Ok(started.elapsed()),
    })
}

fn shown(rows: &[Row]) -> String {
    let head = ["NAME", "MODEL", "AT", "$/M IN", "$/M OUT", "WINDOW", "STATE"];
    let mut cells = vec![head.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        let price = |part: fn(&Price) -> Money| {
            row.price
                .as_ref()
                .map_or_else(|| "unknown".to_owned(), |price| amount(part(price)))
        };
        [
            format!("{}{}", row.name, if row.is_default { " (default)" } else { "" }),
            row.identity.to_string(),
            row.identity.endpoint.to_string(),
            price(|price| price.input),
            price(|price| price.output),
            row.window.map_or_else(|| "-".to_owned(), |window| grouped(window.0)),
            state(&row.state),
        ]
    }));
    let (left, right) = (Align::Left, Align::Right);
    table(&cells, [left, left, left, right, right, right, left])
}

fn amount(money: Money) -> String {
    money.to_string().trim_start_matches('$').to_owned()
}

fn state(state: &State) -> String {
    match state {
        State::Ready => "ready".to_owned(),
        State::Answered(time) => format!(
            "answered in {} ms",
            grouped(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
        ),
        State::Missing(problem) | State::Failed(problem) => problem.clone(),
    }
}

fn json(row: &Row) -> schemas::ListedModel {
    let price = row.price.as_ref().map(|price| schemas::Price {
        input: amount(price.input),
        cached_input: amount(price.cached_input),
        output: amount(price.output),
    });
    let milliseconds = match &row.state {
        State::Answered(time) => Some(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
        _ => None,
    };
    let problem = match &row.state {
        State::Missing(problem) | State::Failed(problem) => Some(problem.clone()),
        _ => None,
    };
    schemas::ListedModel {
        name: row.name.clone(),
        default: row.is_default,
        model: row.identity.to_string(),
        endpoint: row.identity.endpoint.to_string(),
        price,
        window: row.window.map(|window| window.0),
        ready: problem.is_none(),
        problem,
        answered_in_ms: milliseconds,
    }
}
