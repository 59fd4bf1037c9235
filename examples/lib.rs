//! Example programs of sss; run one with `cargo run --example NAME`.

#[cfg(doctest)]
#[doc = include_str!("../crates/sss-aws/README.md")]
mod readme {}
