//! Creations that AWS would carry out twice.
//!
//! Some calls create a second object when they are repeated, because names need not be unique. If the answer
//! to such a call is lost, nobody knows whether the object exists. So the engine looks for the object before
//! it repeats the call. The SDK's own retries are off for these calls (`send_once!`): they would repeat
//! without looking.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Event, Id, Result, engine::run::Context};

/// The number of attempts whose result nobody knows.
const TRIES: u32 = 6;
/// The time for which a creation is repeated while AWS refuses it as one too many.
const PATIENCE: Duration = Duration::from_mins(10);
/// The pause before the second attempt. Each later pause is twice as long, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(16);

/// Creates an object once.
///
/// `make` makes the call. If its effect is in doubt, `look` returns the object if the call created it. If AWS
/// refused the call as one too many, no object was created, so it is only repeated. Each repetition emits
/// [`Event::Retrying`].
///
/// # Errors
///
/// AWS refused the call, or the attempts or the time are used up. The last error is returned.
///
/// # Cancellation
///
/// A future that is dropped during the call may leave an object. The next observation finds it by its mark or
/// its name.
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
