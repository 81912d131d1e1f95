//! A keyword search that takes the place of a model: it answers from the text of files, without
//! network, key or language model.

mod passage;
mod program;
mod prompt;
mod words;

use rlm_model::{
    BoxFuture, Call, Message, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply, Role, Usage,
};

/// The version of the search. It changes when answers to the same question may change, so that
/// caches distinguish them.
const VERSION: &str = "3";

/// The reply to a sub-call if no sentence contains enough of the words.
const NO_ANSWER: &str = "NO_ANSWER";

/// The reply if a run is ended early and a best-effort answer is requested, which a keyword search
/// does not have.
const CANNOT_DETERMINE: &str = "CANNOT_DETERMINE: the run ended before the search had finished.";

/// A keyword search that takes the place of a model.
///
/// As the root model, it sends one fixed program (`search.sift`) with the question and its words as
/// literals. The program ranks paragraphs of the context with `search` and answers with the best
/// five, as slices of the context, so that they can be cited, each under its file and line. If no
/// paragraph matches enough of the question, it says where each word occurs. The run needs a
/// retriever, such as `rlm_retrieval::Bm25`, which the command line provides. In a sub-call, the
/// search copies the sentences of a text with the most words of a question verbatim, or replies
/// `NO_ANSWER`.
///
/// ```
/// # use rlm_adapters::SearchModel;
/// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
/// # let call = |model: &dyn Model, prompt: &str| {
/// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
/// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
/// #     Call { id: CallId::root(1, 1, 0), request_id, request }
/// # };
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let model = SearchModel::new();
/// let prompt = "When is the roof mended?\n\nThe stairs are new.\nThe roof is mended in July.\n";
/// let reply = model.complete(&call(&model, prompt)).await?;
/// assert!(reply.text.contains("The roof is mended in July."), "the line that holds most of the words");
/// # Ok::<(), rlm_model::ModelError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SearchModel {
    identity: ModelIdentity,
}

impl SearchModel {
    /// Creates a keyword search that takes the place of a model.
    #[must_use]
    pub fn new() -> Self {
        Self {
            identity: ModelIdentity::new("search", VERSION, ""),
        }
    }
}

impl Default for SearchModel {
    fn default() -> Self {
        Self::new()
    }
}

impl crate::ReachableModel for SearchModel {}

impl Model for SearchModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        // No tokens are used, since there is no model.
        let checked = call.request.without_images(&self.identity);
        let reply = checked
            .and_then(|_| answer(call))
            .map(|text| Reply::new(text, Usage::default()));
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
    if call.id.position.turn > 1 {
        return Err(no_more_programs(call));
    }
    Ok(program::search(&question))
}

fn no_question() -> ModelError {
    let message = "search: no question between <question> and </question> in the prompt";
    ModelError::new(ModelErrorKind::NoReply, message)
        .with_hint("`search` works only with prompts that mark the question like the built-in ones")
}

fn no_more_programs(call: &Call) -> ModelError {
    let message = format!(
        "search: no answer by turn {}, after its program has run",
        call.id.position.turn
    );
    ModelError::new(ModelErrorKind::NoReply, message)
        .with_hint("it needs the function `search` of programs: omit --no-search, or set `RunOptions::retriever`; `rlm trace last` shows the error")
}
