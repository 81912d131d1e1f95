//! Tests of model strings and their resolution with the environment.

use std::fs;

use rlm_adapters::{
    DefaultModel, KeyRequirement, ModelSpec, ModelTable, ProviderOrder, ResolveOptions, SpecError, default_model,
    models_with_keys, named_by_variable, resolve,
};
use rlm_model::{GrammarWay, Message, Parameters, Request, Tokens};

/// Returns an environment with the given variables.
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
fn model_specs_round_trip_through_text() {
    for text in [
        "openai:gpt-5.1",
        "openai:llama3:8b",
        "responses:gpt-5.1-pro",
        "anthropic:claude-sonnet-4-5",
        "openrouter:anthropic/claude-sonnet-4.5",
        "azure:gpt-5.1-eu",
        "vertex:gemini-3-pro",
        "ollama:qwen3:8b",
        "compat:Qwen/Qwen3-8B@http://localhost:8000/v1",
        "compat:claude@2024@https://gateway.example/v1",
        "generic:house.toml",
        "fake:rules.json",
        "replay:runs/1/journal.jsonl",
        "replay:runs/1/journal.jsonl?speed=2.5",
        "replay:runs/1/journal.jsonl?speed=20&longest=3",
        "replay:why?.jsonl",
        "mailbox:inbox",
        "search",
    ] {
        assert_eq!(ModelSpec::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn model_spec_errors_are_one_line_with_a_hint() {
    let parse = |text: &str| ModelSpec::parse(text).unwrap_err();
    let openai = |variables: &[(&str, &str)], options: &ResolveOptions| {
        let spec = ModelSpec::parse("openai:gpt-5.1").unwrap();
        resolve(&spec, &env(variables), options).err().unwrap()
    };
    let of = |spec: &str, variables: &[(&str, &str)]| {
        let spec = ModelSpec::parse(spec).unwrap();
        resolve(&spec, &env(variables), &ResolveOptions::default())
            .err()
            .unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("journal.jsonl");
    fs::write(&empty, "").unwrap();
    let replay = |path: &std::path::Path| {
        let spec = ModelSpec::Replay {
            journal: path.to_owned(),
            pace: None,
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
        parse("replay:run.jsonl?speed=0"),
        parse("replay:run.jsonl?longest=3"),
        parse("search:x"),
        parse("antropic:x"),
        parse("ollama:"),
        parse("compat:m"),
        parse("compat:m@localhost:8000"),
        parse("compat:m@sk-planted@localhost:8000"),
        parse("grok:grok-4"),
        parse("llama.cpp:qwen3"),
        parse("mistrl:m"),
        parse("goog:m"),
        parse("compat:@http://localhost:1/v1"),
        parse("compat:m@https://sk-planted@host/v1"),
        of("anthropic:m", &[]),
        of("openrouter:m", &[]),
        of("azure:m", &[]),
        of("azure:m", &[("AZURE_ACCOUNT_NAME", "house")]),
        of("azure:m", &[("AZURE_ACCOUNT_NAME", "ho use/")]),
        of("vertex:m", &[]),
        of("vertex:m", &[("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")]),
        of("ollama:m", &[("OLLAMA_HOST", "http://sk-planted@host")]),
        of("generic:/nowhere.toml", &[]),
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
fn key_and_base_url_variables_have_a_precedence() {
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
        "servers other than OpenAI's need no key"
    );
}

#[tokio::test]
async fn first_or_named_key_variable_is_sent() {
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
fn fake_model_is_loaded_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.json");
    fs::write(&file, r#"{"script": ["x"]}"#).unwrap();
    let model = resolve(&ModelSpec::Fake { file }, &env(&[]), &ResolveOptions::default()).unwrap();
    assert_eq!(model.identity().to_string(), "fake:rules.json");
}

#[test]
fn provider_endpoints_follow_their_standard_variables() {
    let at = |spec: &str, variables: &[(&str, &str)]| {
        let unasked = ResolveOptions {
            keys: KeyRequirement::Optional,
            ..ResolveOptions::default()
        };
        let model = resolve(&ModelSpec::parse(spec).unwrap(), &env(variables), &unasked).unwrap();
        format!("{} at {}", model.identity(), model.identity().endpoint)
    };
    let all = [
        at("anthropic:m", &[]),
        at("anthropic:m", &[("ANTHROPIC_BASE_URL", "https://gateway.example/")]),
        at(
            "anthropic:m",
            &[("ANTHROPIC_BASE_URL", "https://gateway.example/anthropic/v1")],
        ),
        at("responses:m", &[("OPENAI_BASE_URL", "https://gateway.example/v1")]),
        at("openrouter:openai/m", &[("LLM_BASE_URL", "http://localhost:1/v1")]),
        at(
            "azure:m",
            &[
                ("OPENAI_ENDPOINT", "https://house.openai.azure.com/"),
                ("AZURE_ACCOUNT_NAME", "other"),
            ],
        ),
        at("azure:m", &[("AZURE_ACCOUNT_NAME", "house")]),
        at("vertex:m", &[]),
        at("vertex:m", &[("GOOGLE_CLOUD_LOCATION", "europe-west4")]),
        at("ollama:m", &[]),
        at("ollama:m", &[("OLLAMA_HOST", "0.0.0.0")]),
        at("ollama:m", &[("OLLAMA_HOST", "box:1234")]),
        at("ollama:m", &[("OLLAMA_HOST", "http://box:11434/v1/")]),
        at(
            "compat:a/b@http://localhost:8000/v1",
            &[("LLM_BASE_URL", "http://localhost:1/v1")],
        ),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

const TABLE: &str = r#"
[models.fast]
adapter = "openai"
model = "gpt-5-mini"
base_url = "BASE_URL"
api_key_env = "HOUSE_KEY"
headers = { x-team = "a", x-gate = "$GATE_KEY" }
parameters = { top_p = 0.9 }
window = 128000
rpm = 60
tpm = 100000
price = { input = 0.25, cached_input = "0.025", output = 2 }
"#;

fn configured(table: &str, name: &str) -> ModelSpec {
    let entry = ModelTable::from_toml(table).unwrap().models.remove(name).unwrap();
    ModelSpec::Configured {
        name: name.to_owned(),
        entry: Box::new(entry),
    }
}

#[tokio::test]
async fn configured_model_table_overrides_model_facts() {
    let server = rlm_test_server::TestServer::always(rlm_test_server::Answer::text("yes")).unwrap();
    let spec = configured(&TABLE.replace("BASE_URL", &server.base_url()), "fast");
    assert_eq!(spec.to_string(), "fast");
    let variables = [
        ("HOUSE_KEY", "sk-house-0123456789"),
        ("GATE_KEY", "gate-planted"),
        ("LLM_API_KEY", "sk-other"),
    ];
    let model = resolve(&spec, &env(&variables), &ResolveOptions::default()).unwrap();
    model.complete(&crate::support::call()).await.unwrap();
    let request = &server.requests()[0];
    let sent = ["authorization", "x-team", "x-gate"].map(|name| request.header(name).unwrap());
    assert_eq!(sent, ["Bearer sk-house-0123456789", "a", "gate-planted"]);
    assert_eq!(request.body["top_p"], 0.9);
    let price = model.price().unwrap();
    assert_eq!(
        [price.input.0, price.cached_input.0, price.output.0],
        [250_000, 25_000, 2_000_000]
    );
    let limits = model.limits();
    assert_eq!(limits.window, Some(Tokens(128_000)));
    assert_eq!(
        (
            limits.requests_per_minute.unwrap().get(),
            limits.tokens_per_minute.unwrap().get()
        ),
        (60, 100_000)
    );
    assert_eq!(model.identity().to_string(), "openai:gpt-5-mini");
}

#[tokio::test]
async fn configured_headers_replace_those_of_the_provider() {
    let said = "denied: Bearer gate-planted-0123456789 and house-planted-0123456789";
    let server = rlm_test_server::TestServer::always(rlm_test_server::Answer::error(500, "500", said)).unwrap();
    let variables = [
        ("GATE_KEY", "gate-planted-0123456789"),
        ("HOUSE_KEY", "house-planted-0123456789\n"),
    ];
    let table = format!(
        "[models.gate]\nadapter = \"portkey\"\nmodel = \"gpt-5-mini\"\nbase_url = \"{}\"\n\
         headers = {{ x-portkey-provider = \"openai\", X-Portkey-Api-Key = \"$HOUSE_KEY\", Authorization = \"Bearer $GATE_KEY\" }}\n",
        server.base_url()
    );
    let spec = configured(&table, "gate");
    let model = resolve(&spec, &env(&variables), &ResolveOptions::default()).unwrap();
    let error = model.complete(&crate::support::call()).await.unwrap_err();
    let requests = server.requests();
    let sent = |name: &str| {
        let headers = requests[0].headers.iter().filter(|(header, _)| header == name);
        headers.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(sent("authorization"), ["Bearer gate-planted-0123456789"]);
    assert_eq!(sent("x-portkey-provider"), ["openai"]);
    assert_eq!(sent("x-portkey-api-key"), ["house-planted-0123456789"]);
    assert!(!format!("{error} {error:?}").contains("planted"), "{error:?}");
    let ModelSpec::Configured { entry, .. } = spec else {
        unreachable!()
    };
    assert_eq!(entry.secret_variables().collect::<Vec<_>>(), ["GATE_KEY", "HOUSE_KEY"]);
    let hosted = table.replace(&server.base_url(), "https://gateway.example/v1");
    let made = resolve(
        &configured(&hosted, "gate"),
        &env(&variables),
        &ResolveOptions::default(),
    );
    assert!(made.is_ok(), "the headers authorize, so no key is needed");
}

#[tokio::test]
async fn configured_server_kind_is_not_queried() {
    for server in ["vllm", "llama.cpp", "sglang"] {
        let table = format!(
            "[models.m]\nadapter = \"compat\"\nmodel = \"x\"\nbase_url = \"http://localhost:1/v1\"\nserver = \"{server}\""
        );
        let model = resolve(&configured(&table, "m"), &env(&[]), &ResolveOptions::default()).unwrap();
        assert_eq!(model.grammar_way().await, Some(GrammarWay::WholeReply), "{server}");
    }
}

#[test]
fn models_that_are_never_called_need_no_key_or_headers() {
    let spec = configured(&TABLE.replace("BASE_URL", "https://gateway.example/v1"), "fast");
    let unasked = ResolveOptions {
        keys: KeyRequirement::Optional,
        ..ResolveOptions::default()
    };
    let model = resolve(&spec, &env(&[]), &unasked).unwrap();
    assert_eq!(model.identity().endpoint.as_str(), "https://gateway.example/v1");
    assert!(resolve(&spec, &env(&[]), &ResolveOptions::default()).is_err());
}

#[test]
fn invalid_model_table_errors_omit_values() {
    let read = |table: &str| ModelTable::from_toml(table).unwrap_err();
    let of = |table: &str, variables: &[(&str, &str)]| {
        let spec = configured(table, "m");
        let made = resolve(&spec, &env(variables), &ResolveOptions::default());
        made.err().unwrap().to_string()
    };
    let all = [
        read("[models.m]\nadapter = \"opnai\"\nmodel = \"x\""),
        read("[models.m]\nadapter = \"openai\""),
        read("[models.m]\nadapter = \"openai\"\nmodel = \"x\"\napi_key = \"sk-planted\""),
        read("[models.m]\nadapter = \"openai\"\nmodel = \"x\"\nheaders = \"sk-planted\""),
        read("[models.m]\nadapter = \"openai\"\nmodel = \"x\"\nprice = { input = \"cheap\", output = 1 }"),
        read("[models.m\n"),
        read("[model.m]\n"),
        of("[models.m]\nadapter = \"anthropic\"\nmodel = \"x\"", &[]),
        of(
            "[models.m]\nadapter = \"anthropic\"\nmodel = \"x\"\napi_key_env = \"HOUSE_KEY\"",
            &[],
        ),
        read("[models.m]\nadapter = \"compat\"\nmodel = \"x\"\nserver = \"ollama\""),
        of("[models.m]\nadapter = \"azure\"\nmodel = \"x\"\nserver = \"vllm\"", &[]),
        of("[models.m]\nadapter = \"compat\"\nmodel = \"x\"", &[]),
        of(
            "[models.m]\nadapter = \"compat\"\nmodel = \"x\"\nbase_url = \"https://sk-planted@h\"",
            &[],
        ),
        of(
            "[models.m]\nadapter = \"ollama\"\nmodel = \"x\"\nheaders = { x-gate = \"$GATE_KEY\" }",
            &[],
        ),
        of(
            "[models.m]\nadapter = \"ollama\"\nmodel = \"x\"\nheaders = { \"x gate\" = \"sk-planted\" }",
            &[],
        ),
        of(
            "[models.m]\nadapter = \"ollama\"\nmodel = \"x\"\nparameters = { options = { num_predict = 9 } }",
            &[],
        ),
    ];
    let all = all.join("\n");
    assert!(!all.contains("planted"), "{all}");
    insta::assert_snapshot!(all);
}

#[test]
fn default_model_is_chosen_from_keys_and_budget() {
    let found = |variables: &[(&str, &str)], budget: ProviderOrder| match default_model(&env(variables), budget) {
        DefaultModel::Found { spec, because_of } => format!("{spec} because of {because_of}"),
        DefaultModel::Named { text, because_of } => {
            format!("{} because of {because_of}", named_by_variable(&text).unwrap())
        }
        DefaultModel::NotFound {
            looked_for,
            insufficient,
        } => format!(
            "none of {}; {:?}",
            looked_for.join(", "),
            insufficient.map(|variable| variable.name)
        ),
    };
    let (openai, openrouter) = (("OPENAI_API_KEY", "sk-1"), ("OPENROUTER_API_KEY", "sk-2"));
    let anthropic = ("ANTHROPIC_API_KEY", "sk-3");
    let all = [
        found(
            &[("RLM_MODEL", "search"), ("DEFAULT_MODEL", "openai:a")],
            ProviderOrder::Usual,
        ),
        found(
            &[("RLM_MODEL", ""), ("DEFAULT_MODEL", "gpt-4-turbo-preview")],
            ProviderOrder::Usual,
        ),
        found(&[openai], ProviderOrder::Usual),
        found(
            &[
                ("LLM_API_KEY", "sk-1"),
                ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
            ],
            ProviderOrder::Usual,
        ),
        found(
            &[("LLM_API_KEY", "sk-1"), ("LLM_BASE_URL", "http://localhost:11434/v1")],
            ProviderOrder::Usual,
        ),
        found(&[anthropic, openrouter], ProviderOrder::Usual),
        found(&[openai, anthropic, openrouter], ProviderOrder::OpenRouterFirst),
        found(&[openai, anthropic], ProviderOrder::OpenRouterFirst),
        found(&[], ProviderOrder::Usual),
    ];
    insta::assert_snapshot!(all.join("\n"));
    assert!(named_by_variable("opnai:x").is_err());
    let with_keys = models_with_keys(&env(&[openai, ("LLM_API_KEY", "sk-4"), openrouter]));
    let with_keys: Vec<String> = with_keys.iter().map(ToString::to_string).collect();
    assert_eq!(with_keys, ["openai:gpt-5.1", "openrouter:openai/gpt-5.1"]);
}
