//! Segment files and the records in them.
//!
//! A record is laid out like this, all numbers in little-endian order:
//!
//! | bytes | meaning                                             |
//! |-------|-----------------------------------------------------|
//! | 4     | checksum of everything that follows                 |
//! | 2     | length of the key                                   |
//! | 4     | length of the value, or `0xffff_ffff` for a tombstone |
//! | n     | the key, then the value                             |

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::index::Place;

const HEADER: usize = 10;
const TOMBSTONE: u32 = u32::MAX;

/// A key with its value; without one it is a tombstone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The key.
    pub key: Vec<u8>,
    /// The value, if the key was not removed.
    pub value: Option<Vec<u8>>,
}

impl Record {
    /// Bytes the record takes on disk.
    pub fn encoded_len(&self) -> u64 {
        let value = self.value.as_ref().map_or(0, Vec::len);
        (HEADER + self.key.len() + value) as u64
    }

    fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.encoded_len() as usize);
        body.extend_from_slice(&[0; 4]);
        body.extend_from_slice(&(self.key.len() as u16).to_le_bytes());
        let length = self.value.as_ref().map_or(TOMBSTONE, |value| value.len() as u32);
        body.extend_from_slice(&length.to_le_bytes());
        body.extend_from_slice(&self.key);
        body.extend_from_slice(self.value.as_deref().unwrap_or_default());
        let sum = adler(&body[4..]);
        body[..4].copy_from_slice(&sum.to_le_bytes());
        body
    }
}

/// One file of the store.
pub struct Segment {
    number: u32,
    path: PathBuf,
    file: File,
    len: u64,
}

impl Segment {
    /// Makes an empty segment.
    pub fn create(folder: &Path, number: u32) -> Result<Segment, Error> {
        let path = file_name(folder, number);
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(&path)?;
        Ok(Segment { number, path, file, len: 0 })
    }

    /// Opens an existing segment.
    pub fn open(folder: &Path, number: u32) -> Result<Segment, Error> {
        let path = file_name(folder, number);
        let file = OpenOptions::new().read(true).append(true).open(&path)?;
        let len = file.metadata()?.len();
        Ok(Segment { number, path, file, len })
    }

    /// Its number. Higher numbers are newer.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was written to it yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes a record at the end and says where it went.
    pub fn append(&mut self, record: &Record, sync: bool) -> Result<Place, Error> {
        let place =
            Place { segment: self.number, offset: self.len, size: record.encoded_len() as u32 };
        self.file.write_all(&record.encode())?;
        if sync {
            self.file.sync_data()?;
        }
        self.len += u64::from(place.size);
        Ok(place)
    }

    /// Reads the record at an offset and verifies its checksum.
    pub fn read(&mut self, offset: u64) -> Result<Record, Error> {
        let corrupt = Error::Corrupt { segment: self.number, offset };
        if offset + HEADER as u64 > self.len {
            return Err(corrupt);
        }
        self.file.seek(SeekFrom::Start(offset))?;
        let mut header = [0; HEADER];
        self.file.read_exact(&mut header)?;
        let sum = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
        let key_len = usize::from(u16::from_le_bytes([header[4], header[5]]));
        let length = u32::from_le_bytes([header[6], header[7], header[8], header[9]]);
        let value_len = if length == TOMBSTONE { 0 } else { length as usize };
        // A damaged length must not make us reserve gigabytes.
        if offset + (HEADER + key_len + value_len) as u64 > self.len {
            return Err(corrupt);
        }
        let mut body = header[4..].to_vec();
        body.resize(HEADER - 4 + key_len + value_len, 0);
        self.file.read_exact(&mut body[HEADER - 4..])?;
        if adler(&body) != sum {
            return Err(corrupt);
        }
        let value = body.split_off(HEADER - 4 + key_len);
        let key = body.split_off(HEADER - 4);
        Ok(Record { key, value: (length != TOMBSTONE).then_some(value) })
    }

    /// Goes through all records from the beginning.
    ///
    /// With `mend`, a damaged tail is cut off instead of reported: that is what
    /// a power failure leaves behind in the segment that was being written.
    pub fn scan(&mut self, mend: bool, mut each: impl FnMut(Place, &Record)) -> Result<(), Error> {
        let mut offset = 0;
        while offset < self.len {
            match self.read(offset) {
                Ok(record) => {
                    let size = record.encoded_len();
                    each(Place { segment: self.number, offset, size: size as u32 }, &record);
                    offset += size;
                }
                Err(Error::Corrupt { .. }) if mend => {
                    self.file.set_len(offset)?;
                    self.len = offset;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until everything is on disk.
    pub fn flush(&self) -> Result<(), Error> {
        self.file.sync_all()?;
        Ok(())
    }

    /// Deletes the file.
    pub fn delete(self) -> Result<(), Error> {
        fs::remove_file(&self.path)?;
        Ok(())
    }
}

/// The numbers of all segments in a folder, oldest first.
pub fn list(folder: &Path) -> Result<Vec<u32>, Error> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number: Option<u32> =
            name.to_str().and_then(|name| name.strip_suffix(".peat")?.parse().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn file_name(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.peat"))
}

/// Adler-32. Weaker than a CRC for short input but needs no table, and it is
/// meant to catch broken disks, not attackers.
fn adler(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1u32, 0u32);
    // 5552 is the longest run for which the sums cannot overflow.
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= 65_521;
        high %= 65_521;
    }
    high << 16 | low
}
