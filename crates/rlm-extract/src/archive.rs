//! The members of ZIP and TAR archives.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use crate::error::ExtractError;
use crate::members::{Member, MemberContent, Members, SkippedMember};
use crate::{Archive, Limits};

/// The maximum number of members that are read.
const MOST_MEMBERS: usize = 100_000;

pub(crate) fn read(archive: Archive, bytes: Vec<u8>, limits: Limits) -> Result<Members, ExtractError> {
    let mut reader = Reader {
        members: Vec::new(),
        places: HashMap::new(),
        left: limits.bytes,
        limit: limits.bytes,
    };
    match archive {
        Archive::Zip => zip(bytes, &mut reader)?,
        Archive::Tar => tar(&bytes, &mut reader)?,
    }
    Ok(Members {
        members: reader.members,
    })
}

fn zip(bytes: Vec<u8>, reader: &mut Reader) -> Result<(), ExtractError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| ExtractError::damaged(format!("invalid ZIP: {error}")))?;
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(ExtractError::damaged)?;
        let name = file.name().map_or_else(
            |_| String::from_utf8_lossy(file.name_raw()).into_owned(),
            std::borrow::Cow::into_owned,
        );
        let skipped = if file.is_dir() {
            continue;
        } else if file.is_symlink() {
            Some(SkippedMember::Link)
        } else {
            file.encrypted()
                .then_some(SkippedMember::Unreadable(ExtractError::Locked))
        };
        drop(file);
        let Some(name) = safe_name(&name) else { continue };
        match (skipped, archive.by_index(index)) {
            (Some(why), _) => reader.skip(name, why),
            (None, Ok(file)) => reader.add(name, file)?,
            (None, Err(error)) => reader.skip(name, SkippedMember::Unreadable(ExtractError::damaged(error))),
        }
        reader.refuse_many()?;
    }
    Ok(())
}

fn tar(bytes: &[u8], reader: &mut Reader) -> Result<(), ExtractError> {
    let damaged = |error: io::Error| ExtractError::damaged(format!("invalid TAR: {error}"));
    let mut archive = tar::Archive::new(bytes);
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        let Some(name) = safe_name(&name) else { continue };
        if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
            reader.add(name, entry)?;
        } else if kind.is_symlink() || kind.is_hard_link() {
            reader.skip(name, SkippedMember::Link);
        }
        reader.refuse_many()?;
    }
    Ok(())
}

/// Returns the name of a member as a relative path below the archive, whatever it says: `..`, a
/// leading `/` and drive letters are dropped. `None` for a hidden file, as in folders.
fn safe_name(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | "..") && !part.ends_with(':'))
        .collect();
    let is_hidden = parts.iter().any(|part| part.starts_with('.') || *part == "__MACOSX");
    (!parts.is_empty() && !name.ends_with('/') && !is_hidden).then(|| parts.join("/"))
}

struct Reader {
    members: Vec<Member>,
    /// The index of each name: of two members with one name, the later one counts.
    places: HashMap<String, usize>,
    left: u64,
    limit: u64,
}

impl Reader {
    /// Unpacks a member. A damaged one is skipped; too large a one ends the archive.
    fn add(&mut self, name: String, content: impl Read) -> Result<(), ExtractError> {
        if Archive::of_name(&name).is_some() {
            self.skip(name, SkippedMember::Archive);
            return Ok(());
        }
        let mut bytes = Vec::new();
        let read = content.take(self.left.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.left {
            return Err(ExtractError::TooLarge { limit: self.limit });
        }
        self.left -= bytes.len() as u64;
        match read {
            Ok(_) => self.insert(name, MemberContent::Bytes(bytes)),
            Err(error) => self.skip(name, SkippedMember::Unreadable(ExtractError::damaged(error))),
        }
        Ok(())
    }

    fn skip(&mut self, name: String, why: SkippedMember) {
        self.insert(name, MemberContent::Skipped(why));
    }

    fn insert(&mut self, name: String, content: MemberContent) {
        let member = Member {
            name: name.clone(),
            content,
        };
        let place = *self.places.entry(name).or_insert(self.members.len());
        match self.members.get_mut(place) {
            Some(before) => *before = member,
            None => self.members.push(member),
        }
    }

    fn refuse_many(&self) -> Result<(), ExtractError> {
        if self.members.len() > MOST_MEMBERS {
            return Err(ExtractError::damaged(format!("it has more than {MOST_MEMBERS} files")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_names_stay_below_the_archive() {
        let names = [
            "../../etc/passwd",
            "/a//b.md",
            r"C:\docs\x.txt",
            "./a/../b",
            "a/",
            ".git/config",
            "__MACOSX/a",
        ];
        assert_eq!(
            names.map(safe_name),
            [
                Some("etc/passwd"),
                Some("a/b.md"),
                Some("docs/x.txt"),
                Some("a/b"),
                None,
                None,
                None
            ]
            .map(|name| name.map(str::to_owned))
        );
    }
}
