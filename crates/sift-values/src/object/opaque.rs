//! A value's description by whoever made the value: the heap keeps it, and never looks inside.

use std::any::Any;
use std::fmt::{self, Debug, Formatter};

/// What the evaluator knows of a value that it does not know.
pub struct Opaque(Box<dyn Description>);

/// What can be kept: it is copied where its object is.
trait Description: Any + Debug + Send + Sync {
    fn boxed_clone(&self) -> Box<dyn Description>;
}

impl<T: Any + Debug + Clone + Send + Sync> Description for T {
    fn boxed_clone(&self) -> Box<dyn Description> {
        Box::new(self.clone())
    }
}

impl Opaque {
    /// Wraps a description of any type.
    pub fn new(description: impl Any + Debug + Clone + Send + Sync) -> Self {
        Self(Box::new(description))
    }

    /// Returns the description, if it is of this type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        let description: &dyn Any = &*self.0;
        description.downcast_ref()
    }

    /// As [`get`](Self::get), to be changed.
    pub fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        let description: &mut dyn Any = &mut *self.0;
        description.downcast_mut()
    }
}

impl Clone for Opaque {
    fn clone(&self) -> Self {
        Self((*self.0).boxed_clone())
    }
}

impl Debug for Opaque {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
