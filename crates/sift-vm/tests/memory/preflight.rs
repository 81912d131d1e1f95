//! Results that don't fit are rejected before they are built, one of each kind. The meter grows by
//! at most 64 KiB, the process does not grow, and the session continues.

use crate::support::{Arrival, Ran, machine, run_in};
use sift_vm::{End, Limit, Settings};

const LIMIT: usize = 64 << 20;
/// Results up to this size may be built before they are counted.
const UNASKED: u64 = 64 << 10;
/// Enough for the work before the check.
const FUEL: u64 = 1 << 33;
/// Maximum growth of the process, in which other tests run too; all results are larger.
const GROWTH: u64 = 128 << 20;

/// Returns the peak of this process's resident bytes.
fn peak_resident_bytes() -> u64 {
    crate::child::peak_resident_bytes().unwrap()
}

fn is_refused(given: &str, call: &str) {
    let settings = Settings {
        memory_bytes: LIMIT,
        fuel: FUEL,
        ..Settings::default()
    };
    let run = |machine, source: &str| run_in(machine, source, Arrival::AtOnce, 1 << 40);
    let Ran {
        machine,
        report,
        error,
        end,
        ..
    } = run(machine(settings), given);
    assert!(error.is_none() && end.is_none(), "{given}: {error:?} {end:?}");
    let (held, resident) = (report.memory_bytes, peak_resident_bytes());
    let before = machine.peak_memory_bytes().max(held);
    assert!(before < LIMIT as u64 / 4 * 3, "{given}: {before} bytes");

    let Ran {
        machine, error, end, ..
    } = run(machine, call);
    assert!(error.is_none(), "{call}: {error:?}");
    assert_eq!(end, Some(End::Limit(Limit::Memory)), "{call}");
    let after = machine.peak_memory_bytes();
    assert!(after <= before + UNASKED, "{call}: from {before} bytes to {after}");
    let after = peak_resident_bytes();
    assert!(
        after <= resident + GROWTH,
        "{call}: the process grew from {resident} bytes to {after}"
    );

    let next = run(machine, "print(sum(range(100)), len([0] * 10_000))");
    assert_eq!(
        next.printed(),
        "4950 10000\n",
        "after {call}: {:?} {:?}",
        next.error,
        next.end
    );
}

/// Declares a test of each kind of result: the setup, and calls whose results don't fit.
macro_rules! refused {
    ($($name:ident: $given:literal, $($call:literal),+ $(,)?;)+) => {
        $(
            #[test]
            fn $name() {
                for call in [$($call),+] {
                    is_refused($given, call);
                }
            }
        )+
    };
}

// Results that are built item by item, from a generator, a split text or a JSON file, reserve
// memory as they grow and end at the limit.
refused! {
    texts_put_together: "s = 'x' * 10 ** 9", "x = s.upper()", "x = s[::-1]", "x = s[::2]", "x = s.isspace()", "x = s.split('y')";
    texts_joined: "a = ['ab' * 9] * (19 * 10 ** 5)", "x = ','.join(a)", "x = ''.join(a)";
    texts_replaced: "s = 'a' * 10 ** 5\nn = 'bc' * 10 ** 4\ns.isspace(), n.isspace()",
        "x = s.replace('a', n)",
        "x = s.replace('', n)",
        "x = s.translate({97: n})";
    texts_padded: "s = 'x'",
        "x = s.center(10 ** 9)",
        "x = s.ljust(10 ** 9)",
        "x = s.rjust(10 ** 9, '-')",
        "x = s.zfill(10 ** 9)",
        "x = ('\\t' * 1000).expandtabs(10 ** 6)";
    texts_formatted: "s = 'x'",
        "x = f'{1:1000000000}'",
        "x = '{:1000000000}'.format(1)",
        "x = '%1000000000d' % 1",
        "x = format(s, '>1000000000')",
        "x = '%.900000000f' % 1.5",
        "x = format(1.5, '.900000000f')";
    integers: "n = 3 ** 1000",
        "x = n ** 10 ** 6",
        "x = 1 << 10 ** 9",
        "x = 2 ** 10 ** 9",
        "x = pow(10, 10 ** 9)";
    lists_repeated: "a = [1, 2, 3]",
        "x = [0] * 10 ** 9",
        "x = a * 10 ** 8",
        "a *= 10 ** 8",
        "x = (1,) * 10 ** 9",
        "x = tuple(a) * 10 ** 8",
        "x = deque([1]) * 10 ** 8";
    lists_put_together: "a = [0] * 10 ** 6", "x = a + a";
    lists_of_ranges: "r = range(10 ** 9)",
        "x = list(r)",
        "x = tuple(r)",
        "x = sorted(r)",
        "x = [*r]",
        "x = (*r,)",
        "x = deque(r)",
        "a, *b = r",
        "x = []\nx += r",
        "x = []\nx.extend(r)",
        "x = [1, 2]\nx[1:1] = r";
    sets_and_dicts_of_ranges: "r = range(10 ** 9)",
        "x = set(r)",
        "x = frozenset(r)",
        "x = dict.fromkeys(r)",
        "x = {*r}",
        "x = {1} | set(r)",
        "x = Counter(r)";
    arguments: "f = lambda *a: a",
        "x = f(*range(10 ** 8))",
        "x = max(*range(10 ** 8))",
        "print(*range(10 ** 8))",
        "x = zip(*range(10 ** 8))";
    calls: "p = ['x'] * (19 * 10 ** 5)", "x = llm_query_batched(p)";
}
