//! Checks the settings of a builder and builds the runner.

use std::sync::Arc;

use rlm_answer::AnswerChecks;
use rlm_model::Model;
use rlm_policy::PriceTable;
use rlm_prompt::{Compaction, Prompts};
use rlm_scheduler::Fallback;
use rlm_settings::{LoopSettings, ModelResolver, ModelRole, ModelRoles, Sampling, counter};

use super::{Runner, RunnerBuilder};
use crate::error::{MAX_INSTRUCTIONS_BYTES, RunError};

impl RunnerBuilder {
    /// Checks the settings and builds the runner.
    ///
    /// # Errors
    /// [`RunError::ToolName`] and [`RunError::NoSuchTool`] for an invalid name of a tool or a
    /// permission; [`RunError::Setting`] for an invalid setting; [`RunError::Prompt`] and
    /// [`RunError::Prices`] if a built-in prompt or price table is invalid.
    pub fn build(mut self) -> Result<Runner, RunError> {
        self.settings.guards.check()?;
        if let Some(instructions) = &self.settings.instructions {
            check_instructions(instructions)?;
        }
        AnswerChecks::new(&self.settings.finalization)?;
        let prices = self.prices.map_or_else(PriceTable::built_in, Ok)?;
        let prompts = self.prompts.map_or_else(Prompts::built_in, Ok)?;
        if let Some(compaction) = &mut self.settings.history.compaction {
            resolve(compaction, &*self.root, &prices)?;
        }
        let fallbacks: Arc<[Fallback]> = self
            .fallbacks
            .into_iter()
            .map(|model| Fallback {
                price: prices.price_of(&*model),
                model,
            })
            .collect();
        let limits = self.settings.limits.clone();
        let role = move |model: Arc<dyn Model>, sampling: &Sampling| ModelRole {
            price: prices.price_of(&*model),
            window: prices.window_of(&*model),
            counter: counter(model.identity(), &limits),
            fallbacks: Arc::clone(&fallbacks),
            sampling: sampling.clone(),
            model,
        };
        let sub = self.sub.unwrap_or_else(|| Arc::clone(&self.root));
        let named = self
            .named
            .into_iter()
            .map(|(name, model)| (name, role(model, &self.sub_sampling)));
        let roles = ModelRoles {
            named: named.collect(),
            recursive: self.recursive.map(|model| role(model, &self.root_sampling)),
            by_depth: self
                .by_depth
                .into_iter()
                .map(|(depth, model)| (depth, role(model, &self.root_sampling)))
                .collect(),
            root: role(self.root, &self.root_sampling),
            sub: role(sub, &self.sub_sampling),
            found: match self.finder {
                Some(finder) => ModelResolver::new(finder.names(), {
                    let sampling = self.sub_sampling;
                    move |name| role(finder.find(name), &sampling)
                }),
                None => ModelResolver::default(),
            },
        };
        let settings = LoopSettings {
            tools: self.tools.build()?,
            ..self.settings
        };
        settings.check_route()?;
        let runner = Runner::from_parts(roles, settings, prompts, self.scheduling, self.cache);
        Ok(Runner {
            constrain: self.constrain,
            host: self.host,
            ..runner
        })
    }
}

/// Checks that the user's instructions are not too long.
fn check_instructions(instructions: &str) -> Result<(), RunError> {
    let detail = match instructions.len() {
        _ if instructions.trim().is_empty() => "the text is empty".to_owned(),
        bytes if bytes > MAX_INSTRUCTIONS_BYTES => {
            format!("the text has {bytes} bytes, but the maximum is {MAX_INSTRUCTIONS_BYTES}")
        }
        _ => return Ok(()),
    };
    Err(RunError::Setting {
        name: "instructions",
        detail,
    })
}

/// The suggestion to set a limit for compaction, if the context window of a model is unknown.
const TELL: &str = "set it (`--compaction-model-context-limit`, or `window` of a table [models.NAME]), or set the threshold in \
                    tokens (`--compaction-threshold-tokens`)";

/// Sets the root model's context window, and checks the compaction threshold against it.
fn resolve(compaction: &mut Compaction, root: &dyn Model, prices: &PriceTable) -> Result<(), RunError> {
    let refused = |detail: String| {
        Err(RunError::Setting {
            name: "compaction",
            detail,
        })
    };
    if !(compaction.threshold_pct > 0.0 && compaction.threshold_pct <= 1.0) {
        return refused(format!(
            "expected a threshold above 0 and at most 1, as a share of the context window, got {}",
            compaction.threshold_pct
        ));
    }
    if let Some(name) = compaction
        .model_name
        .as_ref()
        .filter(|_| compaction.model_context_limit.is_none())
    {
        let Some(window) = prices.window_named(name) else {
            return refused(format!("the context window of the model `{name}` is unknown; {TELL}"));
        };
        compaction.model_context_limit = Some(window.0);
    }
    match compaction.threshold(prices.window_of(root)) {
        Some(_) => Ok(()),
        None => refused(format!("the context window of {} is unknown; {TELL}", root.identity())),
    }
}
