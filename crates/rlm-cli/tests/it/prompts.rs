//! Tests of `rlm prompts`, of changed prompts, and of instructions.

use serde_json::json;

use crate::support::{Done, Place, session, snapshot};

const EXTRACT: &str = "---\npurpose: Mine.\nvariables: question, limit\nbudget: 40\n---\nSay it now: {{ question }}\n";

/// Creates a place with a text, and a root model that reads it and then answers.
fn place() -> Place {
    let root = r#"{"script": ["```repl\nprint(context[:9])\n```", "FINAL: Lisbon"]}"#;
    Place::new()
        .file("land.txt", "The capital of Portugal is Lisbon.\n")
        .file("root.json", root)
}

fn ask(place: &Place, flags: &[&str]) -> Done {
    let run = place
        .ask("fake:root.json")
        .and(["--progress", "none", "--cache", "off"]);
    run.and(flags.iter().copied()).done()
}

#[test]
fn prompts_show_lists_and_prints_prompts() {
    let place = place();
    let list = place.rlm(["prompts", "show"]).done();
    assert_eq!(list.code, Some(0), "{}", list.shown());
    assert!(list.stdout.contains("extract (about "), "{}", list.shown());
    let one = place.rlm(["prompts", "show", "extract"]).done();
    assert_eq!(one.stdout, include_str!("../../../../prompts/extract.md"));
    let place = place.file("mine/extract.md", EXTRACT);
    let own = place
        .rlm(["prompts", "show", "extract", "--json", "--prompts", "mine"])
        .done();
    assert_eq!(
        own.json()["prompts"][0],
        json!({"name": "extract", "purpose": "Mine.", "variables": ["question", "limit"], "budget": 40, "tokens": 8,
            "built_in": false, "text": EXTRACT})
    );
    let unknown = place.rlm(["prompts", "show", "extrakt"]).done();
    unknown.is_one_line_error(2);
    let first: String = list.stdout.lines().take(3).map(|line| format!("{line}\n")).collect();
    snapshot!("prompts-show", format!("{first}…\n\n{}", session(&[unknown])));
}

#[test]
fn prompts_render_makes_no_model_call() {
    let place = place().file("house.md", "Answer in one word.\n");
    let about = ["--question", "What is the capital?", "--context", "land.txt"];
    let first = place.rlm(["prompts", "render", "root-first"]).and(about).done();
    let system = place
        .rlm(["prompts", "render", "root-system", "--instructions", "house.md"])
        .and(about)
        .done();
    assert!(system.stdout.ends_with("\nAnswer in one word.\n"), "{}", system.shown());
    assert!(system.stdout.contains("- search(query"), "{}", system.shown());
    let rules = place
        .rlm(["prompts", "render", "answer-rules", "--goal", "It is a town."])
        .and(about)
        .done();
    let examples = place.rlm(["prompts", "render", "turn-banner"]).done();
    let json = place.rlm(["prompts", "render", "compact", "--json"]).done();
    assert_eq!(json.json()["renderings"][0]["case"], "one turn");
    let no_context = place
        .rlm(["prompts", "render", "root-first", "--question", "Why?"])
        .done();
    let no_question = place
        .rlm(["prompts", "render", "root-first", "--context", "land.txt"])
        .done();
    for refused in [&no_context, &no_question] {
        refused.is_one_line_error(2);
    }
    assert!(place.journals().is_empty());
    snapshot!(
        "prompts-render",
        session(&[first, rules, examples, no_context, no_question])
    );
}

#[test]
fn prompts_eject_writes_all_or_none() {
    let place = place().file("mine/extract.md", EXTRACT);
    let all = place.rlm(["prompts", "eject", "new"]).done();
    assert_eq!(all.code, Some(0), "{}", all.shown());
    assert_eq!(
        place.read("new/root-system.md"),
        include_str!("../../../../prompts/root-system.md")
    );
    let as_built_in = ask(&place, &["--prompts", "new"]);
    assert_eq!(as_built_in.stdout.trim(), "Lisbon", "{}", as_built_in.shown());
    let there = place.rlm(["prompts", "eject", "mine"]).done();
    let unknown = place.rlm(["prompts", "eject", "other", "sub-sistem"]).done();
    let a_file = place.rlm(["prompts", "eject", "land.txt"]).done();
    for refused in [&there, &unknown, &a_file] {
        refused.is_one_line_error(2);
    }
    assert_eq!(place.read("mine/extract.md"), EXTRACT);
    let files = |folder: &str| std::fs::read_dir(place.path(folder)).map_or(0, |files| files.count());
    assert_eq!((files("mine"), files("other")), (1, 0));
    let one = place.rlm(["prompts", "eject", "mine", "extract.md", "--force"]).done();
    assert_eq!((one.code, files("mine")), (Some(0), 1), "{}", one.shown());
    assert_ne!(place.read("mine/extract.md"), EXTRACT);
    snapshot!("prompts-eject", session(&[all, there, unknown, a_file, one]));
}

/// If the last file can't be written, none of the earlier ones remains.
#[test]
fn prompts_eject_removes_written_files_on_failure() {
    let place = place();
    // A folder has the name of a file, so the file can't be written.
    std::fs::create_dir_all(place.path("mine/sub-system.md")).unwrap();
    let done = place.rlm(["prompts", "eject", "mine", "--force"]).done();
    done.is_one_line_error(2);
    let left: Vec<_> = std::fs::read_dir(place.path("mine")).unwrap().collect();
    assert_eq!(left.len(), 1, "{}", done.shown());
}

#[test]
fn run_uses_custom_prompts_and_replays_without_their_folder() {
    let place = place().file("mine/extract.md", EXTRACT);
    let was_asked = || {
        let trace = place.rlm(["trace", "last", "--json"]).done();
        trace.stdout.contains("Say it now: What is")
    };
    let run = ask(&place, &["--prompts", "mine", "--max-steps", "1"]);
    assert_eq!((run.code, run.stdout.trim()), (Some(3), "Lisbon"), "{}", run.shown());
    assert!(was_asked());
    std::fs::remove_dir_all(place.path("mine")).unwrap();
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());

    assert_eq!(ask(&place, &["--max-steps", "1"]).code, Some(3));
    assert!(!was_asked());
    std::fs::create_dir(place.path("mine")).unwrap();
    std::fs::write(place.path("mine/extract.md"), EXTRACT).unwrap();
    std::fs::write(place.path("rlm.toml"), "[run]\nprompts = \"mine\"\nmax_steps = 1\n").unwrap();
    assert_eq!(ask(&place, &[]).code, Some(3));
    assert!(was_asked());
}

#[test]
fn instructions_are_sent_every_turn_and_journaled() {
    let place = place().file("house.md", "\nAnswer in one word.\n\n");
    let run = ask(&place, &["--instructions", "house.md"]);
    assert_eq!(run.code, Some(0), "{}", run.shown());
    let trace = place.rlm(["trace", "last", "--json"]).done();
    let message = "Where they differ from the advice above, they hold:\\nAnswer in one word.\"";
    assert!(trace.stdout.contains(message), "{}", trace.shown());
    std::fs::write(place.path("house.md"), "Answer at length.").unwrap();
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn invalid_custom_prompts_fail_before_any_call() {
    let place = place()
        .file("typo/extrakt.md", EXTRACT)
        .file("variable/extract.md", EXTRACT.replace("question }}", "answer }}"))
        .file("long/extract.md", EXTRACT.replace("budget: 40", "budget: 4"))
        .file("bare/extract.md", "Say it now.")
        .file("none/README.md", "Nothing yet.")
        .file("empty.md", "\n")
        .file("many.md", "x".repeat(40 << 10))
        .file("bytes.md", [0xff, 0xfe]);
    let mut done = Vec::new();
    for folder in ["typo", "variable", "long", "bare", "none", "nowhere"] {
        done.push(ask(&place, &["--prompts", folder]));
    }
    for file in ["empty.md", "many.md", "bytes.md", "nowhere.md"] {
        done.push(ask(&place, &["--instructions", file]));
    }
    let job = [
        "job",
        "submit",
        "What is the capital?",
        "--context",
        "land.txt",
        "--prompts",
        "typo",
    ];
    done.push(place.rlm(job).done());
    for done in &done {
        done.is_one_line_error(2);
    }
    assert!(place.journals().is_empty());
    snapshot!("prompts-refused", session(&done));
}
