//! The table of diagnostic codes.
//!
//! `S00xx` is for characters and layout, `S01xx` for syntax, `S02xx` for names and calls, `S03xx`
//! for unsupported Python features, `S04xx` for modules. A code never changes its meaning, and the
//! number of a removed one (`S0312`) isn't reused. A new code takes the next number.

use serde::Serialize;

/// A stable diagnostic code, such as `S0101`. [`CODES`] lists all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

/// A row of the table of diagnostic codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeInfo {
    /// The diagnostic code.
    pub code: Code,
    /// A short description of the error.
    pub title: &'static str,
    /// The name of the exception that Python would raise.
    pub exception: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $exception:literal, $title:literal;)*) => {
        $(#[doc = $title] pub(crate) const $name: CodeInfo = CodeInfo { code: Code($code), title: $title, exception: $exception };)*

        /// All diagnostic codes, in ascending order.
        pub const CODES: &[CodeInfo] = &[$($name,)*];
    };
}

codes! {
    SOURCE_TOO_LARGE = "S0001", "SyntaxError", "the program is too long";
    TOO_DEEP = "S0002", "SyntaxError", "nested too deeply";
    MIXED_TABS = "S0003", "TabError", "tabs and spaces are mixed";
    UNMATCHED_DEDENT = "S0004", "IndentationError", "the indentation matches no line above";
    UNEXPECTED_INDENT = "S0005", "IndentationError", "the line is indented without a reason";
    MISSING_BLOCK = "S0006", "IndentationError", "an indented block is missing";
    UNCLOSED_STRING = "S0007", "SyntaxError", "a string is not closed on its line";
    UNCLOSED_TRIPLE_STRING = "S0008", "SyntaxError", "a triple-quoted string is not closed";
    UNCLOSED_BRACKET = "S0009", "SyntaxError", "a bracket is not closed";
    UNMATCHED_BRACKET = "S0010", "SyntaxError", "a closing bracket matches no opening one";
    BAD_CHARACTER = "S0011", "SyntaxError", "a character that can't stand in a program";
    BAD_NUMBER = "S0012", "SyntaxError", "a number is written wrongly";
    LONG_NUMBER = "S0013", "SyntaxError", "an integer has too many digits";
    BAD_ESCAPE = "S0014", "SyntaxError", "an escape in a string is written wrongly";
    BAD_FIELD = "S0015", "SyntaxError", "a field of an f-string is written wrongly";
    BAD_CONTINUATION = "S0016", "SyntaxError", "something follows a backslash";
    FENCE_CUT = "S0017", "SyntaxError", "text after a closing Markdown fence was not read";
    FENCE_SKIPPED = "S0018", "SyntaxError", "a Markdown fence was skipped";
    OUTPUT_CUT = "S0019", "SyntaxError", "output that was imagined below the program was not read";

    UNEXPECTED = "S0101", "SyntaxError", "invalid syntax";
    MISSING_COLON = "S0102", "SyntaxError", "a colon is missing";
    ASSIGN_IN_EXPRESSION = "S0103", "SyntaxError", "`=` where `==` is meant";
    BAD_TARGET = "S0104", "SyntaxError", "this can't be assigned to";
    BAD_ARGUMENTS = "S0105", "SyntaxError", "arguments in the wrong order";
    BAD_PARAMETERS = "S0106", "SyntaxError", "parameters in the wrong order";
    KEYWORD_AS_NAME = "S0107", "SyntaxError", "a reserved word used as a name";
    FOREIGN_OPERATOR = "S0108", "SyntaxError", "an operator of another language";
    PROSE = "S0109", "SyntaxError", "prose where code should be";
    STRAY_CLAUSE = "S0110", "SyntaxError", "a clause without its statement";
    TRY_ALONE = "S0111", "SyntaxError", "`try` without `except` or `finally`";
    RETURN_OUTSIDE = "S0112", "SyntaxError", "`return` outside a function";
    LOOP_CONTROL_OUTSIDE = "S0113", "SyntaxError", "`break` or `continue` outside a loop";
    YIELD_OUTSIDE = "S0114", "SyntaxError", "`yield` outside a function";
    BAD_DECLARATION = "S0115", "SyntaxError", "`global` or `nonlocal` that can't hold";
    BAD_STAR = "S0116", "SyntaxError", "a star where none can stand";
    PYTHON_2 = "S0117", "SyntaxError", "a form of Python 2";
    BARE_EXCEPT_ORDER = "S0118", "SyntaxError", "a bare `except:` is not the last";
    BAD_WALRUS = "S0119", "SyntaxError", "`:=` where it can't stand";
    TOOL_CALL = "S0120", "SyntaxError", "a tool call where code should be";

    UNKNOWN_NAME = "S0201", "NameError", "an unknown name";
    WRONG_ARGUMENTS = "S0202", "TypeError", "arguments that the function does not take";
    UNKNOWN_ATTRIBUTE = "S0203", "AttributeError", "an unknown method or attribute";

    CLASS = "S0301", "SyntaxError", "`class` is not in Sift";
    WITH = "S0302", "SyntaxError", "`with` is not in Sift";
    MATCH = "S0303", "SyntaxError", "`match` is not in Sift";
    DECORATOR = "S0304", "SyntaxError", "decorators are not in Sift";
    ASYNC_BLOCK = "S0305", "SyntaxError", "`async for` and `async with` are not in Sift";
    FORBIDDEN_BUILTIN = "S0306", "NameError", "a builtin of Python that is not in Sift";
    DUNDER = "S0307", "AttributeError", "names with double underscores are not in Sift";
    BYTES = "S0308", "SyntaxError", "bytes are not in Sift";
    IMAGINARY = "S0309", "SyntaxError", "complex numbers are not in Sift";
    MATRIX_PRODUCT = "S0310", "SyntaxError", "`@` as an operator is not in Sift";
    STAR_IMPORT = "S0311", "SyntaxError", "`from … import *` is not in Sift";
    SURROGATE = "S0313", "SyntaxError", "surrogates are not in Sift";
    EXCEPT_GROUP = "S0314", "SyntaxError", "`except*` is not in Sift";
    SLICE_TUPLE = "S0315", "SyntaxError", "slices of several dimensions are not in Sift";
    COMPUTED_ATTRIBUTE = "S0316", "TypeError", "an attribute's name must be written out";

    UNKNOWN_MODULE = "S0401", "ModuleNotFoundError", "a module that is not provided";
    UNKNOWN_MEMBER = "S0402", "ImportError", "a module does not hold this name";
}
