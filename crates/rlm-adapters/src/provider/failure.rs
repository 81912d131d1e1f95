//! The conversion of a server's error responses to typed errors.

use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, ModelIdentity};
use serde_json::Value;

use crate::transport::{HttpReply, one_line};

/// The error report of a server, extracted from any of the usual formats.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) message: String,
    pub(super) code: String,
    pub(super) parameter: String,
    /// The pause that Google states in the details of an error.
    pub(super) retry_delay: Option<Duration>,
}

/// Returns the typed error for a response with a status other than 200. `keys` describes where the
/// key is configured, for hints.
pub(crate) fn of(identity: &ModelIdentity, keys: &str, http: &HttpReply) -> ModelError {
    let report = report(&http.body);
    let kind = kind(http.status, &report);
    let said = if report.message.is_empty() {
        "(no message)".to_owned()
    } else {
        one_line(&report.message, 300)
    };
    let message = match &http.location {
        Some(location) if (300..400).contains(&http.status) => {
            let location = one_line(location, 200);
            format!(
                "{identity} at {} redirects to {location} ({})",
                identity.endpoint, http.status
            )
        }
        _ => format!("{identity} at {} returned {}: {said}", identity.endpoint, http.status),
    };
    ModelError {
        hint: hint(&kind, http.status, &report, keys),
        status: Some(http.status),
        retry_after: http.retry_after.or(report.retry_delay),
        ..ModelError::new(kind, message)
    }
}

/// Returns the typed error for an error report in a response with status 200, in its body or in the
/// middle of a stream.
pub(crate) fn in_body(identity: &ModelIdentity, keys: &str, value: &Value) -> ModelError {
    let error = value.get("error").unwrap_or(value);
    let code = error.get("code");
    let status = code
        .and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()))
        .and_then(|code| u16::try_from(code).ok())
        .filter(|status| (400..600).contains(status));
    let body = value.to_string().into_bytes();
    let http = HttpReply {
        status: status.unwrap_or_else(|| status_of(&report(&body).code)),
        body,
        ..HttpReply::default()
    };
    of(identity, keys, &http)
}

/// Returns the HTTP status that corresponds to an error code, for errors within a stream.
fn status_of(code: &str) -> u16 {
    match code {
        "invalid_request_error" | "invalid_prompt" | "context_length_exceeded" | "INVALID_ARGUMENT" => 400,
        "authentication_error" | "UNAUTHENTICATED" => 401,
        "billing_error" => 402,
        "permission_error" | "PERMISSION_DENIED" => 403,
        "not_found_error" | "NOT_FOUND" => 404,
        "request_too_large" => 413,
        "rate_limit_error" | "rate_limit_exceeded" | "insufficient_quota" | "RESOURCE_EXHAUSTED" => 429,
        "overloaded_error" => 529,
        _ => 500,
    }
}

/// Parses a server's error report from a response body, in any of the usual formats: OpenAI's
/// `error` object, a string, a list, or FastAPI's `detail`.
pub(super) fn report(body: &[u8]) -> Report {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        let text = String::from_utf8_lossy(body.get(..1_000).unwrap_or(body));
        let message = title_of_page(&text).unwrap_or_else(|| text.into_owned());
        return Report {
            message,
            ..Report::default()
        };
    };
    let body = body.get(0).unwrap_or(&body);
    let error = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
    let text = |key: &str| match error.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let message = match (error, error.get("message"), error.get("detail")) {
        (Value::String(text), ..) | (_, Some(Value::String(text)), _) | (_, _, Some(Value::String(text))) => {
            text.clone()
        }
        (_, Some(other), _) | (_, _, Some(other)) => other.to_string(),
        _ => String::new(),
    };
    let code = text("code");
    let code = if let Some("API_KEY_INVALID") = reason(error) {
        "API_KEY_INVALID".to_owned()
    } else if code.is_empty() || code.bytes().all(|byte| byte.is_ascii_digit()) {
        let kind = text("type");
        if kind.is_empty() { text("status") } else { kind }
    } else {
        code
    };
    Report {
        message,
        code,
        parameter: text("param"),
        retry_delay: retry_delay(error),
    }
}

/// Returns the title of an HTML page, as gateways send it for their own errors.
fn title_of_page(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if !lower.trim_start().starts_with(['<']) || !lower.contains("<html") {
        return None;
    }
    let title = lower.find("<title>").map(|at| at + "<title>".len());
    let title = title.and_then(|start| text.get(start..start + lower.get(start..)?.find("</title>")?));
    Some(match title.map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => format!("an HTML page, \u{201c}{title}\u{201d}"),
        None => "an HTML page".to_owned(),
    })
}

/// Returns the pause before a retry in the details of Google's errors. Returns `None` for a quota
/// per day, which a pause of a run does not restore.
/// <https://cloud.google.com/apis/design/errors#error_details> (read in November 2026).
fn retry_delay(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let mut delays = details.iter().filter_map(|detail| detail.get("retryDelay")?.as_str());
    let seconds: f64 = delays.next()?.strip_suffix('s')?.parse().ok()?;
    let is_daily = || error.to_string().contains("PerDay");
    Duration::try_from_secs_f64(seconds).ok().filter(|_| !is_daily())
}

/// Returns the reason in the details of Google's errors.
fn reason(error: &Value) -> Option<&str> {
    let details = error.get("details")?.as_array()?;
    details.iter().find_map(|detail| detail.get("reason")?.as_str())
}

pub(super) fn kind(status: u16, report: &Report) -> ModelErrorKind {
    let message = report.message.to_ascii_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    let quota = matches!(
        report.code.as_str(),
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active"
    ) || says(&[
        "exceeded your current quota",
        "insufficient credits",
        "insufficient balance",
        "credit balance is too low",
    ]);
    let too_long = matches!(
        report.code.as_str(),
        "context_length_exceeded" | "exceed_context_size_error"
    ) || says(&[
        "maximum context length",
        "context length",
        "context window",
        "available context size",
        "prompt is too long",
        "input token count",
    ]);
    match status {
        402 => ModelErrorKind::QuotaExhausted,
        // Google reports an invalid key like this.
        400 if report.code == "API_KEY_INVALID" => ModelErrorKind::Unauthorized,
        429 if report.retry_delay.is_some() => ModelErrorKind::RateLimited,
        400 | 403 | 429 if quota => ModelErrorKind::QuotaExhausted,
        401 | 403 => ModelErrorKind::Unauthorized,
        429 => ModelErrorKind::RateLimited,
        // A conflict, a request timeout, or "too early" is temporary.
        408 | 409 | 425 | 500.. => ModelErrorKind::Server,
        413 => ModelErrorKind::PromptTooLong,
        400..500 if too_long => ModelErrorKind::PromptTooLong,
        _ => ModelErrorKind::InvalidRequest,
    }
}

fn hint(kind: &ModelErrorKind, status: u16, report: &Report, keys: &str) -> Option<String> {
    let hint = match (kind, status) {
        (ModelErrorKind::InvalidRequest, _) if is_filtered(&report.code) => {
            "the provider's content filter rejected the prompt: rephrase the question, or use another model"
        }
        (ModelErrorKind::Unauthorized, 400 | 401) => return Some(format!("set a valid key in {keys}")),
        (ModelErrorKind::Unauthorized, _) => "the key is valid, but has no access to this model",
        (ModelErrorKind::QuotaExhausted, _) => "the account has no credit left: add some, or use another key",
        (ModelErrorKind::PromptTooLong, _) => "ask about smaller pieces",
        (ModelErrorKind::InvalidRequest, 300..400) => "set the base URL to the target of the redirect",
        (ModelErrorKind::InvalidRequest, 404) => "check the model name and the end of the base URL (often /v1)",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Returns `true` if an error code says that a content filter rejected the prompt.
fn is_filtered(code: &str) -> bool {
    matches!(
        code,
        "content_filter" | "content_policy_violation" | "moderation_blocked" | "data_inspection_failed"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_gateways_are_named_by_their_title() {
        let page = b"<html>\n<head><title>502 Bad Gateway</title></head><body><h1>Bad</h1></body></html>";
        assert_eq!(report(page).message, "an HTML page, \u{201c}502 Bad Gateway\u{201d}");
        assert_eq!(report(b"<!DOCTYPE html><html></html>").message, "an HTML page");
        assert_eq!(report(b"upstream <html> failed").message, "upstream <html> failed");
    }

    #[test]
    fn error_kind_follows_from_status_and_code() {
        let kind = |status, body: &str| super::kind(status, &report(body.as_bytes()));
        let error = |code: &str, message: &str| format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
        assert_eq!(kind(401, ""), ModelErrorKind::Unauthorized);
        assert_eq!(kind(403, "forbidden"), ModelErrorKind::Unauthorized);
        assert_eq!(kind(402, ""), ModelErrorKind::QuotaExhausted);
        assert_eq!(
            kind(429, &error("insufficient_quota", "")),
            ModelErrorKind::QuotaExhausted
        );
        assert_eq!(
            kind(429, &error("rate_limit_exceeded", "")),
            ModelErrorKind::RateLimited
        );
        assert_eq!(
            kind(400, &error("context_length_exceeded", "")),
            ModelErrorKind::PromptTooLong
        );
        assert_eq!(
            kind(400, r#"{"error":{"code":400,"type":"exceed_context_size_error"}}"#),
            ModelErrorKind::PromptTooLong
        );
        assert_eq!(
            kind(400, r#"{"error":"this exceeds the model's maximum context length"}"#),
            ModelErrorKind::PromptTooLong
        );
        assert_eq!(kind(400, &error("x", "y")), ModelErrorKind::InvalidRequest);
        assert_eq!(kind(404, ""), ModelErrorKind::InvalidRequest);
        assert_eq!(kind(301, ""), ModelErrorKind::InvalidRequest);
        assert_eq!(kind(408, ""), ModelErrorKind::Server);
        assert_eq!(kind(529, ""), ModelErrorKind::Server);
        let google = |status: u16, details: &str| {
            let message = "You exceeded your current quota.";
            let body = format!(r#"{{"error":{{"code":{status},"message":"{message}","details":[{details}]}}}}"#);
            (
                super::kind(status, &report(body.as_bytes())),
                report(body.as_bytes()).retry_delay,
            )
        };
        let pause = Some(Duration::from_secs(34));
        assert_eq!(
            google(429, r#"{"retryDelay":"34s"}"#),
            (ModelErrorKind::RateLimited, pause)
        );
        let daily = r#"{"quotaId":"RequestsPerDay"},{"retryDelay":"34s"}"#;
        assert_eq!(google(429, daily), (ModelErrorKind::QuotaExhausted, None));
        let invalid = google(400, r#"{"reason":"API_KEY_INVALID"}"#);
        assert_eq!(invalid, (ModelErrorKind::Unauthorized, None));
    }
}
