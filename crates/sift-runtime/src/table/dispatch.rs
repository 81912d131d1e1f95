//! Dispatch of methods by number, for the machine's loop.

use hashbrown::HashMap;
use sift_values::object::DictKind;
use sift_values::value::Type;

/// The number of a library method's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodNumber {
    number: u16,
    has_fast_path: bool,
}

impl MethodNumber {
    /// Returns `true` if a method of this name has a fast path.
    #[inline]
    pub const fn has_fast_path(self) -> bool {
        self.has_fast_path
    }
}

/// Types are numbered below this; kinds of dict with their own methods come after them.
const TYPES: usize = Type::Fraction as usize + 1;
const OWNERS: usize = TYPES + 3;

/// No row.
const NONE: u32 = u32::MAX;

/// The dispatch table: a row of the library for each owner and name.
#[derive(Debug, Default)]
pub(super) struct Dispatch {
    pub(super) numbers: HashMap<&'static str, MethodNumber>,
    /// For each name, an entry for each owner.
    rows: Vec<u32>,
}

impl Dispatch {
    /// Numbers the names of methods; those in `with_fast_path` have a fast path.
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

    /// Returns the number of an owner of methods: a type or a kind of dict.
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
