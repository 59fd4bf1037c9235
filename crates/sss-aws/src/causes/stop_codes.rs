//! The stop codes of tasks.
//!
//! AWS adds codes: `InfrastructureHealth` is newer than most clients. An unknown one has no meaning here, and
//! the caller shows it.

use super::Shows;

/// The known codes, each with its meaning.
///
/// Source: `TaskStopCode` in the API of ECS.
pub(super) const STOP_CODES: [(&str, Shows); 7] = [
    (
        "TaskFailedToStart",
        Shows::Note(
            "the task never ran; its reason tells whether the image, a secret, the log or the network failed",
        ),
    ),
    ("EssentialContainerExited", Shows::Note("an essential container ended; its exit code tells why")),
    ("UserInitiated", Shows::Note("a person or a program stopped the task; CloudTrail names the caller")),
    (
        "ServiceSchedulerInitiated",
        Shows::Note(
            "ECS stopped the task for a deployment, a smaller count, or its health; its reason tells which",
        ),
    ),
    ("SpotInterruption", Shows::Cause("E15")),
    ("TerminationNotice", Shows::Cause("E16")),
    ("InfrastructureHealth", Shows::Cause("E17")),
];

/// Returns the meaning of a stop code. `None` for a code that AWS added later.
pub(crate) fn shows(code: &str) -> Option<Shows> {
    STOP_CODES.iter().find(|(known, _)| *known == code).map(|(_, shows)| *shows)
}
