//! The arguments of a library function call, bound to its parameters.

use sift_values::value::{Label, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// Maximum number of parameters of a library function, without `*args` and `**kwargs`.
pub(super) const MAX_PARAMS: usize = 10;

/// The number of parameters stored inline in [`Args`]. Most library functions have no more.
pub(super) const FEW_PARAMS: usize = 3;

/// The values bound to `*args` of a library function, mostly one or two.
pub(crate) type Rest = SmallVec<[Value; 2]>;

/// The arguments of a library function, bound to its signature.
#[derive(Debug, Clone)]
pub struct Args {
    /// The receiver of a method; unbound for a function.
    pub receiver: Value,
    pub(super) named: [Value; FEW_PARAMS],
    /// The arguments of parameters beyond [`FEW_PARAMS`]; empty if none of them is given.
    pub(super) others: Vec<Value>,
    /// The joined label of the receiver and all arguments; set only if all arguments were given by
    /// position.
    pub(super) joined: Option<Label>,
    /// The values bound to `*args` of the function.
    pub rest: Rest,
    /// The names and values bound to `**kwargs` of the function.
    pub keywords: Vec<(SmolStr, Value)>,
}

impl Args {
    /// Returns the argument of the parameter at `index`, not counting `*args` and `**kwargs`.
    /// Returns the unbound value if it was not given.
    pub fn get(&self, index: usize) -> Value {
        let value = match index.checked_sub(FEW_PARAMS) {
            None => self.named.get(index),
            Some(index) => self.others.get(index),
        };
        value.copied().unwrap_or(Value::UNBOUND)
    }

    /// Returns the argument of the parameter at `index` if it was given.
    pub fn given(&self, index: usize) -> Option<Value> {
        self.get(index).given()
    }

    /// Returns the argument of the parameter at `index` if it was given and is not Python's `None`.
    pub fn some(&self, index: usize) -> Option<Value> {
        self.given(index).filter(|value| !value.is_none())
    }

    /// Creates the argument list of a call with this receiver. All parameters are unbound.
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

    /// Returns the slot for the argument of the parameter at `index`, or `None` beyond the maximum
    /// number of parameters.
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

    /// Returns the joined taint label of the receiver and all arguments.
    pub fn label(&self) -> Label {
        if let Some(label) = self.joined {
            return label;
        }
        let named = self.named.iter().chain(&self.others).chain(&self.rest);
        let named = named.chain(self.keywords.iter().map(|(_, value)| value));
        named.fold(self.receiver.label(), |label, value| label.join(value.label()))
    }
}
