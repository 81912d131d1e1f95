//! Tests of exported runs: they have the format that the other tools write themselves.

use rlm_test_needs::needs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::run::place;
use crate::support::Place;

const LAND: &str = "The capital of Portugal is Lisbon, which lies at the mouth of the Tagus, far in the west.\n";
const QUESTION: &str = "What is the capital?";
const FIRST: &str = "I look first.\n```repl\nprint(contxt)\n```";
const ASKS: &str = "a = llm_query('Which city? ' + context)\nprint(a)";

#[test]
fn run_is_exported_in_every_format() {
    let place = place();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    let exported = |form: &str| {
        let done = place.rlm(["trace", "last", "--export", form]).done();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{}", done.shown());
        done
    };
    let steps = exported("json").json();
    let kinds: Vec<_> = steps.as_array().unwrap().iter().map(|step| &step["kind"]).collect();
    assert_eq!(
        kinds,
        ["root_call", "subcall", "repl_exec", "root_call", "repl_exec"],
        "{steps}"
    );
    assert_eq!(steps[1]["output"], json!("Lisbon"));

    let file = exported("otlp").json();
    let spans = file["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
    let names: Vec<_> = spans.iter().map(|span| span["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "invoke_agent rlm",
            "step 1",
            "chat model.json",
            "chat model.json",
            "step 2",
            "chat model.json"
        ]
    );
    let parents: Vec<_> = spans.iter().map(|span| &span["parentSpanId"]).collect();
    let ids: Vec<_> = spans.iter().map(|span| &span["spanId"]).collect();
    assert_eq!(parents, [&json!(""), ids[0], ids[1], ids[1], ids[0], ids[4]]);
    assert!(!file.to_string().contains("Lisbon"), "{file}");

    let lines = exported("visualizer").stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (lines.len(), &lines[2]["final_answer"]),
        (3, &json!("capital of Portugal is Lisbon"))
    );
}

#[needs("python3", "pip")]
#[test]
fn visualizer_log_matches_the_reference_implementation() {
    let packages = reference();
    let place = Place::new().file("land.txt", LAND);
    let script = |end: &str| [FIRST.to_owned(), format!("```repl\n{ASKS}\n{end}\n```")];
    let [first, second] = script("answer[\"content\"] = a\nanswer[\"ready\"] = True");
    let replies = json!([first, second, "Lisbon"]).to_string();
    let script_path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference_log.py");
    let log = place.path("log");
    let reference = Command::new("python3")
        .arg(script_path)
        .arg(&log)
        .args([LAND, QUESTION, &replies])
        .env("PYTHONPATH", &packages)
        .output()
        .unwrap();
    assert!(
        reference.status.success(),
        "{}",
        String::from_utf8_lossy(&reference.stderr)
    );
    let log = std::fs::read_dir(&log).unwrap().next().unwrap().unwrap().path();
    let theirs = lines(&std::fs::read_to_string(log).unwrap());

    let model = json!({ "script": script("FINAL(a)"), "default_reply": "Lisbon" });
    let place = place.file("model.json", model.to_string());
    let run = place
        .ask("fake:model.json")
        .and(["--progress", "none", "--cache=off"])
        .done();
    assert_eq!(run.code, Some(0), "{}", run.shown());
    let ours = lines(&place.rlm(["trace", "last", "--export", "visualizer"]).done().stdout);

    // Compare the fields and types of all objects, and the texts of prompts, replies, output and
    // answer.
    assert_eq!(shapes(&ours), shapes(&theirs));
    for field in [
        "/type",
        "/iteration",
        "/code_blocks/0/result/stdout",
        "/code_blocks/0/result/final_answer",
        "/code_blocks/0/result/rlm_calls/0/prompt",
        "/code_blocks/0/result/rlm_calls/0/response",
        "/final_answer",
        "/prompt/0/role",
    ] {
        let all = |lines: &[Value]| {
            lines
                .iter()
                .map(|line| line.pointer(field).cloned())
                .collect::<Vec<_>>()
        };
        assert_eq!(all(&ours), all(&theirs), "{field}");
    }
    assert_eq!(ours[1]["response"], theirs[1]["response"]);
    for log in [&ours, &theirs] {
        let wrong = &log[1]["code_blocks"][0]["result"]["stderr"];
        assert!(wrong.as_str().is_some_and(|wrong| wrong.contains("contxt")), "{wrong}");
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the path and the type of each field, without duplicates. Names of variables and models
/// are kept.
fn shapes(lines: &[Value]) -> std::collections::BTreeSet<String> {
    let mut shapes = std::collections::BTreeSet::new();
    let mut left: Vec<(String, &Value)> = lines.iter().map(|line| (String::new(), line)).collect();
    while let Some((path, value)) = left.pop() {
        match value {
            Value::Object(_) if path.ends_with("/locals") => {}
            Value::Object(fields) => left.extend(fields.iter().map(|(name, value)| {
                let name = if path.ends_with("/model_usage_summaries") {
                    "MODEL"
                } else {
                    name
                };
                (format!("{path}/{name}"), value)
            })),
            Value::Array(items) => left.extend(items.iter().map(|item| (format!("{path}/*"), item))),
            Value::Null => {
                shapes.insert(format!("{path}: null"));
            }
            Value::Bool(_) => {
                shapes.insert(format!("{path}: bool"));
            }
            Value::Number(_) => {
                shapes.insert(format!("{path}: number"));
            }
            Value::String(_) => {
                shapes.insert(format!("{path}: text"));
            }
        }
    }
    shapes
}

/// Installs the reference implementation in the target folder of the tests, once.
fn reference() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rlms-0.1.3");
    if folder.join("installed").exists() {
        return folder;
    }
    // Skip the dependencies for providers, which are not used here.
    let install = Command::new("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--retries",
            "0",
            "--timeout",
            "20",
            "--no-deps",
            "--target",
        ])
        .arg(&folder)
        .args([
            "rlms==0.1.3",
            "rich",
            "python-dotenv",
            "markdown-it-py",
            "mdurl",
            "pygments",
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        install.status.success(),
        "pip can't install rlms; leave the comparison out with RLM_TESTS_WITHOUT=pip
{}",
        String::from_utf8_lossy(&install.stderr)
    );
    std::fs::write(folder.join("installed"), "").unwrap();
    folder
}
