//! Tests of `rlm fmt`.

use crate::support::{Place, session, snapshot};

const UNTIDY: &str =
    "# count\ntotal=sum( len(l) for l in context.split('\\n') )   # characters\nif total>3 : print(total)\n";
const TIDY: &str =
    "# count\ntotal = sum(len(l) for l in context.split('\\n'))  # characters\nif total > 3:\n    print(total)\n";

fn place() -> Place {
    Place::new()
        .file("untidy.sift", UNTIDY)
        .file("tidy.sift", TIDY)
        .file("broken.sift", "x = (1 +\nprint(x)\n")
        .file("fenced.sift", "```python\nx=1\n```\n")
        .file("latin.sift", b"x = '\xe9'\n")
}

#[test]
fn fmt_rewrites_files_in_place() {
    let place = place();
    let done = [
        place.rlm(["fmt", "--check", "untidy.sift", "tidy.sift"]).done(),
        place.rlm(["fmt", "--diff", "untidy.sift", "tidy.sift"]).done(),
        place.rlm(["fmt", "--check", "--diff", "untidy.sift"]).done(),
    ];
    assert_eq!(done.each_ref().map(|done| done.code), [Some(1), Some(0), Some(1)]);
    assert_eq!(place.read("untidy.sift"), UNTIDY);
    let written = [
        place.rlm(["fmt", "untidy.sift", "tidy.sift"]).done(),
        place.rlm(["fmt", "untidy.sift"]).done(),
        place.rlm(["fmt", "--check", "untidy.sift"]).done(),
    ];
    assert_eq!(written.each_ref().map(|done| done.code), [Some(0), Some(0), Some(0)]);
    assert_eq!(place.read("untidy.sift"), TIDY);
    snapshot!("fmt", session(&[done.as_slice(), &written].concat()));
}

#[test]
fn fmt_formats_standard_input_to_standard_output() {
    let place = place();
    let done = place.rlm(["fmt", "-"]).input(UNTIDY).done();
    assert_eq!(
        (done.code, done.stdout.as_str(), done.stderr.as_str()),
        (Some(0), TIDY, "")
    );
    let checked = place.rlm(["fmt", "--check", "-"]).input(UNTIDY).done();
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(1), ""));
    place.rlm(["fmt", "-", "-"]).input(UNTIDY).done().is_one_line_error(2);
}

#[test]
fn fmt_writes_nothing_if_any_file_is_invalid() {
    let place = place();
    let done = [
        place.rlm(["fmt", "untidy.sift", "broken.sift", "fenced.sift"]).done(),
        place.rlm(["fmt", "untidy.sift", "latin.sift"]).done(),
        place.rlm(["fmt", "untidy.sift", "missing.sift"]).done(),
        place.rlm(["fmt", "-"]).input("x = ").done(),
    ];
    assert_eq!(
        done.each_ref().map(|done| done.code),
        [Some(1), Some(2), Some(2), Some(1)]
    );
    assert!(done.iter().all(|done| done.stdout.is_empty()));
    assert_eq!(place.read("untidy.sift"), UNTIDY);
    assert_eq!(place.read("broken.sift"), "x = (1 +\nprint(x)\n");
    snapshot!("fmt-refused", session(&done));
}

#[cfg(unix)]
#[test]
fn fmt_preserves_symlinks_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let place = place();
    let file = place.path("untidy.sift");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
    symlink("untidy.sift", place.path("link.sift")).unwrap();
    let done = place.rlm(["fmt", "link.sift"]).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert_eq!(place.read("untidy.sift"), TIDY);
    assert!(std::fs::symlink_metadata(place.path("link.sift")).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);

    std::fs::write(&file, UNTIDY).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o440)).unwrap();
    place.rlm(["fmt", "untidy.sift"]).done().is_one_line_error(2);
    assert_eq!(place.read("untidy.sift"), UNTIDY);
    let left: Vec<_> = std::fs::read_dir(place.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".sift"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}
