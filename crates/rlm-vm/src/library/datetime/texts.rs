//! What `str`, `repr`, `isoformat` and `strftime` write.

use super::iso_text::{self, Detail};
use super::{Temporal, deltas, strftime};
use crate::calendar::{Moment, TimeOfDay};
use crate::cost;
use crate::flow::Flow;
use crate::runtime::Runtime;
use crate::value::Value;

impl Runtime {
    /// Writes a date, a time or a datetime in a format.
    pub(crate) fn strftime(&mut self, value: Value, format: &str) -> Result<String, Flow> {
        self.meter.charge_bytes(format.len().saturating_mul(16))?;
        let moment = self.moment_of(value);
        let zone = match self.temporal(value) {
            Some(Temporal::DateTime(_, zone) | Temporal::Time(_, zone)) => zone,
            _ => Value::NONE,
        };
        let zone = match self.zone_offset(zone) {
            Some(offset) => Some((offset, self.zone_name(zone)?)),
            None => None,
        };
        let names = zone.as_ref().map_or(0, |(_, name)| name.len());
        let size = strftime::size_hint(format, names);
        self.meter.charge_bytes(size)?;
        self.reserve(size)?;
        Ok(strftime::strftime(format, &strftime::Subject { moment, zone }))
    }

    /// Returns what `str` shows of a value of these classes; none for others.
    pub(crate) fn temporal_str(&mut self, value: Value) -> Result<Option<String>, Flow> {
        let Some(temporal) = self.temporal(value) else {
            return Ok(None);
        };
        self.meter.charge(cost::TIME_TEXT)?;
        Ok(Some(match temporal {
            Temporal::Date(date) => iso_text::date_text(date),
            Temporal::Time(time, zone) => self.time_text(time, zone, Detail::Auto),
            Temporal::DateTime(moment, zone) => self.datetime_text(moment, zone, " ", Detail::Auto),
            Temporal::Delta(delta) => deltas::shown(delta),
            Temporal::Zone(_) => self.zone_name(value)?,
        }))
    }

    /// Returns what `repr` shows of a value of these classes; none for others.
    pub(crate) fn temporal_repr(&mut self, value: Value) -> Result<Option<String>, Flow> {
        let Some(temporal) = self.temporal(value) else {
            return Ok(None);
        };
        Ok(Some(match temporal {
            Temporal::Date(date) => {
                format!("datetime.date({}, {}, {})", date.year(), date.month(), date.day())
            }
            Temporal::Time(time, zone) => {
                let zone = self.zone_argument(zone)?;
                format!("datetime.time({}{zone}{})", clock_repr(time), fold_argument(time))
            }
            Temporal::DateTime(Moment { date, time }, zone) => format!(
                "datetime.datetime({}, {}, {}, {}{}{})",
                date.year(),
                date.month(),
                date.day(),
                clock_repr(time),
                fold_argument(time),
                self.zone_argument(zone)?
            ),
            Temporal::Delta(delta) => deltas::repr(delta),
            Temporal::Zone(_) => self.zone_repr(value)?,
        }))
    }

    fn zone_argument(&mut self, zone: Value) -> Result<String, Flow> {
        if zone.is_none() {
            return Ok(String::new());
        }
        Ok(format!(", tzinfo={}", self.zone_repr(zone)?))
    }

    /// Writes a time of day as `isoformat` does; its caller pays for it.
    pub(super) fn time_text(&self, time: TimeOfDay, zone: Value, detail: Detail) -> String {
        let mut text = iso_text::time_text(time, detail);
        if let Some(offset) = self.zone_offset(zone) {
            text.push_str(&iso_text::offset_text(offset, ":"));
        }
        text
    }

    pub(super) fn datetime_text(&self, moment: Moment, zone: Value, separator: &str, detail: Detail) -> String {
        let date = iso_text::date_text(moment.date);
        format!("{date}{separator}{}", self.time_text(moment.time, zone, detail))
    }
}

/// Returns the arguments of a time of day as repr shows them: seconds and smaller only where they are not zero.
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
