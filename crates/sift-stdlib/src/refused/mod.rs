//! Python features that Sift doesn't support: modules, and members of supported modules and types.
//! Each has a replacement.
//!
//! Every corrected line is a complete valid program. `tests/it/attributes.rs` and
//! `tests/modules.rs` run them.

mod members;
mod modules;

use members::MEMBERS;
use modules::MODULES;
use sift_syntax::{Instead, LibraryScope};

/// An unsupported Python feature: its name, a hint, and a corrected line of code.
type Refusal = (&'static str, &'static str, &'static str);

/// Adds all unsupported Python features to the checker's scope.
pub(super) fn fill(scope: &mut LibraryScope) {
    for (names, help, corrected) in MODULES {
        for name in *names {
            scope.refused_modules.insert((*name).into(), instead(help, corrected));
        }
    }
    for (owners, refusals) in MEMBERS {
        for owner in *owners {
            for (name, help, corrected) in *refusals {
                let path = format!("{owner}.{name}");
                scope.refused_members.insert(path.into(), instead(help, corrected));
            }
        }
    }
}

fn instead(help: &'static str, corrected: &'static str) -> Instead {
    Instead {
        help: help.into(),
        corrected: corrected.into(),
    }
}

const NO_FILES: &str = "there are no files: the text is in `context`, its documents are in `ctx`";
const NO_CLASSES: &str = "there are no classes: use a dict, a tuple or namedtuple";
const NO_BYTES: &str = "there are no bytes: every text is a str";
