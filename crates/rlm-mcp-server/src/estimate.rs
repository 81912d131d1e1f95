//! The tool `estimate`: estimates the cost of a question.

use std::fmt::Write as _;

use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_model::Cost;
use rlm_runs::{Feasibility, StrategyEstimate};
use rmcp::model::JsonObject;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::parse;
use crate::ask::{check, known_dollars};
use crate::documents::Documents;
use crate::error::ToolError;
use crate::output::Output;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    question: String,
    #[serde(default)]
    text: Option<String>,
}

/// Estimates a question, without calling a model. Blocks.
pub(crate) fn estimate(
    arguments: Option<JsonObject>,
    runner: &Runner,
    documents: &Documents,
) -> Result<Output, ToolError> {
    let Arguments { question, text } = parse("estimate", arguments)?;
    check(&question)?;
    let (context, retriever) = match text {
        Some(text) => (Context::from_text(text), None),
        None => (documents.context().clone(), documents.retriever()),
    };
    let options = RunOptions {
        retriever,
        ..RunOptions::default()
    };
    let estimate =
        rlm_runs::estimate(runner, &question, &context, &options).map_err(|error| ToolError::from(&error))?;
    let strategies: Vec<Value> = estimate.strategies.iter().map(strategy).collect();
    let mut shown = format!(
        "about {} tokens of context; recommended: {} ({})\n",
        estimate.context_tokens.0, estimate.recommended, estimate.reason
    );
    for one in &estimate.strategies {
        let cost = match cost(one) {
            Some(dollars) => format!("about ${dollars:.6}"),
            None => "cost unknown".to_owned(),
        };
        let fits = if one.fit == Feasibility::Fits {
            ""
        } else {
            ", does not fit"
        };
        let _ = writeln!(shown, "- {}: {cost}{fits}", one.strategy.description());
    }
    Ok(Output {
        text: shown,
        data: json!({
            "context_tokens": estimate.context_tokens.0,
            "recommended": estimate.recommended.to_string(),
            "reason": estimate.reason,
            "strategies": strategies,
        }),
    })
}

fn strategy(estimate: &StrategyEstimate) -> Value {
    json!({
        "strategy": estimate.strategy.to_string(),
        "description": estimate.strategy.description(),
        "calls": u64::from(estimate.turns).saturating_add(estimate.subcalls),
        "input_tokens": estimate.usage.input.0,
        "output_tokens": estimate.usage.output.0,
        "fits": estimate.fit == Feasibility::Fits,
        "cost_usd": cost(estimate),
    })
}

fn cost(estimate: &StrategyEstimate) -> Option<f64> {
    let cost = if estimate.fit == Feasibility::Fits {
        estimate.cost
    } else {
        Cost::Unknown
    };
    known_dollars(cost)
}
