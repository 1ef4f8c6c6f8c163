//! The life of a run: pure decisions over plain values. Nothing here reads the clock, the environment or the network.

pub mod verdict;
