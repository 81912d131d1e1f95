//! Decides which files are split into records.

use crate::document::Content;
use crate::options::{ContextAs, Formats, LoadOptions, MAP_ABOVE_BYTES, RecordSplitting};
use crate::records::{MAX_RECORDS, NotSplitReason, RecordForm, Records};
use crate::spec::Place;
use crate::walk::Found;

/// The result of splitting: records per file, or whole files.
pub(crate) enum Split {
    /// The records of each content, by index; `None` for a file that isn't split.
    Records(Vec<Option<Records>>),
    Whole(Option<(usize, NotSplitReason)>),
}

/// Finds the records of files if they are to be documents. `is_named` is `true` if any file was
/// given a name.
pub(crate) fn split(files: &[(Option<RecordForm>, &Content)], is_named: bool, options: &LoadOptions) -> Split {
    let whole = Split::Whole(None);
    let is_fitting = options.records == RecordSplitting::Fitting;
    let is_all = !files.is_empty() && files.iter().all(|(form, _)| form.is_some());
    if options.records == RecordSplitting::Text
        || options.formats == Formats::AsTheyAre
        || options.shown_as == ContextAs::Text
        || is_fitting && (!is_all || is_named && options.shown_as == ContextAs::Fitting)
    {
        return whole;
    }
    if is_fitting && let Some(large) = files.iter().position(|(_, content)| content.size() > MAP_ABOVE_BYTES) {
        return Split::Whole(Some((large, NotSplitReason::LargeFile)));
    }
    let mut left = MAX_RECORDS;
    let mut found = Vec::with_capacity(files.len());
    for (number, (form, content)) in files.iter().enumerate() {
        let Some(form) = form else {
            found.push(None);
            continue;
        };
        let Some(records) = form.read(content.as_str(), left) else {
            return Split::Whole(Some((number, NotSplitReason::TooMany)));
        };
        if records.is_no_json() {
            return Split::Whole(Some((number, NotSplitReason::NoJson)));
        }
        left -= records.len();
        found.push((records.len() > 0).then_some(records));
    }
    match found.iter().any(Option::is_some) {
        true => Split::Records(found),
        false => whole,
    }
}

/// Returns the record format of a file, by its name.
pub(crate) fn form_of(file: &Found) -> Option<RecordForm> {
    match &file.place {
        Place::Path(path) => RecordForm::of_name(&path.to_string_lossy()),
        Place::Git(place) => RecordForm::of_name(&place.path),
        Place::StandardInput => RecordForm::of_name(&file.name),
    }
}
