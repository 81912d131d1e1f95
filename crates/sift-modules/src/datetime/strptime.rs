//! The function `datetime.strptime`, as in CPython: the format is converted to a regular expression
//! with a group per field.

use sift_regex::{Flags, SearchMode};
use sift_runtime::runtime::{Args, Runtime};
use sift_strings::methods::{decimal_value, is_space};
use sift_text::Text;
use sift_values::calendar::{DAY, Date, MONTHS, Moment, SECOND, TimeOfDay, WEEKDAYS, is_leap};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::Value;

use crate::datetime::arguments::{out_of_range, str_arg};
use crate::datetime::values::new_datetime;
use crate::datetime::zones::{named_zone, zone_of_offset};
use crate::regex::cache::{compiled_pattern, pattern_of};
use crate::regex::searching::paid_search;

/// Returns the regular expression for a `strptime` directive, given its letter.
fn directive(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => r"(?P<d>3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9])",
        'f' => "(?P<f>[0-9]{1,6})",
        'H' => r"(?P<H>2[0-3]|[0-1]\d|\d)",
        'I' => "(?P<I>1[0-2]|0[1-9]|[1-9])",
        'G' => r"(?P<G>\d\d\d\d)",
        'j' => r"(?P<j>36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9])",
        'm' => "(?P<m>1[0-2]|0[1-9]|[1-9])",
        'M' => r"(?P<M>[0-5]\d|\d)",
        'S' => r"(?P<S>6[0-1]|[0-5]\d|\d)",
        'U' => r"(?P<U>5[0-3]|[0-4]\d|\d)",
        'w' => "(?P<w>[0-6])",
        'u' => "(?P<u>[1-7])",
        'V' => r"(?P<V>5[0-3]|0[1-9]|[1-4]\d|\d)",
        'y' => r"(?P<y>\d\d)",
        'Y' => r"(?P<Y>\d\d\d\d)",
        'z' => r"(?P<z>[+-]\d\d:?[0-5]\d(:?[0-5]\d(\.\d{1,6})?)?|(?-i:Z))",
        'A' => "(?P<A>wednesday|thursday|saturday|tuesday|monday|friday|sunday)",
        'a' => "(?P<a>mon|tue|wed|thu|fri|sat|sun)",
        'B' => "(?P<B>september|february|november|december|january|october|august|march|april|june|july|may)",
        'b' => "(?P<b>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
        'p' => "(?P<p>am|pm)",
        'Z' => "(?P<Z>gmt|utc)",
        '%' => "%",
        'W' => r"(?P<W>5[0-3]|[0-4]\d|\d)",
        _ => return None,
    })
}

/// Returns the format that a `strptime` directive abbreviates, such as `%H:%M:%S` for `%X`.
fn composed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'c' => r"%a\s+%b\s+%d\s+%H:%M:%S\s+%Y",
        'x' => "%m/%d/%y",
        'X' => "%H:%M:%S",
        _ => return None,
    })
}

/// The reason why a `strptime` format is invalid.
enum FormatFault {
    /// The format contains an unknown directive with this letter.
    Directive(char),
    /// The format ends with a `%`.
    Stray,
}

/// Converts a `strptime` format to a regular expression with a group for each directive.
fn pattern(format: &str) -> Result<String, FormatFault> {
    let mut escaped = String::with_capacity(format.len());
    let mut in_space = false;
    for char in format.chars() {
        let space = is_space(char);
        match char {
            _ if space && in_space => {}
            _ if space => escaped.push_str(r"\s+"),
            '\\' | '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | '{' | '}' | '[' | ']' | '|' => {
                escaped.extend(['\\', char]);
            }
            _ => escaped.push(char),
        }
        in_space = space;
    }
    let mut out = String::with_capacity(escaped.len().saturating_mul(4));
    let mut chars = escaped.chars();
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        let letter = chars.next().ok_or(FormatFault::Stray)?;
        match (directive(letter), composed(letter)) {
            (Some(pattern), _) => out.push_str(pattern),
            (None, Some(format)) => {
                let mut parts = format.split('%');
                out.push_str(parts.next().unwrap_or_default());
                for part in parts {
                    let mut chars = part.chars();
                    out.push_str(chars.next().and_then(directive).unwrap_or_default());
                    out.push_str(chars.as_str());
                }
            }
            // Escaped characters aren't directives, whatever follows the backslash.
            (None, None) => return Err(FormatFault::Directive(if letter == '\\' { '%' } else { letter })),
        }
    }
    Ok(out)
}

/// The parsed text of each directive in a `strptime` format.
struct Found<'a> {
    groups: Vec<(char, &'a str)>,
}

impl<'a> Found<'a> {
    fn text(&self, letter: char) -> Option<&'a str> {
        self.groups
            .iter()
            .find(|(name, _)| *name == letter)
            .map(|(_, text)| *text)
    }

    fn number(&self, letter: char) -> Option<i64> {
        self.text(letter).map(number)
    }

    /// Returns the index of the parsed name in `names`. The name may be abbreviated to three
    /// letters.
    fn index(&self, letter: char, names: &[&str]) -> Option<i64> {
        let wanted = self.text(letter)?.to_lowercase();
        let place = names.iter().position(|name| {
            let name = name.to_ascii_lowercase();
            name == wanted || name.get(..3) == Some(&wanted)
        });
        place.and_then(|place| i64::try_from(place).ok())
    }

    /// Returns the last of several directives that occurs in the format. It takes precedence over
    /// the others.
    fn last_of(&self, letters: &[char]) -> Option<char> {
        self.groups
            .iter()
            .rev()
            .map(|(name, _)| *name)
            .find(|name| letters.contains(name))
    }

    fn year(&self) -> Option<i64> {
        let letter = self.last_of(&['y', 'Y'])?;
        let year = self.number(letter)?;
        Some(match (letter, year) {
            ('y', 0..=68) => year + 2_000,
            ('y', _) => year + 1_900,
            _ => year,
        })
    }

    fn month(&self) -> Option<i64> {
        match self.last_of(&['m', 'B', 'b'])? {
            'm' => self.number('m'),
            letter => self.index(letter, &MONTHS).map(|month| month + 1),
        }
    }

    /// Returns the parsed day of the week, from 0 for Monday.
    fn weekday(&self) -> Option<i64> {
        match self.last_of(&['A', 'a', 'w', 'u'])? {
            'w' => self.number('w').map(|day| (day + 6) % 7),
            'u' => self.number('u').map(|day| day - 1),
            letter => self.index(letter, &WEEKDAYS),
        }
    }

    fn hour(&self) -> Option<i64> {
        if self.last_of(&['H', 'I'])? == 'H' {
            return self.number('H');
        }
        let hour = self.number('I')? % 12;
        let afternoon = self.text('p').is_some_and(|half| half.eq_ignore_ascii_case("pm"));
        Some(if afternoon { hour + 12 } else { hour })
    }

    /// Returns the parsed week of the year, and its directive: `U` or `W`.
    fn week(&self) -> Option<(char, i64)> {
        let letter = self.last_of(&['U', 'W'])?;
        Some((letter, self.number(letter)?))
    }

    fn microsecond(&self) -> i64 {
        self.text('f').map_or(0, padded)
    }
}

/// Returns the number that a text of digits, of any script, stands for.
fn number(digits: &str) -> i64 {
    digits
        .trim_start()
        .chars()
        .filter_map(decimal_value)
        .fold(0, |number, digit| number * 10 + i64::from(digit))
}

/// Converts up to six digits of a second's fraction to microseconds.
fn padded(digits: &str) -> i64 {
    let missing = 6_usize.saturating_sub(digits.chars().count());
    (0..missing).fold(number(digits), |number, _| number * 10)
}

/// The parsed year, month and day, which may not be a valid date.
struct Day {
    year: i64,
    month: i64,
    day: i64,
}

const MISSING_WEEK: &str = "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive ('%A', \
                            '%a', '%w', or '%u').";
const DAY_AND_WEEK: &str =
    "Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead.";
const WEEK_ALONE: &str = "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive ('%A', \
                          '%a', '%w', or '%u').";
const WEEK_OF_YEAR: &str =
    "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead.";

pub(super) fn strptime(m: &mut Runtime, args: &Args) -> Outcome {
    let began = m.meter.used();
    let text = str_arg(m, "strptime", 1, args.get(0))?;
    let format = str_arg(m, "strptime", 2, args.get(1))?;
    m.meter.charge_bytes(format.len().saturating_mul(16))?;
    m.reserve(format.len().saturating_mul(100))?;
    let source = match pattern(&format) {
        Ok(source) => source,
        Err(FormatFault::Stray) => return Err(m.value_error(format!("stray % in format '{format}'"))),
        Err(FormatFault::Directive(letter)) => {
            return Err(m.value_error(format!("'{letter}' is a bad directive in format '{format}'")));
        }
    };
    let pattern = pattern_of(m, &source, Flags::IGNORECASE.bits().into(), began)?;
    let Some(compiled) = compiled_pattern(m, pattern) else {
        return Ok(Value::NONE);
    };
    let captures = paid_search(m, |fuel| compiled.search(&text, 0, SearchMode::Match, fuel))?;
    let Some(captures) = captures else {
        let (text, format) = (m.repr(args.get(0))?, m.repr(args.get(1))?);
        return Err(m.value_error(format!("time data {text} does not match format {format}")));
    };
    let rest = text.get(captures.whole().end..).unwrap_or_default();
    if !rest.is_empty() {
        return Err(m.value_error(format!("unconverted data remains: {rest}")));
    }
    m.meter.charge(cost::TIME_FIELDS)?;
    let mut groups: Vec<(usize, char, &str)> = compiled
        .group_names()
        .filter_map(|(name, group)| Some((group, name.chars().next()?, text.get(captures.span(group)?)?)))
        .collect();
    groups.sort_unstable_by_key(|(group, ..)| *group);
    let found = Found {
        groups: groups.into_iter().map(|(_, name, text)| (name, text)).collect(),
    };
    let offset = offset(m, &found)?;
    let day = day(m, &found)?;
    let zone = match offset {
        Some(offset) => zone(m, offset, found.text('Z'))?,
        None => Value::NONE,
    };
    let date = Date::new(day.year, day.month, day.day).map_err(|error| out_of_range(m, error))?;
    let time = TimeOfDay::new(
        found.hour().unwrap_or(0),
        found.number('M').unwrap_or(0),
        found.number('S').unwrap_or(0),
        found.microsecond(),
        0,
    );
    let time = time.map_err(|error| out_of_range(m, error))?;
    new_datetime(m, Moment { date, time }, zone)
}

/// Creates the time zone for a parsed offset and a parsed name, if any.
fn zone(m: &mut Runtime, offset: i64, name: Option<&str>) -> Outcome {
    if offset.abs() >= DAY {
        return zone_of_offset(m, offset);
    }
    match name {
        Some(name) => named_zone(m, offset, name),
        None => zone_of_offset(m, offset),
    }
}

/// Returns the offset from UTC that `%z` parsed, in microseconds; `None` without `%z`.
fn offset(m: &mut Runtime, found: &Found<'_>) -> Result<Option<i64>, Flow> {
    let Some(written) = found.text('z') else {
        return Ok(None);
    };
    if written == "Z" {
        return Ok(Some(0));
    }
    let mut digits: Vec<char> = written.chars().skip(1).collect();
    if digits.get(2) == Some(&':') {
        digits.remove(2);
        if digits.len() > 4 {
            if digits.get(4) != Some(&':') {
                return Err(m.value_error(format!("Inconsistent use of : in {written}")));
            }
            digits.remove(4);
        }
    }
    let part = |from: usize, to: usize| -> String { digits.iter().skip(from).take(to - from).collect() };
    if digits.get(4) == Some(&':') {
        let literal = m.new_text(Text::from_string(part(4, 6)));
        let shown = m.repr(literal)?;
        return Err(m.value_error(format!("invalid literal for int() with base 10: {shown}")));
    }
    let seconds = number(&part(0, 2)) * 3_600 + number(&part(2, 4)) * 60 + number(&part(4, 6));
    let size = seconds * SECOND + padded(&part(7, 13));
    Ok(Some(if written.starts_with('-') { -size } else { size }))
}

/// Determines the date from the parsed year, month, day, weekday and week.
fn day(m: &mut Runtime, found: &Found<'_>) -> Result<Day, Flow> {
    let year = found.year();
    let month = found.month().unwrap_or(1);
    let day = found.number('d').unwrap_or(1);
    let (iso_year, iso_week) = (found.number('G'), found.number('V'));
    let (weekday, julian) = (found.weekday(), found.number('j'));
    let week = found.week();
    if year.is_none() && iso_year.is_some() {
        if iso_week.is_none() || weekday.is_none() {
            return Err(m.value_error(MISSING_WEEK));
        }
        if julian.is_some() {
            return Err(m.value_error(DAY_AND_WEEK));
        }
    } else if week.is_none() && iso_week.is_some() {
        return Err(m.value_error(if weekday.is_none() { WEEK_ALONE } else { WEEK_OF_YEAR }));
    }
    // Without a year, February 29 is in a leap year.
    let leap = year.is_none() && month == 2 && day == 29;
    let mut year = year.unwrap_or(if leap { 1_904 } else { 1_900 });
    let julian = match (julian, weekday, week, iso_year, iso_week) {
        (None, Some(weekday), Some((letter, week)), ..) => Some(day_of_week(m, &mut year, letter, week, weekday)?),
        (None, Some(weekday), None, Some(iso_year), Some(iso_week)) => {
            Some(day_of_iso_week(m, &mut year, iso_year, iso_week, weekday + 1)?)
        }
        (julian, ..) => julian,
    };
    let mut result = Day { year, month, day };
    match julian {
        None => {
            Date::new(year, month, day).map_err(|error| out_of_range(m, error))?;
        }
        Some(julian) => {
            let first = Date::new(year, 1, 1).map_err(|error| out_of_range(m, error))?;
            let date = Date::of_ordinal(first.ordinal() + julian - 1).map_err(|error| out_of_range(m, error))?;
            result = Day {
                year: date.year(),
                month: date.month(),
                day: date.day(),
            };
        }
    }
    if leap {
        result.year = 1_900;
    }
    Ok(result)
}

/// Returns the day of the year for a week of `%U` or `%W` and a weekday. If the day is in the
/// previous year, changes `year` to it.
fn day_of_week(m: &mut Runtime, year: &mut i64, letter: char, week: i64, weekday: i64) -> Result<i64, Flow> {
    let first = Date::new(*year, 1, 1)
        .map_err(|error| out_of_range(m, error))?
        .weekday();
    let shift = i64::from(letter == 'U');
    let (first, weekday) = ((first + shift) % 7, (weekday + shift) % 7);
    let week_0 = (7 - first) % 7;
    let julian = if week == 0 {
        1 + weekday - first
    } else {
        1 + week_0 + 7 * (week - 1) + weekday
    };
    Ok(in_year(year, julian))
}

/// Returns the day of the year for an ISO week and a weekday. Sets `year` to the calendar year of
/// the day.
fn day_of_iso_week(m: &mut Runtime, year: &mut i64, iso_year: i64, week: i64, weekday: i64) -> Result<i64, Flow> {
    let fourth = Date::new(iso_year, 1, 4).map_err(|error| out_of_range(m, error))?;
    let mut julian = week * 7 + weekday - (fourth.weekday() + 1 + 3);
    *year = iso_year;
    if julian < 1 {
        let start = |m: &mut Runtime, year: i64| {
            Date::new(year, 1, 1)
                .map(Date::ordinal)
                .map_err(|error| out_of_range(m, error))
        };
        julian += start(m, iso_year)?;
        *year -= 1;
        julian -= start(m, *year)?;
    }
    Ok(in_year(year, julian))
}

/// Converts a day of the year that is zero or negative to a day of the previous year, and
/// decrements `year`.
fn in_year(year: &mut i64, julian: i64) -> i64 {
    if julian > 0 {
        return julian;
    }
    *year -= 1;
    julian + if is_leap(*year) { 366 } else { 365 }
}
