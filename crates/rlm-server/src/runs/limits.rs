//! Limits of runs that clients set: never higher than the server's.

use axum::http::StatusCode;
use rlm_core::TaskBudget;
use rlm_model::{Money, Tokens};
use rlm_policy::Limits;
use rlm_runs::RaisedLimits;
use rlm_trace::RunStarted;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::runs::money;

/// The budget of a run. Limits that are not set are the server's, which are also the maximum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RunBudget {
    /// The maximum number of turns of the root model.
    #[schema(minimum = 1)]
    pub(crate) max_steps: Option<u32>,
    /// The maximum number of sub-calls.
    pub(crate) max_subcalls: Option<u32>,
    /// The maximum number of tokens, input and output together.
    pub(crate) max_tokens: Option<u64>,
    /// The maximum number of output tokens.
    pub(crate) max_output_tokens: Option<u64>,
    /// The maximum cost in dollars.
    #[serde(deserialize_with = "money::read", serialize_with = "money::write")]
    #[schema(value_type = Option<f64>, minimum = 0)]
    pub(crate) max_cost: Option<Money>,
    /// The maximum number of seconds.
    pub(crate) max_seconds: Option<u64>,
}

impl RunBudget {
    /// Returns the budget of a task.
    pub(crate) fn of_task(&self) -> TaskBudget {
        TaskBudget {
            max_steps: self.max_steps,
            max_subcalls: self.max_subcalls,
            max_tokens: self.max_tokens,
            max_output_tokens: self.max_output_tokens,
            max_cost: self.max_cost,
            max_seconds: self.max_seconds,
            ..TaskBudget::default()
        }
    }

    /// Returns the limits that replace those of a recorded run.
    pub(crate) fn raised(&self) -> RaisedLimits {
        RaisedLimits {
            steps: self.max_steps,
            subcalls: self.max_subcalls,
            tokens: self.max_tokens.map(Tokens),
            output_tokens: self.max_output_tokens.map(Tokens),
            cost: self.max_cost,
            seconds: self.max_seconds.map(Some),
            ..RaisedLimits::default()
        }
    }

    /// Checks the limits for a run that continues.
    ///
    /// # Errors
    /// A [`Problem`] if a limit is higher than the server's, or the run belongs to a session, whose
    /// budget the run's limits are a part of.
    pub(crate) fn check_raised(&self, started: &RunStarted, server: &Limits) -> Result<(), Problem> {
        let is_of_session = started
            .settings
            .get("session")
            .is_some_and(|session| !session.is_null());
        if is_of_session && (self.max_cost.is_some() || self.max_tokens.is_some() || self.max_output_tokens.is_some()) {
            let detail = "the run belongs to a session, whose budget can't be raised for one run";
            return Err(Problem::new(StatusCode::CONFLICT, "session_budget", detail));
        }
        check(&self.raised().over(&recorded(started)), server)
    }
}

/// Checks that no limit is higher than the server's.
///
/// # Errors
/// A [`Problem`] that names the first one that is.
pub(crate) fn check(limits: &Limits, server: &Limits) -> Result<(), Problem> {
    let tokens = |tokens: Option<Tokens>| tokens.map(|tokens| tokens.0);
    let numbers = [
        (
            "max_steps",
            Some(u64::from(limits.steps)),
            Some(u64::from(server.steps)),
        ),
        (
            "max_subcalls",
            Some(u64::from(limits.subcalls)),
            Some(u64::from(server.subcalls)),
        ),
        (
            "max_depth",
            Some(u64::from(limits.depth)),
            Some(u64::from(server.depth)),
        ),
        ("max_tokens", tokens(limits.tokens), tokens(server.tokens)),
        (
            "max_output_tokens",
            tokens(limits.output_tokens),
            tokens(server.output_tokens),
        ),
        (
            "max_output",
            Some(limits.root_max_output.0),
            Some(server.root_max_output.0),
        ),
        ("max_seconds", limits.seconds, server.seconds),
    ];
    let too_high = numbers.into_iter().find_map(|(name, asked, most)| {
        most.filter(|most| asked.is_none_or(|asked| asked > *most))
            .map(|most| (name, most.to_string()))
    });
    let cost = server.cost.filter(|most| limits.cost.is_none_or(|asked| asked > *most));
    match too_high.or(cost.map(|most| ("max_cost", most.to_string()))) {
        None => Ok(()),
        Some((name, most)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "limit_too_high",
            format!("`{name}` is at most {most} on this server"),
        )),
    }
}

/// Returns the limits of a recorded run; the default ones if the journal has none.
pub(crate) fn recorded(started: &RunStarted) -> Limits {
    let limits = started.settings.get("limits").cloned().unwrap_or_default();
    serde_json::from_value(limits).unwrap_or_default()
}
