//! Creations that AWS would carry out twice: when nobody knows what became of one, it is looked for before it is asked
//! for again.
//!
//! The SDK's own retries are off for these calls: it would repeat them without looking.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Event, Id, Result, engine::run::Context};

/// How often a creation is asked for at most, when nobody knows what becomes of it.
const TRIES: u32 = 6;
/// How long it is asked for, when AWS says that it is asked too often.
const PATIENCE: Duration = Duration::from_mins(10);
/// The time before the second one. Each later pause is twice as long, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(16);

/// Makes something. When the answer is lost, `look` says whether it was made; when AWS only says that it is asked too
/// often, nothing was.
pub(crate) async fn once<T, Make, Made, Look, Looked>(
    cx: &Context,
    id: &Id,
    make: Make,
    look: Look,
) -> Result<T>
where
    Make: Fn() -> Made,
    Made: Future<Output = Result<T>>,
    Look: Fn() -> Looked,
    Looked: Future<Output = Result<Option<T>>>,
{
    let (start, mut pause, mut doubts) = (Instant::now(), PAUSE, 0);
    let mut again = 0;
    loop {
        again += 1;
        let error = match make().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        doubts += u32::from(error.is_in_doubt());
        let goes_on = if error.is_throttled() { start.elapsed() < PATIENCE } else { error.is_in_doubt() };
        if !goes_on || doubts == TRIES {
            return Err(error);
        }
        cx.tell(Event::Retrying { id: id.clone(), again, error: error.to_string() });
        tokio::time::sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
        if error.is_in_doubt()
            && let Some(found) = look().await?
        {
            return Ok(found);
        }
    }
}

/// Sends a request of this SDK once.
macro_rules! send_once {
    ($sdk:ident, $request:expr) => {
        $request
            .customize()
            .config_override(
                $sdk::config::Builder::new().retry_config(::aws_smithy_types::retry::RetryConfig::disabled()),
            )
            .send()
    };
}

pub(crate) use send_once;
