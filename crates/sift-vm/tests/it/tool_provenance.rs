//! The sources that arguments of tools, and conditions before calls, derive from.

use sift_vm::{Derived, Settings};

use crate::support::tools::{ToolRequest, echo, run, run_in, with_tools};

const NOTHING: Derived = Derived {
    context: false,
    replies: false,
    tools: false,
};

/// Programs whose last argument derives from the context.
const FROM_CONTEXT: &[&str] = &[
    "any_of(P[:3])",
    "any_of(len(P))",
    "any_of({'a': [len(P.split()) * 2]})",
    "any_of([('x' + P[0]).upper()])",
    "any_of(context[0].upper())",
    "any_of([n for n in range(len(P))][1])",
    "any_of('abcdefgh'[len(P) % 3])",
    "any_of('abcdefgh'[:len(P) % 3])",
    "any_of({True: 'yes', False: 'no'}['fox' in P])",
    "a, *b = P.split()\nany_of([word.upper() for word in b])",
    "for hit in grep(P, 'fox'):\n    any_of(hit.line)",
    "any_of(int(re.search('[a-z]*', P).start()))",
    "any_of(re.search('([a-z]+)', P).group(1).upper())",
    "x = []\nx.extend(len(w) for w in P.split())\nany_of(x)",
    "x = {}\nx.update(Counter(P))\nany_of(list(x.values()))",
    "x = {}\nfor w in P.split():\n    x[w] = x.get(w, 0) + 1\nany_of(max(x.values()))",
    "x = [1]\ny = x\nx += [len(w) for w in P.split()]\nany_of(y)",
    "x = [*map(len, P.split())]\nany_of(*x[:1], **{'k': 1})",
    "x = {**Counter(P)}\nany_of(list(x.values())[0])",
    "f = [look_up, any_of][len(P) > 3]\nf('a')",
    "x = [1, 2, 3]\ndel x[len(P) % 2]\nany_of(x[0])",
    "x = [1, 2, 3]\ny = [x]\nx.insert(len(P) % 2, 4)\nany_of(y)",
    "x = {('f', 1): 2}\nany_of(x['xf'[len(P) > 3], 1])",
    "x = {}\nx[P[:3]] = 1\nany_of(x)",
    r#"any_of(f"{'':{len(P)}}")"#,
    "any_of('{a}'.format(a=len(P)))",
    "any_of((lambda: 1, lambda: 2)[len(P) > 3]())",
    "any_of(next(map(lambda x: 1, [*filter(lambda x: x > len(P), range(999))])))",
    "x = iter(range(99))\ny = [*zip(x, P)]\nany_of(next(x, 0))",
    "from collections import namedtuple\nT = namedtuple('T', 'a')\nany_of(str(T(len(P))))",
    "any_of(str((lambda **k: k)(a=len(P))))",
    "any_of(str(ctx.document_lengths()))",
    "x = len(P)\nany_of(budget()['fuel'])",
    "d = datetime.date.fromisoformat('2024-05-06') + timedelta(days=len(P))\nany_of(d.isoformat())",
    "x = []\nfor w in P.split():\n    x.append(len(w))\nany_of(sum(x))",
    "any_of(max([1, len(P)]))",
    "any_of(f'{[P[:2]]}'.lower())",
    "x = [0]\nx[0] = len(P)\nany_of(str(x))",
    "any_of(json.dumps({'a': P[:2]}).lower())",
    "any_of('%s' % P[:2])",
    "any_of('-'.join(sorted(P.split(), key=len)).title())",
    "def f(x):\n    return x * 2\nany_of(f(len(P)))",
    "def g():\n    for w in P.split():\n        yield len(w)\nany_of(list(g()))",
];

/// Programs whose last argument derives only from the program.
const FROM_PROGRAM: &[&str] = &[
    "any_of('a', b=[1, {'c': 2.5}], d=query)",
    "any_of(budget()['fuel'])",
    "x = [P]\ny = [1, 2]\ny.append(3)\nany_of(y[0])",
    "x = {P: 1}\ny = {'a': 2}\ny['b'] = 3\nany_of(y['a'])",
];

/// Programs with conditions before the last call that derive from data.
const CONDITIONAL: &[&str] = &[
    "if 'fox' in P:\n    any_of(1)",
    "while len(P) > 3:\n    any_of(1)\n    break",
    "for w in P.split():\n    any_of(1)\n    break",
    "for n in range(len(P)):\n    any_of(1)\n    break",
    "[any_of(1) for w in P if w > 'a']",
    "'fox' in P and any_of(1)",
    "'fix' in P or any_of(1)",
    "any_of(1) if P else None",
    "n = 5\nfor w in P:\n    n -= 1\nany_of(1)",
    "try:\n    P.index('fix')\nexcept ValueError:\n    any_of(1)",
    "{True: any_of, False: print}['fox' in P](1)",
    "{True: lambda: any_of(1), False: print}['fox' in P]()",
    "from collections import defaultdict\nd = defaultdict(lambda: any_of(1))\nd[P[:3]]",
    "from collections import namedtuple\nT = namedtuple('T', 'f')\nx = [T(print), T(lambda: any_of(1))]\nx['fox' in P].f()",
    "def g():\n    any_of(1)\n    yield 1\nnext([g(), iter([1])][len(P) < 3])",
    "s = {P[:1], 'a'}\nfor x in s:\n    any_of(1)",
    "x = [1, 2]\ndel x[:len(P) % 2]\nwhile x:\n    any_of(1)\n    break",
    "x = [1, 2]\ndel x[:len(P) % 2]\n(lambda *a: any_of(1))(*x)",
    "its = [iter([1]), iter([1, 2])]\nfor x in its[len(P) < 3]:\n    any_of(1)",
    "any_of(1) if llm_query('a') == 'A' else None",
    "x = look_up(1)\nif x:\n    any_of(1)",
    "list(map(lambda w: any_of(1), P.split()))",
    "list(filter(lambda w: any_of(1), P.split()))",
    "sorted(P.split(), key=lambda w: len(str(any_of(1))))",
    "def g():\n    for w in P.split():\n        yield 1\nfor n in g():\n    any_of(1)",
    "any(any_of(1) for w in P)",
    "assert P[0] != 'X'\nany_of(1)",
    "for hit in search('fox'):\n    any_of(1)",
    "a, *b = P.split()\nfor x in b:\n    any_of(1)",
    "def f(*a):\n    for x in a:\n        any_of(1)\nf(*P.split())",
    "try:\n    {'h': 1}['h' + P[:0]]\n    d = 'yes'\nexcept KeyError:\n    d = 'no'\nany_of(d)",
    "while len(search('fox')) > 2:\n    pass\nany_of(1)",
];

/// Programs whose last call follows a `try` block that succeeds depending on data, which reveals as
/// much as a failure.
const AFTER_SUCCESS: &[&str] = &[
    "try:\n    int('1' + P[:0])\nexcept ValueError:\n    pass\nany_of(1)",
    "n = len(P)\ntry:\n    [1][n - n]\nexcept IndexError:\n    pass\nany_of(1)",
    "n = len(P)\ntry:\n    n + 1\nexcept TypeError:\n    pass\nany_of(1)",
    "try:\n    {'a': 1}['a' + P[:0]]\nexcept KeyError:\n    pass\nany_of(1)",
    "try:\n    a, *b = P.split()\nexcept ValueError:\n    pass\nany_of(1)",
    "try:\n    llm_query('a')\nexcept CallFailed:\n    pass\nany_of(1)",
    "try:\n    search('fox')\nexcept CallFailed:\n    pass\nany_of(1)",
    "try:\n    look_up(1)\nexcept CallFailed:\n    pass\nany_of(1)",
    "def f():\n    try:\n        return int('1' + P[:0])\n    except ValueError:\n        return 0\nf()\nany_of(1)",
];

/// Programs with no such conditions before the last call.
const UNCONDITIONAL: &[&str] = &[
    "any_of(1)",
    "for n in range(3):\n    if n > 1:\n        any_of(P)",
    "x = len(P)\ny = [P[:3], x * 2]\nprint(x, y)\nany_of(1)",
    "any_of(1)\nif P:\n    pass",
    "try:\n    int('1')\nexcept ValueError:\n    pass\nany_of(1)",
    "try:\n    any_of(P.index('fox'))\nexcept ValueError:\n    pass",
    "n = len(P)\ntry:\n    int('1')\nexcept ValueError:\n    pass\nany_of(1)",
    "x = [len(P)]\nfor y in [1]:\n    any_of(1)",
    "x = {P[:3]: 1}\nif [1] and {'a': 1}:\n    any_of(1)",
];

fn last_request(source: &str) -> ToolRequest {
    let (printed, mut requests) = run(source);
    requests.pop().unwrap_or_else(|| panic!("{source}: {printed}"))
}

#[test]
fn tool_arguments_carry_their_sources() {
    let context = Derived {
        context: true,
        ..NOTHING
    };
    let replies = Derived {
        replies: true,
        ..NOTHING
    };
    let tools = Derived { tools: true, ..NOTHING };
    let all = Derived {
        context: true,
        replies: true,
        tools: true,
    };
    let cases: [(Derived, &[&str]); 5] = [
        (NOTHING, FROM_PROGRAM),
        (context, FROM_CONTEXT),
        (
            replies,
            &[
                "any_of(llm_query('a'))",
                r#"any_of(f'about {llm_query("a")[:4]}')"#,
                "any_of(len(str(llm_query_batched(['a']))))",
            ],
        ),
        (
            tools,
            &[
                "x = look_up(1)\nany_of(x['ordinal'])",
                "x = look_up(1)\nany_of(1, b=[str(k).upper() for k in x])",
            ],
        ),
        (
            all,
            &["try:\n    int(P[:9])\nexcept ValueError as e:\n    any_of(str(e).upper())"],
        ),
    ];
    for (derived, sources) in cases {
        for source in sources {
            assert_eq!(last_request(source).derived, derived, "{source}");
        }
    }
}

#[test]
fn tool_call_conditions_carry_their_sources() {
    for source in CONDITIONAL.iter().chain(AFTER_SUCCESS) {
        assert!(!last_request(source).condition.is_program_alone(), "{source}");
    }
    for source in UNCONDITIONAL {
        assert!(last_request(source).condition.is_program_alone(), "{source}");
    }
}

#[test]
fn derived_question_taints_arguments_with_all_sources() {
    let machine = with_tools(Settings::default()).with_derived_question();
    let (_, requests, _) = run_in(machine, "any_of(query[:3])", 1_000, echo);
    assert_eq!(
        requests[0].derived,
        Derived {
            context: true,
            replies: true,
            tools: true
        }
    );
}
