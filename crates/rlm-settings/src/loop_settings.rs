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

/// The maximum number of sub-calls in the profile `deterministic_first`.
const FEW_SUBCALLS: u32 = 10;

/// Whether the output of a program includes the value of its last line, if that is a bare
/// expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Echo {
    /// The value of the last line is shown, as if by `print(value)`.
    #[default]
    On,
    /// The value of the last line is not shown.
    Off,
}

/// The settings of a runner that apply to all of its runs.
#[derive(Clone, Default)]
pub struct LoopSettings {
    /// The limits of each run: its budgets, and the limits of its programs.
    pub limits: Limits,
    /// Whether a run that hits a limit ends with a best-effort answer or with an error.
    pub on_limit: OnLimit,
    /// The settings of the best-effort answer that a run gives when it hits a limit.
    pub best_effort: BestEffort,
    /// The settings of child runs.
    pub recursion: Recursion,
    /// The guards against a run that ends too early or loops uselessly.
    pub guards: Guards,
    /// The rules for accepting an answer of the root run.
    pub finalization: Finalization,
    /// The settings that select which earlier turns the root model is sent.
    pub history: History,
    /// Additional instructions for the root run, at the end of its system message.
    pub instructions: Option<Arc<str>>,
    /// The settings that determine whether a question is answered by a run or by one call, and the
    /// execution profile of runs.
    pub routing: Routing,
    /// Whether the value of a program's last line is shown if it is a bare expression.
    pub echo: Echo,
    /// Whether calls are issued speculatively, before a program reaches them.
    pub run_ahead: RunAhead,
    /// Whether equal sub-calls of a run share one request.
    pub dedupe: bool,
    /// The tools that programs may call.
    pub tools: Toolbox,
    /// The tokenizer that programs use to count tokens; `None` estimates tokens.
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

    /// Returns the maximum number of characters of output that are shown per turn.
    #[must_use]
    pub fn shown_output(&self) -> usize {
        usize::try_from(self.limits.shown_output).unwrap_or(usize::MAX)
    }

    /// Returns an estimate of the maximum length of a sub-call's reply in characters, at four per
    /// token.
    const fn reply_chars(&self) -> u64 {
        self.limits.sub_max_output.0.saturating_mul(4)
    }

    /// Returns the limits and features that the prompt of the root run mentions. `limits` replaces
    /// the limits of these settings.
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

    /// Creates the virtual machine for a run `depth` levels below the root run.
    ///
    /// # Errors
    /// [`ToolNameError`] if a tool has an invalid name, which a runner has ruled out already.
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

    /// Applies an execution profile to the guards and limits.
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
                    detail: "semantic_batches needs sub-calls, but the limits of the run allow none".to_owned(),
                });
            }
            ExecutionProfile::SemanticBatches => self.guards.require_subcall_before_final = true,
            ExecutionProfile::Hybrid | ExecutionProfile::Verify => {}
        }
        Ok(())
    }

    /// Checks that the settings don't need programs if the route is [`Route::Direct`], which runs
    /// none.
    ///
    /// # Errors
    /// [`InvalidSetting`] if a setting needs programs.
    pub fn check_route(&self) -> Result<(), InvalidSetting> {
        match (self.routing.route, self.needs_programs()) {
            (Route::Direct, Some(why)) => Err(InvalidSetting {
                setting: "route",
                detail: format!("can't answer directly: {why}"),
            }),
            _ => Ok(()),
        }
    }

    /// Returns the reason why these settings need a run with programs. Returns `None` if they
    /// don't.
    #[must_use]
    pub fn needs_programs(&self) -> Option<&'static str> {
        let guards = &self.guards;
        if guards.require_repl_before_final || guards.require_subcall_before_final {
            return Some("a program or a sub-call is required before an answer is accepted");
        }
        (!self.tools.is_empty()).then_some("only programs can call tools")
    }
}
