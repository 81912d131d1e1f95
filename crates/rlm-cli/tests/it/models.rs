//! Tests of models in `rlm.toml`, of the variables that select models, and of `rlm models`.

use std::path::{Path, PathBuf};

use rlm_test_server::{Answer, TestServer};

use crate::run::place;
use crate::support::{Place, session, snapshot};

const KEY: &str = "sk-planted-4f1b9c0d7e";

/// Creates a place with an `rlm.toml` that describes these models.
fn described(models: &str) -> Place {
    place().file("rlm.toml", models)
}

fn house(server: &TestServer) -> String {
    format!(
        "[models.house]\nadapter = \"compat\"\nmodel = \"house-7\"\nbase_url = \"{}\"\napi_key_env = \"HOUSE_KEY\"\n\
         window = 32768\nprice = {{ input = 1, output = 2.5 }}\n",
        server.base_url()
    )
}

#[test]
fn run_uses_a_configured_model() {
    let server = TestServer::in_order([
        Answer::stream(
            &["```repl\nprint(llm_query('Which ", "city? ' + context[:40]))\n```"],
            "stop",
            None,
        ),
        Answer::stream(&["Lisbon"], "stop", None),
        Answer::stream(&["FINAL: ", "Lisbon"], "stop", None),
    ])
    .unwrap();
    let place = described(&house(&server)).file("house.env", format!("HOUSE_KEY={KEY}\nDEFAULT_MODEL=house\n"));
    let done = place
        .rlm([
            "run",
            "What is the capital?",
            "--context",
            "land.txt",
            "--env-file",
            "house.env",
            "--max-cost",
            "1",
        ])
        .done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("Lisbon\n", Some(0)),
        "{}",
        done.shown()
    );
    let asked = server.requests();
    assert_eq!(asked.len(), 3);
    assert!(
        asked
            .iter()
            .all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}")))
    );
    assert!(!done.shown().contains(KEY));
}

#[test]
fn programs_call_configured_and_allowed_models_by_name() {
    let server = TestServer::always(Answer::text("Lisbon")).unwrap();
    let program = "names = ['house', 'openai:gpt-test', 'openai:other', 'fake:model.json', 'broken', 'nobody']\n\
                   for name in names:\n    print(name, '->', llm_query('Which city?', model=name))";
    let model = serde_json::json!({"script": [format!("```repl\n{program}\n```"), "FINAL: done"], "default_reply": "the sub-model"});
    let table = house(&server) + "[models.broken]\nadapter = \"openai\"\nmodel = \"m\"\napi_key_env = \"NOT_SET\"\n";
    let place = described(&table)
        .file("house.env", format!("HOUSE_KEY={KEY}\n"))
        .file("model.json", model.to_string());
    let run = [
        "run",
        "?",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
        "--env-file",
        "house.env",
        "--show-steps",
    ];
    let allow = ["--allow-model", "openai:gpt-*", "--allow-model", "f*"];
    let done = place
        .rlm(run.iter().chain(&allow).copied())
        .env("OPENAI_API_KEY", KEY)
        .env("OPENAI_BASE_URL", &server.base_url())
        .done();
    let said = |name: &str, what: &str| {
        let line = done.stderr.lines().find(|line| line.contains(&format!("{name} -> ")));
        assert!(
            line.is_some_and(|line| line.contains(what)),
            "{name}: {what}\n{}",
            done.shown()
        );
    };
    said("house", "Lisbon");
    said("openai:gpt-test", "Lisbon");
    said(
        "openai:other",
        "unknown model `openai:other`; available: broken, f*, house, ",
    );
    said(
        "fake:model.json",
        "a model with a command, a file, a folder or a URL must be allowed by its full name",
    );
    said("broken", "model `broken` is not available: ");
    said("nobody", "unknown model `nobody`");
    assert!(!done.stderr.contains("the sub-model\n"), "{}", done.shown());
    let mut models: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.body["model"].as_str().unwrap_or_default().to_owned())
        .collect();
    models.sort_unstable();
    assert_eq!(models, ["gpt-test", "house-7"]);
    assert_eq!(
        place.rlm(["replay", "last", "--context", "land.txt"]).done().code,
        Some(0)
    );

    // A model that a program names counts in the budget with its own price.
    let done = place
        .rlm(run.iter().chain(&["--max-cost", "0.000001"]).copied())
        .env("HOUSE_KEY", KEY)
        .done();
    assert!(
        done.stderr.contains("house -> <call failed: CostExceeded: "),
        "{}",
        done.shown()
    );
    assert_eq!(server.requests().len(), models.len(), "the model was not called");
}

/// Collects the files below a folder that contain a text.
fn holding(folder: &Path, text: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("read the folder") {
        let path = entry.expect("read the folder").path();
        if path.is_dir() {
            holding(&path, text, found);
        } else if std::fs::read(&path)
            .expect("read the folder")
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
        {
            found.push(path);
        }
    }
}

#[test]
fn keys_and_headers_echoed_by_a_server_are_redacted() {
    let (start, end) = KEY.split_at(9);
    let echo = |text: &str| format!("{text} {KEY}, {KEY}-gate");
    let server = TestServer::in_order([
        Answer::stream(
            &[
                "```repl\nprint(llm_query('Which city? ' + context[:40]))\n```\n",
                start,
                end,
            ],
            "stop",
            None,
        ),
        Answer::stream(&[&echo("Lisbon")], "stop", None),
        Answer::error(429, "slow", &echo("slow down")).header("retry-after", "0"),
        Answer::error(400, "wrong", &echo("no")),
    ])
    .unwrap();
    let place = described(&format!("{}headers = {{ x-gate = \"$GATE\" }}\n", house(&server)));
    let done = place
        .ask("house")
        .env("HOUSE_KEY", KEY)
        .env("GATE", &format!("{KEY}-gate"))
        .env("RUST_LOG", "trace")
        .done();
    assert_eq!(done.code, Some(4), "{}", done.shown());
    assert_eq!(server.requests().len(), 4);
    let sent = server.requests();
    assert!(
        sent.iter()
            .all(|request| request.header("x-gate") == Some(&format!("{KEY}-gate")))
    );
    assert!(!done.shown().contains(KEY), "the output contains the key");
    let mut found = Vec::new();
    holding(&place.path("."), KEY, &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn models_command_lists_known_facts() {
    let server = TestServer::always(Answer::text("ready")).unwrap();
    let port = server.port().to_string();
    let place = described(&format!(
        "{}\n[models.far]\nadapter = \"anthropic\"\nmodel = \"claude-sonnet-4-5\"\n",
        house(&server)
    ));
    let list = |arguments: &[&str]| {
        let done = place
            .rlm(["models"].iter().chain(arguments).copied())
            .env("HOUSE_KEY", KEY)
            .env("OPENAI_API_KEY", KEY);
        done.done()
    };
    let done = list(&[]);
    assert_eq!(server.requests().len(), 0, "no request is sent");
    snapshot!("models", session(&[done]).replace(&port, "PORT"));
    let json = serde_json::to_string_pretty(&list(&["--json"]).json()).unwrap();
    snapshot!("models-json", json.replace(&port, "PORT"));
}

#[test]
fn models_ping_reports_reachable_models() {
    let server = TestServer::start(|_, request| match request.body["model"].as_str() {
        Some("house-7") => Answer::text("ready"),
        _ => Answer::error(401, "invalid_api_key", "no key was sent"),
    })
    .unwrap();
    let place = described(&format!(
        "{}\n[models.locked]\nadapter = \"compat\"\nmodel = \"m\"\nbase_url = \"{}\"\n",
        house(&server),
        server.base_url()
    ));
    let done = place.rlm(["models", "--ping", "--json"]).env("HOUSE_KEY", KEY).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    assert!(!done.shown().contains(KEY));
    let models = done.json()["models"].clone();
    assert!(models[0]["answered_in_ms"].is_u64(), "{models}");
    let problem = models[1]["problem"]
        .as_str()
        .unwrap()
        .replace(&server.port().to_string(), "PORT");
    snapshot!("models-ping", problem);
}

#[test]
fn invalid_model_files_and_variables_are_one_line_errors() {
    let run = |place: &Place, arguments: &[&str], variables: &[(&str, &str)]| {
        let usual = ["run", "What?", "--context", "land.txt"];
        let mut rlm = place.rlm(usual.iter().chain(arguments).copied());
        for (name, value) in variables {
            rlm = rlm.env(name, value);
        }
        rlm.done()
    };
    let described = described("[models.fast]\nadapter = \"openai\"\nmodel = \"gpt-5-mini\"\n");
    let done = [
        run(&described, &["--model", "fats"], &[]),
        run(&described, &["--model", "fast"], &[]),
        run(&described, &[], &[("DEFAULT_MODEL", "fast")]),
        run(&described, &["--env-file", "nowhere.env"], &[]),
        run(&described, &["--model", "search"], &[("EXECUTION_TIMEOUT", "soon")]),
        run(
            &place().file("rlm.toml", "[models.m]\nadapter = \"opnai\"\nmodel = \"x\"\n"),
            &["--model", "m"],
            &[],
        ),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    snapshot!("bad-model-files", session(&done));
}

#[test]
fn models_command_without_models_succeeds() {
    let done = Place::new().rlm(["models"]).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    snapshot!("no-models", session(&[done]));
}
