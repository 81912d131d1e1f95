//! Encodes requests of OTLP as Protobuf, from their JSON.
//!
//! The tables list the fields that the JSON of this workspace uses, with their numbers and types in
//! `opentelemetry-proto` 1.x. A test decodes requests by the official definitions, and compares them.

use serde_json::Value;

/// A field of a message.
struct Field {
    /// The name of the field in JSON.
    name: &'static str,
    number: u32,
    kind: Kind,
}

/// The type of a field, with its form in JSON.
enum Kind {
    /// `string`.
    Text,
    /// `bytes`: hexadecimal digits.
    Hex,
    /// `bool`.
    Flag,
    /// An enum or an `int64`: a number or its digits.
    Integer,
    /// `fixed64`: digits.
    Fixed,
    /// `double`.
    Double,
    /// Packed `fixed64` or `double` values: a list.
    FixedList,
    DoubleList,
    /// A message, or a list of messages.
    Message(&'static [Field]),
}

const fn field(name: &'static str, number: u32, kind: Kind) -> Field {
    Field { name, number, kind }
}

/// `ExportTraceServiceRequest`.
static TRACES: [Field; 1] = [field(
    "resourceSpans",
    1,
    Kind::Message(&[
        field("resource", 1, Kind::Message(&RESOURCE)),
        field(
            "scopeSpans",
            2,
            Kind::Message(&[
                field("scope", 1, Kind::Message(&SCOPE)),
                field("spans", 2, Kind::Message(&SPAN)),
            ]),
        ),
    ]),
)];

/// `ExportMetricsServiceRequest`.
static METRICS: [Field; 1] = [field(
    "resourceMetrics",
    1,
    Kind::Message(&[
        field("resource", 1, Kind::Message(&RESOURCE)),
        field(
            "scopeMetrics",
            2,
            Kind::Message(&[
                field("scope", 1, Kind::Message(&SCOPE)),
                field("metrics", 2, Kind::Message(&METRIC)),
            ]),
        ),
    ]),
)];

static RESOURCE: [Field; 1] = [field("attributes", 1, Kind::Message(&KEY_VALUE))];
static SCOPE: [Field; 2] = [field("name", 1, Kind::Text), field("version", 2, Kind::Text)];
static KEY_VALUE: [Field; 2] = [
    field("key", 1, Kind::Text),
    field("value", 2, Kind::Message(&ANY_VALUE)),
];
static ANY_VALUE: [Field; 5] = [
    field("stringValue", 1, Kind::Text),
    field("boolValue", 2, Kind::Flag),
    field("intValue", 3, Kind::Integer),
    field("doubleValue", 4, Kind::Double),
    field(
        "arrayValue",
        5,
        Kind::Message(&[field("values", 1, Kind::Message(&ANY_VALUE))]),
    ),
];

static SPAN: [Field; 9] = [
    field("traceId", 1, Kind::Hex),
    field("spanId", 2, Kind::Hex),
    field("parentSpanId", 4, Kind::Hex),
    field("name", 5, Kind::Text),
    field("kind", 6, Kind::Integer),
    field("startTimeUnixNano", 7, Kind::Fixed),
    field("endTimeUnixNano", 8, Kind::Fixed),
    field("attributes", 9, Kind::Message(&KEY_VALUE)),
    field(
        "status",
        15,
        Kind::Message(&[field("message", 2, Kind::Text), field("code", 3, Kind::Integer)]),
    ),
];

static METRIC: [Field; 6] = [
    field("name", 1, Kind::Text),
    field("description", 2, Kind::Text),
    field("unit", 3, Kind::Text),
    field(
        "gauge",
        5,
        Kind::Message(&[field("dataPoints", 1, Kind::Message(&NUMBER))]),
    ),
    field(
        "sum",
        7,
        Kind::Message(&[
            field("dataPoints", 1, Kind::Message(&NUMBER)),
            field("aggregationTemporality", 2, Kind::Integer),
            field("isMonotonic", 3, Kind::Flag),
        ]),
    ),
    field(
        "histogram",
        9,
        Kind::Message(&[
            field(
                "dataPoints",
                1,
                Kind::Message(&[
                    field("startTimeUnixNano", 2, Kind::Fixed),
                    field("timeUnixNano", 3, Kind::Fixed),
                    field("count", 4, Kind::Fixed),
                    field("sum", 5, Kind::Double),
                    field("bucketCounts", 6, Kind::FixedList),
                    field("explicitBounds", 7, Kind::DoubleList),
                    field("attributes", 9, Kind::Message(&KEY_VALUE)),
                ]),
            ),
            field("aggregationTemporality", 2, Kind::Integer),
        ]),
    ),
];

static NUMBER: [Field; 4] = [
    field("startTimeUnixNano", 2, Kind::Fixed),
    field("timeUnixNano", 3, Kind::Fixed),
    field("asDouble", 4, Kind::Double),
    field("attributes", 7, Kind::Message(&KEY_VALUE)),
];

/// The wire types.
const VARINT: u32 = 0;
const EIGHT_BYTES: u32 = 1;
const LENGTH: u32 = 2;

/// Encodes an `ExportTraceServiceRequest`, such as the output of [`rlm_trace::otlp`].
#[must_use]
pub fn traces(request: &Value) -> Vec<u8> {
    message(request, &TRACES)
}

/// Encodes an `ExportMetricsServiceRequest`.
#[must_use]
pub fn metrics(request: &Value) -> Vec<u8> {
    message(request, &METRICS)
}

fn message(value: &Value, fields: &[Field]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields {
        if let Some(value) = value.get(field.name) {
            encode(value, field, &mut out);
        }
    }
    out
}

/// Encodes a field. A value of another type than the field's is left out.
fn encode(value: &Value, field: &Field, out: &mut Vec<u8>) {
    match (&field.kind, value) {
        (Kind::Message(fields), Value::Array(values)) => {
            for value in values {
                bytes(field.number, &message(value, fields), out);
            }
        }
        (Kind::Message(fields), _) => bytes(field.number, &message(value, fields), out),
        (Kind::Text, Value::String(text)) => bytes(field.number, text.as_bytes(), out),
        (Kind::Hex, Value::String(digits)) => bytes(field.number, &from_hex(digits), out),
        (Kind::Flag, Value::Bool(flag)) => integer(field.number, u64::from(*flag), out),
        (Kind::Integer, _) => {
            if let Some(number) = signed(value) {
                integer(field.number, number.cast_unsigned(), out);
            }
        }
        (Kind::Fixed, _) => {
            key(field.number, EIGHT_BYTES, out);
            out.extend(unsigned(value).to_le_bytes());
        }
        (Kind::Double, _) => {
            key(field.number, EIGHT_BYTES, out);
            out.extend(value.as_f64().unwrap_or_default().to_le_bytes());
        }
        (Kind::FixedList, Value::Array(values)) => {
            let packed: Vec<u8> = values.iter().flat_map(|value| unsigned(value).to_le_bytes()).collect();
            bytes(field.number, &packed, out);
        }
        (Kind::DoubleList, Value::Array(values)) => {
            let numbers = values.iter().filter_map(Value::as_f64);
            bytes(
                field.number,
                &numbers.flat_map(f64::to_le_bytes).collect::<Vec<u8>>(),
                out,
            );
        }
        _ => {}
    }
}

fn signed(value: &Value) -> Option<i64> {
    match value {
        Value::String(digits) => digits.parse().ok(),
        number => number.as_i64(),
    }
}

fn unsigned(value: &Value) -> u64 {
    match value {
        Value::String(digits) => digits.parse().unwrap_or_default(),
        number => number.as_u64().unwrap_or_default(),
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    let nibbles: Vec<u8> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(16)?.try_into().ok())
        .collect();
    nibbles
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble))
        .collect()
}

fn bytes(number: u32, content: &[u8], out: &mut Vec<u8>) {
    key(number, LENGTH, out);
    varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

fn integer(number: u32, value: u64, out: &mut Vec<u8>) {
    key(number, VARINT, out);
    varint(value, out);
}

fn key(number: u32, wire_type: u32, out: &mut Vec<u8>) {
    varint(u64::from(number << 3 | wire_type), out);
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The part of a response that says what the server did not accept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PartialSuccess {
    pub(crate) rejected: u64,
    pub(crate) message: String,
}

/// Decodes the response to an export: field 1 is the partial success, with the number of rejected
/// items in its field 1 and a message in its field 2.
pub(crate) fn partial_success(response: &[u8]) -> Option<PartialSuccess> {
    let mut partial = PartialSuccess::default();
    let inner = fields(response)?
        .into_iter()
        .find_map(|(number, _, content)| (number == 1).then_some(content))?;
    for (number, value, content) in fields(inner)? {
        match number {
            1 => partial.rejected = value,
            2 => partial.message = String::from_utf8_lossy(content).into_owned(),
            _ => {}
        }
    }
    Some(partial)
}

/// Splits a message into fields: the number, the value of a varint, and the content of other types.
fn fields(mut message: &[u8]) -> Option<Vec<(u64, u64, &[u8])>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = read_varint(&mut message)?;
        let (value, length) = match key & 7 {
            0 => (read_varint(&mut message)?, 0),
            1 => (0, 8),
            2 => (0, usize::try_from(read_varint(&mut message)?).ok()?),
            5 => (0, 4),
            _ => return None,
        };
        let (content, rest) = message.split_at_checked(length)?;
        fields.push((key >> 3, value, content));
        message = rest;
    }
    Some(fields)
}

fn read_varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_items_are_read() {
        let mut inner = Vec::new();
        integer(1, 300, &mut inner);
        bytes(2, b"too old", &mut inner);
        let mut response = Vec::new();
        bytes(1, &inner, &mut response);
        let expected = PartialSuccess {
            rejected: 300,
            message: "too old".to_owned(),
        };
        assert_eq!(partial_success(&response), Some(expected));
        assert_eq!(partial_success(b""), None);
        for end in 1..response.len() {
            assert_eq!(partial_success(&response[..end]), None, "{end}");
        }
    }
}
