//! Completes the input at the cursor.

use std::ops::Range;

use sift_syntax::{Binding, KEYWORDS, ParamKind};
use sift_vm::library_scope;
use smol_str::SmolStr;

use crate::command::{Argument, COMMANDS};
use crate::names::Names;
use crate::operand::{Meaning, attributes, meaning, methods, operand_before, signature_of};
use crate::scan::{Scan, scan};

/// The completions of the input at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// The byte range of the text that a candidate replaces.
    pub replaces: Range<usize>,
    /// The candidates for the completion: keyword arguments first, then in alphabetical order.
    pub candidates: Vec<Candidate>,
}

/// A candidate for the completion of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text that the candidate inserts.
    pub text: SmolStr,
    /// A short description of the candidate, such as a signature or a type.
    pub about: String,
}

/// Returns the completions at byte `cursor` of the input. Returns none within strings and comments,
/// and none after a dot if the type before it is unknown.
///
/// ```
/// use rlm_repl::{Names, complete};
///
/// let names = Names::new([("reviews", "list"), ("report", "str")]);
/// let typed = "print(rep";
/// let found = complete(typed, typed.len(), &names);
/// assert_eq!(&typed[found.replaces], "rep");
/// assert!(found.candidates.iter().any(|candidate| candidate.text == "report"));
/// assert!(complete("'rep", 4, &names).candidates.is_empty(), "within a string");
/// ```
#[must_use]
pub fn complete(text: &str, cursor: usize, names: &Names) -> Completions {
    let typed = text.get(..cursor).unwrap_or(text);
    if let Some(command) = typed.strip_prefix(':') {
        return of_command(command, typed.len(), names);
    }
    let found = scan(typed);
    if found.in_text {
        return Completions::default();
    }
    let word = word_at_end(typed);
    let start = typed.len() - word.len();
    let before = typed.get(..start).unwrap_or_default();
    let candidates = match before.strip_suffix('.') {
        Some(owner) => members(owner, &found, names),
        None => bare(before, &found, names),
    };
    Completions {
        replaces: start..typed.len(),
        candidates: beginning_with(word, candidates),
    }
}

fn word_at_end(text: &str) -> &str {
    let is_of_word = |char: char| char.is_alphanumeric() || char == '_';
    let start = text.trim_end_matches(is_of_word).len();
    text.get(start..).unwrap_or_default()
}

/// Returns the candidates that begin with a word. Names that begin with an underscore are offered
/// only if the word does.
fn beginning_with(word: &str, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let is_meant = |candidate: &Candidate| {
        candidate.text.starts_with(word) && (word.starts_with('_') || !candidate.text.starts_with('_'))
    };
    candidates.into_iter().filter(is_meant).collect()
}

fn candidate(text: impl Into<SmolStr>, about: impl Into<String>) -> Candidate {
    Candidate {
        text: text.into(),
        about: about.into(),
    }
}

/// Returns the completion candidates after a dot: the members of the operand's type or module.
fn members(owner: &str, found: &Scan, names: &Names) -> Vec<Candidate> {
    let Some(meant) = meaning(operand_before(owner, found), names) else {
        return Vec::new();
    };
    let mut members: Vec<Candidate> = match &meant {
        Meaning::Value(kind) => {
            let called = methods(kind)
                .into_iter()
                .map(|method| candidate(method.name.clone(), method.to_string()));
            let read = attributes(kind).into_iter().map(|name| candidate(name, "attribute"));
            called.chain(read).collect()
        }
        Meaning::Module(module) => match library_scope().modules.get(module) {
            Some(module) => bound(&module.members).collect(),
            None => Vec::new(),
        },
        Meaning::Known(Binding::Class { members, .. }) => bound(members).collect(),
        Meaning::Known(_) | Meaning::Method(_) => Vec::new(),
    };
    members.sort_by(|a, b| a.text.cmp(&b.text));
    members
}

fn bound<'b>(names: impl IntoIterator<Item = (&'b SmolStr, &'b Binding)>) -> impl Iterator<Item = Candidate> {
    names
        .into_iter()
        .map(|(name, binding)| candidate(name.clone(), about(binding)))
}

fn about(binding: &Binding) -> String {
    match binding {
        Binding::Value(kind) => kind.name().to_owned(),
        Binding::Function(signature) | Binding::Class { signature, .. } => signature.to_string(),
        Binding::Module(_) => "module".to_owned(),
    }
}

/// Returns the completion candidates for a bare name, which is not after a dot.
fn bare(before: &str, found: &Scan, names: &Names) -> Vec<Candidate> {
    let line = before.rsplit(['\n', ';']).next().unwrap_or_default().trim_start();
    let words: Vec<&str> = line.split_whitespace().collect();
    let modules = || {
        library_scope()
            .modules
            .keys()
            .map(|name| candidate(name.clone(), "module"))
    };
    match words.as_slice() {
        ["import", ..] | ["from"] => return modules().collect(),
        ["from", module, "import", ..] => {
            let module = library_scope().modules.get(*module);
            return module
                .map(|module| bound(&module.members).collect())
                .unwrap_or_default();
        }
        _ => {}
    }
    let mut candidates = keyword_arguments(before, found, names);
    let own = names.iter().map(|(name, kind)| candidate(name.clone(), kind.as_str()));
    let library = bound(&library_scope().names).filter(|known| names.type_of(&known.text).is_none());
    let keywords = KEYWORDS.iter().map(|word| candidate(*word, "keyword"));
    let mut rest: Vec<Candidate> = own.chain(library).chain(keywords).collect();
    rest.sort_by(|a, b| a.text.cmp(&b.text));
    rest.dedup_by(|a, b| a.text == b.text);
    candidates.extend(rest);
    candidates
}

/// Returns the keyword arguments of the function that is being called as completion candidates, if
/// an argument can begin here.
fn keyword_arguments(before: &str, found: &Scan, names: &Names) -> Vec<Candidate> {
    let is_at_argument = before.trim_end().ends_with(['(', ',']);
    let Some(open) = found.open.last().filter(|_| is_at_argument) else {
        return Vec::new();
    };
    let Some(called) = before
        .get(..*open)
        .filter(|_| before.get(*open..).is_some_and(|rest| rest.starts_with('(')))
    else {
        return Vec::new();
    };
    let Some(meant) = meaning(operand_before(called, found), names) else {
        return Vec::new();
    };
    let params = signature_of(&meant)
        .map(|signature| signature.params.as_slice())
        .unwrap_or_default();
    let named = params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly));
    let shown = named.map(|param| {
        let default = param.default.as_ref().map(|default| format!(", default {default}"));
        candidate(
            format!("{}=", param.name),
            format!("argument{}", default.unwrap_or_default()),
        )
    });
    shown.collect()
}

/// Returns the completions of a session command after its colon: command names or arguments.
fn of_command(typed: &str, end: usize, names: &Names) -> Completions {
    let Some((name, argument)) = typed.split_once(' ') else {
        let commands = COMMANDS.iter().map(|command| candidate(command.name, command.about));
        return Completions {
            replaces: end - typed.len()..end,
            candidates: beginning_with(typed, commands.collect()),
        };
    };
    let takes = COMMANDS
        .iter()
        .find(|command| command.name == name)
        .map(|command| command.takes);
    let own = || names.iter().map(|(name, kind)| candidate(name.clone(), kind.as_str()));
    let mut candidates: Vec<Candidate> = match takes {
        Some(Argument::Variable) => own().collect(),
        Some(Argument::Name) => bound(&library_scope().names)
            .chain(
                library_scope()
                    .modules
                    .keys()
                    .map(|name| candidate(name.clone(), "module")),
            )
            .collect(),
        Some(Argument::Nothing | Argument::Path | Argument::Model) | None => Vec::new(),
    };
    candidates.sort_by(|a, b| a.text.cmp(&b.text));
    candidates.dedup_by(|a, b| a.text == b.text);
    Completions {
        replaces: end - argument.len()..end,
        candidates: beginning_with(argument, candidates),
    }
}
