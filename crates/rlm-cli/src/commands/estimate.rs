//! `rlm estimate`: predicts the cost of a question for each strategy, without calling a model.

use std::sync::Arc;

use rlm_adapters::SearchModel;
use rlm_cli_execution::question::QuestionSource;
use rlm_cli_execution::{context, retrieval};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::grouped;
use rlm_cli_output::{metrics, run_result};
use rlm_cli_settings::args::EstimateArguments;
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::prompts::PromptSettings;
use rlm_cli_settings::{limits, models};
use rlm_core::{RunOptions, Runner};
use rlm_model::{Cost, Money};
use rlm_runs::{Estimate, Feasibility, Strategy, StrategyEstimate};

/// Runs `rlm estimate`: estimates the cost of a question. Returns the exit code.
pub(crate) fn run(arguments: &EstimateArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let asked = QuestionSource::new(&arguments.asked, None)?.or_piped(&arguments.asked, console)?;
    let root = models::unasked(arguments.models.model.as_deref(), environment)?;
    let sub = match &arguments.models.sub_model {
        Some(named) => models::unasked(Some(named), environment)?,
        None => root.clone(),
    };
    let is_priced = root.is_some();
    let root = root.unwrap_or_else(|| Arc::new(SearchModel::new()));
    let mut builder = Runner::builder(root)
        .limits(limits::for_sizes(&arguments.sizes, environment)?)
        .prices(models::prices(&arguments.models.prices.price)?);
    if let Some(sub) = sub {
        builder = builder.sub_model(sub);
    }
    let builder = PromptSettings::lower(&arguments.prompts)?.apply(builder);
    let (loaded, _) = asked.load(
        &arguments.asked.context,
        &CachePlace::new(None, environment),
        Loading::Shown,
    )?;
    context::warn(&loaded.warnings, console);
    let options = RunOptions {
        retriever: retrieval::retriever(!arguments.search.no_search, &loaded.context, None, |_| {}),
        ..RunOptions::default()
    };
    let mut estimate = rlm_runs::estimate(&builder.build()?, &asked.question, &loaded.context, &options)?;
    if !is_priced {
        console.warn("no model given, so costs are unknown; set --model, such as openai:gpt-5.1");
        for strategy in &mut estimate.strategies {
            strategy.cost = Cost::Unknown;
        }
    }
    if arguments.json {
        console.json(&json(&estimate))?;
    } else {
        console.result(&shown(&estimate))?;
    }
    Ok(0)
}

fn shown(estimate: &Estimate) -> String {
    let head = [
        "METHOD",
        "DESCRIPTION",
        "CALLS",
        "TOKENS IN",
        "OUT",
        "LARGEST PROMPT",
        "COST",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(estimate.strategies.iter().map(row));
    let (left, right) = (Align::Left, Align::Right);
    let table = table(&rows, [left, left, right, right, right, right, right]);
    format!(
        "The context has about {} tokens.\n\n{table}\nRecommended: {} ({}): {}.\n",
        grouped(estimate.context_tokens.0),
        estimate.recommended,
        command(estimate.recommended),
        estimate.reason
    )
}

/// Returns the command of this binary that uses a strategy.
const fn command(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Direct => "`rlm run --route direct`",
        Strategy::Inline | Strategy::Symbolic | Strategy::SymbolicReading => "the default of `rlm run`",
    }
}

fn row(estimate: &StrategyEstimate) -> [String; 7] {
    let calls = u64::from(estimate.turns).saturating_add(estimate.subcalls);
    [
        estimate.strategy.to_string(),
        estimate.strategy.description().to_owned(),
        grouped(calls),
        grouped(estimate.usage.input.0),
        grouped(estimate.usage.output.0),
        grouped(estimate.largest_prompt.0),
        match estimate.cost {
            _ if estimate.fit != Feasibility::Fits => does_not_fit(estimate),
            Cost::Known(money) => metrics::cost(Cost::Known(rounded(money))),
            Cost::Unknown => "unknown".to_owned(),
        },
    ]
}

/// Returns the text of the cost column for a strategy that is not feasible.
fn does_not_fit(estimate: &StrategyEstimate) -> String {
    match estimate.fit {
        Feasibility::Fits => String::new(),
        Feasibility::PromptTooLong { takes } => format!("does not fit ({})", grouped(takes.0)),
        Feasibility::TooManySubcalls { allowed } => format!(
            "needs {} sub-calls ({} allowed)",
            grouped(estimate.subcalls),
            grouped(allowed)
        ),
    }
}

/// Rounds an amount up to two significant digits, since an estimate is not more precise.
fn rounded(Money(micros): Money) -> Money {
    let unit = 10_u64.pow(micros.checked_ilog10().unwrap_or(0).saturating_sub(1));
    Money(micros.div_ceil(unit).saturating_mul(unit))
}

fn json(estimate: &Estimate) -> schemas::Estimate {
    let way = |estimate: &StrategyEstimate| schemas::EstimatedWay {
        way: value(&estimate.strategy),
        turns: u64::from(estimate.turns),
        subcalls: estimate.subcalls,
        input: estimate.usage.input.0,
        output: estimate.usage.output.0,
        largest_prompt: estimate.largest_prompt.0,
        fits: estimate.fit == Feasibility::Fits,
        unfit: Some(does_not_fit(estimate)).filter(|why| !why.is_empty()),
        cost: match estimate.fit {
            Feasibility::Fits => run_result::dollars(estimate.cost),
            Feasibility::PromptTooLong { .. } | Feasibility::TooManySubcalls { .. } => None,
        },
    };
    schemas::Estimate {
        context_tokens: estimate.context_tokens.0,
        ways: estimate.strategies.iter().map(way).collect(),
        recommended: value(&estimate.recommended),
        reason: estimate.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimated_costs_show_two_significant_digits() {
        let shown = [0, 7, 42, 1_234, 99_100, 12_345_678].map(|micros| rounded(Money(micros)).to_string());
        assert_eq!(shown, ["$0", "$0.000007", "$0.000042", "$0.0013", "$0.10", "$13.00"]);
    }
}
