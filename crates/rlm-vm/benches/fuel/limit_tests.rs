//! The calls of the limit tests, as the tests themselves hold them.

use rlm_vm::{Machine, Settings};

macro_rules! limit_tests {
    ($($file:ident $path:literal)+) => {
        $(
            #[path = $path]
            #[allow(dead_code, unused_imports, unused_macros, reason = "its tests are not built here")]
            mod $file;
        )+

        /// The calls of all files.
        pub(crate) fn all() -> Vec<Calls> {
            vec![$({
                let calls = $file::CALLS;
                Calls { machine: calls.machine, given: calls.given, functions: calls.functions }
            }),+]
        }
    };
}

limit_tests! {
    builtin_limits "../../tests/builtin_limits.rs"
    container_limits "../../tests/container_limits.rs"
    datetime_limits "../../tests/datetime_limits.rs"
    module_limits "../../tests/module_limits.rs"
    number_limits "../../tests/number_limits.rs"
    re_limits "../../tests/re_limits.rs"
    str_limits "../../tests/str_limits.rs"
    text_module_limits "../../tests/text_module_limits.rs"
    toolkit_limits "../../tests/toolkit_limits.rs"
}

/// The calls of one file.
pub(crate) struct Calls {
    pub(crate) machine: fn(Settings) -> Machine,
    pub(crate) given: &'static str,
    pub(crate) functions: &'static [(&'static str, &'static [&'static str])],
}
