//! Stack files to begin with, and the templates that give them.

/// Returns a commented stack file with one service, to be filled in.
///
/// The file is valid as it is; its ids are those of the sandbox's account.
///
/// ```
/// let parsed = sss_model::Stack::from_toml(&sss_model::tfvars::starter()).expect("the starter file is valid");
/// assert_eq!(parsed.stack.services.len(), 1);
/// ```
pub fn starter() -> String {
    include_str!("starter.toml").to_owned()
}

/// Returns the template with `@name@` replaced by the values.
///
/// Such names in the values stay, because the template is split before they are inserted.
pub(super) fn filled(template: &str, values: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (position, piece) in template.split('@').enumerate() {
        match values.iter().find(|(name, _)| position % 2 == 1 && *name == piece) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(piece),
        }
    }
    text
}
