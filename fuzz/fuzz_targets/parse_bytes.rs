//! Any bytes are read as a program: no panic, every diagnostic can be shown, and what is printed reads back as the same tree.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = String::from_utf8_lossy(bytes);
    let parsed = rlm_syntax::parse(&source);
    let _ = rlm_syntax::render_plain(&source, &parsed.diagnostics);
    if !parsed.diagnostics.iter().any(rlm_syntax::Diagnostic::is_error) {
        let printed = rlm_syntax::print(&parsed.program);
        assert!(!rlm_syntax::parse(&printed).diagnostics.iter().any(rlm_syntax::Diagnostic::is_error), "{printed}");
    }
});
