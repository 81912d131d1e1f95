//! Limits by the name of what they are taken from.

use crate::Limits;

/// A named set of limits; those that it does not set have their defaults.
///
/// ```
/// use rlm_policy::Preset;
///
/// let limits = Preset::Engine.limits();
/// assert_eq!((limits.depth, limits.context_chars), (10, Some(500_000)));
/// assert_eq!(Preset::ALL.map(Preset::name), ["engine", "rlm_repl"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// A context of at most 500,000 characters, cut into pieces of 50,000 where a program does not say, and ten levels of sub-calls:
    /// the defaults of the implementation that this is named after.
    ///
    /// At such a depth plain sub-calls start child runs too, unless that is switched off; the context of a child has no bound of its own.
    Engine,
    /// Twenty turns of a root model and a single level of sub-calls, as the first implementations had it.
    RlmRepl,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 2] = [Self::Engine, Self::RlmRepl];

    /// Returns the stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::RlmRepl => "rlm_repl",
        }
    }

    /// Returns the limits.
    #[must_use]
    pub fn limits(self) -> Limits {
        match self {
            Self::Engine => Limits {
                depth: 10,
                context_chars: Some(500_000),
                chunk_chars: 50_000,
                ..Limits::default()
            },
            Self::RlmRepl => Limits {
                steps: 20,
                ..Limits::default()
            },
        }
    }
}
