//! The exit codes of containers.

use super::{Confidence, Diagnosis, known};

/// The cause of an exit code, where the code alone says more than the sentence of the cause.
struct ExitCode {
    /// The code.
    code: i32,
    /// The id of the cause.
    cause: &'static str,
    /// The sentence.
    title: &'static str,
    /// The certainty.
    confidence: Confidence,
}

/// The codes with a meaning of their own. The others up to 125 are the application's.
///
/// Source: "Stopped tasks error codes" for 134, 137, 139 and 143; Docker's exit statuses for the rest.
const CODES: [ExitCode; 7] = [
    ExitCode {
        code: 126,
        cause: "K6",
        title: "The command of the container is not executable",
        confidence: Confidence::Likely,
    },
    ExitCode {
        code: 127,
        cause: "K6",
        title: "The command of the container is not in the image",
        confidence: Confidence::Likely,
    },
    ExitCode {
        code: 134,
        cause: "K6",
        title: "The process aborted itself (SIGABRT)",
        confidence: Confidence::Sure,
    },
    ExitCode {
        code: 137,
        cause: "K3",
        title: "The process was killed (SIGKILL), most often for its memory",
        confidence: Confidence::Possible,
    },
    ExitCode {
        code: 139,
        cause: "K5",
        title: "The process crashed with a segmentation fault",
        confidence: Confidence::Sure,
    },
    ExitCode {
        code: 143,
        cause: "K6",
        title: "The process ended on SIGTERM, as when somebody stops it",
        confidence: Confidence::Sure,
    },
    ExitCode {
        code: 255,
        cause: "K6",
        title: "The process ended with exit code 255, or could not begin",
        confidence: Confidence::Possible,
    },
];

/// Returns the cause of the exit code of an essential container that ended by itself.
///
/// `None` for a code without a known meaning.
pub(crate) fn diagnosis(code: i32) -> Option<Diagnosis> {
    if let Some(known_code) = CODES.iter().find(|known_code| known_code.code == code) {
        let ExitCode { cause, title, confidence, .. } = *known_code;
        return Some(Diagnosis { title, confidence, ..Diagnosis::of(known(cause)) });
    }
    match code {
        0 => Some(Diagnosis::of(known("K1"))),
        1..=125 => Some(Diagnosis::of(known("K2"))),
        _ => None,
    }
}

/// Returns the exit code that a text names, such as `exit code 137` or `"exitCode": 137`.
pub(super) fn in_text(text: &str) -> Option<i32> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|character: char| !character.is_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    // The words between "exit" and the number say no more.
    let exit = words.iter().position(|word| word.starts_with("exit"))?;
    let rest = words[exit + 1..].iter().skip_while(|word| ["code", "status", "with"].contains(*word));
    rest.take(1).find_map(|word| word.parse().ok())
}
