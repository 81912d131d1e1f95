//! Routes a question to one call with the whole context, or to a run whose programs read the
//! context.
//!
//! A direct answer is a normal turn: it is reserved, recorded, cached, resumed and replayed, and
//! its answer is checked. The route is decided before anything is spent, and recorded in the
//! journal's settings. A re-executed run keeps it.

use rlm_context::Context;
use rlm_model::{Parameters, Request, Tokens, grouped};
use rlm_prompt::SessionState;
use rlm_settings::{AnswerMethod, LARGEST_WINDOW, Route, Routing, RoutingDecision, tokens_of_content};

use crate::error::RunError;
use crate::run::direct_message;
use crate::runner::Runner;

/// The name of the adapter of the offline keyword-search model, which writes programs but can't
/// answer directly.
const KEYWORD_SEARCH: &str = "search";

impl Runner {
    /// Returns the runner for a question, with its execution profile applied and its route decided.
    ///
    /// # Errors
    /// [`RunError::NotDirect`], [`RunError::Setting`], [`RunError::Prompt`].
    pub fn routed(&self, question: &str, context: &Context, session: Option<&SessionState>) -> Result<Self, RunError> {
        let routed = match self.settings.routing.route {
            Route::Rlm => None,
            Route::Direct => {
                let refused = match self.reason_against_direct_answer() {
                    Some(why) => Some(why.to_owned()),
                    None => self.too_long_for_direct(question, context, session)?,
                };
                if let Some(reason) = refused {
                    return Err(RunError::NotDirect { reason });
                }
                Some(RoutingDecision {
                    method: AnswerMethod::Baseline,
                    reason: "a direct answer was requested".to_owned(),
                })
            }
            Route::Auto => Some(self.decide(question, context, session)?),
        };
        let mut runner = self.clone();
        if let Some(profile) = self.settings.routing.profile {
            runner.settings.apply(profile)?;
        }
        runner.settings.routing.routed = routed;
        Ok(runner)
    }

    fn decide(
        &self,
        question: &str,
        context: &Context,
        session: Option<&SessionState>,
    ) -> Result<RoutingDecision, RunError> {
        let by_run = |reason: String| RoutingDecision {
            method: AnswerMethod::Rlm,
            reason,
        };
        if let Some(why) = self
            .settings
            .needs_programs()
            .or_else(|| self.reason_against_direct_answer())
        {
            return Ok(by_run(why.to_owned()));
        }
        if context.is_empty() {
            return Ok(by_run("the context is empty".to_owned()));
        }
        if context.documents().iter().any(|document| document.image().is_some()) {
            return Ok(by_run(
                "the context has images, which programs show to sub-models".to_owned(),
            ));
        }
        if session.is_some_and(|session| !session.memory.is_empty()) {
            return Ok(by_run("`memory` contains values for this question".to_owned()));
        }
        if session.is_some_and(|session| session.variables.is_some()) {
            return Ok(by_run("the session keeps the variables of programs".to_owned()));
        }
        let most = self.settings.routing.baseline_threshold;
        let length = Length::of(context, most);
        if length.is_at_least(most) {
            return Ok(by_run(format!(
                "the context has {length}; only contexts of fewer than {} characters are answered directly",
                grouped(most)
            )));
        }
        Ok(match self.too_long_for_direct(question, context, session)? {
            Some(reason) => by_run(reason),
            None => RoutingDecision {
                method: AnswerMethod::Baseline,
                reason: format!("the context has {length}, fewer than {}", grouped(most)),
            },
        })
    }

    /// Returns the reason why the root model can't answer directly: a keyword-search model can only
    /// write programs.
    fn reason_against_direct_answer(&self) -> Option<&'static str> {
        let is_look_up = self.roles.root.model.identity().adapter == KEYWORD_SEARCH;
        is_look_up.then_some("keyword search works only with programs")
    }

    /// Returns the reason why a context is too long for a direct answer, by counted or estimated
    /// tokens. Returns `None` if it fits into one prompt.
    fn too_long_for_direct(
        &self,
        question: &str,
        context: &Context,
        session: Option<&SessionState>,
    ) -> Result<Option<String>, RunError> {
        let role = &self.roles.root;
        let window = role.window.map(|window| window.0);
        let max_output = self.limits().root_max_output;
        let room = window.unwrap_or(LARGEST_WINDOW).saturating_sub(max_output.0);
        // Skips rendering if the context can't fit in any case.
        let at_least = context.total().bytes / 8;
        let tokens = match at_least > room {
            true => Tokens(context.total().bytes.div_ceil(4)),
            false => {
                let message = direct_message(&self.prompts, question, context, session, &self.settings)?;
                let request = Request::new(vec![message], Parameters::with_max_output(max_output));
                tokens_of_content(&request, role.counter.as_deref()).unwrap_or_else(|| request.input_tokens_estimate())
            }
        };
        if tokens.0 <= room {
            return Ok(None);
        }
        let tokens = grouped(tokens.0);
        let model = role.model.identity();
        Ok(Some(match window {
            Some(_) => format!(
                "question and context have about {tokens} tokens, but {model} accepts {} besides its answer",
                grouped(room)
            ),
            None => format!("question and context have about {tokens} tokens, more than any known model accepts"),
        }))
    }

    /// Returns the runner with other routing settings.
    ///
    /// # Errors
    /// [`RunError::Setting`] if every question must be answered directly but another setting
    /// prevents it.
    pub fn with_routing(&self, routing: Routing) -> Result<Self, RunError> {
        let mut runner = self.clone();
        runner.settings.routing = routing;
        runner.settings.check_route()?;
        Ok(runner)
    }
}

/// The length of a context in characters, or in bytes if those suffice for the decision about its
/// route.
#[derive(Debug, Clone, Copy)]
enum Length {
    Chars(u64),
    Bytes(u64),
}

impl Length {
    fn of(context: &Context, most: u64) -> Self {
        let total = context.total();
        // A character has at most four bytes.
        if total.chars.is_none() && total.bytes / 4 >= most {
            return Self::Bytes(total.bytes);
        }
        let chars = context.documents().iter().map(|document| document.chars());
        Self::Chars(chars.fold(0, u64::saturating_add))
    }

    const fn is_at_least(self, most: u64) -> bool {
        match self {
            Self::Chars(chars) => chars >= most,
            Self::Bytes(_) => true,
        }
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Chars(1) => write!(f, "1 character"),
            Self::Chars(chars) => write!(f, "{} characters", grouped(*chars)),
            Self::Bytes(bytes) => write!(f, "{} bytes", grouped(*bytes)),
        }
    }
}
