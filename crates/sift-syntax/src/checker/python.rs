//! Names of Python features that Sift doesn't support, with replacements.

/// Returns a hint and a corrected line for a Python builtin that Sift leaves out on purpose.
pub(super) fn forbidden_builtin(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "exec" | "eval" => (
            "programs can't run text; read data with json.loads or ast.literal_eval",
            "value = json.loads(\"[1, 2]\")",
        ),
        "compile" => (
            "programs can't run text; for patterns write re.compile",
            "pattern = re.compile(\"a+\")",
        ),
        "open" => ("there are no files: the text is in `context`", "text = context"),
        "input" => (
            "nobody types here: the question is in `query`, the text in `context`",
            "question = query",
        ),
        "globals" | "locals" | "vars" | "dir" => (
            "SHOW_VARS() lists what is bound; keep your own values in a dict",
            "print(SHOW_VARS())",
        ),
        "__import__" => ("provided modules are bound already", "import re"),
        "setattr" | "delattr" => ("set items of a dict instead", "record = {\"name\": \"value\"}"),
        "hash" | "id" => ("use the value itself as the key", "seen = {\"key\": 1}"),
        "bytes" | "bytearray" | "memoryview" => ("every text is a str", "text = str(context)"),
        "complex" => ("keep the two parts in a tuple", "point = (1.0, 2.0)"),
        "object" | "super" | "property" | "staticmethod" | "classmethod" => (
            "there are no classes: use a dict, a tuple or namedtuple",
            "item = {\"name\": \"value\"}",
        ),
        "breakpoint" => ("print what you want to see", "print(SHOW_VARS())"),
        "exit" | "quit" => (
            "the program ends by itself; FINAL(value) ends the run",
            "FINAL(\"answer\")",
        ),
        _ => return None,
    })
}

/// Returns `true` for `open` and `input`, which may raise in Python too, for lack of a file or a
/// terminal.
pub(super) fn needs_surroundings(name: &str) -> bool {
    matches!(name, "open" | "input")
}

/// Returns `true` for special methods, such as `__len__`, that programs test for with `hasattr` to
/// find out a value's capabilities. The test works even though the methods aren't supported.
pub(super) fn is_protocol(name: &str) -> bool {
    matches!(
        name,
        "__len__"
            | "__iter__"
            | "__next__"
            | "__getitem__"
            | "__setitem__"
            | "__contains__"
            | "__call__"
            | "__str__"
            | "__hash__"
    )
}

/// Returns a hint and a corrected line for a name with double underscores, such as `__class__`.
pub(super) fn instead_of_dunder(name: &str) -> (&'static str, &'static str) {
    match name {
        "__class__" => ("ask for the type", "kind = type(context).__name__"),
        "__dict__" => ("keep fields in a dict from the start", "record = {\"name\": \"value\"}"),
        "__len__" => ("call the builtin", "size = len(context)"),
        "__str__" | "__repr__" => ("call the builtin", "text = str(context)"),
        "__getitem__" => ("use brackets", "first = context[0]"),
        "__contains__" => ("use `in`", "found = \"a\" in context"),
        "__doc__" => ("call help with a name", "print(help(\"len\"))"),
        "__file__" => ("there are no files: the text is in `context`", "text = context"),
        _ => (
            "only `type(x).__name__`, `f.__name__` and `__name__` itself are known",
            "kind = type(context).__name__",
        ),
    }
}

/// Returns the Python constant, and a hint, for a constant of JSON or another language, such as
/// `null`.
pub(super) fn foreign_constant(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "null" | "nil" | "undefined" | "none" | "NULL" => ("None", "write `None`; JSON text is read by json.loads"),
        "true" | "TRUE" => ("True", "write `True`; JSON text is read by json.loads"),
        "false" | "FALSE" => ("False", "write `False`; JSON text is read by json.loads"),
        _ => return None,
    })
}

/// Returns the module that a conventional alias such as `np` refers to.
pub(super) fn usual_module_of(name: &str) -> &str {
    match name {
        "np" => "numpy",
        "pd" => "pandas",
        "plt" => "matplotlib",
        "tf" => "tensorflow",
        "nx" => "networkx",
        "sp" => "scipy",
        "bs4" | "BeautifulSoup" => "bs4",
        "DataFrame" => "pandas",
        _ => name,
    }
}
