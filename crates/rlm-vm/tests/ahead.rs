//! Running ahead: programs that look at each reply make their calls side by side, and nobody can tell but by the clock.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

#[path = "ahead/clock.rs"]
mod clock;
#[path = "ahead/ends.rs"]
mod ends;
#[path = "ahead/exits.rs"]
mod exits;
#[path = "ahead/readers.rs"]
mod readers;
#[path = "ahead/shapes.rs"]
mod shapes;
mod support;
#[path = "ahead/text_traps.rs"]
mod text_traps;
#[path = "ahead/traps.rs"]
mod traps;
#[path = "ahead/variants.rs"]
mod variants;

use clock::{Timed, run_timed, run_timed_in};
use exits::EXITS;
use proptest::prelude::*;
use readers::READERS;
use rlm_text::{Origin, SourceId, Text};
use rlm_vm::{ContextData, Machine, RunAhead, Settings};
use shapes::{SHAPES, STRICT};
use text_traps::TEXT_TRAPS;
use traps::TRAPS;
use variants::VARIANTS;

const CHUNKS: &str = "chunks = [f'chunk {i} of text' for i in range(320)]\n";
const IN_FLIGHT: usize = 64;

/// Runs a program strictly and ahead: what can be seen is the same. Returns how near to the ideal it came: 1 if no call slot was
/// ever idle.
fn speed(mode: RunAhead, source: &str) -> f64 {
    let source = format!("{CHUNKS}{source}");
    let strict = run_timed(&source, RunAhead::Off, IN_FLIGHT);
    let ahead = run_timed(&source, mode, IN_FLIGHT);
    assert_eq!(ahead.seen, strict.seen, "{source}");
    assert_eq!(ahead.unreached, [], "{source}");
    ideal(&ahead) / ahead.ticks as f64
}

/// Returns the ticks of the same calls with no waits but for the prompts that hold replies.
fn ideal(ran: &Timed) -> f64 {
    let rounds = ran.calls.div_ceil(IN_FLIGHT).max(ran.longest_chain);
    rounds as f64
}

#[test]
fn no_call_leaves_that_the_strict_run_does_not_make() {
    for (name, source) in STRICT {
        let source = format!("{CHUNKS}{source}");
        let strict = run_timed(&source, RunAhead::Off, IN_FLIGHT);
        let ahead = run_timed(&source, RunAhead::Certain, IN_FLIGHT);
        assert_eq!(ahead.seen, strict.seen, "{name}");
        assert_eq!((ahead.unreached.len(), ahead.early), (0, 0), "{name}");
    }
}

#[test]
fn what_is_other_than_it_looks_leads_to_no_wrong_call() {
    for (name, source) in TRAPS.iter().chain(TEXT_TRAPS) {
        let source = format!("{CHUNKS}{source}");
        for in_flight in [1, IN_FLIGHT] {
            let strict = run_timed(&source, RunAhead::Off, in_flight);
            let ahead = run_timed(&source, RunAhead::Certain, in_flight);
            assert_eq!(ahead.seen, strict.seen, "{name}");
            assert_eq!(ahead.unreached, [], "{name}");
        }
    }
}

#[test]
fn past_errors_bets_that_replies_are_what_they_are_taken_for() {
    let source = |read: &str| format!("import json\n{CHUNKS}n = 0\nfor c in chunks:\n    n += {read}\nprint(n)");
    for read in [
        "int(llm_query(f'7 of {c}')[:1].replace('r', '7'))",
        "json.loads(llm_query(f'{c}')[:0] + '3')",
    ] {
        let strict = run_timed(&source(read), RunAhead::Certain, IN_FLIGHT);
        assert_eq!((strict.early, strict.ticks), (0, 320), "{read}");
        let ahead = run_timed(&source(read), RunAhead::PastErrors, IN_FLIGHT);
        assert_eq!(ahead.seen, strict.seen, "{read}");
        assert!(ahead.ticks <= 6, "{read}: {}", ahead.ticks);
        assert_eq!(ahead.unreached, [], "{read}");
    }
    // A bet that is lost costs the calls that left, and nothing else differs.
    let lost = source("int(llm_query(f'only a number: {c}'))");
    let strict = run_timed(&lost, RunAhead::Off, IN_FLIGHT);
    let ahead = run_timed(&lost, RunAhead::PastErrors, IN_FLIGHT);
    assert!(strict.seen.error.is_some() && !ahead.unreached.is_empty());
    assert_eq!(ahead.seen, strict.seen);
    // A handler around the loop makes other calls where the lost ones stood.
    let elsewhere = format!(
        "{CHUNKS}try:\n    for c in chunks:\n        int(llm_query(f'only a number: {{c}}'))\nexcept ValueError:\n    for c in chunks[:5]:\n        print(llm_query(f'instead {{c}}'))"
    );
    let strict = run_timed(&elsewhere, RunAhead::Off, IN_FLIGHT);
    let ahead = run_timed(&elsewhere, RunAhead::PastErrors, IN_FLIGHT);
    assert_eq!(ahead.seen, strict.seen);
}

/// Statements of a loop over chunks, `c` one of them and `a` the last reply.
fn statement() -> impl Strategy<Value = String> {
    let ask = prop_oneof![
        Just("a = llm_query(f'yes or no? {c}')"),
        Just("a = llm_query(f'number in {c}')"),
        Just("a = llm_query(f'label {c}').strip().lower()"),
        Just("b = llm_query(f'list of {c} {n}')"),
        Just("t = llm_query(f'refine {a}')"),
        Just("a = helper(c)"),
        Just("try:\n    a = llm_query(f'maybe {c}')\nexcept Exception as e:\n    a = str(e)"),
        Just("try:\n    a = llm_query(f'maybe {c}')\nexcept RuntimeError:\n    continue"),
    ];
    let look = prop_oneof![
        Just("if 'yes' in a.lower():\n    hits.append(c)"),
        Just("if 'no' in a:\n    n += 1\nelif a:\n    n += 2"),
        Just("n += len(a)"),
        Just("counts[a] = counts.get(a, 0) + 1"),
        Just("groups.setdefault(a[:3], []).append(n)"),
        Just("m = re.search(r'(\\d+)', a)\nif m:\n    n += int(m.group(1))"),
        Just("try:\n    n += int(a)\nexcept ValueError:\n    bad += 1"),
        Just("try:\n    n += int(a)\nexcept ValueError:\n    continue"),
        Just("x = re.findall(r'\\w+', a)\nif len(x) > 1 and x[0] == 'it':\n    bad += 1"),
        Just("for line in a.splitlines():\n    if line.startswith('-'):\n        hits.append(line)"),
        Just("print(n, a[:5])"),
        Just("print(f'{n}: {t}')"),
        Just("if n > 40:\n    break"),
        Just("if not a:\n    continue"),
        Just("if a == 'no':\n    a = llm_query(f'number again {c}')"),
        Just("hits = hits + [a]"),
        Just("t = a if len(a) > 3 else t"),
        Just("flag = a.startswith('Y') or 'it' in a\nbad += flag"),
        Just("while n > 25:\n    n -= 10"),
        Just("last = hits[-1] if hits else None"),
        Just("other = hits\nif 'y' in a:\n    other.append(t)"),
        Just("rows.append({'c': c, 'ok': 'yes' in a})\nif rows[-1]['ok']:\n    bad += 1"),
        Just("k, _, v = a.partition(' ')\ncounts[k] = v"),
        Just("if len(counts) > 2:\n    n = 0"),
        Just("f = lambda s: s.upper()\nt = f(a)"),
    ];
    let change = prop_oneof![
        Just("note(a)"),
        Just("if note(a) > 3:\n    bad += 1"),
        Just("if 'y' in a:\n    hits, other = [t], hits\n    other.append(n)"),
        Just("words = a.split()\nif words:\n    t = words[0]\nrows.append(words)"),
        Just("for row in rows:\n    if isinstance(row, list):\n        row.append(t)"),
        Just("while len(rows) > 3:\n    rows.pop()"),
        Just("try:\n    bad += 1\n    n += int(a)\nexcept ValueError:\n    bad += 2\nfinally:\n    bad += 4"),
        Just("n += sum(1 for w in found_in(a) if len(w) > 2)"),
        Just("for w in found_in(a):\n    x = x + [w]"),
        Just("n += down(a, 3)"),
        Just("for k in list(counts):\n    if k == a:\n        del counts[k]"),
        Just("if a in counts:\n    counts.pop(a)\nelse:\n    counts[a] = n"),
        Just("if a in counts:\n    t = str(counts[a])"),
        Just("for k, v in counts.items():\n    t = f'{k}{v}'"),
        Just("parts = a.split(' ', 1)\nif len(parts) == 2:\n    k, v = parts\n    t = v"),
        Just("try:\n    k, v = a.split(' ', 1)\nexcept ValueError:\n    k = a\n    continue"),
        Just(
            "try:\n    t = hits[n].upper()\nexcept (IndexError, AttributeError):\n    a = llm_query(f'number for {c}')"
        ),
        Just("try:\n    t = hits[-1].upper()\nexcept IndexError:\n    hits.append(a)"),
        Just("for w in a.split():\n    if w.startswith('i'):\n        last = w\n        break\nelse:\n    last = None"),
        Just("ok = m is not None\nm = re.search(r'\\w', a)\nif ok and m:\n    t = m.group(0)"),
        Just("for i in range(len(a) % 3):\n    for j in range(2):\n        n += i * j"),
        Just("first, *others = a.split(' ')\nbad += len(others)"),
        Just("if last:\n    del last\n    last = None"),
    ];
    let leave = prop_oneof![
        Just("for w in a.split():\n    if w == 'it':\n        break\n    n += 1"),
        Just(
            "for line in a.splitlines():\n    if not line:\n        continue\n    for w in line.split():\n        if w == '-':\n            break\n        n += len(w)\n    else:\n        continue\n    break"
        ),
        Just("t = first_of(a)\nif t is None:\n    bad += 1\n    t = ''"),
        Just("while True:\n    i = a.find('i')\n    if i < 0:\n        break\n    a = a[i + 1:]\n    n += 1"),
        Just("for label in ('bug', 'feature', 'it'):\n    if label in a.lower():\n        t = label\n        break"),
        Just("for i, w in enumerate(a.split()):\n    if i > 2:\n        break\n    hits.append((i, w))"),
        Just(
            "try:\n    if not a.isdigit():\n        raise ValueError(a)\n    n += int(a)\nexcept ValueError as e:\n    t = str(e)"
        ),
        Just("try:\n    assert 'i' in a, 'no i'\n    n += 1\nexcept AssertionError:\n    bad += 1"),
        Just("try:\n    n += checked(a)\nexcept (KeyError, ValueError):\n    bad += 1\n    continue"),
        Just(
            "for w in a.split():\n    try:\n        n += int(w)\n        break\n    except ValueError:\n        bad += 1"
        ),
        Just(
            "words = a.split()\nfor w in words:\n    if len(words) < 4:\n        words.append(w + 'x')\nn += len(words)"
        ),
        Just(
            "try:\n    for k in counts:\n        if k in a:\n            counts[a] = 1\nexcept RuntimeError:\n    bad += 1"
        ),
    ];
    let read = prop_oneof![
        Just("if a.strip().isdigit():\n    n += int(a.strip())"),
        Just(
            "if re.fullmatch(r'\\s*\\d+\\s*', a):\n    bad += 1\nm = re.fullmatch(r'\\d+', a)\nif m is not None:\n    n += int(a)"
        ),
        Just("d = ''.join(ch for ch in a if ch.isdigit())\nn += int(d) if d else 0"),
        Just("n += sum(map(int, re.findall(r'\\d+', a)))"),
        Just("s = a.strip()\nt = s.split()[0] if s else ''\nif s and s[0] == 'i':\n    bad += 1"),
        Just("t = '%s: %d' % (a[:4], len(a))"),
        Just("try:\n    t = '%d' % t\nexcept TypeError:\n    t = '{:>5}|{!r}'.format(t, a)"),
        Just("tally.update(a.split())\ntally[a] += 1"),
        Just("seen |= set(a.split())\nif 'it' in seen:\n    seen -= {'it'}"),
        Just("x = sorted(a.split(), key=lambda w: (len(w), w))"),
        Just("first, *others = (a + ' z').split(' ')\nbad += len(others)\nt = first"),
        Just("pairs = dict(w.split('i', 1) for w in a.split() if 'i' in w)\nbad += len(pairs)"),
        Just("pair = (a, n) if 'y' in a else (n, a)\nt = str(pair[0]) + str(pair[1])"),
        Just("for k, v in tally.items():\n    n += v\n    t = k"),
        Just("n += max((len(w) for w in a.split()), default=0)"),
        Just("bad += any(w.startswith('i') for w in a.split())"),
        Just("t = next((w for w in a.split() if 'i' in w), '')"),
        Just("bad += all(len(w) > 1 for w in found_in(a))"),
        Just("t = re.sub(r'\\d+', lambda m: str(int(m.group(0)) + 1), a)"),
        Just("g = found_in(a)\nif 'i' in a:\n    t = next(g, '')\nelse:\n    n += sum(1 for w in g)"),
        Just("bad += any('i' in w for w in ('it', a))"),
    ];
    // What is read of the context must not depend on how far ahead it was read on trial.
    let scan = prop_oneof![
        Just("if '1' in c:\n    n += 1"),
        Just("if 'y' in a and c.count('u') > n:\n    bad += 1"),
        Just("counts[c[-2:]] = a"),
        Just("if a:\n    n += int(c[6:])"),
        Just("print(c[:3])\nt = c"),
        Just("x = re.findall(r'\\d', c)\nif a == c:\n    bad += 1"),
        Just("k = next((ch for ch in c if ch in a), '')\nn += context.find(c, len(a))"),
        Just("m = re.search('k', c)\nif a.startswith('y'):\n    t = c.upper()"),
    ];
    prop_oneof![
        2 => scan.prop_map(str::to_owned),
        2 => ask.prop_map(str::to_owned),
        2 => look.prop_map(str::to_owned),
        2 => change.prop_map(str::to_owned),
        2 => leave.prop_map(str::to_owned),
        2 => read.prop_map(str::to_owned),
    ]
}

/// How many programs are tried; more are asked for by the environment.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(512)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn programs_that_look_at_replies_are_as_if_strict(
        statements in prop::collection::vec(statement(), 1..8),
        in_function in any::<bool>(),
        in_flight in prop_oneof![Just(1_usize), Just(7), Just(64)],
    ) {
        let mut body = String::new();
        for line in statements.join("\n").lines() {
            body.push_str(&format!("    {line}\n"));
        }
        let start = "n = bad = 0\na = t = b = ''\nhits, rows, counts, groups, x = [], [], {}, {}, []\nlast = m = None\n\
            tally, seen, pairs = Counter(), set(), {}\n";
        let end = "print(noted[:3], n, bad, hits, rows[:2], sorted(map(str, counts.items())), len(groups), t, last, len(x), tally.most_common(2), sorted(seen), pairs)\n";
        let helper = "import re\nfrom collections import Counter\ndef helper(c):\n    r = llm_query(f'number in {c}')\n    if 'it' in r:\n        return r[:4]\n    return r\n\
            noted = []\ndef note(s):\n    if 'o' in s:\n        noted.append(s)\n    return len(noted)\n\
            def found_in(s):\n    for w in s.split():\n        if 'e' in w:\n            yield w\n\
            def down(s, k):\n    if not s or k == 0:\n        return 0\n    return 1 + down(s[1:], k - 1)\n\
            def first_of(s):\n    for w in s.split():\n        if w[:1] == 'i':\n            return w\n    return None\n\
            def checked(s):\n    if not s:\n        raise KeyError('nothing')\n    if not s.isdigit():\n        raise ValueError(s)\n    return int(s)\n";
        let chunks = "chunks = [context[at:at + 8] for at in range(0, 24 * 9, 9)]\n";
        let program = if in_function {
            let inner = format!("{start}for c in chunks:\n{body}{end}");
            let inner: String = inner.lines().map(|line| format!("    {line}\n")).collect();
            format!("{helper}{chunks}def main():\n{inner}main()")
        } else {
            format!("{helper}{chunks}{start}for c in chunks:\n{body}{end}")
        };
        let strict = run_over_chunks(&program, RunAhead::Off, in_flight);
        let ahead = run_over_chunks(&program, RunAhead::Certain, in_flight);
        prop_assert_eq!(&ahead.seen, &strict.seen, "{}", program);
        // Certain is certain, but for what no reply says: that a call fails.
        if strict.seen.error.is_none() {
            prop_assert_eq!(ahead.unreached.len(), 0, "{}", program);
        }
        prop_assert!(ahead.ticks <= strict.ticks, "{}", program);
        let past = run_over_chunks(&program, RunAhead::PastErrors, in_flight);
        prop_assert_eq!(&past.seen, &strict.seen, "{}", program);
    }
}

/// Runs a program over a context of chunks of eight characters with one between them.
fn run_over_chunks(source: &str, run_ahead: RunAhead, in_flight: usize) -> Timed {
    let context: String = (0..24).map(|chunk| format!("chunk {chunk:02}|")).collect();
    let context = Text::with_origin(context, Origin::Source(SourceId(0)));
    let settings = Settings {
        run_ahead,
        ..Settings::default()
    };
    let machine = Machine::new(settings, ContextData::text("chunks.txt", context), "");
    run_timed_in(machine, source, in_flight, None).0
}

/// The machine goes through all of the loop on trial, again and again, before the program comes to its second chunk.
#[test]
fn what_is_scanned_on_trial_and_undone_is_not_counted() {
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
    let ahead = run_over_chunks(&past_break, RunAhead::Certain, 64);
    assert!(ahead.early > 20, "{}", ahead.early);
    assert_eq!(ahead.seen, strict.seen);
}

#[test]
fn the_shapes_that_models_write_run_as_fast_as_if_their_calls_were_batched() {
    let mut slow = Vec::new();
    for (name, source) in SHAPES {
        let reached = speed(RunAhead::Certain, source);
        println!("{name:30} {reached:.2}");
        if reached < 0.9 {
            slow.push((name, reached));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}

#[test]
fn variants_of_the_shapes_run_as_fast_too() {
    let mut slow = Vec::new();
    for (group, name, source) in VARIANTS.iter().chain(EXITS).chain(READERS) {
        let reached = speed(RunAhead::Certain, source);
        println!("{group:12} {name:30} {reached:.2}");
        if reached < 0.9 {
            slow.push((name, reached));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}
