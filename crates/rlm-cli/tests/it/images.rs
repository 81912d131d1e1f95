//! Tests of questions about images, from a folder to the request of a sub-model.

use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::support::{Place, Rlm, snapshot};

/// The beginning of a PNG file of 640 × 480 pixels, followed by other bytes.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0and the rest";
const PNG_BASE64: &str = "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAIAAABhbmQgdGhlIHJlc3Q=";
const PROGRAM: &str = "```repl\nfor d in ctx.images:\n    print(d.name, d.width, d.height)\n\
                       seen = llm_query('What is shown?', images=ctx.images)\nFINAL(seen)\n```";

fn place() -> Place {
    Place::new()
        .file("album/cat.png", PNG)
        .file("album/notes.md", "It was a sunny day.\n")
}

/// Starts a server whose root model writes the program, and whose sub-model sees a cat.
fn server() -> TestServer {
    TestServer::start(|_, request| {
        let is_sub_call = request.body["messages"].to_string().contains("image_url");
        Answer::text(if is_sub_call { "A cat." } else { PROGRAM })
    })
    .unwrap()
}

fn ask<'p>(place: &'p Place, server: &TestServer) -> Rlm<'p> {
    place
        .rlm([
            "run",
            "What is in the picture?",
            "album",
            "--model",
            "openai:gpt-4o",
            "--journal",
            "run.jsonl",
        ])
        .env("LLM_BASE_URL", &server.base_url())
}

#[test]
fn images_of_a_folder_reach_a_sub_model_and_replay() {
    let (place, server) = (place(), server());
    let done = ask(&place, &server).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("A cat.\n", Some(0)),
        "{}",
        done.shown()
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let root = requests[0].body["messages"].to_string();
    assert!(
        root.contains("Images among them: 1") && !root.contains(PNG_BASE64),
        "{root}"
    );
    let messages = requests[1].body["messages"].as_array().unwrap();
    assert_eq!(
        messages.last().unwrap()["content"],
        json!([
            {"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{PNG_BASE64}")}},
            {"type": "text", "text": "What is shown?"},
        ])
    );
    // The journal has the digest and the size, not the image.
    let journal = place.read("run.jsonl");
    assert!(
        !journal.contains("base64") && !journal.contains(&PNG_BASE64[..40]),
        "{journal}"
    );
    let issued = journal.lines().filter(|line| line.contains("\"images\":[{"));
    let issued: Vec<&str> = issued.collect();
    assert_eq!(issued.len(), 1, "{journal}");
    let call: serde_json::Value = serde_json::from_str(issued[0]).unwrap();
    let image = call.pointer("/images/0").or_else(|| call.pointer("/event/images/0"));
    let image = image.unwrap_or_else(|| panic!("{call}")).clone();
    let facts = ["media_type", "width", "height", "bytes"].map(|field| image[field].clone());
    assert_eq!(facts, [json!("image/png"), json!(640), json!(480), json!(PNG.len())]);
    assert!(image["digest"].as_str().unwrap().starts_with("b3:"));
    // The budget counts the image by OpenAI's rule: 85, and 170 for each of two tiles.
    let reserved = call
        .pointer("/reserved/input")
        .or_else(|| call.pointer("/event/reserved/input"));
    assert!(reserved.unwrap().as_u64().unwrap() > 425, "{call}");

    let again = place.rlm(["replay", "run.jsonl"]).done();
    assert_eq!(
        (again.stdout.as_str(), again.code),
        ("A cat.\n", Some(0)),
        "{}",
        again.shown()
    );
    assert_eq!(server.requests().len(), 2, "a replay calls no model");

    // A call that is repeated shows the image again.
    let called = place
        .rlm(["call", "run.jsonl", "1.1.0"])
        .env("LLM_BASE_URL", &server.base_url())
        .done();
    assert_eq!(called.code, Some(0), "{}", called.shown());
    assert_eq!(server.requests()[2].body["messages"], requests[1].body["messages"]);

    // A changed image is noticed.
    let changed = place.file("album/cat.png", [PNG, b"!"].concat());
    let refused = changed.rlm(["replay", "run.jsonl"]).done();
    assert_ne!(refused.code, Some(0), "{}", refused.shown());
}

#[test]
fn interrupted_run_with_images_is_resumed() {
    let place = place();
    let limited = server();
    let done = ask(&place, &limited).and(["--max-subcalls", "0"]).done();
    assert_ne!(done.code, Some(0), "{}", done.shown());
    let served = server();
    let journal = place.read("run.jsonl");
    assert!(!journal.contains("base64"));
    // The journal of a process that was killed while the image was being looked at.
    let whole = {
        let done = place
            .rlm(["run", "What is in the picture?", "album", "--model", "openai:gpt-4o"])
            .env("LLM_BASE_URL", &served.base_url())
            .done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
        place.journals().pop().unwrap()
    };
    let lines = std::fs::read_to_string(&whole).unwrap();
    let until = lines.lines().take_while(|line| !line.contains("\"images\":[{")).count();
    let kept: Vec<&str> = lines.lines().take(until).collect();
    std::fs::write(&whole, kept.join("\n") + "\n").unwrap();
    let resumed = place
        .rlm(["resume", "last", "--cache", "off"])
        .env("LLM_BASE_URL", &served.base_url())
        .done();
    assert_eq!(
        (resumed.stdout.as_str(), resumed.code),
        ("A cat.\n", Some(0)),
        "{}",
        resumed.shown()
    );
    let shown = served
        .requests()
        .into_iter()
        .filter(|request| request.body.to_string().contains(PNG_BASE64));
    assert_eq!(shown.count(), 2, "the image is read again and sent");
}

#[test]
fn images_that_cannot_be_sent_fail_the_call_with_a_reason() {
    let server = TestServer::start(|number, request| {
        let is_sub_call = request.body["messages"].to_string().contains("image_url");
        match (is_sub_call, number) {
            (true, _) => Answer::error(400, "invalid", "This model does not support image input."),
            (false, _) => Answer::text(
                "```repl\nfor d in ctx.images:\n    seen = llm_query('What is shown?', images=[d])\n    print(d.name, seen)\nFINAL('done')\n```",
            ),
        }
    })
    .unwrap();
    let large = [PNG, &[0; 4_000_000]].concat();
    let place = place().file("album/large.png", large);
    let done = ask(&place, &server).and(["--show-steps"]).done();
    let said = |text: &str| assert!(done.stderr.contains(text), "{text}\n{}", done.shown());
    said("This model does not support image input.");
    said("but at most 3,932,160 can be sent");

    // A model that takes no images never answers as if it had seen them.
    let model = json!({"script": [PROGRAM, "FINAL: none"], "default_reply": "unseen"}).to_string();
    let place = place.file("model.json", model);
    let done = place
        .rlm([
            "run",
            "What is shown?",
            "album/cat.png",
            "--model",
            "fake:model.json",
            "--show-steps",
        ])
        .done();
    assert!(
        done.stderr.contains("fake:model.json takes no images"),
        "{}",
        done.shown()
    );
    assert!(!done.shown().contains("unseen"));
    snapshot!("images-trace", place.rlm(["trace", "last"]).done().shown());
}
