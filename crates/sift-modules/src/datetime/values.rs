//! Conversions between program values and dates, times, durations and time zones.

use sift_runtime::runtime::Runtime;
use sift_values::calendar::{Date, Delta, Moment, TimeOfDay};
use sift_values::flow::Outcome;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

/// A decoded value of one of the five classes of `datetime`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Temporal {
    Date(Date),
    Time(TimeOfDay, Value),
    DateTime(Moment, Value),
    Delta(Delta),
    /// A time zone, by its offset from UTC in microseconds.
    Zone(i64),
}

pub(super) fn temporal_of(m: &Runtime, value: Value) -> Option<Temporal> {
    match value.kind() {
        Type::Date | Type::Time | Type::DateTime | Type::TimeDelta => match m.heap.get(value.handle()) {
            Object::Date(date) => Some(Temporal::Date(*date)),
            Object::Time { time, zone } => Some(Temporal::Time(*time, *zone)),
            Object::DateTime { moment, zone } => Some(Temporal::DateTime(*moment, *zone)),
            Object::TimeDelta(delta) => Some(Temporal::Delta(*delta)),
            _ => None,
        },
        Type::TimeZone | Type::NamedZone => zone_offset(m, value).map(Temporal::Zone),
        _ => None,
    }
}

/// Returns the date of a `date` or `datetime` value, or `None` for other values.
pub(super) fn date_of(m: &Runtime, value: Value) -> Option<Date> {
    match temporal_of(m, value)? {
        Temporal::Date(date) => Some(date),
        Temporal::DateTime(moment, _) => Some(moment.date),
        _ => None,
    }
}

/// Converts a date or time value to a date with a time. A date is at midnight, and a time is on the
/// first day of 1900.
pub(super) fn moment_of(m: &Runtime, value: Value) -> Moment {
    let (date, time) = match temporal_of(m, value) {
        Some(Temporal::Date(date)) => (date, TimeOfDay::MIDNIGHT),
        Some(Temporal::DateTime(moment, _)) => return moment,
        Some(Temporal::Time(time, _)) => (Date::new(1900, 1, 1).unwrap_or(Date::MIN), time),
        _ => return Moment::MIN,
    };
    Moment { date, time }
}

pub(super) fn datetime_of(m: &Runtime, value: Value) -> Option<(Moment, Value)> {
    match temporal_of(m, value)? {
        Temporal::DateTime(moment, zone) => Some((moment, zone)),
        _ => None,
    }
}

pub(super) fn time_of(m: &Runtime, value: Value) -> Option<(TimeOfDay, Value)> {
    match temporal_of(m, value)? {
        Temporal::Time(time, zone) => Some((time, zone)),
        _ => None,
    }
}

pub(super) fn delta_of(m: &Runtime, value: Value) -> Option<Delta> {
    match temporal_of(m, value)? {
        Temporal::Delta(delta) => Some(delta),
        _ => None,
    }
}

/// Returns the offset of a time zone from UTC in microseconds, or `None` if the value isn't a zone.
pub(super) fn zone_offset(m: &Runtime, zone: Value) -> Option<i64> {
    match zone.kind() {
        Type::TimeZone => Some(zone.raw_int()),
        Type::NamedZone => match m.heap.get(zone.handle()) {
            Object::NamedZone { offset, .. } => Some(*offset),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn new_date(m: &mut Runtime, date: Date) -> Outcome {
    m.alloc(Type::Date, Object::Date(date))
}

pub(super) fn new_time(m: &mut Runtime, time: TimeOfDay, zone: Value) -> Outcome {
    m.alloc(Type::Time, Object::Time { time, zone })
}

pub(super) fn new_datetime(m: &mut Runtime, moment: Moment, zone: Value) -> Outcome {
    m.alloc(Type::DateTime, Object::DateTime { moment, zone })
}

pub(super) fn new_delta(m: &mut Runtime, delta: Delta) -> Outcome {
    m.alloc(Type::TimeDelta, Object::TimeDelta(delta))
}
