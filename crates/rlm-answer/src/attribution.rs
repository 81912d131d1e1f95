//! The attribution of an answer: its citations and its quotes with their verdicts.

use rlm_context::Context;
use sift_text::Settled;

use crate::citation::{Citation, Evidence, cite};
use crate::quotation::{self, Quote};

/// The places in the context from which an answer's words come, and the verdicts on its quotes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attribution {
    /// The pieces of the answer that occur verbatim in the context, in the order of the documents;
    /// at most [`MAX_CITATIONS`](crate::MAX_CITATIONS).
    pub citations: Vec<Citation>,
    /// The quotations in the answer, each with the verdict on it.
    pub quotes: Vec<Quote>,
    /// The places in the context that support the answer: its citations, plus one for each verified
    /// quotation that no citation covers.
    pub places: Vec<Citation>,
}

impl Attribution {
    /// Searches the context for the words of an answer and for its quotations. Quotations that the
    /// question contains too are ignored. Blocks while it reads up to 1 GiB of the context.
    #[must_use]
    pub fn find(answer: Settled<'_>, question: &str, context: &Context, evidence: &mut Evidence) -> Self {
        let citations = cite(answer, context, evidence);
        let quotes = quotation::check(&answer.to_flat(), question, context, evidence.given());
        let mut places = citations.clone();
        quotation::add_places(&mut places, &quotes, context);
        Self {
            citations,
            quotes,
            places,
        }
    }
}
