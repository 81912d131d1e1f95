//! `rlm call`: repeats a call of a recorded run, and shows both replies.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rlm_cli_execution::stores;
use rlm_cli_execution::{recording, runtime};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::run_result::dollars;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::text::{counted, grouped};
use rlm_cli_output::{metrics, step_lines};
use rlm_cli_settings::args::CallAgainArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::model_bindings::ModelBindings;
use rlm_cli_settings::models;
use rlm_cli_settings::runner::scheduling;
use rlm_context::{Document, ImageFile};
use rlm_core::{RunSettings, Runner};
use rlm_model::{Call, Image, Message, Model, ModelIdentity, RecordedImage, ReplyForm, Request, Tokens};
use rlm_policy::{Limits, PriceStatement};
use rlm_prompt::PromptError;
use rlm_scheduler::{AttemptFailure, CallFailure, NextAttempt, NotRecorded, Observer, Settled, Source};
use rlm_trace::{CallClass, CallIssued, Millis, RecordedPrompts, RecordedRun, RunStarted, Tree};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::trace::{CallRow, ContextText, Place, ruled};

/// Runs `rlm call`: sends a recorded call to its provider again. Does not write to the journal, and
/// does not use the cache.
pub(crate) fn run(arguments: &CallAgainArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let recorded = RecordedRun::read(&found.journal)?;
    let place = Place {
        recorded: &recorded,
        journal: &found.journal,
        context: &arguments.context,
        environment,
    };
    let tree = Tree::of(&recorded.records);
    let started = recording::started_of(&recorded)?;
    let no_call = || Failure::NoCall {
        call: arguments.call.to_string(),
        run: started.run.to_string(),
    };
    let old = CallRow::all(&tree)
        .find(|row| row.id == arguments.call)
        .ok_or_else(no_call)?;
    let call = tree.call(&arguments.call);
    let issued = call.and_then(|call| call.issued).ok_or_else(no_call)?;
    let model = model(arguments, &ModelBindings::from_recording(started), issued, environment)?;
    let images = images(arguments, issued, started, &place)?;
    let request = request(arguments, &place)?.with_images(images, model.identity());
    let runner = runner(arguments, Arc::clone(&model), started)?;
    let cancel = CancellationToken::new();
    let asked = ask(&runner, issued, request, cancel.clone(), console);
    let settled = runtime::carry_out(runtime::runtime()?, cancel, console, asked);
    let new = New::of(&model, &settled.map_err(|failure| Failure::Call(failure.kind))?);
    if arguments.json {
        console.json(&json(&old, new, &started.run.to_string()))?;
    } else {
        console.result(&text(&old, &new))?;
    }
    Ok(0)
}

/// Returns the recorded request to repeat. If the arguments give a prompt, it replaces the last
/// message.
fn request(arguments: &CallAgainArguments, place: &Place<'_>) -> Result<Request, Failure> {
    let context = ContextText::of(place);
    let prompts = RecordedPrompts::of(&place.recorded.records);
    let request = prompts.request(&arguments.call, &|range| context.text(range));
    let mut request = request.map_err(|error| match context.failure() {
        Some(failure) => failure,
        None => Failure::Request(error),
    })?;
    if let Some(path) = &arguments.prompt {
        let prompt = std::fs::read_to_string(path).map_err(|cause| PromptError::Read {
            path: path.clone(),
            detail: cause.to_string(),
        })?;
        request.messages.pop();
        request.messages.push(Message::user(prompt));
    }
    Ok(request)
}

/// Reads the images of a recorded call again, which the context contains by their digests.
fn images(
    arguments: &CallAgainArguments,
    issued: &CallIssued,
    started: &RunStarted,
    place: &Place<'_>,
) -> Result<Vec<Image>, Failure> {
    if issued.images.is_empty() {
        return Ok(Vec::new());
    }
    let context = recording::load_context(started, place.journal, &arguments.context, place.environment)?;
    let files = context.documents().iter().filter_map(Document::image);
    let files: HashMap<String, &ImageFile> = files.map(|image| (image.digest().to_string(), image)).collect();
    let read = |recorded: &RecordedImage| {
        let Some(file) = files.get(&recorded.digest.to_string()) else {
            return Err(Failure::ContextMoved {
                document: "an image".to_owned(),
                digest: recorded.digest.short(),
                path: place.journal.to_owned(),
            });
        };
        Ok(Image {
            digest: recorded.digest,
            media_type: recorded.media_type.clone(),
            width: recorded.width,
            height: recorded.height,
            bytes: file.read()?,
        })
    };
    issued.images.iter().map(read).collect()
}

/// Creates the runner that repeats a recorded call, with the options of its run.
fn runner(arguments: &CallAgainArguments, model: Arc<dyn Model>, started: &RunStarted) -> Result<Runner, Failure> {
    let mut prices = models::prices(&arguments.prices.price)?;
    if prices.price_of(&*model).is_none()
        && let Some(price) = recorded_price(started, model.identity())
    {
        prices.set(price);
    }
    let limits = Limits {
        cost: arguments.budget.max_cost,
        tokens: arguments.budget.max_tokens.map(Tokens),
        input_tokens: arguments.budget.max_input_tokens.map(Tokens),
        output_tokens: arguments.budget.max_output_tokens.map(Tokens),
        min_output: arguments.budget.min_output(),
        // The user can stop the call, so it has no time limit.
        seconds: None,
        ..Limits::default()
    };
    let builder = Runner::builder(model).prices(prices).limits(limits);
    let scheduling = scheduling(&arguments.waiting);
    Ok(builder.scheduling(scheduling).build()?)
}

/// Returns the price that the recorded run used for a model.
fn recorded_price(started: &RunStarted, model: &ModelIdentity) -> Option<PriceStatement> {
    let settings: RunSettings = serde_json::from_value(Value::Object(started.settings.clone())).ok()?;
    let mut priced = started.models.iter().zip(settings.prices);
    let (_, price) = priced.find(|(used, _)| used.identity == *model)?;
    Some(PriceStatement {
        adapter: model.adapter.clone(),
        model: model.model.clone(),
        price: price?,
    })
}

/// Repeats the recorded call, with the constraint on decoding that it had.
async fn ask(
    runner: &Runner,
    issued: &CallIssued,
    mut request: Request,
    cancel: CancellationToken,
    console: Console,
) -> Result<Settled, CallFailure> {
    if let Some(form) = &issued.form {
        request.form = runner.form_again(form).await;
        match request.form.as_ref().map(ReplyForm::recorded) {
            None => console.warn(
                "the model does not support grammars; the recorded reply was constrained by one, the new reply is not",
            ),
            Some(now) if now != *form => {
                console.warn("the grammar that constrains the reply has changed since the recording")
            }
            Some(_) => {}
        }
    }
    let observer = Arc::new(Attempts(console));
    runner.ask_again(issued.id.clone(), request, observer, cancel).await
}

/// An observer that reports failed attempts of a call on the console.
struct Attempts(Console);

impl Observer for Attempts {
    fn issuing(&self, _: &Call, _: Source) -> Result<(), NotRecorded> {
        Ok(())
    }

    fn attempt_failed(&self, failure: &AttemptFailure<'_>) {
        let wait = match failure.next {
            NextAttempt::After(pause) => Some(millis(pause)),
            NextAttempt::AfterOutage | NextAttempt::WithMoreRoom | NextAttempt::ByFallback | NextAttempt::Beside => {
                None
            }
            // The returned error is shown anyway.
            NextAttempt::None => return,
        };
        self.0
            .say(&step_lines::failed_attempt(failure.attempt, failure.error, wait));
    }

    fn settled(&self, _: &Call, _: Result<&Settled, &CallFailure>) {}
}

/// The new reply to a repeated call, and its metrics.
struct New {
    model: ModelIdentity,
    reply: String,
    input: u64,
    output: u64,
    cost: rlm_model::Cost,
    elapsed: Millis,
    failed_attempts: usize,
}

impl New {
    fn of(model: &Arc<dyn Model>, settled: &Settled) -> Self {
        let reply = &settled.reply;
        Self {
            model: model.identity().clone(),
            reply: reply.text.to_string(),
            input: reply.usage.input.0,
            output: reply.usage.output.0,
            cost: settled.cost,
            elapsed: millis(settled.elapsed),
            failed_attempts: settled.attempts.saturating_sub(1) as usize,
        }
    }
}

fn millis(duration: Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// Returns the model that the arguments name, or else the recorded model.
fn model(
    arguments: &CallAgainArguments,
    bindings: &ModelBindings,
    issued: &CallIssued,
    environment: &Environment,
) -> Result<Arc<dyn Model>, Failure> {
    let key = arguments.api_key_env.as_deref().or(bindings.api_key_env());
    let make = |text: &str| models::make(&models::spec(text, environment)?, key, environment);
    if let Some(text) = &arguments.model {
        return make(text);
    }
    let of_depth = bindings.depth_model.iter().map(|(_, text)| text);
    let all = [&bindings.sub_model, &bindings.recursive_model].into_iter().flatten();
    let mut all = all
        .chain(&bindings.fallback_model)
        .chain(of_depth)
        .chain([&bindings.model]);
    let same = all.find_map(|text| make(text).ok().filter(|model| *model.identity() == issued.model));
    match (same, issued.class, &bindings.sub_model) {
        (Some(model), _, _) => Ok(model),
        (None, CallClass::Sub, Some(text)) => make(text),
        (None, _, _) => make(&bindings.model),
    }
}

fn text(old: &CallRow<'_>, new: &New) -> String {
    let facts = |model: String, tokens: Option<(u64, u64)>, cost, elapsed: Option<Millis>, failed: usize| {
        let tokens = tokens.map(|(input, output)| format!("{} → {} tokens", grouped(input), grouped(output)));
        let failed = (failed > 0).then(|| counted(failed, "failed attempt"));
        let facts = [Some(model), tokens, cost, elapsed.map(metrics::duration), failed];
        facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let then = facts(
        old.model.map(ToString::to_string).unwrap_or_default(),
        old.tokens.map(|(input, output)| (input.0, output.0)),
        old.cost.map(metrics::cost),
        old.elapsed,
        old.failed_attempts,
    );
    let now = facts(
        new.model.to_string(),
        Some((new.input, new.output)),
        Some(metrics::cost(new.cost)),
        Some(new.elapsed),
        new.failed_attempts,
    );
    let said = old.reply.or(old.error).unwrap_or("no reply");
    let compared = match old.reply {
        Some(reply) if reply.trim() == new.reply.trim() => "the reply is the same\n",
        Some(_) => "the replies differ\n",
        None => "the recorded call had no reply\n",
    };
    if old.reply.is_some_and(|reply| reply.trim() == new.reply.trim()) {
        return format!("recorded: {then}\nnow: {now}\n{compared}{}", ruled("reply", said));
    }
    format!(
        "{compared}{}{}",
        ruled(&format!("recorded: {then}"), said),
        ruled(&format!("now: {now}"), &new.reply)
    )
}

fn json(old: &CallRow<'_>, new: New, run: &str) -> schemas::CallAgain {
    schemas::CallAgain {
        run: run.to_owned(),
        call: old.id.to_string(),
        same: old.reply.map(str::trim) == Some(new.reply.trim()),
        old: schemas::Asked {
            model: old.model.map(value),
            reply: old.reply.map(str::to_owned),
            error: old.error.map(str::to_owned),
            input: old.tokens.map(|(input, _)| input.0),
            output: old.tokens.map(|(_, output)| output.0),
            cost: old.cost.and_then(dollars),
            elapsed_ms: old.elapsed.map(|elapsed| elapsed.0),
            failed_attempts: old.failed_attempts,
        },
        new: schemas::Asked {
            model: Some(value(&new.model)),
            reply: Some(new.reply),
            error: None,
            input: Some(new.input),
            output: Some(new.output),
            cost: dollars(new.cost),
            elapsed_ms: Some(new.elapsed.0),
            failed_attempts: new.failed_attempts,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn recorded_price_applies_only_to_the_models_of_the_run() {
        let journal = include_str!("../../../../examples/recorded/reviews.jsonl");
        let mut first: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
        let price = json!({"input": 1_000_000, "cached_input": 100_000, "output": 2_000_000});
        first["event"]["settings"]["prices"][0] = price.clone();
        let started: RunStarted = serde_json::from_value(first["event"].take()).unwrap();
        let known = recorded_price(&started, &started.models[0].identity).unwrap();
        assert_eq!(serde_json::to_value(known.price).unwrap(), price);
        let elsewhere = ModelIdentity::new("mailbox", "another folder", "mail");
        assert_eq!(recorded_price(&started, &elsewhere), None);
    }
}
