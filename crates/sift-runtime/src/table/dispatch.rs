//! A dispatch table from types and numbered method names to library functions, for the machine's
//! loop.

use hashbrown::HashMap;
use sift_values::object::DictKind;
use sift_values::value::Type;

/// The number that stands for a method name in the dispatch table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodNumber {
    number: u16,
    has_fast_path: bool,
}

impl MethodNumber {
    /// Returns `true` if any method with this name has a fast path.
    #[inline]
    pub const fn has_fast_path(self) -> bool {
        self.has_fast_path
    }
}

/// The number of types with methods. The kinds of dict that have their own methods are numbered
/// after them.
const TYPES: usize = Type::Fraction as usize + 1;
const OWNERS: usize = TYPES + 3;

/// The entry in the dispatch table for an owner that has no method with the name.
const NONE: u32 = u32::MAX;

/// The dispatch table: the library row for each pair of an owner and a method name.
#[derive(Debug, Default)]
pub(super) struct Dispatch {
    pub(super) numbers: HashMap<&'static str, MethodNumber>,
    /// The row numbers of library functions: for each method name, an entry for each owner.
    rows: Vec<u32>,
}

impl Dispatch {
    /// Builds the dispatch table and numbers the method names. The names in `with_fast_path` have a
    /// fast path.
    pub(super) fn new(
        methods: &HashMap<(Type, &'static str), u32>,
        kin_methods: &HashMap<(&'static str, &'static str), u32>,
        with_fast_path: &[&str],
    ) -> Self {
        let mut names: Vec<&'static str> = methods.keys().map(|(_, name)| *name).collect();
        names.extend(kin_methods.keys().map(|(_, name)| *name));
        names.sort_unstable();
        names.dedup();
        let numbers = names.iter().zip(0..).map(|(name, number)| MethodNumber {
            number,
            has_fast_path: with_fast_path.contains(name),
        });
        let mut dispatch = Self {
            rows: vec![NONE; names.len() * OWNERS],
            numbers: names.iter().copied().zip(numbers).collect(),
        };
        for ((kind, name), row) in methods {
            dispatch.set(*kind as usize, name, *row);
            if *kind == Type::Dict {
                (TYPES..OWNERS).for_each(|owner| dispatch.set(owner, name, *row));
            }
        }
        for ((class, name), row) in kin_methods {
            let owner = match *class {
                "Counter" => TYPES,
                "defaultdict" => TYPES + 1,
                "OrderedDict" => TYPES + 2,
                _ => Type::Dict as usize,
            };
            dispatch.set(owner, name, *row);
        }
        dispatch
    }

    fn set(&mut self, owner: usize, name: &str, row: u32) {
        let number = self.numbers.get(name).map(|number| number.number as usize);
        if let Some(place) = number.and_then(|number| self.rows.get_mut(number * OWNERS + owner)) {
            *place = row;
        }
    }

    /// Returns the number by which a type, or a kind of dict, is an owner of methods in the
    /// dispatch table.
    #[inline]
    pub(super) const fn owner(kind: Type, dict: Option<&DictKind>) -> usize {
        match dict {
            None | Some(DictKind::Plain) => kind as usize,
            Some(DictKind::Counter) => TYPES,
            Some(DictKind::Default(_)) => TYPES + 1,
            Some(DictKind::Ordered) => TYPES + 2,
        }
    }

    #[inline]
    pub(super) fn row(&self, owner: usize, number: MethodNumber) -> Option<u32> {
        self.rows
            .get(number.number as usize * OWNERS + owner)
            .copied()
            .filter(|row| *row != NONE)
    }
}
