//! Tests of the checker with a small library.

use sift_syntax::{Binding, Diagnostic, Scope, Type, UnknownNames, check, parse};

use crate::common::library;

fn found(source: &str) -> Vec<String> {
    found_with(source, UnknownNames::Refuse)
}

fn found_with(source: &str, unknown_names: UnknownNames) -> Vec<String> {
    let parsed = parse(source);
    assert!(parsed.is_accepted(), "{source}\n{:?}", parsed.diagnostics);
    let library = library();
    let session = [("earlier".into(), Binding::Value(Type::List))].into();
    let scope = Scope {
        library: &library,
        session: &session,
        unknown_names,
    };
    check(&parsed.program, &scope)
        .iter()
        .map(|diagnostic| short(source, diagnostic))
        .collect()
}

fn short(source: &str, diagnostic: &Diagnostic) -> String {
    let (line, column) = diagnostic.line_column(source);
    format!("{line}:{column} {} {}", diagnostic.code.0, diagnostic.message)
}

#[track_caller]
fn accepted(source: &str) {
    assert_eq!(found(source), Vec::<String>::new(), "{source}");
}

#[track_caller]
fn refused(source: &str, expected: &str) {
    assert_eq!(found(source), [expected], "{source}");
}

#[test]
fn bound_names_are_known() {
    for source in [
        "x = 1\nprint(x)",
        "print(later)\nlater = 1",
        "for a, (b, *c) in context: print(a, b, c)",
        "def f(a, *b, c=1, **d):\n    return a, b, c, d, f",
        "def f():\n    global g\n    g = 1\nf()\nprint(g)",
        "def f():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n    return step",
        "try:\n    pass\nexcept ValueError as error:\n    print(error)",
        "if (n := len(context)) > 1: print(n)",
        "print([y for x in context if (y := x)], y)",
        "print([x for xs in context for x in xs])",
        "print((lambda a, b=1: a + b)(1))",
        "import re as pattern\nprint(pattern.findall('a', context))",
        "import os.path\nprint(os)"
            .replace("os.path", "re")
            .replace("os", "re")
            .as_str(),
        "print(earlier)",
        "x: int = 1\nprint(x)",
        "def outer():\n    def inner():\n        return value\n    value = 1\n    return inner",
        "if __name__ == \"__main__\":\n    print(1)",
    ] {
        accepted(source);
    }
}

#[test]
fn unknown_names_are_refused_once() {
    refused("print(totl)\nprint(totl)", "1:7 S0201 the name `totl` is not known");
    refused(
        "[x for x in xs]\nprint(x)\nxs = []",
        "2:7 S0201 the name `x` is not known",
    );
    refused("def f(a): return a\nprint(a)", "2:7 S0201 the name `a` is not known");
    refused("x = [y for y in y]", "1:17 S0201 the name `y` is not known");
    refused("total += 1\ndel gone", "2:5 S0201 the name `gone` is not known");
    refused("print(null)", "1:7 S0201 the name `null` is not known");
    refused("pd.read_csv(context)", "1:1 S0201 the module `pandas` is not provided");
    refused(
        "f'{f\"{missing}\":>{width}}'\nwidth = 1",
        "1:7 S0201 the name `missing` is not known",
    );
    assert_eq!(found_with("print(totl)", UnknownNames::Allow), Vec::<String>::new());
}

#[test]
fn errors_caught_by_a_handler_are_left_to_run_time() {
    for class in [" NameError", " (ValueError, NameError)", " Exception", "", " mine"] {
        let source = format!("mine = 1\ntry:\n    print(totl)\nexcept{class}:\n    pass");
        accepted(&source);
    }
    for class in [
        " ValueError",
        " TypeError",
        " (KeyError, AttributeError)",
        " json.JSONDecodeError",
    ] {
        let source = format!("try:\n    print(totl)\nexcept{class}:\n    pass");
        refused(&source, "2:11 S0201 the name `totl` is not known");
    }
    accepted("try:\n    import pandas\nexcept ImportError:\n    pandas = None");
    accepted("try:\n    ''.nope()\nexcept AttributeError:\n    pass");
    accepted("try:\n    len(1, 2)\nexcept TypeError:\n    pass");
    refused(
        "try:\n    pass\nexcept NameError:\n    print(totl)",
        "4:11 S0201 the name `totl` is not known",
    );
}

#[test]
fn unsupported_python_names_are_reported_inside_try_too() {
    refused(
        "try:\n    value = eval(context)\nexcept Exception:\n    value = None",
        "2:13 S0306 `eval` is not in Sift",
    );
    refused(
        "try:\n    data = 'a'.encode()\nexcept Exception:\n    data = None",
        "2:16 S0203 `str.encode` is not in Sift",
    );
    // Python raises too if the file doesn't exist.
    accepted("try:\n    text = open('notes.txt').read()\nexcept Exception:\n    text = context");
}

#[test]
fn arguments_are_checked_against_the_signature() {
    for source in [
        "len(context)",
        "sorted(context, key=len, reverse=True)",
        "print(1, 2, 3, sep=', ')",
        "len(*context)",
        "sorted(context, **options)\noptions = {}",
        "re.findall('a', context, flags=2)",
        "'a'.join(context)",
        "def len(a, b): return a\nlen(1, 2)",
        "from re import findall\nfindall('a', 'b')",
        "dict(a=1, b=2)",
    ] {
        accepted(source);
    }
    refused(
        "len(1, 2)",
        "1:8 S0202 `len` takes at most 1 argument without a name, not 2",
    );
    refused("len()", "1:4 S0202 `len` needs a value for `obj`");
    refused("len(obj=1)", "1:5 S0202 `obj` of `len` is given without its name");
    refused("sorted(context, ky=len)", "1:17 S0202 `sorted` has no parameter `ky`");
    refused(
        "re.findall('a', context, string='b')",
        "1:26 S0202 `string` of `findall` is given twice",
    );
    refused("re.findall('a')", "1:11 S0202 `findall` needs a value for `string`");
    refused(
        "'a,b'.split(',', 1, 2)",
        "1:21 S0202 `split` takes at most 2 arguments without a name, not 3",
    );
    refused(
        "import re as r\nr.findall('a')",
        "2:10 S0202 `findall` needs a value for `string`",
    );
    refused(
        "from re import findall as f\nf('a')",
        "2:2 S0202 `findall` needs a value for `string`",
    );
}

#[test]
fn methods_are_known_where_the_type_is_plain() {
    for source in [
        "'a'.upper().split()",
        "f'{context}'.upper()",
        "text = str(context)\ntext.upper()",
        "items = []\nitems.append(1)",
        "text = 'a'\ntext = context\ntext.anything()",
        "earlier = 'a'\nearlier.append(1)",
        "text = 'a'\nif isinstance(text, list):\n    text.append(1)",
        "context.anything()",
        "def f(text):\n    text.append(1)",
        "('a' + context).strip()",
        "str.upper('a')",
        "len.__name__",
    ] {
        accepted(source);
    }
    refused("'a'.length()", "1:5 S0203 a str has no `length`");
    refused("text = str(context)\ntext.append(1)", "2:6 S0203 a str has no `append`");
    refused("[1].add(2)", "1:5 S0203 a list has no `add`");
    refused("'a b'.split().upper()", "1:15 S0203 a list has no `upper`");
    refused("x = 'abc'[1:]\nx[0].nope", "2:6 S0203 a str has no `nope`");
    refused("re.findal('a', 'b')", "1:4 S0203 the module `re` has no `findal` here");
    refused(
        "def f():\n    rows = []\n    rows.push(1)",
        "3:10 S0203 a list has no `push`",
    );
}

#[test]
fn modules_and_members_are_known() {
    accepted("import re, json as j\nfrom re import findall, sub as s\nprint(j, s)");
    refused(
        "import pandas as pd\npd.x()",
        "1:8 S0401 the module `pandas` is not provided",
    );
    refused("import os.path", "1:8 S0401 the module `os.path` is not provided");
    refused("from . import helpers", "1:8 S0401 the module `.` is not provided");
    refused("from re import Scanner", "1:16 S0402 `re.Scanner` is not in Sift");
    refused("re.Scanner([])", "1:4 S0203 `re.Scanner` is not in Sift");
    refused("'a'.encode()", "1:5 S0203 `str.encode` is not in Sift");
    refused(
        "from re import finditr",
        "1:16 S0402 the module `re` has no `finditr` here",
    );
}

#[test]
fn misplaced_statements_are_refused() {
    refused("return 1", "1:1 S0112 `return` stands in no function");
    refused("break", "1:1 S0113 `break` stands in no loop");
    refused(
        "for x in context:\n    def f():\n        continue",
        "3:9 S0113 `continue` stands in no loop",
    );
    refused(
        "for x in context:\n    pass\nelse:\n    break",
        "4:5 S0113 `break` stands in no loop",
    );
    refused("yield 1", "1:1 S0114 `yield` stands in no function");
    refused("if 1: x = [(yield 1)]", "1:13 S0114 `yield` stands in no function");
    accepted("found = yield len(context)");
    refused(
        "def f(): return [(yield x) for x in context]",
        "1:19 S0114 `yield` can't stand in a comprehension",
    );
    refused("nonlocal x", "1:10 S0115 `nonlocal` stands in no function");
    refused(
        "def f():\n    nonlocal x\n    x = 1",
        "2:14 S0115 no function around this one binds `x`",
    );
    refused(
        "def f(x):\n    global x",
        "2:12 S0115 `x` is a parameter, which is always local",
    );
    refused("x = *context", "1:5 S0116 a star can't stand alone");
    accepted("x = *context,\nfor y in *context, 1: pass");
    accepted("async def f():\n    return await g()\ndef g(): yield 1\nawait f()");
}

#[test]
fn declarations_must_precede_uses() {
    refused(
        "def f():\n    x = 1\n    global x",
        "3:12 S0115 `x` is assigned before it is declared `global`",
    );
    refused(
        "def f():\n    print(x)\n    global x\nx = 1",
        "3:12 S0115 `x` is used before it is declared `global`",
    );
    refused(
        "def f():\n    x = 1\n    def g():\n        global x\n        nonlocal x",
        "5:18 S0115 `x` is declared both `global` and `nonlocal`",
    );
    refused(
        "def f():\n    global x\n    x: int = 1",
        "3:5 S0115 `x` is not local, so that it can't have an annotation",
    );
    accepted("def f():\n    [x for x in context]\n    (lambda x: x)\n    global x\n    x = 1");
}

#[test]
fn walrus_must_not_bind_comprehension_variables() {
    refused(
        "print([x := 1 for x in context])",
        "1:8 S0119 `x` is the comprehension's own, so that `:=` can't bind it",
    );
    refused(
        "print([y for y in (x := context)])",
        "1:20 S0119 `:=` can't stand in what a comprehension goes through",
    );
    accepted("print([(lambda: (y := x))() for x in context])");
}

#[test]
fn tool_call_literals_are_diagnosed() {
    for source in [
        "{'name': 'python', 'arguments': {'code': 'print(1)'}}",
        "{'tool': 'search', 'input': 'x'}",
        "{'code': 'print(1)'}",
    ] {
        refused(source, "1:1 S0120 this program is a tool call, which does nothing here");
    }
    accepted("{'name': 'Ann', 'age': 3}");
    accepted("call = {'name': 'python', 'arguments': {}}\nprint(call)");
}

#[test]
fn unsupported_builtins_are_rejected() {
    refused("exec('1')", "1:1 S0306 `exec` is not in Sift");
    refused("text = open('a').read()", "1:8 S0306 `open` is not in Sift");
    refused("__import__('os')", "1:1 S0306 `__import__` is not in Sift");
    refused(
        "context.__class__",
        "1:9 S0307 `__class__`: names with double underscores are not in Sift",
    );
    refused(
        "print(__file__)",
        "1:7 S0307 `__file__`: names with double underscores are not in Sift",
    );
    refused(
        "def __init__(self): pass",
        "1:5 S0307 `__init__`: names with double underscores are not in Sift",
    );
    refused(
        "getattr(context, query)\nquery = 1",
        "1:18 S0316 `getattr` needs the attribute's name written out as a string",
    );
    refused(
        "hasattr(context, '__dict__')",
        "1:18 S0307 `__dict__`: names with double underscores are not in Sift",
    );
    accepted("hasattr(context, 'nothing of the kind')");
    accepted("getattr(context, 'upper')\nprint(type(context).__name__)");
    accepted("input = 'mine'\nprint(input)\nvars = {}\nvars['a'] = 1");
    assert_eq!(
        found_with("eval('1')", UnknownNames::Allow),
        ["1:1 S0306 `eval` is not in Sift"]
    );
}
