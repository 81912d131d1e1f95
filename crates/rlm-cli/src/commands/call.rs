//! `rlm call`: a call of a recorded run, asked again beside the reply that it had.

use std::sync::Arc;
use std::time::Instant;

use rlm_model::{Call, CallId, Message, Model, ModelIdentity, RequestId};
use rlm_policy::cost_of;
use rlm_store::RunStore;
use rlm_trace::{CallClass, CallIssued, Millis, Prompts, RecordedRun, Tree};

use super::trace::{CallRow, ContextText, Place, ruled};
use crate::arguments::CallAgainArguments;
use crate::console::{Console, grouped};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::forms::{self, value};
use crate::means::Means;
use crate::report::dollars;
use crate::{execution, figures, folders, models, recorded};

/// Asks a call again. Nothing is written to the journal, and no cache is asked.
pub(crate) fn run(arguments: &CallAgainArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = RunStore::open(folders::data(environment)?)?.find(&arguments.run)?;
    let recorded = RecordedRun::read(&found.journal)?;
    let place = Place {
        recorded: &recorded,
        journal: &found.journal,
        context: &arguments.context,
        environment,
    };
    let tree = Tree::of(&recorded.records);
    let started = recorded::started_of(&recorded)?;
    let no_call = || Failure::NoCall {
        call: arguments.call.to_string(),
        run: started.run.to_string(),
    };
    let old = CallRow::all(&tree)
        .find(|row| row.id == arguments.call)
        .ok_or_else(no_call)?;
    let issued = issued(&tree, &arguments.call).ok_or_else(no_call)?;
    let context = ContextText::of(&place);
    let request = Prompts::of(&recorded.records).request(&arguments.call, &|range| context.text(range));
    let mut request = request.map_err(|error| match context.failure() {
        Some(failure) => failure,
        None => Failure::Request(error),
    })?;
    if let Some(path) = &arguments.prompt {
        let prompt = std::fs::read_to_string(path).map_err(|cause| Failure::ReadQuestion {
            path: path.clone(),
            cause,
        })?;
        request.messages.pop();
        request.messages.push(Message::user(prompt));
    }
    let means = Means::of_recorded(started);
    let model = model(arguments, &means, issued, environment)?;
    let call = Call {
        id: arguments.call.clone(),
        request_id: RequestId {
            digest: request.digest(model.identity()),
            occurrence: 0,
        },
        request,
    };
    let new = ask(&model, &call)?;
    if arguments.json {
        console.form(&form(&old, new, &started.run.to_string()))?;
    } else {
        console.result(&text(&old, &new))?;
    }
    Ok(0)
}

/// What a model said now.
struct New {
    model: ModelIdentity,
    reply: String,
    input: u64,
    output: u64,
    cost: rlm_model::Cost,
    elapsed: Millis,
}

fn issued<'a>(tree: &Tree<'a>, id: &CallId) -> Option<&'a CallIssued> {
    let turn = tree.runs.get(&id.run)?.turns.get(&id.position.turn)?;
    turn.calls.get(&id.position)?.issued
}

/// Returns the model that is named, else the one that was asked then.
fn model(
    arguments: &CallAgainArguments,
    means: &Means,
    issued: &CallIssued,
    environment: &Environment,
) -> Result<Arc<dyn Model>, Failure> {
    let key = arguments.api_key_env.as_deref().or(means.api_key_env());
    let make = |text: &str| models::make(&models::spec(text, environment)?, key, environment);
    if let Some(text) = &arguments.model {
        return make(text);
    }
    let of_depth = means.depth_model.iter().map(|(_, text)| text);
    let all = [&means.sub_model, &means.recursive_model].into_iter().flatten();
    let mut all = all.chain(&means.fallback_model).chain(of_depth).chain([&means.model]);
    let same = all.find_map(|text| make(text).ok().filter(|model| *model.identity() == issued.model));
    match (same, issued.class, &means.sub_model) {
        (Some(model), _, _) => Ok(model),
        (None, CallClass::Sub, Some(text)) => make(text),
        (None, _, _) => make(&means.model),
    }
}

fn ask(model: &Arc<dyn Model>, call: &Call) -> Result<New, Failure> {
    let begun = Instant::now();
    let reply = execution::runtime()?.block_on(model.complete(call));
    let reply = reply.map_err(Failure::CallFailed)?;
    let price = models::prices(&[])?.price_of(&**model);
    Ok(New {
        model: model.identity().clone(),
        input: reply.usage.input.0,
        output: reply.usage.output.0,
        cost: cost_of(&reply.usage, price),
        elapsed: Millis(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)),
        reply: reply.text.to_string(),
    })
}

fn text(old: &CallRow<'_>, new: &New) -> String {
    let facts = |model: String, tokens: Option<(u64, u64)>, cost, elapsed: Option<Millis>| {
        let tokens = tokens.map(|(input, output)| format!("{} → {} tokens", grouped(input), grouped(output)));
        let facts = [Some(model), tokens, cost, elapsed.map(figures::duration)];
        facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let then = facts(
        old.model.map(ToString::to_string).unwrap_or_default(),
        old.tokens.map(|(input, output)| (input.0, output.0)),
        old.cost.map(figures::cost),
        old.elapsed,
    );
    let now = facts(
        new.model.to_string(),
        Some((new.input, new.output)),
        Some(figures::cost(new.cost)),
        Some(new.elapsed),
    );
    let said = old.reply.or(old.error).unwrap_or("no reply");
    let compared = match old.reply {
        Some(reply) if reply.trim() == new.reply.trim() => "the reply is the same\n",
        Some(_) => "the replies differ\n",
        None => "there was no reply then\n",
    };
    format!(
        "{}{}\n{compared}",
        ruled(&format!("then: {then}"), said).trim_start(),
        ruled(&format!("now: {now}"), &new.reply)
    )
}

fn form(old: &CallRow<'_>, new: New, run: &str) -> forms::CallAgain {
    forms::CallAgain {
        run: run.to_owned(),
        call: old.id.to_string(),
        same: old.reply.map(str::trim) == Some(new.reply.trim()),
        old: forms::Asked {
            model: old.model.map(value),
            reply: old.reply.map(str::to_owned),
            error: old.error.map(str::to_owned),
            input: old.tokens.map(|(input, _)| input.0),
            output: old.tokens.map(|(_, output)| output.0),
            cost: old.cost.and_then(dollars),
            elapsed_ms: old.elapsed.map(|elapsed| elapsed.0),
        },
        new: forms::Asked {
            model: Some(value(&new.model)),
            reply: Some(new.reply),
            error: None,
            input: Some(new.input),
            output: Some(new.output),
            cost: dollars(new.cost),
            elapsed_ms: Some(new.elapsed.0),
        },
    }
}
