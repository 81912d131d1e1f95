//! Content-addressed replies: sled on disk, a memory tier in front.
