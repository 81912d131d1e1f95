//! `re`, `json` and the toolkit end in a limit on adversarial sizes: quickly and within memory.

use crate::support::{Arrival, machine, run_in};
use sift_vm::{End, Limit, Settings};

/// Runs a program with 16 MiB and ten million units of fuel; returns the limit that ended it.
fn limit_of(source: &str) -> Option<Limit> {
    let settings = Settings {
        fuel: 10_000_000,
        memory_bytes: 16 << 20,
        ..Settings::default()
    };
    let ran = run_in(machine(settings), source, Arrival::AtOnce, 1_000_000);
    assert!(ran.error.is_none(), "{source}: {:?}", ran.error);
    match ran.end {
        Some(End::Limit(limit)) => Some(limit),
        _ => None,
    }
}

#[test]
fn limit_in_re_sub() {
    // Long replacements are shared, not copied, so fuel may run out before memory.
    for source in [
        "re.sub('a', 'b' * 100_000, 'a' * 1_000_000)",
        r"re.sub('(a+)', r'\1' * 10_000, 'a' * 100_000)",
        "re.sub('a', lambda m: 'b' * 1_000_000, 'a' * 1_000)",
    ] {
        assert!(
            matches!(limit_of(source), Some(Limit::Memory | Limit::Fuel)),
            "{source}"
        );
    }
    assert_eq!(
        limit_of("re.sub('a', 'bbbbbbbb', 'a' * 2_500_000)"),
        Some(Limit::Memory)
    );
}

#[test]
fn limit_in_re_findall_and_split() {
    assert_eq!(limit_of("re.findall('', 'a' * 4_000_000)"), Some(Limit::Memory));
    assert_eq!(limit_of("re.split('b', 'ab' * 1_000_000)"), Some(Limit::Memory));
    assert_eq!(
        limit_of(r"re.findall(r'(a)(b)?', 'a' * 1_000_000)"),
        Some(Limit::Memory)
    );
}

#[test]
fn limit_in_backtracking() {
    assert_eq!(limit_of(r"re.search(r'(a+)+\1b', 'a' * 40)"), Some(Limit::Fuel));
    assert_eq!(
        limit_of(r"re.sub(r'(?=(a+))(a|aa)+$', '', 'a' * 60 + 'b')"),
        Some(Limit::Fuel)
    );
}

#[test]
fn limit_in_expand_and_escape() {
    assert_eq!(
        limit_of(r"re.match('(a+)', 'a' * 100_000).expand(r'\1' * 1_000)"),
        Some(Limit::Memory)
    );
    assert_eq!(limit_of("re.escape('.' * 9_000_000)"), Some(Limit::Memory));
}

#[test]
fn limit_in_json_loads() {
    assert_eq!(limit_of("json.loads('[' * 2_000_000)"), Some(Limit::Memory));
    assert_eq!(
        limit_of("json.loads('[' + '1,' * 3_000_000 + '1]')"),
        Some(Limit::Memory)
    );
    assert_eq!(
        limit_of("json.loads('[' + '[],' * 1_000_000 + '1]')"),
        Some(Limit::Memory)
    );
    assert_eq!(limit_of("while True:\n    json.loads('[1, 2, 3]' )"), Some(Limit::Fuel));
    assert_eq!(limit_of("parse_json('[' * 100_000)"), Some(Limit::Fuel));
}

#[test]
fn deep_json_is_read_and_written_without_recursion() {
    let source = "\
deep = json.loads('[' * 50_000 + ']' * 50_000)
print(len(json.dumps(deep)), json.dumps(json.loads('{\"a\":' * 3 + '1' + '}' * 3)))";
    let ran = run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "100000 {\"a\": {\"a\": {\"a\": 1}}}\n");
}

#[test]
fn limit_in_json_dumps() {
    let nested = "x = ['a' * 1_000]\nfor _ in range(40):\n    x = [x, x]\n";
    assert_eq!(limit_of(&format!("{nested}json.dumps(x)")), Some(Limit::Memory));
    assert_eq!(limit_of("json.dumps('\\x00' * 5_000_000)"), Some(Limit::Memory));
    assert_eq!(limit_of("json.dumps([[1]], indent=1_000_000_000)"), Some(Limit::Memory));
    assert_eq!(
        limit_of("json.dumps([[[[1]]]] * 3, indent='x' * 3_000_000)"),
        Some(Limit::Memory)
    );
}

#[test]
fn limit_in_grep_and_chunks() {
    assert_eq!(
        limit_of("grep('a' * 1_000_000, 'a', unit='char', max=None)"),
        Some(Limit::Memory)
    );
    assert_eq!(limit_of("chunks('a' * 1_000_000, 1)"), Some(Limit::Memory));
    assert_eq!(
        limit_of("while True:\n    grep('ab' * 100_000, 'c')"),
        Some(Limit::Fuel)
    );
}

#[test]
fn a_pattern_in_a_loop_is_compiled_once() {
    let fuel = |source: &str| {
        run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000)
            .report
            .fuel
    };
    let text = "for i in range(1_000):\n    re.search('[a-z]+[0-9]+[a-z]+[0-9]+', 'x')";
    let compiled = "p = re.compile('[a-z]+[0-9]+[a-z]+[0-9]+')\nfor i in range(1_000):\n    p.search('x')";
    assert!(fuel(text) < 2 * fuel(compiled), "{} {}", fuel(text), fuel(compiled));
}

#[test]
fn pattern_costs_do_not_depend_on_arrival() {
    let source = "\
for i in range(3):
    re.search('[a-z]+', llm_query('a question that is asked ' + str(i)))
    re.sub(llm_query('x'), lambda m: llm_query(m[0]), 'axbx')
print(re.sub('b', lambda m: llm_query('reply'), 'abc'))";
    let runs = [Arrival::AtOnce, Arrival::Late, Arrival::LastFirst].map(|arrival| {
        let ran = run_in(machine(Settings::default()), source, arrival, 1_000);
        (ran.report.fuel, ran.printed().to_owned())
    });
    assert_eq!(runs[0].1, "aREPLYc\n");
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0], runs[2]);
}
