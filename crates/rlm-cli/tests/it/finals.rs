//! Tests of the end of a run: its guards, its answer and the validation.

use rlm_test_server::{Answer, TestServer};

use crate::support::{Place, session, snapshot};

const LAND: &str = "The capital is Aber.\nThe river is the Ysk.\n";

fn place(script: &[&str]) -> Place {
    let model = serde_json::json!({ "script": script, "default_reply": "Aber" });
    Place::new()
        .file("land.txt", LAND)
        .file("model.json", model.to_string())
        .file("fallback.sift", "found = ask('What is the capital?', P)\n")
}

const QUIET: [&str; 3] = ["--progress", "none", "--cache=off"];

#[test]
fn guard_flags_delay_answers() {
    let place = place(&[
        "FINAL: Paris",
        "```repl\nprint(peek(20))\n```",
        "```repl\nFINAL(llm_query(P))\n```",
    ]);
    let run = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--require-repl-before-final", "--require-subcall-before-final"])
        .done();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "Aber\n"), "{}", run.shown());
    let replay = place.rlm(["replay", "last", "--context", "land.txt"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn fallback_program_answers_with_the_answer_variable() {
    let place = place(&["I would have to see it."]);
    let run = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--fallback-code", "fallback.sift", "--auto-finalize-var", "found"])
        .and(["--invalid-response-limit", "1"])
        .done();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "Aber\n"), "{}", run.shown());
    let trace = place.rlm(["trace", "last"]).done();
    snapshot!("finals-fallback", session(&[run, trace]));

    let missing = place
        .ask("fake:model.json")
        .and(["--fallback-code", "missing.sift"])
        .done();
    missing.is_one_line_error(2);
    let place = place.file("wrong.sift", "print('a'\n");
    let wrong = place
        .ask("fake:model.json")
        .and(["--fallback-code", "wrong.sift"])
        .done();
    wrong.is_one_line_error(2);
    snapshot!("finals-fallback-refused", session(&[missing, wrong]));
}

#[test]
fn invalid_response_limit_ends_the_run() {
    let place = place(&["Hm.", "I'm sorry, but I can't help with that.", "No.", "FINAL: Aber"]);
    let ask = || place.ask("fake:model.json").and(["--progress", "lines", "--cache=off"]);
    let two = ask().and(["--invalid-response-limit", "2"]).done();
    let three = ask().done();
    let never = ask().and(["--invalid-response-limit", "0"]).done();
    assert_eq!([two.code, three.code, never.code], [Some(6), Some(6), Some(0)]);
    assert_eq!(
        (two.stdout.as_str(), three.stdout.as_str()),
        ("", ""),
        "a refusal is not an answer"
    );
    snapshot!("finals-invalid-responses", session(&[two, three, never]));
}

#[test]
fn unsupported_programs_are_counted_in_the_limit_message() {
    let place = place(&["```repl\nimport os\n```", "```repl\nimport os\nprint(1)\n```"]);
    let run = place.ask("fake:model.json").and(QUIET).and(["--max-steps", "2"]).done();
    assert_eq!((run.code, run.stdout.as_str()), (Some(5), ""));
    snapshot!("finals-refused-programs", run.shown());
}

#[test]
fn sub_call_limit_is_reported_in_summary_and_json() {
    let asks = "```repl\nprint(llm_query_batched(['a', 'b', 'c']))\n```";
    let place = place(&[asks, "FINAL: Aber"]);
    let ask = || place.ask("fake:model.json").and(QUIET).and(["--max-subcalls", "2"]);
    let run = ask().done();
    let object = ask().and(["--json"]).done().json();
    assert_eq!(object["limits_met"], serde_json::json!(["MaxSubcallsExceeded"]));
    let error = ask().and(["--on-limit", "error"]).done();
    assert_eq!((run.code, error.code), (Some(0), Some(5)));
    snapshot!("finals-subcalls", session(&[run, error]));
}

#[test]
fn keyword_search_answers_with_paragraphs_or_is_unable() {
    let notes =
        "# Roof\n\nThe roof was repaired in July.\n\nThe stairs are new.\n\n# Garden\n\nThe gate leaks no more.\n";
    let place = Place::new().file("land.txt", notes);
    let ask = |question: &str| {
        let run = place.rlm(["run", question, "--context", "land.txt", "--model", "search"]);
        run.and(QUIET).done()
    };
    let (found, missing) = (ask("When will the roof be repaired?"), ask("Who flies the helicopter?"));
    let former = place.rlm(["run", "roof repairs", "--context", "land.txt", "--model", "extractive"]);
    let former = former.and(QUIET).done();
    assert_eq!((found.code, missing.code, former.code), (Some(0), Some(6), Some(0)));
    snapshot!("finals-search", session(&[found, missing, former]));
}

const CAPITAL: &str = r#"{"type": "object", "properties": {"capital": {"type": "string"}}, "required": ["capital"]}"#;

#[test]
fn answer_with_a_schema_is_json_or_missing() {
    let place =
        place(&["FINAL: Aber", "```repl\nFINAL({'capital': context[15:19]})\n```"]).file("capital.json", CAPITAL);
    let run = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--schema", "capital.json"])
        .done();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "{\"capital\":\"Aber\"}\n"),
        "{}",
        run.shown()
    );
    let replay = place.rlm(["replay", "last", "--context", "land.txt"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());

    let never = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--schema", "capital.json", "--max-rejections", "0"])
        .done();
    assert_eq!((never.code, never.stdout.as_str()), (Some(7), ""), "{}", never.shown());
    snapshot!("finals-schema-not-met", never.shown());

    let place = place.file("broken.json", "{");
    let broken = place.ask("fake:model.json").and(["--schema", "broken.json"]).done();
    broken.is_one_line_error(2);
    let place = place.file("wrong.json", r#"{"type": "text"}"#);
    let wrong = place.ask("fake:model.json").and(["--schema", "wrong.json"]).done();
    wrong.is_one_line_error(2);
    let pattern = place.ask("fake:model.json").and(["--required-regex", "(a"]).done();
    pattern.is_one_line_error(2);
    snapshot!("finals-schema-refused", session(&[broken, wrong, pattern]));
}

#[test]
fn json_output_contains_the_rejected_answer() {
    let place = place(&["FINAL: Aber", "FINAL: It is Aber"]);
    let met = [
        "--required-substring",
        "aber",
        "--required-regex",
        "^it is",
        "--case-insensitive",
        "--min-word-count",
        "3",
    ];
    let run = place.ask("fake:model.json").and(QUIET).and(met).done();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "It is Aber\n"),
        "{}",
        run.shown()
    );
    let rejected = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--min-word-count", "9", "--max-rejections", "1", "--json"])
        .done();
    assert_eq!(rejected.code, Some(7), "{}", rejected.shown());
    let object = rejected.json();
    assert_eq!(
        (&object["outcome"], &object["answer"], &object["rejected"]["answer"]),
        (
            &"verification_failed".into(),
            &serde_json::Value::Null,
            &"It is Aber".into()
        )
    );
}

/// The judge's call goes over the wire like all other calls.
#[test]
fn goal_judge_call_is_an_ordinary_request() {
    let server = TestServer::in_order([
        Answer::text("FINAL: Aber"),
        Answer::text("NOT MET: the river is missing"),
        Answer::text("FINAL: Aber on the Ysk"),
        Answer::text("MET"),
    ])
    .unwrap();
    let place = place(&[]);
    let run = place
        .ask("openai:gpt-test")
        .and(QUIET)
        .and(["--goal", "The capital is named with its river."])
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-planted")
        .done();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "Aber on the Ysk\n"),
        "{}",
        run.shown()
    );
    assert_eq!(server.requests().len(), 4);
    let trace = place.rlm(["trace", "last"]).done();
    snapshot!("finals-goal", session(&[run, trace]));
}

const TASK: &str = r#"
question = "What is the capital?"
context = ["land.txt"]
model = "fake:model.json"

[budget]
max_steps = 3
max_cost = 0.5

[criteria]
min_word_count = 3

[metadata]
ticket = 4711
"#;

#[test]
fn flags_override_task_file_settings() {
    let place = place(&["FINAL: Aber", "FINAL: It is Aber"])
        .file("tasks/capital.toml", TASK.replace("land.txt", "../land.txt"));
    let run = place.rlm(["run", "--task", "tasks/capital.toml"]).and(QUIET).done();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "It is Aber\n"),
        "{}",
        run.shown()
    );
    let journal = std::fs::read_to_string(&place.journals()[0]).unwrap();
    assert!(journal.contains("\"metadata\":{\"ticket\":4711}"), "{journal}");

    let json = r#"{"question": "What is the capital?", "context": ["land.txt"], "model": "fake:model.json", "criteria": {"min_word_count": 9}}"#;
    let place = place.file("capital.json", json);
    let run = place
        .rlm(["run", "--task", "capital.json", "--min-word-count", "1"])
        .and(QUIET)
        .done();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "Aber\n"), "{}", run.shown());

    let enzu = r#"{"task": {"task_id": "t7", "input_text": "What is the capital?", "model": "model.json",
            "budget": {"max_tokens": 900, "max_total_tokens": 90000, "max_seconds": 30.5, "max_cost_usd": 0.5},
            "success_criteria": {"min_word_count": 1}, "max_output_tokens": 300, "temperature": 0.2},
        "provider": "fake", "mode": "rlm", "context_file": "land.txt"}"#;
    let place = place.file("enzu.json", enzu);
    let run = place.rlm(["run", "--task", "enzu.json", "-q"]).done();
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "Aber\n", ""),
        "{}",
        run.shown()
    );
    let journals = place.journals().into_iter();
    let mut journals = journals.map(|journal| std::fs::read_to_string(journal).unwrap());
    let journal = journals.find(|journal| journal.contains("t7")).unwrap();
    for setting in [
        r#""metadata":{"task_id":"t7"}"#,
        r#""tokens":90000"#,
        r#""output_tokens":900"#,
        r#""root_max_output":300"#,
        r#""sub_max_output":300"#,
        r#""seconds":30"#,
        r#""temperature":0.2"#,
    ] {
        assert!(journal.contains(setting), "{setting} is not in {journal}");
    }

    let place = place
        .file(
            "streamed.json",
            r#"{"input_text": "What?", "responses": {"stream": true}}"#,
        )
        .file("unknown.toml", "question = 'What?'\ncontexts = ['land.txt']\n")
        .file("capital.yaml", "question: What?\n");
    let refused = ["streamed.json", "unknown.toml", "capital.yaml", "missing.toml"].map(|task| {
        let done = place.rlm(["run", "--task", task]).done();
        done.is_one_line_error(2);
        done
    });
    snapshot!("finals-task-refused", session(&refused));
}
