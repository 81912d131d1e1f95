//! Dates, times of day and durations as plain numbers, in the proleptic Gregorian calendar: years 1
//! to 9999, and ISO weeks.

use std::cmp::Ordering;

/// The number of microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// The number of microseconds in a day.
pub const DAY: i64 = 86_400 * SECOND;

const MAX_YEAR: i64 = 9_999;
const DAYS_OF_MONTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_OF_YEAR: i64 = 365;
const DAYS_OF_400_YEARS: i64 = 146_097;

/// The English names of the months, starting with January.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English names of the weekdays, starting with Monday as in Python.
pub const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A field of a date or time that is out of range. The error message is CPython's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The error for a year that is not in 1 to 9999.
    #[error("year {0} is out of range")]
    Year(i64),
    /// The error for a month that is not in 1 to 12.
    #[error("month must be in 1..12")]
    Month,
    /// The error for a day that the month does not have.
    #[error("day is out of range for month")]
    Day,
    /// The error for an hour that is not in 0 to 23.
    #[error("hour must be in 0..23")]
    Hour,
    /// The error for a minute that is not in 0 to 59.
    #[error("minute must be in 0..59")]
    Minute,
    /// The error for a second that is not in 0 to 59.
    #[error("second must be in 0..59")]
    Second,
    /// The error for a microsecond that is not in 0 to 999,999.
    #[error("microsecond must be in 0..999999")]
    Microsecond,
    /// The error for a `fold` that is neither 0 nor 1.
    #[error("fold must be either 0 or 1")]
    Fold,
    /// The error for a day number below 1.
    #[error("ordinal must be >= 1")]
    Ordinal,
    /// The error for an ISO 8601 year that is not in 1 to 9999.
    #[error("Year is out of range: {0}")]
    IsoYear(i64),
    /// The error for a week that the ISO 8601 year does not have.
    #[error("Invalid week: {0}")]
    IsoWeek(i64),
    /// The error for an ISO 8601 weekday that is not in 1 to 7.
    #[error("Invalid day: {0} (range is [1, 7])")]
    IsoDay(i64),
}

/// A calendar day, as in Python's `datetime.date`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The first supported day: 1 January of year 1.
    pub const MIN: Self = Self {
        year: 1,
        month: 1,
        day: 1,
    };
    /// The last supported day: 31 December 9999.
    pub const MAX: Self = Self {
        year: 9_999,
        month: 12,
        day: 31,
    };

    /// Creates a date from a year, a month and a day of the month. Months and days count from 1.
    pub fn new(year: i64, month: i64, day: i64) -> Result<Self, RangeError> {
        if !(1..=MAX_YEAR).contains(&year) {
            return Err(RangeError::Year(year));
        }
        if !(1..=12).contains(&month) {
            return Err(RangeError::Month);
        }
        if !(1..=days_in_month(year, month)).contains(&day) {
            return Err(RangeError::Day);
        }
        Ok(Self {
            year: u16::try_from(year).unwrap_or(1),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        })
    }

    /// Returns the year, from 1 to 9999.
    pub const fn year(self) -> i64 {
        self.year as i64
    }

    /// Returns the month, from 1 to 12.
    pub const fn month(self) -> i64 {
        self.month as i64
    }

    /// Returns the day of the month, from 1.
    pub const fn day(self) -> i64 {
        self.day as i64
    }

    /// Returns the day number of the date. 1 January of year 1 has number 1.
    pub fn ordinal(self) -> i64 {
        days_before_year(self.year()) + self.day_of_year()
    }

    /// Returns the date with this day number, the inverse of [`ordinal`](Self::ordinal).
    pub fn of_ordinal(ordinal: i64) -> Result<Self, RangeError> {
        if ordinal < 1 {
            return Err(RangeError::Ordinal);
        }
        let year = year_of_ordinal(ordinal);
        if year > MAX_YEAR {
            return Err(RangeError::Year(year));
        }
        let mut day = ordinal - days_before_year(year);
        let mut month = 1;
        while day > days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        Self::new(year, month, day)
    }

    /// Returns the day of the week, from 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> i64 {
        (self.ordinal() + 6) % 7
    }

    /// Returns the day of the year, from 1.
    pub fn day_of_year(self) -> i64 {
        let before: i64 = (1..self.month()).map(|month| days_in_month(self.year(), month)).sum();
        before + self.day()
    }

    /// Returns the ISO 8601 year, week number and weekday of the date.
    pub fn iso_calendar(self) -> (i64, i64, i64) {
        let mut year = self.year();
        let mut start = iso_year_start(year);
        let today = self.ordinal();
        if today < start {
            year -= 1;
            start = iso_year_start(year);
        } else if today >= iso_year_start(year + 1) {
            year += 1;
            start = iso_year_start(year);
        }
        (year, (today - start) / 7 + 1, self.weekday() + 1)
    }

    /// Returns the date with this ISO 8601 year, week number and weekday. Monday is weekday 1.
    pub fn of_iso_calendar(year: i64, week: i64, day: i64) -> Result<Self, RangeError> {
        if !(1..=MAX_YEAR).contains(&year) {
            return Err(RangeError::IsoYear(year));
        }
        let start = iso_year_start(year);
        let weeks = (iso_year_start(year + 1) - start) / 7;
        if !(1..=weeks).contains(&week) {
            return Err(RangeError::IsoWeek(week));
        }
        if !(1..=7).contains(&day) {
            return Err(RangeError::IsoDay(day));
        }
        Self::of_ordinal(start + (week - 1) * 7 + day - 1)
    }
}

/// Returns `true` if the year is a leap year.
pub const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    if month == 2 && is_leap(year) {
        return 29;
    }
    let index = usize::try_from(month - 1).unwrap_or(0);
    DAYS_OF_MONTHS.get(index).copied().map_or(0, i64::from)
}

const fn days_before_year(year: i64) -> i64 {
    let before = year - 1;
    before * DAYS_OF_YEAR + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
}

/// Returns the year of a day number, which may be outside the supported years. The day number must
/// be within some trillions.
pub const fn year_of_ordinal(ordinal: i64) -> i64 {
    // 400 years have 146,097 days, so the estimate is off by at most one year.
    let mut year = (ordinal - 1).saturating_mul(400).div_euclid(DAYS_OF_400_YEARS) + 1;
    while days_before_year(year + 1) < ordinal {
        year += 1;
    }
    while days_before_year(year) >= ordinal {
        year -= 1;
    }
    year
}

/// Returns the day number of the Monday that starts an ISO 8601 year, in the week with the year's
/// first Thursday.
const fn iso_year_start(year: i64) -> i64 {
    let first = days_before_year(year) + 1;
    let weekday = (first + 6).rem_euclid(7);
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// A time of day with a resolution of one microsecond, as in Python's `datetime.time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
    second: u8,
    /// Whether this is the second of two equal clock times, after a clock was set back (PEP 495).
    pub fold: bool,
    microsecond: u32,
}

impl TimeOfDay {
    /// The first time of the day, 00:00.
    pub const MIDNIGHT: Self = Self {
        hour: 0,
        minute: 0,
        second: 0,
        fold: false,
        microsecond: 0,
    };
    /// The last time of the day, a microsecond before midnight.
    pub const MAX: Self = Self {
        hour: 23,
        minute: 59,
        second: 59,
        fold: false,
        microsecond: 999_999,
    };

    /// Creates a time of day from its fields. `fold` is 0 or 1.
    pub fn new(hour: i64, minute: i64, second: i64, microsecond: i64, fold: i64) -> Result<Self, RangeError> {
        let within = |value: i64, most: i64, error: RangeError| match u32::try_from(value) {
            Ok(small) if value <= most => Ok(small),
            _ => Err(error),
        };
        let small = |value: u32| u8::try_from(value).unwrap_or(0);
        Ok(Self {
            hour: small(within(hour, 23, RangeError::Hour)?),
            minute: small(within(minute, 59, RangeError::Minute)?),
            second: small(within(second, 59, RangeError::Second)?),
            microsecond: within(microsecond, 999_999, RangeError::Microsecond)?,
            fold: within(fold, 1, RangeError::Fold)? == 1,
        })
    }

    /// Returns the hour, from 0 to 23.
    pub const fn hour(self) -> i64 {
        self.hour as i64
    }

    /// Returns the minute, from 0 to 59.
    pub const fn minute(self) -> i64 {
        self.minute as i64
    }

    /// Returns the second, from 0 to 59.
    pub const fn second(self) -> i64 {
        self.second as i64
    }

    /// Returns the microseconds within the second, from 0 to 999,999.
    pub const fn microsecond(self) -> i64 {
        self.microsecond as i64
    }

    /// Returns the whole seconds since midnight.
    pub const fn seconds(self) -> i64 {
        self.hour() * 3_600 + self.minute() * 60 + self.second()
    }

    /// Returns the microseconds since midnight.
    pub const fn microseconds(self) -> i64 {
        self.seconds() * SECOND + self.microsecond()
    }

    /// Returns the time of day this many microseconds after midnight, or midnight if the number is
    /// out of range.
    pub fn of_microseconds(microseconds: i64) -> Self {
        let seconds = microseconds / SECOND;
        let fields = (seconds / 3_600, seconds / 60 % 60, seconds % 60, microseconds % SECOND);
        Self::new(fields.0, fields.1, fields.2, fields.3, 0).unwrap_or(Self::MIDNIGHT)
    }
}

/// A date and a time of day without a time zone, as in Python's naive `datetime.datetime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The date of the moment.
    pub date: Date,
    /// The time of day of the moment.
    pub time: TimeOfDay,
}

impl Moment {
    /// The first supported moment: the start of 1 January of year 1.
    pub const MIN: Self = Self {
        date: Date::MIN,
        time: TimeOfDay::MIDNIGHT,
    };
    /// The last supported moment: the last microsecond of 31 December 9999.
    pub const MAX: Self = Self {
        date: Date::MAX,
        time: TimeOfDay::MAX,
    };

    /// Returns the microseconds since the start of the day with number 0, which is the day before 1
    /// January of year 1. A day starts at its number × [`DAY`].
    pub fn microseconds(self) -> i64 {
        self.date.ordinal() * DAY + self.time.microseconds()
    }

    /// Returns the moment for this number of microseconds, the inverse of
    /// [`microseconds`](Self::microseconds).
    pub fn of_microseconds(microseconds: i64) -> Result<Self, RangeError> {
        Ok(Self {
            date: Date::of_ordinal(microseconds.div_euclid(DAY))?,
            time: TimeOfDay::of_microseconds(microseconds.rem_euclid(DAY)),
        })
    }

    /// Returns the seconds since 1 January 1970, rounded down.
    pub fn epoch_seconds(self) -> i64 {
        (self.date.ordinal() - EPOCH) * 86_400 + self.time.seconds()
    }
}

/// The day number of 1 January 1970.
pub const EPOCH: i64 = 719_163;

/// A duration in the representation of Python's `timedelta`: days of either sign, seconds of a day,
/// and microseconds of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta {
    days: i32,
    seconds: i32,
    microseconds: i32,
}

/// The error for a duration outside the range of Python's `timedelta`. The error message is
/// CPython's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeltaError {
    /// The error for a duration of more than 999,999,999 days, positive or negative.
    #[error("days={0}; must have magnitude <= 999999999")]
    Days(i32),
    /// The error for a duration whose number of days doesn't fit into an `i32`.
    #[error("Python int too large to convert to C int")]
    Large,
}

impl Delta {
    const MAX_DAYS: i32 = 999_999_999;
    /// The most negative duration: −999,999,999 days.
    pub const MIN: Self = Self {
        days: -Self::MAX_DAYS,
        seconds: 0,
        microseconds: 0,
    };
    /// The longest duration: a microsecond less than 1,000,000,000 days.
    pub const MAX: Self = Self {
        days: Self::MAX_DAYS,
        seconds: 86_399,
        microseconds: 999_999,
    };
    /// The duration of zero.
    pub const ZERO: Self = Self {
        days: 0,
        seconds: 0,
        microseconds: 0,
    };
    /// The shortest positive duration, one microsecond.
    pub const TICK: Self = Self {
        days: 0,
        seconds: 0,
        microseconds: 1,
    };
    /// The duration of 24 hours.
    pub const ONE_DAY: Self = Self {
        days: 1,
        seconds: 0,
        microseconds: 0,
    };

    /// Creates a duration of this many microseconds, positive or negative.
    pub fn of_microseconds(microseconds: i128) -> Result<Self, DeltaError> {
        let days = microseconds.div_euclid(i128::from(DAY));
        let rest = i32::try_from(microseconds.rem_euclid(i128::from(DAY)) / i128::from(SECOND));
        let ticks = i32::try_from(microseconds.rem_euclid(i128::from(SECOND)));
        let days = i32::try_from(days).map_err(|_| DeltaError::Large)?;
        if days.unsigned_abs() > Self::MAX_DAYS.unsigned_abs() {
            return Err(DeltaError::Days(days));
        }
        Ok(Self {
            days,
            seconds: rest.unwrap_or(0),
            microseconds: ticks.unwrap_or(0),
        })
    }

    /// Creates a duration of this many microseconds, at most some hundred thousand years. A larger
    /// one becomes zero.
    pub fn of_small(microseconds: i64) -> Self {
        Self::of_microseconds(i128::from(microseconds)).unwrap_or(Self::ZERO)
    }

    /// Returns the duration as a number of microseconds.
    pub const fn microseconds(self) -> i128 {
        self.days as i128 * DAY as i128 + self.seconds as i128 * SECOND as i128 + self.microseconds as i128
    }

    /// Returns the days of the duration, rounded down. They are negative if the duration is.
    pub const fn days_part(self) -> i64 {
        self.days as i64
    }

    /// Returns the seconds of the duration beyond whole days, from 0 to 86,399.
    pub const fn seconds_part(self) -> i64 {
        self.seconds as i64
    }

    /// Returns the microseconds of the duration beyond whole seconds, from 0 to 999,999.
    pub const fn microseconds_part(self) -> i64 {
        self.microseconds as i64
    }

    /// Returns `true` if the duration is zero.
    pub fn is_zero(self) -> bool {
        self.cmp(&Self::ZERO) == Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_ordinals_are_consecutive() {
        let mut before = 0;
        for year in 1..=MAX_YEAR {
            for month in 1..=12 {
                for day in [1, days_in_month(year, month)] {
                    let date = Date::new(year, month, day).unwrap();
                    assert!(date.ordinal() > before);
                    before = date.ordinal();
                    assert_eq!(Date::of_ordinal(before), Ok(date));
                }
            }
        }
        assert_eq!(before, 3_652_059);
        assert_eq!(Date::of_ordinal(before + 1), Err(RangeError::Year(10_000)));
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        for (year, month, day, iso) in [
            (2024, 12, 30, (2025, 1, 1)),
            (2021, 1, 3, (2020, 53, 7)),
            (1, 1, 1, (1, 1, 1)),
            (9999, 12, 31, (9999, 52, 5)),
        ] {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!(date.iso_calendar(), iso);
            assert_eq!(Date::of_iso_calendar(iso.0, iso.1, iso.2), Ok(date));
        }
    }
}
