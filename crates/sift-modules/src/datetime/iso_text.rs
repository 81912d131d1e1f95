//! ISO 8601: parsing as by `fromisoformat` in Python 3.11, which accepts many forms, and formatting
//! as by `isoformat`.

use std::fmt::Write as _;

use sift_values::calendar::{Date, RangeError, SECOND, TimeOfDay};

/// The fields of a time of day as written in a text, before range checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WrittenTime {
    hour: i64,
    minute: i64,
    second: i64,
    microsecond: i64,
    /// The offset from UTC in microseconds, or `None` without a time zone.
    pub(super) offset: Option<i64>,
}

impl WrittenTime {
    pub(super) fn time(self) -> Result<TimeOfDay, RangeError> {
        TimeOfDay::new(self.hour, self.minute, self.second, self.microsecond, 0)
    }
}

/// The reason why a text isn't a valid date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IsoError {
    /// The text isn't in a supported ISO 8601 format.
    Form,
    /// A field of the date or time is out of range.
    Range(RangeError),
}

/// Parses a number of exactly `count` digits in an ISO 8601 text, and advances past them.
fn digits(text: &[u8], at: &mut usize, count: usize) -> Result<i64, IsoError> {
    let digits = text.get(*at..*at + count).ok_or(IsoError::Form)?;
    *at += count;
    digits.iter().try_fold(0, |value, byte| match byte {
        b'0'..=b'9' => Ok(value * 10 + i64::from(byte - b'0')),
        _ => Err(IsoError::Form),
    })
}

/// Returns the byte of a text at an offset, or 0 after the end.
fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// Parses a text as an ISO 8601 date.
pub(super) fn read_date(text: &str) -> Result<Date, IsoError> {
    match text.len() {
        7 | 8 | 10 => date_before(text.as_bytes(), text.len()),
        _ => Err(IsoError::Form),
    }
}

/// Parses the ISO 8601 date at the start of a text, up to offset `end`.
fn date_before(text: &[u8], end: usize) -> Result<Date, IsoError> {
    let mut at = 0;
    let year = digits(text, &mut at, 4)?;
    let separated = byte(text, at) == b'-';
    at += usize::from(separated);
    let separator = |at: &mut usize| {
        let right = !separated || byte(text, *at) == b'-';
        *at += usize::from(separated);
        if right { Ok(()) } else { Err(IsoError::Form) }
    };
    if byte(text, at) == b'W' {
        at += 1;
        let week = digits(text, &mut at, 2)?;
        let mut day = 1;
        if at < end {
            separator(&mut at)?;
            day = digits(text, &mut at, 1)?;
        }
        return Date::of_iso_calendar(year, week, day).map_err(|error| match error {
            RangeError::Year(_) => IsoError::Range(error),
            _ => IsoError::Form,
        });
    }
    let month = digits(text, &mut at, 2)?;
    separator(&mut at)?;
    let day = digits(text, &mut at, 2)?;
    Date::new(year, month, day).map_err(IsoError::Range)
}

/// Parses a text as an ISO 8601 time of day, with an optional `T` in front.
pub(super) fn read_time(text: &str) -> Result<WrittenTime, IsoError> {
    time(text.strip_prefix('T').unwrap_or(text).as_bytes())
}

fn time(text: &[u8]) -> Result<WrittenTime, IsoError> {
    // The first character is never the sign of an offset.
    let zone = text
        .iter()
        .position(|byte| matches!(byte, b'+' | b'-' | b'Z'))
        .unwrap_or(text.len());
    let (clock, complete) = clock(text, 0, zone)?;
    let mut written = clock;
    if zone == text.len() {
        return if complete { Ok(written) } else { Err(IsoError::Form) };
    }
    if byte(text, zone) == b'Z' {
        written.offset = Some(0);
        return if zone + 1 == text.len() {
            Ok(written)
        } else {
            Err(IsoError::Form)
        };
    }
    let (zone_clock, complete) = self::clock(text, zone + 1, text.len())?;
    if !complete {
        return Err(IsoError::Form);
    }
    let seconds = zone_clock.hour * 3_600 + zone_clock.minute * 60 + zone_clock.second;
    // An offset of less than a second counts as zero, as in CPython.
    let size = if seconds == 0 {
        0
    } else {
        seconds * SECOND + zone_clock.microsecond
    };
    written.offset = Some(if byte(text, zone) == b'-' { -size } else { size });
    Ok(written)
}

/// Parses a time of day, `HH[:?MM[:?SS[.ffffff…]]]`, up to offset `end`. Returns the time, and
/// `true` if no text remains after it.
fn clock(text: &[u8], start: usize, end: usize) -> Result<(WrittenTime, bool), IsoError> {
    let mut fields = [0; 3];
    let mut at = start;
    let mut separated = true;
    let written = |fields: [i64; 3], microsecond: i64| WrittenTime {
        hour: fields[0],
        minute: fields[1],
        second: fields[2],
        microsecond,
        offset: None,
    };
    for index in 0..3 {
        let value = digits(text, &mut at, 2)?;
        if let Some(field) = fields.get_mut(index) {
            *field = value;
        }
        let next = byte(text, at);
        at += 1;
        if index == 0 {
            separated = next == b':';
        }
        if at >= end {
            return Ok((written(fields, 0), next == 0));
        } else if separated && next == b':' {
            // A separator after the seconds is accepted, too; a fraction follows.
        } else if next == b'.' || next == b',' {
            // A decimal point after an hour or a minute is accepted, too; a fraction of a second
            // follows.
            break;
        } else if separated {
            return Err(IsoError::Form);
        } else {
            at -= 1;
        }
    }
    let count = (end - at.min(end)).min(6);
    let mut microsecond = digits(text, &mut at, count)?;
    for _ in count..6 {
        microsecond *= 10;
    }
    while byte(text, at).is_ascii_digit() {
        at += 1;
    }
    Ok((written(fields, microsecond), byte(text, at) == 0))
}

/// Parses an ISO 8601 date, a single separator character and a time of day.
///
/// The format of all fields is checked before any range. The caller checks the range of the date,
/// after that of the zone.
pub(super) fn read_datetime(text: &str) -> Result<(Result<Date, IsoError>, WrittenTime), IsoError> {
    let bytes = text.as_bytes();
    if bytes.len() < 7 {
        return Err(IsoError::Form);
    }
    let end = date_end(bytes);
    let date = date_before(bytes, end);
    if let Err(IsoError::Form) = date {
        return Err(IsoError::Form);
    }
    if bytes.len() <= end {
        return Ok((date, WrittenTime::default()));
    }
    let rest = text.get(end..).ok_or(IsoError::Form)?;
    let separator = rest.chars().next().map_or(0, char::len_utf8);
    let written = time(rest.as_bytes().get(separator..).unwrap_or_default())?;
    Ok((date, written))
}

/// Returns the offset at which the date in an ISO 8601 text ends. A date has six possible forms,
/// and the separator before the time may be absent.
fn date_end(text: &[u8]) -> usize {
    if text.len() == 7 {
        return 7;
    }
    if byte(text, 4) == b'-' {
        if byte(text, 5) != b'W' {
            return 10;
        }
        if text.len() < 8 || byte(text, 8) != b'-' {
            return 8;
        }
        return match text.len() {
            9 => 8,
            // YYYY-Www-## is a week followed by a time, because hyphens separate either all parts
            // of a date or none.
            more if more > 10 && byte(text, 10).is_ascii_digit() => 8,
            _ => 10,
        };
    }
    if byte(text, 4) != b'W' {
        return 8;
    }
    let digits = text.iter().skip(7).take_while(|byte| byte.is_ascii_digit()).count();
    let end = 7 + digits;
    match end {
        end if end < 9 => end,
        end if end % 2 == 0 => 7,
        _ => 8,
    }
}

/// The precision of a time of day in `isoformat`, its argument `timespec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Hours, minutes and seconds, and also microseconds if they aren't zero.
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Detail {
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "hours" => Self::Hours,
            "minutes" => Self::Minutes,
            "seconds" => Self::Seconds,
            "milliseconds" => Self::Milliseconds,
            "microseconds" => Self::Microseconds,
            _ => return None,
        })
    }
}

pub(super) fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

pub(super) fn time_text(time: TimeOfDay, detail: Detail) -> String {
    let (hour, minute, second, microsecond) = (time.hour(), time.minute(), time.second(), time.microsecond());
    match detail {
        Detail::Hours => format!("{hour:02}"),
        Detail::Minutes => format!("{hour:02}:{minute:02}"),
        Detail::Auto if microsecond != 0 => time_text(time, Detail::Microseconds),
        Detail::Auto | Detail::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
        Detail::Milliseconds => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1_000),
        Detail::Microseconds => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
    }
}

/// Formats an offset from UTC, such as `+05:30`. Includes seconds and microseconds if they aren't
/// zero.
pub(super) fn offset_text(offset: i64, separator: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let (size, ticks) = (offset.abs() / SECOND, offset.abs() % SECOND);
    let mut text = format!("{sign}{:02}{separator}{:02}", size / 3_600, size / 60 % 60);
    // Writing to a String can't fail.
    if size % 60 != 0 || ticks != 0 {
        let _ = write!(text, "{separator}{:02}", size % 60);
    }
    if ticks != 0 {
        let _ = write!(text, ".{ticks:06}");
    }
    text
}
