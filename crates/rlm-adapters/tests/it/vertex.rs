//! Tests of Gemini models on Vertex AI with a loopback server, including tokens. Requests, replies
//! and streams have the format of
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference>, token
//! requests that of
//! <https://developers.google.com/identity/protocols/oauth2/service-account#httprest> (read in
//! November 2026). The key was generated for these tests.

use rlm_test_needs::needs;
use std::process::Command;

use rlm_adapters::{Endpoint, ServiceAccount, VertexModel};
use rlm_model::{Finish, GrammarWay, Model, ModelErrorKind, Reply, Tokens, Usage};
use rlm_test_server::{Answer, CapturedRequest, Fault, TestServer};
use serde_json::{Value, json};

use crate::support::{all_parameters, call, call_for_json, call_for_program, call_with, captured, notes, shown};

const PRIVATE_KEY: &str = include_str!("fixtures/test-service-account.pem");
const TOKEN: &str = "ya29.planted-token-0123456789";

fn account(server: &TestServer) -> ServiceAccount {
    let file = json!({
        "type": "service_account", "project_id": "house", "private_key_id": "k1", "private_key": PRIVATE_KEY,
        "client_email": "rlm@house.iam.gserviceaccount.com", "token_uri": format!("{}/token", server.url()),
    });
    ServiceAccount::from_json(&file.to_string()).unwrap()
}

fn model(server: &TestServer) -> VertexModel {
    let endpoint = Endpoint::new(server.base_url().parse().unwrap(), "gemini-test");
    let account = account(server);
    let project = account.project().unwrap().to_owned();
    VertexModel::new(endpoint, account, project, "europe-west4").unwrap()
}

/// Starts a server that issues tokens, and gives this answer to all other requests.
fn server(answer: Answer) -> TestServer {
    TestServer::start(move |_, request| {
        if request.path == "/token" {
            return Answer::json(
                200,
                &json!({"access_token": TOKEN, "expires_in": 3_599, "token_type": "Bearer"}),
            );
        }
        answer.clone()
    })
    .unwrap()
}

fn candidate(parts: &Value, finish: Option<&str>) -> Value {
    json!({
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": finish}],
        "usageMetadata": {
            "promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 30, "thoughtsTokenCount": 20,
            "totalTokenCount": 150,
        },
        "modelVersion": "gemini-test",
    })
}

const USAGE: Usage = Usage {
    input: Tokens(100),
    cached_input: Tokens(40),
    cache_written: Tokens(0),
    output: Tokens(50),
    reasoning: Tokens(20),
    reported_cost: None,
    estimated: false,
};

fn calls(server: &TestServer) -> Vec<CapturedRequest> {
    let requests = server.requests().into_iter();
    requests.filter(|request| request.path != "/token").collect()
}

#[tokio::test]
async fn complete_request_is_sent_and_reply_parsed() {
    let parts = json!([{"text": "counted", "thought": true}, {"text": "Seven."}]);
    let server = server(Answer::json(200, &candidate(&parts, Some("STOP"))));
    let reply = model(&server).complete(&call_with(all_parameters())).await.unwrap();
    let expected = Reply {
        reasoning: Some("counted".to_owned()),
        ..Reply::new("Seven.", USAGE)
    };
    assert_eq!(reply, expected);
    insta::assert_snapshot!(captured(&server, &calls(&server)[0]));
}

#[tokio::test]
async fn vertex_sends_schemas_unchanged_and_omits_grammars() {
    let server = server(Answer::json(200, &candidate(&json!([{"text": "[]"}]), Some("STOP"))));
    let model = model(&server);
    let schema = json!({"type": "array", "items": {"type": "integer", "minimum": 1}});
    model.complete(&call_for_json(schema.clone())).await.unwrap();
    let config = |place: usize| calls(&server)[place].body["generationConfig"].clone();
    let expected =
        json!({"maxOutputTokens": 1_024, "responseMimeType": "application/json", "responseJsonSchema": schema});
    assert_eq!(config(0), expected);
    let reply = model.complete(&call_for_program(GrammarWay::WholeReply)).await.unwrap();
    assert_eq!(notes(&reply), ["left out the grammar: not supported by this provider"]);
    assert_eq!(config(1), json!({"maxOutputTokens": 1_024}));
}

#[tokio::test]
async fn streamed_reply_is_assembled_from_arbitrary_chunks() {
    let events = [
        candidate(&json!([{"text": "coun", "thought": true}]), None),
        candidate(&json!([{"text": "ted", "thought": true}, {"text": "Sie"}]), None),
        candidate(&json!([{"text": "ben Türen"}]), Some("MAX_TOKENS")),
    ];
    for bytes in [1, 19, 100_000] {
        let server = server(Answer::events(&events).fault(Fault::CutEvery(bytes)));
        let reply = model(&server).complete(&call()).await.unwrap();
        let expected = Reply {
            reasoning: Some("counted".to_owned()),
            finish: Finish::Length,
            ..Reply::new("Sieben Türen", USAGE)
        };
        assert_eq!(reply, expected);
    }
}

#[tokio::test]
async fn non_streaming_server_needs_no_second_request() {
    let server = server(Answer::json(200, &candidate(&json!([{"text": "yes"}]), Some("STOP"))));
    let model = model(&server);
    for _ in 0..2 {
        model.complete(&call()).await.unwrap();
    }
    let paths: Vec<String> = calls(&server).into_iter().map(|request| request.path).collect();
    let base = "/v1/projects/house/locations/europe-west4/publishers/google/models/gemini-test";
    assert_eq!(
        paths,
        [
            format!("{base}:streamGenerateContent?alt=sse"),
            format!("{base}:generateContent")
        ]
    );
}

#[needs("openssl")]
#[tokio::test]
async fn vertex_access_token_is_requested_once_with_a_signed_jwt() {
    let server = server(Answer::json(
        200,
        &candidate(&json!([{"text": format!("you sent {TOKEN}")}]), Some("STOP")),
    ));
    let model = model(&server);
    for _ in 0..3 {
        let reply = model.complete(&call()).await.unwrap();
        assert_eq!(reply.text, "you sent [key]", "tokens are redacted like keys");
    }
    let requests = server.requests();
    let asked: Vec<_> = requests.iter().filter(|request| request.path == "/token").collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let (kind, statement) = asked[0].text.split_once("&assertion=").unwrap();
    assert_eq!(kind, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
    let parts: Vec<&str> = statement.split('.').collect();
    let decode = |part: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()
    };
    let json = |part: &str| serde_json::from_slice::<Value>(&decode(part)).unwrap();
    assert_eq!(json(parts[0]), json!({"alg": "RS256", "typ": "JWT", "kid": "k1"}));
    let claims = json(parts[1]);
    let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 3_600);
    assert_eq!(
        (&claims["iss"], &claims["scope"], &claims["aud"]),
        (
            &json!("rlm@house.iam.gserviceaccount.com"),
            &json!("https://www.googleapis.com/auth/cloud-platform"),
            &json!(format!("{}/token", server.url()))
        )
    );
    verify(&format!("{}.{}", parts[0], parts[1]), &decode(parts[2]));
}

/// Verifies a signature with OpenSSL, if it is installed.
fn verify(content: &str, signature: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let (key, signed) = (
        file("key.pem", PRIVATE_KEY.as_bytes()),
        file("content", content.as_bytes()),
    );
    let signature = file("signature", signature);
    let verified = Command::new("openssl")
        .args(["dgst", "-sha256", "-prverify"])
        .args([&key])
        .arg("-signature")
        .args([&signature, &signed])
        .output()
        .unwrap();
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stderr)
    );
}

#[tokio::test]
async fn rejected_access_token_is_not_reused() {
    let server = TestServer::start(|number, request| {
        if request.path == "/token" {
            return Answer::json(200, &json!({"access_token": format!("{TOKEN}-{number}"), "expires_in": 3_599}));
        }
        match request.header("authorization") {
            Some(header) if header.ends_with("-0") => Answer::json(401, &json!({"error": {
                "code": 401, "message": format!("Request had invalid authentication credentials: {header}"), "status": "UNAUTHENTICATED",
            }})),
            _ => Answer::json(200, &candidate(&json!([{"text": "yes"}]), Some("STOP"))),
        }
    })
    .unwrap();
    let model = model(&server);
    let error = model.complete(&call()).await.unwrap_err();
    insta::assert_snapshot!(shown(&server, &error));
    assert_eq!(model.complete(&call()).await.unwrap().text, "yes");
}

#[tokio::test]
async fn token_request_failures_are_reported() {
    let mut all = Vec::new();
    for answer in [
        Answer::json(
            400,
            &json!({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}),
        ),
        Answer::json(429, &json!({"error": "slow_down"})),
        Answer::raw(503, "<html>"),
        Answer::json(200, &json!({"id_token": "x"})),
    ] {
        let server = TestServer::always(answer).unwrap();
        let error = model(&server).complete(&call()).await.unwrap_err();
        all.push(shown(&server, &error));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn errors_of_every_kind() {
    let error = |code: u16, status: &str, message: &str| {
        Answer::json(
            code,
            &json!({"error": {"code": code, "message": message, "status": status}}),
        )
    };
    let mut all = Vec::new();
    for answer in [
        error(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        ),
        error(
            403,
            "PERMISSION_DENIED",
            "Permission 'aiplatform.endpoints.predict' denied on resource.",
        ),
        error(
            404,
            "NOT_FOUND",
            "Publisher Model was not found or your project does not have access to it.",
        ),
        error(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."),
        error(500, "INTERNAL", "Internal error encountered."),
        Answer::json(
            200,
            &json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 9}}),
        ),
        Answer::json(200, &candidate(&json!([]), Some("SAFETY"))),
        Answer::json(200, &candidate(&json!([]), Some("MAX_TOKENS"))),
        Answer::events([candidate(&json!([{"text": "half"}]), None)]),
        Answer::json(200, &json!({"choices": []})),
    ] {
        let server = server(answer);
        let error = model(&server).complete(&call()).await.unwrap_err();
        assert_ne!(error.kind, ModelErrorKind::NoReply);
        all.push(shown(&server, &error));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn invalid_service_account_errors_omit_the_key() {
    let account = |change: fn(&mut Value)| {
        let mut file = json!({
            "client_email": "a@b", "private_key": PRIVATE_KEY, "token_uri": "https://oauth2.googleapis.com/token",
        });
        change(&mut file);
        ServiceAccount::from_json(&file.to_string()).unwrap_err().to_string()
    };
    let all = [
        account(|file| file["private_key"] = json!("sk-planted")),
        account(|file| file["private_key"] = json!(7)),
        account(|file| file["token_uri"] = json!("http://elsewhere.example/token")),
        account(|file| file["token_uri"] = json!("elsewhere")),
        ServiceAccount::from_json("sk-planted").unwrap_err().to_string(),
    ];
    let all = all.join("\n");
    assert!(!all.contains("planted"));
    insta::assert_snapshot!(all);
}
