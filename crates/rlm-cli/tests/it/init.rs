//! Tests of `rlm init`: the comments in the written file are correct.

use serde_json::Value;

use crate::support::{Place, session, snapshot};

const KEY: &str = "sk-planted-4f1b9c0d7e";

/// Returns the value of a key of `[run]`, and its origin.
fn setting(place: &Place, key: &str) -> (Value, Value) {
    let shown = place.rlm(["config", "show", "--json"]).done().json();
    let settings = shown["settings"].as_array().unwrap();
    let setting = settings.iter().find(|setting| setting["key"] == key).unwrap();
    (setting["value"].clone(), setting["from"].clone())
}

#[test]
fn init_writes_a_model_and_budget_that_are_read_back() {
    let place = Place::new().file(".env", format!("ANTHROPIC_API_KEY={KEY}\n"));
    let done = place.rlm(["init"]).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""), "{}", done.shown());
    let file = place.read("rlm.toml");
    assert!(!file.contains(KEY));
    insta::assert_snapshot!("init", file);
    let from = |line| serde_json::json!({"kind": "file", "path": "rlm.toml", "line": line});
    assert_eq!(
        setting(&place, "model"),
        ("anthropic:claude-sonnet-4-5".into(), from(9))
    );
    assert_eq!(setting(&place, "max_cost"), ("1.00".into(), from(14)));
}

#[test]
fn commented_init_settings_are_valid_flags_and_defaults() {
    let place = Place::new();
    assert_eq!(place.rlm(["init"]).done().code, Some(0));
    let commented = regex::Regex::new(r"(?m)^# ([a-z_]+ = |\[models)").unwrap();
    let whole = commented.replace_all(&place.read("rlm.toml"), "$1").into_owned();
    let stated = Place::new().file("rlm.toml", &whole);
    let shown = stated.rlm(["config", "show"]).done();
    assert_eq!(shown.code, Some(0), "{whole}\n{}", shown.shown());
    assert_eq!(setting(&stated, "model").0, "openai:gpt-5.1");
    for key in [
        "max_steps",
        "max_subcalls",
        "max_seconds",
        "max_depth",
        "concurrency",
        "route",
    ] {
        let (value, from) = setting(&stated, key);
        let default = setting(&place, key).0;
        assert_eq!(
            from["kind"], "file",
            "{key} is commented out, and has an effect if it is not"
        );
        assert!(
            default.as_str().unwrap().starts_with(value.as_str().unwrap()),
            "{key}: {value}, {default}"
        );
    }
    let models = stated.rlm(["models", "--json"]).done().json();
    assert_eq!(models["models"][0]["name"], "house");
}

#[test]
fn init_keeps_an_existing_file_unless_forced() {
    let place = Place::new().file("rlm.toml", "[run]\nseed = 1\n");
    let done = [
        place.rlm(["init"]).done(),
        place.rlm(["init", "--user"]).done(),
        place.rlm(["init", "--user"]).done(),
        place.rlm(["init", "--force"]).env("RLM_MODEL", "house \"7\"").done(),
    ];
    assert_eq!(
        done.each_ref().map(|done| done.code),
        [Some(2), Some(0), Some(2), Some(0)]
    );
    snapshot!("init-again", session(&done));
    assert!(place.read("rlm.toml").contains(r#"model = "house \"7\"""#));
    assert!(
        place
            .read("config.toml")
            .contains("# Settings of `rlm` in all folders.")
    );
    let nowhere = place
        .rlm(["init", "--user"])
        .env("RLM_CONFIG", "rlm.toml/config.toml")
        .done();
    nowhere.is_one_line_error(2);
}
