//! Sends traces and metrics of a command's runs to an OpenTelemetry collector.

use std::sync::Arc;
use std::time::Duration;

use rlm_cli_output::console::Console;
use rlm_cli_settings::environment::Environment;
use rlm_core::Runner;
use rlm_telemetry::{Telemetry, TelemetrySettings};
use rlm_trace::TraceParent;

/// The time to send telemetry after the runs of a command have ended.
const TO_SEND: Duration = Duration::from_secs(5);
/// The environment variable with the span that started this process, in the format of the HTTP header.
const PARENT_VARIABLE: &str = "TRACEPARENT";

/// The telemetry of a command. Dropping it sends what has not been sent. A failure is a warning, and
/// never changes the result of the command.
pub struct CommandTelemetry {
    telemetry: Option<Telemetry>,
    parent: Option<TraceParent>,
    console: Console,
}

impl CommandTelemetry {
    /// Starts telemetry if the environment names a collector.
    pub fn start(environment: &Environment, console: Console) -> Self {
        let settings = TelemetrySettings::from_variables(|name| environment.get(name));
        let started = settings.map_err(|error| error.to_string()).and_then(|settings| {
            settings
                .map(Telemetry::start)
                .transpose()
                .map_err(|error| error.to_string())
        });
        let telemetry = started.unwrap_or_else(|cause| {
            console.warn(&format!("no traces and metrics are sent: {cause}"));
            None
        });
        let parent = telemetry
            .as_ref()
            .and_then(|_| environment.stated(PARENT_VARIABLE)?.trim().parse().ok());
        Self {
            telemetry,
            parent,
            console,
        }
    }

    /// Returns the runner with its runs observed.
    pub fn observe(&self, runner: Runner) -> Runner {
        match self.telemetry.clone() {
            Some(telemetry) => runner.observed(Arc::new(move |journal| telemetry.follow(journal))),
            None => runner,
        }
    }

    /// Returns the span that started this process, the parent of the spans of its runs.
    pub const fn parent(&self) -> Option<TraceParent> {
        self.parent
    }
}

impl Drop for CommandTelemetry {
    fn drop(&mut self) {
        let Some(telemetry) = &self.telemetry else { return };
        let report = telemetry.close(TO_SEND);
        let late = || format!("the collector did not accept them within {} seconds", TO_SEND.as_secs());
        if let Some(cause) = report.error.or_else(|| (!report.is_complete).then(late)) {
            self.console.warn(&format!("traces or metrics were not sent: {cause}"));
        }
    }
}
