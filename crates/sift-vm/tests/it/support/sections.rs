//! Files of programs.

/// Returns the programs of a file, each under a heading `## NAME`.
pub(crate) fn sections(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.split("\n## ").skip(1).map(|section| {
        let (name, program) = section.split_once('\n').unwrap_or((section, ""));
        (name, program.trim_end())
    })
}

/// Splits a program from its optional setup, which a line `---` ends.
pub(crate) fn split_setup(program: &str) -> (&str, &str) {
    program.split_once("---\n").unwrap_or(("", program))
}
