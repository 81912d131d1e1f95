//! An opaque description of a value. The heap stores it without inspecting it.

use std::any::Any;
use std::fmt::{self, Debug, Formatter};

/// The speculator's information about an unknown value.
pub struct Opaque(Box<dyn Description>);

/// A type that can be stored as a description. It is cloned with its object.
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

    /// Returns the description if it has this type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        let description: &dyn Any = &*self.0;
        description.downcast_ref()
    }

    /// Returns a mutable reference to the description if it has this type.
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
