//! Functions over all matches of a text: `findall`, `sub`, `subn` and `split`.

use std::ops::Range;

use sift_abstract::Speculation;
use sift_regex::{Captures, Template, TemplatePart};
use sift_runtime::runtime::{Args, Entry, Runtime};
use sift_runtime::table::entry;
use sift_text::{Text, TextBuilder};
use sift_values::flow::{End, Flow, Limit, Outcome, delegate};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::searching::Subject;
use crate::regex::cache::pattern_arg;
use crate::regex::{not_to_decode, pattern_error, transfers};

/// Internal functions of `re`, with which the prelude replaces matches by calling a function of the
/// program.
pub(super) const INTERNAL: &[Entry] = &[
    entry(
        "_matches_of(pattern, string, count) -> list",
        "Returns the first matches; all if count is 0.",
        matches_of,
    )
    .speculated(Speculation::new(transfers::matches_of)),
    entry(
        "_replace_matches(string, matches, replacements, counted)",
        "Puts a text together anew, with a replacement for each match.",
        replace_matches,
    )
    .speculated(Speculation::new(transfers::replace_matches)),
];

pub(super) fn module_findall(m: &mut Runtime, args: &Args) -> Outcome {
    let pattern = pattern_arg(m, args.get(0), args.given(2))?;
    let subject = Subject::whole(m, pattern, args.get(1))?;
    find_all(m, &subject)
}

pub(super) fn pattern_findall(m: &mut Runtime, args: &Args) -> Outcome {
    let subject = Subject::of_method(m, args)?;
    find_all(m, &subject)
}

pub(super) fn module_sub(m: &mut Runtime, args: &Args) -> Outcome {
    let pattern = pattern_arg(m, args.get(0), args.given(4))?;
    let wanted = Substitution::new(m, pattern, [args.get(1), args.get(2)], args.given(3), Counted::No)?;
    wanted.run(m)
}

pub(super) fn module_subn(m: &mut Runtime, args: &Args) -> Outcome {
    let pattern = pattern_arg(m, args.get(0), args.given(4))?;
    let wanted = Substitution::new(m, pattern, [args.get(1), args.get(2)], args.given(3), Counted::Yes)?;
    wanted.run(m)
}

pub(super) fn pattern_sub(m: &mut Runtime, args: &Args) -> Outcome {
    let given = [args.get(0), args.get(1)];
    Substitution::new(m, args.receiver, given, args.given(2), Counted::No)?.run(m)
}

pub(super) fn pattern_subn(m: &mut Runtime, args: &Args) -> Outcome {
    let given = [args.get(0), args.get(1)];
    Substitution::new(m, args.receiver, given, args.given(2), Counted::Yes)?.run(m)
}

pub(super) fn module_split(m: &mut Runtime, args: &Args) -> Outcome {
    let pattern = pattern_arg(m, args.get(0), args.given(3))?;
    let subject = Subject::whole(m, pattern, args.get(1))?;
    let most = AtMost::read(m, args.given(2))?;
    split(m, &subject, most)
}

pub(super) fn pattern_split(m: &mut Runtime, args: &Args) -> Outcome {
    let subject = Subject::whole(m, args.receiver, args.get(0))?;
    let most = AtMost::read(m, args.given(1))?;
    split(m, &subject, most)
}

/// The maximum number of matches to process. As in Python, 0 means no limit, and a negative number
/// means no matches.
#[derive(Debug, Clone, Copy)]
struct AtMost(Option<u64>);

impl AtMost {
    fn read(m: &mut Runtime, count: Option<Value>) -> Result<Self, Flow> {
        let count = match count {
            Some(count) => m.int_arg(count)?,
            None => 0,
        };
        Ok(Self((count != 0).then(|| u64::try_from(count).unwrap_or(0))))
    }

    fn allows_after(self, done: u64) -> bool {
        self.0.is_none_or(|most| done < most)
    }
}

/// Whether a substitution returns the number of replacements with the text, as `subn` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    No,
    Yes,
}

fn find_all(m: &mut Runtime, subject: &Subject) -> Outcome {
    let groups = subject.compiled.groups();
    let mut scan = subject.scan();
    let mut found = Vec::new();
    while let Some(captures) = subject.next(m, &mut scan)? {
        let text = |m: &mut Runtime, group| subject.piece(m, captures.span(group).unwrap_or_default());
        found.push(match groups {
            0 | 1 => text(m, groups)?,
            _ => {
                let mut texts = Vec::with_capacity(groups);
                for group in 1..=groups {
                    texts.push(text(m, group)?);
                }
                m.alloc_tuple(texts)?.labelled(subject.value.label())
            }
        });
    }
    m.alloc_list(found)
}

fn split(m: &mut Runtime, subject: &Subject, most: AtMost) -> Outcome {
    let mut scan = subject.scan();
    let mut pieces = Vec::new();
    let (mut done, mut at) = (0, 0);
    while most.allows_after(done) {
        let Some(captures) = subject.next(m, &mut scan)? else {
            break;
        };
        let whole = captures.whole();
        pieces.push(subject.piece(m, at..whole.start)?);
        for group in 1..=captures.groups() {
            pieces.push(match captures.span(group) {
                Some(span) => subject.piece(m, span)?,
                None => Value::NONE,
            });
        }
        (done, at) = (done + 1, whole.end);
    }
    pieces.push(subject.piece(m, at..subject.searched.end)?);
    m.alloc_list(pieces)
}

/// The arguments of `sub` or `subn`.
struct Substitution {
    subject: Subject,
    by: Replacement,
    most: AtMost,
    counted: Counted,
}

/// The replacement for each match in a substitution.
enum Replacement {
    /// A replacement text without escapes or groups.
    Text(Text),
    Template(Template),
}

impl Substitution {
    /// Reads the arguments `repl, string` and the count of `sub` or `subn`. Delegates to the
    /// prelude if `repl` is a function.
    fn new(
        m: &mut Runtime,
        pattern: Value,
        [repl, string]: [Value; 2],
        count: Option<Value>,
        counted: Counted,
    ) -> Result<Self, Flow> {
        let subject = Subject::whole(m, pattern, string)?;
        let most = AtMost::read(m, count)?;
        if matches!(
            repl.kind(),
            Type::Function | Type::Native | Type::BoundMethod | Type::Class | Type::Provided | Type::Tool
        ) || m.special(repl, "call").is_some()
        {
            let count = count.unwrap_or(Value::int(0));
            let counted = Value::bool(counted == Counted::Yes);
            return Err(delegate("_sub_by", vec![pattern, repl, string, count, counted]));
        }
        if repl.kind() != Type::Str {
            return Err(not_to_decode(m, repl));
        }
        let repl = m.text(repl)?;
        let source = repl.as_str().unwrap_or_default();
        m.meter.charge_items(source.len())?;
        let by = if source.contains('\\') {
            match Template::parse(source, &subject.compiled) {
                Ok(template) => Replacement::Template(template),
                Err(error) => return Err(pattern_error(m, &error, source)),
            }
        } else {
            Replacement::Text(repl)
        };
        Ok(Self {
            subject,
            by,
            most,
            counted,
        })
    }

    fn run(&self, m: &mut Runtime) -> Outcome {
        let mut scan = self.subject.scan();
        let mut rewrite = Rewrite::default();
        let mut done = 0;
        while self.most.allows_after(done) {
            let Some(captures) = self.subject.next(m, &mut scan)? else {
                break;
            };
            rewrite.keep_up_to(m, &self.subject, captures.whole())?;
            self.replace(m, &mut rewrite, &captures)?;
            done += 1;
        }
        rewrite.finish(m, &self.subject, done, self.counted)
    }

    fn replace(&self, m: &mut Runtime, rewrite: &mut Rewrite, captures: &Captures) -> Result<(), Flow> {
        let template = match &self.by {
            Replacement::Text(text) => return rewrite.push(m, text),
            Replacement::Template(template) => template,
        };
        for part in template.parts() {
            match part {
                TemplatePart::Literal(literal) => rewrite.push(m, &Text::new(literal))?,
                TemplatePart::Group(group) => {
                    let span = captures.span(*group).unwrap_or_default();
                    rewrite.push(m, &self.subject.cut(span))?;
                }
            }
        }
        Ok(())
    }
}

/// The number of bytes written between two checks of the memory limit.
const LOOK_EVERY: usize = 1 << 16;

/// The output of a substitution. Text between matches keeps its origins.
#[derive(Default)]
struct Rewrite {
    out: TextBuilder,
    kept_to: usize,
    reserved: usize,
}

impl Rewrite {
    /// Appends the text between the previous match and the match at `whole`.
    fn keep_up_to(&mut self, m: &mut Runtime, subject: &Subject, whole: Range<usize>) -> Result<(), Flow> {
        if self.kept_to < whole.start {
            self.push(m, &subject.cut(self.kept_to..whole.start))?;
        }
        self.kept_to = whole.end;
        Ok(())
    }

    fn push(&mut self, m: &mut Runtime, text: &Text) -> Result<(), Flow> {
        m.meter.charge(1)?;
        m.meter.charge_bytes(text.known_bytes())?;
        self.out.push_text(text);
        if self.out.new_bytes() > self.reserved {
            self.reserved = self.out.new_bytes().saturating_add(LOOK_EVERY);
            m.reserve(self.reserved.saturating_sub(LOOK_EVERY))?;
        }
        Ok(())
    }

    fn finish(mut self, m: &mut Runtime, subject: &Subject, done: u64, counted: Counted) -> Outcome {
        let text = if done == 0 {
            subject.value
        } else {
            let end = subject.text.known_bytes();
            self.keep_up_to(m, subject, end..end)?;
            let text = self.out.finish().map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
            m.reserve(text.new_bytes().saturating_add(text.header_bytes()))?;
            m.new_text(text).labelled(subject.value.label())
        };
        match counted {
            Counted::No => Ok(text),
            Counted::Yes => m.alloc_tuple([text, Value::int(i64::try_from(done).unwrap_or(i64::MAX))]),
        }
    }
}

fn matches_of(m: &mut Runtime, args: &Args) -> Outcome {
    let subject = Subject::whole(m, args.get(0), args.get(1))?;
    let most = AtMost::read(m, args.given(2))?;
    let mut scan = subject.scan();
    let mut found = Vec::new();
    while most.allows_after(found.len() as u64) {
        let Some(captures) = subject.next(m, &mut scan)? else {
            break;
        };
        found.push(subject.new_match(m, captures)?.labelled(subject.value.label()));
    }
    m.alloc_list(found)
}

fn replace_matches(m: &mut Runtime, args: &Args) -> Outcome {
    let (matches, replacements) = (m.items(args.get(1))?, m.items(args.get(2))?);
    let counted = if m.truth(args.get(3))? {
        Counted::Yes
    } else {
        Counted::No
    };
    let Some(first) = matches.first() else {
        return match counted {
            Counted::No => Ok(args.get(0)),
            Counted::Yes => m.alloc_tuple([args.get(0), Value::int(0)]),
        };
    };
    let Object::Match(found) = m.heap.get(first.handle()) else {
        return Ok(args.get(0));
    };
    let pattern = found.pattern;
    let subject = Subject::whole(m, pattern, args.get(0))?;
    let mut rewrite = Rewrite::default();
    let mut pieces = 0;
    for (found, replacement) in matches.iter().zip(replacements) {
        let Object::Match(found) = m.heap.get(found.handle()) else {
            continue;
        };
        let whole = found.captures.whole();
        pieces += usize::from(rewrite.kept_to < whole.start);
        rewrite.keep_up_to(m, &subject, whole)?;
        if replacement.is_none() {
            continue;
        }
        let Object::Str(text) = m.heap.get(replacement.handle()) else {
            return Err(not_a_text(m, pieces, replacement));
        };
        if replacement.kind() != Type::Str {
            return Err(not_a_text(m, pieces, replacement));
        }
        // Pending values are kept.
        let text = text.clone();
        rewrite.push(m, &text)?;
        pieces += 1;
    }
    rewrite.finish(m, &subject, matches.len() as u64, counted)
}

fn not_a_text(m: &mut Runtime, piece: usize, value: Value) -> Flow {
    let message = format!(
        "sequence item {piece}: expected str instance, {} found",
        m.type_name(value)
    );
    m.type_error(message)
}
