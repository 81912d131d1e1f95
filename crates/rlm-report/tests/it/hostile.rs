//! A run whose untrusted texts all try to execute script in the page.

use rlm_model::{CallId, ModelErrorKind, RunPath, SourceRange};
use rlm_report::{Sources, render};
use rlm_trace::{
    CheckedQuote, Compacted, Event, FinalValue, HostAnswer, HostAnswered, HostAsked, HostRequest, LimitHit, Millis,
    Observation, ProgramChecked, ProgramDiagnostic, ProgramEnd, ProgramError, ProgramRan, RecordedCitation,
    RecordedRun, RequestFailed, RunNote,
};

use crate::written::{Written, failed, reply};

/// The hostile text, used in all fields. Each variant would set `hacked`.
pub(crate) const HOSTILE: &str = "</title></style></script></pre></textarea>--><script>window.hacked=1</script><img src=x onerror=\"window.hacked=2\">\
    <svg onload=window.hacked=3><a href=\"javascript:window.hacked=4\" id=bait>x</a>\" onmouseover=\"window.hacked=5\" ' autofocus onfocus='window.hacked=6' \
    <iframe srcdoc=\"<script>parent.hacked=7</script>\"></iframe><meta http-equiv=refresh content=\"0;url=javascript:window.hacked=8\">\
    <base href=https://evil.example/><link rel=stylesheet href=https://evil.example/x.css><form action=https://evil.example/><button>go</button></form>\
    &lt;script&gt; &#60;script&#62; \u{202e}tpircs\u{2066} \0\u{1b}]0;x\u{7}";

/// Returns the page of the hostile run, with all parts that a page can have.
pub(crate) fn page() -> String {
    let (run, context) = run(HOSTILE);
    render(&run, &Sources::new(|source| (source == 0).then_some(context.as_str())))
}

/// Returns the hostile run and the text of its context. `name` is the name of its models, limits,
/// tools and codes.
fn run(name: &str) -> (RecordedRun, String) {
    let context = format!("before {HOSTILE} after");
    let written = Written::begin(HOSTILE, name, &[(HOSTILE, &context)]);
    let run = RunPath::default;
    written.turn(1);
    written.write(Event::Compacted(Compacted {
        run: run(),
        turn: 1,
        through: 0,
        tokens_before: 9,
        tokens_after: 1,
        summary: HOSTILE.into(),
    }));
    written.call(CallId::root(1, 0, 0), name, HOSTILE, reply(HOSTILE));
    written.write(Event::ProgramChecked(ProgramChecked {
        run: run(),
        turn: 1,
        source: format!("print('''{HOSTILE}''')  # {HOSTILE}\n{HOSTILE}"),
        diagnostics: vec![ProgramDiagnostic {
            code: name.into(),
            line: 1,
            column: 1,
            message: HOSTILE.into(),
            help: Some(HOSTILE.into()),
        }],
    }));
    for (index, outcome) in [reply(HOSTILE), failed(ModelErrorKind::Server, HOSTILE)]
        .into_iter()
        .enumerate()
    {
        written.call(CallId::root(1, 1, index as u32), name, HOSTILE, outcome);
    }
    host_requests(&written, name);
    written.write(Event::ProgramRan(ProgramRan {
        run: run(),
        turn: 1,
        end: ProgramEnd::Raised,
        error: Some(ProgramError {
            class: HOSTILE.into(),
            message: HOSTILE.into(),
            line: Some(1),
        }),
        stdout: HOSTILE.into(),
        echo: Some(HOSTILE.into()),
        fuel: 1,
        memory: 1,
        scanned: Vec::new(),
    }));
    written.write(Event::Observation(Observation {
        run: run(),
        turn: 1,
        text: HOSTILE.into(),
    }));
    written.write(Event::Limit(LimitHit {
        run: run(),
        turn: 1,
        name: name.into(),
        used: 1,
        allowed: 1,
        fuel: None,
        message: HOSTILE.into(),
    }));
    for turn in [None, Some(1)] {
        written.write(Event::Note(RunNote {
            run: run(),
            turn,
            code: name.into(),
            text: HOSTILE.into(),
        }));
    }
    let answer = format!("{HOSTILE}{HOSTILE}");
    written.write(final_value(&answer));
    written.end("partial", Some(&answer), Some(HOSTILE));
    let mut run = written.read();
    for (record, at) in run.records.iter_mut().zip(0..) {
        record.at = Some(Millis(at * 10));
    }
    (run, context)
}

fn host_requests(written: &Written, name: &str) {
    let search = HostRequest::Search {
        query: HOSTILE.into(),
        top_k: 1,
        unit: rlm_trace::SearchUnit::Passage,
    };
    let tool = HostRequest::Tool {
        name: name.into(),
        arguments: HOSTILE.into(),
    };
    let failure = RequestFailed {
        code: name.into(),
        message: HOSTILE.into(),
        hint: Some(HOSTILE.into()),
    };
    let answers = [
        (search, HostAnswer::Failed(failure)),
        (tool, HostAnswer::Value(HOSTILE.into())),
    ];
    for (ordinal, (request, answer)) in (1..).zip(answers) {
        written.write(Event::Asked(HostAsked {
            run: RunPath::default(),
            turn: 1,
            ordinal,
            request,
        }));
        written.write(Event::Answered(HostAnswered {
            run: RunPath::default(),
            turn: 1,
            ordinal,
            answer,
            elapsed: None,
        }));
    }
}

fn final_value(answer: &str) -> Event {
    let range = SourceRange {
        source: 0,
        start: 7,
        end: 7 + HOSTILE.len() as u64,
    };
    Event::Final(FinalValue {
        run: RunPath::default(),
        turn: 1,
        value: answer.to_owned(),
        citations: vec![RecordedCitation {
            at: 0,
            range,
            name: HOSTILE.into(),
            page: None,
            section: Some(HOSTILE.to_owned()),
            line: None,
        }],
        quotes: vec![CheckedQuote {
            at: HOSTILE.len() as u64,
            bytes: HOSTILE.len() as u64,
            verdict: "unverified".into(),
            range: None,
        }],
    })
}

#[test]
fn hostile_run_texts_are_not_markup() {
    let page = page();
    for tag in [
        "<script",
        "<img",
        "<iframe",
        "<base",
        "<link",
        "<form",
        "<svg onload",
        "javascript:window.hacked=4\"",
        "</textarea",
    ] {
        assert!(!page.contains(tag), "{tag}");
    }
    let tags = regex::Regex::new(r"<(/?[a-z0-9]+)").unwrap();
    let mut found: Vec<&str> = tags
        .captures_iter(&page)
        .map(|tag| tag.get(1).unwrap().as_str().trim_start_matches('/'))
        .collect();
    found.sort_unstable();
    found.dedup();
    insta::assert_snapshot!(found.join(" "), @"a aside b blockquote body code dd details div dl dt footer h1 h2 head header html li line main mark meta nav ol p pre q rect section span style summary svg table tbody td text tfoot th thead title tr ul");
    // Every attribute is written by this crate.
    let attributes = regex::Regex::new(r#"<[a-z0-9]+((?: [a-zA-Z0-9-]+="[^"]*")*)>"#).unwrap();
    assert_eq!(
        attributes.find_iter(&page).count(),
        regex::Regex::new("<[a-z]").unwrap().find_iter(&page).count(),
        "each tag has only names and quoted values"
    );
    let values = regex::Regex::new(r#"="[^"]*""#).unwrap();
    for tag in attributes.find_iter(&page) {
        let names = values.replace_all(tag.as_str(), "=");
        for forbidden in [" on", " style=", " src=", " srcdoc="] {
            assert!(!names.contains(forbidden), "{names}");
        }
    }
    assert!(
        !page
            .chars()
            .any(|char| matches!(char, '\0' | '\u{1b}' | '\u{202e}' | '\u{2066}'))
    );
}

#[test]
fn private_page_has_no_text_of_the_run() {
    let page = rlm_report::render_private(&run("x9").0);
    for part in ["hacked", "onerror", "evil.example", "tpircs"] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("Partial answer") && page.contains("document 1"));
    let (run, log) = crate::showcase::run(60);
    let full = render(&run, &Sources::new(|_| Some(&log)));
    let page = rlm_report::render_private(&run);
    for text in [
        "billing service",
        "Which cause",
        "certificate",
        "llm_query_batched",
        "overloaded",
        "incidents.md",
        "entries",
    ] {
        assert!(full.contains(text) && !page.contains(text), "{text}");
    }
    for number in ["$0.05", "79,360", "18.5 s", "2.1.7", "gpt-5-mini"] {
        assert!(page.contains(number), "{number}");
    }
}

#[test]
fn page_has_a_content_security_policy_and_no_external_links() {
    let page = page();
    let policy = regex::Regex::new(r#"http-equiv="Content-Security-Policy" content="([^"]*)""#).unwrap();
    let policy = policy
        .captures(&page)
        .unwrap()
        .get(1)
        .unwrap()
        .as_str()
        .replace("&#39;", "'");
    let digest = regex::Regex::new("sha256-[^']*").unwrap();
    insta::assert_snapshot!(digest.replace(&policy, "sha256-[digest]"), @"default-src 'none'; style-src 'sha256-[digest]'; base-uri 'none'; form-action 'none'");
    let links = regex::Regex::new(r#"href="([^"]*)""#).unwrap();
    for link in links.captures_iter(&page) {
        assert!(link[1].starts_with('#'), "{}", &link[1]);
    }
}

#[test]
fn every_link_has_a_target_on_the_page() {
    let pages = crate::recorded::NAMES.map(|name| crate::recorded::Recorded::named(name).page());
    let links = regex::Regex::new("href=\"#([^\"]*)\"").unwrap();
    let others = [
        page(),
        crate::showcase::page(60),
        crate::showcase::page(500),
        crate::showcase::private_page(60),
    ];
    for page in pages.iter().chain(&others) {
        for link in links.captures_iter(page) {
            let place = format!(" id=\"{}\"", &link[1]);
            assert_eq!(page.matches(&place).count(), 1, "{place}");
        }
    }
}
