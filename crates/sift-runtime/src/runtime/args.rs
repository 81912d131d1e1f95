//! The bound arguments of a library function.

use sift_values::value::{Label, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// The most parameters that a library function has, `*args` and `**kwargs` not counted.
pub(super) const MAX_PARAMS: usize = 10;

/// How many parameters most library functions have at most.
pub(super) const FEW_PARAMS: usize = 3;

/// What `*args` takes: mostly one or two.
pub(crate) type Rest = SmallVec<[Value; 2]>;

/// The arguments of a library function, bound to its signature.
#[derive(Debug, Clone)]
pub struct Args {
    /// What the method was called on; unbound for a function.
    pub receiver: Value,
    pub(super) named: [Value; FEW_PARAMS],
    /// The arguments of the parameters behind these; empty if none is given.
    pub(super) others: Vec<Value>,
    /// Where all of these came from, if they were given by position.
    pub(super) joined: Option<Label>,
    /// What `*args` takes.
    pub rest: Rest,
    /// What `**kwargs` takes.
    pub keywords: Vec<(SmolStr, Value)>,
}

impl Args {
    /// Returns the argument of the parameter at `index`, `*args` and `**kwargs` not counted; unbound if not given.
    pub fn get(&self, index: usize) -> Value {
        let value = match index.checked_sub(FEW_PARAMS) {
            None => self.named.get(index),
            Some(index) => self.others.get(index),
        };
        value.copied().unwrap_or(Value::UNBOUND)
    }

    /// Returns the argument if it was given.
    pub fn given(&self, index: usize) -> Option<Value> {
        self.get(index).given()
    }

    /// Returns the argument if it was given and is not None.
    pub fn some(&self, index: usize) -> Option<Value> {
        self.given(index).filter(|value| !value.is_none())
    }

    /// Makes the arguments of a call with this receiver, none of them bound yet.
    #[inline]
    pub fn of(receiver: Value) -> Self {
        Self {
            receiver,
            named: [Value::UNBOUND; FEW_PARAMS],
            others: Vec::new(),
            joined: None,
            rest: Rest::new(),
            keywords: Vec::new(),
        }
    }

    /// Returns the place of the argument of the parameter at `index`; none behind the last that a function may have.
    #[inline]
    pub(super) fn slot(&mut self, index: usize) -> Option<&mut Value> {
        match index.checked_sub(FEW_PARAMS) {
            None => self.named.get_mut(index),
            Some(index) => self.other(index),
        }
    }

    #[cold]
    pub(super) fn other(&mut self, index: usize) -> Option<&mut Value> {
        if self.others.is_empty() {
            self.others.resize(MAX_PARAMS - FEW_PARAMS, Value::UNBOUND);
        }
        self.others.get_mut(index)
    }

    /// Returns where all arguments came from, that of the receiver included.
    pub fn label(&self) -> Label {
        if let Some(label) = self.joined {
            return label;
        }
        let named = self.named.iter().chain(&self.others).chain(&self.rest);
        let named = named.chain(self.keywords.iter().map(|(_, value)| value));
        named.fold(self.receiver.label(), |label, value| label.join(value.label()))
    }
}
