//! Generators of journal events of every kind, including ones that no run would write.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rlm_model::{
    CallId, Cost, Digest, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, Position, RecordedForm,
    RecordedImage, Reply, RequestId, Role, RunPath, SourceRange, TimeoutPhase, Tokens, Usage,
};
use rlm_trace::*;

prop_compose! {
    fn any_position()(turn: u32, ordinal: u32, index: u32) -> Position {
        Position { turn, ordinal, index }
    }
}

prop_compose! {
    fn any_path()(positions in vec(any_position(), 0..3)) -> RunPath {
        RunPath(positions)
    }
}

prop_compose! {
    /// Generates the id of a model call.
    pub fn any_id()(run in any_path(), position in any_position()) -> CallId {
        CallId { run, position }
    }
}

prop_compose! {
    fn any_digest()(bytes: [u8; 8]) -> Digest {
        Digest::of(&bytes)
    }
}

prop_compose! {
    fn any_identity()(adapter in ".{0,8}", endpoint in ".{0,8}", model in ".{0,8}") -> ModelIdentity {
        ModelIdentity::new(adapter, endpoint, model)
    }
}

fn any_class() -> impl Strategy<Value = CallClass> {
    prop_oneof![Just(CallClass::Root), Just(CallClass::Sub)]
}

fn any_cost() -> impl Strategy<Value = Cost> {
    prop_oneof![
        Just(Cost::Unknown),
        any::<u64>().prop_map(|cost| Cost::Known(Money(cost)))
    ]
}

prop_compose! {
    fn any_reservation()(input: u64, output: u64, cost in any_cost()) -> Reservation {
        Reservation { input: Tokens(input), output: Tokens(output), cost }
    }
}

prop_compose! {
    fn any_parameters()(
        max_output: u64,
        temperature in option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO),
        seed: Option<u64>,
        stop in vec(any::<String>(), 0..3),
    ) -> Parameters {
        Parameters { temperature, seed, stop, ..Parameters::with_max_output(Tokens(max_output)) }
    }
}

prop_compose! {
    fn any_range()(source: u32, start: u64, end: u64) -> SourceRange {
        SourceRange { source, start, end }
    }
}

fn any_part() -> impl Strategy<Value = JournalPart> {
    prop_oneof![
        any::<String>().prop_map(|text| JournalPart::Text(text.into())),
        any_range().prop_map(JournalPart::Source),
    ]
}

fn any_message() -> impl Strategy<Value = JournalMessage> {
    let role = prop_oneof![Just(Role::System), Just(Role::User), Just(Role::Assistant)];
    (role, vec(any_part(), 0..3)).prop_map(|(role, parts)| JournalMessage { role, parts })
}

prop_compose! {
    fn any_messages()(
        repeated in option::of((any_id(), any::<u32>(), any::<u64>())),
        own in vec(any_message(), 0..3),
    ) -> Messages {
        let repeated = repeated.map(|(call, messages, bytes)| Repeated { call, messages, bytes });
        Messages { repeated, own }
    }
}

fn any_error() -> impl Strategy<Value = ModelError> {
    let kind = prop_oneof![
        Just(ModelErrorKind::Server),
        Just(ModelErrorKind::Timeout(TimeoutPhase::Idle)),
    ];
    (
        kind,
        any::<String>(),
        option::of(any::<String>()),
        any::<Option<u16>>(),
        option::of(any::<u32>()),
    )
        .prop_map(|(kind, message, hint, status, pause)| ModelError {
            hint,
            status,
            retry_after: pause.map(|pause| std::time::Duration::from_millis(pause.into())),
            ..ModelError::new(kind, message)
        })
}

fn used(input: u64, output: u64) -> Usage {
    Usage {
        input: Tokens(input),
        output: Tokens(output),
        ..Usage::default()
    }
}

fn any_outcome() -> impl Strategy<Value = RecordedOutcome> {
    prop_oneof![
        (any::<String>(), any::<u64>(), any::<u64>())
            .prop_map(|(text, input, output)| RecordedOutcome::Reply(Reply::new(text, used(input, output)))),
        any_error().prop_map(RecordedOutcome::Failed),
        (".{0,9}", any::<String>()).prop_map(|(code, message)| {
            let code = code.into();
            RecordedOutcome::Unissued(Unissued {
                code,
                message,
                error: None,
            })
        }),
    ]
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = JsonObject> {
    vec((any::<String>(), any_json()), 0..4).prop_map(|fields| fields.into_iter().collect())
}

prop_compose! {
    fn any_change()(
        turn: u32, limits in proptest::option::of(any_object()), templates in vec((".{0,8}", any::<String>()), 0..2),
        models in option::of((vec((any_class(), any_identity()), 0..3), any_object())),
    ) -> Change {
        let templates = templates.into_iter().map(|(name, text)| Template { name: name.into(), text });
        let models = models.map(|(models, settings)| {
            let models = models.into_iter().map(|(class, identity)| ModelUse { class, identity });
            Box::new(OtherModels { models: models.collect(), settings })
        });
        Change { turn, limits, templates: templates.collect(), models }
    }
}

prop_compose! {
    fn any_forked()(seconds in 0_u32..1_000_000, changes in vec(any_change(), 0..2)) -> Box<Forked> {
        Box::new(Forked { run: format!("run-{seconds}").parse().unwrap(), changes })
    }
}

prop_compose! {
    fn any_resumed()(
        started: Option<u64>, in_doubt in vec(any_id(), 0..3), taken_back: Vec<u64>,
        change in proptest::option::of(any_change()),
    ) -> Event {
        let (rlm, started) = ("0.1.0".into(), started.map(Millis));
        Event::Resumed(Box::new(Resumed { rlm, started, in_doubt, taken_back, change }))
    }
}

fn any_changed() -> impl Strategy<Value = Event> {
    any_change().prop_map(|change| Event::Changed(Box::new(change)))
}

prop_compose! {
    fn any_run_started()(
        seconds in 0_u32..1_000_000, started: Option<u64>, question: String, settings in any_object(),
        models in vec((any_class(), any_identity()), 0..3),
        context in vec((any::<String>(), any::<Option<String>>(), any::<u64>(), any_digest(), any::<Option<u64>>(), vec(any::<String>(), 0..2)), 0..3),
        templates in vec((".{0,8}", any::<String>()), 0..3),
        host in any_object(), forked in proptest::option::of(any_forked()),
    ) -> Event {
        Event::RunStarted(Box::new(RunStarted {
            run: format!("run-{seconds}").parse().unwrap(),
            rlm: "0.1.0".into(),
            started: started.map(Millis),
            question,
            settings,
            models: models.into_iter().map(|(class, identity)| ModelUse { class, identity }).collect(),
            context: context
                .into_iter()
                .map(|(name, location, bytes, digest, modified, notes)| ContextSource {
                    name,
                    location,
                    bytes,
                    digest: modified.is_none().then_some(digest),
                    ends: modified.map(|_| digest),
                    modified: modified.map(Millis),
                    notes,
                })
                .collect(),
            templates: templates.into_iter().map(|(name, text)| Template { name: name.into(), text }).collect(),
            host,
            forked,
            texts: JournalTexts::Full,
            trace_parent: None,
        }))
    }
}

fn any_form() -> impl Strategy<Value = Option<RecordedForm>> {
    let grammar = ("[a-z]{0,8}", any_digest());
    prop_oneof![
        Just(None),
        grammar.prop_map(|(name, digest)| Some(RecordedForm::Grammar {
            name: name.into(),
            digest
        })),
        any_json().prop_map(|schema| Some(RecordedForm::Json(schema))),
    ]
}

prop_compose! {
    fn any_image()(digest in any_digest(), media_type in "[a-z/]{0,8}", width: u32, height: u32, bytes: u64) -> RecordedImage {
        RecordedImage { digest, media_type: media_type.into(), width, height, bytes }
    }
}

prop_compose! {
    fn any_issued()(
        id in any_id(), digest in any_digest(), occurrence: u32, model in any_identity(), class in any_class(),
        early: bool, batch: Option<u32>, reserved in any_reservation(), parameters in any_parameters(),
        form in any_form(), images in vec(any_image(), 0..2), messages in any_messages(), pieces in vec(any_range(), 0..3),
    ) -> Event {
        let request_id = RequestId { digest, occurrence };
        Event::Issued(Box::new(CallIssued { id, request_id, model, class, early, batch, reserved, parameters, form, images, messages, pieces }))
    }
}

prop_compose! {
    fn any_child_started()(
        id in any_id(), model in any_identity(), early: bool, batch: Option<u32>, steps: u32, subcalls: u64, question: String, context in any_message(),
        pieces in vec(any_range(), 0..3),
    ) -> Event {
        Event::ChildStarted(Box::new(ChildStarted { id, model, early, batch, steps, subcalls, question, context, pieces }))
    }
}

prop_compose! {
    fn any_settled()(
        id in any_id(), outcome in any_outcome(), cached: bool, cost in any_cost(), elapsed: Option<u64>,
    ) -> Event {
        Event::Settled(Box::new(CallSettled { id, outcome, cached, cost, elapsed: elapsed.map(Millis), attempts: None, account: None, outage: false, quoted: Vec::new() }))
    }
}

fn any_program_event() -> impl Strategy<Value = Event> {
    let checked = (
        any_path(),
        any::<u32>(),
        any::<String>(),
        vec((any::<String>(), any::<Option<String>>()), 0..3),
    );
    let checked = checked.prop_map(|(run, turn, source, diagnostics)| {
        let diagnostic = |(message, help)| ProgramDiagnostic {
            code: "x".into(),
            line: 1,
            column: 2,
            message,
            help,
        };
        let diagnostics = diagnostics.into_iter().map(diagnostic).collect();
        Event::ProgramChecked(ProgramChecked {
            run,
            turn,
            source,
            diagnostics,
        })
    });
    let ran = (
        any_path(),
        any::<u32>(),
        any::<String>(),
        any::<Option<String>>(),
        any::<u64>(),
        option::of(any::<String>()),
        vec(any::<u32>(), 0..3),
    );
    let ran = ran.prop_map(|(run, turn, stdout, echo, fuel, message, scanned)| {
        let error = message.map(|message| ProgramError {
            class: "KeyError".into(),
            message,
            line: Some(3),
        });
        let end = if error.is_some() {
            ProgramEnd::Raised
        } else {
            ProgramEnd::Done
        };
        Event::ProgramRan(ProgramRan {
            run,
            turn,
            end,
            error,
            stdout,
            echo,
            fuel,
            memory: 1,
            scanned: scanned
                .into_iter()
                .map(|start| SourceRange {
                    source: turn % 3,
                    start: start.into(),
                    end: u64::from(start) + 7,
                })
                .collect(),
        })
    });
    prop_oneof![checked, ran]
}

prop_compose! {
    fn any_turn_started()(run in any_path(), turn: u32) -> Event {
        Event::TurnStarted(TurnStarted { run, turn, step: StepKind::RootCall })
    }
}

prop_compose! {
    fn any_observation()(run in any_path(), turn: u32, text: String) -> Event {
        Event::Observation(Observation { run, turn, text })
    }
}

prop_compose! {
    fn any_limit()(
        run in any_path(), turn: u32, used: u64, allowed: u64, fuel: Option<u64>, message: String,
    ) -> Event {
        Event::Limit(LimitHit { run, turn, name: "MaxStepsExceeded".into(), used, allowed, fuel, message })
    }
}

prop_compose! {
    fn any_citation()(at: u64, range in any_range(), line: Option<u64>) -> RecordedCitation {
        RecordedCitation { at, range, name: "n".into(), page: None, section: None, line }
    }
}

prop_compose! {
    fn any_final()(run in any_path(), turn: u32, value: String, citations in vec(any_citation(), 0..3)) -> Event {
        Event::Final(FinalValue { run, turn, value, citations, quotes: Vec::new() })
    }
}

prop_compose! {
    fn any_compacted()(
        run in any_path(), [turn, through]: [u32; 2], [tokens_before, tokens_after]: [u64; 2], summary: String,
    ) -> Event {
        Event::Compacted(Compacted { run, turn, through, tokens_before, tokens_after, summary })
    }
}

prop_compose! {
    fn any_source_read()(
        source: u32, [bytes, chars, lines]: [u64; 3], digest in any_digest(), notes in vec(any::<String>(), 0..2),
    ) -> Event {
        Event::SourceRead(SourceRead { source, bytes, chars, lines, digest, notes })
    }
}

prop_compose! {
    fn any_note()(run in any_path(), turn: Option<u32>, text: String) -> Event {
        Event::Note(RunNote { run, turn, code: "n".into(), text })
    }
}

fn any_answer() -> impl Strategy<Value = HostAnswer> {
    let passage = prop_oneof![
        any_range().prop_map(Passage::Context),
        (any::<String>(), any::<String>()).prop_map(|(document, text)| Passage::Elsewhere {
            document,
            start: 0,
            end: 1,
            text
        }),
    ];
    let score = (0_u32..2_000_000_000).prop_map(|score| f64::from(score) / 1e4);
    let hit = (score, passage).prop_map(|(score, passage)| RecordedHit { score, passage });
    prop_oneof![
        vec(hit, 0..3).prop_map(HostAnswer::Hits),
        any::<String>().prop_map(HostAnswer::Value),
        (any::<String>(), any::<Option<String>>()).prop_map(|(message, hint)| {
            let code = "retrieval_index".into();
            HostAnswer::Failed(RequestFailed { code, message, hint })
        }),
    ]
}

prop_compose! {
    fn any_attempt_failed()(id in any_id(), attempt: u32, error in any_error(), wait: Option<u64>) -> Event {
        let wait = wait.map(Millis);
        Event::AttemptFailed(AttemptFailed { id, attempt, error, wait, next: None, fallback: None, account: None })
    }
}

fn any_request() -> impl Strategy<Value = HostRequest> {
    prop_oneof![
        (any::<String>(), any::<u64>(), any::<bool>()).prop_map(|(query, top_k, is_paragraph)| HostRequest::Search {
            query,
            top_k,
            unit: if is_paragraph {
                SearchUnit::Paragraph
            } else {
                SearchUnit::Passage
            },
        }),
        any::<String>().prop_map(|arguments| HostRequest::Tool {
            name: "look_up".into(),
            arguments,
        }),
    ]
}

prop_compose! {
    fn any_asked()(run in any_path(), turn: u32, ordinal: u32, request in any_request()) -> Event {
        Event::Asked(HostAsked { run, turn, ordinal, request })
    }
}

prop_compose! {
    fn any_answered()(
        run in any_path(), turn: u32, ordinal: u32, answer in any_answer(), elapsed: Option<u64>,
    ) -> Event {
        Event::Answered(HostAnswered { run, turn, ordinal, answer, elapsed: elapsed.map(Millis) })
    }
}

prop_compose! {
    fn any_overrun()(id in any_id(), reserved in any_reservation(), used in any_reservation()) -> Event {
        Event::Overrun(Overrun { id, reserved, used })
    }
}

prop_compose! {
    fn any_ended()(run in any_path(), answer: Option<String>, message: Option<String>) -> Event {
        let (outcome, totals) = ("partial".into(), Totals::default());
        Event::Outcome(Box::new(RunEnded { run, outcome, answer, message, memory: None, variables: None, totals }))
    }
}

prop_compose! {
    fn any_unknown()(kind in "later_[a-z]{1,6}", mut fields in any_object()) -> Event {
        fields.shift_remove("kind");
        Event::Unknown(UnknownEvent { kind: kind.into(), fields })
    }
}

/// Generates a journal event of any kind, including unknown kinds.
pub fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        any_run_started(),
        any_resumed(),
        any_changed(),
        any_turn_event(),
        any_call_event(),
        any_program_event(),
        any_asked(),
        any_answered(),
        any_source_read(),
        any_ended(),
        any_note(),
        any_unknown(),
    ]
}

fn any_turn_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        any_turn_started(),
        any_observation(),
        any_limit(),
        any_final(),
        any_compacted()
    ]
}

fn any_call_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        any_issued(),
        any_settled(),
        any_child_started(),
        any_attempt_failed(),
        any_id().prop_map(|id| Event::Reached(CallReached { id })),
        any_overrun(),
    ]
}
