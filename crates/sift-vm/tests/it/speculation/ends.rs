//! Programs that end while early calls are in flight, and programs that follow others in one
//! machine.

use sift_vm::{RunAhead, Settings};

use super::clock::{TimedRun, run_timed, run_timed_in};
use super::programs::shapes;
use crate::support::machine;

const CHUNKS: &str = "chunks = [f'chunk {i} of text' for i in range(80)]\n";
const MODES: [RunAhead; 3] = [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors];

fn limited(source: &str, run_ahead: RunAhead, fuel: u64, memory_bytes: usize) -> TimedRun {
    let settings = Settings {
        run_ahead,
        fuel,
        memory_bytes,
        ..Settings::default()
    };
    run_timed_in(machine(settings), source, 16, None).0
}

#[test]
fn speculation_runs_out_of_fuel_at_the_same_point() {
    let memory = Settings::default().memory_bytes;
    for (name, source) in shapes() {
        let source = format!("{CHUNKS}{source}");
        let all = limited(&source, RunAhead::Off, u64::MAX, memory).seen.fuel;
        for fuel in [all / 5, all / 2, all - all / 7, all - 1, all] {
            let strict = limited(&source, RunAhead::Off, fuel, memory);
            assert_eq!(strict.seen.error.is_none(), fuel == all, "{name}");
            for mode in MODES {
                let speculative = limited(&source, mode, fuel, memory);
                assert_eq!(speculative.seen, strict.seen, "{name} with {fuel} of {all}, {mode:?}");
            }
        }
    }
}

#[test]
fn speculation_runs_out_of_memory_at_the_same_point() {
    let source = "kept = []\nfor c in chunks:\n    a = llm_query(f'about {c}')\n    if 'reply' in a:\n        kept.append(((a + c) * 500).upper())\n    print(len(kept))";
    let source = format!("{CHUNKS}{source}");
    let mut ended = 0;
    for kibibytes in [200, 400, 600, 1_000, 2_000, 20_000] {
        let strict = limited(&source, RunAhead::Off, u64::MAX, kibibytes << 10);
        ended += usize::from(strict.seen.error.is_some());
        for mode in MODES {
            let speculative = limited(&source, mode, u64::MAX, kibibytes << 10);
            assert_eq!(speculative.seen, strict.seen, "{kibibytes} KiB, {mode:?}");
        }
    }
    assert!((3..6).contains(&ended), "{ended}");
}

#[test]
fn programs_after_a_cancelled_one_match_strict_order() {
    let first = format!(
        "{CHUNKS}n = 0\nfor c in chunks:\n    if 'yes' in llm_query(f'yes or no? {{c}}').lower():\n        n += 1\nprint(n)"
    );
    let next = "m = 0\nfor c in chunks[:20]:\n    a = llm_query(f'number in {c}')\n    if 'it' in a:\n        m += 1\n        last = a\nprint(n, m, last)";
    for at in [1, 2, 4] {
        let settings = |run_ahead| Settings {
            run_ahead,
            ..Settings::default()
        };
        let (cancelled, after) = run_timed_in(machine(settings(RunAhead::Certain)), &first, 16, Some(at));
        assert_eq!(cancelled.seen.error.as_deref(), Some("Cancelled"));
        let made = cancelled.seen.prompts.len();
        assert!(!cancelled.unreached.is_empty() && made < 80, "{made}");
        // A strict run that is cancelled at the same call has made the same calls.
        let (strict, after_strict) = run_timed_in(machine(settings(RunAhead::Off)), &first, 16, Some(made - 1));
        assert_eq!(strict.seen.prompts, cancelled.seen.prompts);
        let (speculative, _) = run_timed_in(after, next, 16, None);
        let (strict, _) = run_timed_in(after_strict, next, 16, None);
        assert_eq!(speculative.seen, strict.seen);
        assert_eq!(speculative.unreached, []);
        assert!(speculative.ticks <= 3, "{}", speculative.ticks);
    }
}

#[test]
fn programs_of_a_session_speculate_from_its_state() {
    let programs = [
        CHUNKS.to_owned(),
        "counts, hits = {}, []\ndef label_of(a):\n    for label in ('bug', 'feature'):\n        if label in a:\n            return label\n    return 'other'".to_owned(),
        "for c in chunks:\n    label = label_of(llm_query(f'label {c}').lower())\n    counts[label] = counts.get(label, 0) + 1\nprint(sorted(counts.items()))".to_owned(),
        "import re\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    m = re.search(r'\\d+', a)\n    if m:\n        hits.append(int(m.group()))\nprint(len(hits))".to_owned(),
        "print(undefined)".replace("undefined", "hits[999999]"),
        "for c in chunks[:10]:\n    if 'yes' in llm_query(f'yes or no? {c}').lower():\n        counts['bug'] = counts.get('bug', 0) + 1\n        hits.append(c)\nprint(counts['bug'], hits[-1])".to_owned(),
    ];
    let run = |run_ahead| {
        let mut at = machine(Settings {
            run_ahead,
            ..Settings::default()
        });
        let mut seen = Vec::new();
        let mut ticks = 0;
        for program in &programs {
            let (timed, after) = run_timed_in(at, program, 16, None);
            assert_eq!(timed.unreached, [], "{program}");
            ticks += timed.ticks;
            seen.push(timed.seen);
            at = after;
        }
        (seen, ticks)
    };
    let (strict, slow) = run(RunAhead::Off);
    let (speculative, fast) = run(RunAhead::Certain);
    assert_eq!(speculative, strict);
    assert!(slow == 170 && fast <= 12, "{slow} {fast}");
}

#[test]
fn equal_prompts_are_numbered_in_program_order() {
    let source = "same = 0\nfor i in range(60):\n    a = llm_query('yes or no? once more')\n    if 'yes' in a.lower():\n        same += 1\n    b = llm_query('number')\n    same += len(b.split())\nprint(same)";
    let strict = run_timed(source, RunAhead::Off, 16);
    for mode in [RunAhead::Certain, RunAhead::PastErrors] {
        let speculative = run_timed(source, mode, 16);
        assert_eq!(speculative.seen, strict.seen);
        assert!(speculative.ticks <= 9, "{}", speculative.ticks);
    }
}
