//! Renders prompts as a run would send them, for prompt authors. No model is called.

use rlm_answer::AnswerForm;
use rlm_context::Context;
use rlm_prompt::{Example, ProgramForm, PromptName, Turn};

use super::{RunOptions, Runner, check_question};
use crate::error::RunError;

/// The label of a prompt that is rendered with the question and context of a run.
const OF_THE_RUN: &str = "as a run is sent it";

impl Runner {
    /// Renders a prompt as a run of this runner would send it. Prompts that depend on replies of
    /// models are rendered as [examples](rlm_prompt::Prompts::examples).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_prompt::PromptName;
    /// let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
    /// let context = Context::from_text("The vault code is 7-4-1.");
    /// let first = runner.render_prompt(PromptName::RootFirst, "What is the code?", &context, &RunOptions::default())?;
    /// assert!(first[0].text.contains("What is the code?"));
    /// assert!(!first[0].text.contains("7-4-1"), "of the context, its size and its names alone");
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run), if a run can't start.
    pub fn render_prompt(
        &self,
        name: PromptName,
        question: &str,
        context: &Context,
        options: &RunOptions,
    ) -> Result<Vec<Example>, RunError> {
        let search = options.retriever.is_some();
        check_question(question, context, search || !self.settings.tools.is_empty())?;
        context.count_at_start();
        let (prompts, limits) = (&self.prompts, self.limits());
        let text = match name {
            PromptName::RootSystem => Some(self.opening(question, context, search, None)?.0),
            PromptName::RootFirst => Some(self.opening(question, context, search, None)?.1),
            PromptName::SiftCard => {
                let limited = self.settings.limited(limits, search, ProgramForm::default());
                Some(prompts.card(limited, self.settings.tools.shown(0))?)
            }
            PromptName::ChildFirst => {
                let turn = Turn {
                    next: 1,
                    steps: limits.child_steps,
                };
                Some(prompts.child_first(question, context.joined(), turn)?)
            }
            PromptName::Extract => {
                let steps = limits.steps;
                Some(prompts.extract(question, &format!("MaxStepsExceeded: all {steps} steps are taken"))?)
            }
            PromptName::SubSystem => Some(prompts.sub_system()?),
            PromptName::AnswerRules => prompts.answer_rules(&self.settings.finalization, AnswerForm::Program)?,
            PromptName::Direct => {
                let text = prompts.direct(question, context, options.session.as_ref())?;
                Some(text.to_flat().unwrap_or_default().into_owned())
            }
            PromptName::Instructions => {
                let instructions = self.settings.instructions.as_deref();
                instructions.map(|said| prompts.instructions(said)).transpose()?
            }
            PromptName::Session => {
                let session = options.session.as_ref();
                session.map(|session| prompts.session(session)).transpose()?
            }
            PromptName::Judge => {
                let goal = self.settings.finalization.criteria.goal.as_deref();
                goal.map(|goal| prompts.judge(goal, question, "(the answer)"))
                    .transpose()?
            }
            PromptName::Observation
            | PromptName::NoProgram
            | PromptName::AnswerSetAside
            | PromptName::TurnBanner
            | PromptName::Compact
            | PromptName::Compacted => None,
        };
        Ok(match text {
            Some(text) => vec![Example { case: OF_THE_RUN, text }],
            None => prompts.examples(name)?,
        })
    }
}
