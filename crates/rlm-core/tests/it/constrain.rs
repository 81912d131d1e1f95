//! Tests of root models with constrained decoding: their requests, their prompts, and the parsing
//! of their replies.

use rlm_test_runs as support;

use std::sync::{Arc, Mutex};

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{Constrain, RunError, Runner, RunnerBuilder};
use rlm_model::{BoxFuture, Call, GrammarWay, Model, ModelError, ModelIdentity, RecordedForm, Reply, ReplyForm};
use rlm_prompt::NoProgram;
use rlm_prompt::reply::{Action, read_constrained};
use rlm_trace::Event;

/// A model that supports grammars, and stores the reply formats of its calls.
struct Holdable {
    model: FakeModel,
    support: Option<Support>,
    forms: Arc<Mutex<Vec<Option<ReplyForm>>>>,
}

impl Holdable {
    fn new<const N: usize>(support: Option<Support>, replies: [&str; N]) -> Self {
        Self {
            model: FakeModel::new(replies),
            support,
            forms: Arc::default(),
        }
    }

    /// Returns the reply formats of all calls.
    fn forms(&self) -> Arc<Mutex<Vec<Option<ReplyForm>>>> {
        Arc::clone(&self.forms)
    }
}

impl Model for Holdable {
    fn identity(&self) -> &ModelIdentity {
        self.model.identity()
    }

    fn is_grammar_advised(&self) -> bool {
        self.support.is_some_and(|support| support.is_advised)
    }

    fn grammar_way(&self) -> BoxFuture<'_, Option<GrammarWay>> {
        Box::pin(std::future::ready(self.support.map(|support| support.way)))
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.forms.lock().unwrap().push(call.request.form.clone());
        self.model.complete(call)
    }
}

#[derive(Clone, Copy)]
struct Support {
    way: GrammarWay,
    is_advised: bool,
}

const fn support(way: GrammarWay, is_advised: bool) -> Option<Support> {
    Some(Support { way, is_advised })
}

fn builder(model: Holdable, constrain: Constrain) -> RunnerBuilder {
    Runner::builder(Arc::new(model)).constrain(constrain)
}

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.")
}

/// A reply without a fence, as a constrained model writes it.
const PROGRAM: &str = "# A comment that speaks of ```repl fences.\nnote = 'FINAL: no'\nFINAL(context[18:23])\n";

#[tokio::test]
async fn constrained_model_writes_only_programs() {
    for way in [GrammarWay::WholeReply, GrammarWay::Tool, GrammarWay::Envelope] {
        let model = Holdable::new(support(way, true), [PROGRAM]);
        let forms = model.forms();
        let run = support::run(builder(model, Constrain::Auto), "What is the code?", &context()).await;
        assert_eq!(run.answer(), "7-4-1");
        let forms = forms.lock().unwrap();
        let Some(ReplyForm::Grammar(grammar)) = &forms[0] else {
            panic!("{forms:?}");
        };
        assert_eq!(
            (grammar.name.as_str(), grammar.way, grammar.required),
            ("sift", way, false)
        );
        assert!(grammar.lark.contains("start: ") && grammar.gbnf.contains("root ::= "));
        let issued = run.events().find_map(|event| match event {
            Event::Issued(issued) => issued.form.clone(),
            _ => None,
        });
        assert!(matches!(issued, Some(RecordedForm::Grammar { name, .. }) if name == "sift"));
        let Some(Event::RunStarted(started)) = run.events().next() else {
            panic!("expected the start of a run");
        };
        assert_eq!(started.settings["constrained"], serde_json::to_value(way).unwrap());
    }
}

#[tokio::test]
async fn grammar_constraint_is_used_if_advised_or_required() {
    let asked = |support, constrain| async move {
        let model = Holdable::new(support, [PROGRAM]);
        let forms = model.forms();
        let run = builder(model, constrain).build().unwrap();
        let ended = run.run("What is the code?", &context()).await;
        let forms = forms.lock().unwrap();
        ended.map(|_| match &forms[0] {
            Some(ReplyForm::Grammar(grammar)) => Some((grammar.way, grammar.required)),
            _ => None,
        })
    };
    let (tool, whole) = (GrammarWay::Tool, GrammarWay::WholeReply);
    assert_eq!(asked(support(tool, false), Constrain::Auto).await.unwrap(), None);
    assert_eq!(asked(None, Constrain::Auto).await.unwrap(), None);
    assert_eq!(asked(support(whole, true), Constrain::Never).await.unwrap(), None);
    assert_eq!(
        asked(support(tool, false), Constrain::Always).await.unwrap(),
        Some((tool, true))
    );
    let refused = asked(None, Constrain::Always).await.unwrap_err();
    assert!(matches!(refused, RunError::NoGrammar { .. }));
    insta::assert_snapshot!(format!("{}: {refused}; {}", refused.code(), refused.hint()));
}

#[tokio::test]
async fn best_effort_request_is_unconstrained() {
    let model = Holdable::new(support(GrammarWay::WholeReply, true), ["print(1)", "It is 7-4-1."]);
    let forms = model.forms();
    let limits = rlm_policy::Limits {
        steps: 1,
        ..rlm_policy::Limits::default()
    };
    let run = support::run(
        builder(model, Constrain::Auto).limits(limits),
        "What is the code?",
        &context(),
    )
    .await;
    assert_eq!(run.answer(), "It is 7-4-1.");
    let held: Vec<bool> = forms.lock().unwrap().iter().map(Option::is_some).collect();
    assert_eq!(held, [true, false]);
}

#[test]
fn unconstrained_reply_falls_back_to_normal_parsing() {
    let source = |reply: &str| match read_constrained(reply).action {
        Action::Program { source, .. } => source,
        other => format!("{other:?}"),
    };
    assert_eq!(source(PROGRAM), PROGRAM);
    assert_eq!(source("x"), "x", "a trivial program is still a program");
    assert_eq!(
        source("Let me look:\n```repl\nprint(peek(10))\n```"),
        "print(peek(10))\n"
    );
    assert_eq!(
        source("x = peek(10)\nprint(x"),
        "x = peek(10)\nprint(x",
        "a truncated program, reported by its diagnostics"
    );
    assert_eq!(read_constrained(" \n").action, Action::Nothing(NoProgram::Empty));
}
