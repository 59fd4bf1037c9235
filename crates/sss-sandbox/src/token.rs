//! The tokens of pages, for all listings of all services.
//!
//! A listing pages by keys, which are its own. The caller gets a key as an opaque token with a check over the listing,
//! which is the operation with its arguments. So a garbled token, and one of another listing, are refused before the
//! listing reads them. The size of the page is no argument, because callers may change it between two pages.
//!
//! Tokens do not expire, and an empty token asks for the first page. AWS does not describe its tokens; that all arguments
//! count is an assumption.

use std::{
    borrow::Cow,
    fmt::Write as _,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde_json::{Value, json};

use crate::{call, refusal::Refusal, service::AwsService};

/// The places of tokens in the requests and answers of a service, and its refusal of a wrong one.
pub(crate) struct Tokens {
    /// The member of requests.
    pub(crate) asked: &'static str,
    /// The members of answers.
    pub(crate) given: &'static [&'static str],
    /// Returns the refusal of a token that is not one of the listing.
    pub(crate) refusal: fn() -> Refusal,
}

/// The arguments in which two pages of one listing may differ.
const FREE: &[&str] = &[
    "MaxItems",
    "MaxResults",
    "PageSize",
    "ResourcesPerPage",
    "TagsPerPage",
    "limit",
    "maxResults",
    // A caller of `GetLogEvents` has to set it on later pages only.
    "startFromHead",
];

/// The number of digits of a check.
const CHECK: usize = 16;

/// One call of a listing: its request with the listing's own key in place of the token.
pub(crate) struct Page<'a> {
    tokens: Option<&'static Tokens>,
    service: &'static str,
    operation: &'a str,
    request: &'a Value,
    /// The request with its key. It has no key after a wrong token.
    input: Cow<'a, Value>,
    is_wrong: bool,
}

impl<'a> Page<'a> {
    /// Reads the token of a request. Calls that write have none.
    pub(crate) fn asked(service: &AwsService, operation: &'a str, request: &'a Value) -> Self {
        let tokens = service.tokens.filter(|_| !call::writes(operation));
        let mut page = Self {
            tokens,
            service: service.name,
            operation,
            request,
            input: Cow::Borrowed(request),
            is_wrong: false,
        };
        let Some(member) = tokens.map(|tokens| tokens.asked) else { return page };
        let Some(token) = request[member].as_str() else { return page };

        let key = page.key(token);
        page.is_wrong = key.is_none() && !token.is_empty();
        page.input.to_mut()[member] = json!(key);
        page
    }

    /// Returns the request for the listing.
    pub(crate) fn input(&self) -> &Value {
        &self.input
    }

    /// Returns an answer with tokens in place of the keys of the listing.
    ///
    /// # Errors
    ///
    /// Refuses a request whose token belongs to no page of the listing. Other refusals of the request come first.
    pub(crate) fn answered(&self, mut answer: Value) -> Result<Value, Refusal> {
        let Some(tokens) = self.tokens else { return Ok(answer) };
        if self.is_wrong {
            return Err((tokens.refusal)());
        }
        for member in tokens.given {
            if let Some(key) = answer[*member].as_str().filter(|key| !key.is_empty()) {
                answer[*member] = json!(self.token(key));
            }
        }
        Ok(answer)
    }

    /// Returns a key as a token: its bytes and the check, in hexadecimal digits.
    fn token(&self, key: &str) -> String {
        let mut token = String::with_capacity(CHECK + 2 * key.len());
        for byte in key.bytes() {
            write!(token, "{byte:02x}").expect("a text takes all digits");
        }
        token + &self.check(key)
    }

    /// Returns the key in a token. `None` for a token that is not one of this listing.
    fn key(&self, token: &str) -> Option<String> {
        let (digits, check) = token.split_at_checked(token.len().checked_sub(CHECK)?)?;
        let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(byte).collect();
        let key = String::from_utf8(bytes?).ok()?;
        (self.check(&key) == check).then_some(key)
    }

    /// Returns the check of a key in this listing.
    fn check(&self, key: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (self.service, self.operation, key).hash(&mut hasher);
        let is_free =
            |name: &str| FREE.contains(&name) || self.tokens.is_some_and(|tokens| tokens.asked == name);
        let arguments = self.request.as_object().into_iter().flatten();
        for (name, value) in arguments.filter(|(name, value)| !is_free(name) && !value.is_null()) {
            (name, value.to_string()).hash(&mut hasher);
        }
        format!("{:0width$x}", hasher.finish(), width = CHECK)
    }
}

/// Returns the byte of two lower-case hexadecimal digits.
fn byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let digit = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests;
