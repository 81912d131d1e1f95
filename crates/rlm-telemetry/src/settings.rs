//! OpenTelemetry's environment variables.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use rlm_adapters::{BaseUrl, BaseUrlError};

/// The variables that name an endpoint.
const ENDPOINTS: [&str; 3] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
];
/// The default time limit of a request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The default time between two exports of metrics.
const INTERVAL: Duration = Duration::from_secs(60);

/// Where traces and metrics of runs are sent, and what they contain.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// Where traces are sent. `None` if they are not.
    pub traces: Option<Destination>,
    /// Where metrics are sent. `None` if they are not.
    pub metrics: Option<Destination>,
    /// The time between two exports of metrics. The default is 60 seconds.
    pub interval: Duration,
    /// The attributes of this process, among them `service.name`.
    pub resource: Vec<(String, String)>,
    /// Whether spans contain questions, prompts, replies, programs and error messages.
    pub with_texts: bool,
}

/// The endpoint of a signal.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The URL that requests are sent to.
    pub url: BaseUrl,
    /// The headers of each request. Their values may be secret.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The encoding of requests.
    pub encoding: Encoding,
    /// The time limit of each request. The default is 10 seconds.
    pub timeout: Duration,
}

/// The encoding of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Binary Protobuf, which every collector and backend accepts.
    #[default]
    Protobuf,
    /// JSON.
    Json,
}

/// An invalid environment variable. The message shows no value that may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {variable}: {detail}")]
pub struct TelemetryError {
    /// The name of the variable.
    pub variable: String,
    /// What is wrong with its value, and what it can be.
    pub detail: String,
}

impl Encoding {
    /// Returns the name of the encoding in `OTEL_EXPORTER_OTLP_PROTOCOL`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protobuf => "http/protobuf",
            Self::Json => "http/json",
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

impl TelemetrySettings {
    /// Reads the settings from environment variables. A blank variable counts as unset. Returns
    /// `None` if nothing is to be sent: no endpoint is set, `OTEL_SDK_DISABLED` is `true`, or both
    /// exporters are `none`.
    ///
    /// # Errors
    /// [`TelemetryError`] if a variable has an unsupported value.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, TelemetryError> {
        let variables = Variables(&|name| get(name).filter(|value| !value.trim().is_empty()));
        // Without an endpoint, the variables of other programs don't matter.
        if ENDPOINTS.iter().all(|name| (variables.0)(name).is_none()) || variables.flag("OTEL_SDK_DISABLED")? {
            return Ok(None);
        }
        let (traces, metrics) = (variables.destination("TRACES")?, variables.destination("METRICS")?);
        if traces.is_none() && metrics.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            traces,
            metrics,
            interval: variables
                .milliseconds("OTEL_METRIC_EXPORT_INTERVAL")?
                .unwrap_or(INTERVAL),
            resource: variables.resource()?,
            with_texts: variables.with_texts()?,
        }))
    }
}

struct Variables<'g>(&'g dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    fn destination(&self, signal: &str) -> Result<Option<Destination>, TelemetryError> {
        if !self.is_exported(signal)? {
            return Ok(None);
        }
        let own = format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
        let shared = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let url = match ((self.0)(&own), (self.0)(shared)) {
            (Some(url), _) => parse_url(&own, &url)?,
            (None, Some(url)) => {
                let path = format!("/v1/{}", signal.to_ascii_lowercase());
                parse_url(shared, &format!("{}{path}", url.trim().trim_end_matches('/')))?
            }
            (None, None) => return Ok(None),
        };
        let encoding = match self.of_signal(signal, "PROTOCOL") {
            None => Encoding::default(),
            Some((variable, value)) => [Encoding::Protobuf, Encoding::Json]
                .into_iter()
                .find(|encoding| encoding.name() == value.trim())
                .ok_or_else(|| {
                    let expected = "expected http/protobuf or http/json, which collectors accept at port 4318";
                    error(&variable, format!("{expected}, got `{}`", value.trim()))
                })?,
        };
        let headers = match self.of_signal(signal, "HEADERS") {
            None => Vec::new(),
            Some((variable, value)) => headers(&variable, &value)?,
        };
        let timeout = match self.of_signal(signal, "TIMEOUT") {
            None => TIMEOUT,
            Some((variable, _)) => self.milliseconds(&variable)?.unwrap_or(TIMEOUT),
        };
        Ok(Some(Destination {
            url,
            headers,
            encoding,
            timeout,
        }))
    }

    /// Returns the variable of a signal that is set, or else the one of all signals, with its value.
    fn of_signal(&self, signal: &str, option: &str) -> Option<(String, String)> {
        let names = [
            format!("OTEL_EXPORTER_OTLP_{signal}_{option}"),
            format!("OTEL_EXPORTER_OTLP_{option}"),
        ];
        names
            .into_iter()
            .find_map(|name| Some(((self.0)(&name)?, name)))
            .map(|(value, name)| (name, value))
    }

    fn is_exported(&self, signal: &str) -> Result<bool, TelemetryError> {
        let variable = format!("OTEL_{signal}_EXPORTER");
        let Some(value) = (self.0)(&variable) else {
            return Ok(true);
        };
        let mut names = value.split(',').map(str::trim);
        match names.clone().any(|name| name == "otlp") {
            true => Ok(true),
            false if names.all(|name| name == "none") => Ok(false),
            false => Err(error(
                &variable,
                format!("expected otlp or none, got `{}`", value.trim()),
            )),
        }
    }

    fn flag(&self, variable: &str) -> Result<bool, TelemetryError> {
        match (self.0)(variable)
            .map(|value| value.trim().to_ascii_lowercase())
            .as_deref()
        {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(value) => Err(error(variable, format!("expected true or false, got `{value}`"))),
        }
    }

    fn milliseconds(&self, variable: &str) -> Result<Option<Duration>, TelemetryError> {
        let Some(value) = (self.0)(variable) else {
            return Ok(None);
        };
        match value.trim().parse() {
            Ok(number @ 1..) => Ok(Some(Duration::from_millis(number))),
            _ => {
                let detail = format!("expected a number of milliseconds, got `{}`", value.trim());
                Err(error(variable, detail))
            }
        }
    }

    fn resource(&self) -> Result<Vec<(String, String)>, TelemetryError> {
        let variable = "OTEL_RESOURCE_ATTRIBUTES";
        let mut attributes = match (self.0)(variable) {
            None => Vec::new(),
            Some(value) => pairs(variable, &value)?,
        };
        if let Some(name) = (self.0)("OTEL_SERVICE_NAME") {
            attributes.retain(|(key, _)| key != "service.name");
            attributes.push(("service.name".to_owned(), name));
        }
        // Distinguishes the metrics of processes with the same name.
        let instance = format!("{:016x}", getrandom::u64().unwrap_or_default());
        for (key, value) in [
            ("service.name", "rlm"),
            ("service.version", env!("CARGO_PKG_VERSION")),
            ("service.instance.id", &instance),
        ] {
            if attributes.iter().all(|(stated, _)| stated != key) {
                attributes.push((key.to_owned(), value.to_owned()));
            }
        }
        Ok(attributes)
    }

    fn with_texts(&self) -> Result<bool, TelemetryError> {
        let variable = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
        let value = (self.0)(variable).unwrap_or_default();
        match &*value.trim().to_ascii_uppercase() {
            // No log events are sent, thus no texts in them either.
            "" | "NO_CONTENT" | "EVENT_ONLY" | "FALSE" => Ok(false),
            "SPAN_ONLY" | "SPAN_AND_EVENT" | "TRUE" => Ok(true),
            _ => {
                let expected = "expected NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT";
                Err(error(variable, format!("{expected}, got `{}`", value.trim())))
            }
        }
    }
}

fn error(variable: &str, detail: String) -> TelemetryError {
    TelemetryError {
        variable: variable.to_owned(),
        detail,
    }
}

fn parse_url(variable: &str, text: &str) -> Result<BaseUrl, TelemetryError> {
    text.parse().map_err(|cause| {
        let detail = match cause {
            BaseUrlError::NotAUrl | BaseUrlError::Scheme => "expected a URL such as http://localhost:4318",
            BaseUrlError::Credentials => "user name and password belong into OTEL_EXPORTER_OTLP_HEADERS",
            BaseUrlError::Query => "the URL must not have a query or a fragment",
        };
        error(variable, detail.to_owned())
    })
}

fn headers(variable: &str, value: &str) -> Result<Vec<(HeaderName, HeaderValue)>, TelemetryError> {
    let headers = pairs(variable, value)?.into_iter().map(|(name, value)| {
        let unusable = || error(variable, format!("`{name}` is not a header with a valid value"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let mut value = HeaderValue::from_str(&value).map_err(|_| unusable())?;
        value.set_sensitive(true);
        Ok((name, value))
    });
    headers.collect()
}

/// Parses `KEY=VALUE,KEY=VALUE`, with percent-encoded values.
fn pairs(variable: &str, text: &str) -> Result<Vec<(String, String)>, TelemetryError> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let pairs = entries.enumerate().map(|(at, entry)| {
        let pair = entry.split_once('=').and_then(|(key, value)| {
            let (key, value) = (key.trim(), percent_decoded(value.trim())?);
            (!key.is_empty()).then(|| (key.to_owned(), value))
        });
        pair.ok_or_else(|| {
            let detail = format!(
                "expected KEY=VALUE,KEY=VALUE with percent-encoded values, but not entry {}",
                at + 1
            );
            error(variable, detail)
        })
    });
    pairs.collect()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");

    fn read(variables: &[(&str, &str)]) -> Result<Option<TelemetrySettings>, String> {
        let get = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        TelemetrySettings::from_variables(get).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_sent_without_an_endpoint_or_if_disabled() {
        assert!(read(&[]).unwrap().is_none());
        assert!(read(&[("OTEL_TRACES_EXPORTER", "zipkin")]).unwrap().is_none());
        assert!(
            read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " "), ("OTEL_SERVICE_NAME", "a")])
                .unwrap()
                .is_none()
        );
        assert!(read(&[ENDPOINT, ("OTEL_SDK_DISABLED", "True")]).unwrap().is_none());
        let none = [
            ENDPOINT,
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_METRICS_EXPORTER", "none"),
        ];
        assert!(read(&none).unwrap().is_none());
        let traces = read(&[ENDPOINT, ("OTEL_METRICS_EXPORTER", "none")]).unwrap().unwrap();
        assert!(traces.traces.is_some() && traces.metrics.is_none() && !traces.with_texts);
    }

    #[test]
    fn options_of_a_signal_take_precedence() {
        let settings = read(&[
            ENDPOINT,
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://metrics.example.org/in"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%2Cb, x-more = c"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-other=d"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=b,deployment.environment.name=caf%C3%A9,service.instance.id=i",
            ),
            ("OTEL_SERVICE_NAME", "answers"),
        ]);
        let settings = settings.unwrap().unwrap();
        let (traces, metrics) = (settings.traces.unwrap(), settings.metrics.unwrap());
        assert_eq!(traces.url.to_string(), "http://collector:4318/v1/traces");
        assert_eq!(metrics.url.to_string(), "https://metrics.example.org/in");
        assert_eq!(
            (traces.encoding, metrics.encoding),
            (Encoding::Json, Encoding::Protobuf)
        );
        assert_eq!((traces.timeout, metrics.timeout), (Duration::from_millis(500), TIMEOUT));
        let named = |destination: &Destination| {
            let headers = destination.headers.iter();
            headers
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(named(&traces), ["x-key: a,b", "x-more: c"]);
        assert_eq!(named(&metrics), ["x-other: d"]);
        assert!(!format!("{traces:?}").contains("a,b"), "{traces:?}");
        let version = ("service.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
        let expected = [
            ("deployment.environment.name", "café"),
            ("service.instance.id", "i"),
            ("service.name", "answers"),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(
            settings.resource,
            expected.into_iter().chain([version]).collect::<Vec<_>>()
        );
    }

    #[test]
    fn unsupported_values_are_explained() {
        let errors: Vec<String> = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://me:secret@collector"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret,secret"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x key=secret"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_SDK_DISABLED", "yes"),
            ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz"),
            ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "some"),
        ]
        .map(|variable| read(&[ENDPOINT, variable]).unwrap_err())
        .into();
        assert!(errors.iter().all(|error| !error.contains("secret")), "{errors:?}");
        insta::assert_snapshot!(errors.join("\n"));
    }
}
