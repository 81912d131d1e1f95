//! The settings of a runner that apply to all of its runs.

use std::sync::Arc;

use rlm_answer::{Finalization, InvalidSetting};
use rlm_policy::{Limits, OnLimit};
use rlm_prompt::{ExecutionProfile, History, Limited, ProgramForm, PromptError, Prompts};
use serde::{Deserialize, Serialize};
use sift_text::Tokenizer;
use sift_vm::{ContextData, Machine, RunAhead, ToolNameError};

use crate::best_effort::BestEffort;
use crate::guards::Guards;
use crate::recursion::Recursion;
use crate::routing::{Route, Routing};
use crate::toolbox::Toolbox;

/// The maximum number of sub-calls under the profile `deterministic_first`.
const FEW_SUBCALLS: u32 = 10;

/// Whether the value of a program's last line is shown if it is a bare expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Echo {
    /// It is shown, as by `print(value)`.
    #[default]
    On,
    /// It is not.
    Off,
}

/// The settings of a runner that apply to all of its runs.
#[derive(Clone, Default)]
pub struct LoopSettings {
    /// The budgets of a run.
    pub limits: Limits,
    /// Whether a limit is an error.
    pub on_limit: OnLimit,
    /// How the best answer is obtained at a limit.
    pub best_effort: BestEffort,
    /// How runs start child runs.
    pub recursion: Recursion,
    /// The conditions for ending a run.
    pub guards: Guards,
    /// The conditions for accepting an answer.
    pub finalization: Finalization,
    /// Which earlier turns the root model is sent.
    pub history: History,
    /// Instructions for the root run, at the end of its system message.
    pub instructions: Option<Arc<str>>,
    /// How questions are routed.
    pub routing: Routing,
    /// Whether the value of a program's last line is shown.
    pub echo: Echo,
    /// Whether calls are issued before a program reaches them.
    pub run_ahead: RunAhead,
    /// Whether equal sub-calls of a run are one request.
    pub dedupe: bool,
    /// The tools that programs may call.
    pub tools: Toolbox,
    /// The tokenizer that programs count by; `None` estimates tokens.
    pub tokenizer: Option<Arc<dyn Tokenizer>>,
}

impl LoopSettings {
    /// Renders the root run's system message.
    ///
    /// # Errors
    /// [`PromptError`] if a template is invalid.
    pub fn root_system(&self, prompts: &Prompts, limited: Limited) -> Result<String, PromptError> {
        let system = prompts.root_system_with(limited, self.tools.shown(0))?;
        Ok(match &self.instructions {
            Some(instructions) => format!("{system}\n\n{}", prompts.instructions(instructions)?),
            None => system,
        })
    }

    /// Returns the maximum number of characters of output that a turn shows.
    #[must_use]
    pub fn shown_output(&self) -> usize {
        usize::try_from(self.limits.shown_output).unwrap_or(usize::MAX)
    }

    /// Estimates the maximum number of characters of a reply to a sub-call, at four a token.
    const fn reply_chars(&self) -> u64 {
        self.limits.sub_max_output.0.saturating_mul(4)
    }

    /// Returns the bounds that the root model of the root run is told, under limits that may differ from these.
    #[must_use]
    pub fn limited(&self, limits: &Limits, search: bool, programs: ProgramForm) -> Limited {
        Limited {
            subcalls: limits.granted_subcalls(),
            child_runs: limits.has_child_runs_below(0),
            shown_output: self.shown_output(),
            reply_chars: self.reply_chars(),
            steps: limits.steps,
            search,
            programs,
            profile: self.routing.profile,
        }
    }

    /// Makes the machine of a run `depth` levels below the root run.
    ///
    /// # Errors
    /// [`ToolNameError`] if a tool has an invalid name; those of a runner were checked.
    pub fn machine(&self, context: ContextData, question: &str, depth: usize) -> Result<Machine, ToolNameError> {
        let settings = sift_vm::Settings {
            fuel: self.limits.fuel,
            memory_bytes: usize::try_from(self.limits.memory).unwrap_or(usize::MAX),
            echo: match self.echo {
                Echo::On => sift_vm::Echo::On,
                Echo::Off => sift_vm::Echo::Off,
            },
            run_ahead: self.run_ahead,
            chunk_chars: usize::try_from(self.limits.chunk_chars).unwrap_or(usize::MAX),
            ..sift_vm::Settings::default()
        };
        let machine = Machine::new(settings, context, question).with_tokenizer(self.tokenizer.clone());
        machine.with_tools(self.tools.host_tools(depth))
    }

    /// Applies a profile to the guards and limits.
    ///
    /// # Errors
    /// [`InvalidSetting`] if the profile needs sub-calls and the run may make none.
    pub fn apply(&mut self, profile: ExecutionProfile) -> Result<(), InvalidSetting> {
        self.guards.require_repl_before_final = true;
        match profile {
            ExecutionProfile::DeterministicFirst => {
                self.limits.subcalls = self.limits.subcalls.min(FEW_SUBCALLS);
                self.recursion.recursive_subcalls.get_or_insert(false);
            }
            ExecutionProfile::SemanticBatches if self.limits.granted_subcalls() == 0 => {
                return Err(InvalidSetting {
                    setting: "profile",
                    detail: "semantic_batches asks sub-models, and the run may make no sub-calls".to_owned(),
                });
            }
            ExecutionProfile::SemanticBatches => self.guards.require_subcall_before_final = true,
            ExecutionProfile::Hybrid | ExecutionProfile::Verify => {}
        }
        Ok(())
    }

    /// Checks that direct answers are possible if every question is to be answered directly.
    ///
    /// # Errors
    /// [`InvalidSetting`] if another setting needs programs.
    pub fn check_route(&self) -> Result<(), InvalidSetting> {
        match (self.routing.route, self.needs_programs()) {
            (Route::Direct, Some(why)) => Err(InvalidSetting {
                setting: "route",
                detail: format!("no direct answer is possible: {why}"),
            }),
            _ => Ok(()),
        }
    }

    /// Returns why these settings need programs, if they do.
    #[must_use]
    pub fn needs_programs(&self) -> Option<&'static str> {
        let guards = &self.guards;
        if guards.require_repl_before_final || guards.require_subcall_before_final {
            return Some("a program is to run, or a sub-model to be asked, before an answer is taken");
        }
        (!self.tools.is_empty()).then_some("tools are called by programs")
    }
}
