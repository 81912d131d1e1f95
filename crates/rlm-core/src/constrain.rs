//! Holding the root model to the language while it writes its programs.

use std::sync::{Arc, OnceLock};

use rlm_grammar::Notation;
use rlm_model::{Grammar, GrammarWay, Model, ReplyForm};
use rlm_prompt::ProgramForm;

use crate::error::RunError;

/// Whether the root model is held to the language while it writes its programs, so that each of them parses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Constrain {
    /// Where its server takes a grammar, and neither its tokens nor its time are much more for it.
    #[default]
    Auto,
    /// In any way that its server has; a model that can't be held to it is refused before anything is asked.
    Always,
    /// Never.
    Never,
}

/// How the root model is held to the language in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) way: GrammarWay,
    /// Whether a server that turns out not to take the grammar is an error.
    pub(crate) required: bool,
}

impl Constrain {
    /// Returns how a model is held to the language, if it is.
    ///
    /// # Errors
    /// [`RunError::NoGrammar`] where it always should be and can't.
    pub(crate) async fn hold(self, model: &dyn Model) -> Result<Option<Held>, RunError> {
        let required = match self {
            Self::Always => true,
            // A server is not asked what it is for nothing.
            Self::Auto if model.is_grammar_advised() => false,
            Self::Auto | Self::Never => return Ok(None),
        };
        match model.grammar_way().await {
            Some(way) => Ok(Some(Held { way, required })),
            None if required => Err(RunError::NoGrammar {
                model: model.identity().clone(),
            }),
            None => Ok(None),
        }
    }
}

/// Returns the form of programs of a root model that is held in this way, if it is.
pub(crate) fn program_form(held: Option<Held>) -> ProgramForm {
    ProgramForm::for_grammar(held.map(|held| held.way))
}

impl Held {
    /// Returns the form that the reply with a program must have.
    pub(crate) fn form(self) -> ReplyForm {
        // Both are the same for all runs, and take milliseconds to write.
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
