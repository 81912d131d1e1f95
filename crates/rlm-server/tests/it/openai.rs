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
