//! Speculative execution: programs that read each reply make their calls in parallel, and only the
//! time differs.

mod clock;
mod ends;
mod programs;

use clock::{TimedRun, run_timed, run_timed_in};
use programs::{shapes, strict, traps, variants};
use proptest::prelude::*;
use rlm_fuzzing::generators::{chunked_context, looking_program, looking_statement};
use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Machine, RunAhead, Settings};

const CHUNKS: &str = "chunks = [f'chunk {i} of text' for i in range(320)]\n";
const IN_FLIGHT: usize = 64;

/// Runs a program strictly and speculatively, and checks that both runs look the same. Returns the
/// ratio to the ideal time: 1 if no call slot was ever idle.
fn speed(mode: RunAhead, source: &str) -> f64 {
    let source = format!("{CHUNKS}{source}");
    let strict = run_timed(&source, RunAhead::Off, IN_FLIGHT);
    let speculative = run_timed(&source, mode, IN_FLIGHT);
    assert_eq!(speculative.seen, strict.seen, "{source}");
    assert_eq!(speculative.unreached, [], "{source}");
    ideal(&speculative) / speculative.ticks as f64
}

/// Returns the ticks of the same calls if only prompts that contain replies had to wait.
fn ideal(ran: &TimedRun) -> f64 {
    let rounds = ran.calls.div_ceil(IN_FLIGHT).max(ran.longest_chain);
    rounds as f64
}

#[test]
fn uncertain_calls_are_not_issued_early() {
    for (name, source) in strict() {
        let source = format!("{CHUNKS}{source}");
        let strict = run_timed(&source, RunAhead::Off, IN_FLIGHT);
        let speculative = run_timed(&source, RunAhead::Certain, IN_FLIGHT);
        assert_eq!(speculative.seen, strict.seen, "{name}");
        assert_eq!((speculative.unreached.len(), speculative.early), (0, 0), "{name}");
    }
}

#[test]
fn misleading_values_cause_no_wrong_calls() {
    for (name, source) in traps() {
        let source = format!("{CHUNKS}{source}");
        for in_flight in [1, IN_FLIGHT] {
            let strict = run_timed(&source, RunAhead::Off, in_flight);
            let speculative = run_timed(&source, RunAhead::Certain, in_flight);
            assert_eq!(speculative.seen, strict.seen, "{name}");
            assert_eq!(speculative.unreached, [], "{name}");
        }
    }
}

#[test]
fn past_errors_mode_expects_replies_to_parse() {
    let source = |read: &str| format!("import json\n{CHUNKS}n = 0\nfor c in chunks:\n    n += {read}\nprint(n)");
    for read in [
        "int(llm_query(f'7 of {c}')[:1].replace('r', '7'))",
        "json.loads(llm_query(f'{c}')[:0] + '3')",
    ] {
        let strict = run_timed(&source(read), RunAhead::Certain, IN_FLIGHT);
        assert_eq!((strict.early, strict.ticks), (0, 320), "{read}");
        let speculative = run_timed(&source(read), RunAhead::PastErrors, IN_FLIGHT);
        assert_eq!(speculative.seen, strict.seen, "{read}");
        assert!(speculative.ticks <= 6, "{read}: {}", speculative.ticks);
        assert_eq!(speculative.unreached, [], "{read}");
    }
    // A wrong guess costs the issued calls, and changes nothing else.
    let lost = source("int(llm_query(f'only a number: {c}'))");
    let strict = run_timed(&lost, RunAhead::Off, IN_FLIGHT);
    let speculative = run_timed(&lost, RunAhead::PastErrors, IN_FLIGHT);
    assert!(strict.seen.error.is_some() && !speculative.unreached.is_empty());
    assert_eq!(speculative.seen, strict.seen);
    // A handler around the loop makes other calls instead of the discarded ones.
    let elsewhere = format!(
        "{CHUNKS}try:\n    for c in chunks:\n        int(llm_query(f'only a number: {{c}}'))\nexcept ValueError:\n    for c in chunks[:5]:\n        print(llm_query(f'instead {{c}}'))"
    );
    let strict = run_timed(&elsewhere, RunAhead::Off, IN_FLIGHT);
    let speculative = run_timed(&elsewhere, RunAhead::PastErrors, IN_FLIGHT);
    assert_eq!(speculative.seen, strict.seen);
}

/// Returns the number of generated programs: `PROPTEST_CASES`, or 512.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(512)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn programs_that_read_replies_match_strict_order(
        statements in prop::collection::vec(looking_statement(), 1..8),
        in_function in any::<bool>(),
        in_flight in prop_oneof![Just(1_usize), Just(7), Just(64)],
    ) {
        let program = looking_program(&statements, in_function);
        let strict = run_over_chunks(&program, RunAhead::Off, in_flight);
        let speculative = run_over_chunks(&program, RunAhead::Certain, in_flight);
        prop_assert_eq!(&speculative.seen, &strict.seen, "{}", program);
        // Only a failing call, which no reply predicts, makes a certain call superfluous.
        if strict.seen.error.is_none() {
            prop_assert_eq!(speculative.unreached.len(), 0, "{}", program);
        }
        // With fewer slots than calls, early calls take slots that the longest chain of calls waits
        // for; the delay is bounded (R. L. Graham, Bounds on multiprocessing timing anomalies,
        // 1969).
        let bound = if speculative.calls <= in_flight { strict.ticks } else { strict.ticks * (2 * in_flight - 1) / in_flight };
        prop_assert!(speculative.ticks <= bound, "{} ticks, strictly {}: {}", speculative.ticks, strict.ticks, program);
        let past = run_over_chunks(&program, RunAhead::PastErrors, in_flight);
        prop_assert_eq!(&past.seen, &strict.seen, "{}", program);
    }
}

/// Runs a program over a context of chunks of eight characters, separated by one.
fn run_over_chunks(source: &str, run_ahead: RunAhead, in_flight: usize) -> TimedRun {
    let context = Text::with_origin(chunked_context(), Origin::Source(SourceId(0)));
    let settings = Settings {
        run_ahead,
        ..Settings::default()
    };
    let machine = Machine::new(settings, ContextData::text("chunks.txt", context), "");
    run_timed_in(machine, source, in_flight, None).0
}

/// The machine speculates through the whole loop several times before the program reaches its
/// second chunk.
#[test]
fn discarded_scans_are_not_counted() {
    let source = "chunks = [context[at:at + 8] for at in range(0, 24 * 9, 9)]\nn = 0\n\
        for c in chunks:\n    if '1' in c:\n        n += 1\n    a = llm_query(f'yes or no? {c}')\n    \
        if 'Yes' in a:\n        break\nprint(n)";
    let strict = run_over_chunks(source, RunAhead::Off, 64);
    // The program leaves the loop before its end.
    let last = strict.seen.scanned.last().unwrap().bytes.end;
    assert!(last < 24 * 9 - 9, "{last}");
    for mode in [RunAhead::Certain, RunAhead::PastErrors] {
        assert_eq!(run_over_chunks(source, mode, 64).seen, strict.seen);
    }
    let past_break = source.replace("        break", "        n += 10");
    let strict = run_over_chunks(&past_break, RunAhead::Off, 64);
    let speculative = run_over_chunks(&past_break, RunAhead::Certain, 64);
    assert!(speculative.early > 20, "{}", speculative.early);
    assert_eq!(speculative.seen, strict.seen);
}

#[test]
fn common_shapes_run_as_fast_as_batched_calls() {
    let mut slow = Vec::new();
    for (name, source) in shapes() {
        let reached = speed(RunAhead::Certain, source);
        println!("{name:30} {reached:.2}");
        if reached < 0.9 {
            slow.push((name, reached));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}

#[test]
fn variants_run_as_fast_as_batched_calls() {
    let mut slow = Vec::new();
    for (group, name, source) in variants() {
        let reached = speed(RunAhead::Certain, source);
        println!("{group:12} {name:30} {reached:.2}");
        if reached < 0.9 {
            slow.push((name, reached));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}
