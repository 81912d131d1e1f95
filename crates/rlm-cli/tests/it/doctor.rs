//! Tests of `rlm doctor`, without and with problems.

use rlm_test_server::{Answer, TestServer};
use serde_json::{Value, json};

use crate::run::place;
use crate::support::{Place, snapshot};

const KEY: &str = "sk-planted-4f1b9c0d7e";

/// Returns the checks of a subject: state, finding, advice.
fn checks(report: &Value, of: &str) -> Vec<(String, String, String)> {
    let text = |check: &Value, field: &str| check[field].as_str().unwrap_or_default().to_owned();
    let all = report["checks"].as_array().unwrap().iter();
    let of = all.filter(|check| check["of"].as_str().unwrap().starts_with(of));
    of.map(|check| (text(check, "state"), text(check, "found"), text(check, "advice")))
        .collect()
}

/// Returns the only check of a subject.
fn check(report: &Value, of: &str) -> (String, String, String) {
    let found = checks(report, of);
    assert_eq!(found.len(), 1, "{of}: {report}");
    found.into_iter().next().unwrap()
}

#[test]
fn doctor_passes_if_the_server_lists_the_model() {
    let server = TestServer::always(Answer::models("gpt-5.1", "house")).unwrap();
    let place = place();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    let done = place
        .rlm(["doctor"])
        .env("OPENAI_API_KEY", KEY)
        .env("LLM_BASE_URL", &server.base_url())
        .env("RLM_MODEL", "openai:gpt-5.1")
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(!done.shown().contains(KEY));
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "only the list of models is requested");
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", "/v1/models")
    );
    assert_eq!(requests[0].header("authorization"), Some(&*format!("Bearer {KEY}")));
    let shown = regex::Regex::new(r"[\d.]+ [KMGT]?B( free)?").unwrap();
    let shown = shown
        .replace_all(&done.shown(), "[size]$1")
        .replace(&server.url(), "[server]");
    // The width of a column depends on the server's port and the folder's name.
    let shown = regex::Regex::new(" {2,}")
        .unwrap()
        .replace_all(&shown, "  ")
        .into_owned();
    snapshot!("doctor", shown);
}

#[test]
fn doctor_reports_server_errors_without_keys() {
    let refusing = TestServer::start(|_, request| {
        let key = request.header("authorization").unwrap_or_default().to_owned();
        Answer::error(401, "invalid_api_key", &format!("Incorrect API key provided: {key}"))
    })
    .unwrap();
    let others = TestServer::always(Answer::models("another", "house")).unwrap();
    let gone = TestServer::always(Answer::text("x")).unwrap().base_url();
    let model = |name: &str, url: &str| {
        format!(
            "[models.{name}]\nadapter = \"compat\"\nmodel = \"m\"\nbase_url = \"{url}\"\napi_key_env = \"HOUSE_KEY\"\n"
        )
    };
    let file = [
        model("refusing", &refusing.base_url()),
        model("others", &others.base_url()),
        model("gone", &gone),
        "[models.keyless]\nadapter = \"openai\"\nmodel = \"m\"\n".to_owned(),
    ];
    let place = Place::new()
        .file("rlm.toml", file.concat())
        .file(".env", format!("HOUSE_KEY={KEY}\n"));
    let done = place.rlm(["doctor", "--json"]).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    assert!(!done.shown().contains(KEY), "{}", done.shown());
    let report = done.json();
    assert_eq!(report["schema"], "rlm/doctor@1");
    assert_eq!(report["failed"], 3);
    let (state, found, advice) = check(&report, "refusing");
    assert!(
        state == "failed" && found.contains("401") && advice.contains("key"),
        "{found}; {advice}"
    );
    let (state, found, _) = check(&report, "gone");
    assert!(state == "failed" && found.contains("can't connect to"), "{found}");
    let (state, found, _) = check(&report, "others");
    assert!(state == "warning" && found.contains("does not list `m`"), "{found}");
    let (state, found, _) = check(&report, "keyless");
    assert!(state == "failed" && found.contains("OPENAI_API_KEY"), "{found}");
    assert_eq!(check(&report, "HOUSE_KEY").1, "set in .env");
}

#[test]
fn doctor_calls_models_only_on_request() {
    let server = TestServer::start(|_, request| match request.method.as_str() {
        "GET" => Answer::models("m", "house"),
        _ => Answer::text("ready"),
    })
    .unwrap();
    let model = format!("compat:m@{}", server.base_url());
    let place = Place::new();
    let asked = |flags: &[&str]| {
        let done = place
            .rlm(["doctor", "--json"])
            .and(flags.iter().copied())
            .env("RLM_MODEL", &model)
            .done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
        check(&done.json(), "compat:m").1
    };
    assert!(asked(&[]).ends_with("lists it"));
    assert!(asked(&["--ping"]).starts_with("answered in"));
    let posts = server
        .requests()
        .iter()
        .filter(|request| request.method == "POST")
        .count();
    assert_eq!(posts, 1);
}

#[test]
fn doctor_detects_unusable_folders() {
    let place = Place::new().file("file", "");
    let done = place
        .rlm(["doctor", "--json"])
        .env("RLM_DATA_DIR", &place.path("file/data").display().to_string())
        .env("RLM_CACHE", &place.path("file").display().to_string())
        .done();
    let report = done.json();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    assert_eq!(check(&report, "runs").0, "failed", "{report}");
    assert_eq!(check(&report, "cache").0, "failed", "{report}");
}

#[cfg(unix)]
#[test]
fn doctor_reports_folder_and_env_file_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new().file(".env", "OPENAI_API_KEY=x y z\n1 = 2\n");
    std::fs::create_dir(place.path("data")).unwrap();
    for (name, mode) in [("data", 0o755), (".env", 0o644)] {
        std::fs::set_permissions(place.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let report = place.rlm(["doctor", "--json"]).done().json();
    let (state, found, advice) = check(&report, "runs");
    assert!(
        state == "warning" && found.contains("other users") && advice.starts_with("chmod 700"),
        "{report}"
    );
    assert!(check(&report, "variables").1.contains("ignored"), "{report}");
    let place = place.file(".env", "OPENAI_API_KEY=sk-x\n");
    let report = place.rlm(["doctor", "--json"]).done().json();
    assert!(check(&report, "variables").2.starts_with("chmod 600"), "{report}");
}

#[test]
fn doctor_detects_damaged_caches_and_journals() {
    let place = place();
    for _ in 0..4 {
        assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    }
    let mut journals = place.journals();
    journals.sort();
    let edit = |number: usize, change: fn(&str) -> String| {
        let text = std::fs::read_to_string(&journals[number]).unwrap();
        std::fs::write(&journals[number], change(&text)).unwrap();
    };
    edit(0, |text| text[..text.len() - 5].to_owned());
    edit(1, |text| text.lines().take(3).map(|line| format!("{line}\n")).collect());
    edit(2, |text| text.replacen("capital", "chapter", 1));
    // Overwrite the start of the database with invalid data.
    std::fs::write(place.path("cache/db"), [0xff_u8; 4096]).unwrap();
    std::fs::write(place.path("cache/conf"), "nonsense").unwrap();
    let done = place.rlm(["doctor", "--json"]).done();
    let report = done.json();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    let journals = checks(&report, "journals");
    let states: Vec<(&str, bool)> = journals
        .iter()
        .map(|(state, found, _)| (state.as_str(), found.starts_with('1')))
        .collect();
    assert_eq!(states, [("warning", true); 3], "{report}");
    let (state, _, advice) = check(&report, "replies");
    assert!(state == "failed" && advice.contains("rlm cache clear"), "{report}");
}

#[test]
fn doctor_reports_an_invalid_configuration_as_a_finding() {
    let place = Place::new().file("rlm.toml", "[run]\nmax_stepz = 3\n");
    let done = place.rlm(["doctor", "--json"]).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    let (state, found, advice) = check(&done.json(), "configuration");
    assert_eq!(state, "failed");
    assert!(found.contains("rlm.toml: line 2: `run.max_stepz`"), "{found}");
    assert!(
        found.contains("did you mean `max_steps`") && !advice.is_empty(),
        "{found}"
    );
    assert_eq!(done.json()["checks"][0]["state"], json!("failed"));
}

#[test]
fn doctor_uses_the_configured_key_variable() {
    let server = TestServer::always(Answer::models("m", "house")).unwrap();
    let file = format!(
        "[run]\nmodel = \"compat:m@{}\"\napi_key_env = \"MY_KEY\"\n",
        server.base_url()
    );
    let done = Place::new()
        .file("rlm.toml", file)
        .rlm(["doctor"])
        .env("MY_KEY", KEY)
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert_eq!(
        server.requests()[0].header("authorization"),
        Some(&*format!("Bearer {KEY}"))
    );
    assert!(
        done.stdout.contains("MY_KEY") && !done.stdout.contains(KEY),
        "{}",
        done.shown()
    );
}
