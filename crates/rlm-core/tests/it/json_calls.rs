//! Tests of sub-calls with a JSON schema, which is part of the request, its reservation, the
//! journal and replays.

use std::sync::Arc;

use rlm_adapters::{Endpoint, OpenAiModel};
use rlm_context::Context;
use rlm_core::{RunAhead, Runner};
use rlm_model::{RecordedForm, ReplyForm};
use rlm_runs::replay;
use rlm_test_runs::{Recorded, Spy, fenced, run};
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use rlm_trace::{CallIssued, Event, Journal, JournalOptions, RecordedRun};
use serde_json::{Value, json};

const PROGRAM: &str = "\
schema = {'type': 'object', 'required': ['code'], 'properties': {'code': {'type': 'string'}}}
is_text = 'text' in llm_query('plain')
found = llm_query_json('Which code?', schema)
print(is_text, found['code'], llm_batch_json(['first', 'second'], schema))";

fn schema() -> Value {
    json!({"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}})
}

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\n")
}

/// Answers the root model with the program and then a final answer, and sub-calls by their prompts.
fn server() -> TestServer {
    let respond = |_: usize, request: &CapturedRequest| {
        let messages = request.body["messages"].as_array().unwrap();
        let asked = messages.last().unwrap()["content"].as_str().unwrap();
        if !messages[0]["content"]
            .as_str()
            .unwrap()
            .starts_with("You are a sub-LLM")
        {
            return Answer::text(if messages.len() == 2 {
                fenced(PROGRAM)
            } else {
                "FINAL: done".into()
            });
        }
        Answer::text(match asked {
            _ if asked.contains("An earlier reply was not that (missing \"code\")") => "{\"code\": \"7-4-1\"}",
            _ if asked.starts_with("Which code?") => "Gladly: {\"cod\": \"7-4-1\"}",
            _ if asked.starts_with("first") => "```json\n{\"code\": \"1\"}\n```",
            _ if asked.starts_with("second") => "I don't know.",
            _ => "a text",
        })
    };
    TestServer::start(respond).unwrap()
}

async fn ran(server: &TestServer, run_ahead: RunAhead) -> (Recorded, Arc<Spy<OpenAiModel>>) {
    let endpoint = Endpoint::new(server.base_url().parse().unwrap(), "m");
    let spy = Spy::new(OpenAiModel::new(endpoint).unwrap());
    let builder = Runner::builder(Arc::clone(&spy) as _).run_ahead(run_ahead);
    (run(builder, "What?", &context()).await, spy)
}

fn issued(recorded: &Recorded) -> Vec<&CallIssued> {
    let issued = recorded.events().filter_map(|event| match event {
        Event::Issued(call) => Some(&**call),
        _ => None,
    });
    issued.collect()
}

#[tokio::test]
async fn schema_is_sent_only_with_json_calls() {
    let (recorded, spy) = ran(&server(), RunAhead::Certain).await;
    assert_eq!(recorded.answer(), "done", "{:?}", recorded.observations());
    assert!(
        recorded.observations()[0].contains("True 7-4-1 [{'code': '1'}, None]"),
        "{:?}",
        recorded.observations()
    );
    let mut calls = spy.calls();
    calls.sort_by(|a, b| a.id.cmp(&b.id));
    let seen: Vec<(String, bool)> = calls
        .iter()
        .map(|call| {
            let form = call.request.form.as_ref();
            if let Some(form) = form {
                assert_eq!(form, &ReplyForm::Json(Arc::new(schema())));
            }
            (call.id.to_string(), form.is_some())
        })
        .collect();
    let expected = [
        ("1.0.0", false),
        ("1.1.0", false),
        ("1.2.0", true),
        ("1.3.0", true),
        ("1.4.0", true),
        ("1.4.1", true),
        ("1.5.0", true),
        ("2.0.0", false),
    ];
    assert_eq!(seen, expected.map(|(id, has_form)| (id.to_owned(), has_form)));
}

#[tokio::test]
async fn journal_records_the_schema_and_reserved_tokens_of_calls() {
    let (recorded, spy) = ran(&server(), RunAhead::Off).await;
    let calls = spy.calls();
    for call in issued(&recorded) {
        let sent = calls.iter().find(|sent| sent.id == call.id).unwrap();
        assert_eq!(
            call.form,
            sent.request.form.as_ref().map(ReplyForm::recorded),
            "{}",
            call.id
        );
        let mut formless = sent.request.clone();
        formless.form = None;
        let schema_bytes = if call.form.is_some() {
            schema().to_string().len() as u64
        } else {
            0
        };
        let reserved = call.reserved.input.0 - formless.input_tokens_at_most().0;
        assert_eq!(reserved, schema_bytes, "{}", call.id);
        assert_eq!(call.request_id.digest, sent.request_id.digest);
    }
}

#[tokio::test]
async fn replay_detects_a_changed_schema() {
    let (recorded, _) = ran(&server(), RunAhead::Certain).await;
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(report.answer.as_deref(), Some("done"));
    let journal = Journal::in_memory(JournalOptions::default());
    for event in recorded.events() {
        let mut event = event.clone();
        if let Event::Issued(call) = &mut event
            && call.id.to_string() == "1.2.0"
        {
            call.form = Some(RecordedForm::Json(json!({"type": "array"})));
        }
        journal.write(event).unwrap();
    }
    let records = journal.records().unwrap().into_iter().map(|record| (*record).clone());
    let altered = RecordedRun {
        records: records.collect(),
        ending: rlm_trace::Ending::Finished,
    };
    insta::assert_snapshot!(replay(&altered, &context()).await.unwrap_err().to_string());
}

#[tokio::test]
async fn speculative_execution_sends_the_same_requests() {
    let server = server();
    let (strict, _) = ran(&server, RunAhead::Off).await;
    let (ahead, _) = ran(&server, RunAhead::Certain).await;
    let early = issued(&ahead)
        .into_iter()
        .filter(|call| call.early && call.form.is_some());
    assert_eq!(early.count(), 1);
    let digests = |recorded: &Recorded| {
        let issued = issued(recorded).into_iter();
        let mut digests: Vec<_> = issued.map(|call| (call.id.clone(), call.request_id)).collect();
        digests.sort();
        digests
    };
    assert_eq!(digests(&strict), digests(&ahead));
}
