//! Example renderings of the first messages of a run.

use std::collections::BTreeMap;

use rlm_context::{Context, TextlessFile};
use rlm_trace::JsonObject;
use serde_json::json;
use sift_text::Text;

use super::super::opening::{FirstVariables, Joined, Limited, ListedDocument, ProgramForm, ShownTool};
use super::super::turn::Turn;
use super::{Cases, QUESTION, each};
use crate::profile::ExecutionProfile;
use crate::session::{Exchange, SessionState};
use crate::template::{PromptName, Prompts};

const LIMITED: Limited = Limited {
    subcalls: 200,
    child_runs: false,
    shown_output: 4_000,
    reply_chars: 4_096,
    steps: 40,
    search: false,
    programs: ProgramForm::Fenced,
    profile: None,
};

impl Prompts {
    pub(super) fn root_systems(&self) -> Cases {
        let cases = [
            ("default", LIMITED),
            ("without sub-calls", Limited { subcalls: 0, ..LIMITED }),
            ("one turn", Limited { steps: 1, ..LIMITED }),
            ("constrained to whole replies", held(ProgramForm::WholeReply)),
            ("constrained by a tool", held(ProgramForm::Tool)),
            ("constrained by JSON", held(ProgramForm::Envelope)),
            ("code first", going_about(ExecutionProfile::DeterministicFirst, 200)),
            (
                "code first, without sub-calls",
                going_about(ExecutionProfile::DeterministicFirst, 0),
            ),
            ("meaning first", going_about(ExecutionProfile::SemanticBatches, 200)),
            ("code, then meaning", going_about(ExecutionProfile::Hybrid, 200)),
            (
                "code, then meaning, without sub-calls",
                going_about(ExecutionProfile::Hybrid, 0),
            ),
            ("two ways", going_about(ExecutionProfile::Verify, 200)),
            ("two ways, without sub-calls", going_about(ExecutionProfile::Verify, 0)),
        ];
        each(cases, |(case, limited)| (case, self.root_system(limited)))
    }

    pub(super) fn directs(&self) -> Cases {
        let context = Context::from_text("The vault code is 7-4-1.\n");
        let scan = TextlessFile {
            name: "scan.pdf".into(),
            why: "it has no text".to_owned(),
        };
        let session = |left_out| SessionState {
            earlier: vec![Exchange {
                question: "Where is the vault?".to_owned(),
                answer: "In the cellar.".to_owned(),
            }],
            left_out,
            ..SessionState::default()
        };
        let cases = [
            ("default", context.clone(), None),
            (
                "with a file that has no text",
                context.clone().with_without_text(vec![scan]),
                None,
            ),
            ("without a context", Context::none(), None),
            ("in a session", context.clone(), Some(session(0))),
            ("in a session, one left out", context.clone(), Some(session(1))),
            ("in a long session", context, Some(session(3))),
        ];
        each(cases, |(case, context, session)| {
            let text = self.direct(QUESTION, &context, session.as_ref());
            (case, text.map(|text| text.to_flat().unwrap_or_default().into_owned()))
        })
    }

    pub(super) fn cards(&self) -> Cases {
        let tool = |name: &str, effect| ShownTool {
            signature: format!("{name}(text: str) -> str"),
            description: "Does something with a text.".to_owned(),
            effect,
            hides: name == "search",
        };
        let all = Limited {
            child_runs: true,
            search: true,
            ..LIMITED
        };
        let cases = [
            ("default", LIMITED, Vec::new()),
            ("without sub-calls", Limited { subcalls: 0, ..LIMITED }, Vec::new()),
            (
                "with search, child runs and tools",
                all,
                vec![tool("look", false), tool("send", true)],
            ),
            ("with a tool that hides a function", all, vec![tool("search", false)]),
        ];
        each(cases, |(case, limited, tools)| (case, self.card(limited, tools)))
    }

    pub(super) fn root_firsts(&self) -> Cases {
        let first = Turn { next: 1, steps: 40 };
        let several = || FirstVariables {
            kind: "`context` is a list of str, one a document",
            document_count: "2".to_owned(),
            documents: vec![counted(0, "a.md"), counted(1, "b.md")],
            joined: joined(Some("126")),
            ..text(first)
        };
        let cases = [
            ("a text", text(first)),
            (
                "several documents, and images among them",
                FirstVariables { images: 1, ..several() },
            ),
            (
                "several documents, and files without text",
                FirstVariables {
                    without_text: vec!["scan.pdf: it holds pictures alone".to_owned()],
                    more_without_text: 2,
                    without_text_count: "3".to_owned(),
                    file_count: "5".to_owned(),
                    ..several()
                },
            ),
            (
                "more documents than are listed",
                FirstVariables {
                    more_documents: 51,
                    document_count: "53".to_owned(),
                    ..several()
                },
            ),
            (
                "records",
                FirstVariables {
                    kind: "`context` is a list of str, one a record",
                    records: Some("40".to_owned()),
                    documents: vec![with_records(counted(0, "a.csv")), with_records(counted(1, "b.csv"))],
                    more_documents: 2,
                    document_count: "4".to_owned(),
                    ..several()
                },
            ),
            (
                "large files",
                FirstVariables {
                    chars: None,
                    digest: None,
                    documents: vec![uncounted(0, "a.log"), uncounted(1, "b.log")],
                    joined: joined(None),
                    ..several()
                },
            ),
            (
                "no context",
                FirstVariables {
                    bytes: "0".to_owned(),
                    ..text(first)
                },
            ),
        ];
        let mut rendered = each(cases, |(case, variables)| {
            (case, self.render(PromptName::RootFirst, variables))
        })?;
        for (case, steps) in [("two turns", 2), ("one turn", 1)] {
            let turn = Turn { next: 1, steps };
            let variables = FirstVariables {
                banner: turn.banner(self)?,
                ..text(turn)
            };
            rendered.push((case, self.render(PromptName::RootFirst, variables)?));
        }
        Ok(rendered)
    }

    pub(super) fn child_firsts(&self) -> Cases {
        let cases = [
            ("a line", "It is 7-4-1.", 10),
            ("lines, two turns", "It is 7-4-1.\nOr not.", 2),
            ("one turn", "It is 7-4-1.", 1),
        ];
        each(cases, |(case, piece, steps)| {
            (
                case,
                self.child_first(QUESTION, &Text::new(piece), Turn { next: 1, steps }),
            )
        })
    }

    pub(super) fn sessions(&self) -> Cases {
        let earlier = || {
            vec![Exchange {
                question: "Whose is the vault?".to_owned(),
                answer: "The bank's.".to_owned(),
            }]
        };
        let memory: BTreeMap<String, serde_json::Value> =
            (0..41).map(|number| (format!("key {number}"), json!(number))).collect();
        let cases = [
            ("the first question", SessionState::default()),
            (
                "a later question",
                SessionState {
                    earlier: earlier(),
                    ..SessionState::default()
                },
            ),
            (
                "one older question left out, and memory",
                SessionState {
                    earlier: earlier(),
                    left_out: 1,
                    memory: memory.clone().into_iter().collect(),
                    variables: None,
                },
            ),
            (
                "the first question of a session that keeps variables",
                SessionState {
                    variables: Some(JsonObject::new()),
                    ..SessionState::default()
                },
            ),
            (
                "variables of earlier questions",
                SessionState {
                    earlier: earlier(),
                    variables: Some(memory.into_iter().collect()),
                    ..SessionState::default()
                },
            ),
            (
                "older questions left out",
                SessionState {
                    earlier: earlier(),
                    left_out: 4,
                    ..SessionState::default()
                },
            ),
        ];
        each(cases, |(case, session)| (case, self.session(&session)))
    }
}

const fn going_about(profile: ExecutionProfile, subcalls: u64) -> Limited {
    Limited {
        subcalls,
        profile: Some(profile),
        ..LIMITED
    }
}

const fn held(programs: ProgramForm) -> Limited {
    Limited { programs, ..LIMITED }
}

fn text(turn: Turn) -> FirstVariables {
    FirstVariables {
        question: QUESTION.to_owned(),
        kind: "`context` is a str",
        records: None,
        chars: Some("61".to_owned()),
        bytes: "62".to_owned(),
        digest: Some("1d0b5a".to_owned()),
        document_count: "1".to_owned(),
        documents: vec![counted(0, "a.md")],
        more_documents: 0,
        images: 0,
        without_text: Vec::new(),
        more_without_text: 0,
        without_text_count: "0".to_owned(),
        file_count: "1".to_owned(),
        joined: None,
        banner: None,
        left: turn.left(),
    }
}

fn counted(number: usize, name: &str) -> ListedDocument {
    ListedDocument {
        number,
        name: name.to_owned(),
        chars: Some("61".to_owned()),
        lines: Some("3".to_owned()),
        bytes: "62".to_owned(),
        records: None,
    }
}

fn uncounted(number: usize, name: &str) -> ListedDocument {
    ListedDocument {
        chars: None,
        lines: None,
        ..counted(number, name)
    }
}

fn with_records(document: ListedDocument) -> ListedDocument {
    ListedDocument {
        records: Some("10 records, each behind the header line".to_owned()),
        ..document
    }
}

fn joined(chars: Option<&str>) -> Option<Joined> {
    Some(Joined {
        separator: "\\n\\n".to_owned(),
        chars: chars.map(str::to_owned),
    })
}
