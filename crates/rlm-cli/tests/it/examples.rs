//! Finds every example in every `--help`, and runs it in a folder that contains the named files.

use rlm_test_needs::needs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use regex::Regex;

use crate::support::Place;

/// Names in examples that tests don't have, and their replacements. The run id is replaced with
/// that of the older of two runs.
const IN_PLACE_OF: [(&str, &str); 5] = [
    ("openai:gpt-5.1", "fake:model.json"),
    ("anthropic:claude-haiku-4-5", "fake:model.json"),
    // A database needs a server: `databases.rs` runs these commands.
    ("rlm db ", "rlm db --help # "),
    ("3f9a1c0b7d2e", "$(rlm keys list | awk 'NR == 2 {print $1}')"),
    (
        "20261121-034755-k3f9x2",
        "$(rlm runs --json | sed 's/.*\"run\":\"\\([^\"]*\\)\".*/\\1/')",
    ),
];

/// The preparation of a command's examples: all entries whose key is the beginning of the command.
const BEFORE: [(&str, &str); 21] = [
    ("trace", RUNS),
    ("watch", RUNS),
    ("report", RUNS),
    ("bundle", RUNS),
    ("replay", RUNS),
    ("call", RUNS),
    ("diff", RUNS),
    ("runs", RUNS),
    ("fork", RUNS),
    (
        "fork",
        "rlm prompts eject prompts root-system && cp prompts/root-system.md .",
    ),
    ("resume", RUNS),
    // The journal of a process that was killed while it wrote.
    (
        "resume",
        "for run in data/runs/*; do truncate -s -300 $run/journal.jsonl; done",
    ),
    ("session ", "rlm session new minutes --context minutes/"),
    (
        "job ",
        "rlm job submit \"Which contracts end this year?\" --context contracts/",
    ),
    ("job wait", "rlm job work"),
    ("keys revoke", "rlm keys add --tenant acme"),
    ("prompts render", "rlm prompts eject prompts"),
    ("record", RUNS),
    ("record", "rlm prompts eject prompts"),
    ("test", RUNS),
    (
        "test",
        "rlm record last -o cases/minutes.toml && for folder in prompts prompts-a prompts-b; do rlm prompts eject $folder; done",
    ),
];

/// Creates two runs, one after the other.
const RUNS: &str = "rlm run \"Which settings are deprecated?\" --context docs/ && \
                    rlm run \"Which settings are deprecated?\" --context docs/";

/// The commands whose first example creates the files that the others need.
const MAKE_THEIR_OWN: [&str; 2] = ["session new", "job submit"];

/// A model whose programs do the same in every run, call once, and end in the fourth step.
const MODEL: &str = r#"{"script": [
    "```repl\nprint(len(context))\n```",
    "```repl\nprint(llm_query('Which setting?'))\n```",
    "```repl\nprint('nothing more')\n```",
    "```repl\nFINAL('retries')\n```"
], "default_reply": "retries"}"#;

/// Creates a place with the files that examples name.
fn place() -> Place {
    Place::new()
        .file("model.json", MODEL)
        .file("rules.json", r#"{"default_reply": "yes"}"#)
        .file("docs/settings.md", "retries: deprecated since 2.0\n")
        .file(
            "src/retry.rs",
            "const RETRY_LIMIT: u32 = 3; // where the retry limit is set\n",
        )
        .file("contract.txt", "Signed by Ada Lovelace.\n")
        .file("contracts/lease.txt", "Ends on 31 December.\n")
        .file("drafts/one.md", "first\n")
        .file("a.md", "first\n")
        .file("b.md", "second\n")
        .file("notes.txt", "one\ntwo\n")
        .file("minutes/january.md", "The new roof was put off.\n")
        .file(
            "questions.jsonl",
            "{\"id\": 1, \"question\": \"Which settings are deprecated?\"}\n",
        )
        .file("question.txt", "Who put it off?\n")
        .file("better.txt", "Which one?\n")
        .file("rows.json", "[1, 2]\n")
        .file("count.sift", "print( len(context) )\n")
        .file("first.sift", "total = 1\n")
        .file("second.sift", "total = 2\nprint(total)\n")
        .file("orders.py", ORDERS)
}

/// The source of a tool for `--tool`.
const ORDERS: &str = r#"import json, sys
if sys.argv[1:] == ["--schema"]:
    print(json.dumps({
        "description": "Lists orders.",
        "parameters": {"type": "object", "properties": {}},
        "access": "read",
        "outside": False,
    }))
else:
    print(json.dumps(["12"]))
"#;

/// A command with its examples.
struct Documented {
    command: String,
    examples: Vec<String>,
}

/// Collects the examples from the help of a command and of its subcommands.
fn documented(place: &Place, command: &[String], found: &mut Vec<Documented>) {
    let words = command.iter().cloned().chain(["--help".to_owned()]);
    let help = place.rlm(words).env("COLUMNS", "120").done().stdout;
    let (_, examples) = help
        .rsplit_once("Examples:\n")
        .expect("every help text ends with examples");
    found.push(Documented {
        command: command.join(" "),
        examples: examples.lines().map(|line| line.trim().to_owned()).collect(),
    });
    let listed = Regex::new("(?m)^  ([a-z-]+)(?:, [a-z-]+)* {2,}[A-Z]").unwrap();
    let head = help.split("\nOptions:").next().unwrap_or_default();
    // The command `help` that every group has comes from clap, without examples.
    for name in listed.captures_iter(head).filter(|name| &name[1] != "help") {
        let below: Vec<String> = command.iter().cloned().chain([name[1].to_owned()]).collect();
        documented(place, &below, found);
    }
}

/// Runs a shell command in the folder. Returns its exit code and its output.
fn shell(place: &Place, line: &str) -> (Option<i32>, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_rlm"))
        .parent()
        .expect("the binary is in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(place.path(""))
        .env_clear()
        .env("PATH", format!("{}:{path}", binary.display()))
        .env("HOME", place.path(""))
        .env("RLM_DATA_DIR", place.path("data"))
        .env("RLM_CACHE", place.path("cache"))
        .env("RLM_DETECT", "off")
        .env("RLM_CONFIG", place.path("config.toml"))
        .env("RLM_MODEL", "fake:model.json")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .expect("start a shell");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// Runs a command's examples one after the other. Returns those that did not succeed.
fn faults(documented: &Documented) -> Vec<String> {
    let place = place();
    let mut faults = Vec::new();
    let is_own = MAKE_THEIR_OWN.contains(&documented.command.as_str());
    let before = BEFORE
        .iter()
        .filter(|(of, _)| !is_own && documented.command.starts_with(of));
    for (_, line) in before {
        let (code, text) = shell(&place, line);
        assert_eq!(code, Some(0), "before `{}`: {line}\n{text}", documented.command);
    }
    for example in &documented.examples {
        let mut line = example.clone();
        for (named, instead) in IN_PLACE_OF {
            line = line.replace(named, instead);
        }
        if line.contains("git log") {
            let commit = "git init -q . && git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m 'Mend the parser'";
            assert_eq!(shell(&place, commit).0, Some(0));
        }
        let (code, text) = shell(&place, &line);
        // `rlm diff` exits with 1 if the runs diverge.
        let parts = line.contains("rlm diff") && code == Some(1);
        // Views are tested elsewhere with a terminal. Here there is none, which is the last error
        // to be checked.
        let is_drawn = documented.command == "watch" && text.contains("needs a terminal");
        if code != Some(0) && !parts && !is_drawn {
            faults.push(format!("{line}\n{code:?} {text}"));
        }
    }
    faults
}

#[needs("git", "python3")]
#[test]
fn every_example_of_every_help_runs() {
    let mut found = Vec::new();
    documented(&Place::new(), &[], &mut found);
    let examples: usize = found.iter().map(|one| one.examples.len()).sum();
    assert!(examples > 60, "only {examples} examples were found");
    let (left, wrong) = (Mutex::new(found.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().next();
                    let Some(documented) = next else { break };
                    wrong.lock().unwrap().extend(faults(documented));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
