//! Sends traces and metrics of runs to an OpenTelemetry collector, by OTLP over HTTP.
//!
//! [`TelemetrySettings`] reads OpenTelemetry's environment variables. [`Telemetry`] follows the
//! journals of runs: when a run ends, its spans are rendered from its journal and sent.
//!
//! Pitfalls of telemetry, and how this crate handles them:
//!
//! - **A slow or dead collector must not delay a run.** A run only adds an entry to a bounded queue.
//!   Journals are read, rendered and sent on a thread of its own. What doesn't fit is dropped and
//!   counted.
//! - **Texts must not leave by accident.** Spans have no prompts, replies, programs or error messages
//!   unless the settings say so, and never if the journal withholds texts.
//! - **Collectors reject and restart.** Requests are retried as the specification of OTLP says, and
//!   at exit for a limited time only.
//! - **Every backend accepts Protobuf, not every one accepts JSON.** Requests are built as JSON, and
//!   [`protobuf`] encodes them by a table of the fields that are used.
//!
//! ```
//! use rlm_telemetry::TelemetrySettings;
//!
//! let variables = |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| "http://localhost:4318".to_owned());
//! let settings = TelemetrySettings::from_variables(variables)?.ok_or("nothing is sent")?;
//! let traces = settings.traces.ok_or("no traces are sent")?;
//! assert_eq!(traces.url.to_string(), "http://localhost:4318/v1/traces");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attributes;
mod call_metrics;
mod exporter;
mod histogram;
mod open_metrics;
pub mod protobuf;
mod settings;
mod telemetry;
mod worker;

pub use exporter::Signal;
pub use settings::{Destination, Encoding, TelemetryError, TelemetrySettings};
pub use telemetry::{Counts, Report, Telemetry};
