//! One piece of the index: the passages of some megabytes of text, and which words they hold.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use rlm_context::Context;
use rlm_text::SourceId;
use tantivy::directory::FileSlice;
use tantivy::index::SegmentReader;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{
    DocSet, Index, IndexSettings, InvertedIndexReader, SingleSegmentIndexWriter, TERMINATED, TantivyDocument, Term,
};

use super::files::Files;
use super::words::WordTokenizer;

/// Where a passage stands: a document, and bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) document: SourceId,
    pub(crate) range: Range<usize>,
}

/// The file that lists the places.
const PLACES: &str = "places";
/// The bytes of a place: document, length in words, start and end, each from its lowest byte.
const PLACE_BYTES: usize = 24;
/// What tantivy sizes its table of words by; it grows.
const WRITER_BYTES: usize = 32 << 20;

const TOKENIZER: &str = "words";

fn schema() -> (Schema, Field) {
    let mut schema = Schema::builder();
    // Lengths are ours, since tantivy's are rounded; places of words within a passage are not asked for.
    let words = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(words));
    (schema.build(), field)
}

/// Writes a shard.
pub(crate) struct ShardWriter {
    writer: SingleSegmentIndexWriter,
    field: Field,
    files: Files,
    places: Vec<u8>,
    tokenizer: WordTokenizer,
}

impl ShardWriter {
    pub(crate) fn new() -> tantivy::Result<Self> {
        let (schema, field) = schema();
        let files = Files::default();
        let settings = IndexSettings {
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let (tokenizers, tokenizer) = (TokenizerManager::new(), WordTokenizer::default());
        tokenizers.register(TOKENIZER, tokenizer.clone());
        let builder = Index::builder()
            .schema(schema)
            .settings(settings)
            .tokenizers(tokenizers);
        Ok(Self {
            writer: builder.single_segment_index_writer(files.clone(), WRITER_BYTES)?,
            field,
            files,
            places: Vec::new(),
            tokenizer,
        })
    }

    /// Adds the next passage.
    pub(crate) fn add(&mut self, place: &Place, text: &str) -> tantivy::Result<()> {
        let mut document = TantivyDocument::new();
        document.add_text(self.field, text);
        self.writer.add_document(document)?;
        let length = self.tokenizer.take_count();
        self.places.extend(place.document.0.to_le_bytes());
        self.places.extend(length.to_le_bytes());
        self.places.extend((place.range.start as u64).to_le_bytes());
        self.places.extend((place.range.end as u64).to_le_bytes());
        Ok(())
    }

    /// Returns the shard's files.
    pub(crate) fn finish(self) -> tantivy::Result<Files> {
        self.writer.finalize()?;
        self.files.put(PLACES, self.places);
        Ok(self.files)
    }
}

/// A shard that can be searched.
pub(crate) struct Shard {
    words: Arc<InvertedIndexReader>,
    field: Field,
    places: FileSlice,
    /// The words of each passage.
    lengths: Vec<u32>,
}

impl Shard {
    pub(crate) fn open(files: Files) -> tantivy::Result<Self> {
        let places = files.get(Path::new(PLACES)).unwrap_or_else(FileSlice::empty);
        let index = Index::open(files)?;
        let (_, field) = schema();
        let words = match index.searchable_segments()?.first() {
            Some(segment) => SegmentReader::open(segment)?.inverted_index(field)?,
            None => Arc::new(InvertedIndexReader::empty(IndexRecordOption::WithFreqs)),
        };
        let lengths = places
            .read_bytes()?
            .chunks_exact(PLACE_BYTES)
            .map(|place| u32_at(place, 4))
            .collect();
        Ok(Self {
            words,
            field,
            places,
            lengths,
        })
    }

    /// Returns how many words each passage has.
    pub(crate) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// Returns where a passage stands, if its document is there and has it.
    pub(crate) fn place(&self, passage: u32) -> std::io::Result<Place> {
        let start = passage as usize * PLACE_BYTES;
        let place = self.places.read_bytes_slice(start..start + PLACE_BYTES)?;
        let number = |at| usize::try_from(u64_at(&place, at)).map_err(std::io::Error::other);
        Ok(Place {
            document: SourceId(u32_at(&place, 0)),
            range: number(8)?..number(16)?,
        })
    }

    /// Returns how many passages hold a word.
    pub(crate) fn passages_with(&self, word: &str) -> std::io::Result<u32> {
        self.words.doc_freq(&Term::from_field_text(self.field, word))
    }

    /// Visits the passages that hold a word, with how often they do, in their order.
    pub(crate) fn visit(&self, word: &str, mut visit: impl FnMut(u32, u32)) -> std::io::Result<()> {
        let term = Term::from_field_text(self.field, word);
        let Some(mut postings) = self.words.read_postings(&term, IndexRecordOption::WithFreqs)? else {
            return Ok(());
        };
        let mut passage = postings.doc();
        while passage != TERMINATED {
            visit(passage, postings.term_freq());
            passage = postings.advance();
        }
        Ok(())
    }
}

/// Returns the text of a place.
pub(crate) fn text_at<'c>(context: &'c Context, place: &Place) -> Option<&'c str> {
    context.document(place.document)?.as_str().get(place.range.clone())
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
