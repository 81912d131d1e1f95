//! The rules of assignment targets.

use super::{Place, Rules};
use crate::item::{all, any, many, optional, rule, some, text};

impl Rules {
    pub(super) fn targets(&mut self, place: Place) {
        let r = |name: &str| place.rule(name);
        let comma = self.comma();
        let more = || all([comma.clone(), r("target")]);
        let star = || all([text("*"), r("target")]);
        let starred = all([star(), any([text(","), some(more())])]);
        self.commented(
            &place.name("targets"),
            "one of several may take the rest",
            any([all([r("target"), r("more_targets")]), r("star_targets")]),
        );
        let more_targets = all([
            many(more()),
            optional(all([comma.clone(), star(), many(more())])),
            optional(text(",")),
        ]);
        self.add(&place.name("more_targets"), more_targets);
        self.add(&place.name("star_targets"), starred);
        let in_brackets = any([
            all([text("("), optional(r("targets")), text(")")]),
            all([text("["), optional(r("targets")), text("]")]),
        ]);
        self.add(&place.name("target"), any([r("place"), r("target_list")]));
        self.add(&place.name("target_list"), in_brackets);
        let last = || all([many(r("call")), any([r("attribute"), r("subscript")])]);
        self.commented(
            &place.name("place"),
            "a name, or what ends in an attribute or a subscript",
            any([
                all([rule("NAME"), many(last())]),
                all([r("literal_atom"), some(last())]),
            ]),
        );
    }
}
