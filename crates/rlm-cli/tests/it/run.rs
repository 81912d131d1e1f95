//! Tests of `rlm run`.

use serde_json::json;

use crate::support::{Place, session, snapshot};

/// A model of two turns: the first asks about a piece of the text, the second cuts the answer out
/// of it.
pub(crate) const MODEL: &str = r#"{
    "script": [
        "I look first.\n```repl\nat = context.find('capital')\npiece = context[at:at + 40]\nprint(piece)\nprint(llm_query('Which city? ' + piece))\n```",
        "```repl\nend = context.find('.', at)\nFINAL(context[at:end])\n```"
    ],
    "rules": [{"match": "Which city", "reply": "Lisbon"}]
}"#;
const TEXT: &str = "Rivers are long.\nThe capital of Portugal is Lisbon. It lies on the Tagus.\nHills are high.\n";

pub(crate) fn place() -> Place {
    Place::new().file("land.txt", TEXT).file("model.json", MODEL)
}

#[test]
fn standard_output_contains_only_the_answer() {
    let place = place();
    let first = place.ask("fake:model.json").done();
    let again = place.ask("fake:model.json").done();
    assert_eq!(
        (first.stdout.as_str(), first.code),
        ("capital of Portugal is Lisbon\n", Some(0)),
        "{}",
        first.shown()
    );
    assert!(first.stderr.contains("1 call;"), "{}", first.shown());
    // The reply of the first run is cached for the second.
    assert!(again.stderr.contains("1 cached"), "{}", again.shown());
    snapshot!("run", session(&[first, again]));
}

#[test]
fn run_json_contains_the_full_result() {
    let place = place();
    let done = place
        .ask("fake:model.json")
        .and(["--json", "--progress", "none"])
        .done();
    let object = done.json();
    let fields: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    for field in [
        "outcome",
        "answer",
        "citations",
        "steps",
        "calls",
        "usage",
        "cost",
        "run",
        "journal",
    ] {
        assert!(fields.contains(&field), "{field} is missing from {fields:?}");
    }
    assert_eq!(object["answer"], json!("capital of Portugal is Lisbon"));
    assert_eq!(
        object["citations"],
        json!([{
            "document": "land.txt",
            "line_start": 2,
            "line_end": 2,
            "column_start": 5,
            "column_end": 33,
            "quote": "capital of Portugal is Lisbon",
            "verified": true,
        }])
    );
    snapshot!("run-json", done.shown());
}

/// An answer with quotes: verbatim, with other quotation marks, across a line end, from the
/// question, and invented.
const QUOTING: &str = r#"{
    "script": [
        "```repl\nat = P.find('capital')\nprint(at, llm_query('What of this? ' + P[30:170]))\n```",
        "FINAL: The text says “The capital of Portugal is Lisbon” and \"The 'old' town — up a hill - is\", not “the famous quick rivers” of your question. It adds “Lisbon is the finest city of all”.\n\n> It lies on the Tagus, which is long."
    ],
    "rules": [{"match": "What of this", "reply": "It is about rivers."}]
}"#;
const QUOTED: &str = "Rivers are long.\nThe capital of Portugal is Lisbon. It lies on the Tagus,\nwhich is long. The ‘old’ town—up a \
    hill – is\nabove the ‘old’ harbour. Hills are high.\n";

#[test]
fn quotes_are_verified_and_coverage_is_reported() {
    let place = Place::new()
        .file("land.txt", QUOTED)
        .file("other.txt", "Nothing to see.\n")
        .file("model.json", QUOTING);
    let run = [
        "run",
        "Where are “the famous quick rivers”?",
        "--context",
        "land.txt",
        "other.txt",
        "--model",
        "fake:model.json",
        "--progress",
        "none",
    ];
    let shown = place.rlm(run).done();
    assert!(
        shown
            .stderr
            .contains("not in the context: “Lisbon is the finest city of all”"),
        "{}",
        shown.shown()
    );
    let json = place.rlm(run.into_iter().chain(["--json"])).done();
    let object = json.json();
    let verdicts: Vec<_> = object["quotes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|quote| quote["verdict"].clone())
        .collect();
    assert_eq!(
        verdicts,
        ["verbatim", "verified", "unverified", "verified"],
        "{}",
        json.shown()
    );
    snapshot!("run-quotes", session(&[shown, json]));
}

#[test]
fn progress_formats_match_snapshot() {
    let place = place();
    let done = ["lines", "json", "none"].map(|progress| {
        place
            .ask("fake:model.json")
            .and(["--cache", "off", "--progress", progress])
            .done()
    });
    snapshot!("run-progress", session(&done));
}

#[test]
fn output_flag_writes_the_answer_to_a_file() {
    let place = place().file("old.txt", "what stood here before, and was longer than the answer");
    let done = place.ask("fake:model.json").and(["-o", "old.txt"]).done();
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(0)));
    assert_eq!(place.read("old.txt"), "capital of Portugal is Lisbon\n");
}

#[test]
fn missing_answer_leaves_the_output_file_unchanged() {
    let place = place().file("fails.json", r#"{"script": []}"#).file("old.txt", "old");
    let run = [
        "run",
        "What?",
        "--context",
        "land.txt",
        "--model",
        "fake:fails.json",
        "-o",
    ];
    assert_eq!(place.rlm(run.into_iter().chain(["old.txt"])).done().code, Some(4));
    assert_eq!(place.read("old.txt"), "old");
    assert_eq!(place.rlm(run.into_iter().chain(["new.txt"])).done().code, Some(4));
    assert!(!place.path("new.txt").exists());
}

#[test]
fn partial_answer_is_marked_and_exits_with_3() {
    let model = r#"{"script": ["```repl\nprint(context)\n```", "FINAL: probably Lisbon"]}"#;
    let place = place().file("slow.json", model);
    let done = place.ask("fake:slow.json").and(["--max-steps", "1"]).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("probably Lisbon\n", Some(3)),
        "{}",
        done.shown()
    );
    snapshot!("run-partial", done.shown());
}

#[test]
fn limit_without_an_answer_exits_with_5() {
    let model = r#"{"script": ["```repl\nprint(context)\n```", "CANNOT_DETERMINE: the capital"]}"#;
    let place = place().file("slow.json", model);
    let done = place.ask("fake:slow.json").and(["--max-steps", "1"]).done();
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(5)), "{}", done.shown());
}

#[test]
fn provider_failure_exits_with_4() {
    let model = r#"{"script": [{"fail": {"kind": "unauthorized", "status": 401, "message": "the key is wrong"}}]}"#;
    let place = place().file("fails.json", model);
    let done = place
        .rlm(["run", "What?", "--context", "land.txt", "--model", "fake:fails.json"])
        .done();
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(4)), "{}", done.shown());
    snapshot!("run-provider-fails", done.shown());
}

#[test]
fn required_constraint_rejects_models_without_grammar_support() {
    let place = place();
    let run = [
        "run",
        "What?",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
        "--constrain",
        "always",
    ];
    let done = place.rlm(run).done();
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(2)), "{}", done.shown());
    snapshot!("run-no-grammar", done.shown());
    let runs = place.rlm(["runs"]).done();
    assert_eq!(
        runs.stdout,
        "",
        "a run that did not start is not listed: {}",
        runs.shown()
    );
}

#[test]
fn question_may_be_the_last_argument() {
    let place = place();
    let run = [
        "run",
        "--model",
        "fake:model.json",
        "--context",
        "land.txt",
        "What is the capital?",
    ];
    let done = place.rlm(run).done();
    assert_eq!(done.stdout, "capital of Portugal is Lisbon\n", "{}", done.shown());
}

#[test]
fn question_and_context_can_come_from_pipes_and_files() {
    let place = place().file("question.txt", "What is the capital?\n");
    let piped = place
        .rlm([
            "run",
            "What is the capital?",
            "--context",
            "-",
            "--model",
            "fake:model.json",
        ])
        .input(TEXT);
    assert_eq!(piped.done().stdout, "capital of Portugal is Lisbon\n");
    let run = [
        "run",
        "--question-file",
        "question.txt",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
    ];
    assert_eq!(place.rlm(run).done().stdout, "capital of Portugal is Lisbon\n");
}

#[test]
fn no_journal_writes_nothing() {
    let place = place();
    let done = place.ask("fake:model.json").and(["--no-journal"]).done();
    assert_eq!(done.code, Some(0));
    assert!(done.stderr.contains("no journal kept"));
    assert_eq!(place.journals(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn the_model_can_come_from_the_environment() {
    let place = place().file(".env", "RLM_MODEL=fake:model.json\n");
    let done = place
        .rlm(["run", "What is the capital?", "--context", "land.txt"])
        .done();
    assert_eq!(done.stdout, "capital of Portugal is Lisbon\n", "{}", done.shown());
}

#[test]
fn multiple_contexts_are_a_list_or_a_dict_if_named() {
    let model = |program: &str| json!({ "script": [format!("```repl\n{program}\n```")] }).to_string();
    let place = place()
        .file("other.txt", "x")
        .file(
            "list.json",
            model("FINAL(f'{type(context).__name__} of {len(context)}')"),
        )
        .file("dict.json", model("FINAL(', '.join(sorted(context)))"));
    let list = [
        "run",
        "?",
        "--context",
        "land.txt",
        "other.txt",
        "--model",
        "fake:list.json",
    ];
    assert_eq!(place.rlm(list).done().stdout, "list of 2\n");
    let dict = [
        "run",
        "?",
        "--context",
        "new=land.txt",
        "--context",
        "old=other.txt",
        "--model",
        "fake:dict.json",
    ];
    assert_eq!(place.rlm(dict).done().stdout, "new, old\n");
}

#[test]
fn retries_are_reported_in_progress() {
    let busy = r#"{"fail": {"kind": "rate_limited", "message": "slow down", "retry_after": 0.01, "times": 1}, "reply": "FINAL: 42"}"#;
    let place = place().file("busy.json", format!("{{\"script\": [{busy}]}}"));
    let done = place
        .rlm(["run", "What?", "--context", "land.txt", "--model", "fake:busy.json"])
        .done();
    assert_eq!((done.stdout.as_str(), done.code), ("42\n", Some(0)), "{}", done.shown());
    snapshot!("run-again", done.shown());
}

#[test]
fn mailbox_model_is_answered_through_a_folder() {
    let place = place();
    let (request, reply) = (place.path("box/0001.request.json"), place.path("box/0001.reply.txt"));
    let person = std::thread::spawn(move || {
        while !request.exists() {
            std::thread::yield_now();
        }
        std::fs::write(reply, "FINAL: a person says Lisbon").is_ok()
    });
    let done = place.ask("mailbox:box").done();
    assert!(person.join().is_ok_and(|written| written));
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("a person says Lisbon\n", Some(0)),
        "{}",
        done.shown()
    );
    assert!(
        done.stderr.starts_with("waiting for replies in box: "),
        "{}",
        done.shown()
    );
    assert!(place.read("box/0001.request.json").contains("What is the capital?"));
}

#[test]
fn json_value_context_works_in_run_and_replay() {
    let script = r#"{"script": ["```repl\nFINAL(sum(row['n'] for row in context['rows']))\n```"]}"#;
    let value = r#"{"rows": [{"n": 40}, {"n": 2}]}"#;
    let place = Place::new().file("model.json", script).file("rows.json", value);
    let arguments = [
        "run",
        "How many?",
        "--context-json",
        "rows.json",
        "--model",
        "fake:model.json",
    ];
    let done = place.rlm(arguments).done();
    assert_eq!((done.stdout.as_str(), done.code), ("42\n", Some(0)), "{}", done.shown());

    let replayed = place.rlm(["replay", "last", "--context-json", "rows.json"]).done();
    assert_eq!(
        (replayed.stdout.as_str(), replayed.code),
        ("42\n", Some(0)),
        "{}",
        replayed.shown()
    );
    // A JSON value has no file that could be read again.
    let without = place.rlm(["replay", "last"]).done();
    assert_eq!(without.code, Some(2), "{}", without.shown());
}

#[test]
fn conflicting_context_flags_are_rejected() {
    let place = place();
    let both = place.ask("fake:model.json").and(["--context-json", "land.txt"]).done();
    assert_eq!(both.code, Some(2), "{}", both.shown());
    let no_json = place
        .rlm([
            "run",
            "What?",
            "--context-json",
            "land.txt",
            "--model",
            "fake:model.json",
        ])
        .done();
    no_json.is_one_line_error(2);
}

#[test]
fn steps_are_shown_as_they_happen() {
    const STEPS: &str = r#"{
        "script": [
            "I can't say.",
            "```repl\nprint(contxt[:10])\n```",
            "```repl\nfor n in range(25):\n    print('line', n)\nprint('x' * 300 + '\\x1b[31m')\nprint(llm_query('Which city? ' + P))\nprint({}['a'])\n```",
            "FINAL: Lisbon"
        ],
        "rules": [{"match": "Which city", "reply": "Lisbon"}]
    }"#;
    let place = Place::new().file("land.txt", TEXT).file("model.json", STEPS);
    let shown = place
        .ask("fake:model.json")
        .and(["--cache", "off", "--show-steps"])
        .done();
    let unkept = place
        .ask("fake:model.json")
        .and(["--cache", "off", "--progress", "steps", "--no-journal"])
        .done();
    assert!(!shown.stderr.contains('\u{1b}'), "{}", shown.shown());
    assert!(!unkept.stderr.contains("rlm trace"), "{}", unkept.shown());
    snapshot!("run-show-steps", shown.shown());
}
