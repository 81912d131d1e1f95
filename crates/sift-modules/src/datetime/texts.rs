//! Text output of dates and times: `str`, `repr`, `isoformat` and `strftime`.

use sift_runtime::runtime::Runtime;
use sift_values::calendar::{Moment, TimeOfDay};
use sift_values::cost;
use sift_values::flow::Flow;
use sift_values::value::Value;

use super::iso_text::{self, Detail};
use super::{deltas, strftime};
use crate::datetime::values::{Temporal, moment_of, temporal_of, zone_offset};
use crate::datetime::zones::{zone_name, zone_repr};

/// Formats a date, a time or a datetime by a `strftime` format, and charges fuel for the work.
pub(super) fn written_moment(m: &mut Runtime, value: Value, format: &str) -> Result<String, Flow> {
    m.meter.charge_bytes(format.len().saturating_mul(16))?;
    let moment = moment_of(m, value);
    let zone = match temporal_of(m, value) {
        Some(Temporal::DateTime(_, zone) | Temporal::Time(_, zone)) => zone,
        _ => Value::NONE,
    };
    let zone = match zone_offset(m, zone) {
        Some(offset) => Some((offset, zone_name(m, zone)?)),
        None => None,
    };
    let names = zone.as_ref().map_or(0, |(_, name)| name.len());
    let size = strftime::size_hint(format, names);
    m.meter.charge_bytes(size)?;
    m.reserve(size)?;
    Ok(strftime::strftime(format, &strftime::Subject { moment, zone }))
}

/// Returns the `str` of a date, time, duration or zone, or `None` for other values.
pub(super) fn temporal_str(m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
    let Some(temporal) = temporal_of(m, value) else {
        return Ok(None);
    };
    m.meter.charge(cost::TIME_TEXT)?;
    Ok(Some(match temporal {
        Temporal::Date(date) => iso_text::date_text(date),
        Temporal::Time(time, zone) => clock_text(m, time, zone, Detail::Auto),
        Temporal::DateTime(moment, zone) => datetime_text(m, moment, zone, " ", Detail::Auto),
        Temporal::Delta(delta) => deltas::shown(delta),
        Temporal::Zone(_) => zone_name(m, value)?,
    }))
}

/// Returns the `repr` of a date, time, duration or zone, or `None` for other values.
pub(super) fn temporal_repr(m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
    let Some(temporal) = temporal_of(m, value) else {
        return Ok(None);
    };
    Ok(Some(match temporal {
        Temporal::Date(date) => {
            format!("datetime.date({}, {}, {})", date.year(), date.month(), date.day())
        }
        Temporal::Time(time, zone) => {
            let zone = zone_argument(m, zone)?;
            format!("datetime.time({}{zone}{})", clock_repr(time), fold_argument(time))
        }
        Temporal::DateTime(Moment { date, time }, zone) => format!(
            "datetime.datetime({}, {}, {}, {}{}{})",
            date.year(),
            date.month(),
            date.day(),
            clock_repr(time),
            fold_argument(time),
            zone_argument(m, zone)?
        ),
        Temporal::Delta(delta) => deltas::repr(delta),
        Temporal::Zone(_) => zone_repr(m, value)?,
    }))
}

fn zone_argument(m: &mut Runtime, zone: Value) -> Result<String, Flow> {
    if zone.is_none() {
        return Ok(String::new());
    }
    Ok(format!(", tzinfo={}", zone_repr(m, zone)?))
}

/// Formats a time of day and its zone like `isoformat`. The caller charges fuel for the text.
pub(super) fn clock_text(m: &Runtime, time: TimeOfDay, zone: Value, detail: Detail) -> String {
    let mut text = iso_text::time_text(time, detail);
    if let Some(offset) = zone_offset(m, zone) {
        text.push_str(&iso_text::offset_text(offset, ":"));
    }
    text
}

pub(super) fn datetime_text(m: &Runtime, moment: Moment, zone: Value, separator: &str, detail: Detail) -> String {
    let date = iso_text::date_text(moment.date);
    format!("{date}{separator}{}", clock_text(m, moment.time, zone, detail))
}

/// Formats the arguments in the `repr` of a time of day, such as `12, 30`. Omits seconds and
/// microseconds if they are zero.
fn clock_repr(time: TimeOfDay) -> String {
    let mut text = format!("{}, {}", time.hour(), time.minute());
    if time.second() != 0 || time.microsecond() != 0 {
        text.push_str(&format!(", {}", time.second()));
    }
    if time.microsecond() != 0 {
        text.push_str(&format!(", {}", time.microsecond()));
    }
    text
}

fn fold_argument(time: TimeOfDay) -> &'static str {
    if time.fold { ", fold=1" } else { "" }
}
