//! A small library scope for tests.

use std::collections::BTreeMap;

use sift_syntax::{Binding, Instead, LibraryScope, ModuleScope, Signature, Type, TypeScope};
use smol_str::SmolStr;

#[allow(unused_imports, reason = "not every test file compares trees")]
pub(crate) use rlm_fuzzing::oracles::syntax::spanless;

fn signature(text: &str) -> Signature {
    Signature::parse(text).unwrap()
}

fn function(text: &str) -> (SmolStr, Binding) {
    let signature = signature(text);
    (signature.name.clone(), Binding::Function(signature))
}

fn class(text: &str) -> (SmolStr, Binding) {
    let signature = signature(text);
    let members = BTreeMap::new();
    (signature.name.clone(), Binding::Class { signature, members })
}

fn type_scope(methods: &[&str]) -> TypeScope {
    let methods = methods
        .iter()
        .map(|text| signature(text))
        .map(|found| (found.name.clone(), found))
        .collect();
    TypeScope {
        methods,
        ..TypeScope::default()
    }
}

/// Returns a scope with a dozen builtins, `re`, `json` and the most common methods.
#[allow(dead_code, reason = "not every test file checks names")]
pub(crate) fn library() -> LibraryScope {
    LibraryScope {
        names: names(),
        modules: modules(),
        types: types(),
        refused_modules: [
            (
                "pandas".into(),
                instead(
                    "read tables with records(text) or csv.DictReader(io.StringIO(text))",
                    "rows = context.split('\\n')",
                ),
            ),
            (
                "os".into(),
                instead(
                    "there are no files and no environment: the text is in `context`",
                    "text = context",
                ),
            ),
        ]
        .into(),
        refused_members: [
            (
                "str.encode".into(),
                instead("every text is a str", "text = str(context)"),
            ),
            (
                "re.Scanner".into(),
                instead("use one pattern with groups", "pattern = re.compile('a')"),
            ),
        ]
        .into(),
    }
}

fn names() -> BTreeMap<SmolStr, Binding> {
    let mut names: BTreeMap<SmolStr, Binding> = [
        function("print(*values, sep=' ', end='\\n') -> None"),
        function("len(obj, /) -> int"),
        function("sorted(iterable, /, *, key=None, reverse=False) -> list"),
        function("isinstance(value, class, /) -> bool"),
        function("getattr(object, name, default=None, /)"),
        function("hasattr(object, name, /) -> bool"),
        function("sum(iterable, /, start=0)"),
        function("zip(*iterables, strict=False)"),
        function("range(*bounds)"),
        class("type(value, /)"),
        class("str(object='') -> str"),
        class("list(iterable=(), /) -> list"),
        class("dict(*args, **items) -> dict"),
    ]
    .into();
    for error in [
        "Exception",
        "ValueError",
        "NameError",
        "TypeError",
        "KeyError",
        "AttributeError",
        "ImportError",
    ] {
        names.extend([class(&format!("{error}(*args)"))]);
    }
    for value in ["context", "query"] {
        names.insert(value.into(), Binding::Value(Type::Any));
    }
    for module in ["re", "json"] {
        names.insert(module.into(), Binding::Module(module.into()));
    }
    names
}

fn modules() -> BTreeMap<SmolStr, ModuleScope> {
    let re = ModuleScope {
        members: [
            function("findall(pattern, string, flags=0) -> list"),
            function("finditer(pattern, string, flags=0)"),
            function("sub(pattern, repl, string, count=0, flags=0) -> str"),
        ]
        .into(),
    };
    let json = ModuleScope {
        members: [function("loads(s)"), class("JSONDecodeError(*args)")].into(),
    };
    [("re".into(), re), ("json".into(), json)].into()
}

fn types() -> BTreeMap<Type, TypeScope> {
    [
        (
            Type::Str,
            type_scope(&[
                "upper() -> str",
                "strip(chars=None, /) -> str",
                "split(sep=None, maxsplit=-1) -> list",
                "join(parts, /) -> str",
            ]),
        ),
        (
            Type::List,
            type_scope(&["append(item, /) -> None", "sort(*, key=None, reverse=False) -> None"]),
        ),
    ]
    .into()
}

fn instead(help: &str, corrected: &str) -> Instead {
    Instead {
        help: help.into(),
        corrected: corrected.into(),
    }
}
