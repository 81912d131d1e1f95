//! Constrained decoding of the root model's programs.

use std::sync::{Arc, OnceLock};

use rlm_grammar::Notation;
use rlm_model::{Grammar, GrammarWay, Model, ModelIdentity, ReplyForm};
use rlm_prompt::ProgramForm;

/// Whether the root model's decoding is constrained to the grammar of Sift, so that each program
/// that it writes parses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Constrain {
    /// Decoding is constrained if the server accepts a grammar at little cost in tokens and time.
    #[default]
    Auto,
    /// Decoding is always constrained. A run fails to start if the server does not accept a
    /// grammar.
    Always,
    /// Decoding is never constrained.
    Never,
}

/// The way in which the root model's decoding is constrained in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint {
    /// The way in which the server accepts the grammar, such as in a tool definition.
    pub way: GrammarWay,
    /// Whether a model call fails if the server does not accept the grammar.
    pub required: bool,
}

/// The error for a root model that can't be constrained to a grammar, although
/// [`Constrain::Always`] is set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not known to support constrained decoding")]
pub struct NoGrammar(pub ModelIdentity);

impl Constrain {
    /// Returns the constraint for the decoding of a model, or `None` if it is unconstrained.
    ///
    /// # Errors
    /// [`NoGrammar`] if a constraint is required and the model can't be constrained.
    pub async fn resolve(self, model: &dyn Model) -> Result<Option<Constraint>, NoGrammar> {
        let required = match self {
            Self::Always => true,
            // Querying the server's supported ways costs a request.
            Self::Auto if model.is_grammar_advised() => false,
            Self::Auto | Self::Never => return Ok(None),
        };
        match model.grammar_way().await {
            Some(way) => Ok(Some(Constraint { way, required })),
            None if required => Err(NoGrammar(model.identity().clone())),
            None => Ok(None),
        }
    }
}

/// Returns the form in which a root model writes its programs, with or without a constraint.
#[must_use]
pub fn program_form(constraint: Option<Constraint>) -> ProgramForm {
    ProgramForm::for_grammar(constraint.map(|constraint| constraint.way))
}

impl Constraint {
    /// Returns the constraint as the format that a model's reply must have.
    #[must_use]
    pub fn form(self) -> ReplyForm {
        // The texts are the same for all runs and take milliseconds to generate.
        static NOTATIONS: OnceLock<[Arc<str>; 2]> = OnceLock::new();
        let [lark, gbnf] =
            NOTATIONS.get_or_init(|| [Notation::Lark, Notation::Gbnf].map(|notation| notation.text().into()));
        ReplyForm::Grammar(Arc::new(Grammar {
            name: "sift".into(),
            purpose: "Runs a program, and returns what it printed.".into(),
            lark: Arc::clone(lark),
            gbnf: Arc::clone(gbnf),
            way: self.way,
            required: self.required,
        }))
    }
}
