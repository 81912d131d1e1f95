//! Helpers for request and response bodies that all protocols share.

use std::fmt;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use rlm_model::{AttachedImage, Image, Message, Money, Tokens};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The content of several messages, separated by blank lines. It is serialized without being joined
/// in memory first.
pub(crate) struct Content<'a>(pub(crate) &'a [&'a Message]);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, message) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("\n\n")?;
            }
            message.parts.iter().try_for_each(|part| f.write_str(&part.text))?;
        }
        Ok(())
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The bytes of an image in Base64, after a prefix. They are encoded while they are serialized.
pub(crate) struct Base64Image<'a> {
    image: &'a Image,
    /// Whether the data URL of the image is written, not the bare Base64.
    is_url: bool,
}

impl<'a> Base64Image<'a> {
    /// Writes the bare Base64.
    pub(crate) const fn bare(attached: &'a AttachedImage) -> Self {
        Self {
            image: &attached.image,
            is_url: false,
        }
    }

    /// Writes a data URL.
    pub(crate) const fn url(attached: &'a AttachedImage) -> Self {
        Self {
            image: &attached.image,
            is_url: true,
        }
    }
}

impl fmt::Display for Base64Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_url {
            write!(f, "data:{};base64,", self.image.media_type)?;
        }
        Base64Display::new(&self.image.bytes, &STANDARD).fmt(f)
    }
}

impl Serialize for Base64Image<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Serializes the body of a request as JSON.
pub(crate) fn to_bytes(body: &impl Serialize) -> Vec<u8> {
    // Only strings, numbers and lists, so this can't fail.
    serde_json::to_vec(body).unwrap_or_default()
}

/// Adds a user's additional fields to the JSON body of a request. Existing fields take precedence.
pub(crate) fn with_extra(body: Vec<u8>, extra: &Map<String, Value>) -> Vec<u8> {
    if extra.is_empty() {
        return body;
    }
    match serde_json::from_slice::<Map<String, Value>>(&body) {
        Ok(mut fields) => {
            merge(&mut fields, extra);
            to_bytes(&fields)
        }
        Err(_) => body,
    }
}

fn merge(fields: &mut Map<String, Value>, extra: &Map<String, Value>) {
    for (key, value) in extra {
        match (fields.get_mut(key), value) {
            (None, _) => {
                fields.insert(key.clone(), value.clone());
            }
            (Some(Value::Object(inner)), Value::Object(more)) => merge(inner, more),
            (Some(_), _) => {}
        }
    }
}

/// Percent-encodes a name for use as a segment of a URL's path.
pub(crate) fn escape(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::with_capacity(name.len()), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~:@".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

/// Returns the text at a key of a JSON object, or `None` if the text is missing or empty.
pub(crate) fn text_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// Returns the first alternative (the one with index 0) in the array at a key of a response body.
/// If an alternative states no index, its position counts.
///
/// Only one alternative is requested, but a proxy may send several; the pieces of all of them
/// arrive in one stream.
pub(crate) fn first_of<'a>(body: &'a Value, key: &str) -> Option<&'a Value> {
    let answers = body.get(key)?.as_array()?;
    let index = |answer: &Value| answer.get("index").and_then(Value::as_u64);
    (0..)
        .zip(answers)
        .find(|(place, answer)| index(answer).unwrap_or(*place) == 0)
        .map(|(_, answer)| answer)
}

/// Returns the number of tokens at a JSON pointer, if there is a number.
pub(crate) fn tokens_at(value: &Value, pointer: &str) -> Option<Tokens> {
    value.pointer(pointer).and_then(Value::as_u64).map(Tokens)
}

/// Converts dollars that a gateway reports as a float to micro-dollars, rounded up.
pub(crate) fn micro_dollars(dollars: f64) -> Option<Money> {
    let micros = (dollars * 1e6).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range that the condition allows"
    )]
    (0.0..=9e15).contains(&micros).then_some(Money(micros as u64))
}

/// Estimates the tokens of a text: a quarter of its bytes, rounded up.
pub(crate) fn tokens_estimate(text: &str) -> Tokens {
    Tokens((text.len() as u64).div_ceil(4))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extra_fields_are_merged_without_overwriting_the_body() {
        let body = json!({"model": "m", "options": {"num_predict": 5}});
        let extra = json!({"model": "other", "top_p": 0.9, "options": {"num_predict": 9, "top_k": 1}});
        let merged = with_extra(to_bytes(&body), extra.as_object().unwrap());
        let merged: Value = serde_json::from_slice(&merged).unwrap();
        let expected = json!({"model": "m", "options": {"num_predict": 5, "top_k": 1}, "top_p": 0.9});
        assert_eq!(merged, expected);
    }

    #[test]
    fn path_segments_are_percent_encoded() {
        assert_eq!(escape("gpt-5.1_eu"), "gpt-5.1_eu");
        assert_eq!(escape("a/b?c=ä"), "a%2Fb%3Fc%3D%C3%A4");
    }

    #[test]
    fn dollar_amounts_round_up_and_invalid_ones_are_none() {
        assert_eq!(micro_dollars(0.000_001_2), Some(Money(2)));
        assert_eq!(micro_dollars(-1.0), None);
        assert_eq!(micro_dollars(f64::NAN), None);
    }
}
