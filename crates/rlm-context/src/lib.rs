//! Sources, documents and their manifest: what every program reads.
