//! Look-ups without a model: real answers from real files on a machine that has no network, no key and no model.

mod passage;
mod planner;
mod prompt;
mod words;

use rlm_model::{
    BoxFuture, Call, Message, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply, Role, Usage,
};

/// Changes when the same question may get another answer, so that caches do not mix the two.
const VERSION: &str = "2";

/// The reply of a sub-call where no sentence holds enough of the words.
const NO_ANSWER: &str = "NO_ANSWER";

/// The reply where a run is ended early and its best answer so far is asked for: look-ups have none.
const CANNOT_DETERMINE: &str = "CANNOT_DETERMINE: the run ended before both programs of the look-up had run.";

/// A stand-in for a model that looks words up.
///
/// As the root it is a planner of two fixed programs with the question's words put in as literals. The first
/// (`search.sift`) counts the words, visits the places of the rarest, and keeps the lines that hold the most of the words,
/// weighted by rarity; where no line does, it tries other letter cases, and then lines together with their neighbours. The
/// second (`answer.sift`) has long passages cut down by sub-calls and answers with the passages, as slices of the context,
/// so that they can be cited. As a sub-call it picks the sentences of a text that hold the most of a question's words, and
/// copies them word for word, or says `NO_ANSWER`.
///
/// It does not reason, and does not claim to: a question of three words or fewer is answered only by a passage that holds all
/// of them, a longer one by a passage that holds half their weight.
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
    /// Makes one; all are alike.
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
        // No tokens are used, since nothing is put into any.
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
    // The question is asked again only when a limit ended the run, and then no program is run any more.
    if of_user.any(|message| prompt::question(&message).is_some()) {
        return Ok(CANNOT_DETERMINE.to_owned());
    }
    planner::program(&question, call.id.position.turn).ok_or_else(|| no_more_programs(call))
}

fn no_question() -> ModelError {
    let message = "extractive: the prompt holds no question between <question> and </question>";
    ModelError::new(ModelErrorKind::NoReply, message)
        .with_hint("this stand-in for a model only works with rlm's own prompts")
}

fn no_more_programs(call: &Call) -> ModelError {
    let message = format!(
        "extractive: both of its programs have run by turn {}, without an answer",
        call.id.position.turn
    );
    ModelError::new(ModelErrorKind::NoReply, message).with_hint(
        "see the errors of its programs with `rlm trace last`; a question that needs more than a look-up needs a model",
    )
}
