//! Constrained decoding of the root model's programs.

use std::sync::{Arc, OnceLock};

use rlm_grammar::Notation;
use rlm_model::{Grammar, GrammarWay, Model, ModelIdentity, ReplyForm};
use rlm_prompt::ProgramForm;

/// Whether the root model's decoding is constrained to the language, so that each of its programs parses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Constrain {
    /// If its server takes a grammar at little cost in tokens and time.
    #[default]
    Auto,
    /// Always; a run is refused if the server takes no grammar.
    Always,
    /// Never.
    Never,
}

/// How the root model's decoding is constrained in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint {
    /// How the server takes the grammar.
    pub way: GrammarWay,
    /// Whether it is an error if the server turns out not to take the grammar.
    pub required: bool,
}

/// The root model can't be constrained to a grammar, as [`Constrain::Always`] wants it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} can't be held to a grammar while it writes, as far as is known")]
pub struct NoGrammar(pub ModelIdentity);

impl Constrain {
    /// Returns how the decoding of a model is constrained, if it is.
    ///
    /// # Errors
    /// [`NoGrammar`] if it always should be and can't.
    pub async fn resolve(self, model: &dyn Model) -> Result<Option<Constraint>, NoGrammar> {
        let required = match self {
            Self::Always => true,
            // Asking the server for its ways costs a request.
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

/// Returns the form in which a root model writes its programs under a constraint, or without one.
#[must_use]
pub fn program_form(constraint: Option<Constraint>) -> ProgramForm {
    ProgramForm::for_grammar(constraint.map(|constraint| constraint.way))
}

impl Constraint {
    /// Returns the required form of a reply with a program.
    #[must_use]
    pub fn form(self) -> ReplyForm {
        // The texts are the same for all runs and take milliseconds to make.
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
