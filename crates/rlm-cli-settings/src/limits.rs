//! Determines the limits of a run. A flag takes precedence over an environment variable, a variable
//! over a preset, and a preset over the defaults.

use rlm_adapters::ModelSpec;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::text::one_line;
use rlm_model::Tokens;
use rlm_policy::{Limits, Preset};

use crate::args::{PresetName, RunnerArguments, Seconds, SizeArguments, depth, seconds};
use crate::environment::{
    CHUNK_CHARS_VARIABLE, CONTEXT_CHARS_VARIABLE, Environment, MAX_DEPTH_VARIABLE, MAX_SECONDS_VARIABLE,
};

/// Returns the limits of a run, given its root model `root`. A mailbox model has no default time
/// limit.
///
/// # Errors
/// [`Failure::Variable`].
pub fn for_run(arguments: &RunnerArguments, root: &ModelSpec, environment: &Environment) -> Result<Limits, Failure> {
    let all = for_programs(arguments, environment)?;
    let usual = for_sizes(&arguments.sizes, environment)?.seconds;
    let stated = stated(arguments.max_seconds, environment, MAX_SECONDS_VARIABLE, seconds)?;
    Ok(Limits {
        seconds: match (stated, root) {
            (Some(Seconds(seconds)), _) => seconds,
            (None, ModelSpec::Mailbox { .. }) => None,
            (None, _) => usual,
        },
        ..all
    })
}

/// Returns the limits for programs that a user types, as in `rlm repl`. There is no time limit.
///
/// # Errors
/// [`Failure::Variable`].
pub fn for_programs(arguments: &RunnerArguments, environment: &Environment) -> Result<Limits, Failure> {
    Ok(Limits {
        cost: arguments.budget.max_cost,
        tokens: arguments.budget.max_tokens.map(Tokens),
        subcall_tokens: arguments.budget.max_subcall_tokens.map(Tokens),
        input_tokens: arguments.budget.max_input_tokens.map(Tokens),
        output_tokens: arguments.budget.max_output_tokens.map(Tokens),
        min_output: arguments.budget.min_output(),
        seconds: None,
        concurrency: arguments.calls.concurrency,
        retries: arguments.max_retries,
        ..for_sizes(&arguments.sizes, environment)?
    })
}

/// Returns the limits of the preset, or else the defaults, overridden by flags and environment
/// variables.
///
/// # Errors
/// [`Failure::Variable`].
pub fn for_sizes(sizes: &SizeArguments, environment: &Environment) -> Result<Limits, Failure> {
    let base = sizes.preset.map_or_else(Limits::default, of_preset);
    let depth = stated(sizes.max_depth, environment, MAX_DEPTH_VARIABLE, depth)?;
    let base = of_texts(base, environment)?;
    Ok(Limits {
        steps: sizes.max_steps.unwrap_or(base.steps),
        child_steps: sizes.max_child_steps.unwrap_or(base.child_steps),
        subcalls: sizes.max_subcalls.unwrap_or(base.subcalls),
        depth: depth.unwrap_or(base.depth),
        root_max_output: sizes.max_output.map_or(base.root_max_output, Tokens),
        sub_max_output: sizes.sub_max_output.map_or(base.sub_max_output, Tokens),
        ..base
    })
}

/// Overrides the limits on the length of texts by environment variables.
///
/// # Errors
/// [`Failure::Variable`].
pub fn of_texts(base: Limits, environment: &Environment) -> Result<Limits, Failure> {
    let chunk = stated(None, environment, CHUNK_CHARS_VARIABLE, characters)?;
    let context = stated(None, environment, CONTEXT_CHARS_VARIABLE, characters)?;
    Ok(Limits {
        context_chars: context.map(u64::from).or(base.context_chars),
        chunk_chars: chunk.unwrap_or(base.chunk_chars),
        ..base
    })
}

fn of_preset(preset: PresetName) -> Limits {
    match preset {
        PresetName::Engine => Preset::Engine.limits(),
        PresetName::Enzu => Preset::Enzu.limits(),
        PresetName::RlmRepl => Preset::RlmRepl.limits(),
    }
}

/// Returns the value that a preset sets for a flag, if it differs from the flag's default.
pub fn by_preset(preset: PresetName, flag: &str) -> Option<String> {
    let value = |limits: &Limits| match flag {
        "max-steps" => Some(limits.steps.to_string()),
        "max-child-steps" => Some(limits.child_steps.to_string()),
        "max-subcalls" => Some(limits.subcalls.to_string()),
        "max-depth" => Some(limits.depth.to_string()),
        "max-output" => Some(limits.root_max_output.0.to_string()),
        "sub-max-output" => Some(limits.sub_max_output.0.to_string()),
        "max-seconds" => Some(limits.seconds.map_or("none".to_owned(), |seconds| seconds.to_string())),
        _ => None,
    };
    let by_preset = value(&of_preset(preset));
    by_preset.filter(|by_preset| Some(by_preset) != value(&Limits::default()).as_ref())
}

/// Parses a positive number of characters.
fn characters(text: &str) -> Result<u32, &'static str> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or("expected a number of characters, such as 50000")
}

/// Returns the value of a flag, or else of its environment variable. A blank variable is ignored.
fn stated<T>(
    flag: Option<T>,
    environment: &Environment,
    variable: &'static str,
    read: fn(&str) -> Result<T, &'static str>,
) -> Result<Option<T>, Failure> {
    if flag.is_some() {
        return Ok(flag);
    }
    let Some(value) = environment.stated(variable) else {
        return Ok(None);
    };
    read(value.trim()).map(Some).map_err(|advice| Failure::Variable {
        variable,
        value: one_line(&value),
        advice,
    })
}
