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
mod support;

use clock::{Timed, run_timed};
use proptest::prelude::*;
use rlm_vm::RunAhead;

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

/// (name, program): what models write.
const SHAPES: &[(&str, &str)] = &[
    (
        "append",
        "out = []\nfor c in chunks:\n    out.append(llm_query(f'about {c}'))\nprint(len(out), out[7])",
    ),
    (
        "print",
        "for i, c in enumerate(chunks):\n    answer = llm_query(f'about {c}')\n    print(f'{i}: {answer}')",
    ),
    (
        "chain",
        "out = []\nfor c in chunks:\n    s = llm_query(f'sum up {c}')\n    t = llm_query(f'refine {s}')\n    out.append(t)\n\
         print(llm_query('all: ' + '\\n'.join(out))[:50])",
    ),
    (
        "test",
        "hits = []\nfor c in chunks:\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a.lower():\n        hits.append(c)\nprint(len(hits), hits[:2])",
    ),
    (
        "regex",
        "import re\nfound = []\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    m = re.search(r'(\\d+)', a)\n    if m:\n        found.append(m.group(1))\nprint(len(found), found[:3])",
    ),
    (
        "regex sum",
        "import re\nn = 0\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    m = re.search(r'\\d+', a)\n    if m:\n        n += int(m.group())\nprint(n)",
    ),
    (
        "own reader",
        "import re\ndef number_of(s):\n    m = re.search(r'-?\\d+', s)\n    return int(m.group(0)) if m else 0\nn = 0\nfor c in chunks:\n    n += number_of(llm_query(f'number in {c}'))\nprint(n)",
    ),
    (
        "own reader with early return",
        "import re\ndef number_of(s):\n    m = re.search(r'(\\d+)', s)\n    if not m:\n        return 0\n    return int(m.group(1))\nn = 0\nfor c in chunks:\n    n += number_of(llm_query(f'number in {c}'))\nprint(n)",
    ),
    (
        "parse_number",
        "n = 0\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    n += parse_number(a)\nprint(n)",
    ),
    (
        "helper in comprehension",
        "def relevant(c):\n    a = llm_query(f'yes or no? {c}')\n    return 'YES' in a.upper()\nhits = [c for c in chunks if relevant(c)]\nprint(len(hits))",
    ),
    (
        "helper with returns",
        "def relevant(c):\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a.lower():\n        return True\n    return False\nflags = [relevant(c) for c in chunks]\nprint(sum(flags))",
    ),
    (
        "try int",
        "n = 0\nbad = 0\nfor c in chunks:\n    a = llm_query(f'only a number: {c}')\n    try:\n        n += int(a)\n    except ValueError:\n        bad += 1\n        continue\nprint(n, bad)",
    ),
    (
        "failing calls",
        "good, bad = [], []\nfor c in chunks:\n    try:\n        a = llm_query(f'maybe {c}')\n    except Exception as e:\n        bad.append(str(e))\n        continue\n    good.append(a)\nprint(len(good), len(bad), bad[:1])",
    ),
    (
        "while",
        "i = 0\nyes = 0\nwhile i < len(chunks):\n    reply = llm_query('yes or no? ' + chunks[i])\n    if reply.strip().lower().startswith('yes'):\n        yes += 1\n    i += 1\nprint(yes)",
    ),
    (
        "counts by label",
        "counts = {}\nfor c in chunks:\n    label = llm_query(f'label {c}').strip().lower()\n    counts[label] = counts.get(label, 0) + 1\nprint(len(counts))",
    ),
    (
        "Counter",
        "from collections import Counter\ncounts = Counter()\nfor c in chunks:\n    counts[llm_query(f'label {c}').strip().lower()] += 1\nprint(counts.most_common(2))",
    ),
    (
        "groups",
        "from collections import defaultdict\ngroups = defaultdict(list)\nfor c in chunks:\n    label = llm_query(f'label {c}').split('\\n')[0:1]\n    for part in label:\n        groups[part].append(c)\nprint(len(groups))",
    ),
    (
        "setdefault",
        "groups = {}\nfor i, c in enumerate(chunks):\n    a = llm_query(f'yes or no? {c}')\n    groups.setdefault(a.strip(), []).append(i)\nprint(sorted((k, len(v)) for k, v in groups.items())[:2])",
    ),
    (
        "dict and tuple targets",
        "results = {}\nyes, no = 0, 0\nfor key, (i, c) in enumerate(zip(range(1000), chunks)):\n    a, b = llm_query(f'yes or no? {c}'), i\n    results[key] = ('yes' in a, b)\n    if results[key][0]:\n        yes += 1\n    else:\n        no += 1\nprint(yes, no, results[3])",
    ),
    (
        "filter lines",
        "facts = []\nfor c in chunks:\n    reply = llm_query(f'list of {c}')\n    for line in reply.splitlines():\n        line = line.strip()\n        if line.startswith('-'):\n            facts.append(line[1:].strip())\nprint(len(facts), facts[:2])",
    ),
    (
        "nested helpers",
        "def ask(c):\n    return llm_query(f'yes or no? {c}').strip()\ndef is_yes(a):\n    return a.lower() in ('yes', 'y') or a.lower().startswith('yes')\ndef keep(c):\n    return is_yes(ask(c))\nkept = list(filter(keep, chunks))\nprint(len(kept))",
    ),
    (
        "elif",
        "yes = no = other = 0\nfor c in chunks:\n    a = llm_query(f'yes or no? {c}').lower()\n    if 'yes' in a:\n        yes += 1\n    elif 'no' in a:\n        no += 1\n    else:\n        other += 1\nprint(yes, no, other)",
    ),
    (
        "first found stays",
        "best = None\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    if len(a) > 10 and best is None:\n        best = c\nprint(best)",
    ),
    (
        "json in try",
        "import json\nrows, errors = [], 0\nfor c in chunks:\n    try:\n        data = json.loads(llm_query(f'json {c}'))\n        rows.append(data['n'])\n    except Exception:\n        errors += 1\nprint(len(rows), errors)",
    ),
    (
        "parse_json",
        "names = []\nfor c in chunks:\n    data = parse_json(llm_query(f'json {c}'), {})\n    if isinstance(data, dict) and data.get('n'):\n        names.append(data['n'] if 0 else data.get('n'))\nprint(len(names))",
    ),
    (
        "dict comprehension",
        "flags = {c: 'yes' in llm_query(f'yes or no? {c}').lower() for c in chunks}\nprint(sum(flags.values()))",
    ),
    (
        "print lengths",
        "total = 0\nfor i, c in enumerate(chunks):\n    a = llm_query(f'about {c}')\n    total += len(a)\n    print(f'{i:3d} {len(a):>5} {a[:20]!r} {total / 2:.1f}')\nprint(total)",
    ),
    (
        "function over all",
        "def main():\n    hits = 0\n    texts = []\n    for c in chunks:\n        a = llm_query(f'yes or no? {c}')\n        if a and not a.isspace() and 'yes' in a:\n            hits += 1\n            texts.append(a)\n    return hits, texts\nhits, texts = main()\nprint(hits)",
    ),
];

/// Programs whose calls depend on replies: none of them leaves before it is sure to be made.
const STRICT: &[(&str, &str)] = &[
    (
        "early exit",
        "for i, c in enumerate(chunks):\n    a = llm_query(f'yes or no? {c}')\n    if 'Yes' in a:\n        print(i, a)\n        break",
    ),
    (
        "return from a function",
        "def first():\n    for c in chunks:\n        if 'Yes' in llm_query(f'yes or no? {c}'):\n            return c\nprint(first())",
    ),
    (
        "any",
        "print(any('Yes' in llm_query(f'yes or no? {c}') for c in chunks))",
    ),
    (
        "a second call for some",
        "for c in chunks[:40]:\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a:\n        print(llm_query(f'why? {c}'))",
    ),
    (
        "retry",
        "for c in chunks[:40]:\n    a = llm_query(f'only a number: {c}')\n    while not a.strip().isdigit():\n        a = llm_query(f'number again, 3: {c}')\n        a = '3'\n    print(a)",
    ),
    (
        "enough",
        "found = []\nfor c in chunks:\n    if len(found) >= 3:\n        break\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a.lower():\n        found.append(c)\nprint(found)",
    ),
    (
        "bare int",
        "n = 0\nfor c in chunks[:30]:\n    n += int(llm_query(f'number in {c}').split()[-1].replace('items', '1').replace('5', '5'))\nprint(n)",
    ),
    (
        "bare json",
        "import json\nfor c in chunks[:30]:\n    print(json.loads(llm_query(f'json {c}')))",
    ),
    (
        "incomplete replies",
        "import re\nlabel = re.compile(r'(\\d+)\\W+(P[123])')\ndef triage(batch, depth=0):\n    if not batch:\n        return {}\n    ids = [c.split()[1] for c in batch]\n    reply = llm_query(f'triage {ids}')\n    found = {tid: level for tid, level in label.findall(reply) if tid in ids}\n    missing = [i for i in ids if i not in found]\n    if not missing:\n        return found\n    if len(batch) == 1:\n        return {ids[0]: 'P2'}\n    mid = len(batch) // 2\n    return {**triage(batch[:mid], depth + 1), **triage(batch[mid:], depth + 1)}\nlevels = {}\nfor i in range(0, 24, 8):\n    levels.update(triage(chunks[i:i + 8]))\nprint(levels)",
    ),
    (
        "assert",
        "for c in chunks[:30]:\n    a = llm_query(f'yes or no? {c}')\n    assert a, 'empty'",
    ),
];

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
    prop_oneof![2 => ask.prop_map(str::to_owned), 3 => look.prop_map(str::to_owned)]
}

/// How many programs are tried; more are asked for by the environment.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(96)
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
        let start = "n = bad = 0\na = t = b = ''\nhits, rows, counts, groups, x = [], [], {}, {}, []\nlast = m = None\n";
        let end = "print(n, bad, hits, rows[:2], sorted(map(str, counts.items())), len(groups), t, last, len(x))\n";
        let helper = "import re\ndef helper(c):\n    r = llm_query(f'number in {c}')\n    if 'it' in r:\n        return r[:4]\n    return r\n";
        let chunks = "chunks = [f'chunk {i}' for i in range(24)]\n";
        let program = if in_function {
            let inner = format!("{start}for c in chunks:\n{body}{end}");
            let inner: String = inner.lines().map(|line| format!("    {line}\n")).collect();
            format!("{helper}{chunks}def main():\n{inner}main()")
        } else {
            format!("{helper}{chunks}{start}for c in chunks:\n{body}{end}")
        };
        let strict = run_timed(&program, RunAhead::Off, in_flight);
        let ahead = run_timed(&program, RunAhead::Certain, in_flight);
        prop_assert_eq!(&ahead.seen, &strict.seen, "{}", program);
        // Certain is certain, but for what no reply says: that a call fails.
        if strict.seen.error.is_none() {
            prop_assert_eq!(ahead.unreached.len(), 0, "{}", program);
        }
        prop_assert!(ahead.ticks <= strict.ticks, "{}", program);
        let past = run_timed(&program, RunAhead::PastErrors, in_flight);
        prop_assert_eq!(&past.seen, &strict.seen, "{}", program);
    }
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
