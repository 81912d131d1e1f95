//! Builtin functions that query models, and functions that end a run with an answer.

use sift_abstract::Speculation;
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_text::{Text, TextBuilder};
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::object::Object;
use sift_values::pending_calls::{CallKind, MAX_IMAGES, NewCall};
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

use crate::transfers::functions;

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[
        entry(
            "llm_query(prompt=None, model=None, max_tokens=None, *, text=None, images=None) -> str",
            "Asks a sub-model one question; the prompt holds all it needs to know. A text follows the prompt, or is the prompt if \
             there is no other. images is a list of documents of ctx.images, which the model sees.",
            llm_query,
        ),
        iterating(
            "llm_query_batched(prompts, model=None, max_tokens=None) -> list",
            "Asks many questions side by side; returns the replies in the order of the prompts.",
            llm_query_batched,
        ),
        iterating(
            "_llm_query_json_batched(prompts, schema, model, max_tokens) -> list",
            "Asks as llm_query_batched does, for replies that a schema describes: what _schema_text returns, or None.",
            llm_query_json_batched,
        ),
        entry("_wait_for(reply) -> None", "Waits until a reply has arrived.", wait_for),
        entry(
            "rlm_query(prompt, context=None, model=None) -> str",
            "Starts a child run, with the prompt as its question about the context: a text, ctx, a document, or a list of \
             them. Without a context, the prompt is both.",
            rlm_query,
        ),
        iterating(
            "rlm_query_batched(prompts, contexts=None, model=None) -> list",
            "Starts child runs side by side; returns the replies in the order of the prompts. contexts holds one for each \
             prompt.",
            rlm_query_batched,
        ),
        entry(
            "failed(reply, /) -> bool",
            "Tells whether a call gave no reply.",
            failed,
        )
        .speculated(Speculation::new(functions::failed)),
        entry("FINAL(value) -> None", "Ends the run with this answer.", final_value),
        entry(
            "FINAL_VAR(name) -> None",
            "Ends the run with the value of a variable, given by name or itself.",
            final_var,
        ),
        entry(
            "budget() -> dict",
            "Returns what is left: steps after this one, calls, tokens and cost in dollars for the run (as they were when \
             this program began, but for its own calls), and fuel for this program; None where there is no limit. seconds \
             is None: programs know no clock.",
            budget,
        ),
        entry(
            "SHOW_VARS() -> str",
            "Lists the variables that programs have bound.",
            show_vars,
        ),
    ],
}];

fn new_call(
    m: &mut Runtime,
    kind: CallKind,
    prompt: Text,
    args: (Option<Value>, Option<Value>),
) -> Result<NewCall, Flow> {
    let model = match args.0 {
        Some(model) => Some(SmolStr::new(m.text_of(model, "model")?.as_str().unwrap_or_default())),
        None => None,
    };
    let max_tokens = match args.1 {
        None => None,
        Some(tokens) => match tokens
            .as_int()
            .and_then(|tokens| u64::try_from(tokens).ok())
            .filter(|tokens| *tokens > 0)
        {
            Some(tokens) => Some(tokens),
            None => return Err(m.value_error("max_tokens must be a positive int")),
        },
    };
    Ok(NewCall {
        kind,
        prompt,
        context: None,
        model,
        max_tokens,
        schema: None,
        images: Vec::new(),
    })
}

/// Returns the numbers of the documents in an argument: images, or a single one.
fn images(m: &mut Runtime, given: Option<Value>) -> Result<Vec<u32>, Flow> {
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let items = if given.kind() == Type::Str {
        vec![given]
    } else {
        m.items(given)?
    };
    if items.len() > MAX_IMAGES {
        let message = format!("a call takes at most {MAX_IMAGES} images, not {}", items.len());
        return Err(m.value_error(message));
    }
    let mut numbers = Vec::with_capacity(items.len());
    for item in items {
        match item.document().filter(|_| m.is_image(item)) {
            Some(number) => numbers.push(number),
            // An unknown value may be an image.
            None if m.is_speculating() => return Err(m.give_up()),
            None => {
                let flow = m.type_error("images takes documents of ctx.images, whose .kind is \"image\"");
                return Err(m.with_help(flow, "write llm_query(prompt, images=ctx.images[:1])"));
            }
        }
    }
    Ok(numbers)
}

fn llm_query(m: &mut Runtime, args: &Args) -> Outcome {
    let prompt = match (args.given(0), args.some(3)) {
        (Some(prompt), Some(text)) if !prompt.is_none() => {
            let parts = [prompt_text(m, prompt)?, prompt_text(m, text)?];
            joined(m, &parts, "\n\n")?
        }
        (_, Some(text)) => prompt_text(m, text)?,
        (Some(prompt), None) => prompt_text(m, prompt)?,
        (None, None) => {
            let flow = m.type_error("llm_query() missing 1 required positional argument: 'prompt'");
            return Err(m.with_help(flow, "write llm_query(prompt)"));
        }
    };
    let images = images(m, args.some(4))?;
    let call = NewCall {
        images,
        ..new_call(m, CallKind::Query, prompt, (args.some(1), args.some(2)))?
    };
    m.make_call(call)
}

fn wait_for(m: &mut Runtime, args: &Args) -> Outcome {
    if m.is_speculating() {
        // Calls behind it are not to leave before it has arrived.
        return Err(m.give_up());
    }
    if let Object::Str(text) = m.heap.get(args.get(0).handle())
        && let Some(waiting) = text.pending_ids().find(|id| !m.pending_calls.is_settled(*id))
    {
        return Err(Flow::Wait(waiting));
    }
    Ok(Value::NONE)
}

fn llm_query_batched(m: &mut Runtime, args: &Args) -> Outcome {
    queries(m, args.get(0), None, (args.some(1), args.some(2)))
}

fn llm_query_json_batched(m: &mut Runtime, args: &Args) -> Outcome {
    let schema = match args.some(1) {
        Some(schema) => Some(m.text_of(schema, "the schema")?),
        None => None,
    };
    queries(m, args.get(0), schema.as_ref(), (args.some(2), args.some(3)))
}

fn queries(m: &mut Runtime, asked: Value, schema: Option<&Text>, args: (Option<Value>, Option<Value>)) -> Outcome {
    let prompts = prompts(m, asked)?;
    let mut calls = Vec::with_capacity(prompts.len());
    for prompt in prompts {
        let prompt = prompt_text(m, prompt)?;
        calls.push(NewCall {
            schema: schema.cloned(),
            ..new_call(m, CallKind::Query, prompt, args)?
        });
    }
    batch(m, calls)
}

fn rlm_query(m: &mut Runtime, args: &Args) -> Outcome {
    let prompt = prompt_text(m, args.get(0))?;
    let mut call = new_call(m, CallKind::Run, prompt, (args.some(2), None))?;
    if let Some(context) = args.some(1) {
        call.context = Some(child_context(m, context)?);
    }
    m.make_call(call)
}

fn rlm_query_batched(m: &mut Runtime, args: &Args) -> Outcome {
    let prompts = prompts(m, args.get(0))?;
    let contexts = match args.some(1) {
        Some(contexts) => m.items(contexts)?,
        None => Vec::new(),
    };
    if !contexts.is_empty() && contexts.len() != prompts.len() {
        let message = format!("{} contexts for {} prompts", contexts.len(), prompts.len());
        return Err(m.value_error(message));
    }
    let mut calls = Vec::with_capacity(prompts.len());
    for (index, prompt) in prompts.into_iter().enumerate() {
        let prompt = prompt_text(m, prompt)?;
        let mut call = new_call(m, CallKind::Run, prompt, (args.some(2), None))?;
        if let Some(context) = contexts.get(index) {
            call.context = Some(child_context(m, *context)?);
        }
        calls.push(call);
    }
    batch(m, calls)
}

/// The separator between the texts of a list that becomes the context of a child run.
const BETWEEN_TEXTS: &str = "\n\n---\n\n";

/// Returns the context of a child run from an argument: a text, or the concatenated texts of a
/// list. Pending values, which are replies that haven't arrived, are kept.
fn child_context(m: &mut Runtime, context: Value) -> Result<Text, Flow> {
    if !matches!(context.kind(), Type::List | Type::Tuple) {
        return text_of_context(m, context);
    }
    let items = m.items(context)?;
    m.meter.charge_items(items.len())?;
    let mut texts = Vec::with_capacity(items.len());
    for text in items {
        texts.push(text_of_context(m, text)?);
    }
    joined(m, &texts, BETWEEN_TEXTS)
}

/// Joins texts with a separator. Pending values, which are replies that haven't arrived, are kept.
fn joined(m: &mut Runtime, texts: &[Text], between: &str) -> Result<Text, Flow> {
    let mut joined = TextBuilder::new();
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            joined.push_str(between);
        }
        m.meter.charge_bytes(text.known_bytes())?;
        joined.push_text(text);
    }
    joined.finish().map_err(|_| Flow::End(End::Limit(Limit::Memory)))
}

fn text_of_context(m: &mut Runtime, context: Value) -> Result<Text, Flow> {
    let context = match context.kind() {
        Type::Context => m.as_text(context)?,
        _ => context,
    };
    prompt_text(m, context)
}

fn prompts(m: &mut Runtime, prompts: Value) -> Result<Vec<Value>, Flow> {
    if prompts.kind() == Type::Str {
        let flow = m.type_error("llm_query_batched takes a list of prompts, not a str");
        return Err(m.with_help(flow, "write llm_query(prompt) for one prompt"));
    }
    m.items(prompts)
}

fn batch(m: &mut Runtime, calls: Vec<NewCall>) -> Outcome {
    if calls.is_empty() {
        return m.alloc_list(Vec::new());
    }
    m.reserve(sift_values::object::list_bytes(calls.len()).saturating_mul(4))?;
    let replies = m.make_calls(calls)?;
    m.note_held(Label::REPLY);
    m.alloc_list(replies)
}

fn failed(m: &mut Runtime, args: &Args) -> Outcome {
    let Object::Str(text) = m.heap.get(args.get(0).handle()) else {
        return Ok(Value::FALSE);
    };
    if args.get(0).kind() != Type::Str {
        return Ok(Value::FALSE);
    }
    let pending: Vec<_> = text.pending_ids().collect();
    if let Some(&waiting) = pending.iter().find(|id| !m.pending_calls.is_settled(**id)) {
        return Err(Flow::Wait(waiting));
    }
    for id in &pending {
        m.pending_calls.notice(*id);
    }
    Ok(Value::bool(
        pending.iter().any(|id| m.pending_calls.failure(*id).is_some()),
    ))
}

fn final_value(m: &mut Runtime, args: &Args) -> Outcome {
    end_with(m, args.get(0))
}

fn final_var(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    if value.kind() == Type::Str {
        let name = m.flat_text(value)?;
        if let Some(bound) = name.as_str().and_then(|name| m.variable(name.trim())) {
            return end_with(m, bound);
        }
    }
    end_with(m, value)
}

fn end_with(m: &mut Runtime, value: Value) -> Outcome {
    let text = m.str_of(value)?;
    m.settle_text(text)?;
    if let Object::Str(answer) = m.heap.get(text.handle()) {
        m.meter.note_read(answer);
    }
    m.answer = Some(text);
    Err(m.raise_with(ExceptionClass::Final, Vec::new()))
}

fn budget(m: &mut Runtime, _: &Args) -> Outcome {
    if m.is_speculating() {
        // What is left then is not known now.
        return Err(m.give_up());
    }
    let left = m.budget;
    let number =
        |left: Option<u64>| left.map_or(Value::NONE, |left| Value::int(i64::try_from(left).unwrap_or(i64::MAX)));
    let calls = left
        .calls
        .map(|calls| calls.saturating_sub(m.pending_calls.made_this_turn()));
    let dollars = |micros: u64| Value::float(micros as f64 / 1e6);
    let entries = [
        ("steps", number(left.steps)),
        ("calls", number(calls)),
        ("tokens", number(left.tokens)),
        ("cost", left.cost_micro_dollars.map_or(Value::NONE, dollars)),
        ("fuel", number(Some(m.meter.left()))),
        ("seconds", Value::NONE),
    ];
    // The remaining budget depends on everything that was spent, and therefore on the data that
    // decided the spending.
    let label = m.label_of_budget();
    let mut pairs = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        pairs.push((m.alloc_text(name)?, value.labelled(label)));
    }
    Ok(m.new_dict(&pairs)?.labelled(label))
}

fn show_vars(m: &mut Runtime, _: &Args) -> Outcome {
    m.meter
        .charge_items(m.stored.len().saturating_mul(cost::LISTED_VARIABLE))?;
    let variables = m.variables();
    if variables.is_empty() {
        return Ok(m.alloc_text("No variables created yet.")?.labelled(m.label_of_budget()));
    }
    let shown: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!("{name} ({})", m.shown_type(*value)))
        .collect();
    // The variables and their types may depend on all data that was used in computations.
    let label = m.label_of_budget();
    Ok(m.alloc_text(format!("Available variables: {}", shown.join(", ")))?
        .labelled(label))
}

/// Converts an argument to a prompt: a text with its pending replies, or `str` of another value.
fn prompt_text(m: &mut Runtime, value: Value) -> Result<Text, Flow> {
    let text = m.str_of(value)?;
    Ok(match m.heap.get(text.handle()) {
        Object::Str(text) => text.clone(),
        _ => Text::default(),
    })
}
