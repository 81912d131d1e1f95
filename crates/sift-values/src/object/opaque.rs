//! A description of an unknown value, which the heap stores without inspecting it.

use std::any::Any;
use std::fmt::{self, Debug, Formatter};

/// What the speculator knows about an unknown value, opaque to the heap.
pub struct Opaque(Box<dyn Description>);

/// A type that can describe an unknown value. The description is cloned together with the object
/// that contains it.
trait Description: Any + Debug + Send + Sync {
    fn boxed_clone(&self) -> Box<dyn Description>;
}

impl<T: Any + Debug + Clone + Send + Sync> Description for T {
    fn boxed_clone(&self) -> Box<dyn Description> {
        Box::new(self.clone())
    }
}

impl Opaque {
    /// Wraps a description of any type, so that the heap can store it.
    pub fn new(description: impl Any + Debug + Clone + Send + Sync) -> Self {
        Self(Box::new(description))
    }

    /// Returns the description if it has the type `T`.
    pub fn get<T: Any>(&self) -> Option<&T> {
        let description: &dyn Any = &*self.0;
        description.downcast_ref()
    }

    /// Returns the description for writing if it has the type `T`.
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
