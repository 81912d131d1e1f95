//! The Sift language as text: lexer, parser, checker, printer and diagnostics.
