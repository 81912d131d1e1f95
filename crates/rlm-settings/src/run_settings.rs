//! The settings of a run, as recorded in its journal.

use std::sync::Arc;

use rlm_answer::Finalization;
use rlm_context::{Context, DEFAULT_SEPARATOR, Document, TextlessFile};
use rlm_model::{GrammarWay, NamePattern, Price, Tokens};
use rlm_policy::{Limits, OnLimit, Taint};
use rlm_prompt::{History, SessionState};
use rlm_trace::JsonObject;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::best_effort::BestEffort;
use crate::guards::Guards;
use crate::json::{is_default, is_false, json_object};
use crate::loop_settings::{Echo, LoopSettings};
use crate::recursion::Recursion;
use crate::roles::{ModelRoles, RoleSettings};
use crate::routing::Routing;
use crate::sampling::Sampling;
use crate::toolbox::GrantedTool;

/// The settings of a run, as recorded in its journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSettings {
    /// The limits of the run: its budgets, and the limits of its programs.
    pub limits: Limits,
    /// The sampling parameters of the root model.
    #[serde(default)]
    pub root: Sampling,
    /// The sampling parameters of sub-models.
    #[serde(default)]
    pub sub: Sampling,
    /// The price of each model that the run may call, in the order of the journal's list of models.
    pub prices: Vec<Option<Price>>,
    /// The context window of each model in tokens, in the order of the journal's list of models;
    /// empty if none is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Option<Tokens>>,
    /// The name of the tokenizer that counted the prompts for each model, in the order of the
    /// journal's list of models; empty if all prompts were bounded by their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Option<String>>,
    /// Whether the run ends with an answer or an error when it hits a limit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_limit: OnLimit,
    /// Whether equal sub-calls shared one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dedupe: bool,
    /// The settings of the best-effort answer that the run gives when it hits a limit.
    #[serde(default = "BestEffort::at_steps", skip_serializing_if = "BestEffort::is_at_steps")]
    pub best_effort: BestEffort,
    /// The way in which the root model's decoding was constrained; `None` if it was unconstrained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constrained: Option<GrammarWay>,
    /// The settings of child runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub recursion: Recursion,
    /// The guards against a run that ends too early or loops uselessly.
    #[serde(default = "Guards::none", skip_serializing_if = "Guards::is_none")]
    pub guards: Guards,
    /// The rules for accepting an answer of the root run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub finalization: Finalization,
    /// The settings of the earlier turns that the root model was sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: History,
    /// The additional instructions for the root run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<Arc<str>>,
    /// The settings of how questions are answered, the execution profile, and the decision for the
    /// run's question.
    #[serde(default, skip_serializing_if = "is_default")]
    pub routing: Routing,
    /// The depths of the models that write the programs of child runs, in levels below the root
    /// run. These models are the last ones in the journal's list of models. 0 marks the model of
    /// all other depths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recursive_models: Vec<u32>,
    /// The names by which programs may select models, in the order of the journal's list of models
    /// from the third model on.
    #[serde(default)]
    pub model_names: Vec<SmolStr>,
    /// The names, and patterns for names, of the models that were resolved when programs selected
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found_models: Vec<NamePattern>,
    /// Whether the output of a program includes the value of its last line, if that is a bare
    /// expression.
    #[serde(default)]
    pub echo: Echo,
    /// The digest of the context's kind, names and contents; `None` if files were memory-mapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The digest of the context's kind and names, without contents; `None` unless files were
    /// memory-mapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The separator between two documents in the joined text; `None` for [`DEFAULT_SEPARATOR`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The files that were excluded from the context because they contain no text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_text: Vec<TextlessFile>,
    /// Whether programs could search the context with `search`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub search: bool,
    /// The state of the session to which the run belongs.
    #[serde(rename = "carried", default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionState>,
    /// The tools that programs could call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<GrantedTool>,
    /// The origins of arguments that tools with effects accept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub taint: Taint,
    /// The name of the tokenizer that programs use to count tokens; `None` if tokens are estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
    /// The first turn whose program the caller supplied; `None` if a root model wrote all programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_from: Option<u32>,
}

impl RunSettings {
    /// Returns the settings of a run for its journal. `search` is whether its programs may use
    /// search. `constrained` is the way in which the root model's decoding is constrained.
    /// `session` is the state of its session.
    #[must_use]
    pub fn new(
        settings: &LoopSettings,
        roles: &ModelRoles,
        context: &Context,
        search: bool,
        constrained: Option<GrammarWay>,
        session: Option<&SessionState>,
    ) -> Self {
        let of_models = RoleSettings::of(roles);
        let is_mapped = |document: &Document| document.file_state().is_some();
        let has_digests = !context.documents().iter().any(is_mapped);
        let tokenizer = settings.tokenizer.as_ref();
        Self {
            limits: settings.limits.clone(),
            root: of_models.root,
            sub: of_models.sub,
            prices: of_models.prices,
            windows: of_models.windows,
            counters: of_models.counters,
            on_limit: settings.on_limit,
            dedupe: settings.dedupe,
            best_effort: settings.best_effort,
            constrained,
            recursion: settings.recursion,
            guards: settings.guards.clone(),
            finalization: settings.finalization.clone(),
            history: settings.history.clone(),
            instructions: settings.instructions.clone(),
            routing: settings.routing.clone(),
            recursive_models: of_models.recursive_models,
            model_names: of_models.model_names,
            found_models: of_models.found_models,
            echo: settings.echo,
            context: has_digests.then(|| context.digest().to_string()),
            form: (!has_digests).then(|| context.form_digest().to_string()),
            separator: (context.separator() != DEFAULT_SEPARATOR).then(|| context.separator().to_owned()),
            without_text: context.without_text().to_vec(),
            search,
            session: session.cloned(),
            tools: settings.tools.granted(),
            taint: settings.tools.taint,
            tokenizer: tokenizer.map(|tokenizer| tokenizer.name().to_owned()),
            given_from: None,
        }
    }

    /// Returns the settings as recorded in a journal.
    #[must_use]
    pub fn to_json(&self) -> JsonObject {
        json_object(self)
    }
}

impl From<&RunSettings> for RoleSettings {
    fn from(settings: &RunSettings) -> Self {
        Self {
            root: settings.root.clone(),
            sub: settings.sub.clone(),
            prices: settings.prices.clone(),
            windows: settings.windows.clone(),
            counters: settings.counters.clone(),
            recursive_models: settings.recursive_models.clone(),
            model_names: settings.model_names.clone(),
            found_models: settings.found_models.clone(),
        }
    }
}
