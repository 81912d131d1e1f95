//! Tests of constrained replies, by provider: the request, and the extraction of the reply.
//!
//! Requests, replies and streams have the formats of the pages that the modules link to (read in
//! November 2026).

use rlm_adapters::{AnthropicModel, Endpoint, ModelServer, OllamaModel, OpenAiModel, ResponsesModel};
use rlm_model::{Call, Finish, GrammarWay, Model, Reply};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::{Value, json};

use crate::support::{call_for_json, call_for_program, captured, notes};

fn endpoint(base_url: &str) -> Endpoint {
    Endpoint::new(base_url.parse().unwrap(), "m")
}

fn azure(server: &TestServer) -> OpenAiModel {
    OpenAiModel::azure(endpoint(&format!("{}/openai/v1", server.url())), "").unwrap()
}

fn served_by(server: &TestServer, program: ModelServer) -> OpenAiModel {
    let endpoint = Endpoint {
        server: Some(program),
        ..endpoint(&server.base_url())
    };
    OpenAiModel::compatible(endpoint).unwrap()
}

fn row() -> Value {
    json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
}

/// Sends a call, and returns the last request.
async fn sent(server: &TestServer, model: &dyn Model, call: &Call) -> String {
    model.complete(call).await.unwrap();
    captured(server, server.requests().last().unwrap())
}

#[tokio::test]
async fn openai_models_get_a_grammar_constrained_custom_tool() {
    let call = call_for_program(GrammarWay::Tool);
    let server = TestServer::always(Answer::text("yes")).unwrap();
    insta::assert_snapshot!("tool_of_chat_completions", sent(&server, &azure(&server), &call).await);
    let body = json!({"status": "completed", "output": [
        {"type": "message", "content": [{"type": "output_text", "text": "yes"}]},
    ]});
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let model = ResponsesModel::new(endpoint(&server.base_url())).unwrap();
    insta::assert_snapshot!("tool_of_responses", sent(&server, &model, &call).await);
}

#[tokio::test]
async fn grammar_is_sent_in_server_specific_fields() {
    let call = call_for_program(GrammarWay::WholeReply);
    let mut all = Vec::new();
    for program in [ModelServer::Vllm, ModelServer::LlamaCpp, ModelServer::Sglang] {
        let server = TestServer::always(Answer::text("print(1)")).unwrap();
        let model = served_by(&server, program);
        let reply = model.complete(&call).await.unwrap();
        assert_eq!((reply.text.as_str(), notes(&reply)), ("print(1)", vec![]));
        let body = &server.requests()[0].body;
        let fields = ["structured_outputs", "grammar", "ebnf"]
            .map(|name| body.get(name).map(|value| format!("{name}: {value}")));
        all.extend(fields.into_iter().flatten());
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn ollama_gets_a_json_envelope_schema() {
    let body = json!({"message": {"content": "{\"program\": \"print(1)\\n\"}"}, "done": true, "done_reason": "stop"});
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let model = OllamaModel::new(endpoint(&server.url())).unwrap();
    let call = call_for_program(GrammarWay::Envelope);
    insta::assert_snapshot!(sent(&server, &model, &call).await);
    let reply = model.complete(&call).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.finish), ("print(1)\n", Finish::Stop));
}

#[tokio::test]
async fn schemas_are_sent_in_provider_specific_fields() {
    let call = call_for_json(row());
    let server = TestServer::always(Answer::text("{}")).unwrap();
    insta::assert_snapshot!(
        "schema_of_chat_completions",
        sent(&server, &azure(&server), &call).await
    );
    let model = OpenAiModel::openrouter(endpoint(&server.base_url())).unwrap();
    let list = json!({"type": "array", "items": row()});
    insta::assert_snapshot!(
        "schema_that_is_not_strict",
        sent(&server, &model, &call_for_json(list)).await
    );

    let body = json!({"status": "completed", "output": [
        {"type": "message", "content": [{"type": "output_text", "text": "{}"}]},
    ]});
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let model = ResponsesModel::new(endpoint(&server.base_url())).unwrap();
    insta::assert_snapshot!("schema_of_responses", sent(&server, &model, &call).await);

    let body = json!({"content": [{"type": "text", "text": "{}"}], "stop_reason": "end_turn"});
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let model = AnthropicModel::new(endpoint(&server.base_url())).unwrap();
    insta::assert_snapshot!("schema_of_messages", sent(&server, &model, &call).await);

    let body = json!({"message": {"content": "{}"}, "done": true, "done_reason": "stop"});
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let model = OllamaModel::new(endpoint(&server.url())).unwrap();
    insta::assert_snapshot!("schema_of_ollama", sent(&server, &model, &call).await);
}

#[tokio::test]
async fn unsupported_constraints_are_omitted_with_a_note() {
    let server = TestServer::always(Answer::text("[]")).unwrap();
    let model = azure(&server);
    let reply = model.complete(&call_for_json(json!({"type": "array"}))).await.unwrap();
    assert_eq!(
        notes(&reply),
        ["left out the JSON schema: not supported by this provider"]
    );
    assert_eq!(
        server.requests()[0].body.get("response_format"),
        None,
        "Azure accepts only object schemas"
    );
    // A model that was instructed to write a program in a block is not given a tool.
    let reply = model.complete(&call_for_program(GrammarWay::WholeReply)).await.unwrap();
    assert_eq!(notes(&reply), ["left out the grammar: not supported by this provider"]);
    assert_eq!(server.requests()[1].body.get("tools"), None);

    let body = json!({"content": [{"type": "text", "text": "1"}], "stop_reason": "end_turn"});
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let model = AnthropicModel::new(endpoint(&server.base_url())).unwrap();
    let reply = model
        .complete(&call_for_json(json!({"type": "integer", "minimum": 1})))
        .await
        .unwrap();
    assert_eq!(
        notes(&reply),
        ["left out the JSON schema: not supported by this provider"]
    );
    assert_eq!(server.requests()[0].body.get("output_config"), None);
}

#[tokio::test]
async fn custom_tool_input_becomes_the_reply_text() {
    let call = |name: &str| json!({"id": "call_1", "type": "custom", "custom": {"name": name, "input": "print(1)\n"}});
    let said = |content: &Value, calls: Value| {
        let message = json!({"role": "assistant", "content": content, "tool_calls": calls});
        Answer::choice(&message, "tool_calls", None)
    };
    let server = TestServer::in_order([
        said(&json!(null), json!([call("sift")])),
        said(&json!("I print first."), json!([call("sift")])),
        said(&json!(null), json!([call("other")])),
        said(&json!("No tool is needed."), json!([])),
    ])
    .unwrap();
    let model = azure(&server);
    let mut replies = Vec::new();
    for _ in 0..4 {
        let reply = model.complete(&call_for_program(GrammarWay::Tool)).await.unwrap();
        replies.push((reply.text, reply.reasoning, reply.finish));
    }
    let program = || "print(1)\n".to_owned();
    let other = "<tool_call>\n{\"name\":\"other\",\"arguments\":\"print(1)\\n\"}\n</tool_call>".to_owned();
    assert_eq!(
        replies,
        [
            (program(), None, Finish::Stop),
            (program(), Some("I print first.".to_owned()), Finish::Stop),
            (other, None, Finish::Other),
            ("No tool is needed.".to_owned(), None, Finish::Other),
        ]
    );
}

/// Returns the reply from a stream, which is the same for all divisions into pieces.
async fn streamed(answer: &Answer, call: &Call, model: impl Fn(&TestServer) -> Box<dyn Model>) -> Reply {
    let mut replies = Vec::new();
    for bytes in [1, 7, 100_000] {
        let server = TestServer::always(answer.clone().fault(Fault::CutEvery(bytes))).unwrap();
        replies.push(model(&server).complete(call).await.unwrap());
    }
    assert!(replies.windows(2).all(|pair| pair[0] == pair[1]), "{replies:?}");
    replies.remove(0)
}

#[tokio::test]
async fn program_is_assembled_from_chat_completions_stream() {
    let delta = |delta: Value, reason: Option<&str>| {
        json!({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}).to_string()
    };
    let piece = |piece: Value| delta(json!({"tool_calls": [piece]}), None);
    let events = [
        delta(json!({"role": "assistant", "content": "So: "}), None),
        piece(json!({"index": 0, "id": "call_1", "type": "custom", "custom": {"name": "sift", "input": ""}})),
        piece(json!({"index": 0, "custom": {"input": "print('ü"}})),
        piece(json!({"index": 0, "custom": {"input": "')\n"}})),
        delta(json!({}), Some("tool_calls")),
        "[DONE]".to_owned(),
    ];
    let call = call_for_program(GrammarWay::Tool);
    let reply = streamed(&Answer::events(events), &call, |server| Box::new(azure(server))).await;
    assert_eq!((reply.text.as_str(), reply.finish), ("print('ü')\n", Finish::Stop));
    assert_eq!(reply.reasoning.as_deref(), Some("So: "));
}

#[tokio::test]
async fn program_is_assembled_from_responses_stream() {
    let item = |input: &str| json!({"type": "custom_tool_call", "call_id": "call_1", "name": "sift", "input": input});
    let piece = |text: &str| json!({"type": "response.custom_tool_call_input.delta", "output_index": 1, "delta": text});
    let thought = json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "counting"});
    let begun = [
        thought,
        json!({"type": "response.output_item.added", "output_index": 1, "item": item("")}),
        piece("print('ü"),
        piece("')\n"),
    ];
    let done = json!({"type": "response.custom_tool_call_input.done", "output_index": 1, "input": "print('ü')\n"});
    let completed = json!({"type": "response.completed", "response": {
        "status": "completed", "output": [{"type": "reasoning", "summary": []}, item("print('ü')\n")],
    }});
    let cut = json!({"type": "response.incomplete", "response": {
        "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "output": [],
    }});
    let call = call_for_program(GrammarWay::Tool);
    let model = |server: &TestServer| -> Box<dyn Model> {
        Box::new(ResponsesModel::new(endpoint(&server.base_url())).unwrap())
    };
    let whole = Answer::events(begun.iter().chain([&done, &completed]));
    let reply = streamed(&whole, &call, model).await;
    assert_eq!((reply.text.as_str(), reply.finish), ("print('ü')\n", Finish::Stop));
    assert_eq!(reply.reasoning.as_deref(), Some("counting"));
    let reply = streamed(&Answer::events(begun.iter().chain([&cut])), &call, model).await;
    assert_eq!(
        (reply.text.as_str(), reply.finish),
        ("print('ü')\n", Finish::Length),
        "the limit was reached"
    );
}

#[tokio::test]
async fn streamed_envelope_is_unwrapped_at_the_end() {
    let line = |content: &str| json!({"message": {"content": content}, "done": false});
    let end = |reason: &str| json!({"message": {"content": ""}, "done": true, "done_reason": reason});
    let call = call_for_program(GrammarWay::Envelope);
    let model =
        |server: &TestServer| -> Box<dyn Model> { Box::new(OllamaModel::new(endpoint(&server.url())).unwrap()) };
    let whole = [
        line("{\"prog"),
        line("ram\": \"print('ü')\\"),
        line("n\"}"),
        end("stop"),
    ];
    let reply = streamed(&Answer::lines(&whole), &call, model).await;
    assert_eq!((reply.text.as_str(), reply.finish), ("print('ü')\n", Finish::Stop));
    let cut = [line("{\"program\": \"print('ü')\\"), end("length")];
    let reply = streamed(&Answer::lines(&cut), &call, model).await;
    assert_eq!((reply.text.as_str(), reply.finish), ("print('ü')", Finish::Length));
}

#[tokio::test]
async fn server_kind_is_queried_once() {
    let whole_reply = Some(GrammarWay::WholeReply);
    for (owner, support) in [
        ("vllm", whole_reply),
        ("sglang", whole_reply),
        ("llamacpp", whole_reply),
        ("organization_owner", None),
        ("library", None),
    ] {
        let server = TestServer::start(move |_, request| match request.path.as_str() {
            "/v1/models" => Answer::models("m", owner),
            _ => Answer::text("print(1)"),
        })
        .unwrap();
        for model in [OpenAiModel::compatible, OpenAiModel::new] {
            let model = model(endpoint(&server.base_url())).unwrap();
            assert_eq!(model.grammar_way().await, support, "{owner}");
            assert_eq!(model.grammar_way().await, support, "{owner}");
            model.complete(&call_for_program(GrammarWay::WholeReply)).await.unwrap();
        }
        let asked = server
            .requests()
            .into_iter()
            .map(|request| format!("{} {}", request.method, request.path));
        let once = ["GET /v1/models", "POST /v1/chat/completions"];
        assert_eq!(asked.collect::<Vec<_>>(), [once, once].concat());
    }
}

#[tokio::test]
async fn model_list_request_sends_the_api_key() {
    let server = TestServer::always(Answer::models("m", "vllm")).unwrap();
    let endpoint = Endpoint {
        api_key: Some(crate::support::KEY.into()),
        ..endpoint(&server.base_url())
    };
    OpenAiModel::compatible(endpoint).unwrap().grammar_way().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {}", crate::support::KEY).as_str())
    );
}

/// Uses Tokio's paused time, which advances only while tasks wait.
#[tokio::test(start_paused = true)]
async fn unidentified_server_gets_no_grammar() {
    for answer in [
        Answer::hang(),
        Answer::error(404, "not_found", "no such path"),
        Answer::invalid_json(),
        Answer::json(200, &json!({"data": []})),
        Answer::text("yes").fault(Fault::CloseAtOnce),
        Answer::json(302, &json!({})).header("location", "http://elsewhere.example/v1/models"),
    ] {
        let server = TestServer::always(answer).unwrap();
        let model = OpenAiModel::compatible(endpoint(&server.base_url())).unwrap();
        assert_eq!(model.grammar_way().await, None);
    }
    let gone = TestServer::always(Answer::text("yes")).unwrap().base_url();
    let model = OpenAiModel::compatible(endpoint(&gone)).unwrap();
    assert_eq!(model.grammar_way().await, None);
}

#[tokio::test]
async fn known_server_kind_sends_no_query() {
    let server = TestServer::always(Answer::text("yes")).unwrap();
    let mut models: Vec<(Box<dyn Model>, Option<GrammarWay>)> = Vec::new();
    for program in [ModelServer::Vllm, ModelServer::Sglang, ModelServer::LlamaCpp] {
        models.push((Box::new(served_by(&server, program)), Some(GrammarWay::WholeReply)));
    }
    models.push((Box::new(azure(&server)), Some(GrammarWay::Tool)));
    let at_openai = || Endpoint::new(Endpoint::OPENAI_BASE_URL.parse().unwrap(), "gpt-5.1");
    models.push((Box::new(OpenAiModel::new(at_openai()).unwrap()), Some(GrammarWay::Tool)));
    models.push((
        Box::new(ResponsesModel::new(at_openai()).unwrap()),
        Some(GrammarWay::Tool),
    ));
    let ollama = OllamaModel::new(endpoint(&server.url())).unwrap();
    models.push((Box::new(ollama), Some(GrammarWay::Envelope)));
    let anthropic = AnthropicModel::new(endpoint(&server.base_url())).unwrap();
    models.push((Box::new(anthropic), None));
    let openrouter = OpenAiModel::openrouter(endpoint(&server.base_url())).unwrap();
    models.push((Box::new(openrouter), None));
    for (model, way) in models {
        assert_eq!(model.grammar_way().await, way, "{}", model.identity());
        assert!(!model.is_grammar_advised(), "{}", model.identity());
    }
    let compatible = OpenAiModel::compatible(endpoint(&server.base_url())).unwrap();
    assert!(!compatible.is_grammar_advised(), "known without a request");
    assert!(server.requests().is_empty());
}
