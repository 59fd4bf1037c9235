//! AWS's limits that more than one crate counts with.
//!
//! The rules refuse what is above them, the engine stays below them, and the sandbox refuses as AWS does. The page of a
//! rule has the source of its limit.

/// The most tags of an object (TAG-001).
pub const TAGS: usize = 50;

/// The most characters of a tag's key (TAG-002).
pub const TAG_KEY: usize = 128;

/// The most characters of a tag's value (TAG-002).
pub const TAG_VALUE: usize = 256;

/// The most characters of all inline policies of a role together, without white space (IAM-POL-012).
pub const INLINE_POLICIES: usize = 10_240;

/// The most characters of a managed policy, without white space.
pub const MANAGED_POLICY: usize = 6_144;

/// The most scaling policies of a scalable target (AAS-POL-007).
pub const SCALING_POLICIES: usize = 50;

/// The most ranges of a step policy (AAS-POL-005).
pub const SCALING_STEPS: usize = 20;

/// The most scheduled actions of a scalable target (AAS-ACT-005).
pub const SCHEDULED_ACTIONS: usize = 200;
