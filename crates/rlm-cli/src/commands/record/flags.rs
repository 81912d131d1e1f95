//! Writes the flags of `rlm run` that repeat a run's settings in a test case, as far as they differ
//! from the defaults. They are read from the run's journal.

use std::path::Path;

use rlm_answer::Finalization;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::RecordArguments;
use rlm_cli_settings::models::file_behind;
use rlm_core::{BestEffort, Guards, Routing};
use rlm_model::{Money, Price, ReasoningEffort};
use rlm_policy::{Limits, OnLimit, Preset, PriceTable, Taint};
use rlm_prompt::PromptName;
use rlm_prompt::{Compaction, History};
use rlm_tokens::Encoding;
use rlm_trace::{Change, Event};
use serde::Serialize;
use serde_json::Value;

use super::context::CaseContext;
use super::document::{Document, path_text, quoted, relative};
use super::source::{Source, Target};

/// Writes the flags of a test case, and the files that they name next to it. Returns descriptions
/// of the settings that no flag can express.
pub(super) fn write(
    source: &Source<'_>,
    arguments: &RecordArguments,
    target: &Target,
    described: &CaseContext,
    document: &mut Document,
) -> Result<Vec<String>, Failure> {
    let mut flags = Flags {
        document,
        target,
        notes: Vec::new(),
    };
    flags.models(source);
    for (key, value) in &described.flags {
        flags.set(key, value);
    }
    flags.limits(source);
    flags.sampling(source);
    flags.prompts(source, arguments.prompts.as_deref())?;
    flags.answers(source)?;
    flags.ways(source);
    Ok(flags.notes)
}

/// The table `[run]` of a test case, under construction.
struct Flags<'d> {
    document: &'d mut Document,
    target: &'d Target,
    notes: Vec<String>,
}

impl Flags<'_> {
    fn models(&mut self, source: &Source<'_>) {
        let target = self.target;
        let here = |text: &String| match file_behind(text) {
            Some((kind, path)) => format!("{kind}:{}", path_text(&relative(&target.folder, path))),
            None => text.clone(),
        };
        let bindings = &source.bindings;
        self.text("model", &here(&bindings.model));
        let named = [
            ("sub_model", &bindings.sub_model),
            ("recursive_model", &bindings.recursive_model),
        ];
        for (key, text) in named {
            if let Some(text) = text {
                self.text(key, &here(text));
            }
        }
        let by_depth: Vec<String> = bindings
            .depth_model
            .iter()
            .map(|(depth, text)| format!("{depth}={}", here(text)))
            .collect();
        self.list("depth_model", &by_depth);
        self.list(
            "fallback_model",
            &bindings.fallback_model.iter().map(here).collect::<Vec<_>>(),
        );
        let allowed = bindings.allow_model.iter().map(ToString::to_string);
        self.list("allow_model", &allowed.collect::<Vec<_>>());
        if let Some(variable) = &bindings.api_key_env {
            self.text("api_key_env", variable);
        }
        self.list("price", &prices(source));
        if !source.settings.tools.is_empty() {
            let names: Vec<&str> = source
                .settings
                .tools
                .iter()
                .map(|granted| granted.tool.name.as_str())
                .collect();
            self.notes.push(format!(
                "the run used the tools {}; their answers are recorded; for --live, set how to start them: tool = [\"NAME=COMMAND\"]",
                names.join(", ")
            ));
        }
    }

    fn limits(&mut self, source: &Source<'_>) {
        let limits = limits_in_force(source);
        let usual = match limits.context_chars {
            Some(_) => Preset::Engine.limits(),
            None => Limits::default(),
        };
        if limits.context_chars.is_some() {
            self.text("preset", "engine");
        }
        self.unusual("max_steps", &limits.steps, &usual.steps);
        self.unusual("max_child_steps", &limits.child_steps, &usual.child_steps);
        self.unusual("max_subcalls", &limits.subcalls, &usual.subcalls);
        self.unusual("max_depth", &limits.depth, &usual.depth);
        self.unusual("max_output", &limits.root_max_output.0, &usual.root_max_output.0);
        self.unusual("sub_max_output", &limits.sub_max_output.0, &usual.sub_max_output.0);
        self.some("max_tokens", limits.tokens.map(|tokens| tokens.0));
        self.some("max_subcall_tokens", limits.subcall_tokens.map(|tokens| tokens.0));
        self.some("max_input_tokens", limits.input_tokens.map(|tokens| tokens.0));
        self.some("max_output_tokens", limits.output_tokens.map(|tokens| tokens.0));
        self.unusual("min_output", &limits.min_output.0, &usual.min_output.0);
        self.some("max_cost", limits.cost.map(|cost| quoted(&dollars(cost))));
        if limits.seconds != usual.seconds {
            match limits.seconds {
                Some(seconds) => self.set("max_seconds", seconds.to_string()),
                None => self.text("max_seconds", "none"),
            }
        }
        self.unusual("concurrency", &limits.concurrency, &usual.concurrency);
        self.unusual("max_retries", &limits.retries, &usual.retries);
        let (usual, kept) = (BestEffort::default(), source.settings.best_effort);
        self.unusual("grace_seconds", &kept.grace_seconds, &usual.grace_seconds);
        self.unusual("reserve_percent", &kept.reserve_percent, &usual.reserve_percent);
        if source.settings.on_limit == OnLimit::Error {
            self.text("on_limit", "error");
        }
        if source.settings.dedupe {
            self.set("dedupe", "true");
        }
    }

    fn sampling(&mut self, source: &Source<'_>) {
        let sampling = &source.settings.root;
        self.some(
            "temperature",
            sampling.temperature.map(|temperature| format!("{temperature:?}")),
        );
        self.some("seed", sampling.seed);
        self.list("stop", &sampling.stop);
        self.some(
            "reasoning_effort",
            sampling
                .reasoning_effort
                .map(|effort| quoted(ReasoningEffort::as_str(effort))),
        );
        if source.settings.constrained.is_some() {
            self.text("constrain", "always");
        }
        let reader = source.started.models.get(1).map(|used| used.identity.model.as_str());
        let usual = reader
            .and_then(Encoding::of_model)
            .map(|encoding| sift_text::Tokenizer::name(&encoding).to_owned());
        if usual != source.settings.tokenizer {
            self.text("tokenizer", source.settings.tokenizer.as_deref().unwrap_or("estimate"));
        }
    }

    /// Writes the flags about prompts: the folder, or else copies of the run's changed prompts, and
    /// the instructions.
    fn prompts(&mut self, source: &Source<'_>, folder: Option<&Path>) -> Result<(), Failure> {
        match folder {
            Some(folder) => self.text("prompts", &path_text(&relative(&self.target.folder, folder))),
            None => self.changed_prompts(source)?,
        }
        match &source.settings.instructions {
            Some(instructions) => self.file("instructions", "instructions.md", instructions),
            None => Ok(()),
        }
    }

    /// Writes the prompts that differ from the built-in ones next to the test case, and the flag
    /// that names their folder.
    fn changed_prompts(&mut self, source: &Source<'_>) -> Result<(), Failure> {
        let target = self.target;
        let folder = target.beside("prompts");
        let templates = source.started.templates.iter();
        let known = templates.filter_map(|template| Some((PromptName::find(&template.name)?, &template.text)));
        let changed: Vec<_> = known.filter(|(name, text)| name.built_in() != **text).collect();
        for (name, text) in &changed {
            std::fs::create_dir_all(&folder)
                .and_then(|()| std::fs::write(folder.join(format!("{name}.md")), text))
                .map_err(|cause| target.unwritten(&cause))?;
        }
        if !changed.is_empty() {
            self.text("prompts", &target.name("prompts"));
        }
        Ok(())
    }

    /// Writes the flags about guards and the validation of the answer.
    fn answers(&mut self, source: &Source<'_>) -> Result<(), Failure> {
        let (usual, guards) = (Guards::default(), &source.settings.guards);
        self.yes("require_repl_before_final", guards.require_repl_before_final);
        self.yes("require_subcall_before_final", guards.require_subcall_before_final);
        self.unusual(
            "invalid_response_limit",
            &guards.invalid_response_limit.unwrap_or_default(),
            &usual.invalid_response_limit.unwrap_or_default(),
        );
        self.unusual(
            "tool_failure_limit",
            &guards.tool_failure_limit.unwrap_or_default(),
            &usual.tool_failure_limit.unwrap_or_default(),
        );
        if let Some(code) = &guards.fallback_code {
            self.file("fallback_code", "fallback.sift", code)?;
        }
        let (usual, finalization) = (Finalization::default(), &source.settings.finalization);
        if let Some(variable) = &finalization.auto_finalize_var {
            self.text("auto_finalize_var", variable);
        }
        if let Some(schema) = &finalization.answer_schema {
            let text = serde_json::to_string_pretty(&**schema).unwrap_or_default();
            self.file("schema", "schema.json", &format!("{text}\n"))?;
        }
        let criteria = &finalization.criteria;
        self.list("required_substring", &criteria.required_substrings);
        self.list("required_regex", &criteria.required_regex);
        self.yes("case_insensitive", criteria.case_insensitive);
        self.some("min_word_count", criteria.min_word_count);
        self.some("goal", criteria.goal.as_deref().map(quoted));
        self.unusual("max_rejections", &finalization.max_rejections, &usual.max_rejections);
        Ok(())
    }

    /// Writes the flags about the way in which a run works: routing, history, recursion and search.
    fn ways(&mut self, source: &Source<'_>) {
        let (settings, usual) = (&source.settings, Routing::default());
        if settings.routing.route != usual.route {
            self.some("route", named(&settings.routing.route));
        }
        self.unusual(
            "baseline_threshold",
            &settings.routing.baseline_threshold,
            &usual.baseline_threshold,
        );
        self.some("profile", settings.routing.profile.as_ref().and_then(named));
        self.history(&settings.history);
        self.some("recursive_subcalls", settings.recursion.recursive_subcalls);
        if settings.recursion.at_max_depth == rlm_core::AtMaxDepth::Error {
            self.text("at_max_depth", "error");
        }
        let is_empty = source.started.context.iter().all(|document| document.bytes == 0);
        self.yes("no_search", !settings.search && !is_empty);
        if settings.taint == Taint::Strict {
            self.text("taint", "strict");
        }
    }

    fn history(&mut self, history: &History) {
        if !history.conversation {
            self.text("conversation_history", "off");
        }
        if let Some(compaction) = &history.compaction {
            self.yes("compaction", true);
            if compaction.threshold_pct.to_bits() != Compaction::default().threshold_pct.to_bits() {
                self.set("compaction_threshold_pct", format!("{:?}", compaction.threshold_pct));
            }
            self.some("compaction_threshold_tokens", compaction.threshold_tokens);
            self.some("compaction_model_context_limit", compaction.model_context_limit);
            self.some("compaction_model_name", compaction.model_name.as_deref().map(quoted));
        }
        self.some("max_history_tokens", history.max_tokens);
    }
}

/// Writers of TOML values. They omit defaults and missing values.
impl Flags<'_> {
    /// Sets a flag to a value that is TOML already.
    fn set(&mut self, key: &str, value: impl AsRef<str>) {
        self.document.key(key, value.as_ref());
    }

    /// Sets a flag to a text.
    fn text(&mut self, key: &str, text: &str) {
        self.set(key, quoted(text));
    }

    /// Sets a flag to a number, if it differs from the usual value.
    fn unusual<T: PartialEq + ToString>(&mut self, key: &str, value: &T, usual: &T) {
        if value != usual {
            self.set(key, value.to_string());
        }
    }

    /// Sets a flag to a value that is TOML already, if there is one.
    fn some<T: ToString>(&mut self, key: &str, value: Option<T>) {
        if let Some(value) = value {
            self.set(key, value.to_string());
        }
    }

    /// Sets a flag that takes no value, if it is on.
    fn yes(&mut self, key: &str, is_so: bool) {
        if is_so {
            self.set(key, "true");
        }
    }

    /// Sets a flag to a list of texts, if the list is not empty.
    fn list(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            self.set(key, format!("[{}]", texts.join(", ")));
        }
    }

    /// Writes a file next to the test case, and the flag that names it.
    fn file(&mut self, key: &str, ending: &str, content: &str) -> Result<(), Failure> {
        std::fs::write(self.target.beside(ending), content).map_err(|cause| self.target.unwritten(&cause))?;
        let name = self.target.name(ending);
        self.text(key, &name);
        Ok(())
    }
}

/// Returns the name that a value has in journals, as a TOML string.
fn named(value: &impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => Some(quoted(&name)),
        _ => None,
    }
}

/// Returns the limits of the run: those of its last resumption, or else of its start.
fn limits_in_force(source: &Source<'_>) -> Limits {
    let raised = source.recorded.events().filter_map(|event| match event {
        Event::Resumed(resumed) => resumed
            .change
            .as_ref()
            .and_then(|change: &Change| change.limits.clone()),
        _ => None,
    });
    let raised = raised
        .last()
        .and_then(|limits| serde_json::from_value(Value::Object(limits)).ok());
    raised.unwrap_or_else(|| source.settings.limits.clone())
}

/// Returns the prices of the run's models that differ from the built-in ones, without duplicates.
fn prices(source: &Source<'_>) -> Vec<String> {
    let Ok(usual) = PriceTable::built_in() else {
        return Vec::new();
    };
    let mut stated = Vec::new();
    for (used, price) in source.started.models.iter().zip(&source.settings.prices) {
        let price = price.filter(|price| *price != Price::FREE && usual.price(&used.identity) != Some(*price));
        let text = price.map(|price| {
            let [input, cached, output] = [price.input, price.cached_input, price.output].map(dollars);
            format!("{}={input},{cached},{output}", used.identity)
        });
        stated.extend(text.filter(|text| !stated.contains(text)));
    }
    stated
}

/// Formats an amount in dollars without the currency sign: `0.50`.
fn dollars(amount: Money) -> String {
    amount.to_string().trim_start_matches('$').to_owned()
}
