//! Calls as the loop makes them.

use rlm_model::{Call, CallId, Message, Model, ModelError, Parameters, Reply, Request, RequestId, Tokens};

/// A call with these messages; its request id is that of the model asked.
pub(crate) fn call_of(model: &dyn Model, id: &str, messages: Vec<Message>) -> Call {
    let request = Request::new(messages, Parameters::with_max_output(Tokens(100)));
    Call {
        id: id.parse().unwrap(),
        request_id: RequestId {
            digest: request.digest(model.identity()),
            occurrence: 0,
        },
        request,
    }
}

/// Asks for the program of a turn.
pub(crate) async fn ask_root(model: &dyn Model, turn: u32, prompt: &str) -> Result<Reply, ModelError> {
    let id = CallId::root(turn, 0, 0).to_string();
    let messages = vec![Message::system("You write programs."), Message::user(prompt)];
    model.complete(&call_of(model, &id, messages)).await
}

/// Asks as a program does, in the call named.
pub(crate) async fn ask_sub(model: &dyn Model, id: &str, prompt: &str) -> Result<Reply, ModelError> {
    let messages = vec![Message::system("You are a sub-LLM."), Message::user(prompt)];
    model.complete(&call_of(model, id, messages)).await
}
