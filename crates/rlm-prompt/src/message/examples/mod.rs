//! Example renderings of each prompt in all cases. They serve tests and authors of custom
//! templates, and reveal before a run whether a custom template can be rendered.

mod opening;

use std::sync::Arc;

use rlm_answer::{AnswerForm, Finalization, Remark, SuccessCriteria};
use serde_json::json;

use super::answer::AnswerRejection;
use super::observation::{NoProgram, Observed, Shown};
use super::opening::ProgramForm;
use super::turn::Turn;
use crate::error::PromptError;
use crate::template::{PromptName, Prompts};

/// A prompt rendered in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The case, in a few words.
    pub case: &'static str,
    /// The rendered text.
    pub text: String,
}

impl Example {
    /// Estimates the number of tokens: a quarter of the bytes.
    #[must_use]
    pub const fn tokens(&self) -> u64 {
        self.text.len().div_ceil(4) as u64
    }
}

const QUESTION: &str = "What is the code?";
const MIDDLE: Turn = Turn { next: 2, steps: 40 };

type Cases = Result<Vec<(&'static str, String)>, PromptError>;

impl Prompts {
    /// Renders a prompt in all cases, with short values.
    ///
    /// ```
    /// use rlm_prompt::{PromptName, Prompts};
    ///
    /// let prompts = Prompts::built_in()?;
    /// let budget = prompts.front_matter(PromptName::Observation)?.budget.unwrap_or(u64::MAX);
    /// let examples = prompts.examples(PromptName::Observation)?;
    /// assert!(examples.len() > 1 && examples.iter().all(|example| example.tokens() <= budget));
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn examples(&self, name: PromptName) -> Result<Vec<Example>, PromptError> {
        let cases = match name {
            PromptName::RootSystem => self.root_systems(),
            PromptName::SiftCard => self.cards(),
            PromptName::RootFirst => self.root_firsts(),
            PromptName::ChildFirst => self.child_firsts(),
            PromptName::Observation => self.observations(),
            PromptName::NoProgram => self.no_programs(),
            PromptName::AnswerSetAside => self.set_asides(),
            PromptName::AnswerRules => self.rules(),
            PromptName::Judge => one("an answer", self.judge("It names the code.", QUESTION, "7-4-1")),
            PromptName::Direct => self.directs(),
            PromptName::Session => self.sessions(),
            PromptName::TurnBanner => self.banners(),
            PromptName::Extract => one(
                "out of turns",
                self.extract(QUESTION, "MaxStepsExceeded: all 2 steps are taken"),
            ),
            PromptName::Compact => each([1, 3], |turns| (several(turns), self.compact(turns))),
            PromptName::Compacted => each([1, 3], |turns| (several(turns), self.compacted(turns))),
            PromptName::SubSystem => one("a sub-call", self.sub_system()),
            PromptName::Instructions => one("a line", self.instructions("Answer in one sentence.")),
        };
        Ok(cases?.into_iter().map(|(case, text)| Example { case, text }).collect())
    }

    fn observations(&self) -> Cases {
        let shown = |turn, observed: Observed| self.observation(&observed, SHOWN_CHARS, turn);
        let refused = || Observed {
            refused: Some("S0201 at 1:7: `contxt` is not defined\nwrite: context".to_owned()),
            ..Observed::default()
        };
        let lines: String = (0..40).map(|line| format!("line {line}\n")).collect();
        let cases = [
            ("nothing printed", MIDDLE, Observed::default()),
            (
                "output and variables",
                MIDDLE,
                Observed {
                    output: "3 hits\n".to_owned(),
                    variables: vec![variable("hits")],
                    ..Observed::default()
                },
            ),
            (
                "more output and variables than are shown",
                MIDDLE,
                Observed {
                    output: lines,
                    variables: (0..45).map(|number| variable(&format!("v{number}"))).collect(),
                    ..Observed::default()
                },
            ),
            (
                "an error, with a note",
                MIDDLE,
                Observed {
                    error: Some("line 2: KeyError: 'total'".to_owned()),
                    notes: vec!["a second program in your reply was not run; send one a turn.".into()],
                    ..Observed::default()
                },
            ),
            (
                "a limit",
                MIDDLE,
                Observed {
                    limit: Some("FuelExhausted: the program used all units of work of its turn".to_owned()),
                    ..Observed::default()
                },
            ),
            (
                "a rejected answer",
                MIDDLE,
                Observed {
                    set_aside: Some(rejection()),
                    ..Observed::default()
                },
            ),
            ("a rejected program", MIDDLE, refused()),
            (
                "a rejected program, two turns left",
                Turn { next: 39, steps: 40 },
                refused(),
            ),
            (
                "a rejected program in the last turn",
                Turn { next: 41, steps: 40 },
                refused(),
            ),
        ];
        each(cases, |(case, turn, observed)| (case, shown(turn, observed)))
    }

    fn no_programs(&self) -> Cases {
        let there = || vec!["answer".to_owned(), "hits".to_owned()];
        let cases = [
            ("an empty reply", NoProgram::Empty),
            ("only thinking", NoProgram::OnlyThinking),
            ("prose", NoProgram::Prose),
            ("another fence", NoProgram::OtherFence("json".to_owned())),
            ("a tool without a program", NoProgram::ToolWithoutProgram),
            ("a final that is not last", NoProgram::FinalNotLast),
            (
                "a missing variable",
                NoProgram::NoSuchVariable("anwser".to_owned(), there()),
            ),
            (
                "a missing variable, and no others",
                NoProgram::NoSuchVariable("x".to_owned(), Vec::new()),
            ),
            ("an empty final", NoProgram::EmptyFinal),
        ];
        let mut rendered = each(cases, |(case, reason)| {
            (case, self.no_program(&reason, ProgramForm::Fenced, MIDDLE))
        })?;
        let last = Turn { next: 40, steps: 40 };
        let text = self.no_program(&NoProgram::ToolWithoutProgram, ProgramForm::Tool, last)?;
        rendered.push(("constrained by a tool, in the last turn", text));
        Ok(rendered)
    }

    fn set_asides(&self) -> Cases {
        each(
            [("a turn", MIDDLE), ("the last turn", Turn { next: 40, steps: 40 })],
            |(case, turn)| (case, self.set_aside(&rejection(), turn)),
        )
    }

    fn rules(&self) -> Cases {
        let all = Finalization {
            answer_schema: Some(Arc::new(json!({"type": "object"}))),
            criteria: SuccessCriteria {
                required_substrings: vec!["7-4-1".to_owned()],
                required_regex: vec![r"\d-\d".to_owned()],
                case_insensitive: true,
                min_word_count: Some(3),
                goal: Some("It names the code.".to_owned()),
            },
            ..Finalization::default()
        };
        let mut with_case = all.clone();
        with_case.criteria.case_insensitive = false;
        each(
            [
                ("all criteria", &all, AnswerForm::Program),
                ("case-sensitive", &with_case, AnswerForm::Program),
                ("in words", &all, AnswerForm::Words),
            ],
            |(case, asked, form)| (case, self.answer_rules(asked, form).map(Option::unwrap_or_default)),
        )
    }

    fn banners(&self) -> Cases {
        let cases = [
            ("one turn", 1, 1),
            ("the first of two", 1, 2),
            ("past halfway", 30, 40),
            ("the second to last", 39, 40),
            ("the last", 40, 40),
        ];
        each(cases, |(case, next, steps)| {
            let banner = Turn { next, steps }.banner(self);
            (case, banner.map(Option::unwrap_or_default))
        })
    }
}

/// The maximum characters of output in examples.
const SHOWN_CHARS: usize = 100;

fn one(case: &'static str, text: Result<String, PromptError>) -> Cases {
    Ok(vec![(case, text?)])
}

fn each<T>(
    cases: impl IntoIterator<Item = T>,
    mut render: impl FnMut(T) -> (&'static str, Result<String, PromptError>),
) -> Cases {
    let rendered = cases.into_iter().map(|case| {
        let (case, text) = render(case);
        Ok((case, text?))
    });
    rendered.collect()
}

const fn several(turns: u32) -> &'static str {
    match turns {
        1 => "one turn",
        _ => "several turns",
    }
}

fn variable(name: &str) -> Shown {
    Shown {
        name: name.to_owned(),
        type_name: "list".to_owned(),
        summary: "3 items".to_owned(),
    }
}

fn rejection() -> AnswerRejection {
    AnswerRejection {
        answer: "7".to_owned(),
        reasons: vec![
            "it does not contain \"7-4-1\".".into(),
            Remark::quoting(
                "it does not match the schema:",
                "at /code: 7 is not of type \"string\".",
            ),
        ],
    }
}
