//! The inner loops of the module `difflib`. The module's classes are in `sift/difflib.sift`.

mod matcher;

use std::collections::HashMap;

use matcher::{Block, Matcher, UNKNOWN};
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, iterating};
use sift_values::flow::{Flow, Outcome};
use sift_values::object::list_bytes;
use sift_values::value::{Type, Value};

/// The native functions of the module `difflib`, which `difflib.sift` calls.
pub const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[
        iterating(
            "_diff_match(a, b, junk, autojunk, alo, ahi, blo, bhi, /) -> tuple",
            "Returns the longest match within ranges: where it begins in a and in b, and its length.",
            longest_match,
        ),
        iterating(
            "_diff_blocks(a, b, junk, autojunk, /) -> list",
            "Returns the matching blocks of two sequences, in order, and an empty one at their ends.",
            blocks,
        ),
        iterating(
            "_diff_common(a, b, /) -> int",
            "Counts the items that two sequences share, without regard to order.",
            common,
        ),
        iterating(
            "_diff_close(word, possibilities, cutoff, /) -> list",
            "Returns the possibilities that are near to a word, each behind its score.",
            close,
        ),
    ],
}];

/// The nominal bytes of memory that a comparison uses for each item of the sequences.
const WORK: usize = 64;

/// A numbering of the items of sequences, in which equal items have equal numbers.
enum Numbers {
    Chars(HashMap<char, u32>),
    /// Items of any type, numbered by a dict on the heap.
    Items {
        dict: Value,
        next: u32,
    },
}

impl Numbers {
    /// Creates a numbering from the items of a sequence, with which others are compared later. Also
    /// returns the numbers of the items.
    fn of(m: &mut Runtime, sequence: Value) -> Result<(Self, Vec<u32>), Flow> {
        let mut numbers = match sequence.kind() {
            Type::Str => Self::Chars(HashMap::new()),
            _ => Self::Items {
                dict: m.new_dict(&[])?,
                next: 0,
            },
        };
        let items = numbers.look_up(m, sequence, true)?;
        Ok((numbers, items))
    }

    /// Returns the numbers of the items in a sequence. New items get new numbers if `add` is set,
    /// otherwise [`UNKNOWN`].
    fn look_up(&mut self, m: &mut Runtime, sequence: Value, add: bool) -> Result<Vec<u32>, Flow> {
        if let (Self::Chars(chars), Type::Str) = (&mut *self, sequence.kind()) {
            let text = m.text(sequence)?;
            let flat = text.as_str().unwrap_or_default();
            m.meter.charge_items(flat.len().saturating_mul(2))?;
            m.reserve(flat.len().saturating_mul(WORK))?;
            let numbers = flat.chars().map(|char| {
                let next = u32::try_from(chars.len()).unwrap_or(UNKNOWN);
                match add {
                    true => *chars.entry(char).or_insert(next),
                    false => chars.get(&char).copied().unwrap_or(UNKNOWN),
                }
            });
            return Ok(numbers.collect());
        }
        if let Self::Chars(chars) = self {
            // For a comparison of a text with a list, the characters become ordinary items.
            let known = std::mem::take(chars);
            let dict = m.new_dict(&[])?;
            let next = u32::try_from(known.len()).unwrap_or(UNKNOWN);
            for (char, number) in known {
                let item = m.alloc_text(char)?;
                m.dict_set(dict, item, Value::int(i64::from(number)))?;
            }
            *self = Self::Items { dict, next };
        }
        let items = m.items(sequence)?;
        m.meter.charge_items(items.len().saturating_mul(4))?;
        m.reserve(items.len().saturating_mul(WORK))?;
        let mut numbers = Vec::with_capacity(items.len());
        for item in items {
            numbers.push(self.number(m, item, add)?);
        }
        Ok(numbers)
    }

    fn number(&mut self, m: &mut Runtime, item: Value, add: bool) -> Result<u32, Flow> {
        let Self::Items { dict, next } = self else {
            return Ok(UNKNOWN);
        };
        let known = m.dict_get(*dict, item)?;
        match known
            .and_then(Value::as_int)
            .and_then(|number| u32::try_from(number).ok())
        {
            Some(number) => Ok(number),
            None if add => {
                let number = *next;
                m.dict_set(*dict, item, Value::int(i64::from(number)))?;
                *next = next.saturating_add(1);
                Ok(number)
            }
            None => Ok(UNKNOWN),
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Chars(chars) => chars.len(),
            Self::Items { next, .. } => *next as usize,
        }
    }
}

/// Creates the matcher for the first two arguments, both sequences. The third argument is the junk
/// of the second sequence; the fourth is whether frequent items are ignored.
fn matcher(m: &mut Runtime, args: &Args) -> Result<Matcher, Flow> {
    let (mut numbers, b) = Numbers::of(m, args.get(1))?;
    let junk = m.items(args.get(2))?;
    let mut is_junk = vec![false; numbers.count()];
    for item in junk {
        let number = match (&numbers, item.kind()) {
            (Numbers::Chars(chars), Type::Str) => {
                let text = m.text(item)?;
                let char = text.as_str().unwrap_or_default().chars().next();
                char.and_then(|char| chars.get(&char)).copied().unwrap_or(UNKNOWN)
            }
            _ => numbers.number(m, item, false)?,
        };
        if let Some(flag) = is_junk.get_mut(number as usize) {
            *flag = true;
        }
    }
    let a = numbers.look_up(m, args.get(0), false)?;
    let leave_out_frequent = m.truth(args.get(3))?;
    Ok(Matcher::new(a, b, is_junk, leave_out_frequent))
}

fn place(m: &mut Runtime, value: Value, most: usize) -> Result<usize, Flow> {
    let place = m.int_arg(value)?;
    Ok(usize::try_from(place).unwrap_or(0).min(most))
}

fn longest_match(m: &mut Runtime, args: &Args) -> Outcome {
    let mut matcher = matcher(m, args)?;
    let (la, lb) = matcher.lens();
    let a = place(m, args.get(4), la)?..place(m, args.get(5), la)?;
    let b = place(m, args.get(6), lb)?..place(m, args.get(7), lb)?;
    let block = matcher.longest(&mut m.meter, a, b)?;
    block_value(m, block)
}

fn block_value(m: &mut Runtime, block: Block) -> Outcome {
    m.alloc_tuple([block.a, block.b, block.len].map(Value::length))
}

fn blocks(m: &mut Runtime, args: &Args) -> Outcome {
    let mut matcher = matcher(m, args)?;
    let blocks = matcher.blocks(&mut m.meter)?;
    m.reserve(list_bytes(blocks.len()).saturating_mul(4))?;
    let mut values = Vec::with_capacity(blocks.len());
    for block in blocks {
        values.push(block_value(m, block)?);
    }
    m.alloc_list(values)
}

fn common(m: &mut Runtime, args: &Args) -> Outcome {
    let (mut numbers, b) = Numbers::of(m, args.get(1))?;
    let a = numbers.look_up(m, args.get(0), false)?;
    Ok(Value::length(shared(&a, &counts(&b, numbers.count()))))
}

fn counts(items: &[u32], numbers: usize) -> Vec<usize> {
    let mut counts = vec![0; numbers];
    for item in items {
        if let Some(count) = counts.get_mut(*item as usize) {
            *count += 1;
        }
    }
    counts
}

/// Returns the number of items that two sequences share, with multiplicity. The second sequence is
/// given as counts of each item.
fn shared(items: &[u32], counts: &[usize]) -> usize {
    let mut left = counts.to_vec();
    let mut shared = 0;
    for item in items {
        if let Some(count) = left.get_mut(*item as usize).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    shared
}

fn ratio(matches: usize, len: usize) -> f64 {
    if len == 0 {
        1.0
    } else {
        2.0 * matches as f64 / len as f64
    }
}

fn close(m: &mut Runtime, args: &Args) -> Outcome {
    let (mut numbers, word) = Numbers::of(m, args.get(0))?;
    let cutoff = match args.get(2).kind() {
        Type::Float => args.get(2).raw_float(),
        _ => m.int_arg(args.get(2))? as f64,
    };
    let of_word = counts(&word, numbers.count());
    let mut matcher = Matcher::new(Vec::new(), word, vec![false; numbers.count()], true);
    let mut found = Vec::new();
    for possibility in m.items(args.get(1))? {
        m.meter.charge_items(8 + of_word.len() / 8)?;
        let other = numbers.look_up(m, possibility, false)?;
        let len = other.len() + matcher.lens().1;
        let most = other.len().min(matcher.lens().1);
        if ratio(most, len) < cutoff || ratio(shared(&other, &of_word), len) < cutoff {
            continue;
        }
        let matches = matcher.compare_with(&mut m.meter, other)?;
        let score = ratio(matches, len);
        if score >= cutoff {
            found.push(m.alloc_tuple([Value::float(score), possibility])?);
        }
    }
    m.alloc_list(found)
}
