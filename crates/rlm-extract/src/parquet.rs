//! Extracts the rows of Parquet as CSV, after a header with the names of the columns.

use ::parquet::data_type::AsBytes as _;
use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::record::{Field, Row};

use crate::error::ExtractError;
use crate::{Extracted, Limits};

pub(crate) fn extract(bytes: Vec<u8>, limits: Limits) -> Result<Extracted, ExtractError> {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).map_err(ExtractError::damaged)?;
    let rows = reader.get_row_iter(None).map_err(ExtractError::damaged)?;
    let columns = reader.metadata().file_metadata().schema().get_fields();
    let mut text = record(columns.iter().map(|column| column.name().to_owned()));
    for row in rows {
        let row: Row = row.map_err(ExtractError::damaged)?;
        text.push_str(&record(row.get_column_iter().map(|(_, field)| value(field))));
        if text.len() as u64 > limits.bytes {
            return Err(ExtractError::TooLarge { limit: limits.bytes });
        }
    }
    Ok(Extracted {
        text,
        sections: Vec::new(),
    })
}

/// Writes a CSV record on one line.
fn record(fields: impl Iterator<Item = String>) -> String {
    let fields = fields.map(|field| {
        let field = field.replace(['\n', '\r'], " ");
        if field.contains([',', '"']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field
        }
    });
    fields.collect::<Vec<_>>().join(",") + "\n"
}

/// Returns a value as text. Lists, maps and groups are written with brackets.
fn value(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.as_bytes()) {
            Ok(text) => text.to_owned(),
            Err(_) => format!("({} bytes)", bytes.len()),
        },
        other => other.to_string(),
    }
}
