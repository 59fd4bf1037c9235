//! Properties of the model, over random stacks and requests.

mod built;
mod generate;
mod requests;
mod stacks;
