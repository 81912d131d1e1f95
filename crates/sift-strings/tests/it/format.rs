//! Compares the formatting and parsing of numbers and strings with CPython's results in `data/`
//! (see `data/format_cases.py`).

use num_bigint::BigInt;
use serde_json::Value;
use sift_strings::format::{
    Accessor, AutoNumber, Conversion, Count, FieldRoot, FieldSpec, FormatError, FormatField, FormatPiece, FormatSpec,
    FormatTemplate, FormatValue, IntRef, PercentPiece, PercentTemplate, PercentValue, REPR_GROWTH, Radix, float_repr,
    int_repr, parse_float, parse_int, parse_small_int, round_half_even, str_ascii, str_repr,
};

fn rows(data: &str) -> Vec<Vec<Value>> {
    serde_json::from_str(data).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn float(value: &Value) -> f64 {
    f64::from_bits(value.as_u64().unwrap())
}

/// Parses the integers of the test data without the parser under test.
fn int(value: &Value) -> BigInt {
    let (sign, digits) = text(value)
        .strip_prefix('-')
        .map_or((1, text(value)), |digits| (-1, digits));
    let (base, digits) = digits.strip_prefix("0x").map_or((10, digits), |digits| (16, digits));
    BigInt::parse_bytes(digits.as_bytes(), base).unwrap() * sign
}

/// Compares all rows before failing, so that one run reports every difference.
fn compare(rows: &[Vec<Value>], at_least: usize, mut found: impl FnMut(&[Value]) -> Vec<Value>) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|row| (row, found(row)))
        .filter(|(row, found)| !row.ends_with(found))
        .map(|(row, found)| {
            format!(
                "expected {}\n  found    {}",
                serde_json::json!(row),
                serde_json::json!(found)
            )
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    assert!(rows.len() >= at_least, "only {} rows", rows.len());
}

fn outcome(result: Result<String, FormatError>) -> Vec<Value> {
    match result {
        Ok(text) => vec![text.into(), Value::Null],
        Err(error) => {
            assert!(!error.code().is_empty() && !error.hint().is_empty());
            vec![error.exception().into(), error.to_string().into()]
        }
    }
}

#[test]
fn floats_format_as_by_repr() {
    compare(&rows(include_str!("../data/format_float_repr.json")), 600, |row| {
        vec![float_repr(float(&row[0])).into()]
    });
}

#[test]
fn floats_are_rounded_as_by_round() {
    compare(
        &rows(include_str!("../data/format_round.json")),
        1_000,
        |row| match round_half_even(float(&row[0]), row[1].as_i64().unwrap()) {
            Ok(rounded) => vec![rounded.to_bits().into()],
            Err(error) => vec![error.to_string().into()],
        },
    );
}

#[test]
fn integers_format_in_all_bases() {
    compare(&rows(include_str!("../data/format_ints.json")), 20, |row| {
        let value = int(&row[0]);
        let show = |radix| int_repr(IntRef::Big(&value), radix);
        let mut found: Vec<Value> = [Radix::Binary, Radix::Octal, Radix::Hexadecimal]
            .into_iter()
            .map(|radix| show(radix).unwrap().into())
            .collect();
        if let Ok(small) = i64::try_from(&value) {
            assert_eq!(
                int_repr(IntRef::Small(small), Radix::Hexadecimal),
                show(Radix::Hexadecimal)
            );
            assert_eq!(int_repr(IntRef::Small(small), Radix::Decimal), show(Radix::Decimal));
        }
        found.extend(outcome(show(Radix::Decimal).map_err(FormatError::from)));
        found
    });
}

fn with_value<T>(row: &[Value], then: impl FnOnce(&FormatValue<'_>, &str) -> T) -> T {
    let big;
    let value = match text(&row[0]) {
        "int" => {
            big = int(&row[1]);
            match i64::try_from(&big) {
                Ok(small) => FormatValue::Int(small.into()),
                Err(_) => FormatValue::Int((&big).into()),
            }
        }
        "float" => FormatValue::Float(float(&row[1])),
        _ => FormatValue::Str(text(&row[1])),
    };
    then(&value, text(&row[0]))
}

#[test]
fn format_specs_match_cpython() {
    compare(&rows(include_str!("../data/format_specs.json")), 5_000, |row| {
        with_value(row, |value, type_name| {
            let spec = text(&row[2]);
            outcome(FormatSpec::parse(spec, value, type_name).and_then(|spec| {
                let formatted = spec.format(value)?;
                let bound = spec.size_hint(value);
                assert!(
                    formatted.len() <= bound,
                    "{row:?}: {} bytes exceed the announced {bound}",
                    formatted.len()
                );
                Ok(formatted)
            }))
        })
    });
}

#[test]
fn size_hint_bounds_the_output_before_formatting() {
    let value = FormatValue::Int(IntRef::Small(1));
    let hint = |spec| FormatSpec::parse(spec, &value, "int").unwrap().size_hint(&value);
    assert!(hint("9999999999") >= 9_999_999_999);
    assert!(hint("€>9999999999") >= 3 * 9_999_999_999);
    assert!(hint(".2000000000f") >= 2_000_000_000);
    assert!(hint("5") < 100);
    let error = FormatSpec::parse(".2147483648f", &value, "int").and_then(|spec| spec.format(&value));
    assert_eq!(error, Err(FormatError::PrecisionTooBig));
}

#[test]
fn long_precisions_print_exact_digits_and_zeros() {
    let value = FormatValue::Float(5e-324);
    let long = FormatSpec::parse(".3000f", &value, "float")
        .unwrap()
        .format(&value)
        .unwrap();
    let digits = long.trim_end_matches('0');
    assert!(digits.starts_with("0.000") && digits.ends_with("25"), "{digits}");
    assert_eq!((long.len(), digits.len()), (3_002, 1_076));
    let value = FormatValue::Float(0.1);
    let long = FormatSpec::parse(".70000e", &value, "float")
        .unwrap()
        .format(&value)
        .unwrap();
    assert!(long.starts_with("1.000000000000000055511151231257827021181583404541015625000") && long.ends_with("0e-01"));
    assert_eq!(long.len(), 70_006);
}

#[test]
fn percent_formatting_matches_cpython() {
    compare(&rows(include_str!("../data/format_percent.json")), 800, |row| {
        with_value(row, |value, _| {
            let value = match *value {
                FormatValue::Int(int) => PercentValue::Int(int),
                FormatValue::Float(float) => PercentValue::Float(float),
                FormatValue::Str(text) => PercentValue::Text(text),
            };
            outcome(percent(text(&row[2]), &value))
        })
    });
}

fn percent(template: &str, value: &PercentValue<'_>) -> Result<String, FormatError> {
    let fixed = |count: Option<Count>| match count {
        Some(Count::Fixed(count)) => Some(count),
        Some(Count::Argument) | None => None,
    };
    let mut reader = PercentTemplate::new(template);
    let mut out = String::new();
    while let Some(piece) = reader.next_piece() {
        match piece? {
            PercentPiece::Literal(text) => out.push_str(text),
            PercentPiece::Field(field) => {
                let (width, precision) = (fixed(field.width).unwrap_or(0), fixed(field.precision));
                let formatted = field.format(value, width, precision)?;
                let bound = field.size_hint(value, width, precision);
                assert!(
                    formatted.len() <= bound,
                    "{template}: {} bytes exceed the announced {bound}",
                    formatted.len()
                );
                out.push_str(&formatted);
            }
        }
    }
    Ok(out)
}

#[test]
fn invalid_percent_templates_raise_as_in_cpython() {
    compare(&rows(include_str!("../data/format_percent_errors.json")), 15, |row| {
        outcome(percent(text(&row[0]), &PercentValue::Int(IntRef::Small(1))))
    });
}

#[test]
fn percent_fields_are_parsed_completely() {
    let mut reader = PercentTemplate::new("a%%%(k(x))-+ #0*.*ls%5.30d");
    let mut pieces = Vec::new();
    while let Some(piece) = reader.next_piece() {
        pieces.push(piece.unwrap());
    }
    let [
        PercentPiece::Literal("a"),
        PercentPiece::Field(sign),
        PercentPiece::Field(full),
        PercentPiece::Field(plain),
    ] = pieces.as_slice()
    else {
        panic!("{pieces:?}")
    };
    assert_eq!(sign.code, Ok(sift_strings::format::PercentCode::Percent));
    assert_eq!(
        (full.key, full.width, full.precision),
        (Some("k(x)"), Some(Count::Argument), Some(Count::Argument))
    );
    let flags = full.flags;
    assert!(flags.left && flags.plus && flags.space && flags.alternate && flags.zero);
    assert_eq!(full.code, Ok(sift_strings::format::PercentCode::Str));
    assert_eq!(
        (plain.width, plain.precision),
        (Some(Count::Fixed(5)), Some(Count::Fixed(30)))
    );
}

/// Renders a template with a stub value, as the generator of the test data does. Every attribute
/// and item exists.
fn render(template: &str) -> Result<String, (String, String)> {
    let mut numbers = AutoNumber::default();
    render_pieces(FormatTemplate::new(template), &mut numbers)
}

fn raised(error: FormatError) -> (String, String) {
    (error.exception().to_owned(), error.to_string())
}

fn render_pieces(mut template: FormatTemplate<'_>, numbers: &mut AutoNumber) -> Result<String, (String, String)> {
    let mut out = String::new();
    while let Some(piece) = template.next_piece(numbers) {
        match piece.map_err(raised)? {
            FormatPiece::Literal(text) => out.push_str(text),
            FormatPiece::Field(field) => out.push_str(&render_field(&field, numbers)?),
        }
    }
    Ok(out)
}

fn render_field(field: &FormatField<'_>, numbers: &mut AutoNumber) -> Result<String, (String, String)> {
    let mut shown = match field.root {
        FieldRoot::Index(index) if index < 10 => index.to_string(),
        FieldRoot::Index(_) => unreachable!("not in the data"),
        FieldRoot::Name(name) if ["a", "d", " ", "a "].contains(&name) => name.to_owned(),
        FieldRoot::Name(name) => return Err((String::from("KeyError"), str_repr(name))),
    };
    for accessor in field.accessors() {
        match accessor.map_err(raised)? {
            Accessor::Attribute(name) => shown += &format!(".{name}"),
            Accessor::Index(index) => shown += &format!("[{index}]"),
            Accessor::Key(key) => shown += &format!("[{}]", str_repr(key)),
        }
    }
    let converted = field.conversion.map(Conversion::of).transpose().map_err(raised)?;
    let spec = match field.spec {
        FieldSpec::Text(spec) => spec.to_owned(),
        FieldSpec::Template(template) => render_pieces(FormatTemplate::nested(template), numbers)?,
    };
    let converted = match converted {
        None => return Ok(format!("<{shown}|{spec}>")),
        Some(Conversion::Str) => format!("s({shown})"),
        Some(Conversion::Repr | Conversion::Ascii) => format!("r({shown})"),
    };
    let value = FormatValue::Str(&converted);
    FormatSpec::parse(&spec, &value, "str")
        .and_then(|spec| spec.format(&value))
        .map_err(raised)
}

#[test]
fn templates_render_as_by_str_format() {
    compare(
        &rows(include_str!("../data/format_templates.json")),
        50,
        |row| match render(text(&row[0])) {
            Ok(rendered) => vec![rendered.into(), Value::Null],
            Err((exception, message)) => vec![exception.into(), message.into()],
        },
    );
}

#[test]
fn strings_format_as_by_repr_and_ascii() {
    compare(&rows(include_str!("../data/format_str_repr.json")), 12, |row| {
        let (repr, ascii) = (str_repr(text(&row[0])), str_ascii(text(&row[0])));
        assert!(repr.len().max(ascii.len()) <= text(&row[0]).len() * REPR_GROWTH + 2);
        vec![repr.into(), ascii.into()]
    });
}

#[test]
fn integers_parse_as_by_int() {
    compare(&rows(include_str!("../data/format_parse_int.json")), 250, |row| {
        let base = u32::try_from(row[1].as_u64().unwrap()).unwrap();
        let read = parse_int(text(&row[0]), base);
        if let (10, Some(small)) = (base, parse_small_int(text(&row[0]))) {
            assert_eq!(read.as_ref().ok(), Some(&small.into()));
        }
        // An integer that is too long for decimal notation has a row with that error.
        let written = read.and_then(|value| int_repr(IntRef::Big(&value), Radix::Decimal));
        outcome(written.map_err(FormatError::from))
    });
}

#[test]
fn only_short_plain_decimals_take_the_fast_parsing_path() {
    let largest = "9".repeat(18);
    for (text, number) in [("0", 0), ("-0", 0), ("+7", 7), ("-042", -42)] {
        assert_eq!(parse_small_int(text), Some(number), "{text}");
    }
    assert_eq!(parse_small_int(&largest), largest.parse().ok());
    for text in ["", "+", "-", "--1", " 1", "1_0", "1.0", "٣", &format!("{largest}0")] {
        assert_eq!(parse_small_int(text), None, "{text}");
    }
}

#[test]
fn floats_parse_as_by_float() {
    compare(
        &rows(include_str!("../data/format_parse_float.json")),
        50,
        |row| match parse_float(text(&row[0])) {
            // Python doesn't show the sign of a NaN.
            Ok(value) if value.is_nan() => vec![row[1].clone(), Value::Null],
            Ok(value) => vec![value.to_bits().into(), Value::Null],
            Err(error) => vec![error.exception().into(), error.to_string().into()],
        },
    );
}
