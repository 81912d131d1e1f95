//! Steps, ends and limits, independent of how a program is sliced.

use crate::support::{Arrival, machine, run, run_in};
use sift_text::Tokenizer;
use sift_vm::{CancelHandle, End, Limit, Machine, Settings, Step};
use std::sync::Arc;

fn limited(fuel: u64, memory_bytes: usize) -> Machine {
    machine(Settings {
        fuel,
        memory_bytes,
        ..Settings::default()
    })
}

fn end_of(source: &str, machine: Machine) -> Option<End> {
    run_in(machine, source, Arrival::AtOnce, 1_000_000).end
}

#[test]
fn variables_persist_across_programs_even_after_exceptions() {
    let ran = run("def double(x):\n    return 2 * x\nn = double(4)\nimport re");
    let ran = run_in(ran.machine, "n += 1\nn / 0", Arrival::AtOnce, 1_000_000);
    assert_eq!(
        ran.error.as_ref().map(sift_vm::RaisedError::type_name),
        Some("ZeroDivisionError")
    );
    let ran = run_in(ran.machine, "print(double(n), SHOW_VARS())", Arrival::AtOnce, 1_000_000);
    assert_eq!(
        ran.printed(),
        "18 Available variables: double (function), n (int), re (module)\n"
    );
}

#[test]
fn garbage_of_fast_path_methods_is_collected() {
    let source = "\
found = re.match('(a+)', 'a' * 50)
kept = []
for number in range(100_000):
    found.group(1)
    if number % 10_000 == 0:
        kept.append(found.group(1))
print(len(kept), {found.group(1): 1}.get(kept[-1]))";
    let ran = run_in(limited(10_000_000, 1 << 20), source, Arrival::AtOnce, 1_000_000);
    assert_eq!((&ran.end, ran.printed()), (&None, "10 1\n"));
}

#[test]
fn rejected_program_is_not_run() {
    let mut machine = machine(Settings::default());
    let refusal = machine.compile("print(1)\nprint(undefined_name)").unwrap_err();
    assert_eq!(refusal.diagnostics[0].exception, "NameError");
    let refusal = machine.compile("x = = 1").unwrap_err();
    assert_eq!(refusal.diagnostics[0].exception, "SyntaxError");
}

#[test]
fn checker_knows_types_of_existing_variables() {
    let mut ran = run("names = ['a']");
    for source in ["context.encode('utf-8')", "P.encode()", "names.push('b')"] {
        let refusal = ran.machine.compile(source).unwrap_err();
        assert_eq!(refusal.diagnostics[0].exception, "AttributeError", "{source}");
    }
    for source in [
        "names = {1}\nnames.add(2)",
        "def f():\n    global names\n    names = {1}\nf()\nnames.add(2)",
    ] {
        assert!(ran.machine.compile(source).is_ok(), "{source}");
    }
}

#[test]
fn a_method_called_through_its_class_takes_its_receiver_first() {
    let ran =
        run("print(list(map(str.strip, [' a ', 'b '])), sorted(['B', 'a'], key=str.lower), dict.get({'a': 1}, 'a'))");
    assert_eq!(ran.printed(), "['a', 'b'] ['a', 'B'] 1\n");
    let error = run("str.strip(3)").error.unwrap();
    assert_eq!(
        error.message,
        "descriptor 'strip' for 'str' objects doesn't apply to a 'int' object"
    );
}

#[test]
fn errors_have_positions() {
    let ran = run("def half(x):\n    return x / 0\n\nhalf(3)");
    let error = ran.error.unwrap();
    assert_eq!((error.line, error.function.as_str()), (Some(2), "half"));
    insta::assert_snapshot!(error.rendered, @r"
    line 2, in half: return x / 0
    ZeroDivisionError: division by zero
    ");
}

#[test]
fn errors_suggest_similar_names() {
    let help = |source: &str| run(source).error.unwrap().rendered;
    insta::assert_snapshot!(help("reply = json.loads('{\"total\": 3}')\nreply.total"), @r#"
    line 2, in <module>: reply.total
    AttributeError: 'dict' object has no attribute 'total'
    help: items are read in brackets: ["total"]
    "#);
    insta::assert_snapshot!(help("for n in range(10 ** 30, 10 ** 30 + 2):\n    print(n)"), @r"
    line 1, in <module>: for n in range(10 ** 30, 10 ** 30 + 2):
    OverflowError: range() takes integers of at most 64 bits
    help: count further with a while loop, or with itertools.count
    ");
    insta::assert_snapshot!(help("def numbers():\n    yield 1\nnumbers().sent(2)"), @r"
    line 3, in <module>: numbers().sent(2)
    AttributeError: 'generator' object has no attribute 'sent'
    help: did you mean .send?
    ");
    insta::assert_snapshot!(help("hit = grep('a roof', 'roof')[0]\nprint(hit.location)"), @r"
    line 2, in <module>: print(hit.location)
    AttributeError: 'Hit' object has no attribute 'location'
    help: it has .text, .line, .start, .end
    ");
}

#[test]
fn final_passes_every_handler_and_runs_finally_blocks() {
    let ran = run("\
def finish():
    try:
        FINAL('done')
    except:
        print('caught')
    finally:
        print('cleaned up')
try:
    finish()
except BaseException:
    print('caught outside')
print('went on')");
    assert_eq!(
        (ran.end.clone(), ran.answer().as_deref(), ran.printed()),
        (Some(End::Final), Some("done"), "cleaned up\n")
    );
}

#[test]
fn final_var_takes_a_name_or_a_value() {
    let answer = |source: &str| run(source).answer();
    assert_eq!(answer("total = 41 + 1\nFINAL_VAR('total')").as_deref(), Some("42"));
    assert_eq!(answer("FINAL_VAR([1, 2])").as_deref(), Some("[1, 2]"));
    assert_eq!(answer("FINAL_VAR('no such name')").as_deref(), Some("no such name"));
}

#[test]
fn the_answer_variable_counts_when_it_is_ready() {
    let mut ran = run("answer['content'] = 'not yet'");
    assert!(ran.machine.ready_answer().is_none());
    let mut ran = run_in(
        ran.machine,
        "answer['content'] = 7\nanswer['ready'] = True",
        Arrival::AtOnce,
        1_000_000,
    );
    assert_eq!(ran.machine.ready_answer().unwrap().to_flat().unwrap(), "7");
    let mut ran = run_in(ran.machine, "answer = 'a text alone'", Arrival::AtOnce, 1_000_000);
    assert!(ran.machine.ready_answer().is_none());
}

#[test]
fn limits_end_the_program_without_running_handlers() {
    let guarded = |body: &str| {
        format!("try:\n    {body}\nexcept BaseException:\n    print('caught')\nfinally:\n    print('ran')")
    };
    for (body, limit) in [
        ("while True: pass", Limit::Fuel),
        ("x = [0] * 10_000_000", Limit::Memory),
        ("x = 'ab' * 3\n    while True: x = x + x + 'c'", Limit::Memory),
        ("x = 2 ** 1_000_000_000", Limit::Memory),
        (
            "def f():\n        try: f()\n        except RecursionError: f()\n    f()",
            Limit::Fuel,
        ),
    ] {
        let ran = run_in(limited(15_000_000, 4 << 20), &guarded(body), Arrival::AtOnce, 1_000_000);
        assert_eq!(
            (ran.end, ran.report.printed.text.as_str()),
            (Some(End::Limit(limit)), ""),
            "{body}"
        );
    }
}

#[test]
fn tiny_limits_end_programs_but_keep_the_machine_usable() {
    // A library module is loaded during the call: if a limit interrupts the loading, the next
    // program finishes it.
    let source =
        "import statistics\nprint(statistics.mean([1, 2, 3]), answer['ready'], len(memory), len(history), query)";
    let whole = run(source);
    let needed = whole.report.fuel;
    assert!(needed < 600, "{needed}");
    for fuel in 0..600 {
        let short = run_in(limited(fuel, 16 << 20), source, Arrival::AtOnce, 7);
        assert!(short.report.fuel <= fuel, "{} of {fuel}", short.report.fuel);
        if fuel >= needed {
            assert_eq!((short.end, short.report), (None, whole.report.clone()), "{fuel}");
            continue;
        }
        assert_eq!(short.end, Some(End::Limit(Limit::Fuel)), "{fuel}");
        let mut machine = short.machine;
        let program = machine.compile(source).unwrap();
        let Step::OutOfFuel(mut paused) = machine.start(&program, 1) else {
            assert!(fuel < 2, "{fuel}");
            continue;
        };
        paused.top_up(600);
        let Step::Done(done) = paused.resume(Vec::new(), 600) else {
            panic!("{fuel}: the program no longer runs out of fuel");
        };
        assert_eq!(done.report.printed, whole.report.printed, "{fuel}");
    }
    for memory_bytes in 0..600 {
        let short = run_in(limited(600, memory_bytes * 64), source, Arrival::AtOnce, 7);
        match short.end {
            Some(end) => assert_eq!(end, End::Limit(Limit::Memory), "{memory_bytes}"),
            None => assert_eq!(
                (short.error, short.report.printed),
                (None, whole.report.printed.clone()),
                "{memory_bytes}"
            ),
        }
    }
}

#[test]
fn dict_keys_charge_fuel_for_large_numbers() {
    let fuel_of_a_look_up = |key: &str, table: &str| {
        let given = format!("modulus = 2 ** 61 - 1\nkey = {key}\ntable = {table}");
        let fuel = |times: u64| {
            run(&format!("{given}\nfor _ in range({times}):\n    key in table"))
                .report
                .fuel
        };
        (fuel(11) - fuel(1)) / 10
    };
    // The second has keys with the same hash, each of which is compared.
    for (short, long, table, more) in [
        ("7 << 100", "7 << 20_000", "{key: 1}", 50),
        (
            "modulus << 100",
            "modulus << 20_000",
            "{key + i * modulus: i for i in range(1, 50)}",
            1_000,
        ),
        ("(1, 7 << 100)", "(1, 7 << 20_000)", "{key: 1}", 50),
        ("Fraction(7 << 90, 5)", "Fraction(7 << 20_000, 5)", "{key: 1}", 50),
        ("Decimal(7 << 90)", "Decimal(7 << 12_000)", "{key: 1}", 50),
    ] {
        let (short, long) = (fuel_of_a_look_up(short, table), fuel_of_a_look_up(long, table));
        assert!(long >= short + more, "{table}: {short} and {long}");
    }
}

#[test]
fn repr_charges_for_depth() {
    let source = "x = []\nfor i in range(200_000):\n    x = [x]\nprint(x)";
    let ran = run_in(limited(20_000_000, 64 << 20), source, Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.end, Some(End::Limit(Limit::Fuel)));
}

#[test]
fn a_session_continues_after_a_limit() {
    let ran = run_in(
        limited(30_000_000, 4 << 20),
        "kept = 1\nx = []\nwhile True: x.append(x)",
        Arrival::AtOnce,
        1_000_000,
    );
    assert!(matches!(ran.end, Some(End::Limit(_))));
    let ran = run_in(ran.machine, "print(kept)", Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "1\n");
}

#[test]
fn garbage_is_collected_before_memory_runs_out() {
    let source = "for i in range(2_000):\n    x = [i] * 1_000\n    y = [x]\n    x.append(y)\nprint(i)";
    let ran = run_in(limited(100_000_000, 1 << 20), source, Arrival::AtOnce, 1_000_000);
    assert_eq!((ran.end.clone(), ran.printed()), (None, "1999\n"));
}

/// A reply is as long as its prompt, which is kept until the program has paid for the reply.
#[test]
fn reply_exceeding_memory_ends_the_program_before_it_is_charged() {
    const LIMIT: usize = 1 << 20;
    let in_memory = |source, arrival| run_in(limited(100_000_000, LIMIT), source, arrival, 1_000_000);
    for source in [
        "len(llm_query('x' * 600_000))",
        "print(llm_query('x' * 600_000))",
        "a = llm_query('x' * 600_000) + '!'\nprint(a[0])",
        "replies = llm_query_batched([str(n) * 150_000 for n in range(8)])\nprint(sum(len(reply) for reply in replies))",
    ] {
        for arrival in [Arrival::AtOnce, Arrival::Late, Arrival::LastFirst] {
            let ran = in_memory(source, arrival);
            assert_eq!(ran.end, Some(End::Limit(Limit::Memory)), "{source}");
            let peak = ran.machine.peak_memory_bytes();
            assert!(peak <= LIMIT as u64, "{peak}: {source}");
        }
    }
    let fits = "for n in range(20):\n    print(len(llm_query('x' * 200_000)))";
    let ran = in_memory(fits, Arrival::Late);
    assert_eq!((ran.end.clone(), ran.printed().lines().count()), (None, 20));
}

#[test]
fn slice_size_is_invisible() {
    let source = "\
def squares(n):
    for i in range(n):
        yield i * i
total = 0
try:
    for value in squares(200):
        total += value
        if value > 9_000:
            raise ValueError(value)
except ValueError as error:
    print('stopped', error)
print(total, sorted({str(i % 7): i for i in range(50)}.items(), key=lambda item: -item[1])[:2])";
    let runs: Vec<_> = [1, 7, 100, 1_000_000]
        .map(|slice| run_in(machine(Settings::default()), source, Arrival::AtOnce, slice))
        .into_iter()
        .map(|ran| (ran.report.clone(), ran.steps))
        .collect();
    for (report, _) in &runs {
        assert_eq!(report, &runs[0].0);
    }
    assert!(
        runs[0].1 > 1_000 && runs[3].1 < 5,
        "{:?}",
        runs.iter().map(|run| run.1).collect::<Vec<_>>()
    );
    // The same in debug and release builds, on every machine.
    insta::assert_snapshot!(format!("{}{} fuel", runs[0].0.printed.text, runs[0].0.fuel));
}

#[test]
fn a_program_is_cancelled_from_another_thread() {
    let mut machine = machine(Settings {
        fuel: u64::MAX,
        ..Settings::default()
    });
    let program = machine.compile("while True:\n    pass").unwrap();
    let cancel = machine.cancel_handle();
    let step = machine.start(&program, 1_000);
    let step = std::thread::spawn(move || {
        cancel.cancel();
        match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), u64::MAX),
            other => other,
        }
    });
    let Step::Ended(ended) = step.join().unwrap() else {
        panic!("unexpected step: still running")
    };
    assert_eq!(ended.end, End::Cancelled);
    let ran = run_in(ended.machine, "print('next')", Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "next\n");
}

/// A tokenizer that cancels the program.
#[derive(Debug)]
struct Cancels(CancelHandle);

impl Tokenizer for Cancels {
    fn name(&self) -> &'static str {
        "cancels"
    }

    fn count(&self, _: &str) -> usize {
        self.0.cancel();
        1
    }

    fn ends(&self, text: &str) -> Vec<usize> {
        vec![text.len()]
    }
}

#[test]
fn cancellation_stops_at_the_same_op_as_a_fuel_limit() {
    let state = |mut machine: Machine| {
        machine.set_fuel(u64::MAX);
        let ran = run_in(machine, "print(n, len(seen), text)", Arrival::AtOnce, 1_000_000);
        ran.printed().to_owned()
    };
    let looping = "while True:\n    n += 1\n    seen[n % 7] = n\n    text = str(n)";
    // One operation with a single charge of a million units.
    let heavy = "while True:\n    n += 1\n    text = str(n)\n    seen.append(len(list(range(3_000_000))))";
    for (body, paddings) in [(looping, 30), (heavy, 2)] {
        // The flag is checked at intervals; another prefix shifts the check to another operation.
        for padding in 0..paddings {
            let padding = "n = 0\n".repeat(padding);
            let source = format!("n = 0\nseen = [0] * 7\ntext = ''\ncount_tokens('a')\n{padding}{body}");
            let with_fuel = |fuel| limited(fuel, Settings::default().memory_bytes);
            let counting_by = |machine: Machine, cancel| machine.with_tokenizer(Some(Arc::new(Cancels(cancel))));
            let machine = with_fuel(u64::MAX);
            let cancel = machine.cancel_handle();
            let mut machine = counting_by(machine, cancel);
            let program = machine.compile(&source).unwrap();
            let Step::Ended(cancelled) = machine.start(&program, u64::MAX) else {
                panic!("{source} did not end")
            };
            assert_eq!(cancelled.end, End::Cancelled);
            let fuel = cancelled.report.fuel;
            // The same tokenizer, whose flag belongs to no running machine.
            let machine = counting_by(with_fuel(fuel), with_fuel(1).cancel_handle());
            let ended = run_in(machine, &source, Arrival::AtOnce, 1_000_000);
            assert_eq!(ended.end, Some(End::Limit(Limit::Fuel)));
            assert_eq!(state(ended.machine), state(cancelled.machine), "{source}");
        }
    }
}

#[test]
fn fuel_limit_does_not_depend_on_slice_size() {
    let source = "n = 0\nwhile True:\n    n += 1";
    let count = |slice| {
        let ran = run_in(limited(12_345, 4 << 20), source, Arrival::AtOnce, slice);
        let ran = run_in(ran.machine, "print(n)", Arrival::AtOnce, 1_000_000);
        ran.printed().to_owned()
    };
    assert_eq!(count(1_000_000), count(10));
    assert_eq!(end_of(source, limited(12_345, 4 << 20)), Some(End::Limit(Limit::Fuel)));
}

#[test]
fn nested_finally_blocks_do_not_multiply_code() {
    let mut source = String::from("def f():\n");
    let mut indent = String::from("    ");
    for depth in 0..40 {
        source += &format!("{indent}try:\n{indent}    n = {depth}\n{indent}finally:\n");
        indent += "    ";
    }
    source += &format!("{indent}return n\nprint(f())");
    assert_eq!(run(&source).printed(), "39\n");
}

#[test]
fn answers_keep_their_origins() {
    let ran = run("start = context.find('fox')\nFINAL(context[16:19] + '!')");
    let answer = ran.answer.unwrap();
    let origins: Vec<_> = answer.settled().unwrap().origins().collect();
    assert_eq!((origins[0].start, origins[0].range.clone()), (16, 0..3), "{origins:?}");
}

#[test]
fn top_level_yield_evaluates_to_its_operand() {
    let ran = run_in(
        machine(Settings::default()),
        "replies = yield [1, 2]\nprint(replies)",
        Arrival::AtOnce,
        1_000_000,
    );
    assert_eq!(ran.printed(), "[1, 2]\n");
}

#[test]
fn overlong_numbers_and_formats_are_rejected() {
    let program = "\
from datetime import date, datetime, timezone, timedelta
from decimal import Decimal
from fractions import Fraction
import csv
csv.field_size_limit(9_000_000)
prose = 'the quick brown fox ' * 60_000
long = '0' * 1_100_000 + '9'
digits = ' 1' + ' ' * 1_100_000
for read in (int, float, Decimal, Fraction, lambda text: next(csv.reader([text], quoting=csv.QUOTE_NONNUMERIC))):
    try:
        read(prose)
    except (ValueError, ArithmeticError) as error:
        print(type(error).__name__, str(error)[:60], len(str(error)))
print(int(digits), float(digits))
for write in (
    lambda: format(5, long),
    lambda: f'{5.5:{long}}',
    lambda: format(date(2024, 2, 29), long),
    lambda: date(2024, 2, 29).strftime(long),
    lambda: datetime.strptime('9', long),
    lambda: datetime.fromisoformat(long),
    lambda: timezone(timedelta(0), long),
):
    try:
        print(len(write()))
    except ValueError as error:
        print(error)
";
    let settings = Settings {
        fuel: u64::MAX,
        ..Settings::default()
    };
    let ran = run_in(machine(settings), program, Arrival::AtOnce, 1_000_000);
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn overlong_templates_are_rejected_and_errors_charge_memory() {
    let program = "\
import ast, json, re
long = 'x' * 1_100_000
for call in (
    lambda: re.sub('a', long + '\\\\n', 'banana'),
    lambda: re.match('(b)', 'banana').expand(long + '\\\\1'),
    lambda: ast.literal_eval('1 + ' + long),
    lambda: ast.literal_eval('7' * 1_100_000),
    lambda: json.loads('7' * 1_100_000),
    lambda: json.loads('0.' + '7' * 1_100_000),
    lambda: json.loads('[' + '7' * 5_000 + ']'),
):
    try:
        print(len(call()))
    except (re.error, ValueError) as error:
        print(type(error).__name__, error)
print(len(re.match('(b)', 'banana').expand(long)), len(re.sub('b', long, 'banana')))
at = re.error('bad', 'one\\ntwo', 6)
of = json.JSONDecodeError('bad', 'one\\ntwo', 9)
print(at.lineno, at.colno, at, of.lineno, of.colno, of)
";
    let settings = Settings {
        fuel: u64::MAX,
        ..Settings::default()
    };
    let ran = run_in(machine(settings), program, Arrival::AtOnce, 1_000_000);
    insta::assert_snapshot!(ran.printed());
}
