//! Checks where traces and metrics are sent.

use rlm_cli_execution::runtime;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::doctor::Check;
use rlm_cli_settings::environment::Environment;
use rlm_telemetry::{Signal, Telemetry, TelemetrySettings};

/// Checks the collector that traces and metrics are sent to, by an empty request for each.
///
/// # Errors
/// [`Failure::Start`].
pub(super) fn checks(environment: &Environment) -> Result<Vec<Check>, Failure> {
    let settings = match TelemetrySettings::from_variables(|name| environment.get(name)) {
        Err(error) => {
            let advice = "set the variable to a supported value, or unset it";
            return Ok(vec![Check::failed("telemetry", error.to_string(), advice)]);
        }
        Ok(None) => {
            let found = "traces and metrics are not sent; OTEL_EXPORTER_OTLP_ENDPOINT names a collector";
            return Ok(vec![Check::ok("telemetry", found)]);
        }
        Ok(Some(settings)) => settings,
    };
    let runtime = runtime::runtime()?;
    let mut checks = Vec::new();
    for (signal, destination) in [(Signal::Traces, &settings.traces), (Signal::Metrics, &settings.metrics)] {
        let Some(destination) = destination else { continue };
        let content = match signal {
            Signal::Traces if settings.with_texts => ", with texts",
            Signal::Traces => ", without texts",
            Signal::Metrics => "",
        };
        let found = format!(
            "sent to {} as {}{content}",
            destination.url,
            destination.encoding.name()
        );
        checks.push(match runtime.block_on(Telemetry::check(signal, destination)) {
            Ok(()) => Check::ok(signal.name(), found),
            Err(cause) => {
                let advice = "check that the collector runs and accepts OTLP over HTTP there";
                Check::warning(signal.name(), format!("{found}, but {cause}"), advice)
            }
        });
    }
    Ok(checks)
}
