//! Reads or maps one file and decodes it.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use rlm_extract::{ExtractError, Extracted, Format, Member, MemberContent, Packing, SkippedMember};

use crate::chunks::read_exact_at;
use crate::decode::{self, BINARY_PREFIX_BYTES, Decoded, Newlines};
use crate::document::Content;
use crate::error::{ContextError, SkipReason, SpecialFile};
use crate::extraction::{self, UnpackedBytes, Wrapping};
use crate::file_state::FileState;
use crate::image::ImageFile;
use crate::large_file::LargeFile;
use crate::measured::IndexedText;
use crate::media_type;
use crate::mmap::Protection;
use crate::options::{Formats, LoadOptions};
use crate::sections::Sections;
use crate::walk::{refuse_special, unreadable};

/// The number of bytes by which a file may exceed its reported size. Some system files report 0,
/// and a log may grow meanwhile.
const GROWTH_BYTES: u64 = 16 * 1024 * 1024;

/// The result of reading one file.
pub(crate) enum Read {
    Content(Content),
    /// The files of an archive: their paths within it, and their contents.
    Members(Vec<(String, Result<Content, MemberError>)>),
}

/// The reason why a file of an archive isn't read.
pub(crate) enum MemberError {
    Failed(ContextError),
    Skipped(SkipReason),
}

/// Reads a file, or maps it if it is large and mapping is enabled. Extracts the text of other
/// formats, and the files of archives.
pub(crate) fn read_file(path: &Path, options: &LoadOptions, sum: &UnpackedBytes) -> Result<Read, ContextError> {
    let failed = |cause: io::Error| unreadable(path, cause);
    let metadata = std::fs::metadata(path).map_err(failed)?;
    // Opening a pipe would block until a writer opens it.
    refuse_special(path, metadata.file_type())?;
    let mut file = open(path, metadata.len()).map_err(failed)?;
    let state = FileState::of(&file).map_err(failed)?;
    let len = state.bytes;
    let wrapping = wrapping(path, options);
    if wrapping == Wrapping::default()
        && let Some(protection) = options.map.protection(len)
    {
        return map_file(path, file, state, protection, options).map(Read::Content);
    }
    let limit = options.limits.bytes;
    if wrapping.archive.is_some() && len > limit {
        // It need not be read to know that.
        return Err(extraction::no_text(path, ExtractError::TooLarge { limit }));
    }
    let bytes = read_to_end(&mut file, len, path)?;
    let bytes = extraction::unpacked(path, wrapping.packing, bytes, options, sum)?;
    match wrapping.archive {
        None => {
            let is_as_stored = wrapping.packing.is_none();
            let stored = is_as_stored.then_some(path);
            to_text(path, stored, bytes, wrapping.format, options, sum).map(Read::Content)
        }
        Some(archive) => {
            let place = std::fs::canonicalize(path).ok();
            let members = extraction::members(path, archive, bytes, options, sum)?;
            let read = |member| read_member(path, place.as_deref(), member, options, sum);
            Ok(Read::Members(members.into_iter().map(read).collect()))
        }
    }
}

fn wrapping(path: &Path, options: &LoadOptions) -> Wrapping {
    match options.formats {
        Formats::Extracted => Wrapping::of(path),
        Formats::AsTheyAre => Wrapping::default(),
    }
}

/// Reads a file of an archive by its own format. `place` is the canonical path of the archive.
fn read_member(
    archive: &Path,
    place: Option<&Path>,
    member: Member,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> (String, Result<Content, MemberError>) {
    let Member { name, content } = member;
    let path = archive.join(&name);
    let content = match content {
        MemberContent::Bytes(bytes) => read_named(&path, bytes, options, sum).map_err(MemberError::Failed),
        MemberContent::Skipped(SkippedMember::Archive) => Err(MemberError::Skipped(SkipReason::NestedArchive)),
        MemberContent::Skipped(SkippedMember::Link) => Err(MemberError::Skipped(SkipReason::SymbolicLink)),
        MemberContent::Skipped(SkippedMember::Unreadable(cause)) => {
            Err(MemberError::Failed(extraction::no_text(&path, cause)))
        }
    };
    let location = place.and_then(|place| place.join(&name).to_str().map(str::to_owned));
    (name, content.map(|content| content.located_at(location)))
}

/// Decodes bytes of a file that isn't a file of its own: of an archive, or of a git revision. Its
/// format is detected by the path.
pub(crate) fn read_named(
    path: &Path,
    bytes: Vec<u8>,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> Result<Content, ContextError> {
    let wrapping = wrapping(path, options);
    let bytes = extraction::unpacked(path, wrapping.packing, bytes, options, sum)?;
    let content = to_text(path, None, bytes, wrapping.format, options, sum)?;
    let media_type = media_type::of_name(&path.to_string_lossy());
    Ok(content.or_media_type(media_type))
}

/// Opens a file. One of size 0 may be a system stream, such as `/proc/kmsg`, which must not block
/// until new data arrives.
fn open(path: &Path, len: u64) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.read(true);
    #[cfg(unix)]
    if len == 0 {
        use std::os::unix::fs::OpenOptionsExt as _;
        how.custom_flags(libc::O_NONBLOCK);
    }
    how.open(path)
}

/// Decodes content that was passed as bytes. `path` is its name in errors.
pub(crate) fn read_given(
    path: &Path,
    bytes: Vec<u8>,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> Result<Content, ContextError> {
    if options.formats == Formats::AsTheyAre {
        return to_text(path, None, bytes, None, options, sum);
    }
    let bytes = extraction::unpacked(path, Packing::of_bytes(&bytes), bytes, options, sum)?;
    let format = Format::of_bytes(&bytes);
    to_text(path, None, bytes, format, options, sum)
}

/// Converts the bytes of a file to a text. `stored` is the path if the file consists of these bytes.
fn to_text(
    path: &Path,
    stored: Option<&Path>,
    bytes: Vec<u8>,
    format: Option<Format>,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> Result<Content, ContextError> {
    match format {
        None if options.formats == Formats::Extracted
            && let Some(image) = ImageFile::detect(&bytes, stored) =>
        {
            Ok(Content::of_image(image))
        }
        None => read_bytes(path, bytes, options.newlines),
        Some(format) => {
            let Extracted { text, sections } = extraction::extract(path, format, bytes, options, sum)?;
            let sections = Sections::new(format.section_noun(), sections);
            Ok(Content::of_string(text).with_file_kind(media_type::of_format(format), sections))
        }
    }
}

/// Reads to the end, up to `GROWTH_BYTES` more than the reported size.
fn read_to_end(reader: &mut impl io::Read, said: u64, path: &Path) -> Result<Vec<u8>, ContextError> {
    let most = said.saturating_add(GROWTH_BYTES);
    let mut bytes = Vec::with_capacity(usize::try_from(said).unwrap_or(0));
    let read = reader
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|cause| match cause.kind() {
            io::ErrorKind::WouldBlock => ContextError::NotAFile {
                path: path.to_owned(),
                kind: SpecialFile::Stream,
            },
            _ => unreadable(path, cause),
        })?;
    if read as u64 > most {
        return Err(ContextError::Endless {
            path: path.to_owned(),
            expected: most,
        });
    }
    Ok(bytes)
}

fn read_bytes(path: &Path, bytes: Vec<u8>, newlines: Newlines) -> Result<Content, ContextError> {
    refuse_binary(path, &bytes)?;
    let size = bytes.len() as u64;
    let Decoded {
        text,
        replaced,
        encoding,
    } = decode::decode(bytes);
    let text = match newlines.apply(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(changed) => changed,
    };
    let measured = IndexedText::of_string(text).read_as(encoding, replaced);
    Ok(Content::measured_of(measured).of_size(size))
}

/// Prepares a file for mapping: checks a prefix for binary content and digests the ends.
fn map_file(
    path: &Path,
    file: File,
    state: FileState,
    protection: Protection,
    options: &LoadOptions,
) -> Result<Content, ContextError> {
    let failed = |cause| unreadable(path, cause);
    let mut beginning = [0; BINARY_PREFIX_BYTES];
    let looked_at = usize::try_from(state.bytes).unwrap_or(usize::MAX).min(beginning.len());
    let beginning = beginning.get_mut(..looked_at).unwrap_or_default();
    read_exact_at(&file, beginning, 0).map_err(failed)?;
    refuse_binary(path, beginning)?;
    let large = LargeFile::new(path, file, state, protection, options);
    Ok(Content::of_large_file(large.map_err(failed)?))
}

fn refuse_binary(path: &Path, bytes: &[u8]) -> Result<(), ContextError> {
    if decode::is_binary(bytes) {
        return Err(ContextError::Binary { path: path.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that yields a line and then would block.
    struct Waiting(&'static [u8]);

    impl io::Read for Waiting {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::ErrorKind::WouldBlock.into()),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn blocking_system_file_is_rejected() {
        let error = read_to_end(&mut Waiting(b"a line\n"), 0, Path::new("/proc/kmsg")).expect_err("it has no end");
        insta::assert_snapshot!(format!("{}: {error}\n{}", error.code(), error.hint()), @r"
        context_not_a_file: /proc/kmsg is an endless stream, not a file
        copy its text into a file
        ");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn files_reporting_size_zero_are_read() {
        let sum = UnpackedBytes::new(rlm_extract::Limits::default());
        let read = read_file(Path::new("/proc/self/status"), &LoadOptions::default(), &sum);
        let Ok(Read::Content(content)) = read else {
            panic!("it can be read");
        };
        assert_eq!(content.measured().replaced(), 0);
    }

    #[test]
    fn growing_file_is_read_up_to_a_bound() {
        let path = Path::new("growing.log");
        let mut grown = io::repeat(b'a').take(100);
        assert_eq!(
            read_to_end(&mut grown, 10, path).map(|bytes| bytes.len()).ok(),
            Some(100)
        );
        let error = read_to_end(&mut io::repeat(b'a'), 10, path).expect_err("it has no end");
        insta::assert_snapshot!(format!("{}: {error}\n{}", error.code(), error.hint()), @r"
        context_endless: growing.log is longer than its reported size of 16777226 bytes
        copy the text into a file that does not change
        ");
    }
}
