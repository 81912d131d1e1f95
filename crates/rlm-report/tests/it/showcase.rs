//! A run with everything that a page can draw: times, prices, two models, a batch of calls of which
//! some fail, a child run, and an answer in Markdown that quotes its context.

use std::fmt::Write as _;

use rlm_model::{CallId, Cost, Money, RunPath, SourceRange};
use rlm_report::{Sources, render, render_private};
use rlm_trace::{
    AttemptFailed, ChildStarted, Event, FinalValue, JournalMessage, JournalPart, Millis, ProgramChecked, ProgramEnd,
    ProgramRan, RecordedCitation, RecordedOutcome, RecordedRun, RunEnded, StepKind, Totals, TurnStarted,
};

use crate::written::{Written, failed, identity, reply};

const CAUSES: [&str; 5] = [
    "a full disk",
    "an expired certificate",
    "a bad deploy",
    "a slow query",
    "a lost network link",
];

/// The log of incidents, and the range of each entry.
pub(crate) fn incidents(count: usize) -> (String, Vec<SourceRange>) {
    let mut log = String::from("# Incidents\n\n");
    let mut ranges = Vec::new();
    for number in 1..=count {
        let start = log.len() as u64;
        let cause = CAUSES[number % CAUSES.len()];
        let _ = write!(
            log,
            "## Incident {number}\n\nOn day {number} the billing service was down for {} minutes because of {cause}.\nOn call: {}. Resolved by a restart.\n\n",
            7 + number * 13 % 50,
            ["Tomas", "Ada", "Noor"][number % 3]
        );
        ranges.push(SourceRange {
            source: 0,
            start,
            end: log.len() as u64 - 1,
        });
    }
    (log, ranges)
}

/// A run about a log of incidents, in which a program asks about each of `count` entries.
pub(crate) fn run(count: usize) -> (RecordedRun, String) {
    let (log, ranges) = incidents(count);
    let question =
        "Which cause was behind most of the incidents, who was on call for them, and how long did the worst one last?";
    let written = Written::begin(
        question,
        "gpt-5.1",
        &[("incidents.md", &log), ("oncall.csv", "day,who\n1,Ada\n")],
    );
    let look =
        "import re\nentries = re.split(r'(?m)^## ', context[0])[1:]\nprint(len(entries), 'entries')\nprint(entries[0])";
    step(
        &written,
        1,
        "I'll look at how the log is laid out.",
        look,
        &[SourceRange {
            source: 0,
            start: 0,
            end: 400,
        }],
        "60 entries\nIncident 1 …",
    );
    let ask = "questions = [f'What was the cause, and who was on call?\\n\\n{entry}' for entry in entries]\nanswers = llm_query_batched(questions)\nfor answer in answers:\n    print(answer)";
    written.turn(2);
    written.call(
        CallId::root(2, 0, 0),
        "gpt-5.1",
        "go on",
        reply("Each entry needs to be read, so I ask about each.\n\n```\n…\n```"),
    );
    program(&written, 2, ask);
    for (index, range) in (0..).zip(&ranges) {
        let outcome = match index % 23 {
            7 => failed(rlm_model::ModelErrorKind::Server, "HTTP 503: the model is overloaded"),
            _ => reply(&format!(
                "{}, {}",
                CAUSES[(index as usize + 1) % 5],
                ["Tomas", "Ada", "Noor"][(index as usize + 1) % 3]
            )),
        };
        written.call_about(
            CallId::root(2, 1, index),
            "gpt-5-mini",
            "What was the cause, and who was on call?\n\n",
            (&log, *range),
            outcome,
        );
    }
    let child = CallId::root(2, 2, 0);
    child_run(&written, &child, &log, ranges[2]);
    ran(
        &written,
        2,
        ProgramEnd::Done,
        &ranges[..1],
        "an expired certificate, Ada\na bad deploy, Noor\n…",
    );
    let answer = answer(&log, &ranges);
    written.turn(3);
    written.call(
        CallId::root(3, 0, 0),
        "gpt-5.1",
        "go on",
        reply("All entries are read.\n\n```\nFINAL(…)\n```"),
    );
    program(&written, 3, "FINAL(report)");
    ran(&written, 3, ProgramEnd::Final, &[], "");
    written.write(Event::Final(answer.clone()));
    written.end("complete", Some(&answer.value), None);
    (timed(written.read()), log)
}

fn step(written: &Written, turn: u32, said: &str, source: &str, scanned: &[SourceRange], printed: &str) {
    written.turn(turn);
    written.call(
        CallId::root(turn, 0, 0),
        "gpt-5.1",
        "Which cause?",
        reply(&format!("{said}\n\n```\n{source}\n```")),
    );
    program(written, turn, source);
    ran(written, turn, ProgramEnd::Done, scanned, printed);
}

fn program(written: &Written, turn: u32, source: &str) {
    written.write(Event::ProgramChecked(ProgramChecked {
        run: RunPath::default(),
        turn,
        source: source.to_owned(),
        diagnostics: Vec::new(),
    }));
}

fn ran(written: &Written, turn: u32, end: ProgramEnd, scanned: &[SourceRange], printed: &str) {
    written.write(Event::ProgramRan(ProgramRan {
        run: RunPath::default(),
        turn,
        end,
        error: None,
        stdout: printed.to_owned(),
        echo: None,
        fuel: 35_898,
        memory: 1,
        scanned: scanned.to_vec(),
    }));
}

fn child_run(written: &Written, id: &CallId, log: &str, range: SourceRange) {
    written.write(Event::ChildStarted(Box::new(ChildStarted {
        id: id.clone(),
        model: identity("gpt-5.1"),
        early: false,
        batch: None,
        steps: 3,
        subcalls: 10,
        question: "Which incident lasted longest?".to_owned(),
        context: JournalMessage {
            role: rlm_model::Role::User,
            parts: vec![JournalPart::Source(range)],
        },
        pieces: vec![range],
    })));
    let run = id.child_run();
    written.write(Event::TurnStarted(TurnStarted {
        run: run.clone(),
        turn: 1,
        step: StepKind::RootCall,
    }));
    let root = CallId {
        run: run.clone(),
        position: CallId::root(1, 0, 0).position,
    };
    written.call(
        root,
        "gpt-5.1",
        "Which incident lasted longest?",
        reply("```\nFINAL(…)\n```"),
    );
    written.call_about(
        CallId {
            run: run.clone(),
            position: CallId::root(1, 1, 0).position,
        },
        "gpt-5-mini",
        "How long? ",
        (log, range),
        reply("46 minutes"),
    );
    written.write(Event::Outcome(Box::new(RunEnded {
        run,
        outcome: "complete".into(),
        answer: Some("Incident 3, 46 minutes".to_owned()),
        message: None,
        memory: None,
        variables: None,
        totals: Totals::default(),
    })));
}

fn answer(log: &str, ranges: &[SourceRange]) -> FinalValue {
    let quoted = |number: usize| {
        let range = ranges[number - 1];
        let entry = &log[range.start as usize..range.end as usize];
        let start = entry.find("On day").unwrap();
        let end = start + entry[start..].find('\n').unwrap();
        let range = SourceRange {
            source: 0,
            start: range.start + start as u64,
            end: range.start + end as u64,
        };
        (entry[start..end].to_owned(), range)
    };
    let mut value = String::from(
        "**Expired certificates** were behind most incidents: 13 of 60, and *Ada* was on call for five of them.\n\n",
    );
    let mut citations = Vec::new();
    value.push_str("| cause | incidents | minutes |\n|---|--:|--:|\n| an expired certificate | 13 | 402 |\n| a full disk | 12 | 371 |\n| a slow query | 11 | 298 |\n\n## The worst ones\n\n");
    for number in [3, 7, 11] {
        let (words, range) = quoted(number);
        value.push_str("- “");
        citations.push(RecordedCitation {
            at: value.len() as u64,
            range,
            name: "incidents.md".into(),
            page: None,
            section: None,
            line: None,
        });
        value.push_str(&words);
        value.push_str("”\n");
    }
    value.push_str("\nReplies to the programs:\n\n- Incident 3, 46 minutes\n- a bad deploy, Noor\n");
    value.push_str(
        "\nThe certificates were renewed by hand each time; an automatic renewal would have prevented all of them.",
    );
    FinalValue {
        run: RunPath::default(),
        turn: 3,
        value,
        citations,
        quotes: Vec::new(),
    }
}

/// Gives the events of a run times and costs, as if calls took from 0.4 to 3 s, ten at once.
fn timed(mut run: RecordedRun) -> RecordedRun {
    let mut now = 0;
    let mut lanes = [0_u64; 10];
    let mut ends = std::collections::BTreeMap::new();
    for record in &mut run.records {
        record.at = Some(Millis(now));
        match &mut record.event {
            Event::Issued(issued) => {
                let seed = u64::from(issued.id.position.index) * 7_919 % 2_600;
                let (start, length) = if issued.id.is_root_model() {
                    now = now.max(lanes.iter().copied().max().unwrap_or(0));
                    (now, 1_900 + seed)
                } else {
                    let lane = lanes.iter_mut().min().unwrap();
                    let start = (*lane).max(now);
                    *lane = start + 400 + seed;
                    (start, 400 + seed)
                };
                record.at = Some(Millis(start));
                ends.insert(issued.id.clone(), (start + length, length));
                if issued.id.is_root_model() {
                    now = start + length;
                }
            }
            Event::Settled(settled) => {
                let (end, length) = ends[&settled.id];
                record.at = Some(Millis(end));
                settled.elapsed = Some(Millis(length));
                settled.cost = Cost::Known(Money(if settled.id.is_root_model() { 8_214 } else { 311 }));
            }
            Event::ProgramRan(_) => {
                now = now.max(lanes.iter().copied().max().unwrap_or(0)) + 20;
                record.at = Some(Millis(now));
            }
            _ => {}
        }
    }
    run
}

/// A run that failed because its server was unreachable.
pub(crate) fn outage() -> RecordedRun {
    let written = Written::begin(
        "Who signed the contract, and when?",
        "gpt-5.1",
        &[("contract.txt", "It was signed.")],
    );
    written.turn(1);
    let id = CallId::root(1, 0, 0);
    let error = || {
        rlm_model::ModelError::new(
            rlm_model::ModelErrorKind::Unreachable,
            "DNS lookup of api.example failed",
        )
    };
    written.issue(
        id.clone(),
        "gpt-5.1",
        &"Answer questions about the context. ".repeat(60),
    );
    for attempt in 1..=11 {
        written.write(Event::AttemptFailed(AttemptFailed {
            id: id.clone(),
            attempt,
            error: error(),
            wait: Some(Millis(u64::from(attempt) * 900)),
            next: None,
            fallback: None,
            account: None,
        }));
    }
    written.settle(id, RecordedOutcome::Failed(error()), Millis(61_200));
    written.end(
        "provider_error",
        None,
        Some("the model's server was unreachable for 60 s: DNS lookup of api.example failed"),
    );
    let mut run = written.read();
    for record in &mut run.records {
        let is_end = matches!(record.event, Event::Settled(_) | Event::Outcome(_));
        record.at = Some(Millis(if is_end { 61_200 } else { 0 }));
    }
    run
}

/// Returns the page of the run.
pub(crate) fn page(count: usize) -> String {
    let (run, log) = run(count);
    render(&run, &Sources::new(|source| (source == 0).then_some(log.as_str())))
}

/// Returns the page of the run without its texts.
pub(crate) fn private_page(count: usize) -> String {
    render_private(&run(count).0)
}
