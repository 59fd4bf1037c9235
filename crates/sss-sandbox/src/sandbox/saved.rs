//! Accounts as JSON.
//!
//! The JSON is the world: the objects, the events that are due later, the delays and the time. It has no
//! promise of form between versions of this crate, except that an account without the part of a newer service
//! loads.

use std::fmt;

use super::Sandbox;
use crate::services;

impl Sandbox {
    /// Loads an account that [`Sandbox::save`] wrote.
    ///
    /// Its time continues at the time of the save. Calls, faults, quotas and factors are not part of a saved account.
    ///
    /// # Errors
    ///
    /// If `json` is not a saved account.
    ///
    /// # Examples
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let saved = Sandbox::new().save();
    /// assert_eq!(Sandbox::load(&saved).expect("a saved account").save(), saved);
    /// assert!(Sandbox::load(b"{}").is_err());
    /// ```
    pub fn load(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map(Self::of).map_err(|source| Error { source })
    }

    /// Returns the account as readable JSON.
    ///
    /// Two accounts with the same content give the same bytes. The JSON holds every value in plain text, secrets too;
    /// [`Sandbox::save_concealed`] replaces them.
    pub fn save(&self) -> Vec<u8> {
        self.save_concealed(|_, value| value.to_owned())
    }

    /// Returns the account as readable JSON, with replacements for values that may be secret.
    ///
    /// `conceal` gets the name and the value of each variable, log option and label of a container, each
    /// variable of a stage, each parameter of an integration, and each parameter of Parameter Store, by the
    /// last part of its name. It returns the replacement. An account that loads the JSON has the replacements
    /// for its values.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// let parameter = json!({ "Name": "token", "Value": "a plain value", "Type": "String" });
    /// sandbox.request("ssm", "PutParameter", &parameter).expect("a new name");
    /// let saved = sandbox.save_concealed(|name, _| format!("the hidden {name}"));
    /// let saved = String::from_utf8(saved).expect("JSON is text");
    /// assert!(saved.contains("the hidden token") && !saved.contains("a plain value"));
    /// ```
    #[expect(clippy::missing_panics_doc, reason = "a world can always be written")]
    pub fn save_concealed(&self, conceal: impl Fn(&str, &str) -> String) -> Vec<u8> {
        let mut account = self.lock();
        account.catch_up();
        let mut world = account.world.clone();
        for replace in services::ALL.iter().filter_map(|service| service.conceal) {
            replace(&mut world, &conceal);
        }
        let mut json = serde_json::to_vec_pretty(&world).expect("a world has only string keys");
        json.push(b'\n');
        json
    }
}

/// The error of [`Sandbox::load`]: the bytes are not a saved account.
///
/// Its source says where the JSON differs.
#[derive(Debug)]
pub struct Error {
    /// The error of the JSON reader, with line and column.
    source: serde_json::Error,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a saved sandbox")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
