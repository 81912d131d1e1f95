//! The names of variables that are bound in the session.

use std::collections::BTreeMap;

use smol_str::SmolStr;

/// The variables of a session, each with the name of its type.
///
/// ```
/// use rlm_repl::Names;
///
/// let names = Names::new([("reviews", "list"), ("n", "int")]);
/// assert_eq!(names.type_of("reviews").map(|name| name.as_str()), Some("list"));
/// assert_eq!(names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["n", "reviews"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    types: BTreeMap<SmolStr, SmolStr>,
}

impl Names {
    /// Creates the names from pairs of a variable's name and its type's name, such as `("report",
    /// "str")`.
    pub fn new<N: Into<SmolStr>, T: Into<SmolStr>>(names: impl IntoIterator<Item = (N, T)>) -> Self {
        let types = names.into_iter().map(|(name, kind)| (name.into(), kind.into()));
        Self { types: types.collect() }
    }

    /// Returns the name of a variable's type.
    #[must_use]
    pub fn type_of(&self, name: &str) -> Option<&SmolStr> {
        self.types.get(name)
    }

    /// Iterates over all variables with the names of their types, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&SmolStr, &SmolStr)> {
        self.types.iter()
    }
}
