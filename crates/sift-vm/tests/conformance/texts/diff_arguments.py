import difflib


def show(call, *args, **kwargs):
    try:
        found = call(*args, **kwargs)
        print(found if isinstance(found, (str, int, float, list, tuple, bool)) else list(found))
    except Exception as e:
        print(type(e).__name__, e)


a, b = ["one\n", "two\n"], ["one\n", "three\n"]
matcher = difflib.SequenceMatcher(None, "abcd", "bcde")
show(difflib.unified_diff, a)
show(difflib.unified_diff, a, b, context=1)
show(difflib.unified_diff, [3], b)
show(difflib.context_diff, a)
show(difflib.ndiff, a)
show(difflib.ndiff, a, 5)
show(difflib.restore, [], 3)
show(difflib.restore)
show(difflib.Differ, 1, 2, 3)
show(difflib.Differ().compare, a)
show(difflib.Differ().compare, a, 7)
show(difflib.IS_LINE_JUNK)
show(difflib.IS_LINE_JUNK, 5)
show(difflib.IS_CHARACTER_JUNK)
show(difflib.IS_CHARACTER_JUNK, 5)
show(difflib.get_close_matches, "a", ["a"], n=0)
show(difflib.get_close_matches, "a", ["a"], cutoff=2)
show(difflib.get_close_matches, "a", 5)
show(matcher.ratio, 1)
show(matcher.quick_ratio, 1)
show(matcher.real_quick_ratio, 1)
show(matcher.get_opcodes, 1)
show(matcher.get_matching_blocks, 1)
show(matcher.get_grouped_opcodes, 1, 2)
show(matcher.find_longest_match, 0, 4, 0, 4, 1)
show(matcher.find_longest_match, alo=1, ahi=2)
show(matcher.set_seq1)
show(matcher.set_seq2, "x", "y")
show(matcher.set_seqs, "x")
show(difflib.SequenceMatcher, None, "a", "b", True, 1)
