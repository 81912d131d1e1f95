//! Tests of the table of services, with a loopback server for each.

use rlm_adapters::{
    DefaultModel, KeyRequirement, ModelSpec, ProviderOrder, Reachability, ResolveOptions, SERVICES, Service,
    ServiceProtocol, SpecError, default_model, models_with_keys, resolve, resolve_reachable,
};
use rlm_model::{Model, ModelErrorKind, Price, RetryAdvice};
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use serde_json::{Value, json};

use crate::support::{KEY, all_parameters, call, call_for_json, call_with, shown};

/// Returns the environment of a user with a service's key, whose base URL is that of a server.
fn environment<'a>(service: &'a Service, server: &TestServer) -> impl Fn(&str) -> Option<String> + 'a {
    let base_url = server.base_url();
    move |name| {
        if service.base_urls.first() == Some(&name) {
            return Some(base_url.clone());
        }
        (service.keys.first() == Some(&name)).then(|| KEY.to_owned())
    }
}

fn model(service: &Service, server: &TestServer) -> std::sync::Arc<dyn Model> {
    let spec = ModelSpec::parse(&format!("{}:house/m-1", service.prefix())).unwrap();
    resolve(&spec, &environment(service, server), &ResolveOptions::default()).unwrap()
}

/// Returns a reply in the protocol of a service.
fn answer(service: &Service, text: &str) -> Answer {
    match service.protocol {
        ServiceProtocol::ChatCompletions => Answer::text(text),
        ServiceProtocol::GenerateContent => Answer::json(
            200,
            &json!({
                "candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 1},
            }),
        ),
    }
}

fn fields(request: &CapturedRequest) -> String {
    let body = request.body.as_object().unwrap().iter();
    let body = body.filter(|(name, _)| !matches!(name.as_str(), "messages" | "contents" | "systemInstruction"));
    Value::Object(body.map(|(name, value)| (name.clone(), value.clone())).collect()).to_string()
}

#[tokio::test]
async fn every_service_is_called_with_its_key_and_parameters() {
    let mut all = Vec::new();
    for service in &SERVICES {
        let server = TestServer::always(answer(service, "Seven.")).unwrap();
        let model = model(service, &server);
        let reply = model.complete(&call_with(all_parameters())).await.unwrap();
        assert_eq!(reply.text, "Seven.", "{}", service.prefix());
        assert_eq!(model.identity().to_string(), format!("{}:house/m-1", service.prefix()));
        let request = &server.requests()[0];
        let key = request.header(service.key_header).unwrap();
        assert!(key.ends_with(KEY), "{}", service.prefix());
        if service.key_header != "authorization" {
            assert_eq!(request.header("authorization"), None);
        }
        let key = key.replace(KEY, "KEY");
        all.push(format!(
            "{}\n  {} {}\n  {}: {key}\n  {}",
            service.label,
            request.method,
            request.path,
            service.key_header,
            fields(request)
        ));
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn rejected_keys_of_every_service_name_its_variable() {
    for service in &SERVICES {
        let server = TestServer::always(Answer::error(401, "401", &format!("Access denied: {KEY}"))).unwrap();
        let error = model(service, &server).complete(&call()).await.unwrap_err();
        assert_eq!(error.kind, ModelErrorKind::Unauthorized);
        let shown = shown(&server, &error);
        assert!(shown.contains(service.keys[0]), "{shown}");
    }
}

#[test]
fn hosted_services_require_a_key_and_local_ones_are_free() {
    let mut all = Vec::new();
    for service in &SERVICES {
        let spec = ModelSpec::parse(&format!("{}:m", service.prefix())).unwrap();
        assert_eq!(spec.to_string(), format!("{}:m", service.prefix()));
        match resolve(&spec, &|_| None, &ResolveOptions::default()) {
            Ok(model) => {
                assert!(service.is_local);
                assert_eq!(model.price(), Some(Price::FREE));
                assert_eq!(model.identity().endpoint, service.base_url);
                let elsewhere = |name: &str| (name == service.base_urls[0]).then(|| "http://gpu:8000/v1".to_owned());
                let model = resolve(&spec, &elsewhere, &ResolveOptions::default()).unwrap();
                assert_eq!(model.price(), None, "another machine may charge");
            }
            Err(error) => {
                assert!(!service.is_local && matches!(error, SpecError::MissingKey { .. }));
                all.push(error.to_string());
                let unasked = ResolveOptions {
                    keys: KeyRequirement::Optional,
                    ..ResolveOptions::default()
                };
                assert_eq!(resolve(&spec, &|_| None, &unasked).unwrap().price(), None);
            }
        }
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn schemas_are_left_out_if_a_service_takes_none() {
    for service in &SERVICES {
        let server = TestServer::always(answer(service, "{}")).unwrap();
        let schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
        let reply = model(service, &server).complete(&call_for_json(schema)).await.unwrap();
        let request = &server.requests()[0];
        let is_sent = request.body.get("response_format").is_some()
            || request.body.pointer("/generationConfig/responseJsonSchema").is_some();
        assert_eq!(is_sent, service.takes_schemas, "{}", service.prefix());
        assert_eq!(reply.notes.is_empty(), service.takes_schemas, "{}", service.prefix());
    }
}

#[tokio::test]
async fn local_servers_with_grammars_are_not_asked_for_their_program() {
    for service in SERVICES.iter().filter(|service| service.server.is_some()) {
        let server = TestServer::always(Answer::text("")).unwrap();
        assert!(
            model(service, &server).grammar_way().await.is_some(),
            "{}",
            service.prefix()
        );
        assert!(server.requests().is_empty());
    }
}

fn gemini() -> &'static Service {
    SERVICES.iter().find(|service| service.prefix() == "gemini").unwrap()
}

#[tokio::test]
async fn gemini_streams_and_lists_models() {
    let piece = |text: &str, finish: Option<&str>| {
        json!({
            "candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": finish}],
            "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 2, "thoughtsTokenCount": 3},
        })
    };
    let events = Answer::events([piece("Sev", None), piece("en.", Some("STOP"))]);
    let server = TestServer::start(move |_, request| match request.method.as_str() {
        "GET" => Answer::json(200, &json!({"models": [{"name": "models/gemini-2.5-flash"}]})),
        _ => events.clone(),
    })
    .unwrap();
    // Google's own tools take the URL without the version.
    let env = |name: &str| match name {
        "GOOGLE_GEMINI_BASE_URL" => Some(server.url()),
        "GOOGLE_API_KEY" => Some(KEY.to_owned()),
        _ => None,
    };
    let spec = ModelSpec::parse("gemini:gemini-2.5-flash").unwrap();
    let model = resolve_reachable(&spec, &env, &ResolveOptions::default()).unwrap();
    let reply = model.complete(&call()).await.unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.usage.output.0, reply.usage.reasoning.0),
        ("Seven.", 5, 3)
    );
    let path = &server.requests()[0].path;
    assert_eq!(path, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
    assert_eq!(model.reach().await.unwrap(), Reachability::Lists);
}

#[tokio::test]
async fn gemini_errors_in_details_are_understood() {
    let google = |status: u16, message: &str, detail: Value| {
        Answer::json(
            status,
            &json!({"error": {"code": status, "message": message, "details": [detail]}}),
        )
    };
    let delay = json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"});
    let limited = google(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        delay,
    );
    let server = TestServer::always(limited).unwrap();
    let error = model(gemini(), &server).complete(&call()).await.unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::RateLimited);
    assert!(
        matches!(error.retry(), RetryAdvice::After(pause) if pause.as_secs() == 7),
        "{error:?}"
    );

    let invalid = google(400, "API key not valid.", json!({"reason": "API_KEY_INVALID"}));
    let server = TestServer::always(invalid).unwrap();
    let error = model(gemini(), &server).complete(&call()).await.unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Unauthorized);
    assert!(error.hint.unwrap().contains("GEMINI_API_KEY"));
}

#[test]
fn keys_of_services_select_their_default_models() {
    for service in &SERVICES {
        let env = |name: &str| (service.keys[0] == name).then(|| KEY.to_owned());
        match (default_model(&env, ProviderOrder::Usual), service.default_model) {
            (DefaultModel::Found { spec, because_of }, Some(expected)) => {
                assert_eq!(spec.to_string(), format!("{}:{expected}", service.prefix()));
                assert_eq!(because_of, service.keys[0]);
                assert_eq!(models_with_keys(&env), [spec]);
            }
            (DefaultModel::NotFound { insufficient, .. }, None) => {
                let named = insufficient.is_some_and(|variable| variable.prefix == service.prefix());
                assert_eq!(named, !service.is_local, "{}", service.prefix());
            }
            (found, _) => panic!("{}: {found:?}", service.prefix()),
        }
    }
}

/// The markers of the table of services in the book.
const BEGIN: &str = "<!-- written by `just manual` -->\n";
const END: &str = "<!-- end -->";

fn table() -> String {
    let head = "| string | service | key | base URL, and its variable | default model |\n|---|---|---|---|---|\n";
    let code = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let rows = SERVICES.iter().map(|service| {
        let key = if service.is_local { "if it requires one: " } else { "" };
        format!(
            "| `{}:NAME` | {} | {key}{} | `{}`, {} | {} |\n",
            service.prefix(),
            service.label,
            code(service.keys),
            service.base_url,
            code(service.base_urls),
            service
                .default_model
                .map(|model| format!("`{model}`"))
                .unwrap_or_default()
        )
    });
    rows.fold(head.to_owned(), |table, row| table + &row)
}

/// Compares the table of services in the book with the code. With `UPDATE_MANUAL=1` (`just
/// manual`), it writes the table instead.
#[test]
fn the_table_of_services_in_the_book_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/models.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let current = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        std::fs::write(&path, current).unwrap();
    } else {
        assert_eq!(page, current, "the table is stale: run `just manual`");
    }
}
