//! Each program of `escapes/` is run under small limits, as a hostile model's would be: it ends as its page says, and no limit is overshot.
//!
//! `UPDATE_ESCAPES=1` writes what is seen into the pages; look at the difference before you commit it.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use rlm_text::{Origin, SourceId, Text};
use rlm_vm::{CallFailure, CallOutcome, ContextData, End, HostAnswer, IssuedCall, Machine, Report, Settings, Step};

use crate::page::{Page, Seen};

/// Units of fuel of each program.
const FUEL: u64 = 300_000;
/// Bytes that its values may take.
const MEMORY_BYTES: usize = 2 << 20;
/// Bytes that it may be over that before the next op ends it.
const SLACK_BYTES: u64 = 4 << 10;
/// Bytes of output that a machine keeps, and its marker for what was cut out.
const KEPT_OUTPUT: usize = (1 << 20) + 128;
/// Units of fuel between two looks at the machine from outside.
const SLICE: u64 = 50_000;
/// Characters of output and of a message that the pages show.
const SHOWN: usize = 200;

const CONTEXT: &str = "The quick brown fox\njumps over\nthe lazy dog\n";

/// Runs a program; panics where a limit is overshot.
fn run(program: &str) -> Seen {
    let context = Text::with_origin(CONTEXT.into(), Origin::Source(SourceId(0)));
    let settings = Settings {
        fuel: FUEL,
        memory_bytes: MEMORY_BYTES,
        ..Settings::default()
    };
    let mut machine = Machine::new(settings, ContextData::text("fox.txt", context), "Who jumps?");
    let compiled = match machine.compile(program) {
        Ok(compiled) => compiled,
        Err(refusal) => {
            let mut codes = Vec::new();
            for diagnostic in &refusal.diagnostics {
                if !codes.contains(&diagnostic.code.0) {
                    codes.push(diagnostic.code.0);
                }
            }
            return Seen {
                ends: format!("refused {}", codes.join(" ")),
                ..Seen::default()
            };
        }
    };
    let mut calls = 0;
    let mut step = machine.start(&compiled, SLICE);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
            Step::Needs(mut needs) => {
                if needs.asked().is_some() {
                    needs.answer(HostAnswer::Hits(Vec::new()));
                }
                let issued = needs.take_issued();
                calls += issued.len();
                let replies = issued.iter().map(|call| (call.key, reply(call))).collect();
                needs.resume(replies, SLICE)
            }
            Step::Done(done) => return seen("done".to_owned(), &done.report, calls),
            Step::Raised(raised) => {
                let ends = format!("raised {}: {}", raised.error.type_name(), shown(&raised.error.message));
                return seen(ends, &raised.report, calls);
            }
            Step::Ended(ended) => {
                let ends = match ended.end {
                    End::Limit(limit) => format!("limit {}", limit.name()),
                    End::Final => format!("answer {}", shown(&ended.answer.unwrap().to_flat().unwrap())),
                    End::Cancelled => "cancelled".to_owned(),
                };
                return seen(ends, &ended.report, calls);
            }
        };
    }
}

/// The model behind the calls: one that fails where it is asked to.
fn reply(call: &IssuedCall) -> CallOutcome {
    match call.prompt.to_flat().unwrap().contains("fail") {
        true => CallOutcome::Failed(CallFailure {
            kind: "server".into(),
            message: "no reply".into(),
            hint: None,
        }),
        false => CallOutcome::Reply(Text::new("a reply")),
    }
}

fn seen(ends: String, report: &Report, calls: usize) -> Seen {
    assert!(report.fuel <= FUEL, "{} units of fuel", report.fuel);
    assert!(
        report.memory_bytes <= MEMORY_BYTES as u64 + SLACK_BYTES,
        "{} bytes of memory",
        report.memory_bytes
    );
    assert!(
        report.printed.text.len() <= KEPT_OUTPUT,
        "{} bytes of output",
        report.printed.text.len()
    );
    Seen {
        ends: ends.trim_end().to_owned(),
        printed: report
            .printed
            .text
            .lines()
            .map(|line| shown(line) + "\n")
            .take(10)
            .collect(),
        calls,
    }
}

/// The beginning of a text as a page shows it: what can't be seen is escaped.
fn shown(text: &str) -> String {
    let visible = |char: char| char.is_alphanumeric() || char.is_ascii_graphic() || matches!(char, ' ' | '…');
    let mut shown = String::new();
    for char in text.chars().take(SHOWN) {
        match visible(char) {
            true => shown.push(char),
            false => shown.extend(char.escape_unicode()),
        }
    }
    let more = text.chars().count().saturating_sub(SHOWN);
    if more > 0 {
        shown.push_str(&format!(" … {more} more"));
    }
    shown.trim_end().to_owned()
}

/// Runs all programs of a page; returns what is not as it says there.
fn differences(page: &mut Page) -> Vec<String> {
    let class = page.class();
    let mut differences = Vec::new();
    for attack in &mut page.attacks {
        let Ok(seen) = catch_unwind(AssertUnwindSafe(|| run(&attack.program))) else {
            differences.push(format!("{class}/{}: the test or the machine panicked", attack.name));
            continue;
        };
        if seen != attack.seen {
            differences.push(format!(
                "{class}/{}:\n--- on its page\n{}--- seen\n{seen}",
                attack.name, attack.seen
            ));
            attack.seen = seen;
        }
    }
    if !differences.is_empty() && std::env::var_os("UPDATE_ESCAPES").is_some() {
        page.write();
    }
    differences
}

#[test]
fn every_escape_ends_as_its_page_says_and_within_its_limits() {
    let mut pages = Page::all();
    let differences: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = pages
            .iter_mut()
            .map(|page| scope.spawn(move || differences(page)))
            .collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn there_are_many_escapes_of_many_classes() {
    let pages = Page::all();
    assert!(pages.len() >= 12, "{} classes", pages.len());
    let mut names = BTreeSet::new();
    for page in &pages {
        assert!(
            page.attacks.len() >= 8,
            "{}: {} programs",
            page.class(),
            page.attacks.len()
        );
        for attack in &page.attacks {
            assert!(
                names.insert((page.class(), &attack.name)),
                "{}/{} twice",
                page.class(),
                attack.name
            );
        }
    }
    assert!(names.len() >= 150, "{} programs", names.len());
    assert!(crate::security().contains(&format!("{} programs in {} classes", names.len(), pages.len())));
}

/// No program of them reaches anything: each is refused, raises, meets a limit, or ends with a value of its own.
#[test]
fn no_escape_asks_for_more_than_a_model_s_reply() {
    for page in Page::all() {
        for attack in &page.attacks {
            let seen = &attack.seen;
            let (how, _) = seen.ends.split_once(' ').unwrap_or((&seen.ends, ""));
            assert!(
                ["refused", "raised", "limit", "answer", "done"].contains(&how),
                "{}/{}: {}",
                page.class(),
                attack.name,
                seen.ends
            );
            let asks = ["llm_query", "rlm_query"]
                .iter()
                .any(|name| attack.program.contains(name));
            assert!(seen.calls == 0 || asks, "{}/{}", page.class(), attack.name);
        }
    }
}
