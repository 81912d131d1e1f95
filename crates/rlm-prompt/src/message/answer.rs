//! Messages about answers: the requirements, the reasons for a rejection, the judgement of a goal,
//! and the request for a best-effort answer.

use rlm_answer::{AnswerForm, Finalization, Remark};
use serde::Serialize;

use super::line::{remark_line, with_marker};
use super::turn::Turn;
use crate::error::PromptError;
use crate::quoting::{Excerpt, quoted, quoted_line};
use crate::template::{PromptName, Prompts};

/// The maximum number of listed reasons for a rejection, and the maximum characters of each.
const LISTED_REASONS: usize = 8;
const REASON_CHARS: usize = 400;
/// The maximum characters that are shown of a rejected answer.
const ANSWER_CHARS: usize = 1_000;
/// The maximum characters of an answer to judge, and of each line of the requirements.
const JUDGED_CHARS: usize = 40_000;
const LINE_CHARS: usize = 1_000;

/// A rejected answer and the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRejection {
    /// The rejected answer.
    pub answer: String,
    /// The reasons for the rejection, with hints.
    pub reasons: Vec<Remark>,
}

impl Prompts {
    /// Renders the rejection of an answer that a reply gave without a program.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn set_aside(&self, rejection: &AnswerRejection, turn: Turn) -> Result<String, PromptError> {
        self.render_rejection(rejection, turn.banner(self)?)
    }

    pub(super) fn render_rejection(
        &self,
        rejection: &AnswerRejection,
        banner: Option<String>,
    ) -> Result<String, PromptError> {
        let reasons = rejection.reasons.iter().take(LISTED_REASONS);
        let variables = RejectionVariables {
            answer: with_marker(Excerpt::head_of(&rejection.answer, ANSWER_CHARS)),
            reasons: reasons.map(|reason| remark_line(reason, REASON_CHARS)).collect(),
            banner,
        };
        self.render(PromptName::AnswerSetAside, variables)
    }

    /// Renders the requirements for an answer that is given in a form; `None` if there are none.
    ///
    /// ```
    /// use rlm_prompt::Prompts;
    /// use rlm_answer::{AnswerForm, Finalization, SuccessCriteria};
    ///
    /// let prompts = Prompts::built_in()?;
    /// let criteria = SuccessCriteria { required_substrings: vec!["in total".to_owned()], ..SuccessCriteria::default() };
    /// let asked = Finalization { criteria, ..Finalization::default() };
    /// assert!(prompts.answer_rules(&asked, AnswerForm::Words)?.is_some_and(|rules| rules.contains("in total")));
    /// assert_eq!(prompts.answer_rules(&Finalization::default(), AnswerForm::Words)?, None);
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn answer_rules(&self, finalization: &Finalization, form: AnswerForm) -> Result<Option<String>, PromptError> {
        let criteria = &finalization.criteria;
        if finalization.answer_schema.is_none() && criteria.is_none() {
            return Ok(None);
        }
        let lines = |texts: &[String]| texts.iter().map(|text| quoted_line(text, LINE_CHARS)).collect();
        let variables = RulesVariables {
            in_words: form == AnswerForm::Words,
            schema: finalization
                .answer_schema
                .as_ref()
                .map(|schema| quoted(&format!("{schema:#}"))),
            substrings: lines(&criteria.required_substrings),
            patterns: lines(&criteria.required_regex),
            case_insensitive: criteria.case_insensitive,
            words: criteria.min_word_count,
            goal: criteria.goal.as_deref().map(quoted),
        };
        self.render(PromptName::AnswerRules, variables).map(Some)
    }

    /// Renders the question to the judge whether an answer meets a goal.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn judge(&self, goal: &str, question: &str, answer: &str) -> Result<String, PromptError> {
        let variables = JudgeVariables {
            goal: quoted(goal),
            question: quoted(question),
            answer: with_marker(Excerpt::head_of(answer, JUDGED_CHARS)),
        };
        self.render(PromptName::Judge, variables)
    }

    /// Renders the request for a best-effort answer when `limit` ends the run.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn extract(&self, question: &str, limit: &str) -> Result<String, PromptError> {
        let variables = ExtractVariables {
            question: quoted(question),
            limit: limit.to_owned(),
        };
        self.render(PromptName::Extract, variables)
    }
}

#[derive(Serialize)]
struct RejectionVariables {
    answer: String,
    reasons: Vec<String>,
    banner: Option<String>,
}

#[derive(Serialize)]
struct RulesVariables {
    in_words: bool,
    schema: Option<String>,
    substrings: Vec<String>,
    patterns: Vec<String>,
    case_insensitive: bool,
    words: Option<u32>,
    goal: Option<String>,
}

#[derive(Serialize)]
struct JudgeVariables {
    goal: String,
    question: String,
    answer: String,
}

#[derive(Serialize)]
struct ExtractVariables {
    question: String,
    limit: String,
}
