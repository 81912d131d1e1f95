//! Named sets of limits.

use crate::Limits;

/// A named set of limits. Limits that it does not set have their defaults.
///
/// ```
/// use rlm_policy::Preset;
///
/// let limits = Preset::Engine.limits();
/// assert_eq!((limits.depth, limits.context_chars), (10, Some(500_000)));
/// assert_eq!(Preset::ALL.map(Preset::name), ["engine", "enzu", "rlm_repl"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// The defaults of RLM Engine: a context of at most 500,000 characters, chunks of 50,000 unless
    /// a program sets the size, and ten levels of sub-calls.
    ///
    /// With such a depth, plain sub-calls start child runs too, unless that is disabled. The
    /// context of a child run is unlimited.
    Engine,
    /// The defaults of enzu: eight turns of a root model, and three of a child run.
    Enzu,
    /// Twenty turns of a root model and a single level of sub-calls, as in the first
    /// implementations.
    RlmRepl,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 3] = [Self::Engine, Self::Enzu, Self::RlmRepl];

    /// Returns the stable name, for settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Enzu => "enzu",
            Self::RlmRepl => "rlm_repl",
        }
    }

    /// Returns the limits of the preset.
    #[must_use]
    pub fn limits(self) -> Limits {
        match self {
            Self::Engine => Limits {
                depth: 10,
                context_chars: Some(500_000),
                chunk_chars: 50_000,
                ..Limits::default()
            },
            Self::Enzu => Limits {
                steps: 8,
                child_steps: 3,
                ..Limits::default()
            },
            Self::RlmRepl => Limits {
                steps: 20,
                ..Limits::default()
            },
        }
    }
}
