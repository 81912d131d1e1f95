//! Generators of programs that query a model about chunks of a text, and inspect each reply before
//! the next query.

use proptest::prelude::*;

use super::drawn_each;

/// Returns the context that a [`looking_program`] reads: 24 chunks of eight characters, with one
/// character between chunks.
#[must_use]
pub fn chunked_context() -> String {
    (0..24).map(|chunk| format!("chunk {chunk:02}|")).collect()
}

/// Returns a program that executes statements in a loop over the chunks of [`chunked_context`],
/// either in a function or at the top level. The program first defines the variables that the
/// statements use, and finally prints all variables that they may have changed.
///
/// ```
/// use rlm_fuzzing::generators::looking_program;
///
/// let program = looking_program(&["a = llm_query(f'number in {c}')".to_owned(), "n += len(a)".to_owned()], true);
/// assert!(sift_syntax::parse(&program).is_accepted());
/// ```
#[must_use]
pub fn looking_program(statements: &[String], in_function: bool) -> String {
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
    if in_function {
        let inner = format!("{start}for c in chunks:\n{body}{end}");
        let inner: String = inner.lines().map(|line| format!("    {line}\n")).collect();
        format!("{helper}{chunks}def main():\n{inner}main()")
    } else {
        format!("{helper}{chunks}{start}for c in chunks:\n{body}{end}")
    }
}

/// Returns a [`looking_program`] of up to `most` [`looking_statement`]s, chosen by a fuzzer's
/// bytes.
///
/// ```
/// use rlm_fuzzing::generators::drawn_program;
///
/// assert!(sift_syntax::parse(&drawn_program(b"four bytes choose a statement", 7)).is_accepted());
/// ```
#[must_use]
pub fn drawn_program(data: &[u8], most: usize) -> String {
    let is_in_function = data.last().is_some_and(|byte| byte % 2 == 1);
    looking_program(&drawn_each(&looking_statement(), data, most), is_in_function)
}

/// Generates a statement for a loop over chunks of a text. In it, `c` is a chunk and `a` is the
/// last reply.
pub fn looking_statement() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => scans().prop_map(str::to_owned),
        2 => asks().prop_map(str::to_owned),
        2 => looks().prop_map(str::to_owned),
        2 => changes().prop_map(str::to_owned),
        2 => leaves().prop_map(str::to_owned),
        2 => reads().prop_map(str::to_owned),
    ]
}

/// Generates a statement that queries a model.
fn asks() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("a = llm_query(f'yes or no? {c}')"),
        Just("a = llm_query(f'number in {c}')"),
        Just("a = llm_query(f'label {c}').strip().lower()"),
        Just("b = llm_query(f'list of {c} {n}')"),
        Just("t = llm_query(f'refine {a}')"),
        Just("a = helper(c)"),
        Just("try:\n    a = llm_query(f'maybe {c}')\nexcept Exception as e:\n    a = str(e)"),
        Just("try:\n    a = llm_query(f'maybe {c}')\nexcept RuntimeError:\n    continue"),
    ]
}

/// Generates a statement that branches on a model's reply.
fn looks() -> impl Strategy<Value = &'static str> {
    prop_oneof![
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
    ]
}

/// Generates a statement that changes variables of the loop.
fn changes() -> impl Strategy<Value = &'static str> {
    prop_oneof![
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
    ]
}

/// Generates a statement that leaves a loop or a function early.
fn leaves() -> impl Strategy<Value = &'static str> {
    prop_oneof![
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
    ]
}

/// Generates a statement that parses a model's reply.
fn reads() -> impl Strategy<Value = &'static str> {
    prop_oneof![
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
    ]
}

/// Generates a statement that reads the context. The recorded reads must not depend on how far
/// speculative execution has read.
fn scans() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("if '1' in c:\n    n += 1"),
        Just("if 'y' in a and c.count('u') > n:\n    bad += 1"),
        Just("counts[c[-2:]] = a"),
        Just("if a:\n    n += int(c[6:])"),
        Just("print(c[:3])\nt = c"),
        Just("x = re.findall(r'\\d', c)\nif a == c:\n    bad += 1"),
        Just("k = next((ch for ch in c if ch in a), '')\nn += context.find(c, len(a))"),
        Just("m = re.search('k', c)\nif a.startswith('y'):\n    t = c.upper()"),
    ]
}

/// Returns a simulated model reply to a prompt of a [`looking_statement`] or a similar program. The
/// same prompt always has the same reply.
///
/// # Errors
/// The error of the call, for one in ten prompts that start with `maybe`.
pub fn reply(prompt: &str) -> Result<String, String> {
    let seed = prompt
        .bytes()
        .fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let pick = (seed >> 7) % 10;
    Ok(match prompt {
        _ if prompt.starts_with("maybe") && pick == 0 => return Err(format!("no reply to {prompt}")),
        _ if prompt.starts_with("yes or no") => {
            ["yes", "No.", "Yes, it does", "I can't say", "no", ""][pick as usize % 6].to_owned()
        }
        _ if prompt.starts_with("number") => {
            ["it is 12", "3", "answer: 77 items", "4 or 5"][pick as usize % 4].to_owned()
        }
        _ if prompt.starts_with("only a number") => ["12", "none", "7", " 5 "][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("label") => ["Bug", "feature ", "question", "BUG"][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("list") => ["- a\n- b\nc", "none", "-x", "\n- y: z\n"][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("json") => ["{\"n\": 1}", "[1]", "no", "{\"n\": \"x\"}"][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("triage") => {
            // The reply omits some ids, as a model might.
            let ids = prompt
                .split('\'')
                .filter(|id| id.parse::<u32>().is_ok_and(|id| id % 5 != 0));
            ids.map(|id| format!("{id}: P{}\n", id.len())).collect()
        }
        _ => format!("reply to {}", prompt.get(..40).unwrap_or(prompt)),
    })
}
