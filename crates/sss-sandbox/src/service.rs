//! A service of AWS: its facts, and how the account calls it.
//!
//! Everything in which services differ is data in [`AwsService`]. Functions complete it: one carries out an
//! operation, two show the service's objects to the tagging API, one adds objects to a new account, and one
//! conceals values in a saved one. The protocol has brought every request into the neutral form before: a
//! JSON value with AWS's member names.

use std::fmt;

use serde_json::Value;

use crate::{
    access::{Access, Need, Reason},
    call,
    gate::Form,
    quota::Quota,
    refusal::Refusal,
    tags::Tags,
    token::{Page, Tokens},
    wire::Protocol,
    world::World,
    writer::OneWriter,
};

/// The facts about an AWS service that the rest of the crate needs.
///
/// Each service states its own in its module, as `SERVICE`. The wire, the gate, the quotas, the faults and the tagging
/// API read them here and know no service by name.
pub(crate) struct AwsService {
    /// The signing name, which is also the prefix of its actions in IAM policies.
    pub(crate) name: &'static str,
    /// The name of its command in the AWS CLI.
    pub(crate) cli_name: &'static str,
    /// The protocol, with the service's own targets, paths or versions.
    pub(crate) protocol: Protocol,
    /// The form of its requests, compared with the AWS CLI's.
    pub(crate) form: Form,
    /// The regions whose signatures it accepts.
    pub(crate) scope: Scope,
    /// The quotas on its calls.
    pub(crate) quotas: &'static [Quota],
    /// Its answers to calls that it does not serve.
    pub(crate) troubles: Troubles,
    /// The permissions that its operations need.
    pub(crate) access: Access,
    /// The objects that take one writer at a time. `None` if the service has no such objects.
    pub(crate) one_writer: Option<OneWriter>,
    /// The tokens of its listings. `None` if no listing has pages.
    pub(crate) tokens: Option<&'static Tokens>,
    /// Carries out one operation, with its input in the neutral form. It must change nothing if it refuses.
    pub(crate) operate: fn(&mut World, &str, &Value) -> Result<Value, Refusal>,
    /// Its objects, as the tagging API sees them. `None` if that API does not know them.
    pub(crate) tagged: Option<Tagged>,
    /// Adds its objects to a new account. `None` if a new account has none of them.
    pub(crate) furnish: Option<fn(&mut World)>,
    /// Replaces its values that may be secret, for a saved account. `None` if it has no such values.
    pub(crate) conceal: Option<fn(&mut World, Concealed<'_>)>,
}

/// The regions whose signatures a service accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The account's region only.
    Region,
    /// All regions of the account's partition.
    Partition,
}

/// Returns a replacement for a value that may be secret, by its name and the value.
pub(crate) type Concealed<'a> = &'a dyn Fn(&str, &str) -> String;

/// A service's objects, as the tagging API sees them.
pub(crate) struct Tagged {
    /// Lists the objects.
    pub(crate) objects: fn(&World) -> Vec<TaggedObject>,
    /// Returns the tags of the object with an ARN, `None` if the service has no such object.
    pub(crate) tags: for<'a> fn(&'a mut World, &str) -> Option<&'a mut Tags>,
}

/// An object that can have tags. The tagging API lists it only if it has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaggedObject {
    pub(crate) arn: String,
    /// The resource type, such as `ecs:cluster`.
    pub(crate) resource_type: &'static str,
    pub(crate) tags: Tags,
}

/// A service's answers to calls that it cannot or will not serve.
pub(crate) struct Troubles {
    /// The answer to a call above a quota.
    pub(crate) throttled: Trouble,
    /// The answer to a call during a failure of the service.
    pub(crate) failed: Trouble,
    /// The answer to a call that the caller's policies do not allow. Its message precedes the sentence that names the
    /// caller and the action.
    pub(crate) denied: Trouble,
}

/// The status, the error code and the message of an answer. The code is the service's own.
pub(crate) struct Trouble {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

impl Trouble {
    /// Returns the answer to one call too many, in the words of most services.
    pub(crate) const fn throttled(code: &'static str) -> Self {
        Self { status: 400, code, message: "Rate exceeded" }
    }

    /// Returns the answer of a failed service.
    pub(crate) const fn failed(status: u16, code: &'static str) -> Self {
        Self { status, code, message: "The service cannot complete the request. Try again later." }
    }

    /// Returns the answer to a call that is not allowed, in the words of most services.
    pub(crate) const fn denied(status: u16, code: &'static str) -> Self {
        Self { status, code, message: "" }
    }

    /// Returns the answer as a refusal.
    fn refusal(&self) -> Refusal {
        Refusal::with_status(self.status, self.code, self.message)
    }
}

impl AwsService {
    /// Answers one call, reads and writes the tokens of pages, and tells the tagging API of changes.
    ///
    /// # Errors
    ///
    /// Returns the operation's refusal. The call then has no effect.
    pub(crate) fn call(&self, world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
        world.before_change();
        let page = Page::asked(self, operation, input);
        let answer = (self.operate)(world, operation, page.input())?;
        if call::writes(operation) {
            world.after_change();
        }
        page.answered(answer)
    }

    /// Returns the refusal of a call above a quota.
    pub(crate) fn throttled(&self) -> Refusal {
        self.troubles.throttled.refusal()
    }

    /// Returns the refusal of a call during a failure of the service.
    pub(crate) fn failed(&self) -> Refusal {
        self.troubles.failed.refusal()
    }

    /// Returns the refusal of a call that the caller's policies do not allow. It names the caller, the action, the
    /// resource and the reason.
    pub(crate) fn denied(&self, world: &World, need: &Need, reason: Reason) -> Refusal {
        let Need { action, resource, .. } = need;
        let Trouble { status, code, message } = self.troubles.denied;
        let (caller, because) = (world.caller_arn(), reason.words(action));
        Refusal::with_status(
            status,
            code,
            format!(
                "{message}User: {caller} is not authorized to perform: {action} on resource: {resource} {because}"
            ),
        )
    }
}

/// Two services are the same if they have the same signing name.
impl PartialEq for AwsService {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for AwsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests;
