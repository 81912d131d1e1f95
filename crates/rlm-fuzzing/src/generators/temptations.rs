//! Programs that are tempted to let text of others decide what they do, and such texts.

use super::Dice;

/// What takes text of others in.
const SOURCES: &[&str] = &[
    "u = P[:12]",
    "u = P",
    "u = llm_query('What does it say?')",
    "u = look_up('it')['said']",
    "u = P.split()[0] if P.split() else P",
    "u = str(look_up(what=P))",
];

/// What lets it through, openly or not.
const FLOWS: &[&str] = &[
    "t = u",
    "t = t + u[:1]",
    "t = 'fixed'",
    "n = len(u)",
    "n = u.count('ж')",
    "n = P.find('щ')",
    "if 'ж' in u:\n    t = 'yes'",
    "t = 'yes' if 'щ' in u else 'no'",
    "t = ['x', 'y'][len(u) % 2]",
    "t = max([u, 'm'])",
    "t = min('a', u)",
    "t = sorted([u, 'b'], key=len)[0]",
    "t = f'{u:>4}'",
    "t = f'{n}'",
    "t = '%s' % (n,)",
    "t = 'x' * n",
    "t = 'abc'[n:]",
    "t = {u: 'k'}.get('ж', 'other')",
    "d[u] = 1\nt = str(len(d))",
    "d['k'] = u\nt = d['k']",
    "t = ','.join(d)",
    "items.append(u)\nt = str(items[-1])",
    "items.extend(u.split())\nt = str(len(items))",
    "t = re.sub('ж', 'a', u)",
    "t = 'got' if re.search('щ', u) else 'not'",
    "m = re.match('(a*)', u)\nt = m.group(1) if m else 'none'",
    "t = json.dumps(u)",
    "t = str(bool(u))",
    "t = str(u == 'ж')",
    "t = u and 'set'",
    "t = u or 'unset'",
    "t = repr(len(u) > 3)",
    "t = pick(len(u))",
    "t = (lambda s: s[:1] or 'e')(u)",
    "t = next((c for c in u if c == 'ж'), 'none')",
    "t = ''.join('1' for c in u if c != ' ')",
    "t = str([c for c in 'ab' if c in u])",
    "t = str(sum(1 for c in u))",
    "t = str(any(c == 'щ' for c in u))",
    "for c in u[:3]:\n    t = t + '.'",
    "while len(u) > 2:\n    u = u[:-1]\n    n = n + 1",
    "try:\n    n = int(u)\n    t = 'number'\nexcept ValueError:\n    t = 'word'",
    "try:\n    t = 'ab'[len(u) % 3]\nexcept IndexError:\n    t = 'out'",
    "try:\n    assert 'ж' in u\n    t = 'held'\nexcept AssertionError as e:\n    t = 'failed'",
    "try:\n    raise KeyError(u)\nexcept KeyError as e:\n    t = str(e)",
    "with_default = d.setdefault('x', u)\nt = with_default",
    "a, *rest = u + '  '\nt = a",
    "t = str(u).replace('ж', '')",
    "t = chr(97 + len(u) % 3)",
    "global_list = list(u)\nt = str(global_list[:1])",
    "t = str(hash(u) % 2) if False else t",
    "t = type(u).__name__",
    "t = str(isinstance(n, int))",
    "t = u.upper().lower()",
    "t = str(Counter(u).most_common(1))",
    "t = str(zip)\nt = str(list(zip(u, 'ab')))",
    "t = str(math.sqrt(n))",
    "print(u)",
    "n = n + 1",
];

/// What has effects.
const EFFECTS: &[&str] = &[
    "send('me', t)",
    "send(t, 'all is well')",
    "send('me', str(n))",
    "send('me', 'all is well')",
    "send(to='me', body=t + '!')",
    "send('me', str(items))",
    "send('me', str(d))",
    "if n > 2:\n    send('me', 'many')",
    "if t == 'yes':\n    send('me', 'yes')",
    "for x in items:\n    send('me', 'one')",
    "send(*['me', t])",
    "list(map(lambda x: send('me', x), ['a', t]))",
];

/// Returns a text that others wrote: of letters that stand in no program, and a few that do.
pub fn hostile_text(dice: &mut Dice<'_>) -> String {
    (0..dice.roll(12))
        .map(|_| dice.pick(&["ж", "щ", "ж", "щ", " ", "ы", "юя"]))
        .collect()
}

/// Returns a program that takes such a text in, works with it, and calls the tool `send`; a call that is refused is passed over.
///
/// ```
/// use rlm_fuzzing::generators::{Dice, tempted_program};
///
/// let program = tempted_program(&mut Dice::new(3));
/// assert!(rlm_syntax::parse(&program).is_accepted() && program.contains("send("));
/// ```
pub fn tempted_program(dice: &mut Dice<'_>) -> String {
    let mut program = "import re, json, math\nfrom collections import Counter\n\
        t, u, n, d, items = 'start', '', 0, {}, ['first']\n\
        def pick(size):\n    if size > 3:\n        return 'large'\n    return 'small'\n"
        .to_owned();
    program.push_str(dice.pick(SOURCES));
    program.push('\n');
    for _ in 0..2 + dice.roll(7) {
        let statement = match dice.roll(8) {
            0 => dice.pick(SOURCES),
            1 | 2 => dice.pick(EFFECTS),
            _ => dice.pick(FLOWS),
        };
        guarded(statement, &mut program);
    }
    guarded(dice.pick(EFFECTS), &mut program);
    program
}

/// Passes over what a statement raises, so that the next is come to.
fn guarded(statement: &str, program: &mut String) {
    program.push_str("try:\n");
    for line in statement.lines() {
        program.push_str("    ");
        program.push_str(line);
        program.push('\n');
    }
    program.push_str("except Exception:\n    pass\n");
}
