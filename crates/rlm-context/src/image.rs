//! Images among the documents of a context.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imagesize::ImageType;

use crate::decode;
use crate::digest::ContentDigest;
use crate::error::ContextError;
use crate::walk::unreadable;

/// An image file. Its document has a line with these facts as its text; the bytes are read again
/// when a model is shown the image.
#[derive(Debug, Clone)]
pub struct ImageFile {
    media_type: &'static str,
    width: u32,
    height: u32,
    bytes: u64,
    digest: ContentDigest,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    /// The bytes are in this file.
    File(PathBuf),
    /// The bytes have no file of their own.
    Here(Arc<[u8]>),
}

impl ImageFile {
    /// Detects an image by its first bytes. Returns `None` for other files, and for formats that
    /// models don't take. `path` is the file that consists of these bytes, if there is one.
    pub(crate) fn detect(bytes: &[u8], path: Option<&Path>) -> Option<Self> {
        // A text may begin like an image, but has no NUL byte.
        if !decode::is_binary(bytes) {
            return None;
        }
        let media_type = match imagesize::image_type(bytes).ok()? {
            ImageType::Png => "image/png",
            ImageType::Jpeg => "image/jpeg",
            ImageType::Gif => "image/gif",
            ImageType::Webp => "image/webp",
            _ => return None,
        };
        let size = imagesize::blob_size(bytes).ok()?;
        let pixels = |side: usize| u32::try_from(side).ok().filter(|side| *side > 0);
        Some(Self {
            media_type,
            width: pixels(size.width)?,
            height: pixels(size.height)?,
            bytes: bytes.len() as u64,
            digest: ContentDigest::of(bytes),
            body: match path.and_then(|path| std::path::absolute(path).ok()) {
                Some(path) => Body::File(path),
                None => Body::Here(bytes.into()),
            },
        })
    }

    /// Returns the media type: `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    #[must_use]
    pub const fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// Returns the width in pixels.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Returns the height in pixels.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Returns the size of the file in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.bytes
    }

    /// Returns the digest of the file's bytes.
    #[must_use]
    pub const fn digest(&self) -> ContentDigest {
        self.digest
    }

    /// Reads the bytes of the image again, and compares them with the digest.
    ///
    /// # Errors
    /// [`ContextError::Unreadable`], [`ContextError::ImageChanged`].
    pub fn read(&self) -> Result<Arc<[u8]>, ContextError> {
        let path = match &self.body {
            Body::Here(bytes) => return Ok(Arc::clone(bytes)),
            Body::File(path) => path,
        };
        let bytes = std::fs::read(path).map_err(|cause| unreadable(path, cause))?;
        if ContentDigest::of(&bytes) != self.digest {
            return Err(ContextError::ImageChanged { path: path.clone() });
        }
        Ok(bytes.into())
    }

    /// Returns the text of the image's document.
    pub(crate) fn text(&self) -> String {
        format!(
            "image: {}, {} × {} pixels, {} bytes, {}\n",
            self.media_type, self.width, self.height, self.bytes, self.digest
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_detected_by_their_bytes() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
        let found = ImageFile::detect(png, None).unwrap();
        assert_eq!(
            (found.media_type(), found.width(), found.height()),
            ("image/png", 640, 480)
        );
        assert_eq!(found.read().unwrap()[..], png[..]);
        let gif = b"GIF89a\x02\0\x01\0\0\0\0";
        let found = ImageFile::detect(gif, None).unwrap();
        assert_eq!((found.media_type(), found.width(), found.height()), ("image/gif", 2, 1));
        for other in [
            b"GIF89a is the start of a text".as_slice(),
            b"\x89PNG\r\n\x1a\n\0",
            b"PK\x03\x04\0",
            b"",
        ] {
            assert!(ImageFile::detect(other, None).is_none());
        }
    }
}
