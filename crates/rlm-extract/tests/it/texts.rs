//! Notebooks and subtitles.
#![cfg(all(feature = "notebook", feature = "subtitles"))]
use insta::assert_snapshot;
use rlm_extract::{ExtractError, Format, Limits, extract};

use crate::damage::every_damage_is_an_error;
use crate::support::{labelled, read};

const NOTEBOOK: &str = r##"{"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": [
{"cell_type": "markdown", "source": ["# Rates\n", "Two cases."]},
{"cell_type": "code", "source": [], "outputs": []},
{"cell_type": "code", "source": "rates = load()\nrates.sum()", "outputs": [
  {"output_type": "stream", "name": "stdout", "text": ["\u001b[1mloaded\u001b[0m 12 rows\n"]},
  {"output_type": "execute_result", "data": {"text/plain": ["1200"], "text/html": ["<b>1200</b>"]}},
  {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480>"}},
  {"output_type": "error", "ename": "KeyError", "evalue": "'euros'", "traceback": ["\u001b[0;31m..."]}]}]}"##;

#[test]
fn notebook_cells_have_their_outputs() {
    assert_snapshot!(labelled(&read(Format::Notebook, NOTEBOOK.into())), @r"
    «cell 1»# Rates
    Two cases.

    ␌
    «cell 3»```python
    rates = load()
    rates.sum()
    ```
    Output:
    ```
    loaded 12 rows
    ```
    Output:
    ```
    1200
    ```
    Output:
    ```
    [image/png] <Figure size 640x480>
    ```
    Output:
    ```
    KeyError: 'euros'
    ```
    ");
    every_damage_is_an_error(Format::Notebook, NOTEBOOK.as_bytes());
    let said = |text: &str| extract(Format::Notebook, text.into(), Limits::default());
    assert!(matches!(said("{"), Err(ExtractError::Damaged { .. })));
    assert!(matches!(said("{}"), Err(ExtractError::Damaged { .. })));
    assert_eq!(said(r#"{"cells": []}"#), Err(ExtractError::NoText));
}

const SRT: &str = "1\r\n00:01:02,500 --> 00:01:04,000\r\nThe <i>roof</i> is\r\nleaking.\r\n\r\n2\r\n00:01:05,000 --> 00:01:06,000\r\n{\\an8}Since when?\r\n";
const VTT: &str = "WEBVTT\n\nNOTE not spoken\n\nintro\n00:02.000 --> 00:04.000 align:start\n<v Ada>The roof leaks.\n\n01:00:00.000 --> 01:00:01.000\n&lt;silence&gt;\n";

#[test]
fn subtitles_are_lines_with_times() {
    assert_snapshot!(labelled(&read(Format::Subtitles, SRT.into())), @r"
    «00:01:02»[00:01:02.500] The roof is leaking.
    «00:01:05»[00:01:05.000] Since when?
    ");
    assert_snapshot!(labelled(&read(Format::Subtitles, VTT.into())), @r"
    «00:00:02»[00:00:02.000] Ada: The roof leaks.
    «01:00:00»[01:00:00.000] <silence>
    ");
    let old = b"1\n00:00:01,000 --> 00:00:02,000\nGr\xfc\xdfe\n".to_vec();
    assert_eq!(read(Format::Subtitles, old).text, "[00:00:01.000] Grüße\n");
    assert_eq!(read(Format::Subtitles, b"just text\n".to_vec()).text, "just text\n");
    every_damage_is_an_error(Format::Subtitles, SRT.as_bytes());
    every_damage_is_an_error(Format::Subtitles, VTT.as_bytes());
}
