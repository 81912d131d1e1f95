//! Model strings and what the environment makes of them.

use std::fs;

use rlm_adapters::{DefaultModel, ModelSpec, ResolveOptions, SpecError, default_spec, resolve};
use rlm_model::{Message, Parameters, Request, Tokens};

/// An environment that holds these variables.
fn env<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    |name| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

fn named(variable: &str) -> ResolveOptions {
    ResolveOptions {
        api_key_env: Some(variable.to_owned()),
        ..ResolveOptions::default()
    }
}

#[test]
fn every_form_is_read_and_shown_alike() {
    for text in [
        "openai:gpt-5.1",
        "openai:llama3:8b",
        "fake:rules.json",
        "replay:runs/1/journal.jsonl",
        "mailbox:inbox",
        "extractive",
    ] {
        assert_eq!(ModelSpec::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn errors_are_one_line_and_name_what_to_do() {
    let parse = |text: &str| ModelSpec::parse(text).unwrap_err();
    let openai = |variables: &[(&str, &str)], options: &ResolveOptions| {
        let spec = ModelSpec::parse("openai:gpt-5.1").unwrap();
        resolve(&spec, &env(variables), options).err().unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("journal.jsonl");
    fs::write(&empty, "").unwrap();
    let replay = |path: &std::path::Path| {
        let spec = ModelSpec::Replay {
            journal: path.to_owned(),
        };
        resolve(&spec, &env(&[]), &ResolveOptions::default()).err().unwrap()
    };
    let usual = ResolveOptions::default();
    let all: Vec<SpecError> = vec![
        parse("opnai:gpt-5.1"),
        parse("gpt-5.1"),
        parse("llama3:8b"),
        parse(""),
        parse("openai:"),
        parse("fake"),
        parse("mailbox:"),
        parse("extractive:x"),
        openai(&[], &usual),
        openai(&[("LLM_API_KEY", " ")], &usual),
        openai(&[("LLM_API_KEY", "sk-here")], &named("MY_KEY")),
        openai(&[("LLM_BASE_URL", "http://localhost:1/v1")], &named("MY_KEY")),
        openai(&[("OPENAI_API_KEY", "sk-planted 1")], &usual),
        openai(&[("LLM_BASE_URL", "localhost:8000")], &usual),
        openai(&[("OPENAI_BASE_URL", "https://sk-planted@host/v1")], &usual),
        replay(&folder.path().join("none.jsonl")),
        replay(&empty),
    ];
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    let all = all.join("\n").replace(&*folder.path().to_string_lossy(), "FOLDER");
    assert!(!all.contains("planted"));
    insta::assert_snapshot!(all);
}

#[test]
fn keys_and_base_urls_by_their_rank() {
    let identity = |variables: &[(&str, &str)]| {
        let spec = ModelSpec::parse("openai:m").unwrap();
        let model = resolve(&spec, &env(variables), &ResolveOptions::default()).unwrap();
        model.identity().endpoint.to_string()
    };
    assert_eq!(identity(&[("OPENAI_API_KEY", "sk-1")]), "https://api.openai.com/v1");
    assert_eq!(
        identity(&[("OPENAI_BASE_URL", "http://localhost:2/v1/")]),
        "http://localhost:2/v1"
    );
    let both = [("OPENAI_BASE_URL", "http://a/v1"), ("LLM_BASE_URL", "http://b/v1")];
    assert_eq!(
        identity(&both),
        "http://b/v1",
        "no key is needed for a server that is not OpenAI's"
    );
}

#[tokio::test]
async fn the_key_that_is_sent_is_the_first_or_the_named_one() {
    let server = rlm_test_server::TestServer::always(rlm_test_server::Answer::text("yes")).unwrap();
    let base_url = server.base_url();
    let variables = [
        ("LLM_BASE_URL", base_url.as_str()),
        ("LLM_API_KEY", "first\n"),
        ("OPENAI_API_KEY", "second"),
        ("MY_KEY", "mine"),
    ];
    let spec = ModelSpec::parse("openai:m").unwrap();
    for options in [ResolveOptions::default(), named("MY_KEY")] {
        let model = resolve(&spec, &env(&variables), &options).unwrap();
        let request = Request::new(vec![Message::user("x")], Parameters::with_max_output(Tokens(1)));
        let call = rlm_model::Call {
            id: rlm_model::CallId::root(1, 0, 0),
            request_id: rlm_model::RequestId {
                digest: request.digest(model.identity()),
                occurrence: 0,
            },
            request,
        };
        model.complete(&call).await.unwrap();
    }
    let sent: Vec<String> = server
        .requests()
        .iter()
        .filter_map(|request| request.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(sent, ["Bearer first", "Bearer mine"]);
}

#[test]
fn a_fake_is_read_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.json");
    fs::write(&file, r#"{"script": ["x"]}"#).unwrap();
    let model = resolve(&ModelSpec::Fake { file }, &env(&[]), &ResolveOptions::default()).unwrap();
    assert_eq!(model.identity().to_string(), "fake:rules.json");
}

#[test]
fn the_model_where_none_is_named() {
    let found = |variables: &[(&str, &str)]| match default_spec(&env(variables)).unwrap() {
        DefaultModel::Found { spec, because_of } => format!("{spec} because of {because_of}"),
        DefaultModel::NotFound { looked_for, remark } => format!("none of {}; {remark:?}", looked_for.join(", ")),
    };
    let all = [
        found(&[("RLM_MODEL", "extractive"), ("DEFAULT_MODEL", "openai:a")]),
        found(&[("RLM_MODEL", ""), ("DEFAULT_MODEL", "gpt-4-turbo-preview")]),
        found(&[("OPENAI_API_KEY", "sk-1")]),
        found(&[
            ("LLM_API_KEY", "sk-1"),
            ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
        ]),
        found(&[("LLM_API_KEY", "sk-1"), ("LLM_BASE_URL", "http://localhost:11434/v1")]),
        found(&[]),
    ];
    insta::assert_snapshot!(all.join("\n"));
    assert!(default_spec(&env(&[("RLM_MODEL", "opnai:x")])).is_err());
}
