//! Tests that insta reads the snapshot files of this crate.

use rlm_cases::{Snapshot, SnapshotKind, SnapshotState};

#[test]
fn insta_accepts_written_snapshot_files() {
    let folder = tempfile::tempdir().unwrap();
    let text = "step 1\n======\nprinted:\n    a: \"b\"\n\n---\n    c  \n";
    let snapshot = Snapshot::new("cases: of \"may\".toml", SnapshotKind::Trajectory, text);
    let name = Snapshot::file_name("minutes", SnapshotKind::Trajectory);
    std::fs::write(folder.path().join(&name), snapshot.to_file()).unwrap();
    insta::with_settings!({
        snapshot_path => folder.path(),
        prepend_module_to_snapshot => false,
    }, {
        // It fails and writes a file next to the snapshot if the text differs.
        insta::assert_snapshot!("minutes@trajectory", text);
    });
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn states() {
    let snapshot = Snapshot::new("a.toml", SnapshotKind::Prompts, "one\r\ntwo\n\n");
    assert_eq!(snapshot.compare(None), SnapshotState::New);
    assert_eq!(snapshot.compare(Some(&snapshot.to_file())), SnapshotState::Same);
    assert_eq!(
        snapshot.compare(Some("---\r\nsource: x\r\n---\r\none\r\ntwo\r\n")),
        SnapshotState::Same,
        "line ends of a checkout on Windows"
    );
    assert_eq!(
        snapshot.compare(Some("---\nsource: x\n---\none\n")),
        SnapshotState::Changed
    );
    assert_eq!(snapshot.compare(Some("no snapshot")), SnapshotState::Changed);
}
