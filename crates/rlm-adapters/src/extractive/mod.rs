//! A keyword search that takes the place of a model: it answers from the text of files, without
//! network, key or language model.

mod passage;
mod planner;
mod prompt;
mod words;

use rlm_model::{
    BoxFuture, Call, Message, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply, Role, Usage,
};

/// The version of the keyword search. It changes when answers to the same question may change, so
/// that caches distinguish them.
const VERSION: &str = "2";

/// The reply to a sub-call if no sentence of the text contains enough of the question's words.
const NO_ANSWER: &str = "NO_ANSWER";

/// The reply to a request for a best-effort answer, when a run is ended early. A keyword search has
/// no such answer.
const CANNOT_DETERMINE: &str = "CANNOT_DETERMINE: the run ended before both search programs had run.";

/// A keyword search that takes the place of a model.
///
/// As the root model, it sends two fixed programs that contain the question's words as literals.
/// The first (`search.sift`) counts the words, visits the occurrences of the rarest one, and keeps
/// the lines with the most words, weighted by rarity. If no line qualifies, it tries other letter
/// cases, and then lines together with their neighbours. The second (`answer.sift`) shortens long
/// passages by sub-calls, and answers with the passages as slices of the context, so that they can
/// be cited. In a sub-call, it copies the sentences of a text with the most words of a question
/// verbatim, or replies `NO_ANSWER`.
///
/// It does not reason. A question of three words or fewer is answered only by a passage that
/// contains all of them, a longer one by a passage with half of their weight.
///
/// ```
/// # use rlm_adapters::ExtractiveModel;
/// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
/// # let call = |model: &dyn Model, prompt: &str| {
/// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
/// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
/// #     Call { id: CallId::root(1, 1, 0), request_id, request }
/// # };
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let model = ExtractiveModel::new();
/// let prompt = "When is the roof mended?\n\nThe stairs are new.\nThe roof is mended in July.\n";
/// let reply = model.complete(&call(&model, prompt)).await?;
/// assert!(reply.text.contains("The roof is mended in July."), "the line that holds most of the words");
/// # Ok::<(), rlm_model::ModelError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ExtractiveModel {
    identity: ModelIdentity,
}

impl ExtractiveModel {
    /// Creates a keyword search that takes the place of a model.
    #[must_use]
    pub fn new() -> Self {
        Self {
            identity: ModelIdentity::new("extractive", VERSION, ""),
        }
    }
}

impl Default for ExtractiveModel {
    fn default() -> Self {
        Self::new()
    }
}

impl crate::ReachableModel for ExtractiveModel {}

impl Model for ExtractiveModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        // No tokens are used, since there is no model.
        let reply = answer(call).map(|text| Reply {
            notes: if call.id.is_root_model() {
                planner::notes(&call.request.messages)
            } else {
                Vec::new()
            },
            ..Reply::new(text, Usage::default())
        });
        Box::pin(std::future::ready(reply))
    }
}

fn answer(call: &Call) -> Result<String, ModelError> {
    let messages = &call.request.messages;
    let mut of_user = messages
        .iter()
        .filter(|message| message.role == Role::User)
        .map(Message::content);
    if !call.id.is_root_model() {
        let prompt = of_user.next_back().unwrap_or_default();
        let (question, text) = prompt::question_and_text(&prompt);
        return Ok(passage::best_sentences(question, text).unwrap_or_else(|| NO_ANSWER.to_owned()));
    }
    let question = of_user.find_map(|message| prompt::question(&message).map(str::to_owned));
    let question = question.ok_or_else(no_question)?;
    // The question appears again only if a limit ended the run, after which no program is run.
    if of_user.any(|message| prompt::question(&message).is_some()) {
        return Ok(CANNOT_DETERMINE.to_owned());
    }
    planner::program(&question, call.id.position.turn).ok_or_else(|| no_more_programs(call))
}

fn no_question() -> ModelError {
    let message = "extractive: no question between <question> and </question> in the prompt";
    ModelError::new(ModelErrorKind::NoReply, message)
        .with_hint("`extractive` works only with prompts that mark the question like the built-in ones")
}

fn no_more_programs(call: &Call) -> ModelError {
    let message = format!(
        "extractive: no answer by turn {}, after both of its programs have run",
        call.id.position.turn
    );
    ModelError::new(ModelErrorKind::NoReply, message)
        .with_hint("`rlm trace last` shows the errors of its programs; use a model for questions beyond keyword search")
}
