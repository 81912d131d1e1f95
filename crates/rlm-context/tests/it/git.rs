//! Files of a git revision.

use std::process::Command;

use insta::assert_snapshot;
use rlm_context::{ContextError, ContextSpec, LoadOptions, Loaded, load};

use crate::folder::{Folder, spec};

fn git(folder: &Folder, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder.path(""))
        .args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a repository with two commits. The first has the tag `v1`.
fn repository() -> Folder {
    let folder = Folder::with(&[
        ("docs/plan.md", b"Mend the roof.\n"),
        ("docs/größe.csv", b"item,euros\nroof,1200\nsteps,85\n"),
        ("docs/.hidden", b"secret\n"),
        ("docs/photo.bin", b"\0\0"),
        ("src/a.py", b"print(1)\n"),
    ]);
    git(&folder, &["init", "--quiet"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("plan.md", folder.path("docs/link.md")).expect("make a link");
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "-m", "one"]);
    git(&folder, &["tag", "v1"]);
    std::fs::remove_file(folder.path("docs/plan.md")).expect("remove the file");
    std::fs::write(folder.path("src/a.py"), "print(2)\n").expect("write the file");
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "-m", "two"]);
    folder
}

fn load_at(folder: &Folder, revision: &str, paths: &[&str]) -> Result<Loaded, ContextError> {
    let options = LoadOptions {
        base: Some(folder.path("")),
        git: Some(revision.to_owned()),
        ..LoadOptions::default()
    };
    let specs: Vec<_> = paths.iter().map(|path| spec(path)).collect();
    load(&specs, &options)
}

#[test]
fn files_of_a_revision_are_documents() {
    let folder = repository();
    let loaded = load_at(&folder, "v1", &["."]).expect("the revision exists");
    assert_eq!(
        folder.names(&loaded.context),
        ["docs/größe.csv@v1", "docs/plan.md@v1", "src/a.py@v1"]
    );
    let skipped = folder.warnings(&loaded);
    assert!(
        skipped.contains(&"skipped docs/photo.bin: a binary file".to_owned()),
        "{skipped:?}"
    );
    #[cfg(unix)]
    assert!(
        skipped.contains(&"skipped docs/link.md: a symbolic link".to_owned()),
        "{skipped:?}"
    );
    let [_, plan, code] = loaded.context.documents() else {
        panic!("expected three documents")
    };
    assert_eq!(
        (code.as_str(), plan.media_type().as_str()),
        ("print(1)\n", "text/markdown")
    );
    assert_eq!(
        plan.locate(0..4).expect("within the text").to_string(),
        "docs/plan.md@v1:1:1-4"
    );

    // A file that is gone from the working tree, a glob, and a file with a name of its own.
    let names = |paths: &[&str]| folder.names(&load_at(&folder, "HEAD~1", paths).expect("the files exist").context);
    assert_eq!(names(&["docs/plan.md"]), ["docs/plan.md@HEAD~1"]);
    assert_eq!(
        names(&["src/*.py", "docs/*.md"]),
        ["src/a.py@HEAD~1", "docs/plan.md@HEAD~1"]
    );
    assert_eq!(
        names(&["old=docs/plan.md", "code=src"]),
        ["old@HEAD~1", "code/a.py@HEAD~1"]
    );
    assert_eq!(names(&["src", "src/a.py"]), ["src/a.py@HEAD~1"]);
    assert_eq!(names(&["docs/.hidden"]), ["docs/.hidden@HEAD~1"]);
    let records = load_at(&folder, "HEAD", &["docs/größe.csv"]).expect("the file exists");
    assert_eq!(records.context.shown_documents(), 2);
}

#[test]
fn files_of_a_revision_are_found_again_by_their_locations() {
    let folder = repository();
    let loaded = load_at(&folder, "v1", &["."]).expect("the revision exists");
    // The tag may move; the locations name the commit.
    git(&folder, &["tag", "--force", "v1", "HEAD"]);
    let specs: Vec<_> = loaded
        .context
        .documents()
        .iter()
        .map(|document| {
            let location = document.location().expect("it is in a commit");
            ContextSpec::at_location(location)
                .expect("the repository exists")
                .named(document.name().clone())
        })
        .collect();
    let again = load(&specs, &LoadOptions::default()).expect("each file is there");
    for (before, after) in loaded.context.documents().iter().zip(again.context.documents()) {
        assert_eq!((before.name(), before.as_str()), (after.name(), after.as_str()));
        assert_eq!(before.media_type(), after.media_type());
    }
}

#[test]
fn revisions_that_cannot_be_read_are_errors() {
    let folder = repository();
    let said = |revision: &str, path: &str| folder.shown(load_at(&folder, revision, &[path]));
    assert_snapshot!(said("v2", "."), @r"
    context_git: can't read git revision `v2` in DIR/.: no such revision
    `git log --all --oneline` and `git tag` list revisions
    ");
    assert_snapshot!(said("--output=x", "."), @r"
    context_git: can't read git revision `--output=x` in DIR/.: no such revision
    `git log --all --oneline` and `git tag` list revisions
    ");
    assert_snapshot!(said("HEAD", "docs/plan.md"), @r"
    context_git: can't read git revision `HEAD` in DIR/docs: the revision has no docs/plan.md
    `git ls-tree -r --name-only REVISION` lists its files
    ");
    assert_snapshot!(said("HEAD", "*.rs"), @r"
    context_no_matches: no file matches *.rs
    `*` matches within a folder, `**` across folders; hidden and ignored files are skipped
    ");
    let none = Folder::with(&[("a.md", b"text\n")]);
    assert_snapshot!(none.shown(load_at(&none, "HEAD", &["."])), @r"
    context_git: can't read git revision `HEAD` in DIR/.: not a git repository
    run it within the repository, or name a folder of it with `--context`
    ");
}

/// A repository from elsewhere may say that missing objects are fetched by a program.
#[cfg(unix)]
#[test]
fn missing_objects_are_not_fetched() {
    let folder = repository();
    let blob = Command::new("git")
        .arg("-C")
        .arg(folder.path(""))
        .args(["rev-parse", "HEAD:src/a.py"])
        .output()
        .expect("git is installed");
    let blob = String::from_utf8_lossy(&blob.stdout).trim().to_owned();
    let (start, end) = blob.split_at(2);
    std::fs::remove_file(folder.path(&format!(".git/objects/{start}/{end}"))).expect("remove the object");
    let fetch = format!("ext::touch {}", folder.path("fetched").display());
    for (key, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", fetch.as_str()),
        ("protocol.ext.allow", "always"),
    ] {
        git(&folder, &["config", key, value]);
    }
    let failed = load_at(&folder, "HEAD", &["src"]);
    assert_eq!(failed.expect_err("the object is missing").code(), "context_git");
    assert!(!folder.path("fetched").exists(), "a program of the repository was run");
}

#[test]
fn large_revisions_are_refused() {
    let folder = Folder::with(&[("a.txt", "text ".repeat(10_000).as_bytes())]);
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "-m", "one"]);
    let options = LoadOptions {
        base: Some(folder.path("")),
        git: Some("HEAD".to_owned()),
        limits: rlm_context::ExtractLimits {
            bytes: 10_000,
            ..rlm_context::ExtractLimits::default()
        },
        ..LoadOptions::default()
    };
    assert_eq!(
        load(&[spec(".")], &options).expect_err("it is too large").code(),
        "context_unpacked"
    );
}
