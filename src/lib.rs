//! A runtime for recursive language models.
