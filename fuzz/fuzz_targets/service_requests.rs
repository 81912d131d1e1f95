#![no_main]

use libfuzzer_sys::fuzz_target;
use rlm_fuzzing::oracles;

fuzz_target!(|data: &[u8]| oracles::service_requests(data));
