//! Runs each program of `escapes/` under small limits, as for a hostile model. It must end as its
//! page states, and exceed no limit.
//!
//! `UPDATE_ESCAPES=1` writes the actual results into the pages. Review the difference before you
//! commit it.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::{env, fs, io, thread};

use sift_syntax::render_plain;
use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, End, Machine, Report, Settings, Step};

use super::host;
use super::page::{Attack, Page, Seen};

/// The fuel of each program, in units.
const FUEL: u64 = 300_000;
/// The memory limit of each program, in bytes.
const MEMORY_BYTES: usize = 2 << 20;
/// The number of bytes by which a program may exceed its memory before the next operation ends it.
const SLACK_BYTES: u64 = 4 << 10;
/// The output limit of the VM in bytes, including the marker for omitted output.
const KEPT_OUTPUT: usize = (1 << 20) + 128;
/// The units of fuel after which the VM pauses.
const SLICE: u64 = 50_000;
/// The number of characters of output and of messages in the pages.
const SHOWN: usize = 200;
/// The number of output lines per turn in the pages.
const SHOWN_LINES: usize = 12;

const CONTEXT: &str = "The quick brown fox\njumps over\nthe lazy dog\n";

/// The result of an attack: the part that its page shows, and everything that the host or a reader
/// received.
#[derive(Default)]
struct Ran {
    seen: Seen,
    told: String,
}

/// Runs the turns of an attack in one VM. Panics if a limit is exceeded.
fn run(turns: &[String]) -> Ran {
    let context = Text::with_origin(CONTEXT.into(), Origin::Source(SourceId(0)));
    let settings = Settings {
        fuel: FUEL,
        memory_bytes: MEMORY_BYTES,
        ..Settings::default()
    };
    let machine = Machine::new(settings, ContextData::text("fox.txt", context), "Who jumps?");
    let mut machine = machine.with_tools(host::tools()).unwrap();
    let mut ran = Ran::default();
    for program in turns {
        let ends;
        (machine, ends) = ran.turn(machine, program);
        ran.told.push_str(&ends);
        let before = if ran.seen.ends.is_empty() { "" } else { "; " };
        ran.seen.ends.push_str(&format!("{before}{}", shown_end(&ends)));
    }
    ran
}

impl Ran {
    /// Runs a program to its end. Returns the VM and the way the program ended.
    fn turn(&mut self, mut machine: Machine, program: &str) -> (Machine, String) {
        let compiled = match machine.compile(program) {
            Ok(compiled) => compiled,
            Err(refusal) => {
                let mut codes: Vec<&str> = Vec::new();
                for diagnostic in &refusal.diagnostics {
                    if !codes.contains(&diagnostic.code.0) {
                        codes.push(diagnostic.code.0);
                    }
                }
                self.told.push_str(&render_plain(program, &refusal.diagnostics));
                return (machine, format!("refused {}", codes.join(" ")));
            }
        };
        let mut step = machine.start(&compiled, SLICE);
        loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
                Step::Needs(mut needs) => {
                    if let Some(request) = needs.asked().cloned() {
                        self.told.push_str(&host::asked(&request.question));
                        needs.answer(host::answer(&request.question));
                    }
                    let issued = needs.take_issued();
                    self.seen.calls += issued.len();
                    for call in &issued {
                        let texts = [Some(&call.prompt), call.context.as_ref()];
                        self.told
                            .extend(texts.into_iter().flatten().map(|text| text.to_flat().unwrap()));
                    }
                    let replies = issued.iter().map(|call| (call.key, host::reply(call))).collect();
                    needs.resume(replies, SLICE)
                }
                Step::Done(done) => {
                    self.report(&done.report);
                    return (done.machine, "done".to_owned());
                }
                Step::Raised(raised) => {
                    self.report(&raised.report);
                    self.told.push_str(&raised.error.rendered);
                    let error = &raised.error;
                    return (
                        raised.machine,
                        format!("raised {}: {}", error.type_name(), error.message),
                    );
                }
                Step::Ended(ended) => {
                    self.report(&ended.report);
                    let ends = match ended.end {
                        End::Limit(limit) => format!("limit {}", limit.name()),
                        End::Final => format!("answer {}", ended.answer.unwrap().to_flat().unwrap()),
                        End::Cancelled => "cancelled".to_owned(),
                    };
                    return (ended.machine, ends);
                }
            };
        }
    }

    fn report(&mut self, report: &Report) {
        let printed = &report.printed.text;
        assert!(report.fuel <= FUEL, "{} units of fuel", report.fuel);
        assert!(
            report.memory_bytes <= MEMORY_BYTES as u64 + SLACK_BYTES,
            "{} bytes of memory",
            report.memory_bytes
        );
        assert!(printed.len() <= KEPT_OUTPUT, "{} bytes of output", printed.len());
        self.told.push_str(printed);
        let lines = printed.lines().map(|line| shown(line) + "\n");
        self.seen.printed.extend(lines.take(SHOWN_LINES));
    }
}

/// Returns the end of a turn as its page shows it.
fn shown_end(ends: &str) -> String {
    match ends.split_once(' ') {
        Some(("raised", error)) => format!("raised {}", shown(error)),
        Some(("answer", answer)) => format!("answer {}", shown(answer)).trim_end().to_owned(),
        _ => ends.to_owned(),
    }
}

/// Returns the start of a text as a page shows it, with invisible characters escaped.
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

/// Runs all programs of a page. Returns the differences from the page.
fn differences(page: &mut Page) -> Vec<String> {
    let class = page.class();
    let mut differences = Vec::new();
    for attack in &mut page.attacks {
        let Ok(Ran { seen, told }) = catch_unwind(AssertUnwindSafe(|| run(&attack.turns))) else {
            differences.push(format!("{class}/{}: the test or the machine panicked", attack.name));
            continue;
        };
        for fault in faults(attack, &seen, &told) {
            differences.push(format!("{class}/{}: {fault}", attack.name));
        }
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
fn every_escape_ends_as_documented_within_its_limits() {
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

/// Returns violations of rules that hold for every program, regardless of its page.
fn faults(attack: &Attack, seen: &Seen, told: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in around() {
        if told.contains(&value) {
            faults.push(format!("it told the value of {name}"));
        }
    }
    let says = |word: &str| attack.turns.iter().any(|program| program.contains(word));
    if seen.calls > 0 && !says("llm_query") && !says("rlm_query") {
        faults.push(format!("{} calls that it does not spell out", seen.calls));
    }
    faults
}

/// Returns the environment variables of this process whose values no program may obtain.
fn around() -> Vec<(&'static str, String)> {
    let names = [MARKER, MARKER_FOLDER, "CARGO_MANIFEST_DIR", "PATH", "HOME"];
    let values = names.into_iter().filter_map(|name| Some((name, env::var(name).ok()?)));
    // A short value, such as a home of `/`, could occur by chance.
    values.filter(|(_, value)| value.len() > 8).collect()
}

const MARKER: &str = "MARKER";
const MARKER_FOLDER: &str = "MARKER_FOLDER";
const MARKER_PORT: &str = "MARKER_PORT";

/// Runs all programs again in a child process with bait. A marker is in a file next to the working
/// folder and in environment variables, and a listener waits at the port that the programs try.
/// They must reach none of it.
#[test]
fn escapes_request_nothing_but_model_replies() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let marker = "marker-5b1f0c9e7d24a683";
    fs::write(folder.path().join("marker.txt"), marker).unwrap();
    let within = folder.path().join("within");
    fs::create_dir(&within).unwrap();

    let ran = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "adversarial::escapes::every_escape_ends_as_documented_within_its_limits",
        ])
        .current_dir(&within)
        .env_remove("UPDATE_ESCAPES")
        .env(MARKER, marker)
        .env(MARKER_FOLDER, folder.path())
        .env(MARKER_PORT, listener.local_addr().unwrap().port().to_string())
        .env("PATH", folder.path().join(marker))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");

    let heard = listener.accept().map(|(_, address)| address);
    assert_eq!(
        heard.unwrap_err().kind(),
        io::ErrorKind::WouldBlock,
        "no connection may be made"
    );
    assert_eq!(files(folder.path()), ["marker.txt", "within"], "no file may be written");
    assert_eq!(files(&within), [""; 0], "no file may be written");
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn escape_count_matches_the_security_page() {
    let pages = Page::all();
    assert!(pages.len() >= 12, "{} classes", pages.len());
    let mut names = BTreeSet::new();
    for page in &pages {
        let attacks: Vec<_> = page.attacks.iter().filter(|attack| !attack.is_control).collect();
        assert!(attacks.len() >= 8, "{}: {} programs", page.class(), attacks.len());
        for attack in attacks {
            let name = format!("{}/{}", page.class(), attack.name);
            assert!(names.insert(name), "{}/{} twice", page.class(), attack.name);
        }
    }
    assert!(names.len() >= 150, "{} programs", names.len());
    let said = format!("{} programs in {} classes", names.len(), pages.len());
    assert!(super::security().contains(&said), "not in SECURITY.md: {said}");
}
