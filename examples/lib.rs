//! Example programs of `sss`. Run one with `cargo run --example NAME`.
