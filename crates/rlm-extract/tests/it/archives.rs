//! Archives.
#![cfg(feature = "archive")]
use std::io::{Cursor, Write as _};

use rlm_extract::{Archive, ExtractError, Limits, Member, MemberContent, members};
use zip::write::SimpleFileOptions;

use crate::support::zipped;

fn tarred(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in parts {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // `set_path` refuses names that lead out of the archive.
        let place = &mut header.as_old_mut().name;
        place[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, *content).expect("writing to memory succeeds");
    }
    archive.into_inner().expect("writing to memory succeeds")
}

fn shown(archive: Archive, bytes: Vec<u8>) -> Vec<(String, String)> {
    let read = members(archive, bytes, Limits::default()).expect("the archive is readable");
    let shown = |member: Member| match member.content {
        MemberContent::Bytes(bytes) => (member.name, String::from_utf8_lossy(&bytes).into_owned()),
        MemberContent::Skipped(why) => (member.name, format!("{why:?}")),
    };
    read.members.into_iter().map(shown).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn zip_members_are_read_and_their_names_are_harmless() {
    let bytes = zipped(&[
        ("docs/a.md", "one"),
        ("../../etc/passwd", "two"),
        ("/b.md", "three"),
        ("inner.zip", "PK"),
        (".env", "secret"),
        ("__MACOSX/docs/._a.md", "x"),
        ("docs/../docs/a.md", "later"),
    ]);
    let expected = [
        ("docs/a.md", "one"),
        ("etc/passwd", "two"),
        ("b.md", "three"),
        ("inner.zip", "Archive"),
        ("docs/docs/a.md", "later"),
    ];
    assert_eq!(shown(Archive::Zip, bytes), pairs(&expected));
}

#[test]
fn tar_members_are_read_and_the_later_of_two_counts() {
    let bytes = tarred(&[
        ("docs/a.md", b"one"),
        ("../b.md", b"two"),
        ("docs/a.md", b"three"),
        ("x.tar.gz", b"-"),
    ]);
    let expected = [("docs/a.md", "three"), ("b.md", "two"), ("x.tar.gz", "Archive")];
    assert_eq!(shown(Archive::Tar, bytes), pairs(&expected));
    let mut archive = tar::Builder::new(Vec::new());
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    archive
        .append_link(&mut link, "shadow", "/etc/shadow")
        .expect("writing to memory succeeds");
    let bytes = archive.into_inner().expect("writing to memory succeeds");
    assert_eq!(shown(Archive::Tar, bytes), pairs(&[("shadow", "Link")]));
}

#[test]
fn archives_that_unpack_beyond_the_limit_are_rejected() {
    let bomb = zipped(&[("a.txt", &" ".repeat(40 << 20)), ("b.txt", &" ".repeat(40 << 20))]);
    assert!(bomb.len() < 200_000);
    assert_eq!(
        members(Archive::Zip, bomb, Limits::default()),
        Err(ExtractError::TooPacked { times: 200 })
    );
    // A sparse file claims a size that the archive doesn't have.
    let mut header = tar::Header::new_gnu();
    header.set_path("sparse").expect("a short name");
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(0);
    if let Some(gnu) = header.as_gnu_mut() {
        gnu.set_real_size(1 << 40);
        gnu.sparse[0].set_offset(1 << 40);
        gnu.sparse[0].set_length(0);
    }
    header.set_cksum();
    let mut archive = tar::Builder::new(Vec::new());
    archive
        .append(&header, std::io::empty())
        .expect("writing to memory succeeds");
    let bytes = archive.into_inner().expect("writing to memory succeeds");
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    assert_eq!(
        members(Archive::Tar, bytes, limits),
        Err(ExtractError::TooLarge { limit: 1 << 20 })
    );
}

#[test]
fn damaged_and_locked_members_are_named() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in ["good.txt", "broken.txt"] {
        writer.start_file(name, stored).expect("writing to memory succeeds");
        writer.write_all(name.as_bytes()).expect("writing to memory succeeds");
    }
    let mut bytes = writer.finish().expect("writing to memory succeeds").into_inner();
    let content = bytes
        .windows(20)
        .position(|window| window == b"broken.txtbroken.txt")
        .expect("it is stored");
    bytes[content + 12] = b'X';
    let read = shown(Archive::Zip, bytes.clone());
    assert_eq!(read[0], ("good.txt".to_owned(), "good.txt".to_owned()));
    assert!(read[1].1.contains("Damaged"), "{read:?}");
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        let _ = members(Archive::Zip, damaged, Limits::default());
        let _ = members(Archive::Zip, bytes[..at].to_vec(), Limits::default());
    }
    let bytes = tarred(&[("a", b"text")]);
    for at in 0..600 {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        let _ = members(Archive::Tar, damaged, Limits::default());
    }
    assert!(matches!(
        members(Archive::Zip, b"text".to_vec(), Limits::default()),
        Err(ExtractError::Damaged { .. })
    ));
}
