//! Tests of runs whose programs search: their results, their records, and their replays.

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{RunOptions, StepEnd};
use rlm_retrieval::{Bm25, Bm25Options, Hit, RetrievalError, RetrievalFuture, Retriever};
use rlm_runs::{ReplayExtent, replay};
use rlm_test_runs::{Recorded, fenced, memory, runner};
use rlm_trace::{Ending, Event, HostAnswer, Passage};
use sift_text::{Origin, SourceId, Text};

fn context() -> Context {
    let documents = [
        ("gate.md", "The garden gate is green.\n"),
        ("öl.md", "Öl is kept in the cellar.\n\nThe vault code is 7-4-1.\n"),
        ("cat.md", "The cat sleeps at night.\n"),
    ];
    Context::from_documents(documents, "\n--\n").unwrap()
}

fn bm25() -> Arc<dyn Retriever> {
    Arc::new(Bm25::new(context(), Bm25Options::default()))
}

async fn run_with<const N: usize>(programs: [&str; N], retriever: Option<Arc<dyn Retriever>>) -> Recorded {
    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        retriever,
        ..RunOptions::default()
    };
    let model = FakeModel::new(programs.map(fenced)).default_reply("a reply");
    let runner = runner(model).build().unwrap();
    let result = runner.run_with("What is the code?", &context(), options).await.unwrap();
    Recorded {
        result,
        records: journal.records().unwrap(),
    }
}

/// A retriever that must not be called.
#[derive(Debug)]
struct Broken;

impl Retriever for Broken {
    fn search<'a>(&'a self, _: &'a str, _: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        Box::pin(std::future::ready(Err(RetrievalError::Index {
            detail: "no space is left".to_owned(),
        })))
    }

    fn get<'a>(&'a self, document: &'a str) -> RetrievalFuture<'a, Text> {
        let name = document.to_owned();
        Box::pin(std::future::ready(Err(RetrievalError::NoSuchDocument { name })))
    }
}

/// A retriever over other texts, one of which falsely claims to be from the context.
#[derive(Debug)]
struct Elsewhere;

impl Retriever for Elsewhere {
    fn search<'a>(&'a self, _: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        let hit = |text: Text, score| Hit {
            document: "web".into(),
            start: 3,
            end: 9,
            score,
            text,
        };
        let hits = [
            hit(Text::new("from the web"), f64::NAN),
            hit(
                Text::with_origin("never there".to_owned(), Origin::Source(SourceId(0))),
                0.123_456_789,
            ),
        ];
        Box::pin(std::future::ready(Ok((0..top_k)
            .map(|index| hits[index % 2].clone())
            .collect())))
    }

    fn get<'a>(&'a self, _: &'a str) -> RetrievalFuture<'a, Text> {
        Box::pin(std::future::ready(Ok(Text::new("whole"))))
    }
}

#[tokio::test]
async fn search_hit_has_a_correct_location_and_is_citable() {
    let recorded = run_with(
        [
            "hits = search('what is the code of the vault?', top_k=2)\nhit = hits[0]\nprint(hit.document, P[hit.start:hit.end] == hit.text, [h.document for h in hits])",
            "reply = llm_query('Read: ' + hit.text)\nFINAL(hit.text[hit.text.find('The vault'):])",
        ],
        Some(bm25()),
    )
    .await;
    assert_eq!(
        recorded.answer(),
        "The vault code is 7-4-1.",
        "{:?}",
        recorded.observations()
    );
    assert!(
        recorded.observations()[0].contains("öl.md True ['öl.md'"),
        "{:?}",
        recorded.observations()
    );
    let cited = &recorded.result.citations[0];
    assert_eq!((cited.document.as_str(), cited.line_start), ("öl.md", 3));
    assert_eq!(recorded.result.totals.host_requests, 1);
}

#[tokio::test]
async fn a_replay_answers_searches_from_the_journal() {
    let recorded = run_with(
        [
            "for q in ['garden gate', 'cat night', 'garden gate']:\n    print(q, search(q, 1))",
            "print(llm_query(search('vault')[0].text))\nFINAL(search('vault code')[0].text)",
        ],
        Some(bm25()),
    )
    .await;
    let kinds: Vec<&str> = recorded
        .kinds()
        .into_iter()
        .filter(|kind| matches!(*kind, "asked" | "answered"))
        .collect();
    assert_eq!(kinds, ["asked", "answered"].repeat(5));
    let written: Vec<String> = recorded
        .records
        .iter()
        .filter(|record| matches!(record.event, Event::Asked(_) | Event::Answered(_)))
        .take(2)
        .map(|record| {
            let mut event = serde_json::to_value(&record.event).unwrap();
            event.as_object_mut().unwrap().shift_remove("elapsed");
            event.to_string()
        })
        .collect();
    insta::assert_snapshot!(written.join("\n"), @r#"
    {"kind":"asked","turn":1,"ordinal":1,"request":{"search":{"query":"garden gate","top_k":1}}}
    {"kind":"answered","turn":1,"ordinal":1,"answer":{"hits":[{"score":2.2871,"context":{"source":0,"start":0,"end":25}}]}}
    "#);
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(
        (report.answer.as_deref(), report.extent),
        (recorded.result.answer.as_deref(), ReplayExtent::Whole)
    );
    // A journal with another answer is detected.
    let mut forged = recorded.as_recorded();
    for record in &mut forged.records {
        if let Event::Answered(answered) = &mut record.event
            && let HostAnswer::Hits(hits) = &mut answered.answer
            && let Passage::Context(range) = &mut hits[0].passage
        {
            range.start += 1;
        }
    }
    let error = replay(&forged, &context()).await.unwrap_err();
    assert!(error.to_string().contains("diverge at program_ran 1"), "{error}");
}

#[tokio::test]
async fn journal_ending_during_a_search_is_replayed_up_to_its_end() {
    let recorded = run_with(["print(search('cat'))", "FINAL('x')"], Some(bm25())).await;
    let mut cut = recorded.as_recorded();
    let asked = cut
        .records
        .iter()
        .position(|record| matches!(record.event, Event::Asked(_)))
        .unwrap();
    cut.records.truncate(asked + 1);
    cut.ending = Ending::Unfinished;
    let report = replay(&cut, &context()).await.unwrap();
    assert_eq!(report.answer, None);
}

#[tokio::test]
async fn search_without_a_retriever_raises_with_a_hint() {
    let recorded = run_with(["search('cat')", "FINAL('x')"], None).await;
    assert!(
        recorded.observations()[0].contains("CallFailed: this run has no search"),
        "{:?}",
        recorded.observations()
    );
    assert!(recorded.observations()[0].contains("grep"));
    assert!(!recorded.kinds().contains(&"asked"));
    replay(&recorded.as_recorded(), &context()).await.unwrap();
}

#[tokio::test]
async fn retriever_failure_raises_as_a_failed_call() {
    let program =
        "try:\n    search('cat')\nexcept RuntimeError as e:\n    print(type(e).__name__, e.kind, e)\nsearch('dog')";
    let recorded = run_with([program, "FINAL('x')"], Some(Arc::new(Broken))).await;
    let shown = recorded.observations()[0];
    assert!(
        shown.contains("CallFailed retrieval_index the search index of the context failed: no space is left"),
        "{shown}"
    );
    replay(&recorded.as_recorded(), &context()).await.unwrap();
}

#[tokio::test]
async fn external_search_texts_are_recorded_in_full_and_not_cited() {
    let program = "hits = search('x', 3)\nprint(hits)\nFINAL(hits[0].text + ' and ' + hits[1].text)";
    let recorded = run_with([program], Some(Arc::new(Elsewhere))).await;
    assert_eq!(recorded.answer(), "from the web and never there");
    assert_eq!(recorded.result.citations, []);
    let answered = recorded.events().find_map(|event| match event {
        Event::Answered(answered) => Some(&answered.answer),
        _ => None,
    });
    let Some(HostAnswer::Hits(hits)) = answered else {
        panic!("{answered:?}")
    };
    assert_eq!(hits.len(), 3);
    assert_eq!((hits[0].score, hits[1].score), (0.0, 0.1235));
    replay(&recorded.as_recorded(), &context()).await.unwrap();
}

/// A retriever that never returns.
#[derive(Debug)]
struct Endless;

impl Retriever for Endless {
    fn search<'a>(&'a self, _: &'a str, _: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        Box::pin(std::future::pending())
    }

    fn get<'a>(&'a self, _: &'a str) -> RetrievalFuture<'a, Text> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_a_search() {
    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        retriever: Some(Arc::new(Endless)),
        ..RunOptions::default()
    };
    let limits = rlm_policy::Limits {
        seconds: Some(5),
        ..rlm_policy::Limits::default()
    };
    let runner = runner(FakeModel::new([fenced("search('cat')")]))
        .limits(limits)
        .build()
        .unwrap();
    let result = runner.run_with("What?", &context(), options).await.unwrap();
    assert_eq!(result.outcome.name(), "timeout");
    let recorded = Recorded {
        result,
        records: journal.records().unwrap(),
    };
    replay(&recorded.as_recorded(), &context()).await.unwrap();
}

#[tokio::test]
async fn a_session_searches_too() {
    let runner = runner(FakeModel::new([""; 0])).build().unwrap();
    let options = RunOptions {
        retriever: Some(bm25()),
        ..RunOptions::default()
    };
    let mut programs = runner.programs("", &context(), options).unwrap();
    let step = programs.run("print(search('cat')[0].document)").await.unwrap();
    assert_eq!((step.printed.as_str(), step.end), ("cat.md\n", StepEnd::Done));
}
