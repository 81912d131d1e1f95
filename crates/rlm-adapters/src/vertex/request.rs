//! Encodes requests for `generateContent`.

use rlm_model::{AttachedImage, Message, ReasoningEffort, Role};
use serde::Serialize;
use serde_json::Value;

use crate::provider::{Asked, Base64Image, Constraint, Content, Parameter, to_bytes};

/// Encodes the body of a request for `generateContent`.
pub(super) fn encode(asked: &Asked<'_>) -> Vec<u8> {
    let parameters = &asked.request.parameters;
    let (system, turns) = asked.instructions_and_turns();
    let contents = turns.chunks(1).enumerate().map(|(position, message)| Turn {
        role: Some(match message.first().map(|message| message.role) {
            Some(Role::Assistant) => "model",
            _ => "user",
        }),
        parts: parts(message, asked.images_at(position, turns.len())),
    });
    // <https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/control-generated-output>
    // (read in November 2026).
    let schema = match &asked.constraint {
        Some(Constraint::Schema { schema, .. }) => Some(&**schema),
        _ => None,
    };
    let effort = asked.if_accepted(Parameter::ReasoningEffort, parameters.reasoning_effort);
    to_bytes(&Body {
        system_instruction: (!system.is_empty()).then(|| Turn {
            role: None,
            parts: parts(&system, &[]),
        }),
        contents: contents.collect(),
        generation_config: GenerationConfig {
            max_output_tokens: parameters.max_output.0,
            temperature: asked.if_accepted(Parameter::Temperature, parameters.temperature),
            seed: asked.if_accepted(Parameter::Seed, parameters.seed),
            stop_sequences: asked.stop(),
            thinking_config: effort.map(|effort| ThinkingConfig {
                thinking_budget: budget(effort),
            }),
            response_mime_type: schema.is_some().then_some("application/json"),
            response_json_schema: schema,
        },
    })
}

/// Returns the thinking budget in tokens for a reasoning effort, within the range of all Gemini
/// models that think (512 to 24,576).
const fn budget(effort: ReasoningEffort) -> u32 {
    match effort {
        ReasoningEffort::Minimal => 512,
        ReasoningEffort::Low => 1_024,
        ReasoningEffort::Medium => 8_192,
        ReasoningEffort::High => 24_576,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Turn<'a>>,
    contents: Vec<Turn<'a>>,
    generation_config: GenerationConfig<'a>,
}

#[derive(Serialize)]
struct Turn<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: Vec<Part<'a>>,
}

/// A part of a message: <https://ai.google.dev/api/caching#Part> (read in November 2026).
#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Text {
        text: Content<'a>,
    },
    #[serde(rename_all = "camelCase")]
    Image {
        inline_data: InlineData<'a>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InlineData<'a> {
    mime_type: &'a str,
    data: Base64Image<'a>,
}

fn parts<'a>(message: &'a [&'a Message], images: &'a [AttachedImage]) -> Vec<Part<'a>> {
    let images = images.iter().map(|attached| Part::Image {
        inline_data: InlineData {
            mime_type: &attached.image.media_type,
            data: Base64Image::bare(attached),
        },
    });
    images.chain([Part::Text { text: Content(message) }]).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig<'a> {
    max_output_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThinkingConfig {
    thinking_budget: u32,
}
