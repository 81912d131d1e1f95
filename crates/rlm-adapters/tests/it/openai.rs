//! Tests of the chat-completions adapter with a loopback server: its requests, and the parsing of
//! responses.

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::{BaseUrl, Endpoint, OpenAiModel, Timeouts};
use rlm_model::{Finish, Model, ModelErrorKind, Money, Reply, ReplyNote, TimeoutPhase, Tokens, Usage};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::json;

use crate::support::{KEY, all_parameters, call, call_with, captured, shown};

fn config(server: &TestServer) -> Endpoint {
    Endpoint {
        api_key: Some(KEY.into()),
        ..Endpoint::new(server.base_url().parse().unwrap(), "gpt-test")
    }
}

pub(crate) fn model(server: &TestServer) -> OpenAiModel {
    OpenAiModel::new(config(server)).unwrap()
}

/// Creates a model with a short timeout in one phase.
pub(crate) fn impatient(server: &TestServer, change: impl FnOnce(&mut Timeouts)) -> OpenAiModel {
    let mut config = config(server);
    change(&mut config.timeouts);
    OpenAiModel::new(config).unwrap()
}

/// Calls a server with a single response, and returns the resulting error.
pub(crate) async fn error_of(answer: Answer) -> String {
    let server = TestServer::always(answer).unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    shown(&server, &error)
}

#[tokio::test]
async fn complete_request_is_sent_and_reply_parsed() {
    let usage = rlm_test_server::Usage {
        input: 1_000,
        cached_input: 400,
        output: 50,
        reasoning: 20,
    };
    let server = TestServer::in_order([Answer::completion("Seven.", "stop", Some(usage))]).unwrap();
    let reply = model(&server).complete(&call_with(all_parameters())).await.unwrap();
    let expected = Usage {
        input: Tokens(1_000),
        cached_input: Tokens(400),
        output: Tokens(50),
        reasoning: Tokens(20),
        ..Usage::default()
    };
    assert_eq!(reply, Reply::new("Seven.", expected));
    insta::assert_snapshot!(captured(&server, &server.requests()[0]));
}

#[tokio::test]
async fn streamed_reply_is_assembled_from_arbitrary_chunks() {
    let usage = rlm_test_server::Usage {
        input: 1_000,
        cached_input: 400,
        output: 50,
        reasoning: 20,
    };
    let pieces = ["Sie", "b", "en Tü", "ren.\n", "", "😀"];
    for bytes in [1, 7, 1_000_000] {
        let answer = Answer::stream(&pieces, "stop", Some(usage)).fault(Fault::CutEvery(bytes));
        let server = TestServer::always(answer).unwrap();
        let model = model(&server);
        let reply = model.complete(&call()).await.unwrap();
        let expected = Usage {
            input: Tokens(1_000),
            cached_input: Tokens(400),
            output: Tokens(50),
            reasoning: Tokens(20),
            ..Usage::default()
        };
        assert_eq!(reply, Reply::new("Sieben Türen.\n😀", expected), "{bytes} bytes");
        model.complete(&call()).await.unwrap();
        assert_eq!(server.connections(), 1, "a fully read stream keeps its connection open");
        assert_eq!(server.requests()[1].body["stream"], true);
    }
}

#[tokio::test]
async fn streams_of_several_servers_are_parsed() {
    let delta = |delta: serde_json::Value| json!({"choices": [{"index": 0, "delta": delta}]}).to_string();
    let end = |reason: &str| json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}).to_string();
    let tool = |arguments: &str| json!({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]});
    let answers = [
        // Separate reasoning in either of its fields, and comments that keep the connection alive.
        Answer::events([
            ": PROCESSING".to_owned(),
            delta(json!({"reasoning_content": "two "})),
            delta(json!({"reasoning": "and two"})),
            delta(json!({"content": "four"})),
            end("length"),
            "[DONE]".to_owned(),
        ]),
        // A call of a tool that was not given, in pieces.
        Answer::events([
            delta(json!({"tool_calls": [{"index": 0, "id": "1", "function": {"name": "repl", "arguments": ""}}]})),
            delta(tool("{\"code\": ")),
            delta(tool("\"print(1)\"}")),
            end("tool_calls"),
        ]),
        // A stream with a wrong content type and without a final line.
        Answer::raw(
            200,
            format!("data: {}\n\ndata: {}", delta(json!({"content": "hm"})), end("stop")),
        ),
        // A server that does not stream.
        Answer::text("whole"),
    ];
    let server = TestServer::in_order(answers).unwrap();
    let model = model(&server);
    let mut seen = Vec::new();
    for _ in 0..4 {
        let reply = model.complete(&call()).await.unwrap();
        seen.push(format!(
            "{} ({:?}, {:?}, {} tokens{})",
            reply.text,
            reply.reasoning.unwrap_or_default(),
            reply.finish,
            reply.usage.output,
            if reply.usage.estimated { ", estimated" } else { "" }
        ));
    }
    insta::assert_snapshot!(seen.join("\n"));
}

/// A proxy may send several choices although one is requested: their pieces arrive in one stream,
/// in any order.
#[tokio::test]
async fn choice_with_index_0_is_used() {
    let choice = |index: u32, text: &str, finish: Option<&str>| json!({"index": index, "delta": {"content": text}, "finish_reason": finish});
    let chunk = |choices: Vec<serde_json::Value>| json!({"choices": choices}).to_string();
    let own = [("Sie", None), ("ben", None), ("", Some("length"))];
    let other = |finish| choice(1, "EVIL", finish);
    let together = |first: bool| {
        let both = own.map(|(text, finish)| {
            let own = choice(0, text, finish);
            chunk(if first {
                vec![other(None), own]
            } else {
                vec![own, other(Some("stop"))]
            })
        });
        both.to_vec()
    };
    let apart = own.iter().flat_map(|(text, finish)| {
        [
            chunk(vec![other(Some("stop"))]),
            chunk(vec![choice(0, text, *finish)]),
            chunk(vec![other(None)]),
        ]
    });
    for events in [apart.collect(), together(true), together(false)] {
        let events = events.into_iter().chain(["[DONE]".to_owned()]);
        let server = TestServer::always(Answer::events(events)).unwrap();
        let reply = model(&server).complete(&call()).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.finish), ("Sieben", Finish::Length));
    }
    let message =
        |index: u32, text: &str| json!({"index": index, "message": {"content": text}, "finish_reason": "stop"});
    for (choices, expected) in [
        (vec![message(1, "EVIL"), message(0, "seven")], "seven"),
        (vec![message(1, "the only one")], "the only one"),
    ] {
        let server = TestServer::always(Answer::json(200, &json!({"choices": choices}))).unwrap();
        assert_eq!(model(&server).complete(&call()).await.unwrap().text, expected);
    }
}

#[tokio::test]
async fn unexpected_content_encoding_is_named_and_not_retried() {
    let mut all = Vec::new();
    for answer in [
        Answer::stream(&["a"], "stop", None).header("content-encoding", "gzip"),
        Answer::text("a").header("content-encoding", "deflate, br"),
        Answer::error(429, "rate_limit_exceeded", "slow down").header("content-encoding", "gzip"),
    ] {
        let server = TestServer::always(answer).unwrap();
        let error = model(&server).complete(&call()).await.unwrap_err();
        all.push(format!("{}\n{:?}", shown(&server, &error), error.retry()));
        assert_eq!(server.requests()[0].header("accept-encoding"), Some("identity"));
    }
    insta::assert_snapshot!(all.join("\n\n"));
    let server = TestServer::always(Answer::text("plain").header("content-encoding", "identity")).unwrap();
    assert_eq!(model(&server).complete(&call()).await.unwrap().text, "plain");
}

#[tokio::test]
async fn non_streaming_server_needs_no_second_request() {
    let server = TestServer::always(Answer::text("whole")).unwrap();
    let model = model(&server);
    for _ in 0..2 {
        let reply = model.complete(&call()).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.notes.len()), ("whole", 0));
    }
    let asked: Vec<bool> = server
        .requests()
        .iter()
        .map(|request| request.body.get("stream").is_some())
        .collect();
    assert_eq!(asked, [true, false]);

    // Other servers reject streaming, or the report of usage in streams.
    let server = TestServer::start(|_, request| {
        let fields = request.body.as_object().unwrap();
        let rejected = ["stream_options", "stream"]
            .into_iter()
            .find(|name| fields.contains_key(*name));
        rejected.map_or_else(|| Answer::text("yes"), Answer::unsupported_parameter)
    })
    .unwrap();
    let reply = self::model(&server).complete(&call()).await.unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.notes.len(), server.requests().len()),
        ("yes", 0, 3)
    );
}

#[tokio::test]
async fn broken_streams_report_their_errors() {
    let delta = json!({"choices": [{"index": 0, "delta": {"content": "half an ans"}}]}).to_string();
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 1024}}).to_string();
    let end = |reason: &str| json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}).to_string();
    let mut all = Vec::new();
    for answer in [
        Answer::events([delta.as_str()]),
        Answer::events([delta.as_str(), "{\"choices\": [oops"]),
        Answer::events([delta.as_str()]).fault(Fault::Truncate(30)),
        Answer::events([
            delta.clone(),
            json!({"error": {"type": "overloaded_error", "message": "Overloaded"}}).to_string(),
        ]),
        Answer::events([json!({"error": {"code": 429, "message": "upstream is busy"}}).to_string()]),
        Answer::events([json!({"error": {"code": "insufficient_quota", "message": "no credit"}}).to_string()]),
        Answer::events([end("length"), usage, "[DONE]".to_owned()]),
        Answer::events([end("content_filter"), "[DONE]".to_owned()]),
        Answer::events(["[DONE]"]),
    ] {
        all.push(error_of(answer).await);
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn key_split_across_stream_chunks_is_redacted() {
    let (start, end) = KEY.split_at(10);
    let server = TestServer::always(Answer::stream(&["it is ", start, end, "!"], "stop", None)).unwrap();
    let reply = model(&server).complete(&call()).await.unwrap();
    assert_eq!(reply.text, "it is [key]!");
}

#[tokio::test]
async fn reasoning_that_uses_up_the_output_limit_requests_more_room() {
    let server = TestServer::always(Answer::stream(&[], "length", None)).unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    assert_eq!(error.more_room, Some(Tokens(4_096)), "four times the previous limit");
    let server = TestServer::always(Answer::stream(&[], "content_filter", None)).unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    assert_eq!(error.more_room, None, "a larger limit does not lift a content filter");
}

#[tokio::test(flavor = "multi_thread")]
async fn first_byte_timeout_covers_reasoning_then_idle_timeout_applies() {
    let soon = Duration::from_millis(30);
    let begun = Answer::stream(&["one"], "stop", None);
    // The headers and the first event, which contains no text yet, arrive at once.
    let server = TestServer::always(begun.clone().fault(Fault::Stall(190))).unwrap();
    let error = impatient(&server, |timeouts| timeouts.first_byte = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::FirstByte));
    // The first word has arrived.
    let server = TestServer::always(begun.fault(Fault::Stall(400))).unwrap();
    let error = impatient(&server, |timeouts| timeouts.idle = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::Idle));
}

#[tokio::test(flavor = "multi_thread")]
async fn complete_reply_is_accepted_without_stream_end() {
    let soon = Duration::from_millis(30);
    let word = json!({"choices": [{"delta": {"content": "yes"}, "finish_reason": "stop"}]});
    let body = format!("data: {word}\n\n: more to come\n\n");
    let kept = body.len() - 4;
    let answer = |fault| {
        let answer = Answer::raw(200, body.clone()).header("content-type", "text/event-stream");
        TestServer::always(answer.fault(fault)).unwrap()
    };
    for server in [answer(Fault::Stall(kept)), answer(Fault::Truncate(kept))] {
        let reply = impatient(&server, |timeouts| timeouts.idle = soon)
            .complete(&call())
            .await
            .unwrap();
        assert_eq!((reply.text.as_str(), reply.finish), ("yes", Finish::Stop));
    }
    // Keep-alive comments don't count as the first byte.
    let waiting = ": PROCESSING\n\n".repeat(100);
    let server = TestServer::always(
        Answer::raw(200, waiting)
            .header("content-type", "text/event-stream")
            .fault(Fault::Stall(200)),
    )
    .unwrap();
    let error = impatient(&server, |timeouts| timeouts.first_byte = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::FirstByte));
}

#[tokio::test]
async fn endpoint_parameters_and_headers_are_sent_and_part_of_identity() {
    let server = TestServer::always(Answer::text(format!("you sent {KEY}-header"))).unwrap();
    let mut config = config(&server);
    config
        .headers
        .insert("x-team".to_owned(), format!("{KEY}-header").into());
    let parameters = json!({
        "top_p": 0.9, "max_tokens": 1_000_000, "max_completion_tokens": 1_000_000, "provider": {"sort": "price"},
    });
    config.parameters = parameters.as_object().unwrap().clone();
    assert!(!format!("{config:?}").contains("planted"));
    let plain = model(&server);
    let model = OpenAiModel::new(config).unwrap();
    let reply = model.complete(&call()).await.unwrap();
    assert!(!reply.text.contains("planted"), "{}", reply.text);
    let request = &server.requests()[0];
    assert_eq!(request.header("x-team"), Some(format!("{KEY}-header").as_str()));
    assert_eq!(
        (&request.body["top_p"], &request.body["provider"]),
        (&json!(0.9), &json!({"sort": "price"}))
    );
    let limits = ["max_tokens", "max_completion_tokens"].map(|name| request.body.get(name));
    assert_eq!(limits, [Some(&json!(1_024)), None], "the call's limit applies");
    let digest = |model: &OpenAiModel| call().request.digest(model.identity());
    assert_ne!(digest(&model), digest(&plain), "other parameters give other answers");
}

#[tokio::test]
async fn missing_key_sends_no_authorization_header() {
    let server = TestServer::always(Answer::text("yes")).unwrap();
    let base_url: BaseUrl = server.base_url().parse().unwrap();
    let model = OpenAiModel::new(Endpoint::new(base_url, "llama3:8b")).unwrap();
    model.complete(&call()).await.unwrap();
    assert_eq!(server.requests()[0].header("authorization"), None);
    assert_eq!(model.identity().to_string(), "openai:llama3:8b");
    assert_eq!(model.price(), None, "a local server may proxy one that charges");
}

#[tokio::test]
async fn a_connection_serves_call_after_call() {
    let server = TestServer::always(Answer::text("yes")).unwrap();
    let model = model(&server);
    for _ in 0..3 {
        model.complete(&call()).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn replies_of_several_servers_are_parsed() {
    let parts =
        json!({"content": [{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": "b"}]});
    let thinking = json!({"content": "four", "reasoning_content": "two and two"});
    let tool = json!({"content": null, "tool_calls": [
        {"type": "function", "function": {"name": "repl", "arguments": "{\"code\": \"print(1)\"}"}},
    ]});
    let server = TestServer::in_order([
        Answer::choice(&parts, "length", None),
        Answer::choice(&thinking, "stop", Some(rlm_test_server::Usage::default())),
        Answer::choice(&tool, "tool_calls", None),
    ])
    .unwrap();
    let model = model(&server);
    let first = model.complete(&call()).await.unwrap();
    assert_eq!((first.text.as_str(), first.finish), ("ab", Finish::Length));
    let estimate = Usage {
        input: Tokens(9),
        output: Tokens(1),
        estimated: true,
        ..Usage::default()
    };
    assert_eq!(
        first.usage, estimate,
        "a quarter of the bytes if the server reports no usage"
    );
    let second = model.complete(&call()).await.unwrap();
    assert_eq!(
        (second.text.as_str(), second.reasoning.as_deref()),
        ("four", Some("two and two"))
    );
    let third = model.complete(&call()).await.unwrap();
    insta::assert_snapshot!(third.text);
}

#[tokio::test]
async fn gateway_reported_cost_is_rounded_up() {
    let body = json!({
        "choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1, "cost": 0.000_001_2},
    });
    let server = TestServer::always(Answer::json(200, &body)).unwrap();
    let reply = model(&server).complete(&call()).await.unwrap();
    assert_eq!(reply.usage.reported_cost, Some(Money(2)));
}

#[tokio::test]
async fn rejected_parameter_is_remembered_and_noted() {
    let server = TestServer::start(|_, request| {
        let fields = request.body.as_object().unwrap();
        let rejected = ["max_tokens", "temperature", "seed"]
            .into_iter()
            .find(|name| fields.contains_key(*name));
        rejected.map_or_else(|| Answer::text("yes"), Answer::unsupported_parameter)
    })
    .unwrap();
    let model = model(&server);
    let first = model.complete(&call_with(all_parameters())).await.unwrap();
    let notes: Vec<&str> = first.notes.iter().map(|ReplyNote(text)| text.as_str()).collect();
    insta::assert_snapshot!(notes.join("\n"));
    assert_eq!(
        server.requests().len(),
        4,
        "one additional request for each of the three"
    );

    let second = model.complete(&call_with(all_parameters())).await.unwrap();
    assert_eq!(second.notes, first.notes, "each reply notes the omitted parameters");
    assert_eq!(server.requests().len(), 5, "remembered");
    let sent = &server.requests()[4].body;
    let expected = json!({
        "model": "gpt-test",
        "messages": [{"role": "system", "content": "You answer briefly."}, {"role": "user", "content": "How many doors?"}],
        "max_completion_tokens": 64, "stop": ["END"], "reasoning_effort": "low",
    });
    // The server's first good response was not streamed.
    assert_eq!(*sent, expected);
    let plain = model.complete(&call()).await.unwrap();
    assert_eq!(
        plain.notes.len(),
        1,
        "a request without these parameters has no such note"
    );
}

#[tokio::test]
async fn concurrent_calls_all_adapt_to_a_rejected_parameter() {
    let latency = Duration::from_millis(20);
    let server = TestServer::start(move |_, request| match request.body.get("max_tokens") {
        Some(_) => Answer::unsupported_parameter("max_tokens").after(latency),
        None => Answer::text("yes").after(latency),
    })
    .unwrap();
    let model = Arc::new(model(&server));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let model = Arc::clone(&model);
        calls.spawn(async move { model.complete(&call()).await });
    }
    for reply in calls.join_all().await {
        assert_eq!(reply.unwrap().text, "yes");
    }
}

#[tokio::test]
async fn output_limit_is_never_omitted() {
    let server = TestServer::start(|_, request| {
        let old = request.body.get("max_tokens").is_some();
        Answer::unsupported_parameter(if old { "max_tokens" } else { "max_completion_tokens" })
    })
    .unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
    insta::assert_snapshot!(shown(&server, &error));
}

#[tokio::test]
async fn output_limit_name_is_switched_and_remembered() {
    let usage = rlm_test_server::Usage {
        output: 5_000,
        ..rlm_test_server::Usage::default()
    };
    let server = TestServer::always(Answer::completion("long", "stop", Some(usage))).unwrap();
    let model = model(&server);
    model.complete(&call()).await.unwrap();
    model.complete(&call()).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].body["max_tokens"], 1_024);
    assert_eq!(requests[1].body["max_completion_tokens"], 1_024);
    assert_eq!(requests[1].body.get("max_tokens"), None);
}

#[tokio::test]
async fn api_key_is_sent_only_in_its_header() {
    let echo = format!("you sent {KEY}, did you?");
    let server = TestServer::always(Answer::text(echo)).unwrap();
    let config = config(&server);
    assert!(!format!("{config:?}").contains("planted"));
    let model = OpenAiModel::new(config).unwrap();
    let reply = model.complete(&call()).await.unwrap();
    assert_eq!(reply.text, "you sent [key], did you?");
    let request = &server.requests()[0];
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert!(!request.body.to_string().contains("planted"));
    assert!(!format!("{:?}", model.identity()).contains("planted"));
}
