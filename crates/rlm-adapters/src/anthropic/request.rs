//! Encodes requests for the Messages API.

use rlm_model::{AttachedImage, Message, ReasoningEffort, Role};
use serde::Serialize;
use serde_json::Value;

use crate::provider::{Asked, Base64Image, Constraint, Content, Parameter, to_bytes};

/// Encodes the body of a request for the Messages API.
///
/// Two positions are marked for the provider's cache, which stores the prefix before a mark. One is
/// the end of the instructions, which all calls of a kind share. The other is the end of a
/// conversation with several turns, since the next turn begins with all of it. A single question is
/// not marked, because caching it would only cost more.
pub(super) fn encode(asked: &Asked<'_>) -> Vec<u8> {
    let parameters = &asked.request.parameters;
    let (system, turns) = asked.instructions_and_turns();
    let goes_on = turns.iter().any(|message| message.role == Role::Assistant);
    let last = turns.len().saturating_sub(1);
    let messages = turns.chunks(1).enumerate();
    let messages = messages.map(|(place, message)| Turn {
        role: message.first().map_or("user", |message| message.role.as_str()),
        content: blocks(message, asked.images_at(place, turns.len()), goes_on && place == last),
    });
    let is_said = system.iter().any(|message| message.content_bytes() > 0);
    let effort = effort(asked);
    let format = match &asked.constraint {
        Some(Constraint::Schema { schema, .. }) => Some(Format {
            kind: "json_schema",
            schema,
        }),
        _ => None,
    };
    to_bytes(&Body {
        model: asked.model,
        max_tokens: parameters.max_output.0,
        system: is_said.then(|| [Block::new(&system, true)]),
        messages: messages.collect(),
        temperature: asked
            .if_accepted(Parameter::Temperature, parameters.temperature)
            .filter(|_| effort.is_none()),
        stop_sequences: asked.stop(),
        thinking: effort.map(|_| Kind { kind: "adaptive" }),
        output_config: (effort.is_some() || format.is_some()).then_some(OutputConfig { effort, format }),
        stream: asked.streams(),
    })
}

/// Returns `true` if the request enables the model's thinking.
pub(super) fn thinks(asked: &Asked<'_>) -> bool {
    effort(asked).is_some()
}

fn effort(asked: &Asked<'_>) -> Option<&'static str> {
    let effort = asked.if_accepted(Parameter::ReasoningEffort, asked.request.parameters.reasoning_effort);
    effort.map(|effort| match effort {
        ReasoningEffort::Minimal | ReasoningEffort::Low => "low",
        ReasoningEffort::Medium => "medium",
        ReasoningEffort::High => "high",
    })
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<[Block<'a>; 1]>,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: Vec<TurnBlock<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TurnBlock<'a> {
    Image(ImageBlock<'a>),
    Text(Block<'a>),
}

/// An image: <https://docs.claude.com/en/docs/build-with-claude/vision> (read in November 2026).
#[derive(Serialize)]
struct ImageBlock<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    source: ImageSource<'a>,
}

#[derive(Serialize)]
struct ImageSource<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    media_type: &'a str,
    data: Base64Image<'a>,
}

fn blocks<'a>(message: &'a [&'a Message], images: &'a [AttachedImage], is_marked: bool) -> Vec<TurnBlock<'a>> {
    let images = images.iter().map(|attached| {
        TurnBlock::Image(ImageBlock {
            kind: "image",
            source: ImageSource {
                kind: "base64",
                media_type: &attached.image.media_type,
                data: Base64Image::bare(attached),
            },
        })
    });
    images
        .chain([TurnBlock::Text(Block::new(message, is_marked))])
        .collect()
}

#[derive(Serialize)]
struct Block<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Kind>,
}

impl<'a> Block<'a> {
    fn new(messages: &'a [&'a Message], is_marked: bool) -> Self {
        Self {
            kind: "text",
            text: Content(messages),
            cache_control: is_marked.then_some(Kind { kind: "ephemeral" }),
        }
    }
}

#[derive(Serialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format<'a>>,
}

#[derive(Serialize)]
struct Format<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    schema: &'a Value,
}
