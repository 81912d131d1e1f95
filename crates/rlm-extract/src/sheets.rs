//! Extracts the sheets of workbooks (XLSX, XLS, ODS) as CSV: one line for each row that has
//! values.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Ods, Reader, Xls, XlsError, Xlsb, Xlsx};

use crate::error::ExtractError;
use crate::parts::{COMPOUND_FILE, Parts};
use crate::{Extracted, Format, Limits, PAGE_BREAK, Section, SectionLabel};

/// A cell with a value: its row and column from 0, and its text.
type Cell = (u32, u32, String);

/// A sheet: its name and the cells with values.
type Sheet = (String, Vec<Cell>);

pub(crate) fn extract(format: Format, bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let sheets = if format == Format::Xls && bytes.starts_with(&COMPOUND_FILE) {
        xls(bytes)?
    } else {
        let mut parts = Parts::open(bytes, format.name(), limits)?;
        parts.refuse_large()?;
        let bytes = Cursor::new(parts.into_inner());
        match format {
            Format::Ods => ranges(&mut Ods::new(bytes).map_err(|error| match error {
                calamine::OdsError::Password => ExtractError::Locked,
                error => ExtractError::damaged(error),
            })?)?,
            Format::Xlsb => ranges(&mut Xlsb::new(bytes).map_err(ExtractError::damaged)?)?,
            // Some programs save the newer format under the name of the older one.
            _ => xlsx(Xlsx::new(bytes).map_err(ExtractError::damaged)?, limits)?,
        }
    };
    let mut writer = Writer {
        extracted: Extracted::default(),
        limits,
        is_titled: sheets.iter().filter(|(_, cells)| !cells.is_empty()).count() > 1,
    };
    for (name, cells) in sheets {
        writer.sheet(&name, cells)?;
    }
    Ok(writer.extracted)
}

fn xls(bytes: Vec<u8>) -> Result<Vec<Sheet>, ExtractError> {
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => ExtractError::Locked,
        error => ExtractError::damaged(error),
    })?;
    ranges(&mut workbook)
}

fn xlsx(mut workbook: Xlsx<Cursor<Vec<u8>>>, limits: Limits) -> Result<Vec<Sheet>, ExtractError> {
    let mut sheets = Vec::new();
    let mut left = limits.bytes;
    for name in workbook.sheet_names() {
        // Formulas that calamine can't read must not hide the values.
        let cells = match xlsx_cells(&mut workbook, &name, true, left) {
            Err(ExtractError::Damaged { .. }) => xlsx_cells(&mut workbook, &name, false, left)?,
            cells => cells?,
        };
        left = left.saturating_sub(cells.iter().map(|(.., text)| text.len() as u64).sum());
        sheets.push((name, cells));
    }
    Ok(sheets)
}

/// Reads the cells of XLSX one by one: a sheet with values in two corners has billions of empty
/// cells between them. With `formulas`, a cell without a calculated value has its formula.
fn xlsx_cells(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    formulas: bool,
    limit: u64,
) -> Result<Vec<Cell>, ExtractError> {
    let mut cells = Vec::new();
    // A sheet may be a chart, which has no cells.
    let Ok(mut reader) = workbook.worksheet_cells_reader(sheet) else {
        return Ok(cells);
    };
    let mut bytes = 0_u64;
    loop {
        let (place, value, formula) = if formulas {
            match reader.next_cell_with_formula().map_err(ExtractError::damaged)? {
                Some(cell) => (cell.pos, cell.value, cell.formula),
                None => return Ok(cells),
            }
        } else {
            match reader.next_cell().map_err(ExtractError::damaged)? {
                Some(cell) => (cell.get_position(), cell.get_value().clone(), None),
                None => return Ok(cells),
            }
        };
        let mut text = text_of(value.into());
        if let (true, Some(formula)) = (text.is_empty(), formula.filter(|formula| !formula.is_empty())) {
            text = format!("={}", one_line(&formula));
        }
        // A shared text is stored once in the file, however many cells have it.
        bytes = bytes.saturating_add(text.len() as u64);
        if bytes > limit {
            return Err(ExtractError::TooLarge { limit });
        }
        if !text.is_empty() {
            cells.push((place.0, place.1, text));
        }
    }
}

fn ranges<R: Reader<Cursor<Vec<u8>>>>(workbook: &mut R) -> Result<Vec<Sheet>, ExtractError>
where
    R::Error: ToString,
{
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(ExtractError::damaged)?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut cells = Vec::new();
        for (row, column, value) in range.used_cells() {
            let text = text_of(value.clone());
            let place = |first: u32, offset| u32::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
            if let (false, Some(row), Some(column)) =
                (text.is_empty(), place(first_row, row), place(first_column, column))
            {
                cells.push((row, column, text));
            }
        }
        sheets.push((name, cells));
    }
    Ok(sheets)
}

/// Returns the value of a cell as text on one line.
fn text_of(value: Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => float(number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => one_line(&text),
        Data::Bool(is_true) => if is_true { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(time) => date(&time),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// Formats a number with at most 15 digits, as spreadsheets do, so that 0.1 + 0.2 is 0.3.
fn float(number: f64) -> String {
    format!("{number:.14e}").parse().unwrap_or(number).to_string()
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}

/// Formats a date as `2025-03-01`, with the time of day if there is one.
fn date(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let seconds = if milli == 0 {
        format!("{second:02}")
    } else {
        format!("{second:02}.{milli:03}")
    };
    let clock = format!("{hour:02}:{minute:02}:{seconds}");
    if time.is_duration() {
        let hours = (time.as_f64() * 24.0).trunc();
        return format!("{hours:02}:{minute:02}:{seconds}");
    }
    if time.as_f64() < 1.0 {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        date
    } else {
        format!("{date} {clock}")
    }
}

struct Writer {
    extracted: Extracted,
    limits: Limits,
    /// Whether each sheet is preceded by its name: there are several.
    is_titled: bool,
}

impl Writer {
    fn sheet(&mut self, name: &str, mut cells: Vec<Cell>) -> Result<(), ExtractError> {
        if cells.is_empty() {
            return Ok(());
        }
        cells.sort_by_key(|&(row, column, _)| (row, column));
        let first_column = cells.iter().map(|&(_, column, _)| column).min().unwrap_or(0);
        let text = &mut self.extracted.text;
        if !text.is_empty() {
            text.push_str(PAGE_BREAK);
        }
        if self.is_titled {
            self.extracted.sections.push(Section {
                start: text.len(),
                label: SectionLabel::Named(name.to_owned()),
            });
            text.push_str(&format!("# {}\n", one_line(name)));
        }
        let mut expected = None;
        for row in cells.chunk_by(|left, right| left.0 == right.0) {
            let Some(&(number, ..)) = row.first() else { continue };
            if expected != Some(number) {
                if expected.is_some() {
                    self.extracted.text.push('\n');
                }
                self.extracted.sections.push(Section {
                    start: self.extracted.text.len(),
                    label: SectionLabel::Rows {
                        sheet: name.to_owned(),
                        row: u64::from(number) + 1,
                        column: u64::from(first_column) + 1,
                    },
                });
            }
            expected = number.checked_add(1);
            self.row(row, first_column)?;
        }
        Ok(())
    }

    /// Writes a row as a CSV record. Columns before the sheet's first one, and empty fields at the
    /// end, are left out.
    fn row(&mut self, cells: &[Cell], first_column: u32) -> Result<(), ExtractError> {
        let text = &mut self.extracted.text;
        let mut at = first_column;
        for (_, column, value) in cells {
            while at < *column {
                text.push(',');
                at += 1;
            }
            if value.contains([',', '"']) {
                text.push_str(&format!("\"{}\"", value.replace('"', "\"\"")));
            } else {
                text.push_str(value);
            }
        }
        text.push('\n');
        if text.len() as u64 > self.limits.bytes {
            return Err(ExtractError::TooLarge {
                limit: self.limits.bytes,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_a_spreadsheet_shows() {
        assert_eq!(
            [0.1 + 0.2, 1200.0, -2.5, 1e20, 123_456_789.123].map(float),
            ["0.3", "1200", "-2.5", "100000000000000000000", "123456789.123"]
        );
        assert_eq!(one_line("two\r\nlines\n"), "two lines");
    }
}
