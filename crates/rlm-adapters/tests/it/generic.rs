//! Tests of custom protocols, defined by closures or a file, with a loopback server.

use std::fs;

use rlm_adapters::{Endpoint, GenericModel, GenericReply, ModelSpec, ResolveOptions, resolve};
use rlm_model::{Finish, Model, Reply, Tokens, Usage};
use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::support::{KEY, all_parameters, call, call_with, captured, shown};

#[tokio::test]
async fn generic_model_uses_closures_for_body_and_reply() {
    let server = TestServer::always(Answer::json(200, &json!({"said": "Seven."}))).unwrap();
    let endpoint = Endpoint {
        api_key: Some(KEY.into()),
        ..Endpoint::new(server.url().parse().unwrap(), "house-7")
    };
    let model = GenericModel::new(
        endpoint,
        "/ask",
        Box::new(|request, model| json!({"who": model, "room": request.parameters.max_output.0, "messages": request.messages.len()})),
        Box::new(|body| {
            let said = body["said"].as_str().ok_or("nothing at `said`")?;
            Ok(GenericReply {
                text: said.to_owned(),
                ..GenericReply::default()
            })
        }),
    )
    .unwrap();
    let reply = model.complete(&call()).await.unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.finish, reply.usage.estimated),
        ("Seven.", Finish::Other, true)
    );
    let request = &server.requests()[0];
    assert_eq!(
        (request.path.as_str(), &request.body),
        ("/ask", &json!({"who": "house-7", "room": 1_024, "messages": 2}))
    );
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

const DESCRIPTION: &str = r#"
model = "house-7"
base_url = "BASE_URL"
path = "/v2/ask"
api_key_env = "HOUSE_KEY"
key_header = "X-House-Key"
key_prefix = ""
headers = { x-team = "a" }

[request]
who = "$model"
question = { system = "$system", text = "$user" }
settings = [{ name = "room", value = "$max_output" }, { name = "heat", value = "$temperature" }, "$seed"]

[response]
text = "/answer/text"
reasoning = "/answer/thoughts"
input_tokens = "/count/in"
output_tokens = "/count/out"
finish = "/answer/end"
length = "full"
"#;

fn model(server: &TestServer, description: &str) -> std::sync::Arc<dyn Model> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    fs::write(&file, description.replace("BASE_URL", &server.url())).unwrap();
    let env = |name: &str| (name == "HOUSE_KEY").then(|| KEY.to_owned());
    resolve(&ModelSpec::Generic { file }, &env, &ResolveOptions::default()).unwrap()
}

#[tokio::test]
async fn description_file_defines_body_and_reply_path() {
    let answer =
        json!({"answer": {"text": "Seven.", "thoughts": "counted", "end": "full"}, "count": {"in": 30, "out": 4}});
    let server = TestServer::always(Answer::json(200, &answer)).unwrap();
    let house = model(&server, DESCRIPTION);
    let reply = house.complete(&call_with(all_parameters())).await.unwrap();
    let usage = Usage {
        input: Tokens(30),
        output: Tokens(4),
        ..Usage::default()
    };
    let expected = Reply {
        reasoning: Some("counted".to_owned()),
        finish: Finish::Length,
        ..Reply::new("Seven.", usage)
    };
    assert_eq!(reply, expected);
    insta::assert_snapshot!(captured(&server, &server.requests()[0]));
    house.complete(&call()).await.unwrap();
    let settings = json!([{"name": "room", "value": 1_024}, {"name": "heat"}]);
    assert_eq!(
        server.requests()[1].body["settings"],
        settings,
        "unset options are omitted"
    );
}

#[tokio::test]
async fn minimal_description_file_uses_chat_completions() {
    let server = TestServer::always(Answer::text("yes")).unwrap();
    let model = model(&server, "model = \"m\"\nbase_url = \"BASE_URL\"");
    assert_eq!(model.complete(&call()).await.unwrap().text, "yes");
    let request = &server.requests()[0];
    assert_eq!(request.path, "/chat/completions");
    let messages = json!([
        {"role": "system", "content": "You answer briefly."}, {"role": "user", "content": "How many doors?"},
    ]);
    assert_eq!(
        request.body,
        json!({"model": "m", "messages": messages, "max_tokens": 1_024})
    );
}

#[tokio::test]
async fn errors_of_every_kind() {
    let mut all = Vec::new();
    for answer in [
        Answer::error(401, "401", &format!("no such key: {KEY}")),
        Answer::rate_limited("3"),
        Answer::raw(503, ""),
        Answer::json(200, &json!({"error": {"code": 429, "message": "busy"}})),
        Answer::json(200, &json!({"answer": {}})),
        Answer::json(200, &json!({"answer": {"text": 7}})),
        Answer::json(200, &json!({"answer": {"text": ""}})),
        Answer::invalid_json(),
        Answer::stream(&["yes"], "stop", None),
    ] {
        let server = TestServer::always(answer).unwrap();
        let error = model(&server, DESCRIPTION).complete(&call()).await.unwrap_err();
        all.push(shown(&server, &error));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn invalid_description_files_report_the_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    let of = |text: &str| {
        fs::write(&file, text).unwrap();
        let env = |_: &str| None;
        let made = resolve(
            &ModelSpec::Generic { file: file.clone() },
            &env,
            &ResolveOptions::default(),
        );
        made.err()
            .unwrap()
            .to_string()
            .replace(&*file.to_string_lossy(), "house.toml")
    };
    let good = "model = \"m\"\nbase_url = \"http://localhost:1\"\n";
    let all = [
        of("model = 1"),
        of("model = \"m\""),
        of("model = \"m\"\nbase_url = \"localhost\""),
        of(&format!("{good}api_key = \"sk-planted\"")),
        of(&format!("{good}api_key_env = \"HOUSE_KEY\"")),
        of(&format!("{good}key_header = \"a b\"")),
        of(&format!("{good}headers = {{ x = \"$NOT_SET\" }}")),
        of(&format!("{good}[request]\nmessages = \"$messages\"")),
        of(&format!("{good}[request]\nmax = \"$max_output\"")),
        of(&format!("{good}[request]\nmax = \"$max_output\"\ntext = \"$promt\"")),
        of(&format!("{good}[response]\ntext = \"answer.text\"")),
    ];
    let all = all.join("\n");
    assert!(!all.contains("planted"), "{all}");
    insta::assert_snapshot!(all);
}
