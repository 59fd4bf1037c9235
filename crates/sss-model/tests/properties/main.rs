//! Properties of the model, over random stacks and requests.

mod built;
mod fields;
mod generate;
mod keys;
mod requests;
mod stacks;
