//! The OpenAI-compatible endpoint.

use serde_json::json;

use crate::support::{Service, body as get_json, events, refused};

const FINDS: &str = "```repl\nprint(len(context))\n```";
const ANSWERS: &str = "```repl\nFINAL(re.search(r'\\d-\\d-\\d', context).group())\n```";

fn long() -> String {
    format!(
        "{}The vault code is 7-4-1.\n\nWhat is the vault code?",
        "All is well.\n\n".repeat(400)
    )
}

#[tokio::test]
async fn long_message_is_answered_by_programs() {
    let service = Service::start(&[FINDS, ANSWERS], "").await;
    let body = json!({"model": "rlm", "messages": [{"role": "user", "content": long()}]});
    let done = get_json(service.post("/v1/chat/completions", &body)).await;
    let choice = &done["choices"][0];
    assert_eq!(
        (&choice["message"]["content"], &choice["finish_reason"]),
        (&json!("7-4-1"), &json!("stop"))
    );
    assert_eq!(done["rlm"]["citations"][0]["quote"], "7-4-1");
    assert!(done["usage"]["total_tokens"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn short_conversation_goes_straight_to_the_model() {
    let service = Service::start(&["On the Tagus."], "").await;
    let body = json!({"model": "rlm", "messages": [
        {"role": "user", "content": "Which city?"},
        {"role": "assistant", "content": "Lisbon."},
        {"role": "user", "content": "Where does it lie?"},
    ]});
    let done = get_json(service.post("/v1/chat/completions", &body)).await;
    assert_eq!(done["choices"][0]["message"]["content"], "On the Tagus.");
    assert_eq!(done["rlm"]["calls"], 1);
}

#[tokio::test]
async fn streams_end_with_the_reason_the_usage_and_done() {
    let service = Service::start(&[FINDS, ANSWERS], "").await;
    let body = json!({
        "model": "rlm",
        "messages": [{"role": "user", "content": long()}],
        "stream": true,
        "stream_options": {"include_usage": true},
        "rlm": {"progress": true},
    });
    let response = service.post("/v1/chat/completions", &body).send().await.unwrap();
    let chunks: Vec<_> = events(&response.text().await.unwrap())
        .into_iter()
        .map(|(_, _, data)| data)
        .collect();
    let delta = |field: &str| {
        let texts = chunks
            .iter()
            .filter_map(|chunk| chunk["choices"][0]["delta"][field].as_str());
        texts.collect::<String>()
    };
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(delta("content"), "7-4-1");
    assert!(delta("reasoning_content").contains("print(len(context))"));
    let [.., reason, usage, done] = chunks.as_slice() else {
        panic!("{chunks:?}")
    };
    assert_eq!(reason["choices"][0]["finish_reason"], "stop");
    assert_eq!(usage["choices"], json!([]));
    assert!(usage["usage"]["prompt_tokens"].as_u64().unwrap() > 0);
    assert_eq!(done, "[DONE]");
}

#[tokio::test]
async fn errors_have_the_form_of_openai() {
    let service = Service::start(&[""; 0], "").await;
    let user = json!([{"role": "user", "content": "What?"}]);
    let cases = [
        json!({"model": "gpt-4o", "messages": user}),
        json!({"model": "rlm", "messages": []}),
        json!({"model": "rlm", "messages": user, "n": 2}),
        json!({"model": "rlm"}),
        // The script of the model is at its end.
        json!({"model": "rlm", "messages": user}),
    ];
    let mut shown = Vec::new();
    for case in &cases {
        let (status, value) = refused(service.post("/v1/chat/completions", case)).await;
        let error = &value["error"];
        shown.push(format!(
            "{status} {} {}: {}",
            error["type"],
            error["code"],
            error["message"].as_str().unwrap()
        ));
    }
    insta::assert_snapshot!("openai-errors", shown.join("\n"));
    let models = get_json(service.get("/v1/models")).await;
    assert_eq!(models["data"][0]["id"], "rlm");
}

#[tokio::test]
async fn files_are_what_a_question_is_about() {
    let service = Service::start(&[ANSWERS, ANSWERS, ANSWERS], "").await;
    let form = reqwest::multipart::Form::new().text("purpose", "user_data").part(
        "file",
        reqwest::multipart::Part::text("The vault code is 7-4-1.").file_name("vault.md"),
    );
    let file = get_json(service.client.post(service.url("/v1/files")).multipart(form)).await;
    assert_eq!(
        (&file["object"], &file["filename"], &file["bytes"]),
        (&json!("file"), &json!("vault.md"), &json!(24))
    );
    let id = file["id"].as_str().unwrap();
    assert_eq!(get_json(service.get("/v1/files")).await["data"], json!([file]));
    let content = service.get(&format!("/v1/files/{id}/content")).send().await.unwrap();
    assert_eq!(content.text().await.unwrap(), "The vault code is 7-4-1.");

    let base64 = "VGhlIHZhdWx0IGNvZGUgaXMgNy00LTEu";
    for part in [
        json!({"type": "file", "file": {"file_id": id}}),
        json!({"type": "file", "file": {"filename": "vault.md", "file_data": base64}}),
    ] {
        let content = json!([part, {"type": "text", "text": "What is the code?"}]);
        let body = json!({"model": "rlm", "messages": [{"role": "user", "content": content}]});
        let done = get_json(service.post("/v1/chat/completions", &body)).await;
        assert_eq!(done["choices"][0]["message"]["content"], "7-4-1");
        assert_eq!(done["rlm"]["citations"][0]["document"], "vault.md");
    }
    let body = json!({"model": "rlm", "input": "What is the code?", "rlm": {"contexts": [id]}});
    assert_eq!(
        get_json(service.post("/v1/responses", &body)).await["output"][0]["content"][0]["text"],
        "7-4-1"
    );
    let removed = service.client.delete(service.url(&format!("/v1/files/{id}")));
    assert_eq!(get_json(removed).await["deleted"], true);
    assert_eq!(refused(service.get(&format!("/v1/files/{id}"))).await.0, 404);
}

#[tokio::test]
async fn responses_go_on_in_the_background_and_are_continued() {
    let service = Service::start(
        &[
            ANSWERS,
            "```repl\nFINAL('again ' + re.search(r'\\d-\\d-\\d', context).group())\n```",
        ],
        "",
    )
    .await;
    let body = json!({"model": "rlm", "input": long(), "background": true});
    let made = get_json(service.post("/v1/responses", &body)).await;
    assert_eq!((&made["status"], &made["output"]), (&json!("in_progress"), &json!([])));
    let id = made["id"].as_str().unwrap();
    let mut response = made.clone();
    for _ in 0..200 {
        response = get_json(service.get(&format!("/v1/responses/{id}"))).await;
        if response["status"] != "in_progress" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(
        (&response["status"], &response["output"][0]["content"][0]["text"]),
        (&json!("completed"), &json!("7-4-1"))
    );

    let next = json!({"model": "rlm", "input": "And again?", "previous_response_id": id});
    let next = get_json(service.post("/v1/responses", &next)).await;
    assert_eq!(
        next["output"][0]["content"][0]["text"], "again 7-4-1",
        "it is about the same text"
    );

    let removed = service.client.delete(service.url(&format!("/v1/responses/{id}")));
    assert_eq!(get_json(removed).await["deleted"], true);
    assert_eq!(refused(service.get(&format!("/v1/responses/{id}"))).await.0, 404);
}

#[tokio::test]
async fn equal_requests_at_once_share_a_run() {
    let slow = "```repl\nFINAL(llm_query('Wait.'))\n```";
    let service = Service::with(&[slow], "done", std::time::Duration::from_secs(1), |_| {}).await;
    let body = json!({"model": "rlm", "messages": [{"role": "user", "content": long()}]});
    let requests = (0..8).map(|_| get_json(service.post("/v1/chat/completions", &body)));
    let replies = futures::future::join_all(requests).await;
    assert_eq!(replies[0]["choices"][0]["message"]["content"], "done");
    assert!(
        replies
            .iter()
            .all(|reply| reply["rlm"]["run"] == replies[0]["rlm"]["run"])
    );
}

#[tokio::test]
async fn a_request_that_is_sent_again_joins_its_run() {
    let slow = "```repl\nFINAL(llm_query('Wait.'))\n```";
    let service = Service::with(&[slow], "done", std::time::Duration::from_secs(2), |_| {}).await;
    let body = json!({"model": "rlm", "messages": [{"role": "user", "content": long()}]});
    // The first client leaves, as after a lost connection.
    let lost = service
        .post("/v1/chat/completions", &body)
        .timeout(std::time::Duration::from_millis(500));
    assert!(lost.send().await.is_err());
    let (first, second) = tokio::join!(
        get_json(service.post("/v1/chat/completions", &body)),
        get_json(service.post("/v1/chat/completions", &body)),
    );
    assert_eq!(first["choices"][0]["message"]["content"], "done");
    assert_eq!(first["rlm"]["run"], second["rlm"]["run"]);
    assert_eq!(
        get_json(service.get("/v1/runs")).await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
