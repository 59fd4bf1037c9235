//! A stack as people look at it: areas, services and differences, in place of kinds and objects.
//!
//! Everything here is computed from a stack and a world. Nothing makes a call.

mod areas;
mod differences;
mod outputs;
mod priced;
mod services;

pub use self::{
    areas::{Area, Areas},
    differences::{Difference, Origin},
    services::{Rollout, ServiceState, ServiceStatus, Tried},
};
pub(crate) use self::{
    differences::differences,
    outputs::{outputs, url},
    priced::priced,
    services::services,
};
