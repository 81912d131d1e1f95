//! The function `strftime` in the C locale: Python's `%f`, `%z` and `%Z`, and all other directives
//! as in glibc, including flags and widths.

use sift_values::calendar::{MONTHS, Moment, WEEKDAYS};

use super::iso_text::offset_text;

/// The date and time to format with `strftime`, and the time zone.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) moment: Moment,
    /// The offset from UTC in microseconds and the zone's name, or `None` without a zone.
    pub(super) zone: Option<(i64, String)>,
}

/// Returns the maximum length of the result of a format, in characters. If the result is longer,
/// CPython returns an empty text.
fn most_chars(format_chars: usize) -> usize {
    let mut room = 1_024_usize;
    while room < format_chars.saturating_mul(256) {
        room = room.saturating_mul(2);
    }
    room
}

/// The maximum number of bytes that a `strftime` directive without a width writes.
const DIRECTIVE: usize = 32;

/// Returns the maximum length of the result of `strftime`, in bytes. `zone_name` is the length of
/// the time zone's name in bytes.
pub(super) fn size_hint(format: &str, zone_name: usize) -> usize {
    // The size after Python's own directives are replaced, and the size of C's output.
    let (mut given, mut size) = (format.len(), format.len());
    for after in format.split('%').skip(1) {
        let width = read_directive(&mut after.chars()).width;
        let name = zone_name.saturating_mul(2);
        given = given.saturating_add(DIRECTIVE.saturating_add(name));
        size = size.saturating_add(DIRECTIVE.max(width).saturating_add(name));
    }
    // A longer result is discarded.
    size.min(most_chars(given).saturating_mul(4))
}

/// Formats a date and time by a format of directives, such as `%Y-%m-%d`.
pub(super) fn strftime(format: &str, subject: &Subject) -> String {
    let format = with_python_fields(format, subject);
    let most = most_chars(format.chars().count());
    let mut writer = Writer {
        moment: subject.moment,
        out: String::new(),
        chars: 0,
        most,
    };
    match writer.write(&format) {
        Some(()) => writer.out,
        None => String::new(),
    }
}

/// Formats a date and time like `ctime`: `Wed Jan 31 00:00:00 2024`.
pub(super) fn ctime(Moment { date, time }: Moment) -> String {
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        short(&WEEKDAYS, date.weekday()),
        short(&MONTHS, date.month() - 1),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        date.year()
    )
}

/// Replaces the directives that Python implements itself: `%f`, `%z` and `%Z`. Cuts the format at a
/// zero character.
fn with_python_fields(format: &str, subject: &Subject) -> String {
    let mut out = String::new();
    let mut chars = format.chars().take_while(|char| *char != '\0');
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        match (chars.next(), &subject.zone) {
            (Some('f'), _) => out.push_str(&format!("{:06}", subject.moment.time.microsecond())),
            (Some('z'), Some((offset, _))) => out.push_str(&offset_text(*offset, "")),
            (Some('Z'), Some((_, name))) => out.push_str(&name.replace('%', "%%")),
            (Some('z' | 'Z'), None) => {}
            (Some(other), _) => out.extend(['%', other]),
            (None, _) => out.push('%'),
        }
    }
    out
}

/// The padding of a number to the width of its directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pad {
    /// The default padding of the directive, zeros for most numbers.
    Usual,
    Space,
    Zero,
    Not,
}

/// A `strftime` directive without its letter: the flags, width and modifier.
#[derive(Debug, Clone, Copy)]
struct Directive {
    pad: Pad,
    upper: bool,
    swap_case: bool,
    lower: bool,
    width: usize,
    /// The modifier `E` or `O`, or a zero character if there is none.
    modifier: char,
}

struct Writer {
    moment: Moment,
    out: String,
    chars: usize,
    most: usize,
}

impl Writer {
    /// Writes the result of a whole format. Returns `None` if the result is too long.
    fn write(&mut self, format: &str) -> Option<()> {
        let mut rest = format.chars();
        while let Some(char) = rest.next() {
            if char != '%' {
                self.push(char)?;
                continue;
            }
            let start = rest.clone();
            let directive = read_directive(&mut rest);
            let conversion = rest.next();
            let known = match conversion {
                Some(conversion) => self.directive(directive, conversion)?,
                None => false,
            };
            if !known && conversion == Some('%') {
                self.text("%", directive)?;
            } else if !known {
                // An invalid directive is copied unchanged.
                let length = start.as_str().len() - rest.as_str().len();
                let literal = start.as_str().get(..length).unwrap_or_default();
                self.text(&format!("%{literal}"), directive)?;
            }
        }
        Some(())
    }

    fn push(&mut self, char: char) -> Option<()> {
        self.chars += 1;
        if self.chars >= self.most {
            return None;
        }
        self.out.push(char);
        Some(())
    }

    /// Writes a text in the case and width that the directive requires.
    fn text(&mut self, text: &str, directive: Directive) -> Option<()> {
        let missing = directive.width.saturating_sub(text.chars().count());
        let fill = if directive.pad == Pad::Zero { '0' } else { ' ' };
        self.fill(fill, missing)?;
        for char in text.chars() {
            let char = match directive {
                Directive { lower: true, .. } => char.to_ascii_lowercase(),
                Directive { upper: true, .. } => upper(char),
                _ => char,
            };
            self.push(char)?;
        }
        Some(())
    }

    fn fill(&mut self, char: char, count: usize) -> Option<()> {
        if self.chars.saturating_add(count) >= self.most {
            return None;
        }
        (0..count).try_for_each(|_| self.push(char))
    }

    fn number(&mut self, value: i64, digits: usize, usual: Pad, directive: Directive) -> Option<()> {
        let pad = if directive.pad == Pad::Usual {
            usual
        } else {
            directive.pad
        };
        let text = value.to_string();
        if pad == Pad::Not {
            return self.text(&text, directive);
        }
        let width = digits.max(directive.width);
        let fill = if pad == Pad::Space { ' ' } else { '0' };
        self.fill(fill, width.saturating_sub(text.len()))?;
        text.chars().try_for_each(|char| self.push(char))
    }

    /// Writes a directive that abbreviates a format, such as `%D` for `%m/%d/%y`.
    fn format(&mut self, format: &str, directive: Directive) -> Option<()> {
        let mut inner = Self {
            moment: self.moment,
            out: String::new(),
            chars: 0,
            most: self.most,
        };
        inner.write(format)?;
        self.text(&inner.out, directive)
    }

    /// Writes the result of a directive. Returns `false` if the letter and modifier are invalid.
    fn directive(&mut self, directive: Directive, conversion: char) -> Option<bool> {
        let (date, time) = (self.moment.date, self.moment.time);
        let weekday = date.weekday();
        let (plain, not_e, not_o) = (
            directive.modifier == '\0',
            directive.modifier != 'E',
            directive.modifier != 'O',
        );
        let yday = date.day_of_year() - 1;
        let (iso_year, iso_week, _) = date.iso_calendar();
        let hour12 = (time.hour() + 11) % 12 + 1;
        let capitals = Directive {
            upper: directive.upper || directive.swap_case,
            ..directive
        };
        let zeros = |digits: usize, value: i64| Some((digits, value, Pad::Zero));
        let spaces = |digits: usize, value: i64| Some((digits, value, Pad::Space));
        let number = match conversion {
            'd' if not_e => zeros(2, date.day()),
            'e' if not_e => spaces(2, date.day()),
            'H' if not_e => zeros(2, time.hour()),
            'I' if not_e => zeros(2, hour12),
            'k' if not_e => spaces(2, time.hour()),
            'l' if not_e => spaces(2, hour12),
            'j' if not_e => zeros(3, yday + 1),
            'M' if not_e => zeros(2, time.minute()),
            'm' if not_e => zeros(2, date.month()),
            'S' if not_e => zeros(2, time.second()),
            'u' => zeros(1, weekday + 1),
            'w' if not_e => zeros(1, (weekday + 1) % 7),
            'U' if not_e => zeros(2, (yday - (weekday + 1) % 7 + 7) / 7),
            'W' if not_e => zeros(2, (yday - weekday + 7) / 7),
            'V' if not_e => zeros(2, iso_week),
            'g' if not_e => zeros(2, iso_year % 100),
            'G' if not_e => zeros(1, iso_year),
            'C' => zeros(1, date.year() / 100),
            'Y' if not_o => zeros(1, date.year()),
            'y' => zeros(2, date.year() % 100),
            _ => None,
        };
        if let Some((digits, value, pad)) = number {
            self.number(value, digits, pad, directive)?;
            return Some(true);
        }
        let noon = if time.hour() >= 12 { "PM" } else { "AM" };
        match conversion {
            's' => self.text(&self.moment.epoch_seconds().to_string(), directive)?,
            '%' if plain => self.text("%", directive)?,
            'n' => self.text("\n", directive)?,
            't' => self.text("\t", directive)?,
            'a' if plain => self.text(short(&WEEKDAYS, weekday), capitals)?,
            'A' if plain => self.text(full(&WEEKDAYS, weekday), capitals)?,
            'b' | 'h' if not_e => self.text(short(&MONTHS, date.month() - 1), capitals)?,
            'B' if not_e => self.text(full(&MONTHS, date.month() - 1), capitals)?,
            'p' | 'P' => {
                let lower = conversion == 'P' || directive.swap_case;
                self.text(noon, Directive { lower, ..directive })?;
            }
            'c' if not_o => self.format("%a %b %e %H:%M:%S %Y", directive)?,
            'x' if not_o => self.format("%m/%d/%y", directive)?,
            'X' if not_o => self.format("%H:%M:%S", directive)?,
            'D' if plain => self.format("%m/%d/%y", directive)?,
            'F' if plain => self.format("%Y-%m-%d", directive)?,
            'R' => self.format("%H:%M", directive)?,
            'r' => self.format("%I:%M:%S %p", directive)?,
            'T' => self.format("%H:%M:%S", directive)?,
            // Python has replaced the zone already. For one with a flag, C has no zone.
            'z' => {}
            'Z' => self.text("", directive)?,
            _ => return Some(false),
        }
        Some(true)
    }
}

/// Parses the flags, width and modifier of a directive, up to its letter.
fn read_directive(rest: &mut std::str::Chars<'_>) -> Directive {
    let mut directive = Directive {
        pad: Pad::Usual,
        upper: false,
        swap_case: false,
        lower: false,
        width: 0,
        modifier: '\0',
    };
    let peek = |rest: &std::str::Chars<'_>| rest.clone().next();
    while let Some(char) = peek(rest) {
        match char {
            '_' => directive.pad = Pad::Space,
            '-' => directive.pad = Pad::Not,
            '0' => directive.pad = Pad::Zero,
            '^' => directive.upper = true,
            '#' => directive.swap_case = true,
            _ => break,
        }
        rest.next();
    }
    while let Some(digit) = peek(rest).and_then(|char| char.to_digit(10)) {
        directive.width = directive.width.saturating_mul(10).saturating_add(digit as usize);
        rest.next();
    }
    if let Some(modifier @ ('E' | 'O')) = peek(rest) {
        directive.modifier = modifier;
        rest.next();
    }
    directive
}

/// Returns a character in upper case, or the character itself if its upper case has several
/// characters.
fn upper(char: char) -> char {
    let mut capitals = char.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => char,
    }
}

fn full(names: &[&'static str], index: i64) -> &'static str {
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or("?")
}

fn short(names: &[&'static str], index: i64) -> &'static str {
    let name = full(names, index);
    name.get(..3).unwrap_or(name)
}
