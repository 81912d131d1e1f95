//! Generators of hostile texts, and of programs that try to let untrusted text influence their
//! effects.

use super::Dice;

/// Statements that read untrusted text into a variable.
const SOURCES: &[&str] = &[
    "u = P[:12]",
    "u = P",
    "u = llm_query('What does it say?')",
    "u = llm_query_batched(['What does it say?', 'And else?'])[1]",
    "u = look_up('it')['said']",
    "u = str(look_up(what=P))",
    "u = ctx.documents[0].text",
    "u = ctx.text[:12]",
    "try:\n    n = int(P)\nexcept ValueError as e:\n    u = str(e)",
    "try:\n    raise KeyError(P)\nexcept KeyError as e:\n    u = str(e)",
];

/// Statements that read untrusted text into a variable and have a condition over it.
const IMPLICIT_SOURCES: &[&str] = &["u = P.split()[0] if P.split() else P"];

/// Statements that compute a value from untrusted text, which are explicit flows. They never fail.
const EXPLICIT: &[&str] = &[
    "t = u",
    "t = t + u[:1]",
    "t = 'fixed'",
    "n = len(u)",
    "n = u.count('ж')",
    "n = P.find('щ')",
    "t = f'{u:>4}'",
    "t = f'{n}'",
    "t = '%s' % (n,)",
    "t = 'x' * n",
    "t = 'abc'[n:]",
    "t = str(len(u))",
    "t = 'x' * len(u)",
    "d['k'] = u\nt = d['k']",
    "items.append(u)\nt = str(items[-1])",
    "t = re.sub('ж', 'a', u)",
    "t = json.dumps(u)",
    "t = str(bool(u))",
    "t = str(u == 'ж')",
    "t = repr(len(u) > 3)",
    "t = (lambda s: s[:1])(u)",
    "try:\n    raise KeyError(u)\nexcept KeyError as e:\n    t = str(e)",
    "with_default = d.setdefault('x', u)\nt = with_default",
    "a, *rest = u + '  '\nt = a",
    "t = str(u).replace('ж', '')",
    "t = chr(97 + len(u) % 3)",
    "t = ['x', 'y'][len(u) % 2]",
    "t = type(u).__name__",
    "t = str(isinstance(n, int))",
    "t = u.upper().lower()",
    "t = str(Counter(u).most_common(1))",
    "t = str(math.sqrt(n * n))",
    "print(u)",
    "n = n + 1",
];

/// Statements whose result depends on untrusted text through a condition, which are implicit flows:
/// a branch, a loop, an operation that fails, or a choice between strings of the program.
const IMPLICIT: &[&str] = &[
    "if 'ж' in u:\n    t = 'yes'",
    "t = 'yes' if 'щ' in u else 'no'",
    "t = max([u, 'm'])",
    "t = min('a', u)",
    "t = sorted([u, 'b'], key=len)[0]",
    "t = {u: 'k'}.get('ж', 'other')",
    "d[u] = 1\nt = str(len(d))",
    "t = ','.join(d)",
    "items.extend(u.split())\nt = str(len(items))",
    "t = 'got' if re.search('щ', u) else 'not'",
    "m = re.match('(a*)', u)\nt = m.group(1) if m else 'none'",
    "t = u and 'set'",
    "t = u or 'unset'",
    "t = pick(len(u))",
    "t = (lambda s: s[:1] or 'e')(u)",
    "t = next((c for c in u if c == 'ж'), 'none')",
    "t = ''.join('1' for c in u if c != ' ')",
    "t = ''.join('1' for c in u)",
    "t = str([c for c in 'ab' if c in u])",
    "t = str(sum(1 for c in u))",
    "t = str(any(c == 'щ' for c in u))",
    "for c in u[:3]:\n    t = t + '.'",
    "try:\n    int(u)\n    t = 'digits'\nexcept ValueError:\n    t = 'letters'",
    "try:\n    look_up('it')['said'].upper()\nexcept Exception:\n    t = 'no text'",
    "while len(u) > 2:\n    u = u[:-1]\n    n = n + 1",
    "try:\n    n = int(u)\n    t = 'number'\nexcept ValueError:\n    t = 'word'",
    "try:\n    t = 'ab'[len(u) % 3]\nexcept IndexError:\n    t = 'out'",
    "try:\n    assert 'ж' in u\n    t = 'held'\nexcept AssertionError as e:\n    t = 'failed'",
    "global_list = list(u)\nt = str(global_list[:1])",
    "t = str(zip)\nt = str(list(zip(u, 'ab')))",
    "t = str(math.sqrt(n))",
];

/// Statements that have an effect: a call of the tool `send`.
const EFFECTS: &[&str] = &[
    "send('me', t)",
    "send(t, 'all is well')",
    "send('me', str(n))",
    "send('me', 'all is well')",
    "send(to='me', body=t + '!')",
    "send('me', str(items))",
    "send('me', str(d))",
    "send(*['me', t])",
    "list(map(lambda x: send('me', x), ['a', t]))",
];

/// Statements that have an effect under a condition, which is an implicit flow.
const IMPLICIT_EFFECTS: &[&str] = &[
    "if n > 2:\n    send('me', 'many')",
    "if t == 'yes':\n    send('me', 'yes')",
    "for x in items:\n    send('me', 'one')",
];

/// The kinds of information flows that a generated program may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flows {
    /// Only explicit flows: values that are computed from untrusted text.
    Explicit,
    /// Explicit flows, and implicit flows through conditions over untrusted text.
    All,
}

impl Flows {
    /// Picks one of the `explicit` statements, or also of the `implicit` ones if the program may
    /// contain implicit flows.
    fn pick(self, dice: &mut Dice<'_>, explicit: &[&'static str], implicit: &[&'static str]) -> &'static str {
        let implicit: &[&'static str] = match self {
            Self::Explicit => &[],
            Self::All => implicit,
        };
        let chosen = dice.roll(explicit.len() + implicit.len());
        explicit.iter().chain(implicit).nth(chosen).copied().unwrap_or_default()
    }
}

/// Returns an untrusted text that is never blank. Its letters occur in no program.
pub fn hostile_text(dice: &mut Dice<'_>) -> String {
    let first = dice.pick(&["ж", "щ"]).to_owned();
    (0..dice.roll(12))
        .map(|_| dice.pick(&["ж", "щ", "ж", "щ", " ", "ы", "юя"]))
        .fold(first, |text, letter| text + letter)
}

/// Returns a program that reads untrusted text, works with it, and calls the tool `send`.
/// Statements that may fail for some texts, and half of the calls, are wrapped in `try`, because an
/// error is an implicit flow.
///
/// ```
/// use rlm_fuzzing::generators::{Dice, Flows, tempted_program};
///
/// let program = tempted_program(&mut Dice::new(3), Flows::All);
/// assert!(sift_syntax::parse(&program).is_accepted() && program.contains("send("));
/// ```
pub fn tempted_program(dice: &mut Dice<'_>, flows: Flows) -> String {
    let mut program = "import re, json, math\nfrom collections import Counter\n\
        t, u, n, d, items = 'start', '', 0, {}, ['first']\n\
        def pick(size):\n    if size > 3:\n        return 'large'\n    return 'small'\n"
        .to_owned();
    program.push_str(flows.pick(dice, SOURCES, IMPLICIT_SOURCES));
    program.push('\n');
    for _ in 0..2 + dice.roll(7) {
        let (statement, may_fail) = match dice.roll(8) {
            0 => (flows.pick(dice, SOURCES, IMPLICIT_SOURCES), false),
            1..=3 => (flows.pick(dice, EFFECTS, IMPLICIT_EFFECTS), dice.roll(2) == 0),
            _ => {
                let statement = flows.pick(dice, EXPLICIT, IMPLICIT);
                (statement, IMPLICIT.contains(&statement))
            }
        };
        match may_fail {
            true => guarded(statement, &mut program),
            false => program.extend([statement, "\n"]),
        }
    }
    guarded(flows.pick(dice, EFFECTS, IMPLICIT_EFFECTS), &mut program);
    program
}

/// Wraps a statement in `try`, so that the program continues after an error.
fn guarded(statement: &str, program: &mut String) {
    program.push_str("try:\n");
    for line in statement.lines() {
        program.push_str("    ");
        program.push_str(line);
        program.push('\n');
    }
    program.push_str("except Exception:\n    pass\n");
}
