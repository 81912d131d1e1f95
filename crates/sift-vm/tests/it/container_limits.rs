//! Every method of lists, tuples, dicts, sets, ranges, deques and generators ends in a limit on
//! adversarial arguments: quickly, within memory, and at any depth of nesting.

use crate::support::limits::limits;
use crate::support::machine;

/// Long containers, and values too deep for a native stack.
const GIVEN: &str = "\
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
numbers = list(range(1_000))
row, table, bag, icy = tuple(numbers), dict.fromkeys(numbers), set(numbers), frozenset(numbers)
deep, equal = json.loads('[' * 3_000 + ']' * 3_000), json.loads('[' * 3_000 + ']' * 3_000)
pile, heap = (), ()
for _ in range(300):
    pile, heap = ((((((((((pile,),),),),),),),),),), ((((((((((heap,),),),),),),),),),)
counter, ordered, missing = Counter(numbers), OrderedDict(table), defaultdict(list, table)
queue = deque(numbers)
chain = ChainMap({}, dict.fromkeys(range(300)), dict.fromkeys(range(200, 600)))
Pair = collections.namedtuple('Pair', 'left right')
pair = Pair(deep, pile)
def stuck():
    while True:
        try:
            yield 1
        except ValueError:
            pass
def onion(layers):
    yield from onion(layers - 1) if layers else stuck()
";

limits! { machine, GIVEN;
    limit_in_list: "list(numbers)", "list(range(10 ** 9))", "list('a' * 9_000_000)", "x = list(deep)";
    limit_in_list_append: "numbers.append(0)", "deep.append(deep)";
    limit_in_list_clear: "numbers.clear()", "x = [0] * 1_000\nx.clear()";
    limit_in_list_copy: "numbers.copy()", "deep.append(deep.copy())";
    limit_in_list_count: "numbers.count('a')", "[equal].count(deep)", "deep.count(numbers)";
    limit_in_list_extend: "numbers.extend(numbers)", "numbers.extend(range(10 ** 9))", "numbers.extend(itertools.count())";
    limit_in_list_index: "numbers.index(999)", "[equal].index(deep)", "try:\n    numbers.index('a', -10 ** 30, 10 ** 30)\nexcept ValueError:\n    pass";
    limit_in_list_insert: "numbers.insert(0, 0)", "numbers.insert(-10 ** 15, numbers)";
    limit_in_list_pop: "numbers.insert(0, numbers.pop(0))", "numbers.append(numbers.pop())";
    limit_in_list_remove: "numbers.append(numbers[0])\nnumbers.remove(numbers[0])", "[equal].remove(deep)";
    limit_in_list_reverse: "numbers.reverse()", "deep.reverse()";
    limit_in_list_sort: "numbers.sort()", "numbers.sort(key=lambda n: -n)", "[deep, equal].sort()", "[pile, heap].sort(reverse=True)",
        "numbers.sort(key=str, reverse=True)", "['a' * 9_000] * 90_000";
    limit_in_tuple: "tuple(numbers)", "tuple(range(10 ** 9))", "tuple(itertools.count())";
    limit_in_tuple_count: "row.count('a')", "(heap,).count(pile)";
    limit_in_tuple_index: "row.index(999)", "(heap,).index(pile)";
    limit_in_range: "range(10 ** 18, -10 ** 18, -7)", "list(range(10 ** 9))";
    limit_in_range_count: "range(10 ** 18).count(10 ** 29)", "range(10 ** 9).count('a')", "range(10 ** 9).count(1.5)";
    limit_in_range_index: "range(10 ** 18).index(10 ** 17)", "range(10 ** 9).index(5.0)";
    limit_in_slice: "numbers[slice(None, None, -1)]", "slice(deep, pile, numbers)", "slice(pile) == slice(heap)";
    limit_in_slice_indices: "slice(None, 10 ** 15, -1).indices(10 ** 18)", "slice(None, 10 ** 900).indices(10 ** 900)";
    limit_in_generator_close: "(n for n in numbers).close()", "g = stuck()\nnext(g)\ng.close()", "g = onion(990)\nnext(g)\ng.close()";
    limit_in_generator_send: "g = (n for n in numbers)\ng.send(None)", "g = stuck()\nnext(g)\ng.send(deep)", "g = onion(200)\nnext(g)\nwhile True:\n    g.send(pile)";
    limit_in_generator_throw: "g = stuck()\nnext(g)\ng.throw(ValueError(deep, pile))", "g = onion(200)\nnext(g)\nwhile True:\n    g.throw(ValueError)";
    limit_in_dict: "dict(table)", "dict(zip(range(10 ** 9), range(10 ** 9)))", "dict([(pile, heap)])", "dict((n, n) for n in itertools.count())";
    limit_in_dict_clear: "table.clear()", "{pile: deep}.clear()";
    limit_in_dict_copy: "table.copy()", "table[len(table)] = table.copy()";
    limit_in_dict_fromkeys: "dict.fromkeys(range(10 ** 9))", "dict.fromkeys(itertools.count())", "dict.fromkeys([pile, heap])", "dict.fromkeys('abc', deep)";
    limit_in_dict_get: "table.get(5)", "{pile: 1}.get(heap)", "table.get('a' * 100_000)";
    limit_in_dict_items: "list(table.items())", "table.items() & table.items()", "{1: pile}.items() == {1: heap}.items()", "{1: deep}.items() <= {1: equal}.items()", "(1, deep) in {1: equal}.items()";
    limit_in_dict_keys: "list(table.keys())", "table.keys() | range(10 ** 9)", "{pile: 1}.keys() == {heap: 1}.keys()";
    limit_in_dict_pop: "table.pop(5, None)", "{pile: 1}.pop(heap)";
    limit_in_dict_popitem: "table[0] = table.popitem()", "{pile: deep}.popitem()";
    limit_in_dict_setdefault: "table.setdefault(len(table), numbers.copy())", "{pile: 1}.setdefault(heap, deep)";
    limit_in_dict_update: "table.update(table)", "table.update((n, n) for n in itertools.count())", "table.update({pile: heap})", "table.update(**{'a' * len(table): 1})";
    limit_in_dict_values: "list(table.values())", "sorted(table.values(), key=str)", "deep in {1: equal}.values()";
    limit_in_views_isdisjoint: "table.keys().isdisjoint(['a'])", "table.items().isdisjoint(range(10 ** 9))", "{pile: 1}.keys().isdisjoint([heap])", "{1: deep}.items().isdisjoint([(1, equal)])";
    limit_in_set: "set(numbers)", "set(range(10 ** 9))", "set([pile, heap])", "set(itertools.count())";
    limit_in_set_add: "bag.add(len(bag))", "bag.add(pile)", "bag.add('a' * len(bag))";
    limit_in_set_clear: "bag.clear()", "{pile}.clear()";
    limit_in_set_copy: "bag.copy()";
    limit_in_set_difference: "bag.difference([1])", "bag.difference(*[range(10 ** 9)] * 9)", "{pile}.difference([heap])";
    limit_in_set_difference_update: "bag.difference_update([1])", "bag.difference_update(itertools.repeat(1))", "{pile}.difference_update([heap])";
    limit_in_set_discard: "bag.discard(-1)", "{pile}.discard(heap)", "bag.discard('a' * 100_000)";
    limit_in_set_intersection: "bag.intersection(bag)", "bag.intersection(range(10 ** 9))", "{pile}.intersection([heap])";
    limit_in_set_intersection_update: "bag.intersection_update(bag)", "bag.intersection_update(itertools.count())";
    limit_in_set_isdisjoint: "bag.isdisjoint(['a'] * 900)", "bag.isdisjoint(range(-10 ** 9, 0))", "{pile}.isdisjoint([heap])";
    limit_in_set_issubset: "bag.issubset(bag)", "bag.issubset(range(10 ** 9))", "{pile}.issubset([heap])";
    limit_in_set_issuperset: "bag.issuperset(bag)", "bag.issuperset(itertools.repeat(1))", "{pile}.issuperset([heap])";
    limit_in_set_pop: "bag.add(bag.pop())", "{pile}.pop()";
    limit_in_set_remove: "bag.add('a')\nbag.remove('a')", "{pile}.remove(heap)";
    limit_in_set_symmetric_difference: "bag.symmetric_difference(bag)", "bag.symmetric_difference(range(10 ** 9))", "{pile}.symmetric_difference([heap])";
    limit_in_set_symmetric_difference_update: "bag.symmetric_difference_update({1})", "bag.symmetric_difference_update(itertools.count())";
    limit_in_set_union: "bag.union(bag)", "bag.union(*[range(10 ** 9)] * 9)", "{pile}.union([heap])";
    limit_in_set_update: "bag.update(bag)", "bag.update(range(10 ** 9))", "bag.update(str(n) for n in itertools.count())";
    limit_in_frozenset: "frozenset(numbers)", "frozenset(range(10 ** 9))", "frozenset([frozenset([pile]), frozenset([heap])])";
    limit_in_frozenset_copy: "icy.copy()";
    limit_in_frozenset_difference: "icy.difference([1])", "icy.difference(itertools.repeat(1))";
    limit_in_frozenset_intersection: "icy.intersection(icy)", "icy.intersection(range(10 ** 9))";
    limit_in_frozenset_isdisjoint: "icy.isdisjoint(['a'] * 900)", "icy.isdisjoint(itertools.repeat(-1))";
    limit_in_frozenset_issubset: "icy.issubset(icy)", "icy.issubset(range(10 ** 9))";
    limit_in_frozenset_issuperset: "icy.issuperset(icy)", "icy.issuperset(itertools.repeat(1))";
    limit_in_frozenset_symmetric_difference: "icy.symmetric_difference(icy)", "icy.symmetric_difference(range(10 ** 9))";
    limit_in_frozenset_union: "icy.union(icy)", "icy.union(range(10 ** 9))", "{icy.union([pile])}";
    limit_in_collections_deque: "deque(numbers)", "deque(range(10 ** 9))", "deque(itertools.count(), 5)", "deque([deep]) == deque([equal])";
    limit_in_collections_deque_append: "queue.append(queue)", "deque(maxlen=1).append(deep)";
    limit_in_collections_deque_appendleft: "queue.appendleft(0)";
    limit_in_collections_deque_clear: "queue.clear()";
    limit_in_collections_deque_copy: "queue.append(queue.copy())";
    limit_in_collections_deque_count: "queue.count('a')", "deque([equal]).count(deep)";
    limit_in_collections_deque_extend: "queue.extend(queue)", "queue.extend(itertools.count())", "deque(maxlen=1).extend(range(10 ** 9))";
    limit_in_collections_deque_extendleft: "queue.extendleft(numbers)", "queue.extendleft(range(10 ** 9))";
    limit_in_collections_deque_index: "queue.index(999)", "deque([equal]).index(deep)";
    limit_in_collections_deque_insert: "queue.insert(500, deep)";
    limit_in_collections_deque_pop: "queue.append(queue.pop())";
    limit_in_collections_deque_popleft: "queue.append(queue.popleft())";
    limit_in_collections_deque_remove: "queue.append('a')\nqueue.remove('a')", "deque([equal]).remove(deep)";
    limit_in_collections_deque_reverse: "queue.reverse()";
    limit_in_collections_deque_rotate: "queue.rotate(10 ** 15)", "queue.rotate(500)", "queue.rotate(-1)";
    limit_in_collections_counter: "Counter(numbers)", "Counter(range(10 ** 9))", "Counter([pile, heap])", "Counter(itertools.repeat(1))";
    limit_in_collections_counter_clear: "counter.clear()";
    limit_in_collections_counter_copy: "counter.copy()", "counter[len(counter)] = counter.copy()";
    limit_in_collections_counter_elements: "list(Counter(a=10 ** 9).elements())", "counter.elements()", "for x in Counter(a=10 ** 15).elements():\n    pass";
    limit_in_collections_counter_fromkeys: "Counter.keys(counter)", "try:\n    Counter.fromkeys(numbers)\nexcept NotImplementedError:\n    pass";
    limit_in_collections_counter_get: "counter.get(5)", "Counter([pile]).get(heap)";
    limit_in_collections_counter_items: "list(counter.items())";
    limit_in_collections_counter_keys: "list(counter.keys())";
    limit_in_collections_counter_most_common: "counter.most_common()", "counter.most_common(3)", "counter.most_common(10 ** 15)", "Counter({1: deep, 2: equal}).most_common()";
    limit_in_collections_counter_pop: "counter.pop(5, None)", "Counter([pile]).pop(heap)";
    limit_in_collections_counter_popitem: "counter[0] = 1\ncounter.popitem()";
    limit_in_collections_counter_setdefault: "counter.setdefault(len(counter), 1)";
    limit_in_collections_counter_subtract: "counter.subtract(numbers)", "counter.subtract(itertools.count())", "counter.subtract(counter)";
    limit_in_collections_counter_total: "counter.total()", "Counter({n: 7 ** 999 for n in range(99)}).total()";
    limit_in_collections_counter_update: "counter.update(numbers)", "counter.update(itertools.count())", "counter.update(counter)";
    limit_in_collections_counter_values: "list(counter.values())";
    limit_in_collections_defaultdict: "defaultdict(list, table)", "defaultdict(list)[len(missing)]", "missing[len(missing)]", "defaultdict(lambda: missing, zip(range(10 ** 9), range(10 ** 9)))";
    limit_in_collections_defaultdict_clear: "missing.clear()";
    limit_in_collections_defaultdict_copy: "missing.copy()";
    limit_in_collections_defaultdict_fromkeys: "defaultdict.fromkeys(range(10 ** 9))", "defaultdict.fromkeys([pile, heap])";
    limit_in_collections_defaultdict_get: "missing.get(5)", "missing.get(pile)";
    limit_in_collections_defaultdict_items: "list(missing.items())";
    limit_in_collections_defaultdict_keys: "list(missing.keys())";
    limit_in_collections_defaultdict_pop: "missing.pop(5, None)";
    limit_in_collections_defaultdict_popitem: "missing[0]\nmissing.popitem()";
    limit_in_collections_defaultdict_setdefault: "missing.setdefault(len(missing), deep)";
    limit_in_collections_defaultdict_update: "missing.update(table)", "missing.update((n, n) for n in itertools.count())";
    limit_in_collections_defaultdict_values: "list(missing.values())";
    limit_in_collections_ordered_dict: "OrderedDict(table)", "OrderedDict(zip(range(10 ** 9), range(10 ** 9)))", "OrderedDict(a=deep) == OrderedDict(a=equal)";
    limit_in_collections_ordered_dict_clear: "ordered.clear()";
    limit_in_collections_ordered_dict_copy: "ordered.copy()";
    limit_in_collections_ordered_dict_fromkeys: "OrderedDict.fromkeys(range(10 ** 9))";
    limit_in_collections_ordered_dict_get: "ordered.get(5)", "ordered.get(pile)";
    limit_in_collections_ordered_dict_items: "list(ordered.items())";
    limit_in_collections_ordered_dict_keys: "list(ordered.keys())", "list(reversed(ordered.keys()))";
    limit_in_collections_ordered_dict_move_to_end: "ordered.move_to_end(5)", "ordered.move_to_end(5, last=False)";
    limit_in_collections_ordered_dict_pop: "ordered.pop(5, None)";
    limit_in_collections_ordered_dict_popitem: "ordered[0] = 1\nordered.popitem(last=False)", "ordered[0] = 1\nordered.popitem()";
    limit_in_collections_ordered_dict_setdefault: "ordered.setdefault(len(ordered), 1)";
    limit_in_collections_ordered_dict_update: "ordered.update(table)", "ordered.update((n, n) for n in itertools.count())";
    limit_in_collections_ordered_dict_values: "list(ordered.values())";
    limit_in_collections_chain_map: "ChainMap(table, ordered)", "ChainMap(*[table] * 90_000)", "list(chain)", "chain == chain.copy()";
    limit_in_collections_chain_map_clear: "chain.clear()";
    limit_in_collections_chain_map_copy: "chain.copy()";
    limit_in_collections_chain_map_fromkeys: "ChainMap.fromkeys(range(10 ** 9))";
    limit_in_collections_chain_map_get: "chain.get('a')", "ChainMap(*[{}] * 9_000).get(1)", "chain.get(pile)";
    limit_in_collections_chain_map_items: "list(chain.items())";
    limit_in_collections_chain_map_keys: "list(chain.keys())";
    limit_in_collections_chain_map_new_child: "chain = chain.new_child()", "chain = chain.new_child({5: 6})\n5 in chain, 'a' in chain";
    limit_in_collections_chain_map_pop: "chain[0] = 1\nchain.pop(0)", "chain.pop(pile, None)";
    limit_in_collections_chain_map_popitem: "chain[0] = 1\nchain.popitem()";
    limit_in_collections_chain_map_setdefault: "chain.setdefault(len(chain), 1)";
    limit_in_collections_chain_map_update: "chain.update(table)", "chain.update(zip(range(10 ** 9), range(10 ** 9)))";
    limit_in_collections_chain_map_values: "list(chain.values())";
    limit_in_collections_namedtuple: "collections.namedtuple('P', 'x y')", "collections.namedtuple('P', ['f' + str(n) for n in range(10 ** 9)])",
        "collections.namedtuple('P', 'x' * 1_000_000)", "Pair(deep, pile) == Pair(equal, heap)", "pair = Pair(pair, pair)", "{Pair(1, pile)}";
    limit_in_namedtuple_make: "Pair._make([1, 2])", "try:\n    Pair._make(range(10 ** 9))\nexcept TypeError:\n    pass", "Pair._make(itertools.count())";
    limit_in_namedtuple_replace: "pair._replace(left=1)", "pair = pair._replace(left=pair)";
    limit_in_namedtuple_asdict: "pair._asdict()";
}
