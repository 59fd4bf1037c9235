//! Example programs of sss; run one with `cargo run --example NAME`.
