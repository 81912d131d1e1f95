//! Parquet.
#![cfg(feature = "parquet")]
use std::sync::Arc;

use insta::assert_snapshot;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rlm_extract::{ExtractError, Format, Limits, extract};

use crate::damage::every_damage_is_an_error;
use crate::support::read;

const SCHEMA: &str =
    "message orders { REQUIRED BYTE_ARRAY item (UTF8); OPTIONAL DOUBLE euros; REQUIRED INT32 day (DATE); }";

fn orders(compression: Compression, rows: usize) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a valid schema"));
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    let items: Vec<ByteArray> = (0..rows)
        .map(|row| ByteArray::from(if row % 2 == 0 { "Roof, \"new\"" } else { "Steps" }))
        .collect();
    let mut column = group.next_column().expect("valid").expect("a column");
    column
        .typed::<ByteArrayType>()
        .write_batch(&items, None, None)
        .expect("written");
    column.close().expect("closed");
    let present: Vec<i16> = (0..rows).map(|row| i16::from(row % 2 == 0)).collect();
    let euros: Vec<f64> = present.iter().filter(|&&is| is == 1).map(|_| 1200.5).collect();
    let mut column = group.next_column().expect("valid").expect("a column");
    column
        .typed::<DoubleType>()
        .write_batch(&euros, Some(&present), None)
        .expect("written");
    column.close().expect("closed");
    let mut column = group.next_column().expect("valid").expect("a column");
    column
        .typed::<Int32Type>()
        .write_batch(&vec![20_148; rows], None, None)
        .expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    writer.close().expect("closed");
    bytes
}

#[test]
fn parquet_rows_are_csv_records() {
    let text = |compression| read(Format::Parquet, orders(compression, 3)).text;
    assert_snapshot!(text(Compression::UNCOMPRESSED), @r#"
    item,euros,day
    "Roof, ""new""",1200.5,2025-03-01
    Steps,,2025-03-01
    "Roof, ""new""",1200.5,2025-03-01
    "#);
    assert_eq!(text(Compression::SNAPPY), text(Compression::UNCOMPRESSED));
}

#[test]
fn unreadable_parquet_files_are_errors() {
    let said = |bytes, limits| extract(Format::Parquet, bytes, limits);
    let text = said(b"item,euros\n".to_vec(), Limits::default());
    assert!(matches!(text, Err(ExtractError::Damaged { .. })), "{text:?}");
    // Equal values are stored once, however many rows have them.
    let bomb = orders(Compression::SNAPPY, 100_000);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    assert_eq!(said(bomb, limits), Err(ExtractError::TooLarge { limit: 1 << 20 }));
    every_damage_is_an_error(Format::Parquet, &orders(Compression::SNAPPY, 3));
}
