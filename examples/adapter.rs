//! Implements a custom model: any type that answers requests can be one.
//!
//! `cargo run --example adapter`

use rlm::budgets::{Money, Price, Usage};
use rlm::models::{BoxFuture, Call, ModelError, ModelErrorKind, ModelIdentity, Reply};
use rlm::{Context, Model, Rlm, RunError, Tokens};

/// An in-process engine with two fixed replies. A real one may hold a connection or a file of
/// weights.
struct HouseModel {
    identity: ModelIdentity,
}

impl HouseModel {
    fn new() -> Self {
        Self {
            // Distinguishes the model from others in caches, journals and replays.
            identity: ModelIdentity::new("house", "in-process", "house-1"),
        }
    }

    fn generate(&self, prompt: &str) -> Option<&'static str> {
        match prompt {
            _ if prompt.starts_with("Translate:") => Some("the gate is open"),
            _ if prompt.contains("What does it say?") => {
                Some("```repl\nFINAL(llm_query('Translate: ' + P.strip()))\n```")
            }
            _ => None,
        }
    }
}

impl Model for HouseModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    /// Returns the price in millionths of a dollar per million tokens. A run with a cost limit
    /// can't call a model without a price.
    fn price(&self) -> Option<Price> {
        Some(Price {
            input: Money(50_000),
            output: Money(200_000),
            ..Price::FREE
        })
    }

    /// Makes one attempt. Retries, rate limits, budgets and caches are handled by the caller. The
    /// attempt must stop when the future is dropped.
    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let prompt = call
                .request
                .messages
                .last()
                .map(rlm::models::Message::content)
                .unwrap_or_default();
            // The kind of an error determines whether the call is retried.
            let text = self.generate(&prompt).ok_or_else(|| {
                ModelError::new(
                    ModelErrorKind::InvalidRequest,
                    "it knows two things, and this is neither",
                )
            })?;
            let usage = Usage {
                input: call.request.input_tokens_estimate(),
                output: Tokens(text.len() as u64 / 4),
                ..Usage::default()
            };
            Ok(Reply::new(text, usage))
        })
    }
}

/// Runs a question with the custom model and returns the answer.
pub(crate) fn answer() -> Result<String, RunError> {
    let context = Context::from_text("la porte est ouverte\n");
    let result = Rlm::new(HouseModel::new()).run_blocking("What does it say?", &context)?;
    Ok(result.answer.or(result.message).unwrap_or_default())
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
fn main() -> Result<(), RunError> {
    println!("{}", answer()?);
    Ok(())
}
