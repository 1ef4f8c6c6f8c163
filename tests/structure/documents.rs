//! What the documents name exists.
