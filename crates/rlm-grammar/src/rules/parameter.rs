//! Parameters of functions and lambdas.

use super::{Place, Rules};
use crate::item::{Item, all, any, many, nothing, optional, rule, some, text};

impl Rules {
    /// Writes the rule named `name` and an s for parameters. Those of a function have annotations and stand in brackets.
    pub(super) fn parameters(&mut self, name: &str, place: Place, annotation: Option<Item>) {
        let in_brackets = annotation.is_some();
        let comma = || {
            if in_brackets {
                self.comma_within(place)
            } else {
                self.comma()
            }
        };
        let then = |item: Item| all([comma(), item]);
        let own = |suffix: &str| place.name(&format!("{name}{suffix}"));
        let plain = || Item::Rule(own(""));
        let default = || Item::Rule(own("_default"));
        let rest = || Item::Rule(own("_rest"));
        let by_position = any([
            all([
                plain(),
                many(then(plain())),
                optional(all([then(text("/")), many(then(plain()))])),
                many(then(default())),
            ]),
            all([default(), many(then(default()))]),
            all([
                many(all([plain(), comma()])),
                default(),
                many(then(default())),
                then(text("/")),
                many(then(default())),
            ]),
        ]);
        let parameters = any([all([by_position, optional(then(rest()))]), rest()]);
        let keywords = || all([text("**"), plain()]);
        let named = || any([plain(), default()]);
        let after_star = any([all([plain(), many(then(named()))]), some(then(named()))]);
        let with_star = all([text("*"), after_star, optional(then(keywords()))]);
        let with_default = all([plain(), self.room(), text("="), self.room(), place.rule("test")]);
        let single = all([rule("NAME"), annotation.map_or_else(nothing, optional)]);
        let rest_item = any([with_star, keywords()]);
        self.commented(
            &own("s"),
            "before `/` by position only, after a star by name only; what has no default stands before what has one",
            parameters,
        );
        self.add(&own("_rest"), rest_item);
        self.add(&own("_default"), with_default);
        self.add(&own(""), single);
    }
}
