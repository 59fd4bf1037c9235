//! The chain of causes of a call that failed, as texts.
//!
//! The errors of the SDK are not kept. They hold the whole answer, and their `Debug` shows it: an answer that
//! the SDK cannot read may contain the values of a container's environment. Their texts have no answer in
//! them; a word of a text that looks secret, such as the address of a proxy with its password, is replaced by
//! a digest.

use std::{error, fmt, iter};

use crate::secret::concealed;

/// One error of the chain, with the ones that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    text: String,
    source: Option<Box<Source>>,
}

impl Source {
    /// Returns the chain of an error. An error with the text of its cause is left out.
    pub(super) fn of(error: &dyn error::Error) -> Self {
        let text = shown(&error.to_string());
        match error.source().map(Self::of) {
            Some(source) if source.text == text => source,
            source => Self { text, source: source.map(Box::new) },
        }
    }

    /// Returns the texts of the chain as one.
    pub(super) fn line(&self) -> String {
        let chain = iter::successors(Some(self), |error| error.source.as_deref());
        chain.map(|error| error.text.as_str()).collect::<Vec<_>>().join(": ")
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl error::Error for Source {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Returns a text in which a digest stands for each word that looks secret.
fn shown(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let inner = word.trim_matches(|c: char| c.is_whitespace() || "\"'`(),;".contains(c));
            if inner.is_empty() { word.to_owned() } else { word.replace(inner, &concealed("", inner)) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io;

    use aws_smithy_runtime_api::{
        client::{orchestrator::HttpResponse, result::SdkError},
        http::StatusCode,
    };
    use aws_smithy_types::{body::SdkBody, error::metadata::ErrorMetadata};

    use super::*;
    use crate::{Error, error::Answer};

    type Refused = aws_sdk_ecs::operation::describe_clusters::DescribeClustersError;

    fn answer(body: &str) -> HttpResponse {
        HttpResponse::new(StatusCode::try_from(400).expect("a status"), SdkBody::from(body))
    }

    fn error(error: SdkError<Refused, HttpResponse>) -> Error {
        Err::<(), _>(error).of("ecs:DescribeClusters").expect_err("an error")
    }

    fn texts(error: &dyn error::Error) -> Vec<String> {
        iter::successors(error.source(), |error| error.source()).map(ToString::to_string).collect()
    }

    #[test]
    fn error_has_the_causes_of_the_sdk() {
        let io = io::Error::other("no route to host");
        let found = error(SdkError::timeout_error(io));
        assert_eq!(texts(&found), ["request has timed out", "no route to host"]);

        let metadata = ErrorMetadata::builder().code("ClusterNotFoundException").message("gone").build();
        let found = error(SdkError::service_error(Refused::generic(metadata), answer("")));
        let texts = texts(&found);
        assert_eq!(texts[0], "service error");
        assert!(texts.last().is_some_and(|text| text.contains("gone")), "{texts:?}");
        assert_eq!(found.code(), Some("ClusterNotFoundException"));
    }

    #[test]
    fn chain_shows_no_secret_and_no_answer() {
        let io = io::Error::other("cannot reach 'http://me:hunter2@proxy:3128', retry");
        let unread = error(SdkError::response_error(io, answer(r#"{"environment": "hunter3"}"#)));
        let shown = format!("{unread} {unread:?} {:?}", texts(&unread));
        assert!(!shown.contains("hunter"), "{shown}");
        assert!(shown.contains("cannot reach '(hidden, "), "{shown}");
    }
}
