//! Chains of values of any depth take no native stack.

use crate::support::run;

/// The stack of the thread that runs the programs.
const STACK_BYTES: usize = 512 << 10;

/// Runs a program on a thread with a small stack, and returns its output or the message of its exception.
fn ran(source: &'static str) -> String {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let thread = thread.spawn(move || {
        let ran = run(source);
        let error = ran.error.as_ref().map(rlm_vm::RaisedError::type_name);
        error.map_or_else(|| ran.printed().to_owned(), str::to_owned)
    });
    thread.unwrap().join().unwrap()
}

#[test]
fn an_exception_of_exceptions_is_shown_as_the_innermost() {
    const CHAIN: &str = "e = ValueError('the reason')\nfor i in range(100_000):\n    e = ValueError(e)\n";
    let print = CHAIN.to_owned() + "print(str(e), f'{e}', '%s' % e, '{}'.format(e), sep='|')\nprint(e)";
    let shown = "the reason|the reason|the reason|the reason\nthe reason\n";
    assert_eq!(ran(print.leak()), shown);
    let raise = CHAIN.to_owned() + "raise e";
    assert_eq!(ran(raise.leak()), "ValueError");
}

#[test]
fn an_exception_of_exceptions_has_a_repr() {
    for class in ["ValueError", "KeyError", "OSError"] {
        let source = format!(
            "e = ValueError(1)\nfor i in range(20_000):\n    e = {class}(e)\nprint(len(repr(e)), len(repr([e])))\nprint(len(f'{{e}}') > 0)"
        );
        let length = "ValueError(1)".len() + 20_000 * (class.len() + 2);
        assert_eq!(ran(source.leak()), format!("{length} {}\nTrue\n", length + 2));
    }
}

#[test]
fn an_exception_raised_again_and_again_is_caught() {
    let source = "e = ValueError(1)\nfor i in range(100_000):\n    try:\n        raise e\n    except Exception as a:\n        e = ValueError(a)\n\
        try:\n    raise e\nexcept Exception as a:\n    print(len(str(a)))";
    assert_eq!(ran(source), "1\n");
}
