//! Our own routes: contexts, runs and what can be done with them.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::{Service, body, events, refused};

const LOOK: &str = "```repl\nmemory['code'] = re.search(r'\\d-\\d-\\d', context).group()\nprint(memory['code'])\n```";
const ANSWER: &str = "```repl\nFINAL(re.search(r'\\d-\\d-\\d', context).group())\n```";

/// Waits for the end of a run.
async fn ended(service: &Service, id: &str) -> Value {
    body(service.get(&format!("/v1/runs/{id}?wait=30"))).await
}

/// Starts a run, and returns its id.
async fn run(service: &Service, new: &Value) -> String {
    let response = service.post("/v1/runs", new).send().await.unwrap();
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let run: Value = response.json().await.unwrap();
    assert_eq!(location, format!("/v1/runs/{}", run["id"].as_str().unwrap()));
    run["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_run_is_about_uploaded_files_and_cites_them() {
    let service = Service::start(&["```repl\nFINAL(context[1].split(' is ')[1].strip('.\\n'))\n```"], "").await;
    let form = Form::new()
        .part("file", Part::text("Nothing.\n").file_name("notes/may.md"))
        .part(
            "file",
            Part::text("The vault code is 7-4-1.\n").file_name("notes/june.md"),
        );
    let context = body(service.client.post(service.url("/v1/contexts")).multipart(form)).await;
    assert_eq!(context["documents"][1], json!({"name": "notes/june.md", "bytes": 25}));
    assert_eq!(body(service.get("/v1/contexts")).await["data"], json!([context]));

    let id = run(
        &service,
        &json!({"question": "What is the code?", "contexts": [context["id"]]}),
    )
    .await;
    let run = ended(&service, &id).await;
    assert_eq!(
        (&run["status"], &run["answer"]),
        (&json!("completed"), &json!("7-4-1")),
        "{run}"
    );
    assert_eq!(run["citations"][0]["document"], "notes/june.md");

    let replayed = body(service.post(&format!("/v1/runs/{id}/replay"), &json!(null))).await;
    assert_eq!(replayed["answer"], "7-4-1");
    let page = service.get(&format!("/v1/runs/{id}/report")).send().await.unwrap();
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    let page = page.text().await.unwrap();
    assert!(page.contains("notes/june.md") && page.contains("7-4-1"));
    let private = service.get(&format!("/v1/runs/{id}/report?private=true"));
    assert!(!private.send().await.unwrap().text().await.unwrap().contains("7-4-1"));

    let path = format!("/v1/contexts/{}", context["id"].as_str().unwrap());
    assert_eq!(
        service.client.delete(service.url(&path)).send().await.unwrap().status(),
        204
    );
    assert_eq!(refused(service.get(&path)).await.0, 404);
    let (status, problem) = refused(service.post(&format!("/v1/runs/{id}/replay"), &json!(null))).await;
    assert_eq!((status, &problem["code"]), (410, &json!("context_gone")));
}

#[tokio::test]
async fn a_run_that_met_a_limit_is_resumed_and_forked() {
    let script = [LOOK, "No answer yet.", ANSWER];
    let service = Service::start(&script, "").await;
    let new = json!({"question": "What?", "text": "The code is 7-4-1.", "budget": {"max_steps": 1}});
    let id = run(&service, &new).await;
    assert_eq!(ended(&service, &id).await["outcome"], "partial");
    let (status, problem) = refused(service.post(&format!("/v1/runs/{id}/resume"), &json!({}))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("still_limited")));

    let resumed = body(service.post(&format!("/v1/runs/{id}/resume"), &json!({"budget": {"max_steps": 3}}))).await;
    assert_eq!((&resumed["id"], &resumed["status"]), (&json!(id), &json!("running")));
    let run = ended(&service, &id).await;
    assert_eq!(
        (&run["outcome"], &run["answer"], &run["steps"]),
        (&json!("complete"), &json!("7-4-1"), &json!(2))
    );
    assert_eq!(
        refused(service.post(&format!("/v1/runs/{id}/resume"), &json!({})))
            .await
            .1["code"],
        "run_complete"
    );

    let fork = || {
        let new = json!({"at": 2, "budget": {"max_steps": 3}});
        service
            .post(&format!("/v1/runs/{id}/fork"), &new)
            .header("idempotency-key", "fork")
    };
    let (forked, again) = (body(fork()).await, body(fork()).await);
    assert_eq!(
        forked["id"], again["id"],
        "a request that is sent again starts no second run"
    );
    let fork = ended(&service, forked["id"].as_str().unwrap()).await;
    assert_eq!(
        (&fork["answer"], &fork["steps"]),
        (&json!("7-4-1"), &json!(2)),
        "{fork}"
    );
    assert_ne!(fork["id"], run["id"]);
    let (status, problem) = refused(service.post(&format!("/v1/runs/{id}/fork"), &json!({"at": 9}))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("no_such_step")));

    let stream = service.get(&format!("/v1/runs/{id}/events")).send().await.unwrap();
    let stream = events(&stream.text().await.unwrap());
    let (_, name, last) = stream.last().unwrap();
    assert_eq!(
        (name.as_str(), &last["answer"]),
        ("result", &json!("7-4-1")),
        "both parts of the run are in it"
    );
    let (middle, _, _) = stream[stream.len() / 2];
    let later = service
        .get(&format!("/v1/runs/{id}/events"))
        .header("last-event-id", middle.unwrap().to_string());
    let later = events(&later.send().await.unwrap().text().await.unwrap());
    assert_eq!(later, stream[stream.len() / 2 + 1..].to_vec());
}

#[tokio::test]
async fn a_request_with_the_same_key_gets_the_same_run() {
    let service = Service::start(&[ANSWER, ANSWER], "").await;
    let new = json!({"question": "What?", "text": "The code is 7-4-1."});
    let send = || service.post("/v1/runs", &new).header("idempotency-key", "once");
    let (first, second) = tokio::join!(body(send()), body(send()));
    assert_eq!(first["id"], second["id"]);
    let id = first["id"].as_str().unwrap();
    assert_eq!(ended(&service, id).await["answer"], "7-4-1");
    let third = send().send().await.unwrap();
    assert_eq!(third.status(), 200);
    let third: Value = third.json().await.unwrap();
    assert_eq!((&third["id"], &third["status"]), (&json!(id), &json!("completed")));

    let other = json!({"question": "Another?", "text": "The code is 7-4-1."});
    let other = service.post("/v1/runs", &other).header("idempotency-key", "once");
    let (status, problem) = refused(other).await;
    assert_eq!((status, &problem["code"]), (409, &json!("idempotency_key_reused")));
    assert_eq!(body(service.get("/v1/runs")).await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn files_may_be_larger_than_texts_up_to_a_maximum() {
    let service = Service::with_options(&[ANSWER], |options| {
        options.max_context_chars = 1_000;
        options.max_upload_bytes = 8 << 20;
    })
    .await;
    let text = "The vault code is 7-4-1.\n".repeat(300_000);
    let upload = |text: &str| {
        let form = Form::new().part("file", Part::text(text.to_owned()).file_name("log.txt"));
        service.client.post(service.url("/v1/contexts")).multipart(form)
    };
    let context = body(upload(&text)).await;
    assert_eq!(context["bytes"], 7_500_000);
    let (status, problem) = refused(upload(&text.repeat(2))).await;
    assert_eq!((status, &problem["code"]), (413, &json!("body_too_large")));
    let documents = json!({"documents": [{"name": "log.txt", "text": "a".repeat(1_001)}]});
    assert_eq!(
        refused(service.post("/v1/contexts", &documents)).await.1["code"],
        "context_too_large"
    );
    assert_eq!(
        body(service.get("/v1/contexts")).await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn uploads_continue_where_they_ended() {
    let service = Service::start(&[ANSWER], "").await;
    let text = "The vault code is 7-4-1.\n";
    let made = service
        .client
        .post(service.url("/v1/uploads"))
        .header("upload-length", text.len())
        // `vault.md` in base64.
        .header("upload-metadata", "filename dmF1bHQubWQ=,filetype dGV4dA==");
    let made = made.send().await.unwrap();
    assert_eq!(
        (made.status().as_u16(), &made.headers()["tus-resumable"]),
        (201, &"1.0.0".parse().unwrap())
    );
    let path = made.headers()["location"].to_str().unwrap().to_owned();
    let write = |offset: usize, part: &'static str| {
        let request = service.client.patch(service.url(&path)).header("upload-offset", offset);
        request
            .header("content-type", "application/offset+octet-stream")
            .body(part)
    };
    assert_eq!(
        write(0, "The vault ").send().await.unwrap().headers()["upload-offset"],
        "10"
    );
    let (status, problem) = refused(write(4, "again")).await;
    assert_eq!((status, &problem["code"]), (409, &json!("upload_offset")));
    let id = path.rsplit('/').next().unwrap();
    let (status, problem) = refused(service.post("/v1/contexts", &json!({"uploads": [id]}))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("upload_incomplete")));

    let state = service.client.head(service.url(&path)).send().await.unwrap();
    assert_eq!(
        (&state.headers()["upload-offset"], &state.headers()["upload-length"]),
        (&"10".parse().unwrap(), &"25".parse().unwrap())
    );
    assert_eq!(write(10, "code is 7-4-1.\n").send().await.unwrap().status(), 204);
    assert_eq!(refused(write(25, "more")).await.0, 400);
    let context = body(service.post("/v1/contexts", &json!({"uploads": [id]}))).await;
    assert_eq!(context["documents"], json!([{"name": "vault.md", "bytes": 25}]));
    assert_eq!(
        service.client.head(service.url(&path)).send().await.unwrap().status(),
        404,
        "it is a document now"
    );
    let id = run(&service, &json!({"question": "What?", "contexts": [context["id"]]})).await;
    assert_eq!(ended(&service, &id).await["answer"], "7-4-1");
}

#[tokio::test]
async fn a_session_is_about_a_context() {
    let service = Service::start(&[LOOK, ANSWER, "```repl\nFINAL('still ' + memory['code'])\n```"], "").await;
    let documents = json!({"documents": [{"name": "vault.md", "text": "The code is 7-4-1."}]});
    let context = body(service.post("/v1/contexts", &documents)).await;
    let session = body(service.post("/v1/sessions", &json!({"name": "vault", "context": context["id"]}))).await;
    for (question, answer) in [("What is it?", "7-4-1"), ("And now?", "still 7-4-1")] {
        let id = run(&service, &json!({"question": question, "session": session["id"]})).await;
        assert_eq!(ended(&service, &id).await["answer"], answer);
    }
    let path = format!("/v1/sessions/{}", session["id"].as_str().unwrap());
    let shown = body(service.get(&path)).await;
    assert_eq!(
        (&shown["memory"]["code"], shown["exchanges"].as_array().unwrap().len()),
        (&json!("7-4-1"), 2)
    );
    assert_eq!(
        service.client.delete(service.url(&path)).send().await.unwrap().status(),
        204
    );
    assert_eq!(body(service.get("/v1/runs")).await["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn runs_are_listed_in_pages_and_deleted_once_they_have_ended() {
    let slow = "```repl\nFINAL(llm_query('Wait.'))\n```";
    let service = Service::with(&[ANSWER, ANSWER, slow], "done", Duration::from_secs(20), |_| {}).await;
    let mut ids = Vec::new();
    for question in ["The first?", "The second?", "Slow?"] {
        ids.push(run(&service, &json!({"question": question, "text": "The code is 7-4-1."})).await);
        if question != "Slow?" {
            ended(&service, ids.last().unwrap()).await;
        }
    }
    let list = body(service.get("/v1/runs?limit=2")).await;
    assert_eq!(
        (&list["data"][0]["id"], &list["has_more"]),
        (&json!(ids[2]), &json!(true))
    );
    let list = body(service.get(&format!("/v1/runs?limit=2&before={}", ids[1]))).await;
    assert_eq!(
        (&list["data"][0]["id"], &list["has_more"]),
        (&json!(ids[0]), &json!(false))
    );
    let list = body(service.get("/v1/runs?search=SECOND&status=completed")).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(refused(service.get("/v1/runs?limit=0")).await.0, 400);
    assert_eq!(refused(service.get("/v1/runs?limit=many")).await.0, 400);

    let slow = service.url(&format!("/v1/runs/{}", ids[2]));
    let (status, problem) = refused(service.client.delete(&slow)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("run_active")));
    let cancelled = body(service.post(&format!("/v1/runs/{}/cancel", ids[2]), &json!(null))).await;
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(service.client.delete(&slow).send().await.unwrap().status(), 204);
    assert_eq!(refused(service.get(&format!("/v1/runs/{}", ids[2]))).await.0, 404);
}

#[tokio::test]
async fn limits_of_a_request_are_at_most_those_of_the_server() {
    let service = Service::start(&[ANSWER], "").await;
    for (budget, message) in [
        (json!({"max_steps": 41}), "`max_steps` is at most 40 on this server"),
        (
            json!({"max_subcalls": 100_000}),
            "`max_subcalls` is at most 200 on this server",
        ),
    ] {
        let (status, problem) =
            refused(service.post("/v1/runs", &json!({"question": "What?", "text": "a", "budget": budget}))).await;
        assert_eq!((status, problem["detail"].as_str()), (400, Some(message)));
    }
    let chat = json!({"model": "rlm", "messages": [{"role": "user", "content": "What?"}], "rlm": {"max_steps": 41}});
    assert_eq!(
        refused(service.post("/v1/chat/completions", &chat)).await.1["error"]["code"],
        "limit_too_high"
    );
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let service = Service::start(&[""; 0], "").await;
    let requests = [
        ("/v1/runs", json!({"question": "  "})),
        (
            "/v1/runs",
            json!({"question": "What?", "text": "a", "contexts": ["ctx-1"]}),
        ),
        ("/v1/runs", json!({"question": "What?", "contexts": ["../keys"]})),
        ("/v1/runs", json!({"question": "What?", "session": "none"})),
        ("/v1/runs", json!({"question": "What?", "model": "openai:gpt-5.1"})),
        (
            "/v1/runs",
            json!({"question": "What?", "text": "a", "budget": {"max_cost": -1}}),
        ),
        ("/v1/contexts", json!({"documents": []})),
        ("/v1/contexts", json!({"documents": [{"name": "../a", "text": "a"}]})),
        (
            "/v1/contexts",
            json!({"documents": [{"name": "a", "text": "a"}, {"name": "a", "text": "b"}]}),
        ),
        ("/v1/contexts", json!({"documents": [{"name": "a.md", "text": ""}]})),
        ("/v1/contexts", json!({"uploads": ["upl-../../keys"]})),
        ("/v1/sessions", json!({"context": "ctx-none"})),
        ("/v1/sessions", json!({"context": "ctx-none", "text": "a"})),
        ("/v1/runs/none/resume", json!({})),
        ("/v1/runs/..%2fkeys/replay", json!(null)),
    ];
    let mut answers = Vec::new();
    for (path, request) in requests {
        let (status, problem) = refused(service.post(path, &request)).await;
        answers.push(format!(
            "{path} {request}\n  {status} {}: {}",
            problem["code"], problem["detail"]
        ));
    }
    insta::assert_snapshot!(answers.join("\n"));
    let left = std::fs::read_dir(service.folder.path().join("contexts"))
        .into_iter()
        .flatten()
        .count();
    assert_eq!(left, 0, "refused documents leave nothing");
}

#[tokio::test]
async fn the_estimate_sends_nothing() {
    let service = Service::start(&[""; 0], "").await;
    let new = json!({"question": "What failed?", "text": "A line of the log.\n".repeat(1_000)});
    let estimate = body(service.post("/v1/estimate", &new)).await;
    assert_eq!(estimate["ways"][0]["way"], "direct");
    assert!(estimate["reason"].is_string());
}

#[tokio::test]
async fn the_document_describes_every_route() {
    let service = Service::start(&[""; 0], "").await;
    let document = body(service.get("/openapi.json")).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            routes.push(format!("{} {path}", method.to_uppercase()));
            // The route answers, whatever it says.
            let url = service.url(&path.replace("{id}", "none"));
            let sent = service
                .client
                .request(method.to_uppercase().parse().unwrap(), url)
                .send()
                .await
                .unwrap();
            assert_ne!(sent.status(), 405, "{method} {path}");
        }
    }
    insta::assert_snapshot!(routes.join("\n"));
}
