//! The rules of parameters of functions and lambdas.
//!
//! A valid continuation depends on whether a default and whether `/` came before. Each of the four
//! cases has a separate rule, so that every parameter list has one parse.

use super::{Place, Rules};
use crate::item::{Item, all, any, many, nothing, optional, rule, some, text};

/// The state within a parameter list: whether a default and whether `/` came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Before {
    default: bool,
    slash: bool,
}

impl Before {
    const ALL: [Self; 4] = [
        Self::new(false, false),
        Self::new(false, true),
        Self::new(true, false),
        Self::new(true, true),
    ];

    const fn new(default: bool, slash: bool) -> Self {
        Self { default, slash }
    }

    /// Returns the suffix of rule names for this case.
    const fn suffix(self) -> &'static str {
        match (self.default, self.slash) {
            (false, false) => "s",
            (false, true) => "s_after_slash",
            (true, false) => "s_default",
            (true, true) => "s_default_after_slash",
        }
    }
}

impl Rules {
    /// Adds the parameter rules with the name `name` and an "s". Function parameters have
    /// annotations and are in brackets.
    pub(super) fn parameters(&mut self, name: &str, place: Place, annotation: Option<Item>) {
        let comma = if annotation.is_some() {
            self.comma_within(place)
        } else {
            self.comma()
        };
        let own = |suffix: &str| place.name(&format!("{name}{suffix}"));
        let refer = |suffix: &str| Item::Rule(own(suffix));
        let then = |item: Item| all([comma.clone(), item]);
        let default = all([self.room(), text("="), self.room(), place.rule("test")]);
        for before in Before::ALL {
            let after = |default: bool| {
                let before = Before { default, ..before };
                let slash = all([
                    text("/"),
                    optional(then(refer(Before { slash: true, ..before }.suffix()))),
                ]);
                let next = refer(before.suffix());
                optional(then(if before.slash { next } else { any([next, slash]) }))
            };
            let with_default = all([default.clone(), after(true)]);
            let rest = if before.default {
                with_default
            } else {
                any([with_default, after(false)])
            };
            let comment = match before {
                Before {
                    default: true,
                    slash: false,
                } => "after a default all have one, up to a star",
                Before {
                    default: false,
                    slash: true,
                } => "what stands before `/` is given by position only",
                _ => "",
            };
            self.commented(
                &own(before.suffix()),
                comment,
                any([all([refer(""), rest]), refer("_rest")]),
            );
        }
        let named = || all([refer(""), optional(default.clone())]);
        let keywords = || all([text("**"), refer("")]);
        let after_star = any([all([refer(""), many(then(named()))]), some(then(named()))]);
        let with_star = all([text("*"), after_star, optional(then(keywords()))]);
        self.commented(&own("_rest"), "after a star by name only", any([with_star, keywords()]));
        self.add(&own(""), all([rule("NAME"), annotation.map_or_else(nothing, optional)]));
    }
}
