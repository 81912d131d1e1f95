//! The prelude: library functions that are written in Sift and need no import.
//!
//! A prelude function is documented by the comment above its `def`, which is also its signature.

use std::collections::BTreeMap;

use sift_syntax::ast::{FunctionDef, Program, StmtKind};
use sift_syntax::{Param, Signature, Span, Type};
use smol_str::SmolStr;

/// The signature and documentation of a public prelude function.
#[derive(Debug)]
pub struct PreludeFunction {
    /// The signature, as written in the function's `def`.
    pub signature: Signature,
    /// The documentation: the comment above the function's `def`.
    pub doc: SmolStr,
}

/// Returns `true` if a prelude name is internal to the library: it starts with an underscore.
pub fn is_internal(name: &str) -> bool {
    name.starts_with('_')
}

/// Returns the public functions defined in the prelude, by name.
pub fn functions(source: &str, program: &Program) -> BTreeMap<SmolStr, PreludeFunction> {
    let definitions = program.body.iter().filter_map(|statement| match &statement.kind {
        StmtKind::Def(definition) => Some((statement.span, definition)),
        _ => None,
    });
    definitions
        .filter(|(_, definition)| !is_internal(&definition.name.text))
        .map(|(span, definition)| {
            let function = PreludeFunction {
                signature: signature(source, definition),
                doc: comment_above(source, span),
            };
            (definition.name.text.clone(), function)
        })
        .collect()
}

fn signature(source: &str, definition: &FunctionDef) -> Signature {
    let param = |param: &sift_syntax::ast::ParamDef| Param {
        name: param.name.text.clone(),
        kind: param.kind,
        // Type annotations of programs are ignored.
        accepts: Vec::new(),
        default: param
            .default
            .as_ref()
            .map(|default| written(source, default.span).into()),
    };
    let returns = definition.returns.as_ref();
    Signature {
        name: definition.name.text.clone(),
        params: definition.params.items.iter().map(param).collect(),
        returns: returns.map_or(Type::Any, |returns| Type::from_name(written(source, returns.span))),
    }
}

fn written(source: &str, span: Span) -> &str {
    source.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// Returns the comment directly above a function definition.
fn comment_above(source: &str, span: Span) -> SmolStr {
    let before = source.get(..span.start as usize).unwrap_or_default();
    let mut lines: Vec<&str> = before
        .lines()
        .rev()
        .map_while(|line| line.strip_prefix('#'))
        .map(str::trim)
        .collect();
    lines.reverse();
    lines.join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prelude_function_signature_and_doc_are_parsed() {
        let source = "# Not this.\n\n# Cuts a text\n# into pieces.\ndef cut(text, size=2 * 3, *, by='x') -> list:\n    return []\n\n\ndef _own():\n    pass\n";
        let functions = functions(source, &sift_syntax::parse(source).program);
        assert_eq!(functions.len(), 1);
        let cut = &functions["cut"];
        assert_eq!(cut.signature.to_string(), "cut(text, size=2 * 3, *, by='x')");
        assert_eq!(cut.signature.returns, Type::List);
        assert_eq!(cut.doc, "Cuts a text into pieces.");
    }
}
