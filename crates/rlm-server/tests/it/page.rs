//! The web page: its files, its data, and signing in.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use rlm_server::{ApiKeys, NewKey, Scope};
use serde_json::json;

use crate::support::{Service, body as get_json, refused};

/// Two steps: calls about each line, then an answer that is cut from the text.
pub(crate) const SCRIPT: [&str; 2] = [
    "```repl\nreplies = llm_query_batched(['Whose code? ' + line for line in lines(context)])\nprint(replies)\n```",
    "```repl\nFINAL(context[18:23])\n```",
];
pub(crate) const TEXT: &str = "The vault code is 7-4-1.\nThe other one is lost.\n";

#[tokio::test]
async fn files_have_a_policy_and_are_sent_once() {
    let service = Service::start(&[], "").await;
    let shell = service.get("/").send().await.unwrap();
    insta::assert_snapshot!(text(&shell, "content-security-policy").replace("; ", "\n"));
    assert_eq!(text(&shell, "cache-control"), "no-cache");
    let html = shell.text().await.unwrap();
    let files = html.split(['"', '\'']).filter(|part| part.starts_with("/ui/"));
    for file in files.chain(["/ui/timeline.js"]) {
        let first = service.get(file).send().await.unwrap();
        assert_eq!(first.status(), 200, "{file}");
        let etag = text(&first, "etag");
        let again = service.get(file).header("if-none-match", &etag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), text(&again, "etag")), (304, etag), "{file}");
        let other = service
            .get(file)
            .header("if-none-match", "\"b3:0\"")
            .send()
            .await
            .unwrap();
        assert_eq!(other.status(), 200, "{file}");
    }
    let (status, problem) = refused(service.get("/ui/nothing.js")).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn run_is_shown_with_the_passages_it_cites_and_what_it_read() {
    let service = Service::start(&SCRIPT, "the vault's").await;
    let id = asked(&service, TEXT).await;
    let run = get_json(service.get(&format!("/ui/runs/{id}"))).await;
    assert_eq!((&run["status"], &run["result"]), (&json!("completed"), &json!("7-4-1")));
    let passage = &run["answer"][0]["passage"];
    assert_eq!((&passage["words"], &passage["line"]), (&json!("7-4-1"), &json!(1)));
    assert_eq!(passage["before"], "The vault code is ");
    assert!(passage["after"].as_str().unwrap().starts_with(".\nThe other"));
    let document = &run["documents"][0];
    assert_eq!(document["bytes"], TEXT.len());
    assert_eq!(
        document["read"],
        json!([[0, 60], [62, 118]]),
        "prompts held the lines, not their ends"
    );
    assert_eq!(run["limits"]["steps"], 40);

    let tree = get_json(service.get(&format!("/api/executions/{id}/tree?max_chars=3"))).await;
    let call = &tree["children"][0]["children"][1];
    assert_eq!((&call["prompt"], &call["reply"]), (&json!("Who…"), &json!("the…")));
    assert!(tree["last_event_id"].as_u64().unwrap() > 0);
    let whole = format!("/ui/runs/{id}/calls/{}", call["id"].as_str().unwrap());
    let whole = get_json(service.get(&whole)).await;
    assert_eq!(whole["reply"], "the vault's");
    assert!(whole["prompt"].as_str().unwrap().starts_with("Whose code?"));
    for missing in [
        format!("/ui/runs/{id}/calls/9.9.9"),
        format!("/ui/runs/{id}/calls/x"),
        "/ui/runs/none".to_owned(),
    ] {
        assert_eq!(refused(service.get(&missing)).await.0, 404, "{missing}");
    }
    let (status, _) = refused(service.get(&format!("/api/executions/{id}/tree?max_chars=x"))).await;
    assert_eq!(status, 400);

    // A text that was changed since is not shown as what the run read.
    for file in std::fs::read_dir(service.folder.path().join("contexts")).unwrap() {
        std::fs::write(file.unwrap().path(), TEXT.replace('7', "8")).unwrap();
    }
    let run = get_json(service.get(&format!("/ui/runs/{id}"))).await;
    assert_eq!(run["answer"][0]["passage"]["words"], json!(null));
}

#[tokio::test]
async fn executions_are_listed_newest_first() {
    let service = Service::start(&["FINAL: one", "FINAL: two"], "").await;
    let session = service.session(TEXT).await;
    for question in ["first?", "second?"] {
        // The ids of runs hold seconds.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        get_json(service.post("/api/execute", &json!({"session_id": session, "user_query": question}))).await;
    }
    let list = get_json(service.get("/api/executions")).await;
    assert_eq!(list["executions"][0]["user_query"], "second?");
    let stats = get_json(service.get("/api/stats")).await;
    let days = stats["days"].as_array().unwrap();
    let runs: u64 = days.iter().map(|day| day["executions"].as_u64().unwrap()).sum();
    assert_eq!(runs, 2);
    assert!(days.iter().all(|day| day["start"].as_u64().unwrap() % 86_400_000 == 0));
}

#[tokio::test]
async fn key_and_its_budget_are_shown_to_its_owner() {
    let open = Service::start(&[], "").await;
    let me = get_json(open.get("/api/me")).await;
    assert_eq!((&me["key"], &me["scopes"]), (&json!(null), &json!(["read", "run"])));

    let (service, key) = with_key(&["FINAL: yes"]).await;
    assert_eq!(refused(service.get("/api/me")).await.0, 401);
    let question = json!({"model": "rlm", "messages": [{"role": "user", "content": "Is there a code?"}]});
    get_json(service.post("/v1/chat/completions", &question).bearer_auth(&key.text)).await;
    let me = get_json(service.get("/api/me").bearer_auth(&key.text)).await;
    assert_eq!((&me["tenant"], &me["key"]), (&json!("acme"), &json!(key.record.id)));
    assert_eq!(me["budget"], "5.00/day");
    let left = me["budget_left_usd"].as_f64().unwrap();
    assert!(left > 4.0 && left < 5.0, "{left}");
}

#[tokio::test]
async fn cookie_stands_for_the_key_until_it_is_revoked() {
    let (service, key) = with_key(&["FINAL: yes"]).await;
    let credentials = json!({"key": key.text});
    let post = |value: &serde_json::Value| {
        service
            .post("/ui/session", value)
            .header("sec-fetch-site", "same-origin")
    };
    let (status, _) = refused(post(&json!({"key": format!("{}0", key.text)}))).await;
    assert_eq!(status, 401);
    let (status, problem) = refused(service.post("/ui/session", &credentials)).await;
    assert_eq!((status, &problem["code"]), (403, &json!("cross_site")));

    let secure = post(&credentials)
        .header("x-forwarded-proto", "https")
        .send()
        .await
        .unwrap();
    assert!(text(&secure, "set-cookie").ends_with("; Secure"));
    let signed_in = post(&credentials).send().await.unwrap();
    assert_eq!(signed_in.status(), 204);
    let cookie = text(&signed_in, "set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "the service has no TLS");
    assert!(
        !cookie.contains(key.text.rsplit('_').next().unwrap()),
        "the secret is in the cookie"
    );
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let signed = |request: RequestBuilder| request.header("cookie", &cookie);

    get_json(signed(service.get("/api/stats"))).await;
    let session = json!({"name": "a text", "context": TEXT});
    for (header, value) in [
        ("origin", "https://evil.example".to_owned()),
        ("sec-fetch-site", "cross-site".to_owned()),
        ("sec-fetch-site", "same-site".to_owned()),
        ("x-nothing", String::new()),
    ] {
        let (status, problem) = refused(signed(service.post("/api/sessions", &session)).header(header, value)).await;
        assert_eq!((status, &problem["code"]), (403, &json!("cross_site")), "{header}");
    }
    for (header, value) in [
        ("origin", service.url("")),
        ("sec-fetch-site", "same-origin".to_owned()),
    ] {
        get_json(signed(service.post("/api/sessions", &session)).header(header, value)).await;
    }
    // A key in the header needs no origin.
    get_json(service.post("/api/sessions", &session).bearer_auth(&key.text)).await;

    let out = service
        .client
        .delete(service.url("/ui/session"))
        .header("sec-fetch-site", "same-origin");
    let out = signed(out).send().await.unwrap();
    assert!(text(&out, "set-cookie").contains("Max-Age=0"));
    assert_eq!(refused(signed(service.get("/api/stats"))).await.0, 401);

    let again = text(&post(&credentials).send().await.unwrap(), "set-cookie");
    let again = again.split(';').next().unwrap();
    get_json(service.get("/api/stats").header("cookie", again)).await;
    ApiKeys::open(service.folder.path()).revoke(&key.record.id).unwrap();
    assert_eq!(refused(service.get("/api/stats").header("cookie", again)).await.0, 401);
}

/// Starts a service with an API key of a tenant that has a budget.
pub(crate) async fn with_key(script: &[&str]) -> (Service, NewKey) {
    let mut made = None;
    let service = Service::with(script, "", Duration::ZERO, |folder| {
        let keys = ApiKeys::open(folder);
        keys.set_budget("acme", "5.00/day".parse().unwrap()).unwrap();
        made = Some(keys.add("acme", &[Scope::Run, Scope::Read]).unwrap());
    })
    .await;
    (service, made.unwrap())
}

/// Asks a question about a text, and returns the id of its execution.
pub(crate) async fn asked(service: &Service, text: &str) -> String {
    let session = service.session(text).await;
    let question = json!({"session_id": session, "user_query": "What is the vault code?"});
    let done = get_json(service.post("/api/execute", &question)).await;
    done["execution_id"].as_str().unwrap().to_owned()
}

fn text(response: &Response, header: &str) -> String {
    response.headers()[header].to_str().unwrap().to_owned()
}
