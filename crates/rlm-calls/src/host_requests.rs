//! Host requests other than model calls: searches and tool calls, answered from the journal in a
//! replay.
//!
//! The program's answer is always built from the recorded form, so that a run and its replay get
//! the same answer.

use rlm_context::Context;
use rlm_model::{RunPath, SourceRange};
use rlm_retrieval::{Hit, RetrievalError};
use rlm_trace::{
    Event, HostAnswer, HostAnswered, HostAsked, HostRequest, Millis, Passage, ReplayIndex, RequestFailed, SearchUnit,
    WriteError,
};
use sift_text::{Origin, SourceId, Text};
use sift_vm::{CallFailure, FoundPassage, HostQuestion};

use crate::dispatcher::Dispatcher;
use crate::recording::RecordedAnswer;
use crate::requests::{SearchSource, ToolCall, ToolFailure};
use crate::tool_calls::value_for_program;

/// A host request of a program.
enum Question {
    Search {
        query: String,
        top_k: usize,
        unit: SearchUnit,
    },
    Tool(ToolCall),
}

impl Question {
    /// Converts a host request, or returns `None` if its kind is unknown.
    fn new(question: HostQuestion) -> Option<Self> {
        match question {
            HostQuestion::Search { query, top_k, unit } => Some(Self::Search {
                query: query.to_flat().unwrap_or_default().into_owned(),
                top_k,
                unit: match unit {
                    sift_vm::SearchUnit::Passage => SearchUnit::Passage,
                    sift_vm::SearchUnit::Paragraph => SearchUnit::Paragraph,
                },
            }),
            HostQuestion::Tool {
                name,
                arguments,
                derived,
                condition,
            } => Some(Self::Tool(ToolCall {
                name,
                arguments,
                derived,
                condition,
            })),
            _ => None,
        }
    }

    /// Returns the recorded form of the request.
    fn request(&self) -> HostRequest {
        match self {
            Self::Search { query, top_k, unit } => HostRequest::Search {
                query: query.clone(),
                top_k: *top_k as u64,
                unit: *unit,
            },
            Self::Tool(call) => HostRequest::Tool {
                name: call.name.clone(),
                arguments: call.arguments.clone(),
            },
        }
    }
}

impl Dispatcher {
    /// Answers a program's request, or returns `None` if the run doesn't allow its kind.
    ///
    /// # Errors
    /// [`WriteError`] if the request can't be recorded. It is not made then.
    pub(crate) async fn answer(
        &mut self,
        turn: u32,
        request: sift_vm::HostRequest,
    ) -> Result<Option<sift_vm::HostAnswer>, WriteError> {
        let ordinal = request.ordinal;
        let Some(question) = Question::new(request.question) else {
            return Ok(None);
        };
        if matches!(question, Question::Search { .. }) && !self.search.is_enabled() {
            return Ok(None);
        }
        let asked = question.request();
        self.tree.recorder.write(Event::Asked(HostAsked {
            run: self.path.clone(),
            turn,
            ordinal,
            request: asked.clone(),
        }));
        self.tree.recorder.flush().await?;
        let started = tokio::time::Instant::now();
        let answer = self.recorded_or_new(turn, ordinal, &question, &asked).await;
        if let (Question::Tool(call), HostAnswer::Failed(failed)) = (&question, &answer) {
            self.tool_failure = ToolFailure::from_answer(&call.name, failed);
        }
        self.tree.recorder.write(Event::Answered(HostAnswered {
            run: self.path.clone(),
            turn,
            ordinal,
            answer: answer.clone(),
            elapsed: u64::try_from(started.elapsed().as_millis()).ok().map(Millis),
        }));
        Ok(Some(for_program(&self.tree.context, answer)))
    }

    /// Answers a request from the recording of the run, or else with the retriever or the tool.
    async fn recorded_or_new(
        &mut self,
        turn: u32,
        ordinal: u32,
        question: &Question,
        asked: &HostRequest,
    ) -> HostAnswer {
        let recording = self.tree.recording.clone();
        let recorded_answer = recording.as_ref().map_or(RecordedAnswer::Nothing, |recording| {
            recording.answer_to(&self.path, turn, ordinal, asked)
        });
        match (recorded_answer, question) {
            (RecordedAnswer::Answer(known), question) => {
                if let Question::Tool(call) = question {
                    self.count_tool_call(&call.name);
                }
                known.clone()
            }
            (RecordedAnswer::InDoubt(in_doubt), Question::Tool(call)) => {
                self.call_tool_in_doubt(turn, call, in_doubt).await
            }
            (RecordedAnswer::Nothing | RecordedAnswer::InDoubt(_), Question::Search { query, top_k, unit }) => {
                match &self.search {
                    SearchSource::Retriever(retriever) => {
                        let search = match unit {
                            SearchUnit::Passage => retriever.search(query, *top_k),
                            SearchUnit::Paragraph => retriever.paragraphs(query, *top_k),
                        };
                        match search.await {
                            Ok(hits) => HostAnswer::Hits(
                                hits.iter()
                                    .take(*top_k)
                                    .map(|hit| recorded(&self.tree.context, hit))
                                    .collect(),
                            ),
                            Err(error) => HostAnswer::Failed(failed(&error)),
                        }
                    }
                    SearchSource::Recorded(index) => replayed(index, &self.path, turn, ordinal, asked),
                    SearchSource::Disabled => HostAnswer::Failed(RequestFailed {
                        code: "not_granted".into(),
                        message: "this run has no search".to_owned(),
                        hint: None,
                    }),
                }
            }
            (RecordedAnswer::Nothing, Question::Tool(call)) => {
                match recording.as_ref().and_then(|recording| recording.index()) {
                    Some(index) => replayed(index, &self.path, turn, ordinal, asked),
                    None => self.call_tool(turn, call).await,
                }
            }
        }
    }
}

/// Returns the recorded form of a hit: its range, if the context contains it.
fn recorded(context: &Context, hit: &Hit) -> rlm_trace::RecordedHit {
    let passage = place_of(context, &hit.text).map_or_else(
        || Passage::Elsewhere {
            document: hit.document.to_string(),
            start: hit.start as u64,
            end: hit.end as u64,
            text: hit.text.to_flat().unwrap_or_default().into_owned(),
        },
        Passage::Context,
    );
    // Four decimals round-trip, and JSON only represents finite numbers.
    let score = if hit.score.is_finite() {
        hit.score.clamp(-1e9, 1e9)
    } else {
        0.0
    };
    rlm_trace::RecordedHit {
        score: (score * 1e4).round() / 1e4,
        passage,
    }
}

/// Returns the range of a text in the context, if its origin is there and the bytes are equal.
fn place_of(context: &Context, text: &Text) -> Option<SourceRange> {
    let settled = text.settled().ok()?;
    let mut origins = settled.origins();
    let (span, None) = (origins.next()?, origins.next()) else {
        return None;
    };
    let Origin::Source(SourceId(source)) = span.origin else {
        return None;
    };
    let (start, end) = (span.start, span.start + settled.len_bytes());
    let there = context.document(SourceId(source))?.as_str().get(start..end)?;
    (there == settled.to_flat()).then_some(SourceRange {
        source,
        start: start as u64,
        end: end as u64,
    })
}

fn failed(error: &RetrievalError) -> RequestFailed {
    RequestFailed {
        code: error.code().into(),
        message: error.to_string(),
        hint: Some(error.hint().to_owned()),
    }
}

/// Returns the answer of the recorded run.
fn replayed(index: &ReplayIndex, run: &RunPath, turn: u32, ordinal: u32, asked: &HostRequest) -> HostAnswer {
    let asked = index.texts().request(asked);
    let recorded = index
        .request(run, turn, ordinal)
        .filter(|recorded| recorded.request == asked);
    let answer = recorded.and_then(|recorded| recorded.answer.clone());
    answer.unwrap_or_else(|| {
        HostAnswer::Failed(RequestFailed {
            code: "replay".into(),
            message: format!("replay: request {ordinal} of turn {turn} is not in the recording"),
            hint: None,
        })
    })
}

/// Converts a recorded answer for the program.
fn for_program(context: &Context, answer: HostAnswer) -> sift_vm::HostAnswer {
    let failed = |failed: RequestFailed| {
        sift_vm::HostAnswer::Failed(CallFailure {
            kind: failed.code,
            message: failed.message,
            hint: failed.hint,
        })
    };
    let hits = match answer {
        HostAnswer::Hits(hits) => hits,
        HostAnswer::Value(json) => return value_for_program(json),
        HostAnswer::Failed(failure) => return failed(failure),
    };
    let starts = starts(context);
    let passages: Option<Vec<FoundPassage>> = hits.into_iter().map(|hit| passage(context, &starts, hit)).collect();
    passages.map_or_else(
        || {
            failed(RequestFailed {
                code: "retrieval_index".into(),
                message: "a search hit is not in the context".to_owned(),
                hint: None,
            })
        },
        sift_vm::HostAnswer::Hits,
    )
}

/// Returns the byte offset in the joined text at which each document starts.
fn starts(context: &Context) -> Vec<usize> {
    let mut start = 0;
    let begin = |document: &rlm_context::Document| {
        let at = start;
        start += document.as_str().len() + context.separator().len();
        at
    };
    context.documents().iter().map(begin).collect()
}

fn passage(context: &Context, starts: &[usize], hit: rlm_trace::RecordedHit) -> Option<FoundPassage> {
    let score = hit.score;
    let range = match hit.passage {
        Passage::Context(range) => range,
        Passage::Elsewhere {
            document,
            start,
            end,
            text,
        } => {
            return Some(FoundPassage {
                location: document.clone().into(),
                document: document.into(),
                text: Text::with_origin(text, Origin::Host),
                score,
                start: usize::try_from(start).ok()?,
                end: usize::try_from(end).ok()?,
            });
        }
    };
    let document = context.document(SourceId(range.source))?;
    let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
    let begin = *starts.get(usize::try_from(range.source).ok()?)?;
    let joined = context.joined().settled().ok()?;
    let location = document.locate(start..end)?;
    Some(FoundPassage {
        location: location.line_name(),
        document: document.name().clone(),
        text: document.text().settled().ok()?.slice_bytes(start..end)?,
        score,
        start: joined.char_of_byte(begin.checked_add(start)?),
        end: joined.char_of_byte(begin.checked_add(end)?),
    })
}
