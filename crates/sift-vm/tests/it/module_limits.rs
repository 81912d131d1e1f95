//! Library modules written in Sift, and named tuples, end in a limit on adversarial sizes: quickly
//! and within memory. Each function has its own test.

use std::collections::BTreeSet;

use crate::support::limits::{LimitTest, LimitTests};
use crate::support::{Arrival, machine, run_in};
use sift_vm::{End, Limit, Settings};

/// Runs a program with 1 MiB of memory. Returns the limit that ended it, and its end and fuel.
fn limit_of(source: &str, fuel: u64) -> (Option<Limit>, String) {
    let settings = Settings {
        fuel,
        memory_bytes: 1 << 20,
        ..Settings::default()
    };
    let ran = run_in(machine(settings), source, Arrival::AtOnce, 1_000_000);
    assert!(ran.error.is_none(), "{source}: {:?}", ran.error);
    assert!(ran.report.fuel <= fuel, "{source}: {} units of {fuel}", ran.report.fuel);
    match ran.end {
        Some(End::Limit(limit)) => (Some(limit), format!("{} {}", limit.name(), ran.report.fuel)),
        _ => (None, String::new()),
    }
}

/// Declares a test per row: a function's name, the limit, and programs that reach it. With `Fuel`
/// and `Memory`, each program reaches the limit; with `Loop`, calling the expression repeatedly
/// uses up the fuel.
macro_rules! limits {
    ($($module:ident { $($test:ident $function:literal $limit:ident [$($source:expr),+ $(,)?])* })*) => {
        pub(crate) const LIMIT_TESTS: LimitTests = LimitTests {
            module: module_path!(),
            machine,
            given: "",
            tests: &[$($(LimitTest {
                name: stringify!($test),
                calls: &[$($source),+],
                ends: || vec![$({
                    let (limit, end) = limit_of(&limits!(@source $limit $source), limits!(@fuel $limit));
                    assert_eq!(limit, Some(limits!(@limit $limit)), "{}", $source);
                    end
                }),+],
            }),*),*],
        };

        $($(
            #[test]
            fn $test() {
                crate::costs::check_ends(&LIMIT_TESTS, stringify!($test));
            }
        )*)*

        /// The tested functions, by module.
        const TESTED: &[(&str, &[&str])] = &[$((stringify!($module), &[$($function),*])),*];
    };
    (@source Loop $source:expr) => { format!("while True:\n    {}", $source) };
    (@source $limit:ident $source:expr) => { String::from($source) };
    (@fuel Loop) => { 100_000 };
    (@fuel $limit:ident) => { 1_000_000 };
    (@limit Loop) => { Limit::Fuel };
    (@limit $limit:ident) => { Limit::$limit };
}

limits! {
    itertools {
        limit_in_itertools_accumulate "accumulate" Fuel ["for x in itertools.accumulate(itertools.count()): pass"]
        limit_in_itertools_accumulate_of_texts "accumulate" Memory ["list(accumulate(itertools.repeat('a' * 10_000)))"]
        limit_in_itertools_chain "chain" Memory ["list(chain(*[range(1_000_000)] * 9))", "list(chain.from_iterable(itertools.repeat('ab')))"]
        limit_in_itertools_chain_from_iterable "chain" Fuel ["for x in chain.from_iterable(itertools.repeat([])): pass"]
        limit_in_itertools_combinations "combinations" Fuel ["sum(1 for _ in combinations(range(100), 50))"]
        limit_in_itertools_combinations_of_many "combinations" Memory ["combinations(range(10**9), 2)", "list(combinations(range(5_000), 2))"]
        limit_in_itertools_combinations_with_replacement "combinations_with_replacement" Memory [
            "itertools.combinations_with_replacement(range(10**9), 2)",
            "next(itertools.combinations_with_replacement('ab', 300_000))",
        ]
        limit_in_itertools_compress "compress" Fuel ["for x in itertools.compress(itertools.count(), itertools.repeat(0)): pass"]
        limit_in_itertools_count "count" Fuel ["for x in itertools.count(): pass", "list(itertools.takewhile(lambda n: True, itertools.count()))"]
        limit_in_itertools_cycle "cycle" Memory ["list(itertools.cycle('ab'))"]
        limit_in_itertools_dropwhile "dropwhile" Fuel ["list(itertools.dropwhile(lambda n: True, itertools.count()))"]
        limit_in_itertools_filterfalse "filterfalse" Fuel ["list(itertools.filterfalse(None, itertools.count(1)))"]
        limit_in_itertools_groupby "groupby" Fuel ["for key, run in groupby(itertools.repeat(1)): pass", "for _, run in groupby(itertools.count()): list(run)"]
        limit_in_itertools_islice "islice" Fuel ["list(islice(itertools.count(), 10**12, None))", "list(islice(itertools.count(), 0, 2**62, 2**61))"]
        limit_in_itertools_pairwise "pairwise" Memory ["list(pairwise(itertools.count()))"]
        limit_in_itertools_permutations "permutations" Fuel ["sum(1 for _ in permutations(range(12)))"]
        limit_in_itertools_permutations_of_many "permutations" Memory ["permutations(range(10**9))", "next(permutations(range(400_000)))"]
        limit_in_itertools_product "product" Memory ["itertools.product(range(10**9))", "itertools.product('ab', repeat=100_000)", "list(itertools.product('abcdefgh', repeat=8))"]
        limit_in_itertools_product_of_many "product" Fuel ["for row in itertools.product(range(2_000), range(2_000)): pass"]
        limit_in_itertools_repeat "repeat" Fuel ["for x in itertools.repeat(1): pass"]
        limit_in_itertools_starmap "starmap" Fuel ["for x in itertools.starmap(max, itertools.repeat((1, 2))): pass"]
        limit_in_itertools_takewhile "takewhile" Fuel ["for x in itertools.takewhile(lambda n: True, itertools.repeat(1)): pass"]
        limit_in_itertools_tee "tee" Memory ["a, b = itertools.tee(itertools.count())\nfor x in a: pass", "itertools.tee([], 10**6)"]
        limit_in_itertools_zip_longest "zip_longest" Fuel ["for row in zip_longest(itertools.count(), 'a'): pass"]
        limit_in_itertools_zip_longest_of_many "zip_longest" Memory ["list(zip_longest(itertools.count(), 'a'))"]
    }
    functools {
        limit_in_functools_reduce "reduce" Fuel ["reduce(lambda a, b: a, itertools.count())", "reduce(lambda a, b: a * a, range(64), 3)"]
        limit_in_functools_reduce_of_texts "reduce" Memory ["reduce(lambda a, b: a + a, range(64), 'ab')"]
        limit_in_functools_partial "partial" Fuel ["f = len\nfor _ in range(600):\n    f = partial(lambda g, x: g(x), f)\nwhile True:\n    try: f('a')\n    except RecursionError: pass"]
        limit_in_functools_partial_of_many "partial" Memory ["f = partial(max, *range(10_000))\nkept = [partial(f, *range(10_000)) for _ in range(10_000)]"]
        limit_in_functools_cmp_to_key "cmp_to_key" Fuel ["while True: sorted(range(1_000), key=cmp_to_key(lambda a, b: (a * 7919) % 1009 - (b * 7919) % 1009))"]
        limit_in_functools_lru_cache "lru_cache" Memory ["f = lru_cache(maxsize=None)(lambda n: [n] * 1_000)\nfor n in range(10**6): f(n)"]
        limit_in_functools_lru_cache_of_few "lru_cache" Fuel ["f = lru_cache(maxsize=3)(lambda n: n)\nfor n in range(10**6): f(n)"]
        limit_in_functools_lru_cache_of_itself "lru_cache" Fuel ["@lru_cache(maxsize=None)\ndef f(n): return f(n + 1)\nwhile True:\n    try: f(0)\n    except RecursionError: pass"]
        limit_in_functools_cache "cache" Memory ["f = functools.cache(lambda n: n)\nfor n in range(10**6): f('a' * n)"]
    }
    operator {
        limit_in_operator_add "add" Memory ["operator.add([0] * 90_000, [0] * 90_000)"]
        limit_in_operator_mul "mul" Memory ["operator.mul([0], 400_000)"]
        limit_in_operator_concat "concat" Memory ["operator.concat([0] * 90_000, [0] * 90_000)"]
        limit_in_operator_pow "pow" Fuel ["operator.pow(3, 10**6)"]
        limit_in_operator_lshift "lshift" Memory ["operator.lshift(1, 10**9)"]
        limit_in_operator_imul "imul" Memory ["operator.imul([0], 400_000)"]
        limit_in_operator_iadd "iadd" Memory ["x = [0]\nwhile True: operator.iadd(x, x)"]
        limit_in_operator_iconcat "iconcat" Memory ["x = [0]\nwhile True: operator.iconcat(x, x)"]
        limit_in_operator_eq "eq" Loop ["operator.eq([1] * 10_000, [1] * 10_000)"]
        limit_in_operator_ne "ne" Loop ["operator.ne([1] * 10_000, [1] * 10_000)"]
        limit_in_operator_lt "lt" Loop ["operator.lt([1] * 10_000, [1] * 10_000)"]
        limit_in_operator_le "le" Loop ["operator.le([1] * 10_000, [1] * 10_000)"]
        limit_in_operator_gt "gt" Loop ["operator.gt([1] * 10_000, [1] * 10_000)"]
        limit_in_operator_ge "ge" Loop ["operator.ge([1] * 10_000, [1] * 10_000)"]
        limit_in_operator_contains "contains" Loop ["operator.contains(range(10**5), 'a')"]
        limit_in_operator_count_of "countOf" Fuel ["operator.countOf(itertools.count(), 'a')"]
        limit_in_operator_index_of "indexOf" Fuel ["operator.indexOf(itertools.count(), 'a')"]
        limit_in_operator_sub "sub" Loop ["operator.sub(set(range(1_000)), {1})"]
        limit_in_operator_and "and_" Loop ["operator.and_(set(range(1_000)), {1})"]
        limit_in_operator_or "or_" Loop ["operator.or_(set(range(1_000)), {1})"]
        limit_in_operator_xor "xor" Loop ["operator.xor(set(range(1_000)), {1})"]
        limit_in_operator_isub "isub" Loop ["operator.isub(set(range(1_000)), {1})"]
        limit_in_operator_iand "iand" Loop ["operator.iand(set(range(1_000)), {1})"]
        limit_in_operator_ior "ior" Loop ["operator.ior(set(range(1_000)), {1})"]
        limit_in_operator_ixor "ixor" Loop ["operator.ixor(set(range(1_000)), {1})"]
        limit_in_operator_mod "mod" Loop ["operator.mod('%s' * 100, ('a' * 1_000,) * 100)"]
        limit_in_operator_imod "imod" Loop ["operator.imod(7**999, 5**333)"]
        limit_in_operator_truediv "truediv" Loop ["operator.truediv(7**300, 5**200)"]
        limit_in_operator_itruediv "itruediv" Loop ["operator.itruediv(7**300, 5**200)"]
        limit_in_operator_floordiv "floordiv" Loop ["operator.floordiv(7**999, 5**333)"]
        limit_in_operator_ifloordiv "ifloordiv" Loop ["operator.ifloordiv(7**999, 5**333)"]
        limit_in_operator_ipow "ipow" Fuel ["operator.ipow(3, 10**6)"]
        limit_in_operator_rshift "rshift" Loop ["operator.rshift(7**999, 5)"]
        limit_in_operator_irshift "irshift" Loop ["operator.irshift(7**999, 5)"]
        limit_in_operator_ilshift "ilshift" Memory ["operator.ilshift(1, 10**9)"]
        limit_in_operator_abs "abs" Loop ["operator.abs(-7**999)"]
        limit_in_operator_neg "neg" Loop ["operator.neg(7**999)"]
        limit_in_operator_pos "pos" Loop ["operator.pos(7**999)"]
        limit_in_operator_inv "inv" Loop ["operator.inv(7**999)"]
        limit_in_operator_invert "invert" Loop ["operator.invert(7**999)"]
        limit_in_operator_not "not_" Loop ["operator.not_([])"]
        limit_in_operator_truth "truth" Loop ["operator.truth([])"]
        limit_in_operator_is "is_" Loop ["operator.is_(1, 2)"]
        limit_in_operator_is_not "is_not" Loop ["operator.is_not(1, 2)"]
        limit_in_operator_index "index" Loop ["operator.index(3)"]
        limit_in_operator_length_hint "length_hint" Loop ["operator.length_hint(itertools.count(), 3)"]
        limit_in_operator_getitem "getitem" Loop ["operator.getitem('abc' * 9_000, slice(None, None, 2))"]
        limit_in_operator_setitem "setitem" Memory ["x = {}\nfor n in range(10**6): operator.setitem(x, n, 'a')"]
        limit_in_operator_delitem "delitem" Loop ["operator.delitem([0] * 1_000, 0)"]
        limit_in_operator_call "call" Fuel ["f = lambda: operator.call(f)\nwhile True:\n    try: f()\n    except RecursionError: pass"]
        limit_in_operator_itemgetter "itemgetter" Memory ["itemgetter(*[slice(None)] * 10_000)([0] * 1_000)"]
        limit_in_operator_attrgetter "attrgetter" Loop ["attrgetter('.'.join(['real'] * 1_000))(5)"]
        limit_in_operator_methodcaller "methodcaller" Fuel ["operator.methodcaller('ljust', 10**9)('a')"]
    }
    heapq {
        limit_in_heapq_heappush "heappush" Fuel ["heap = []\nfor n in range(10**7): heappush(heap, -n)"]
        limit_in_heapq_heappop "heappop" Fuel ["heap = list(range(20_000))\nwhile heap: heappop(heap)"]
        limit_in_heapq_heapify "heapify" Fuel ["heap = list(range(20_000, 0, -1))\nwhile True: heapify(heap)"]
        limit_in_heapq_heappushpop "heappushpop" Loop ["heapq.heappushpop([1, 2, 3], 9)"]
        limit_in_heapq_heapreplace "heapreplace" Loop ["heapq.heapreplace([1, 2, 3], 9)"]
        limit_in_heapq_merge "merge" Fuel ["for x in heapq.merge(itertools.count(), itertools.count()): pass"]
        limit_in_heapq_nlargest "nlargest" Memory ["heapq.nlargest(3, itertools.count())"]
        limit_in_heapq_nsmallest "nsmallest" Memory ["heapq.nsmallest(3, range(10**9))"]
    }
    bisect {
        limit_in_bisect_bisect "bisect" Loop ["bisect.bisect(range(10**9), 7)"]
        limit_in_bisect_bisect_left "bisect_left" Loop ["bisect_left(range(10**9), 7, key=lambda n: n)"]
        limit_in_bisect_bisect_right "bisect_right" Loop ["bisect_right(range(10**9), 7)"]
        limit_in_bisect_insort "insort" Fuel ["x = []\nfor n in range(200_000): insort(x, -n)"]
        limit_in_bisect_insort_left "insort_left" Fuel ["x = []\nfor n in range(200_000): bisect.insort_left(x, -n)"]
        limit_in_bisect_insort_right "insort_right" Fuel ["x = []\nfor n in range(200_000): bisect.insort_right(x, -n)"]
    }
    collections {
        limit_in_collections_namedtuple "namedtuple" Memory ["namedtuple('P', ['f' + str(n) for n in range(200_000)])"]
        limit_in_collections_namedtuples "namedtuple" Memory ["P = namedtuple('P', 'x')\np = P(1)\nwhile True: p = P([p])", "P = namedtuple('P', 'x')\nkept = [P(n) for n in range(10**7)]"]
        limit_in_collections_namedtuple_make "namedtuple" Memory ["namedtuple('P', 'x')._make(itertools.count())"]
        limit_in_collections_namedtuple_replace "namedtuple" Loop ["namedtuple('P', 'x y')(1, 2)._replace(y=3)._asdict()"]
        limit_in_collections_chain_map "ChainMap" Memory ["maps = collections.ChainMap({n: n for n in range(1_000)})\nlist(maps.items())\nkept = [dict(maps) for _ in range(100)]"]
        limit_in_collections_chain_map_children "ChainMap" Fuel ["maps = collections.ChainMap()\nwhile True: maps = maps.new_child(); 'a' in maps"]
    }
    string {
        limit_in_string_capwords "capwords" Memory ["string.capwords('a ' * 1_000_000)"]
    }
}

#[test]
fn every_library_module_function_has_a_limit_test() {
    let scope = sift_vm::library_scope();
    for (module, tested) in TESTED {
        let tested: BTreeSet<&str> = tested.iter().copied().collect();
        let members = &scope.modules[*module].members;
        let written_natively = ["Counter", "OrderedDict", "defaultdict", "deque"];
        let untested: Vec<&str> = members
            .iter()
            .filter(|(_, binding)| !matches!(binding, sift_syntax::Binding::Value(_)))
            .map(|(name, _)| name.as_str())
            .filter(|name| !tested.contains(name) && !written_natively.contains(name))
            .collect();
        assert!(untested.is_empty(), "{module}: {untested:?}");
    }
}

#[test]
fn interrupted_module_load_is_repeated() {
    let settings = Settings {
        fuel: 700,
        ..Settings::default()
    };
    let use_it = "heap = [2, 1]\nheapq.heapify(heap)\nprint(heap)";
    let mut cut_off = 0;
    for turns in 0..150 {
        let first = format!("for _ in range({turns}): 1 + 1\n{use_it}");
        let ran = run_in(machine(settings), &first, Arrival::AtOnce, 97);
        if ran.end == Some(End::Limit(Limit::Fuel)) {
            cut_off += 1;
        } else {
            assert_eq!(ran.printed(), "[1, 2]\n");
        }
        let again = run_in(ran.machine, use_it, Arrival::AtOnce, 97);
        assert_eq!(
            (again.printed(), again.end.as_ref()),
            ("[1, 2]\n", None),
            "after {turns} turns"
        );
    }
    assert!(cut_off > 20, "{cut_off}");
}

#[test]
fn costs_of_first_use_do_not_depend_on_arrival() {
    let source = "\
Point = namedtuple('Point', 'name text')
points = [Point(n, llm_query('question ' + str(n))) for n in range(4)]
heap = []
for point in points:
    heapq.heappush(heap, (point.text, point))
print(sorted(points, key=itemgetter(1), reverse=True)[0])
print([(key, len(list(run))) for key, run in groupby(points, key=lambda point: point.text[:4])])
print(lru_cache(maxsize=None)(lambda text: text.lower())(points[2].text), heap[0][1].name, max(points, key=cmp_to_key(lambda a, b: a.name - b.name)))";
    let runs = [Arrival::AtOnce, Arrival::Late, Arrival::LastFirst].map(|arrival| {
        let ran = run_in(machine(Settings::default()), source, arrival, 1_000);
        assert!(ran.error.is_none(), "{:?}", ran.error);
        (ran.report.fuel, ran.printed().to_owned())
    });
    assert!(
        runs[0].1.starts_with("Point(name=3, text='QUESTION 3')\n"),
        "{}",
        runs[0].1
    );
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0], runs[2]);
}
