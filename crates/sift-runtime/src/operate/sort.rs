//! Sorting of values: by columns if all sort keys are plain values of the same shape, otherwise by
//! comparisons.

use std::cmp::Ordering;

use sift_text::Text;
use sift_values::flow::Flow;
use sift_values::heap::Heap;
use sift_values::meter::Meter;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::runtime::Runtime;

/// Lists shorter than this are sorted by insertion.
const INSERTED: usize = 64;

impl Runtime {
    /// Sorts values as Python's `sorted` does: the sort is stable and makes at most as many
    /// comparisons as a merge sort.
    ///
    /// # Errors
    /// Exceptions that a comparison raises.
    pub fn sort(&mut self, items: Vec<Value>, reverse: bool) -> Result<Vec<Value>, Flow> {
        let keyed = items.into_iter().map(|item| (item, item)).collect();
        Ok(self
            .sort_keyed(keyed, reverse)?
            .into_iter()
            .map(|(_, item)| item)
            .collect())
    }

    /// Sorts key-value pairs by their sort keys.
    ///
    /// # Errors
    /// The errors of [`sort`](Self::sort).
    pub fn sort_keyed(&mut self, mut items: Vec<(Value, Value)>, reverse: bool) -> Result<Vec<(Value, Value)>, Flow> {
        let rounds = (usize::BITS - items.len().leading_zeros()) as usize;
        self.meter.charge_items(items.len().saturating_mul(rounds))?;
        // A reversed sort is stable too: reverse, sort, and reverse again.
        if reverse {
            items.reverse();
        }
        let columns = self.key_columns(&items, rounds)?;
        let mut from = match columns {
            Some(columns) => {
                let order = columns.sort(&self.heap, &self.meter)?;
                let in_order = order.iter().filter_map(|place| items.get(*place as usize));
                let mut sorted: Vec<_> = in_order.copied().collect();
                if reverse {
                    sorted.reverse();
                }
                return Ok(sorted);
            }
            None if items.len() < INSERTED => return self.sort_inserting(items, reverse),
            None => items,
        };
        let mut to = Vec::with_capacity(from.len());
        let mut run = 1_usize;
        while run < from.len() {
            for pair in from.chunks(run.saturating_mul(2)) {
                let (left, right) = pair.split_at_checked(run).unwrap_or((pair, &[]));
                self.merge(left, right, &mut to)?;
            }
            std::mem::swap(&mut from, &mut to);
            to.clear();
            run = run.saturating_mul(2);
        }
        if reverse {
            from.reverse();
        }
        Ok(from)
    }

    /// Sorts a short list by insertion, with the same comparisons as CPython. Keys without an
    /// order, such as NaN, therefore end up in the same places.
    fn sort_inserting(&mut self, mut items: Vec<(Value, Value)>, reverse: bool) -> Result<Vec<(Value, Value)>, Flow> {
        let mut sorted = items.len().min(1);
        let mut falls = false;
        while let (Some(before), Some(next)) = (items.get(sorted.wrapping_sub(1)), items.get(sorted)) {
            let less = self.less(next.0, before.0)?;
            if sorted == 1 {
                falls = less;
            } else if less != falls {
                break;
            }
            sorted += 1;
        }
        if falls && let Some(run) = items.get_mut(..sorted) {
            run.reverse();
        }
        for place in sorted..items.len() {
            let item = items.remove(place);
            let (mut low, mut high) = (0_usize, place);
            while let middle = low.midpoint(high)
                && low < high
                && let Some(other) = items.get(middle)
            {
                if self.less(item.0, other.0)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            items.insert(low, item);
        }
        if reverse {
            items.reverse();
        }
        Ok(items)
    }

    /// Splits the sort keys into columns if they are plain and of the same shape, and charges fuel
    /// for comparing them.
    fn key_columns(&mut self, items: &[(Value, Value)], rounds: usize) -> Result<Option<Columns>, Flow> {
        let Some(columns) = Columns::new(&self.heap, items) else {
            return Ok(None);
        };
        self.meter.charge_items(columns.0.len().saturating_mul(items.len()))?;
        self.meter
            .charge_bytes(columns.text_bytes(&self.heap).saturating_mul(rounds))?;
        for text in columns.texts(&self.heap) {
            self.meter.note_read(text);
        }
        Ok(Some(columns))
    }

    fn merge(
        &mut self,
        left: &[(Value, Value)],
        right: &[(Value, Value)],
        to: &mut Vec<(Value, Value)>,
    ) -> Result<(), Flow> {
        let (mut left, mut right) = (left, right);
        // Runs that are in order already cost one comparison.
        if let (Some(last), Some(first)) = (left.last(), right.first())
            && !self.less(first.0, last.0)?
        {
            to.extend_from_slice(left);
            to.extend_from_slice(right);
            return Ok(());
        }
        while let (Some((a, rest_left)), Some((b, rest_right))) = (left.split_first(), right.split_first()) {
            if self.less(b.0, a.0)? {
                to.push(*b);
                right = rest_right;
            } else {
                to.push(*a);
                left = rest_left;
            }
        }
        to.extend_from_slice(left);
        to.extend_from_slice(right);
        Ok(())
    }
}

/// The sort keys as columns. Keys that are numbers or texts form one column; tuples form one column
/// for each item.
struct Columns(Vec<Column>);

enum Column {
    Ints(Vec<i64>),
    /// A column of floats, none of which is NaN.
    Floats(Vec<f64>),
    Texts(Vec<TextKey>),
}

/// A text as a sort key, with its first eight bytes, which decide most comparisons.
struct TextKey {
    beginning: u64,
    text: Value,
}

impl Columns {
    /// Splits sort keys into columns. Returns `None` if the keys differ in shape.
    fn new(heap: &Heap, items: &[(Value, Value)]) -> Option<Self> {
        let (first, _) = *items.first()?;
        let Some(width) = tuple_width(heap, first) else {
            let mut column = Column::for_value(first, items.len())?;
            for (key, _) in items {
                column.push(heap, *key)?;
            }
            return Some(Self(vec![column]));
        };
        let Object::Tuple(values) = heap.get(first.handle()) else {
            return None;
        };
        let columns = values.iter().map(|value| Column::for_value(*value, items.len()));
        let mut columns: Vec<Column> = columns.collect::<Option<_>>()?;
        if columns.is_empty() {
            return None;
        }
        for (key, _) in items {
            let Object::Tuple(values) = heap.get(key.handle()) else {
                return None;
            };
            if tuple_width(heap, *key) != Some(width) {
                return None;
            }
            for (column, value) in columns.iter_mut().zip(values.iter()) {
                column.push(heap, *value)?;
            }
        }
        Some(Self(columns))
    }

    fn text_bytes(&self, heap: &Heap) -> usize {
        self.texts(heap).map(Text::known_bytes).fold(0, usize::saturating_add)
    }

    fn texts<'h>(&self, heap: &'h Heap) -> impl Iterator<Item = &'h Text> {
        let columns = self.0.iter().filter_map(|column| match column {
            Column::Texts(keys) => Some(keys),
            Column::Ints(_) | Column::Floats(_) => None,
        });
        columns.flatten().filter_map(|key| match heap.get(key.text.handle()) {
            Object::Str(text) => Some(text),
            _ => None,
        })
    }

    /// Returns the indices of the sort keys in sorted order. The sort is stable.
    ///
    /// # Errors
    /// [`Flow::End`] if the program is cancelled meanwhile.
    fn sort(&self, heap: &Heap, meter: &Meter) -> Result<Vec<u32>, Flow> {
        let count = self.0.first().map_or(0, Column::len);
        let order: Vec<u32> = (0..count).filter_map(|place| u32::try_from(place).ok()).collect();
        match self.0.as_slice() {
            [only] => sort_in_runs(order, meter, |a, b| only.compare(heap, *a, *b)),
            columns => sort_in_runs(order, meter, |a, b| {
                let mut each = columns.iter().map(|column| column.compare(heap, *a, *b));
                each.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
            }),
        }
    }
}

/// The number of indices that a sort or merge handles between two checks of the cancel flag.
const SORTED_AT_ONCE: usize = 1 << 14;

/// Sorts indices by a stable merge sort of runs, and checks the cancel flag between them.
fn sort_in_runs(
    mut order: Vec<u32>,
    meter: &Meter,
    compare: impl Fn(&u32, &u32) -> Ordering,
) -> Result<Vec<u32>, Flow> {
    for run in order.chunks_mut(SORTED_AT_ONCE) {
        meter.look()?;
        run.sort_by(&compare);
    }
    let mut run = SORTED_AT_ONCE;
    let mut merged = Vec::new();
    while run < order.len() {
        merged.clear();
        merged.reserve_exact(order.len());
        for pair in order.chunks(run.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at_checked(run).unwrap_or((pair, &[]));
            while let (Some((a, rest_left)), Some((b, rest_right))) = (left.split_first(), right.split_first()) {
                if merged.len().is_multiple_of(SORTED_AT_ONCE) {
                    meter.look()?;
                }
                if compare(b, a).is_lt() {
                    merged.push(*b);
                    right = rest_right;
                } else {
                    merged.push(*a);
                    left = rest_left;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut order, &mut merged);
        run = run.saturating_mul(2);
    }
    Ok(order)
}

impl Column {
    /// Creates an empty column for sort keys with the same type as `value`. Returns `None` if the
    /// type is not plain.
    fn for_value(value: Value, count: usize) -> Option<Self> {
        Some(match value.kind() {
            Type::Int | Type::Bool => Self::Ints(Vec::with_capacity(count)),
            Type::Float => Self::Floats(Vec::with_capacity(count)),
            Type::Str => Self::Texts(Vec::with_capacity(count)),
            _ => return None,
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Ints(keys) => keys.len(),
            Self::Floats(keys) => keys.len(),
            Self::Texts(keys) => keys.len(),
        }
    }

    /// Appends a sort key to a column. Returns `None` if the key has another type, is NaN, or is a
    /// rope.
    fn push(&mut self, heap: &Heap, value: Value) -> Option<()> {
        match (self, value.kind()) {
            (Self::Ints(keys), Type::Int | Type::Bool) => keys.push(value.raw_int()),
            (Self::Floats(keys), Type::Float) if !value.raw_float().is_nan() => keys.push(value.raw_float()),
            (Self::Texts(keys), Type::Str) => {
                let text = flat(heap, value)?.as_bytes();
                let mut beginning = [0; 8];
                for (to, from) in beginning.iter_mut().zip(text) {
                    *to = *from;
                }
                keys.push(TextKey {
                    beginning: u64::from_be_bytes(beginning),
                    text: value,
                });
            }
            _ => return None,
        }
        Some(())
    }

    fn compare(&self, heap: &Heap, a: u32, b: u32) -> Ordering {
        let (a, b) = (a as usize, b as usize);
        match self {
            Self::Ints(keys) => keys.get(a).cmp(&keys.get(b)),
            Self::Floats(keys) => keys.get(a).partial_cmp(&keys.get(b)).unwrap_or(Ordering::Equal),
            Self::Texts(keys) => {
                let (Some(a), Some(b)) = (keys.get(a), keys.get(b)) else {
                    return Ordering::Equal;
                };
                let beginning = a.beginning.cmp(&b.beginning);
                beginning.then_with(|| flat(heap, a.text).cmp(&flat(heap, b.text)))
            }
        }
    }
}

/// Returns the number of items in a plain tuple, or `None` for other values.
fn tuple_width(heap: &Heap, value: Value) -> Option<usize> {
    match heap.get(value.handle()) {
        Object::Tuple(items) if value.kind() == Type::Tuple => Some(items.len()),
        _ => None,
    }
}

/// Returns the content of a text that is stored in one piece, or `None` for other values.
fn flat(heap: &Heap, value: Value) -> Option<&str> {
    match heap.get(value.handle()) {
        Object::Str(text) => text.as_str(),
        _ => None,
    }
}
