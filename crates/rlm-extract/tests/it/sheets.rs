//! Workbooks.
#![cfg(feature = "xlsx")]
use insta::assert_snapshot;
use rlm_extract::{ExtractError, Format, Limits, extract};

use crate::support::{labelled, read, zipped};

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// Writes a workbook whose sheets have these rows, as `XML`.
fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = String::new();
    let mut relations = String::new();
    let mut files = Vec::new();
    for (number, (name, rows)) in (1..).zip(sheets) {
        workbook += &format!(r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#);
        relations += &format!(
            r#"<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
        files.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!(
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ));
    }
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{workbook}</sheets></workbook>"#
    );
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#
    );
    let mut parts = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/styles.xml", STYLES),
        ("xl/workbook.xml", workbook.as_str()),
        ("xl/_rels/workbook.xml.rels", relations.as_str()),
    ];
    parts.extend(files.iter().map(|(name, content)| (name.as_str(), content.as_str())));
    zipped(&parts)
}

const COSTS: &str = r#"<row r="2"><c r="B2" t="inlineStr"><is><t>Item</t></is></c><c r="C2" t="inlineStr"><is><t>Euros</t></is></c><c r="D2" t="inlineStr"><is><t>Paid</t></is></c></row>
<row r="3"><c r="B3" t="inlineStr"><is><t>Roof, "new"</t></is></c><c r="C3"><v>1200</v></c><c r="D3" s="1"><v>45717</v></c></row>
<row r="4"><c r="B4" t="inlineStr"><is><t>Steps
of stone</t></is></c><c r="C4"><v>0.30000000000000004</v></c></row>
<row r="9"><c r="B9"><f>SUM(C3:C4)</f></c><c r="C9"><f>C3+C4</f><v>1200.3</v></c><c r="D9" t="b"><v>1</v></c><c r="E9" t="e"><v>#DIV/0!</v></c></row>"#;

fn workbook() -> Vec<u8> {
    let other = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Largesse &amp; gifts</t></is></c></row>"#;
    xlsx(&[("Costs", COSTS), ("Empty", ""), ("Income 2025", other)])
}

#[test]
fn xlsx_rows_are_csv_records_with_their_cells() {
    assert_snapshot!(labelled(&read(Format::Xlsx, workbook())), @r#"
    «Costs»# Costs
    «Costs!B2»Item,Euros,Paid
    "Roof, ""new""",1200,2025-03-01
    Steps of stone,0.3

    «Costs!B9»=SUM(C3:C4),1200.3,TRUE,#DIV/0!

    ␌
    «Income 2025»# Income 2025
    «Income 2025!A1»Largesse & gifts
    "#);
    // One sheet is nothing but CSV.
    let one = read(Format::Xlsx, xlsx(&[("Only", COSTS)]));
    assert!(one.text.starts_with("Item,Euros,Paid\n"), "{}", one.text);
    assert_eq!(Format::of_bytes(&workbook()), Some(Format::Xlsx));
}

#[test]
fn sparse_workbooks_are_bounded() {
    // A dense table of these two cells would have 17 thousand million.
    let corners = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let text = read(Format::Xlsx, xlsx(&[("Corners", corners)])).text;
    assert_eq!((text.len(), text.lines().count()), (2 + 1 + 16_383 + 2, 3));
    // Wide rows of one value each are rejected before they fill the memory.
    let wide: String = (2..2_000)
        .map(|row| format!(r#"<row r="{row}"><c r="XFD{row}"><v>2</v></c></row>"#))
        .collect();
    let wide = xlsx(&[("Wide", &format!("{corners}{wide}"))]);
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    assert_eq!(
        extract(Format::Xlsx, wide, limits),
        Err(ExtractError::TooLarge { limit: 1 << 20 })
    );
}

const ODS: &str = r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Costs"><table:table-row><table:table-cell office:value-type="string"><text:p>Item</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Euros</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Roof</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1200"><text:p>1,200.00</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"#;
const MANIFEST: &str = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/"/></manifest:manifest>"#;

fn ods() -> Vec<u8> {
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", ODS),
        ("META-INF/manifest.xml", MANIFEST),
    ])
}

#[test]
fn ods_rows_are_csv_records() {
    assert_snapshot!(labelled(&read(Format::Ods, ods())), @r"
    «Costs!A1»Item,Euros
    Roof,1200
    ");
}

#[test]
fn unreadable_workbooks_are_errors() {
    let said = |format, bytes: Vec<u8>| extract(format, bytes, Limits::default()).expect_err("expected an error");
    let encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 EncryptedPackage".to_vec();
    assert_eq!(said(Format::Xlsx, encrypted.clone()), ExtractError::Locked);
    assert!(matches!(said(Format::Xls, encrypted), ExtractError::Damaged { .. }));
    assert!(matches!(
        said(Format::Xlsx, b"a,b\n".to_vec()),
        ExtractError::Damaged { .. }
    ));
    assert_eq!(said(Format::Xlsx, xlsx(&[("Empty", "")])), ExtractError::NoText);
    let bomb = xlsx(&[("Bomb", &" ".repeat(65 << 20))]);
    assert_eq!(said(Format::Xlsx, bomb), ExtractError::TooPacked { times: 200 });
    crate::damage::every_damage_is_an_error(Format::Xlsx, &workbook());
    crate::damage::every_damage_is_an_error(Format::Ods, &ods());
}
