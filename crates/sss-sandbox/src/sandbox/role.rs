//! Callers that are roles.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Sandbox;
use crate::services::iam;

impl Sandbox {
    /// Returns a handle whose calls are those of a role with these policies.
    ///
    /// The role is one of the account, with the documents as its managed policies: `{name}-1`, `{name}-2` and so on. A
    /// role of this name gets the documents in place of its policies. The handle signs with a key of its own, so the
    /// policies decide about the calls of a client by [`Sandbox::sdk_config`]. Other handles keep their rights, and so
    /// does [`Sandbox::request`].
    ///
    /// A client of a [served](crate::serve) sandbox gets such a key by `AssumeRole` of STS.
    ///
    /// # Errors
    ///
    /// AWS's error code and message for a document that is malformed, too long, or one too many.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let read = json!({ "Version": "2012-10-17", "Statement": [
    ///     { "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*" },
    /// ] });
    /// let reader = Sandbox::new().as_role("reader", &[read.to_string()]).expect("a valid policy");
    /// // Clients of this configuration can describe clusters, and cannot create one.
    /// let config = reader.sdk_config();
    /// ```
    pub fn as_role(&self, name: &str, policies: &[String]) -> Result<Self, (String, String)> {
        let call = |operation: &str, input: Value| self.request("iam", operation, &input);
        self.ensure_role(name)?;

        let attached = call("ListAttachedRolePolicies", json!({ "RoleName": name, "MaxItems": "1000" }))?;
        for policy in attached["AttachedPolicies"].as_array().into_iter().flatten() {
            let arn = &policy["PolicyArn"];
            call("DetachRolePolicy", json!({ "RoleName": name, "PolicyArn": arn }))?;
            call("DeletePolicy", json!({ "PolicyArn": arn }))?;
        }
        for (index, document) in policies.iter().enumerate() {
            let policy = json!({ "PolicyName": format!("{name}-{}", index + 1), "PolicyDocument": document });
            let arn = call("CreatePolicy", policy)?["Policy"]["Arn"].take();
            call("AttachRolePolicy", json!({ "RoleName": name, "PolicyArn": arn }))?;
        }

        // GetRole does not show a new role at once.
        let arn = iam::arn_of(&self.lock().world, name);
        let role = json!({ "RoleArn": arn, "RoleSessionName": "sandbox" });
        let session = self.request("sts", "AssumeRole", &role)?;
        let access_key = session["Credentials"]["AccessKeyId"].as_str().unwrap_or_default();
        Ok(Self { access_key: Arc::from(access_key), ..self.clone() })
    }

    /// Creates a role that every identity of the account can assume, unless the account has it.
    fn ensure_role(&self, name: &str) -> Result<(), (String, String)> {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": self.lock().world.global_arn("iam", "root") },
            "Action": "sts:AssumeRole",
        }] });
        let role = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
        match self.request("iam", "CreateRole", &role) {
            Err((code, _)) if code == "EntityAlreadyExists" => Ok(()),
            answer => answer.map(drop),
        }
    }
}
