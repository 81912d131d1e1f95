//! Tools of the host: how programs call them, what leaves the machine, and what programs make of what comes back.

use crate::support;

use sift_syntax::{Signature, render_plain};
use sift_text::{Origin, Text};
use sift_vm::{
    CallFailure, Derived, FoundPassage, HostAnswer, HostQuestion, HostRequest, HostTool, Machine, RunAhead, Settings,
    Step, ToolAccess, ToolNameError, can_be_hidden, check_tool_name, library_paths,
};

use crate::support::machine;

fn tool(signature: &str, access: ToolAccess) -> HostTool {
    HostTool {
        signature: Signature::parse(signature).unwrap(),
        doc: "Does what it is named for.".to_owned(),
        access,
        hides: false,
    }
}

fn tools() -> Vec<HostTool> {
    vec![
        tool("look_up(order: int | str, limit: int=10) -> dict", ToolAccess::Read),
        tool("send(to: str, body: str, *, copies: list=None)", ToolAccess::Effect),
        tool("any_of(kind, **arguments)", ToolAccess::Read),
    ]
}

fn with_tools(settings: Settings) -> Machine {
    machine(settings).with_tools(tools()).unwrap()
}

/// A request for a tool: its ordinal, its name, its arguments, what these derive from, and what conditions before it do.
type Asked = (u32, String, String, Derived, Derived);

/// Runs a program; returns what it printed, or how else it ended, what it asked, and its fuel.
fn run_in(
    machine: Machine,
    source: &str,
    slice: u64,
    answer: impl Fn(&Asked) -> HostAnswer,
) -> (String, Vec<Asked>, u64) {
    let mut machine = machine;
    let program = match machine.compile(source) {
        Ok(program) => program,
        Err(refusal) => return (render_plain(source, &refusal.diagnostics), Vec::new(), 0),
    };
    let mut asked = Vec::new();
    let mut step = machine.start(&program, slice);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), slice),
            Step::Needs(mut needs) => {
                let arrived = needs
                    .take_issued()
                    .iter()
                    .map(|call| (call.key, support::shout(call)))
                    .collect();
                match needs.asked().cloned() {
                    Some(HostRequest {
                        ordinal,
                        question:
                            HostQuestion::Tool {
                                name,
                                arguments,
                                derived,
                                condition,
                            },
                    }) => {
                        let one = (ordinal, name.to_string(), arguments, derived, condition);
                        needs.answer(answer(&one));
                        asked.push(one);
                    }
                    Some(_) => needs.answer(HostAnswer::Hits(vec![passage()])),
                    None => {}
                }
                needs.resume(arrived, slice)
            }
            Step::Done(done) => return (done.report.printed.text, asked, done.report.fuel),
            Step::Raised(raised) => {
                let shown = raised.report.printed.text + &raised.error.rendered;
                return (shown, asked, raised.report.fuel);
            }
            Step::Ended(ended) => return (format!("{:?}", ended.end), asked, ended.report.fuel),
        };
    }
}

fn run(source: &str) -> (String, Vec<Asked>) {
    let (printed, asked, _) = run_in(with_tools(Settings::default()), source, 1_000, echo);
    (printed, asked)
}

/// What every search finds.
fn passage() -> FoundPassage {
    FoundPassage {
        document: "fox.txt".into(),
        text: Text::new("fox"),
        score: 1.0,
        start: 0,
        end: 3,
    }
}

fn json(text: impl Into<String>) -> HostAnswer {
    HostAnswer::Value(Text::with_origin(text.into(), Origin::Host))
}

/// Gives the arguments back.
fn echo(asked: &Asked) -> HostAnswer {
    json(format!(r#"{{"ordinal": {}, "given": {}}}"#, asked.0, asked.2))
}

#[test]
fn arguments_are_given_by_position_or_by_name_and_the_result_is_values() {
    let source = r#"
a = look_up(7)
b = look_up(order="A-1", limit=3)
print(a, b["given"]["limit"] + 1)
print(look_up(1, limit=None)["given"], any_of("x", **{"odd name": [1, None, 2.5, True], "y": {"z": "ü\n"}})["given"])
print([look_up(n)["ordinal"] for n in range(2)], list(map(look_up, [8]))[0]["given"], look_up(*[1], **{"limit": 2})["given"])"#;
    let (printed, asked) = run(source);
    insta::assert_snapshot!(printed);
    assert_eq!(asked.len(), 8);
    assert_eq!(asked[1].2, r#"{"order":"A-1", "limit":3}"#.replace(", ", ","));
    assert!(asked.iter().all(|asked| asked.3.is_program_alone()), "{asked:?}");
}

#[test]
fn wrong_calls_are_refused_before_anything_runs() {
    let shown = [
        "look_up()",
        "look_up(1, limti=3)",
        "look_up(1, 2, 3)",
        "look_up([1])",
        "n = 1.5\nlook_up(1, limit=n)",
        "look_up(1, limit=True)",
        "send('a', 'b', ['c'])",
        "send('a', f'{1}', copies='c')",
        "lookup(1)",
    ]
    .map(|source| format!("{source}\n--\n{}", run(source).0));
    insta::assert_snapshot!(shown.join("\n==\n"));
    for fine in [
        "look_up('x', None)",
        "look_up(len(P))",
        "send('a', 'b', copies=('c',))",
        "any_of(1, other=2)",
    ] {
        assert!(!run(fine).1.is_empty(), "{fine}: {}", run(fine).0);
    }
}

#[test]
fn what_can_not_be_known_before_is_found_at_the_call() {
    let shown = [
        "f = look_up\nf()",
        "f = look_up\nf(1, limti=3)",
        "f = look_up\nf(1, 2, 3)",
        "f = look_up\nf(1, order=3)",
        "x = [[1], 2]\nlook_up(x[0])",
        "look_up(1, limit=[2.0][0])",
        "any_of({1, 2})",
        "any_of(float('nan'))",
        "x = []\nx.append(x)\nany_of(x)",
    ]
    .map(|source| {
        let (printed, asked) = run(source);
        assert!(asked.is_empty(), "{source}");
        format!("{source}\n--\n{printed}")
    });
    insta::assert_snapshot!(shown.join("\n==\n"));
}

#[test]
fn a_tool_is_a_function_to_programs() {
    let source = "\
print(look_up, type(look_up).__name__, look_up.__name__, callable(send))
print(help(look_up))
print(help('send'))
print(SHOW_VARS())
send = 5
print(send, SHOW_VARS())";
    insta::assert_snapshot!(run(source).0);
}

#[test]
fn a_failure_can_be_caught_and_the_next_call_is_asked_anew() {
    let source = "\
for order in [1, 2, 3]:
    try:
        print(look_up(order))
    except CallFailed as e:
        print('failed:', e, e.kind, e.hint)
look_up(2)";
    let answer = |asked: &Asked| match asked.2.contains('2') {
        true => HostAnswer::Failed(CallFailure {
            kind: "timeout".into(),
            message: "look_up did not end within 1 s".to_owned(),
            hint: Some("ask for less".to_owned()),
        }),
        false => json(asked.2.clone()),
    };
    let (printed, asked, _) = run_in(with_tools(Settings::default()), source, 1_000, answer);
    insta::assert_snapshot!(printed);
    assert_eq!(asked.iter().map(|asked| asked.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn an_answer_that_is_no_json_raises_and_is_not_taken_twice() {
    let source = "\
try:
    look_up(1)
except ValueError as e:
    print(type(e).__name__, e)
print(look_up(2))";
    let answer = |asked: &Asked| json(if asked.0 == 1 { "{oops" } else { "[]" });
    let (printed, asked, _) = run_in(with_tools(Settings::default()), source, 1_000, answer);
    assert!(
        printed.starts_with("JSONDecodeError Expecting") && printed.ends_with("\n[]\n"),
        "{printed}"
    );
    assert_eq!(asked.len(), 2);
}

#[test]
fn what_arguments_derive_from_is_known() {
    let context = Derived {
        context: true,
        ..Derived::default()
    };
    let replies = Derived {
        replies: true,
        ..Derived::default()
    };
    let tools = Derived {
        tools: true,
        ..Derived::default()
    };
    let all = Derived {
        context: true,
        replies: true,
        tools: true,
    };
    let cases = [
        ("any_of('a', b=[1, {'c': 2.5}], d=query)", Derived::default()),
        ("any_of(P[:3])", context),
        ("any_of(len(P))", context),
        ("any_of({'a': [len(P.split()) * 2]})", context),
        ("any_of([('x' + P[0]).upper()])", context),
        ("any_of(context[0].upper())", context),
        ("any_of([n for n in range(len(P))][1])", context),
        ("any_of('abcdefgh'[len(P) % 3])", context),
        ("any_of('abcdefgh'[:len(P) % 3])", context),
        ("any_of({True: 'yes', False: 'no'}['fox' in P])", context),
        ("a, *b = P.split()\nany_of([word.upper() for word in b])", context),
        ("any_of(llm_query('a'))", replies),
        (r#"any_of(f'about {llm_query("a")[:4]}')"#, replies),
        ("x = look_up(1)\nany_of(x['ordinal'])", tools),
        ("x = look_up(1)\nany_of(1, b=[str(k).upper() for k in x])", tools),
        ("for hit in grep(P, 'fox'):\n    any_of(hit.line)", context),
        ("any_of(int(re.search('[a-z]*', P).start()))", context),
        ("any_of(re.search('([a-z]+)', P).group(1).upper())", context),
        ("x = []\nx.extend(len(w) for w in P.split())\nany_of(x)", context),
        ("x = {}\nx.update(Counter(P))\nany_of(list(x.values()))", context),
        (
            "x = {}\nfor w in P.split():\n    x[w] = x.get(w, 0) + 1\nany_of(max(x.values()))",
            context,
        ),
        ("x = [1]\ny = x\nx += [len(w) for w in P.split()]\nany_of(y)", context),
        ("x = [*map(len, P.split())]\nany_of(*x[:1], **{'k': 1})", context),
        ("x = {**Counter(P)}\nany_of(list(x.values())[0])", context),
        ("f = [look_up, any_of][len(P) > 3]\nf('a')", context),
        ("x = [1, 2, 3]\ndel x[len(P) % 2]\nany_of(x[0])", context),
        ("x = [1, 2, 3]\ny = [x]\nx.insert(len(P) % 2, 4)\nany_of(y)", context),
        ("x = {('f', 1): 2}\nany_of(x['xf'[len(P) > 3], 1])", context),
        ("x = {}\nx[P[:3]] = 1\nany_of(x)", context),
        ("any_of(f\"{'':{len(P)}}\")", context),
        ("any_of('{a}'.format(a=len(P)))", context),
        ("any_of((lambda: 1, lambda: 2)[len(P) > 3]())", context),
        (
            "any_of(next(map(lambda x: 1, [*filter(lambda x: x > len(P), range(999))])))",
            context,
        ),
        ("x = iter(range(99))\ny = [*zip(x, P)]\nany_of(next(x, 0))", context),
        (
            "from collections import namedtuple\nT = namedtuple('T', 'a')\nany_of(str(T(len(P))))",
            context,
        ),
        ("any_of(str((lambda **k: k)(a=len(P))))", context),
        ("any_of(str(ctx.document_lengths()))", context),
        ("any_of(len(str(llm_query_batched(['a']))))", replies),
        ("x = len(P)\nany_of(budget()['fuel'])", context),
        ("any_of(budget()['fuel'])", Derived::default()),
        ("x = [P]\ny = [1, 2]\ny.append(3)\nany_of(y[0])", Derived::default()),
        (
            "x = {P: 1}\ny = {'a': 2}\ny['b'] = 3\nany_of(y['a'])",
            Derived::default(),
        ),
        (
            "d = datetime.date.fromisoformat('2024-05-06') + timedelta(days=len(P))\nany_of(d.isoformat())",
            context,
        ),
        (
            "x = []\nfor w in P.split():\n    x.append(len(w))\nany_of(sum(x))",
            context,
        ),
        ("any_of(max([1, len(P)]))", context),
        ("any_of(f'{[P[:2]]}'.lower())", context),
        ("x = [0]\nx[0] = len(P)\nany_of(str(x))", context),
        ("any_of(json.dumps({'a': P[:2]}).lower())", context),
        ("any_of('%s' % P[:2])", context),
        ("any_of('-'.join(sorted(P.split(), key=len)).title())", context),
        ("def f(x):\n    return x * 2\nany_of(f(len(P)))", context),
        (
            "def g():\n    for w in P.split():\n        yield len(w)\nany_of(list(g()))",
            context,
        ),
        (
            "try:\n    int(P[:9])\nexcept ValueError as e:\n    any_of(str(e).upper())",
            all,
        ),
    ];
    for (source, derived) in cases {
        let (printed, asked) = run(source);
        let last = asked.last().unwrap_or_else(|| panic!("{source}: {printed}"));
        assert_eq!(last.3, derived, "{source}");
    }
}

#[test]
fn conditions_that_derive_from_text_of_others_are_known() {
    let decided = [
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
        // What does not fail tells as much as what does.
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
    for source in decided {
        let (printed, asked) = run(source);
        let last = asked.last().unwrap_or_else(|| panic!("{source}: {printed}"));
        assert!(!last.4.is_program_alone(), "{source}");
    }
    for free in [
        "any_of(1)",
        "for n in range(3):\n    if n > 1:\n        any_of(P)",
        "x = len(P)\ny = [P[:3], x * 2]\nprint(x, y)\nany_of(1)",
        "any_of(1)\nif P:\n    pass",
        "try:\n    int('1')\nexcept ValueError:\n    pass\nany_of(1)",
        "try:\n    any_of(P.index('fox'))\nexcept ValueError:\n    pass",
        "n = len(P)\ntry:\n    int('1')\nexcept ValueError:\n    pass\nany_of(1)",
        "x = [len(P)]\nfor y in [1]:\n    any_of(1)",
        "x = {P[:3]: 1}\nif [1] and {'a': 1}:\n    any_of(1)",
    ] {
        let (printed, asked) = run(free);
        let last = asked.last().unwrap_or_else(|| panic!("{free}: {printed}"));
        assert!(last.4.is_program_alone(), "{free}");
    }
}

#[test]
fn a_question_that_a_program_wrote_derives_from_what_it_saw() {
    let machine = with_tools(Settings::default()).with_derived_question();
    let (_, asked, _) = run_in(machine, "any_of(query[:3])", 1_000, echo);
    assert_eq!(
        asked[0].3,
        Derived {
            context: true,
            replies: true,
            tools: true
        }
    );
}

#[test]
fn a_tool_with_effects_waits_for_all_calls_before_it() {
    for (source, waits) in [
        (
            "a = llm_query('one')\nsend('x', 'y')\nb = llm_query('two')\nprint(a, b)",
            true,
        ),
        (
            "a = llm_query('one')\nlook_up(1)\nb = llm_query('two')\nprint(a, b)",
            false,
        ),
    ] {
        for run_ahead in [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors] {
            let mut machine = with_tools(Settings {
                run_ahead,
                ..Settings::default()
            });
            let program = machine.compile(source).unwrap();
            let (mut unsettled, mut when_asked) = (Vec::new(), None);
            let mut step = machine.start(&program, 1_000_000);
            let printed = loop {
                step = match step {
                    Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
                    Step::Needs(mut needs) => {
                        unsettled.extend(needs.take_issued());
                        if needs.asked().is_some() {
                            when_asked = Some(unsettled.len());
                            needs.answer(json("1"));
                        }
                        // Replies come back when nothing else can be done.
                        let arrived = match needs.wait_for().is_empty() {
                            true => Vec::new(),
                            false => unsettled
                                .drain(..)
                                .map(|call| (call.key, support::shout(&call)))
                                .collect(),
                        };
                        needs.resume(arrived, 1_000_000)
                    }
                    Step::Done(done) => break done.report.printed.text,
                    other => panic!("{other:?}"),
                };
            };
            assert_eq!(when_asked, Some(if waits { 0 } else { 1 }), "{source} {run_ahead:?}");
            assert_eq!(printed, "ONE TWO\n");
        }
    }
}

#[test]
fn fuel_is_the_same_however_it_is_sliced_and_whatever_the_host_takes() {
    let source = "x = [look_up(n) for n in range(20)]\nprint(len(x), any_of(llm_query('a'))['given'])";
    let runs = [7, 1_000, 1 << 40].map(|slice| run_in(with_tools(Settings::default()), source, slice, echo));
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[1], runs[2]);
    assert!(runs[0].2 > 21_000, "a call costs at least its base: {}", runs[0].2);
}

#[test]
fn large_answers_are_paid_for() {
    let large = || json(format!("\"{}\"", "x".repeat(1 << 20)));
    let few = Settings {
        fuel: 50_000,
        ..Settings::default()
    };
    let (ended, ..) = run_in(with_tools(few), "look_up(1)", 1_000, |_| large());
    assert_eq!(ended, "Limit(Fuel)");
    let small = Settings {
        memory_bytes: 512 << 10,
        ..Settings::default()
    };
    let (ended, ..) = run_in(
        with_tools(small),
        "try:\n    look_up(1)\nexcept Exception:\n    pass",
        1_000,
        |_| large(),
    );
    assert_eq!(ended, "Limit(Memory)");
    // What is dropped is collected.
    let (printed, ..) = run_in(
        with_tools(Settings {
            memory_bytes: 8 << 20,
            ..Settings::default()
        }),
        "for n in range(40):\n    x = look_up(n)\nprint(len(x))",
        1_000_000,
        |_| large(),
    );
    assert_eq!(printed, "1048576\n");
}

#[test]
fn deep_answers_and_deep_arguments_end_well() {
    let deep = |_: &Asked| json(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    let (printed, ..) = run_in(
        with_tools(Settings::default()),
        "x = look_up(1)\nprint(type(x).__name__)",
        1_000_000,
        deep,
    );
    assert_eq!(printed, "list\n");
    let source = "x = []\nfor _ in range(50_000):\n    x = [x]\nprint(any_of(x)['ordinal'])";
    let (printed, ..) = run_in(with_tools(Settings::default()), source, 1_000_000, |_| {
        json("{\"ordinal\": 1}")
    });
    assert_eq!(printed, "1\n");
}

#[test]
fn names_are_those_that_programs_can_write_and_that_mean_nothing_else() {
    for fine in ["look_up", "x1", "Fetch"] {
        assert_eq!(check_tool_name(fine), Ok(()), "{fine}");
    }
    let shown: Vec<String> = [
        "",
        "1x",
        "a-b",
        "_x",
        "while",
        "ü",
        "llm_query",
        "context",
        "re",
        "grep",
        "memory",
        "search",
        "answer",
    ]
    .into_iter()
    .map(|name| check_tool_name(name).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert!(check_tool_name(&"x".repeat(65)).is_err());
    let twice = machine(Settings::default()).with_tools([tools(), tools()].concat());
    assert_eq!(twice.unwrap_err(), ToolNameError::Twice { name: "look_up".into() });
}

fn hiding(signature: &str) -> HostTool {
    HostTool {
        hides: true,
        ..tool(signature, ToolAccess::Read)
    }
}

#[test]
fn tools_that_hide_take_the_place_of_library_functions() {
    let tools = vec![
        hiding("search(words: str, limit: int=3) -> list"),
        hiding("llm_query(question: str) -> str"),
    ];
    let with = || machine(Settings::default()).with_tools(tools.clone()).unwrap();
    let source = "\
print(search('late', limit=2)['name'], llm_query(question='a')['name'])
print(help('search') == help(search), 'Does what it is named for' in help('llm_query'))
print(len(search('x')), SHOW_VARS())
def search(words):
    return words
print(search('own'))";
    let (printed, asked, _) = run_in(with(), source, 1_000_000, |asked| {
        json(format!(r#"{{"name": "{}"}}"#, asked.1))
    });
    insta::assert_snapshot!(printed);
    assert_eq!(
        asked.iter().map(|(_, name, ..)| name.as_str()).collect::<Vec<_>>(),
        ["search", "llm_query", "search"]
    );
    let refused = with().compile("search('a', top_k=3)").unwrap_err();
    assert!(
        format!("{refused:?}").contains("`search` has no parameter `top_k`"),
        "{refused:?}"
    );
    // What is written in terms of the library's function goes on calling that.
    let (_, asked, _) = run_in(with(), "r = ask('What?', 'text')", 1_000_000, |_| json("1"));
    assert!(asked.is_empty());
}

#[test]
fn every_function_of_the_library_alone_can_be_hidden_and_no_other_name() {
    let own = |name: &str| !name.contains('.') && can_be_hidden(name);
    let hidden: Vec<String> = library_paths().into_keys().filter(|name| own(name)).collect();
    insta::assert_snapshot!(hidden.join(" "));
    for name in &hidden {
        assert!(
            machine(Settings::default())
                .with_tools([hiding(&format!("{name}(x)"))])
                .is_ok(),
            "{name}"
        );
    }
    for name in [
        "len",
        "print",
        "str",
        "re",
        "Counter",
        "context",
        "P",
        "ctx",
        "query",
        "FINAL",
        "FINAL_VAR",
        "answer",
    ] {
        let refused = machine(Settings::default()).with_tools([hiding(&format!("{name}(x)"))]);
        assert!(matches!(refused, Err(ToolNameError::Taken { .. })), "{name}");
    }
}

#[test]
fn a_host_that_does_not_answer_refuses() {
    let mut machine = with_tools(Settings::default());
    let program = machine.compile("look_up(1)").unwrap();
    let Step::Needs(needs) = machine.start(&program, 1_000_000) else {
        panic!("it asks");
    };
    let Step::Raised(raised) = needs.resume(Vec::new(), 1_000_000) else {
        panic!("it was refused");
    };
    assert_eq!(raised.error.message, "the host does not answer for look_up");
}
