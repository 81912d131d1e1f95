//! Tests of flags in the table `[run]` of a project's `rlm.toml`.

use serde_json::json;

use crate::support::{Place, session, snapshot};

const RUN: [&str; 6] = ["run", "Who is it?", "--context", "text.txt", "--progress", "none"];

/// Creates a project with this `rlm.toml`, and a model that calls a sub-model once, in its third
/// turn.
fn place(file: &str) -> Place {
    let root = r#"{"script": [
        "```repl\nprint(1)\n```", "```repl\nprint(2)\n```", "```repl\nFINAL(llm_query('Who?'))\n```", "FINAL: nobody"
    ], "default_reply": "it is she"}"#;
    Place::new()
        .file("text.txt", "It is she.\n")
        .file("root.json", root)
        .file("rlm.toml", file)
}

#[test]
fn configuration_file_sets_defaults_that_flags_override() {
    let place = place(
        "[run]\nmodel = \"fake:root.json\"\nmax_steps = 2\ncache = \"off\"\nrecursive_subcalls = false\njson = false\n",
    );
    let by_file = place.rlm(RUN).done();
    assert_eq!(by_file.code, Some(5), "{}", by_file.shown());
    assert!(by_file.stderr.contains("MaxStepsExceeded"), "{}", by_file.shown());
    let by_flag = place.rlm(RUN).and(["--max-steps", "5"]).done();
    assert_eq!((by_flag.code, by_flag.stdout.trim()), (Some(0), "it is she"));
}

#[test]
fn environment_variables_override_the_configuration_file() {
    let place = place("[run]\nmodel = \"fake:nowhere.json\"\ncache = \"off\"\n");
    let run = place.rlm(RUN).env("RLM_MODEL", "fake:root.json").done();
    assert_eq!((run.code, run.stdout.trim()), (Some(0), "it is she"));
}

#[test]
fn configuration_errors_name_the_key_and_help_still_works() {
    let wrong = [
        "[run]\nmax_stepz = 2\n",
        "[run]\nwords_of_mine = 2\n",
        "[run]\nmax_steps = \"many\"\n",
        "[run]\nmax_steps = [1, 2]\n",
        "[run]\njson = \"yes\"\n",
        "[run]\nat_max_depth = \"stop\"\n",
        "[run]\nmax_steps = 1979-05-27\n",
        "run = 3\n",
        "[run]\nmax_steps = 2\n\n[models.house]\nadapter = \"openai\"\n",
    ];
    let done = wrong.map(|file| {
        let place = place(file);
        let help = place.rlm(["run", "--help"]).done();
        assert_eq!(help.code, Some(0));
        place.rlm(RUN).done()
    });
    assert!(done.iter().all(|done| done.code == Some(2)));
    snapshot!("configuration-wrong", session(&done));
}

#[test]
fn configured_settings_apply_to_commands_with_matching_flags() {
    let place = place("[run]\nmodel = \"fake:root.json\"\nmax_steps = 2\non_limit = \"error\"\n");
    let estimate = place.rlm(["estimate", "Who is it?", "--context", "text.txt"]).done();
    assert_eq!(estimate.code, Some(0), "{}", estimate.shown());
    let fmt = place.rlm(["models"]).done();
    assert_eq!(fmt.code, Some(0), "{}", fmt.shown());
    // The budget of a session is set when the session is created, and only then.
    let place = self::place("[run]\nmax_cost = \"1\"\nmax_tokens = 9000\n");
    let new = ["session", "new", "talk", "--context", "text.txt"];
    assert_eq!(place.rlm(new).done().code, Some(0));
    let session = place.rlm(["session", "show", "talk", "--json"]).done().json();
    assert_eq!(
        (&session["max_cost"], &session["max_tokens"]),
        (&json!(null), &json!(null))
    );
}

#[test]
fn user_configuration_applies_if_the_project_sets_nothing() {
    let user = "[run]\nmodel = \"fake:nowhere.json\"\nmax_steps = 2\nno_journal = true\n\
                [models.mine]\nadapter = \"ollama\"\nmodel = \"a\"\n[models.both]\nadapter = \"ollama\"\nmodel = \"a\"\n";
    let project = "[run]\nmodel = \"fake:root.json\"\njournal = \"run.jsonl\"\n\
                   [models.both]\nadapter = \"ollama\"\nmodel = \"b\"\n";
    let place = place(project).file("config.toml", user);
    // The model and the journal come from the project's file, the limit from the user's.
    let run = place.rlm(RUN).done();
    assert_eq!(run.code, Some(5), "{}", run.shown());
    assert!(run.stderr.contains("MaxStepsExceeded"), "{}", run.shown());
    assert!(place.path("run.jsonl").is_file());
    let models = place.rlm(["models", "--json"]).done().json();
    let models: Vec<_> = models["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| (&model["name"], &model["model"]))
        .collect();
    assert_eq!(
        models[..2],
        [
            (&json!("both"), &json!("ollama:b")),
            (&json!("mine"), &json!("ollama:a"))
        ]
    );
    let flag = place.rlm(RUN).and(["--max-steps", "5", "--no-journal"]).done();
    assert_eq!((flag.code, flag.stdout.trim()), (Some(0), "it is she"));
}

#[test]
fn config_show_lists_sources_and_hides_keys() {
    let key = "sk-planted-4f1b9c0d7e";
    let project = "[run]\nmax_cost = \"1.00\"\nstop = [\"END\", \"STOP\"]\n\n[models.house]\nadapter = \"compat\"\nmodel = \"house-7\"\n\
                   base_url = \"http://127.0.0.1:8000/v1\"\napi_key_env = \"HOUSE_KEY\"\nheaders = { x-team = \"$TEAM\" }\n";
    let place = place(project)
        .file("config.toml", "# mine\n[run]\nmax_cost = \"2.00\"\nmax_steps = 12\n")
        .file(".env", format!("HOUSE_KEY={key}\nMAX_RECURSION_DEPTH=2\n"));
    let show = |json: &[&str]| {
        let variables = [
            ("OPENAI_API_KEY", key),
            ("LLM_BASE_URL", "http://127.0.0.1:1/v1"),
            ("OLLAMA_HOST", key),
        ];
        let rlm = place.rlm(["config", "show"]).and(json.iter().copied());
        let done = variables
            .iter()
            .fold(rlm, |rlm, (name, value)| rlm.env(name, value))
            .done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
        assert!(!done.shown().contains("planted-4f1b9c0d7e"), "{}", done.shown());
        done
    };
    // The width of a column depends on the folder's name.
    let columns = regex::Regex::new(" {2,}").unwrap();
    snapshot!(
        "configuration-shown",
        columns.replace_all(&show(&[]).shown(), "  ").into_owned()
    );
    let shown = show(&["--json"]).json();
    assert_eq!(shown["schema"], "rlm/config@1");
    let settings = shown["settings"].as_array().unwrap();
    let of = |key: &str| settings.iter().find(|setting| setting["key"] == key).unwrap();
    assert_eq!(
        of("max_cost")["from"],
        json!({"kind": "file", "path": "rlm.toml", "line": 2})
    );
    assert_eq!(of("max_steps")["from"]["line"], json!(4));
    assert_eq!(
        of("max_depth"),
        &json!({"key": "max_depth", "value": "2", "from":
        {"kind": "variable", "name": "MAX_RECURSION_DEPTH", "file": ".env"}})
    );
    assert_eq!(of("seed")["value"], json!(null));
    let keys = shown["keys"].as_array().unwrap();
    let key = |name: &str| &keys.iter().find(|key| key["name"] == name).unwrap()["set"];
    assert_eq!(
        (key("HOUSE_KEY"), key("TEAM"), key("EXA_API_KEY")),
        (&json!(true), &json!(false), &json!(false))
    );
}

#[test]
fn config_path_prints_the_files() {
    let place = place("[run]\nseed = 1\n");
    let done = [
        place.rlm(["config", "path"]).done(),
        place.rlm(["config", "path", "--user"]).done(),
    ];
    snapshot!("configuration-path", session(&done));
}

#[test]
fn user_configuration_errors_name_file_and_line() {
    let place = place("").file("config.toml", "[run]\n\nmax_step = 2\n");
    let done = place.rlm(RUN).done();
    done.is_one_line_error(2);
    assert!(
        done.stderr.contains("config.toml: line 3: `run.max_step`"),
        "{}",
        done.shown()
    );
    assert!(done.stderr.contains("did you mean `max_steps`?"), "{}", done.shown());
}

#[test]
fn derived_settings_show_the_line_of_their_source() {
    let setting = |file: &str, key: &str| {
        let shown = place(file).rlm(["config", "show", "--json"]).done().json();
        let settings = shown["settings"].as_array().unwrap().clone();
        let found = settings.into_iter().find(|setting| setting["key"] == key).unwrap();
        (found["value"].clone(), found["from"].clone())
    };
    let by_line = |line: u32| json!({ "kind": "file", "path": "rlm.toml", "line": line });
    let engine = "[run]\npreset = \"engine\"\n";
    assert_eq!(setting(engine, "max_depth"), (json!("10"), by_line(2)));
    assert_eq!(setting(engine, "max_steps").1, json!({ "kind": "default" }));
    let with_depth = format!("{engine}max_depth = 4\n");
    assert_eq!(setting(&with_depth, "max_depth"), (json!("4"), by_line(3)));
    let withheld = "[run]\njournal_texts = \"digests\"\n";
    assert_eq!(setting(withheld, "cache"), (json!("off"), by_line(2)));
}
