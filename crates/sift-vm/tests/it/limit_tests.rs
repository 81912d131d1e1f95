//! The limit tests of all files, for the table of costs and the fuel bench.

use crate::support::limits::LimitTests;
use crate::{
    builtin_limits, container_limits, datetime_limits, module_limits, number_limits, re_limits, str_limits,
    text_module_limits, toolkit_limits,
};

pub(crate) const fn all() -> [&'static LimitTests; 9] {
    [
        &builtin_limits::LIMIT_TESTS,
        &container_limits::LIMIT_TESTS,
        &datetime_limits::LIMIT_TESTS,
        &module_limits::LIMIT_TESTS,
        &number_limits::LIMIT_TESTS,
        &re_limits::LIMIT_TESTS,
        &str_limits::LIMIT_TESTS,
        &text_module_limits::LIMIT_TESTS,
        &toolkit_limits::LIMIT_TESTS,
    ]
}
