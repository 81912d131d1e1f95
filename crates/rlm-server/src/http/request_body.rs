//! Ends request bodies that arrive too slowly.

use std::error::Error;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

use crate::http::problem::Problem;

/// The minimum rate of a body in bytes per second, after the first pause that is allowed.
const MIN_RATE: f64 = 1_024.0;

/// The error of a body that arrives too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body arrives too slowly")]
struct TooSlow;

/// Returns a request whose body fails if its client pauses for longer than `pause`, or sends less than
/// 1 KiB/s on average after it.
pub(crate) fn timed(request: Request, pause: Duration) -> Request {
    request.map(|body| {
        let start = Instant::now();
        let pieces = stream::try_unfold((body.into_data_stream(), 0), move |(mut pieces, received)| async move {
            let allowed = pause + Duration::from_secs_f64(received as f64 / MIN_RATE);
            let deadline = (Instant::now() + pause).min(start + allowed);
            match timeout_at(deadline, pieces.next()).await {
                Ok(Some(piece)) => {
                    let piece = piece?;
                    let received = received + piece.len();
                    Ok(Some((piece, (pieces, received))))
                }
                Ok(None) => Ok(None),
                Err(_) => Err(axum::Error::new(TooSlow)),
            }
        });
        Body::from_stream(pieces.into_stream())
    })
}

/// Returns the problem of a body that could not be read.
pub(crate) fn unreadable(error: &(dyn Error + 'static)) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            let detail = "the body of the request arrives too slowly";
            return Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", detail);
        }
        cause = error.source();
    }
    Problem::new(StatusCode::BAD_REQUEST, "body_unreadable", "the body could not be read")
}
