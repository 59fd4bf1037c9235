//! Answers that do not come from AWS.
//!
//! A proxy, a login page of a network, or a wrong endpoint may answer in the place of AWS. Such an answer is
//! the only clue to its sender, so the error shows its status and its first bytes. It must not show a secret
//! either: an answer in JSON or XML may come from AWS after all, so only its length is shown, and a redirect
//! loses its query.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// The host that an answer came from, with its port. The client adds it to each answer.
#[derive(Debug, Clone)]
pub(crate) struct Host(pub(crate) String);

/// The number of characters of an answer that an error shows.
const SHOWN: usize = 80;

/// Returns a description of an answer: its host, its status, the target of a redirect, and its first bytes.
///
/// It does not show the content of an answer that may come from AWS, because that may hold secret values.
pub(crate) fn describe(response: &HttpResponse) -> String {
    let status = http_status(response.status().as_u16());
    // The query of the target may hold a token.
    let location = response.headers().get("location").and_then(|to| to.split('?').next());
    let location = location.map(|to| format!(" to {to}")).unwrap_or_default();
    let body = response.body().bytes().unwrap_or_default();
    let host = response.extension::<Host>().map(|host| format!("{} answered ", host.0)).unwrap_or_default();
    format!("{host}{status}{location} with {}", content(body))
}

/// Returns a status with its usual name. HTTP/2 sends no names.
fn http_status(status: u16) -> String {
    let name = match status {
        200 => " OK",
        301 => " Moved Permanently",
        302 => " Found",
        307 => " Temporary Redirect",
        308 => " Permanent Redirect",
        403 => " Forbidden",
        404 => " Not Found",
        407 => " Proxy Authentication Required",
        500 => " Internal Server Error",
        502 => " Bad Gateway",
        503 => " Service Unavailable",
        504 => " Gateway Timeout",
        _ => "",
    };
    format!("HTTP {status}{name}")
}

/// Returns the first characters of a text on one line without control characters, or the form and length of
/// data.
fn content(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * SHOWN)]);
    let text = text.trim_start_matches('\u{feff}').trim();
    let length = body.len();
    if text.is_empty() {
        return if length == 0 { "an empty body".to_owned() } else { format!("{length} bytes of blanks") };
    }
    if text.starts_with(['{', '[']) {
        return format!("{length} bytes of JSON");
    }
    if text.starts_with('<') && !is_html(text.as_bytes()) {
        return format!("{length} bytes of XML");
    }
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().filter(|letter| !letter.is_control()).take(SHOWN).collect();
    format!("`{shown}`{}", if words.chars().count() > SHOWN { "…" } else { "" })
}

/// Returns whether a body is a page for people. AWS answers no call with one.
pub(crate) fn is_html(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    ["<!doctype html", "<html"].iter().any(|start| {
        body.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn check(status: u16, location: Option<&'static str>, body: &str, says: &str) {
        let status = status.try_into().expect("a status");
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        if let Some(location) = location {
            response.headers_mut().insert("location", location);
        }
        assert_eq!(describe(&response), says);
    }

    #[test]
    fn status_and_first_bytes_are_shown() {
        check(
            302,
            Some("http://x/login?token=abc"),
            "",
            "HTTP 302 Found to http://x/login with an empty body",
        );
        check(500, None, "", "HTTP 500 Internal Server Error with an empty body");
        check(200, None, "<html>portal</html>", "HTTP 200 OK with `<html>portal</html>`");
        check(418, None, "\u{1b}[31mno\r\n tea", "HTTP 418 with `[31mno tea`");
        let long = format!("<!DOCTYPE html>{}", "x ".repeat(500));
        check(200, None, &long, &format!("HTTP 200 OK with `{}`…", &long[..80]));
    }

    #[test]
    fn possible_answers_of_aws_are_not_shown() {
        check(200, None, "{\"value\":\"secret", "HTTP 200 OK with 16 bytes of JSON");
        check(200, None, "<GetResponse><Value>secret", "HTTP 200 OK with 26 bytes of XML");
        check(200, None, "  ", "HTTP 200 OK with 2 bytes of blanks");
    }
}
