//! The bound arguments of a library function.

use sift_values::value::{Label, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// Maximum number of parameters of a library function, without `*args` and `**kwargs`.
pub(super) const MAX_PARAMS: usize = 10;

/// Number of parameters that most library functions don't exceed.
pub(super) const FEW_PARAMS: usize = 3;

/// The values of `*args`, mostly one or two.
pub(crate) type Rest = SmallVec<[Value; 2]>;

/// The arguments of a library function, bound to its signature.
#[derive(Debug, Clone)]
pub struct Args {
    /// The receiver of a method; unbound for a function.
    pub receiver: Value,
    pub(super) named: [Value; FEW_PARAMS],
    /// The arguments of further parameters; empty if none is given.
    pub(super) others: Vec<Value>,
    /// The joined label of all arguments, if all were given by position.
    pub(super) joined: Option<Label>,
    /// The values of `*args`.
    pub rest: Rest,
    /// The values of `**kwargs`.
    pub keywords: Vec<(SmolStr, Value)>,
}

impl Args {
    /// Returns the argument at `index`, without `*args` and `**kwargs`; unbound if not given.
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

    /// Creates the arguments of a call with this receiver, all unbound.
    #[inline]
    pub fn new(receiver: Value) -> Self {
        Self {
            receiver,
            named: [Value::UNBOUND; FEW_PARAMS],
            others: Vec::new(),
            joined: None,
            rest: Rest::new(),
            keywords: Vec::new(),
        }
    }

    /// Returns the slot of the parameter at `index`; `None` past the last that a function may have.
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

    /// Returns the joined label of all arguments and the receiver.
    pub fn label(&self) -> Label {
        if let Some(label) = self.joined {
            return label;
        }
        let named = self.named.iter().chain(&self.others).chain(&self.rest);
        let named = named.chain(self.keywords.iter().map(|(_, value)| value));
        named.fold(self.receiver.label(), |label, value| label.join(value.label()))
    }
}
