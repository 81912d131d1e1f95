//! Tests of the pages of runs as text.

use regex::Regex;
use rlm_model::{CallId, ModelErrorKind, RunPath, SourceRange};
use rlm_report::{Sources, render};
use rlm_trace::{Event, FinalValue, LimitHit, RecordedCitation, StepKind, TurnStarted, Withheld};

use crate::recorded::{NAMES, Recorded};
use crate::written::{Written, failed, reply};

/// Returns the visible text of a page, without the contents of programs and messages.
fn outline(page: &str) -> String {
    let replaced = [
        (r"(?s)<style>.*?</style>", ""),
        (r"(?s)<pre[^>]*>.*?</pre>", "\n[…]\n"),
        (r"(?s)<blockquote class=.passage[^>]*>.*?</blockquote>", "\n[…]\n"),
        (r"<summary>", "\n▸ "),
        (r"<h1[^>]*>", "\n# "),
        (r"<h[23][^>]*>", "\n## "),
        (r"(?s)<svg.*?</svg>", ""),
        (r"</(td|th|span|b|dt|a|q)>", " "),
        (r"</(p|tr|li|dd|summary|h1|h2|h3|title|div|ul|details|code)>", "\n"),
        (r"<[^>]*>", ""),
        (r"[ \t]+", " "),
        (r"\d[\d,]* → ", "[n] → "),
        (r"(system|user), [\d.]+ k?B", "$1, [n] B"),
        (r"(?s)\n## Settings.*", "\n"),
        (r" *\n[\n ]*", "\n"),
        (r"(?m)^(.{180}).*$", "$1…"),
    ];
    let mut text = page.to_owned();
    for (from, to) in replaced {
        text = Regex::new(from).unwrap().replace_all(&text, to).into_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn recorded_runs() {
    for name in NAMES {
        let page = Recorded::named(name).page();
        assert!(page.len() < 500_000, "{name}: {}", page.len());
        insta::with_settings!({ omit_expression => true, snapshot_suffix => name }, {
            insta::assert_snapshot!("page", outline(&page));
        });
    }
}

#[test]
fn calls_are_named_by_their_places_and_folded() {
    let page = crate::showcase::page(12);
    insta::with_settings!({ omit_expression => true, snapshot_suffix => "showcase" }, {
        insta::assert_snapshot!("page", outline(&page));
    });
    let page = crate::showcase::page(60);
    // The bars of the timeline and the strips link to the calls, and have titles.
    for link in [
        r##"<a href="#call-2.1.7" tabindex="-1"><rect class="bar-bad""##,
        "<title>2.1.7 · incidents.md:38-41 · 1.2 s · failed</title>",
        r##"<a class="cell" href="#call-2.1.3" title="2.1.3 · incidents.md:18-21 · "##,
        "<title>read by call 2.1.2 (incidents.md:13-16)",
    ] {
        assert!(page.contains(link), "{link}");
    }
    let many = crate::showcase::page(500);
    assert_eq!(many.matches("class=\"cell").count(), 505, "all calls, and the key");
    assert!(many.len() < 1_500_000, "{}", many.len());
}

#[test]
fn attempts_are_folded_into_one_line() {
    let page = outline(&render(&crate::showcase::outage(), &Sources::none("it was not kept")));
    insta::with_settings!({ omit_expression => true, snapshot_suffix => "outage" }, {
        insta::assert_snapshot!("page", page);
    });
    assert!(
        page.contains("11 attempts failed in 1 min 01 s, all: DNS lookup of api.example failed"),
        "{page}"
    );
}

#[test]
fn withheld_answers_are_noted_by_their_size() {
    let written = Written::begin("Who signed it?", "gpt-5.1", &[]);
    written.turn(1);
    written.end("complete", Some(&Withheld::of("Mr Alder signed it.").to_string()), None);
    let page = outline(&render(&written.read(), &Sources::none("it was not kept")));
    assert!(page.contains("The run gave an answer of 19 B."), "{page}");
    assert!(!page.contains("withheld") && !page.contains("Where from"), "{page}");
}

#[test]
fn citations_name_pages_and_sections() {
    let cited = |page, section: Option<&str>| {
        let written = Written::begin("How much?", "gpt-5.1", &[("costs.xlsx", "item,cost\nroof,41\n")]);
        written.turn(1);
        written.write(Event::Final(FinalValue {
            run: RunPath::default(),
            turn: 1,
            value: "roof,41".into(),
            citations: vec![RecordedCitation {
                at: 0,
                range: SourceRange {
                    source: 0,
                    start: 10,
                    end: 17,
                },
                name: "costs.xlsx".into(),
                page,
                line: None,
                section: section.map(str::to_owned),
            }],
            quotes: Vec::new(),
        }));
        written.end("complete", Some("roof,41"), None);
        outline(&render(
            &written.read(),
            &Sources::new(|_| Some("item,cost\nroof,41\n")),
        ))
    };
    assert!(cited(None, None).contains("roof,41 costs.xlsx:2 exact quote"));
    assert!(cited(None, Some("Costs!A2")).contains("roof,41 costs.xlsx, Costs!A2 exact quote"));
    assert!(cited(Some(3), None).contains("roof,41 costs.xlsx, page 3 exact quote"));
}

#[test]
fn long_questions_are_clamped() {
    let page = |question: &str| {
        let written = Written::begin(question, "gpt-5.1", &[]);
        written.turn(1);
        render(&written.read(), &Sources::none("it was not kept"))
    };
    assert!(page("Who signed it?").contains("<h1>Who signed it?</h1>"));
    assert!(page(&"Who? ".repeat(30)).contains("<details class=\"question\"><summary><h1>"));
    assert!(page(&"Who? ".repeat(60)).contains("<details class=\"question is-long\">"));
    assert!(page("a\nb\nc\nd").contains("<details class=\"question is-long\">"));
}

#[test]
fn failed_run_page_starts_with_error_location_and_hint() {
    let cases = [
        (
            "unauthorized",
            "provider_error",
            failed(ModelErrorKind::Unauthorized, "the key was refused (HTTP 401)"),
            None,
        ),
        (
            "too-long",
            "provider_error",
            failed(
                ModelErrorKind::PromptTooLong,
                "the prompt has 210,000 tokens, the window 200,000",
            ),
            None,
        ),
        (
            "budget",
            "budget_exceeded",
            reply("Let me see."),
            Some((
                "CostExceeded",
                500_000,
                "CostExceeded: $0.49 of $0.50 is spent; this call may cost up to $0.02 more",
            )),
        ),
        ("unable", "unable", reply("I can't tell."), None),
        ("cancelled", "cancelled", reply("Let me see."), None),
    ];
    for (name, outcome, came, limit) in cases {
        let written = Written::begin("Who signed it?", "gpt-5.1", &[("contract.txt", "It was signed.")]);
        written.turn(1);
        written.call(CallId::root(1, 0, 0), "gpt-5.1", "Who signed it?", came);
        if let Some((limit, allowed, message)) = limit {
            written.write(Event::Limit(LimitHit {
                run: RunPath::default(),
                turn: 1,
                name: limit.into(),
                used: allowed + 1,
                allowed,
                fuel: None,
                message: message.to_owned(),
            }));
        }
        written.end(outcome, None, limit.map(|(_, _, message)| message));
        let page = outline(&render(&written.read(), &Sources::none("it was not kept")));
        let top = page.split("\nOutcome ").next().unwrap().to_owned();
        insta::with_settings!({ omit_expression => true, snapshot_suffix => name }, {
            insta::assert_snapshot!("failed", top);
        });
    }
}

#[test]
fn incomplete_journals_have_a_page() {
    let written = Written::begin("Who signed it?", "gpt-5.1", &[]);
    written.turn(1);
    let mut run = written.read();
    let page = outline(&render(&run, &Sources::none("it was not kept")));
    assert!(page.contains("Unfinished"), "{page}");
    assert!(page.contains("rlm resume 20261123-090000-abcdef"), "{page}");
    run.records.clear();
    let page = outline(&render(&run, &Sources::none("it was not kept")));
    assert!(page.contains("The journal has no question."), "{page}");
}

#[test]
fn missing_or_changed_context_is_noted_and_not_quoted() {
    let recorded = Recorded::named("minutes");
    let page = render(&recorded.run, &Sources::none("the files were moved"));
    assert!(page.contains("the files were moved"));
    assert!(!page.contains("exact quote"));
    let other = "x".repeat(10_000);
    let page = render(&recorded.run, &Sources::new(|_| Some(&other)));
    assert!(page.contains("different text"));
    assert!(!page.contains("exact quote"));
}

#[test]
fn page_of_a_thousand_child_runs_stays_small() {
    let written = Written::begin("How many?", "gpt-5.1", &[]);
    written.turn(1);
    written.call(CallId::root(1, 0, 0), "gpt-5.1", "How many?", reply("Let me see."));
    for index in 0..1_000 {
        let id = CallId::root(1, 1, index);
        for turn in 1..=6 {
            let (run, step) = (id.child_run(), StepKind::RootCall);
            written.write(Event::TurnStarted(TurnStarted { run, turn, step }));
        }
        written.call(id, "gpt-5-mini", "Is it?", reply("no"));
    }
    let page = render(&written.read(), &Sources::none("it was not kept"));
    let text = outline(&page);
    assert_eq!(text.matches("▸ Step ").count(), 1_000, "{text}");
    assert!(text.contains("6 steps left out here."), "{text}");
    assert!(page.len() < 4 << 20, "{}", page.len());
}

#[test]
fn page_of_ten_thousand_calls_stays_small() {
    let written = Written::begin("How many?", "gpt-5.1", &[("log.txt", "a\n")]);
    for turn in 1..=3 {
        written.turn(turn);
        written.call(
            CallId::root(turn, 0, 0),
            "gpt-5.1",
            &"<question>".repeat(100_000),
            reply(&"&".repeat(1_000_000)),
        );
        for index in 0..3_333 {
            let outcome = match index {
                3_000 => failed(ModelErrorKind::Server, "HTTP 503"),
                _ => reply(&"'no'".repeat(500)),
            };
            written.call(
                CallId::root(turn, 1, index),
                "gpt-5-mini",
                &"Is it? ".repeat(500),
                outcome,
            );
        }
    }
    written.end("complete", Some("3"), None);
    let run = written.read();
    let page = render(&run, &Sources::none("it was not kept"));
    assert!(page.len() < 12 << 20, "{}", page.len());
    let text = outline(&page);
    // All failed calls are shown, however many there are.
    assert!(text.contains("▸ 1.1.3000 "), "{text}");
    assert!(text.contains("3,133 more calls; `rlm trace 20261123-090000-abcdef` shows them."));
    assert!(page.contains("of long texts are left out of this page"));
    assert!(page.matches("<rect").count() < 2_000);
}
