//! What can be assigned to.

use super::{Place, Rules};
use crate::item::{all, any, many, optional, rule, some, text};

impl Rules {
    pub(super) fn targets(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let more = || all([self.comma(), r("target")]);
        let star = || all([text("*"), r("target")]);
        self.commented(
            &place.name("targets"),
            "one of several may take the rest",
            any([
                all([
                    r("target"),
                    many(more()),
                    optional(all([self.comma(), star(), many(more())])),
                    optional(text(",")),
                ]),
                all([star(), any([text(","), some(more())])]),
            ]),
        );
        self.add(
            &place.name("target"),
            any([
                r("place"),
                all([text("("), optional(r("targets")), text(")")]),
                all([text("["), optional(r("targets")), text("]")]),
            ]),
        );
        let last = any([r("attribute"), r("subscript")]);
        self.commented(
            &place.name("place"),
            "a name, or what ends in an attribute or a subscript",
            any([rule("NAME"), all([r("atom"), some(all([many(r("call")), last]))])]),
        );
    }
}
