//! Tests of `rlm test` and `rlm record`: cases are created from runs, tested offline, become stale,
//! are reused, recorded again and compared.

use serde_json::Value;

use crate::run;
use crate::support::{Done, Place, Rlm, session, snapshot};

/// Creates a place with a run about the capital, and a case that is recorded from it.
pub(crate) fn recorded(flags: &[&str]) -> Place {
    let place = run::place();
    let done = place
        .ask("fake:model.json")
        .and(["--cache=off"])
        .and(flags.to_vec())
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let record = place
        .rlm(["record", "last", "-o", "cases/capital.toml", "--snapshots"])
        .done();
    assert_eq!(record.code, Some(0), "{}", record.shown());
    place
}

pub(crate) fn test(place: &Place) -> Rlm<'_> {
    place.rlm(["test", "cases"])
}

/// Returns the name and status of each case.
pub(crate) fn states(done: &Done) -> Vec<(String, String)> {
    let object = done.json();
    assert_eq!(object["schema"], "rlm/test@1");
    let cases = object["cases"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    cases
        .iter()
        .map(|case| (text(&case["name"]), text(&case["status"])))
        .collect()
}

fn one(name: &str, status: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), status.to_owned())]
}

/// Replaces words in a file, which must contain them.
fn change(place: &Place, file: &str, from: &str, to: &str) {
    let text = place.read(file);
    assert!(text.contains(from), "{file} does not contain {from}: {text}");
    std::fs::write(place.path(file), text.replace(from, to)).unwrap();
}

#[test]
fn recorded_run_becomes_a_passing_case() {
    let place = run::place();
    let asked = place
        .ask("fake:model.json")
        .and(["--cache=off", "--max-steps", "9"])
        .done();
    assert_eq!(asked.code, Some(0), "{}", asked.shown());
    let record = place.rlm(["record", "last", "-o", "cases/capital.toml"]).done();
    let again = place.rlm(["record", "last", "-o", "cases/capital.toml"]).done();
    assert_eq!((record.code, again.code), (Some(0), Some(2)), "{}", record.shown());
    std::fs::remove_file(place.path("model.json")).unwrap();
    std::fs::remove_dir_all(place.path("data")).unwrap();
    let done = test(&place).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let moved = place.path("elsewhere");
    std::fs::create_dir(&moved).unwrap();
    for name in ["cases", "land.txt"] {
        std::fs::rename(place.path(name), moved.join(name)).unwrap();
    }
    let elsewhere = place.rlm(["test", "elsewhere/cases/capital.toml"]).done();
    assert_eq!(elsewhere.code, Some(0), "{}", elsewhere.shown());
    let case = std::fs::read_to_string(moved.join("cases/capital.toml")).unwrap();
    snapshot!(
        "case-of-a-run",
        format!("{}\n{case}", session(&[record, again, done, elsewhere]))
    );
}

#[test]
fn changed_prompt_makes_a_case_stale_and_shows_the_difference() {
    let place = recorded(&[]);
    let eject = place.rlm(["prompts", "eject", "prompts", "sub-system"]).done();
    assert_eq!(eject.code, Some(0), "{}", eject.shown());
    let same = test(&place).and(["--prompts", "prompts"]).done();
    assert_eq!(same.code, Some(0), "{}", same.shown());
    let prompt = place.read("prompts/sub-system.md");
    std::fs::write(
        place.path("prompts/sub-system.md"),
        format!("{}\nBe brief.\n", prompt.trim_end()),
    )
    .unwrap();
    let stale = test(&place).and(["--prompts", "prompts"]).done();
    let listed = test(&place).and(["--prompts", "prompts", "--stale", "ok"]).done();
    assert_eq!((stale.code, listed.code), (Some(3), Some(0)), "{}", stale.shown());
    let reused = test(&place)
        .and(["--prompts", "prompts", "--reuse-replies", "--json"])
        .done();
    assert_eq!(
        states(&reused),
        one("capital", "failed"),
        "its prompt snapshot differs: {}",
        reused.shown()
    );
    let object = reused.json();
    assert_eq!(object["cases"][0]["answer"], "capital of Portugal is Lisbon");
    assert_eq!(object["cases"][0]["unmet"][0]["expectation"], "snapshots");
    snapshot!("case-stale", stale.shown());
}

#[test]
fn changed_context_or_flag_makes_a_case_stale_only_if_requests_differ() {
    let place = recorded(&[]);
    // The change does not affect any prompt.
    change(
        &place,
        "cases/capital.toml",
        "[run]\n",
        "[run]\nmax_retries = 3\nmax_seconds = 7\n",
    );
    let same = test(&place).done();
    assert_eq!(same.code, Some(0), "{}", same.shown());
    change(
        &place,
        "cases/capital.toml",
        "max_retries = 3\n",
        "max_steps = 7\ntemperature = 0.5\n",
    );
    let flag = test(&place).done();
    assert_eq!(flag.code, Some(3), "{}", flag.shown());
    change(&place, "cases/capital.toml", "max_steps = 7\ntemperature = 0.5\n", "");
    change(&place, "land.txt", "Hills are high.", "Hills are not high.");
    let context = test(&place).done();
    assert_eq!(context.code, Some(3), "{}", context.shown());
    change(&place, "land.txt", "Hills are not high.", "Hills are high.");
    change(&place, "cases/capital.toml", "model.json", "other.json");
    let model = test(&place).done();
    assert_eq!(model.code, Some(3), "{}", model.shown());
    change(&place, "cases/capital.toml", "other.json", "model.json");
    change(
        &place,
        "cases/capital.toml",
        "What is the capital?",
        "Which city is the capital?",
    );
    let question = test(&place).done();
    assert_eq!(question.code, Some(3), "{}", question.shown());
    snapshot!("case-stale-otherwise", session(&[flag, context, model, question]));
}

#[test]
fn unmet_expectation_fails_even_a_stale_case() {
    let place = recorded(&[]);
    change(
        &place,
        "cases/capital.toml",
        "contains = ",
        "equals = \"capital of Spain is Madrid\"\ncontains = ",
    );
    let failed = test(&place).done();
    assert_eq!(failed.code, Some(1), "{}", failed.shown());
    change(&place, "cases/capital.toml", "[run]\n", "[run]\ntemperature = 0.5\n");
    let stale = test(&place).and(["--json"]).done();
    assert_eq!((states(&stale), stale.code), (one("capital", "failed"), Some(1)));
    assert!(!stale.json()["cases"][0]["changes"].as_array().unwrap().is_empty());
    snapshot!("case-failed", failed.shown());
}

#[test]
fn case_snapshots_are_reviewed_and_accepted() {
    let place = recorded(&[]);
    let trajectory = "cases/snapshots/capital@trajectory.snap";
    let first = place.read(trajectory);
    assert!(!first.contains(&place.path("").display().to_string()), "{first}");
    std::fs::write(place.path(trajectory), first.replace("Lisbon", "Porto")).unwrap();
    let differs = test(&place).done();
    assert_eq!(differs.code, Some(1), "{}", differs.shown());
    let review = |input: &str| test(&place).and(["--review"]).input(input).done();
    let skipped = review("what?\ns\n");
    assert!(place.path(&format!("{trajectory}.new")).exists(), "{}", skipped.shown());
    let rejected = review("r\n");
    assert!(
        !place.path(&format!("{trajectory}.new")).exists(),
        "{}",
        rejected.shown()
    );
    let accepted = review("a\n");
    assert_eq!(place.read(trajectory), first, "{}", accepted.shown());
    assert_eq!(test(&place).done().code, Some(0));
    std::fs::remove_file(place.path(trajectory)).unwrap();
    assert_eq!(
        test(&place).done().code,
        Some(1),
        "a new snapshot fails until it is accepted"
    );
    assert_eq!(test(&place).and(["--accept"]).done().code, Some(0));
    assert_eq!(place.read(trajectory), first);
    assert!(!place.path(&format!("{trajectory}.new")).exists());
    snapshot!("case-review", session(&[differs, skipped]));
    snapshot!("case-trajectory", first);
}

#[test]
fn case_errors_report_file_and_line_without_stopping_others() {
    let place = recorded(&[])
        .file("cases/a.toml", "question = \"Who?\"\n[run]\nmodl = \"fake:x.json\"\n")
        .file("cases/b.toml", "question = \"Who?\"\n[expect]\ncontain = \"x\"\n")
        .file(
            "cases/c.toml",
            "question = \"Who?\"\ncontext = \"../land.txt\"\n[run]\njournal = \"x\"\n",
        )
        .file(
            "cases/d.toml",
            "question = \"Who?\"\ncontext = \"../land.txt\"\n[run]\nmax_steps = 0\n",
        )
        .file("cases/e.toml", "question = \"Who?\"\ncontext = \"../gone.txt\"\n")
        .file("cases/f.toml", "question = \"Who?\"\ncontext = \"../land.txt\"\n")
        .file(
            "cases/g.toml",
            "question = \"Who?\"\ncontext = \"../land.txt\"\n[run]\njson = true\n",
        )
        .file("cases/rlm.toml", "[run]\n");
    let done = test(&place).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    let nothing = place.rlm(["test", "data"]).done();
    let nowhere = place.rlm(["test", "nowhere"]).done();
    let unsaid = test(&place).and(["--prompts", "a", "--prompts", "b"]).done();
    for done in [&nothing, &nowhere, &unsaid] {
        done.is_one_line_error(2);
    }
    snapshot!("case-wrong", session(&[done, nothing, nowhere, unsaid]));
    let filtered = test(&place)
        .and(["--filter", "capit", "--json", "--junit", "junit.xml"])
        .done();
    assert_eq!(states(&filtered), one("capital", "passed"), "{}", filtered.shown());
    let all = test(&place).and(["--junit", "junit.xml"]).done();
    assert_eq!(all.code, Some(1));
    let xml = place.read("junit.xml");
    assert!(
        xml.contains("tests=\"8\" failures=\"0\" errors=\"7\" skipped=\"0\""),
        "{xml}"
    );
    assert!(xml.contains("did you mean `contains`?"), "{xml}");
}

#[test]
fn runs_with_child_runs_limits_and_sessions_become_cases() {
    // A run with a child run.
    let place = crate::recursion::place();
    let deeper = [
        "--max-depth",
        "2",
        "--recursive-model",
        "fake:child.json",
        "--concurrency",
        "1",
    ];
    assert_eq!(place.rlm(crate::recursion::RUN).and(deeper).done().code, Some(0));
    let record = place.rlm(["record", "last", "-o", "cases/children.toml"]).done();
    assert_eq!(
        record.code,
        Some(0),
        "{}\n{}",
        record.shown(),
        place.read("cases/children.toml")
    );
    let done = place.rlm(["test", "cases"]).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());

    // A run that a limit ended.
    let model = r#"{"script": ["```repl\nprint(context[:20])\n```", "It may be Lisbon."]}"#;
    let place = run::place().file("short.json", model);
    let limited = place
        .ask("fake:short.json")
        .and(["--cache=off", "--max-steps", "1"])
        .done();
    assert_eq!(limited.code, Some(3), "{}", limited.shown());
    let record = place.rlm(["record", "last", "-o", "cases/limited.toml"]).done();
    assert_eq!(
        record.code,
        Some(0),
        "{}\n{}",
        record.shown(),
        place.read("cases/limited.toml")
    );
    assert!(place.read("cases/limited.toml").contains("outcome = \"partial\""));

    let second = |record: &Done| record.shown();
    // Two questions of a session, where the second builds on the first.
    let place = run::place();
    assert_eq!(
        place
            .rlm(["session", "new", "talk", "--context", "land.txt"])
            .done()
            .code,
        Some(0)
    );
    for question in ["What is the capital?", "And what is it called?"] {
        let asked = place
            .rlm([
                "session",
                "run",
                "talk",
                question,
                "--model",
                "fake:model.json",
                "--cache=off",
            ])
            .done();
        assert_eq!(asked.code, Some(0), "{}", asked.shown());
    }
    let record = place.rlm(["record", "last", "-o", "cases/second.toml"]).done();
    assert_eq!(record.code, Some(0), "{}", second(&record));
}

#[cfg(unix)]
#[test]
fn cases_answer_tool_calls_from_the_recording() {
    let tool = "#!/bin/sh\nif [ \"$1\" = --schema ]; then\n  echo '{\"description\": \"Finds orders.\", \"parameters\": {\"type\": \"object\", \
                \"properties\": {\"day\": {\"type\": \"string\"}}, \"required\": [\"day\"]}, \"access\": \"read\", \"outside\": false}'\nelse\n  \
                echo '[\"A7\"]'\nfi\n";
    let model = r#"{"script": ["```repl\nFINAL(orders('monday')[0])\n```"]}"#;
    let place = Place::new().file("orders.sh", tool).file("model.json", model);
    let run = [
        "run",
        "Which order is late?",
        "--tool",
        "orders=sh orders.sh",
        "--model",
        "fake:model.json",
        "--cache=off",
    ];
    let asked = place.rlm(run).done();
    assert_eq!(
        (asked.code, asked.stdout.as_str()),
        (Some(0), "A7\n"),
        "{}",
        asked.shown()
    );
    let record = place.rlm(["record", "last", "-o", "cases/orders.toml"]).done();
    assert_eq!(
        record.code,
        Some(0),
        "{}\n{}",
        record.shown(),
        place.read("cases/orders.toml")
    );
    std::fs::remove_file(place.path("orders.sh")).unwrap();
    let done = test(&place).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let live = test(&place).and(["--live"]).done();
    assert!(live.stdout.contains("the recorded run had tools"), "{}", live.shown());
}

#[test]
fn case_contains_the_custom_settings_of_its_run() {
    let place = run::place()
        .file("house.md", "Say cities by their names.")
        .file("answer.json", r#"{"type": "string"}"#);
    assert_eq!(
        place.rlm(["prompts", "eject", "prompts", "sub-system"]).done().code,
        Some(0)
    );
    let file = "prompts/sub-system.md";
    std::fs::write(
        place.path(file),
        format!("{}\nBe brief.\n", place.read(file).trim_end()),
    )
    .unwrap();
    let flags = [
        "--cache=off",
        "--prompts",
        "prompts",
        "--instructions",
        "house.md",
        "--temperature",
        "0.5",
        "--seed",
        "7",
        "--max-steps",
        "9",
        "--max-subcalls",
        "12",
        "--max-seconds",
        "none",
        "--no-search",
        "--profile",
        "hybrid",
        "--compaction",
        "--compaction-threshold-tokens",
        "60000",
        "--required-substring",
        "Lisbon",
        "--max-cost",
        "0.5",
        "--max-tokens",
        "900000",
        "--tokenizer",
        "cl100k_base",
        "--taint",
        "strict",
        "--on-limit",
        "error",
        "--stop",
        "END",
        "--grace-seconds",
        "5",
    ];
    let done = place.ask("fake:model.json").and(flags).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let record = place.rlm(["record", "last", "-o", "cases/capital.toml"]).done();
    let case = place.read("cases/capital.toml");
    assert_eq!(record.code, Some(0), "{}\n{case}", record.shown());
    snapshot!("case-flags", case);
    let own = place
        .rlm(["record", "last", "-o", "cases/own.toml", "--prompts", "prompts"])
        .done();
    assert_eq!(own.code, Some(0), "{}", own.shown());
    assert!(place.read("cases/own.toml").contains("prompts = \"../prompts\""));
}

#[test]
fn case_context_is_packed_if_it_has_no_files_or_on_request() {
    let place = run::place();
    let text = place.read("land.txt");
    let run = [
        "run",
        "What is the capital?",
        "--context",
        "-",
        "--model",
        "fake:model.json",
        "--cache=off",
    ];
    assert_eq!(place.rlm(run).input(text.clone()).done().code, Some(0));
    let piped = place.rlm(["record", "last", "-o", "cases/piped.toml"]).done();
    assert_eq!(
        piped.code,
        Some(0),
        "{}\n{}",
        piped.shown(),
        place.read("cases/piped.toml")
    );
    assert_eq!(place.ask("fake:model.json").and(["--cache=off"]).done().code, Some(0));
    let packed = place
        .rlm(["record", "last", "-o", "cases/packed.toml", "--pack-context"])
        .done();
    assert_eq!(packed.code, Some(0), "{}", packed.shown());
    let given = [
        "run",
        "What is the capital?",
        "--data",
        &text,
        "--model",
        "fake:model.json",
        "--cache=off",
    ];
    assert_eq!(place.rlm(given).done().code, Some(0));
    let data = place
        .rlm(["record", "last", "-o", "cases/data.toml", "--data", &text])
        .done();
    assert_eq!(data.code, Some(0), "{}", data.shown());
    std::fs::remove_file(place.path("land.txt")).unwrap();
    let done = test(&place).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(place.path("cases/packed.context/land.txt").exists());
}

#[test]
fn record_rejects_a_journal_containing_a_key() {
    let place = run::place();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    let done = place
        .rlm(["record", "last"])
        .env("OPENAI_API_KEY", "Portugal is Lisbon")
        .done();
    done.is_one_line_error(2);
    assert!(!place.path("cases").exists(), "{}", done.shown());
}

#[test]
fn record_rejects_a_repl_session() {
    let place = run::place();
    let typed = place.rlm(["repl", "--context", "land.txt"]).input("len(P)\n").done();
    assert_eq!(typed.code, Some(0), "{}", typed.shown());
    let record = place.rlm(["record", "last", "-o", "cases/typed.toml"]).done();
    assert_eq!(record.code, Some(2), "{}", record.shown());
    assert!(record.stderr.contains("the run has no question"), "{}", record.shown());
    assert!(!place.path("cases").exists(), "nothing is written");
}

/// The repository's recordings pass with the prompts of their time. With today's prompts they are
/// stale.
#[test]
fn repository_recordings_work_as_cases() {
    let place = run::place();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("examples/recorded");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let journals = files.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let names: std::collections::BTreeSet<String> = journals
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let folder = folder.to_string_lossy().into_owned();
    let all = |status: &str| -> Vec<(String, String)> {
        names.iter().map(|name| (name.clone(), status.to_owned())).collect()
    };
    let then = place.rlm(["test", &folder, "--json"]).done();
    assert_eq!(then.code, Some(0), "{}", then.shown());
    assert_eq!(states(&then), all("passed"));
    let prompts = root.join("prompts").to_string_lossy().into_owned();
    let now = place.rlm(["test", &folder, "--prompts", &prompts, "--json"]).done();
    // Without replies to today's prompts, a case is evaluated with its recording. The recording of
    // `nodes` has an answer although no program ran, which this release rejects.
    let mut expected = all("stale");
    expected
        .iter_mut()
        .filter(|(name, _)| name == "nodes")
        .for_each(|(_, status)| *status = "failed".to_owned());
    assert_eq!((now.code, states(&now)), (Some(1), expected), "{}", now.shown());
}
