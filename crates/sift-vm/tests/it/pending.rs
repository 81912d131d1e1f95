//! Pending replies: a program can't observe when they arrive.

use crate::support::{Arrival, Ran, machine, run, run_in};
use proptest::prelude::*;
use sift_text::Text;
use sift_vm::{CallKey, CallOutcome, End, RunAhead, ScannedRange, Settings, Step};

/// Everything that a program and its host observe of a run.
#[derive(Debug, PartialEq)]
struct Seen {
    printed: String,
    error: Option<String>,
    end: Option<End>,
    answer: Option<String>,
    fuel: u64,
    prompts: Vec<(CallKey, String)>,
    scanned: Vec<ScannedRange>,
}

fn seen(ran: &Ran) -> Seen {
    Seen {
        printed: ran.printed().to_owned(),
        error: ran.error.as_ref().map(|error| error.rendered.clone()),
        end: ran.end.clone(),
        answer: ran.answer(),
        fuel: ran.report.fuel,
        prompts: ran.prompts.clone(),
        scanned: ran.report.scanned.clone(),
    }
}

/// Runs a program with every order of arrival, and checks that they are indistinguishable.
fn the_same_in_every_order(source: &str) -> Ran {
    the_same_with(Settings::default().memory_bytes, source)
}

fn the_same_with(memory_bytes: usize, source: &str) -> Ran {
    let run = |run_ahead, arrival| {
        let settings = Settings {
            run_ahead,
            memory_bytes,
            ..Settings::default()
        };
        run_in(machine(settings), source, arrival, 1_000_000)
    };
    let strict = run(RunAhead::Off, Arrival::AtOnce);
    for mode in [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors] {
        for arrival in [Arrival::AtOnce, Arrival::Late, Arrival::LastFirst] {
            assert_eq!(seen(&run(mode, arrival)), seen(&strict), "{mode:?} {arrival:?}");
        }
    }
    strict
}

/// Returns the number of calls that were issued before the program first waited.
fn issued_before_waiting(source: &str) -> usize {
    let mut machine = machine(Settings {
        run_ahead: RunAhead::Off,
        ..Settings::default()
    });
    let program = machine.compile(source).unwrap();
    let mut step = machine.start(&program, 1_000_000);
    let mut issued = 0;
    loop {
        match step {
            Step::Needs(mut needs) => {
                issued += needs.take_issued().len();
                if !needs.wait_for().is_empty() {
                    return issued;
                }
                step = needs.resume(Vec::new(), 1_000_000);
            }
            _ => return issued,
        }
    }
}

#[test]
fn calls_in_a_loop_are_parallel_if_no_reply_is_read() {
    assert_eq!(
        issued_before_waiting("out = []\nfor i in range(5):\n    out.append(llm_query(f'ask {i}'))"),
        5
    );
    assert_eq!(
        issued_before_waiting("for i in range(5):\n    a = llm_query(f'ask {i}')\n    print(f'{i}: {a}')"),
        5
    );
    assert_eq!(
        issued_before_waiting("replies = llm_query_batched([f'ask {i}' for i in range(5)])"),
        5
    );
    assert_eq!(
        issued_before_waiting("s = ' '.join([llm_query('a'), llm_query('b')]) + str(llm_query('c'))"),
        3
    );
    assert_eq!(
        issued_before_waiting("for i in range(5):\n    if 'x' in llm_query(f'ask {i}'):\n        pass"),
        1
    );
}

#[test]
fn operations_that_do_not_read_a_reply_do_not_wait() {
    for expression in [
        "type(a)",
        "isinstance(a, str)",
        "a is None",
        "str(a)",
        "a + '!'",
        "f'{a}'",
        "[a]",
        "{'k': a}",
    ] {
        let source = format!("a = llm_query('one')\nb = {expression}\nc = llm_query('two')");
        assert_eq!(issued_before_waiting(&source), 2, "{expression}");
    }
    for expression in [
        "bool(a)",
        "a == 'x'",
        "'x' in a",
        "len(a)",
        "a[0]",
        "a.upper()",
        "int(a)",
        "f'{a:>9}'",
        "{a: 1}",
        "repr([a])",
    ] {
        let source = format!("a = llm_query('one')\nb = {expression}\nc = llm_query('two')");
        assert_eq!(issued_before_waiting(&source), 1, "{expression}");
    }
}

#[test]
fn print_order_does_not_depend_on_reply_order() {
    let ran = the_same_in_every_order(
        "print('start')\nfor i in range(3):\n    print(i, llm_query(f'ask {i}'))\nprint('end')",
    );
    assert_eq!(ran.printed(), "start\n0 ASK 0\n1 ASK 1\n2 ASK 2\nend\n");
}

#[test]
fn call_with_a_reply_in_its_prompt_is_issued_after_that_reply() {
    let source = "first = llm_query('one')\nsecond = llm_query(f'refine {first}')\nprint(second)";
    let ran = the_same_in_every_order(source);
    assert_eq!(ran.printed(), "REFINE ONE\n");
    let prompts: Vec<_> = ran
        .prompts
        .iter()
        .map(|(key, prompt)| (key.ordinal, prompt.as_str()))
        .collect();
    assert_eq!(prompts, [(1, "one"), (2, "refine ONE")]);
}

#[test]
fn failed_call_raises_at_first_use_of_its_reply() {
    let ran = the_same_in_every_order("a = llm_query('please fail')\nb = llm_query('two')\nprint(b)\nprint(len(a))");
    let error = ran.error.unwrap();
    assert_eq!(
        (error.type_name(), error.line, ran.report.printed.text.as_str()),
        ("CallFailed", Some(4), "TWO\n")
    );
    assert_eq!(error.help.as_deref(), Some("ask again"));
}

#[test]
fn unread_failures_are_reported() {
    let ran = the_same_in_every_order("a = llm_query('please fail')\nprint(f'got {a}')");
    assert_eq!(ran.printed(), "got <call failed: no reply to \"please fail\">\n");
    assert_eq!(ran.report.unnoticed_failures.len(), 1);
    let ran = the_same_in_every_order("a = llm_query('please fail')\nprint(failed(a), failed('x'))");
    assert_eq!(
        (ran.printed(), ran.report.unnoticed_failures.len()),
        ("True False\n", 0)
    );
}

#[test]
fn calls_inside_try_raise_at_the_call() {
    let ran = the_same_in_every_order(
        "\
try:
    a = llm_query('please fail')
    print('not reached')
except RuntimeError as e:
    print(type(e).__name__, e.kind)
for word in ['one', 'fail', 'two']:
    try:
        print(llm_query(word))
    except Exception as e:
        print('failed:', e)
        continue
try:
    kept = llm_query('fail later')
except ValueError:
    pass
print('went on')",
    );
    assert_eq!(
        ran.printed(),
        "CallFailed server\nONE\nfailed: no reply to \"fail\"\nTWO\nwent on\n"
    );
}

#[test]
fn failed_batch_element_keeps_the_other_replies() {
    let ran = the_same_in_every_order(
        "\
try:
    replies = llm_query_batched(['a', 'fail', 'b'])
except Exception:
    replies = []
print([r for r in replies if not failed(r)])",
    );
    assert_eq!(ran.printed(), "['A', 'B']\n");
}

#[test]
fn prompt_with_a_failed_reply_fails_without_being_sent() {
    let ran = the_same_in_every_order("a = llm_query('fail')\nb = llm_query('about ' + a)\nprint(failed(b))");
    assert_eq!((ran.printed(), ran.prompts.len()), ("True\n", 1));
}

#[test]
fn final_waits_for_every_call() {
    let ran = the_same_in_every_order("a = llm_query('one')\nb = llm_query('two')\nFINAL(a)");
    assert_eq!((ran.answer().as_deref(), ran.prompts.len()), (Some("ONE"), 2));
}

#[test]
fn machine_waits_beyond_the_unsettled_call_limit() {
    let issued = issued_before_waiting("out = [llm_query(str(i)) for i in range(3_000)]");
    assert_eq!(issued, sift_vm::MAX_UNSETTLED);
    let ran = run("out = [llm_query(str(i)) for i in range(3_000)]\nprint(out[2_999])");
    assert_eq!(ran.printed(), "2999\n");
}

#[test]
fn op_needing_two_replies_charges_each_once() {
    for source in [
        "a = llm_query('x' * 4_000)\nb = llm_query('y' * 4_000)\nprint(a == b, a < b, a in b)",
        "a = llm_query('x' * 4_000)\nb = llm_query('y' * 4_000)\nprint((a + b).count('X'), max(a, b)[:2], {a: b}[a][:1])",
    ] {
        let ran = the_same_in_every_order(source);
        assert!(ran.report.fuel > 500, "{}", ran.report.fuel);
    }
}

#[test]
fn equal_prompts_are_separate_calls() {
    let ran = run("print(len([llm_query('again') for _ in range(5)]))");
    assert_eq!(ran.prompts.len(), 5);
}

/// Statements over replies, for generated programs.
fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..4, 0..6).prop_map(|(v, n)| format!("v{v} = llm_query('ask {n}')")),
        (0..4, 0..4).prop_map(|(v, w)| format!("v{v} = llm_query(f'about {{v{w}}}')")),
        (0..4).prop_map(|v| format!("v{v} = llm_query('fail {v}')")),
        (0..4, 0..4).prop_map(|(v, w)| format!("v{v} = v{w} + '.'")),
        (0..4).prop_map(|v| format!("print('v{v}', v{v})")),
        (0..4).prop_map(|v| format!("n += len(v{v})")),
        (0..4).prop_map(|v| format!("if 'A' in v{v}:\n    n += 1\nelse:\n    v{v} = llm_query('else')")),
        (0..4).prop_map(|v| format!(
            "try:\n    v{v} = llm_query('maybe fail ' + v{v})\nexcept CallFailed as e:\n    print('caught', e)"
        )),
        (0..4).prop_map(|v| format!("print(failed(v{v}), [v{v}[:3]])")),
        (0..4).prop_map(|v| format!("for r in llm_query_batched(['a', v{v}]):\n    print(r)")),
        Just("def f(x):\n    return llm_query('in f ' + x)\nv0 = f('y')".to_owned()),
    ]
}

proptest! {
    #[test]
    fn programs_with_calls_match_strict_order(statements in prop::collection::vec(statement(), 1..12)) {
        let mut source = String::from("n = 0\nv0 = 'p'; v1 = 'q'; v2 = 'r'; v3 = 's'\n");
        source.push_str(&statements.join("\n"));
        source.push_str("\nprint(n)");
        the_same_in_every_order(&source);
    }

    /// Replies that exceed memory end a program at the same op, whenever they arrive.
    #[test]
    fn programs_with_long_replies_end_as_in_strict_order(
        statements in prop::collection::vec(prop_oneof![statement(), long_replies()], 1..12),
        memory_bytes in 600_000_usize..2_000_000,
    ) {
        let mut source = String::from("n = 0\nkept = []\nv0 = 'p'; v1 = 'q'; v2 = 'r'; v3 = 's'\n");
        source.push_str(&statements.join("\n"));
        source.push_str("\nprint(n)");
        the_same_with(memory_bytes, &source);
    }
}

fn long_replies() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..4).prop_map(|v| format!("v{v} = llm_query('long' * 20_000)")),
        (1..9).prop_map(|n| format!("kept += llm_query_batched(['long' * 10_000 for _ in range({n})])")),
        (1..200).prop_map(|n| format!("kept += [llm_query('q' * 2_000) for _ in range({n})]")),
        Just("n += sum(len(r) for r in kept)".to_owned()),
        Just("n += len(kept[-1]) if kept else 0".to_owned()),
        Just("kept = kept[len(kept) // 2:]".to_owned()),
    ]
}

/// The replies that a host buffered while it ran a program, with as many concurrent calls as
/// possible.
struct HeldReplies {
    /// Maximum bytes of replies that had arrived and that the program had not paid for.
    most_under_way: usize,
    end: String,
    printed: String,
    memory_bytes: u64,
    machine: sift_vm::Machine,
}

/// Runs a program with little memory. Replies have `reply_bytes` bytes and arrive in reverse order.
fn held(source: &str, memory_bytes: usize, reply_bytes: usize) -> HeldReplies {
    let mut machine = machine(Settings {
        memory_bytes,
        ..Settings::default()
    });
    let program = machine.compile(source).unwrap();
    let mut step = machine.start(&program, 1_000_000);
    let (mut waiting, mut most_under_way) = (Vec::new(), 0);
    let reply = |letter: &str| CallOutcome::Reply(Text::from_string(letter.repeat(reply_bytes)));
    let (machine, report, end) = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                waiting.extend(needs.take_issued().into_iter().map(|call| call.key));
                waiting.sort_unstable();
                let room = match needs.wait_for() {
                    [] => 0,
                    _ => needs.room(),
                };
                let arrived: Vec<CallKey> = waiting.drain(..waiting.len().min(room)).rev().collect();
                most_under_way = most_under_way.max(arrived.len() * reply_bytes);
                needs.resume(arrived.into_iter().map(|key| (key, reply("r"))).collect(), 1_000_000)
            }
            Step::Done(done) => break (done.machine, done.report, "done".to_owned()),
            Step::Raised(raised) => break (raised.machine, raised.report, raised.error.rendered),
            Step::Ended(ended) => break (ended.machine, ended.report, format!("{:?}", ended.end)),
        };
    };
    HeldReplies {
        most_under_way,
        end,
        printed: report.printed.text,
        memory_bytes: report.memory_bytes,
        machine,
    }
}

#[test]
fn replies_in_flight_stay_within_their_memory_share() {
    let memory = 64 << 20;
    for source in [
        "replies = llm_query_batched([str(i) for i in range(2_000)])\nprint(sum(len(r) for r in replies))",
        "n = 0\nfor r in [llm_query(str(i)) for i in range(2_000)]: n += len(r)\nprint(n)",
        "for i in range(2_000): llm_query(str(i))",
        "replies = llm_query_batched([str(i) for i in range(2_000)])\nprint(replies[1_999][:3])",
    ] {
        let ran = held(source, memory, 20_000);
        assert_eq!(ran.end, "done", "{source}");
        assert!(ran.most_under_way <= memory / 8, "{source}: {}", ran.most_under_way);
        assert!(ran.most_under_way > 1 << 20, "{source}: {}", ran.most_under_way);
    }
}

#[test]
fn replies_exceeding_memory_end_the_program() {
    let memory = 16 << 20;
    let kept = "replies = llm_query_batched([str(i) for i in range(2_000)])\n";
    for source in [
        kept.to_owned(),
        format!("{kept}print(len(''.join(replies)))"),
        format!("{kept}print(replies[1_999][:3])"),
        format!("{kept}raise ValueError('too ' + 'many')"),
    ] {
        let mut ran = held(&source, memory, 20_000);
        assert_eq!(ran.end, "Limit(Memory)", "{source}");
        assert!(ran.memory_bytes <= memory as u64, "{source}: {}", ran.memory_bytes);
        assert!(ran.most_under_way <= memory / 8, "{source}: {}", ran.most_under_way);
        // Prints that fit are kept; the others are reported as dropped.
        let after =
            "fine = [r for r in replies if not failed(r)]\nprint(len(fine) > 500, fine[0][:3], failed(replies[-1]))";
        let program = ran.machine.compile(after).unwrap();
        let Step::Done(done) = ran.machine.start(&program, 10_000_000) else {
            panic!("{source}: it did not run to its end")
        };
        assert_eq!(done.report.printed.text, "True rrr True\n", "{source}");
    }
}

#[test]
fn unreferenced_replies_free_memory() {
    let ran = held("for i in range(2_000): llm_query(str(i))", 16 << 20, 20_000);
    assert_eq!(ran.end, "done");
    let ran = held(
        "for i in range(2_000): llm_query(str(i))\nraise ValueError('too ' + 'many')",
        16 << 20,
        20_000,
    );
    assert!(ran.end.ends_with("ValueError: too many"), "{}", ran.end);
    let ran = held(
        "for r in llm_query_batched([str(i) for i in range(500)]): print(r[:1], end='')",
        16 << 20,
        20_000,
    );
    assert_eq!(ran.printed.len(), 500);
}
