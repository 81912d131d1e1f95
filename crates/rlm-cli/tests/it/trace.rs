//! Tests of `rlm runs`, `rlm trace` and `rlm replay`.

use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::run::place;
use crate::support::{Place, session, snapshot};

fn asked() -> Place {
    let place = place();
    let done = place.ask("fake:model.json").done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    place
}

#[test]
fn run_is_listed_traced_and_replayed() {
    let place = asked();
    let done = [
        place.rlm(["runs"]).done(),
        place.rlm(["trace", "last"]).done(),
        place.rlm(["replay", "last"]).done(),
    ];
    assert!(done.iter().all(|done| done.code == Some(0)), "{}", session(&done));
    snapshot!("trace", session(&done));
}

#[test]
fn empty_run_list_is_not_an_error() {
    let done = Place::new().rlm(["runs"]).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""));
    assert!(done.stderr.starts_with("no runs in [dir]/data yet"), "{}", done.shown());
}

#[test]
fn trace_shows_a_run_with_failures() {
    let model = r#"{
        "script": [
            "Let me see.",
            "```repl\nprint(contxt[:10])\n```",
            "```repl\nreplies = llm_query_batched(['one ' + context[:20], 'two'])\nprint(failed(replies[1]))\nprint({}['x'])\n```",
            {"fail": {"kind": "unauthorized", "message": "the key was withdrawn"}}
        ],
        "rules": [
            {"match": "one", "reply": "1", "fail": {"kind": "rate_limited", "message": "slow down", "retry_after": 0.01, "times": 1}},
            {"match": "two", "fail": {"kind": "invalid_request", "message": "no such model"}}
        ]
    }"#;
    let place = place().file("bad.json", model);
    let run = place
        .ask("fake:bad.json")
        .and([
            "--max-steps",
            "3",
            // Progress shows failures in the order of events, the trace in the order of the
            // program.
            "--progress",
            "none",
        ])
        .done();
    let trace = place.rlm(["trace", "last"]).done();
    snapshot!("trace-bad", session(&[run, trace]));
}

#[test]
fn trace_shows_coverage_and_quotes() {
    let model = r#"{
        "script": ["```repl\nname = llm_query('Whose capital? ' + context)\nFINAL('It says “The capital of Portugal is” ' + name + ', and “the river is the Tagus there”.')\n```"],
        "rules": [{"match": "Whose capital?", "reply": "Lisbon"}]
    }"#;
    let land = format!(
        "The capital  of Portugal is Lisbon.\n{}",
        "It lies at the sea. ".repeat(100)
    );
    let place = Place::new().file("model.json", model).file("land.txt", &land);
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    let trace = place.rlm(["trace", "last"]).done();
    snapshot!("trace-quotes", trace.shown());
    let object = place.rlm(["trace", "last", "--json"]).done().json();
    assert_eq!(object["coverage"]["bytes"], json!(land.len()));
}

#[test]
fn trace_commands_support_json_output() {
    let place = asked();
    let runs = place.rlm(["runs", "--json"]).done().json();
    assert_eq!(runs["runs"][0]["outcome"], json!("complete"));
    assert_eq!(runs["runs"][0]["question"], json!("What is the capital?"));
    let trace = place.rlm(["trace", "last", "--json"]).done().json();
    assert_eq!(
        (&trace["ending"], &trace["run"]),
        (&json!("finished"), &runs["runs"][0]["run"])
    );
    assert_eq!(trace["events"][0]["event"]["kind"], json!("run_started"));
    let replay = place.rlm(["replay", "last", "--json"]).done().json();
    assert_eq!(
        (&replay["same"], &replay["replay"]["extent"]),
        (&json!(true), &json!("whole"))
    );
}

#[test]
fn run_replays_from_another_folder() {
    let place = asked().file("elsewhere/empty", "");
    let journal = place.journals().remove(0);
    let done = place.rlm(["replay", &journal.display().to_string()]).done();
    assert_eq!(done.stdout, "capital of Portugal is Lisbon\n", "{}", done.shown());
}

#[test]
fn replay_can_record_a_new_journal() {
    let place = asked();
    let again = place.rlm(["replay", "last", "--record", "again.jsonl"]).done();
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (Some(0), "capital of Portugal is Lisbon\n"),
        "{}",
        again.shown()
    );
    let replayed = place.rlm(["replay", "again.jsonl"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    let over_it = place.rlm(["replay", "last", "--record", "again.jsonl"]).done();
    over_it.is_one_line_error(2);
    assert_eq!(place.rlm(["replay", "again.jsonl"]).done().code, Some(0));
}

#[test]
fn replay_names_the_changed_context() {
    let place = asked().file("land.txt", "The capital of Portugal is Porto.\n");
    let done = place.rlm(["replay", "last"]).done();
    done.is_one_line_error(2);
    snapshot!("replay-other-context", done.shown());
}

#[test]
fn replay_of_an_unstored_piped_context_needs_it_again() {
    let place = place();
    let run = [
        "run",
        "What is the capital?",
        "--context",
        "-",
        "--model",
        "fake:model.json",
    ];
    let text = place.read("land.txt");
    assert_eq!(place.rlm(run).input(text.clone()).done().code, Some(0));
    let journal = place.journals().remove(0);
    std::fs::remove_file(journal.with_extension("stdin")).expect("the file was kept");
    let unknown = place.rlm(["replay", "last"]).done();
    unknown.is_one_line_error(2);
    let given = place.rlm(["replay", "last", "--context", "-"]).input(text).done();
    assert_eq!(given.code, Some(0), "{}", given.shown());
    snapshot!("replay-pipe", session(&[unknown, given]));
}

#[test]
fn replay_detects_a_single_altered_byte() {
    for (what, from, to) in [
        ("a reply", "\"text\":\"Lisbon\"", "\"text\":\"Lisbou\""),
        ("a print", "\"stdout\":\"capital", "\"stdout\":\"Capital"),
        ("a program", "at + 40", "at + 41"),
    ] {
        let place = asked();
        let journal = place.journals().remove(0);
        let text = std::fs::read_to_string(&journal).unwrap();
        assert!(text.contains(from), "the journal does not contain {what}");
        std::fs::write(&journal, text.replacen(from, to, 1)).unwrap();
        let done = place.rlm(["replay", "last"]).done();
        done.is_one_line_error(2);
        snapshot!(format!("altered-{}", what.trim_start_matches("a ")), done.stderr);
    }
}

#[test]
fn last_selects_the_latest_run_even_within_a_second() {
    let place = place();
    for number in 0..5 {
        let question = format!("What is the capital, asked {number} times before?");
        let run = ["run", &question, "--context", "land.txt", "--model", "fake:model.json"];
        assert_eq!(place.rlm(run).done().code, Some(0));
        let trace = place.rlm(["trace", "last"]).done();
        assert!(trace.stdout.contains(&question), "{}", trace.shown());
    }
}

#[test]
fn standard_input_is_stored_next_to_the_journal() {
    let script = r#"{"script": ["```repl\nFINAL(context['log'].split()[-1] + context['land'][:5])\n```"]}"#;
    let place = Place::new().file("model.json", script).file("land.txt", "Lisbon\n");
    let arguments = [
        "run",
        "What is last?",
        "--context",
        "land=land.txt",
        "log=-",
        "--model",
        "fake:model.json",
    ];
    // Standard input is stored byte for byte, even if it is not valid UTF-8.
    let done = place.rlm(arguments).input(b"first gr\xfcn ".to_vec()).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("grünLisbo\n", Some(0)),
        "{}",
        done.shown()
    );
    let journal = place.journals().pop().expect("the run has a journal");
    let kept = journal.with_extension("stdin");
    assert_eq!(std::fs::read(&kept).ok(), Some(b"first gr\xfcn ".to_vec()));
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(
        (replayed.stdout.as_str(), replayed.code),
        ("grünLisbo\n", Some(0)),
        "{}",
        replayed.shown()
    );

    // Both files may be moved together.
    let moved = place.path("moved.jsonl");
    std::fs::rename(&journal, &moved)
        .and_then(|()| std::fs::rename(&kept, moved.with_extension("stdin")))
        .expect("rename the files");
    let replayed = place.rlm(["replay", "moved.jsonl"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    std::fs::write(moved.with_extension("stdin"), "another text").expect("write the file");
    let replayed = place.rlm(["replay", "moved.jsonl"]).done();
    replayed.is_one_line_error(2);
    assert!(
        replayed.stderr.contains("the text of document `log` differs"),
        "{}",
        replayed.shown()
    );
    // Standard input can also be given again.
    let given = ["replay", "moved.jsonl", "--context", "land=land.txt", "log=-"];
    let replayed = place.rlm(given).input(b"first gr\xfcn ".to_vec()).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());

    // Without a journal, standard input is not stored.
    let unrecorded = place
        .rlm(arguments.into_iter().chain(["--no-journal"]))
        .input("a b")
        .done();
    assert_eq!(unrecorded.code, Some(0), "{}", unrecorded.shown());
    assert!(
        place
            .journals()
            .iter()
            .all(|journal| !journal.with_extension("stdin").exists())
    );
}

/// Creates a run with a sub-call that fails once. Returns the server, the place and the text.
fn run_with_a_failed_attempt() -> (TestServer, Place, String) {
    let server = TestServer::in_order([
        Answer::text("```repl\nprint(context[:9])\nprint(llm_query('Which city? ' + context))\n```"),
        Answer::error(500, "server_error", "it is down for a moment"),
        Answer::text("Lisbon"),
        Answer::text("```repl\nprint({}['x'])\n```"),
        Answer::text("```repl\nFINAL('It is ' + history_of[0])\n```"),
        Answer::text("FINAL: It is Lisbon, where the Tagus meets the sea."),
    ])
    .unwrap();
    let land = format!(
        "The capital of Portugal is Lisbon.\n{}",
        "It lies at the sea. ".repeat(10)
    );
    let place = Place::new().file("land.txt", &land);
    let run = place
        .ask("openai:gpt-test")
        .and(["--progress", "none", "--cache=off"])
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test")
        .done();
    assert_eq!(run.code, Some(0), "{}", run.shown());
    (server, place, land)
}

#[test]
fn calls_and_times_are_listed_and_filtered() {
    let (server, place, land) = run_with_a_failed_attempt();
    let traced = |arguments: &[&str]| {
        let done = place.rlm(["trace", "last"]).and(arguments.iter().copied()).done();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{}", done.shown());
        done
    };
    let shown = [
        traced(&["--calls"]),
        traced(&["--calls", "--model", "GPT", "--slowest", "1", "--step", "1.1.0"]),
        traced(&["--failed"]),
        traced(&["--text", "tagus"]),
        traced(&["--step", "1.1.0", "--messages"]),
        traced(&["--why"]),
    ];
    // The width of the columns depends on the times in them.
    let columns = regex::Regex::new("(?m) {2,}").unwrap();
    let shown = session(&shown).replace(&server.base_url(), "http://server/v1");
    snapshot!("trace-views", columns.replace_all(&shown, "  "));

    let timeline = traced(&["--timeline"]);
    let places: Vec<String> = timeline
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        "step 1",
        "1.0.0 root",
        "1.1.0 sub-call",
        "step 2",
        "2.0.0 root",
        "step 3",
        "3.0.0 root",
        "step 4",
        "4.0.0 root",
    ];
    assert_eq!(places, expected, "{}", timeline.shown());
    assert!(
        timeline.stdout.lines().skip(1).all(|line| line.contains('█')),
        "{}",
        timeline.shown()
    );

    let calls = traced(&["--calls", "--json", "--failed"]).json();
    assert_eq!(
        (
            &calls["calls"][0]["call"],
            &calls["calls"][0]["failed_attempts"],
            &calls["calls"][1]
        ),
        (&json!("1.1.0"), &json!(1), &json!(null)),
        "{calls}"
    );
    let spans = traced(&["--timeline", "--json", "--step", "2"]).json();
    assert_eq!(spans["spans"].as_array().map(Vec::len), Some(2), "{spans}");
    let messages = traced(&["--step", "1.1.0", "--messages", "--json"]).json();
    assert_eq!(
        messages["messages"][1]["parts"][1],
        json!({"text": land, "from": {"source": 0, "start": 0, "end": land.len()}}),
        "{messages}"
    );
    assert_eq!(messages["reply"]["text"], json!("Lisbon"));
    let events = traced(&["--json", "--step", "1"]).json();
    let turns: Vec<_> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["event"]["turn"])
        .collect();
    assert!(!turns.contains(&&json!(2)), "{events}");
}

#[test]
fn trace_shows_locations_if_the_context_is_missing() {
    let model =
        r#"{"script": ["```repl\nFINAL(llm_query('Which city? ' + context))\n```"], "default_reply": "Lisbon"}"#;
    let place = Place::new()
        .file("land.txt", "It lies at the sea. ".repeat(10))
        .file("model.json", model);
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    std::fs::write(place.path("land.txt"), "It lies elsewhere.").unwrap();
    let messages = place.rlm(["trace", "last", "--step", "1.1.0", "--messages"]).done();
    assert_eq!(messages.code, Some(0), "{}", messages.shown());
    let why = place.rlm(["trace", "last", "--why"]).done();
    let none = place.rlm(["trace", "last", "--step", "7", "--messages"]).done();
    none.is_one_line_error(2);
    let wrong = place.rlm(["trace", "last", "--step", "x"]).done();
    snapshot!("trace-context-gone", session(&[messages, why, none, wrong]));
}

#[test]
fn trace_shows_a_run_of_an_earlier_release() {
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/recorded/reviews.jsonl");
    let place = Place::new().file("run.jsonl", std::fs::read(recorded).unwrap());
    let shown = ["--calls", "--timeline", "--why"].map(|view| place.rlm(["trace", "run.jsonl", view]).done());
    assert!(shown.iter().all(|done| done.code == Some(0)), "{}", session(&shown));
    let [calls, timeline, why] = shown;
    let sub_calls = calls.stdout.lines().filter(|line| line.contains("sub-call")).count();
    assert_eq!(
        (sub_calls, timeline.stdout.as_str()),
        (6, "the journal has no times\n"),
        "{}",
        calls.shown()
    );
    snapshot!("trace-recorded", why.shown());
}

#[test]
fn bundle_rejects_configured_keys() {
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    let account = json!({ "private_key": format!("-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n") });
    let house = "[models.house]\nadapter = \"compat\"\nmodel = \"m\"\napi_key_env = \"HOUSE_KEY\"\nheaders = { x-team = \"$TEAM_KEY\" }\n";
    let place = asked()
        .file("account.json", account.to_string())
        .file("rlm.toml", house)
        .file("config.toml", "[run]\napi_key_env = \"MY_KEY\"\n");
    let asked = ["run", line, "--context", "land.txt", "--model", "fake:model.json"];
    assert_eq!(place.rlm(asked).done().code, Some(0));
    let bundle = ["bundle", "last", "-o", "run.zip"];
    for (variable, value) in [
        ("HOUSE_KEY", line),
        ("TEAM_KEY", line),
        ("MY_KEY", line),
        ("GOOGLE_APPLICATION_CREDENTIALS", "account.json"),
    ] {
        let done = place.rlm(bundle).env(variable, value).done();
        done.is_one_line_error(2);
        assert!(
            done.stderr.contains(&format!("the value of {variable}")),
            "{}",
            done.shown()
        );
    }
    assert!(!place.path("run.zip").exists());
    let done = place.rlm(bundle).env("HOUSE_KEY", "sk-planted-4f1b9c0d7e").done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
}

#[test]
fn bundle_contains_no_keys() {
    let place = asked();
    let bundle = ["bundle", "last", "-o", "run.zip"];
    let within = place.rlm(bundle).env("OPENAI_API_KEY", "Portugal").done();
    within.is_one_line_error(2);
    assert!(!place.path("run.zip").exists());
    let done = place.rlm(bundle).env("OPENAI_API_KEY", "sk-planted-4f1b9c0d7e").done();
    let again = place.rlm(bundle).done();
    again.is_one_line_error(2);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(place.path("run.zip")).unwrap()).unwrap();
    let mut text = |name: &str| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    assert_eq!(
        text("journal.jsonl").into_bytes(),
        std::fs::read(place.journals().remove(0)).unwrap()
    );
    assert!(
        text("cited.json").contains("capital of Portugal is Lisbon"),
        "{}",
        text("cited.json")
    );
    let sizes = regex::Regex::new(r"\d+\.\d kB").unwrap();
    snapshot!("bundle", sizes.replace_all(&session(&[within, done, again]), "[size]"));
}
