//! The cases of a rule: its messages and fixes, with gaps for the values that differ from problem to problem.
//!
//! A template is a string of the book with names in braces. All checks of templates are `const fn`, because the book
//! and the sites that break rules are constants: a malformed template, an argument without a gap and a gap without an
//! argument fail to compile. `const fn` cannot use iterators or compare strings, which is why the functions below work
//! on bytes and indices.
//!
//! [`filled`] is the one function that runs later: it puts the arguments of a problem into a template.

use schemars::JsonSchema;
use serde::Serialize;

/// One way to break a [`Rule`](super::Rule): the message and the fix that a [`Problem`](crate::Problem) gets.
///
/// Both are templates. A name in braces, as in `` `{key}` names {count} providers ``, stands for the problem's argument
/// of that name; `{key}` stands for the last key of the problem's path. `{{` and `}}` stand for single braces.
///
/// Programs decide by `name`, which is stable. The templates may be reworded in any version.
///
/// ```
/// use sss_model::rules;
///
/// let rule = rules::find("ECS-TD-031").expect("the book has the rule");
/// let case = rule.cases.iter().find(|case| case.name == "out-of-range").expect("the rule has the case");
/// assert_eq!(case.message, "`{key}` must be from {least} to {most}, not {given}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Case {
    /// The name, in kebab case: it is unique among the cases of the rule, and it does not change.
    pub name: &'static str,
    /// The template of the message: a sentence with its subject.
    pub message: &'static str,
    /// The template of the fix for a stack or a stack file: an instruction that can be typed.
    pub fix: &'static str,
    /// The template of the fix for a request of AWS, or `None` if `fix` is right for both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix_in_request: Option<&'static str>,
}

/// The gap of the problem's own key, for which no site gives an argument.
const KEY: &str = "key";

/// An argument of this name would be overwritten: `validator` puts the offending value under it.
const TAKEN: &str = "value";

/// Returns a case of the book, and refuses to compile one whose name or templates are malformed.
pub(super) const fn case(name: &'static str, message: &'static str, fix: &'static str) -> Case {
    assert!(is_kebab(name.as_bytes()), "a case's name is in kebab case");
    check(message);
    check(fix);
    Case { name, message, fix, fix_in_request: None }
}

impl Case {
    /// Returns the message and the fix as people read them, with the names of the arguments in braces.
    ///
    /// The templates have double braces for single ones, so use this where a case is shown and not filled.
    pub fn words(&self) -> (String, String) {
        (shown(self.message), shown(self.fix))
    }

    /// Returns the same case with another fix for requests of AWS.
    pub(super) const fn in_request(self, fix: &'static str) -> Self {
        check(fix);
        Case { fix_in_request: Some(fix), ..self }
    }

    /// Returns a case that rules share, with a fix of one rule.
    ///
    /// Sites that raise the shared case fill only its gaps, so the new fix may use only these.
    pub(super) const fn with_fix(self, fix: &'static str) -> Self {
        self.check_within(fix);
        Case { fix, ..self }
    }

    /// Returns a case that rules share, with a message of one rule.
    pub(super) const fn with_message(self, message: &'static str) -> Self {
        self.check_within(message);
        Case { message, ..self }
    }

    /// Returns the templates of the case. A missing fix for requests is an empty one.
    const fn templates(&self) -> [&'static str; 3] {
        [
            self.message,
            self.fix,
            match self.fix_in_request {
                Some(fix) => fix,
                None => "",
            },
        ]
    }

    /// Fails for a template with other gaps than this case has: the sites that raise it fill no others.
    const fn check_within(&self, template: &str) {
        let mut from = 0;
        while let Some((start, end)) = gap(template.as_bytes(), from) {
            let is_known = is_at(template.as_bytes(), start, end, KEY);
            assert!(is_known || self.has_gap(template.as_bytes(), start, end), "no site fills this gap");
            from = end + 1;
        }
    }

    /// Returns whether a template of the case has a gap of this name.
    ///
    /// The name is a range of bytes of another text, because a `const fn` cannot cut a string.
    const fn has_gap(&self, name: &[u8], start: usize, end: usize) -> bool {
        let mut index = 0;
        while index < 3 {
            let template = self.templates()[index].as_bytes();
            let mut from = 0;
            while let Some((first, last)) = gap(template, from) {
                if is_same(template, first, last, name, start, end) {
                    return true;
                }
                from = last + 1;
            }
            index += 1;
        }
        false
    }

    /// Fails unless the arguments are the ones that the templates have gaps for, no more and no fewer.
    pub(crate) const fn takes(&self, arguments: &[&str]) {
        let mut index = 0;
        while index < arguments.len() {
            let name = arguments[index].as_bytes();
            assert!(self.has_gap(name, 0, name.len()), "no template of the case uses this argument");
            index += 1;
        }

        let mut index = 0;
        while index < 3 {
            let template = self.templates()[index].as_bytes();
            let mut from = 0;
            while let Some((start, end)) = gap(template, from) {
                let is_filled = is_at(template, start, end, KEY) || is_among(template, start, end, arguments);
                assert!(is_filled, "a template of the case has a gap that this site does not fill");
                from = end + 1;
            }
            index += 1;
        }
    }

    /// Returns the names of the arguments, each once, in the order of the templates.
    pub(crate) fn arguments(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for template in self.templates() {
            let mut from = 0;
            while let Some((start, end)) = gap(template.as_bytes(), from) {
                let name = &template[start..end];
                if name != KEY && !names.contains(&name) {
                    names.push(name);
                }
                from = end + 1;
            }
        }
        names
    }
}

/// Refuses to compile a template with a stray brace, or with a gap of the name that is taken.
const fn check(template: &str) {
    let mut from = 0;
    while let Some((start, end)) = gap(template.as_bytes(), from) {
        assert!(!is_at(template.as_bytes(), start, end, TAKEN), "no argument can be called `value`");
        from = end + 1;
    }
}

/// Returns a template as people read it, with a single brace for each double one.
pub(crate) fn shown(template: &str) -> String {
    template.replace("{{", "{").replace("}}", "}")
}

/// The most bytes of an argument in a text. AWS's own values are shorter, and a longer one hides the sentence around it.
const LONGEST_ARGUMENT: usize = 1024;

/// Returns an argument, the middle of a long one left out.
fn shortened(argument: String) -> String {
    if argument.len() <= LONGEST_ARGUMENT {
        return argument;
    }
    let (head, tail) = (LONGEST_ARGUMENT / 2, argument.len() - LONGEST_ARGUMENT / 2);
    let (head, tail) = (argument.floor_char_boundary(head), argument.ceil_char_boundary(tail));
    format!("{}…{}", &argument[..head], &argument[tail..])
}

/// Returns a template with its gaps filled.
///
/// `key` replaces `{key}`, and `argument` returns the text for each other name. A double brace becomes a single one. A
/// long argument is shortened.
pub(crate) fn filled(template: &str, key: &str, argument: impl Fn(&str) -> String) -> String {
    let (mut text, mut from) = (String::new(), 0);
    while let Some((start, end)) = gap(template.as_bytes(), from) {
        text.push_str(&shown(&template[from..start - 1]));
        match &template[start..end] {
            KEY => text.push_str(key),
            name => text.push_str(&shortened(argument(name))),
        }
        from = end + 1;
    }
    text.push_str(&shown(&template[from..]));
    text
}

/// Returns the bytes of the first name in braces at or behind a byte of a template.
///
/// # Panics
///
/// Panics for a brace that neither begins nor ends a name. The book is a constant, so that is an error of the compiler.
const fn gap(template: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while at < template.len() {
        let is_double = at + 1 < template.len() && template[at + 1] == template[at];
        match template[at] {
            b'{' | b'}' if is_double => at += 2,
            b'{' => {
                let start = at + 1;
                let mut end = start;
                while end < template.len() && matches!(template[end], b'a'..=b'z' | b'_') {
                    end += 1;
                }
                let is_closed = end > start && end < template.len() && template[end] == b'}';
                assert!(is_closed, "an opening brace begins a name; two stand for the brace itself");
                return Some((start, end));
            }
            b'}' => panic!("a closing brace ends a name; two stand for the brace itself"),
            _ => at += 1,
        }
    }
    None
}

/// Returns whether two ranges of bytes have the same content.
const fn is_same(left: &[u8], from: usize, to: usize, right: &[u8], start: usize, end: usize) -> bool {
    if to - from != end - start {
        return false;
    }
    let mut index = 0;
    while index < to - from {
        if left[from + index] != right[start + index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Returns whether a range of a template is a name.
const fn is_at(template: &[u8], start: usize, end: usize, name: &str) -> bool {
    is_same(template, start, end, name.as_bytes(), 0, name.len())
}

/// Returns whether a range of a template is one of some names.
const fn is_among(template: &[u8], start: usize, end: usize, names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        if is_at(template, start, end, names[index]) {
            return true;
        }
        index += 1;
    }
    false
}

/// Returns whether two texts are equal, at compile time too.
pub(super) const fn is_equal(left: &str, right: &str) -> bool {
    is_at(left.as_bytes(), 0, left.len(), right)
}

/// Returns whether a name has words of lower-case letters and digits, with single hyphens between them.
const fn is_kebab(name: &[u8]) -> bool {
    let (mut index, mut begins_word) = (0, true);
    while index < name.len() {
        match name[index] {
            b'a'..=b'z' | b'0'..=b'9' => begins_word = false,
            b'-' if !begins_word => begins_word = true,
            _ => return false,
        }
        index += 1;
    }
    !begins_word
}

#[cfg(test)]
mod tests {
    use super::{case, filled, is_kebab};

    #[test]
    fn gaps_are_filled_by_name() {
        let fill = |template: &str| filled(template, "port", |name| format!("<{name}>"));
        assert_eq!(fill("`{key}` is {size}, not {{a}} of {most}"), "`port` is <size>, not {a} of <most>");
        assert_eq!(fill("{a}{b}"), "<a><b>");
        assert_eq!(fill("{{{a}}}"), "{<a>}");
        assert_eq!(fill(""), "");
    }

    #[test]
    fn arguments_are_the_gaps_of_all_templates() {
        let case = case("a", "`{key}` is {size}", "lower {size} to {most}").in_request("take {least}");
        assert_eq!(case.arguments(), ["size", "most", "least"]);
        case.takes(&["least", "most", "size"]);
    }

    #[test]
    #[should_panic(expected = "does not fill")]
    fn gap_without_an_argument_is_refused() {
        case("a", "{size}", "lower {most}").takes(&["size"]);
    }

    #[test]
    #[should_panic(expected = "no template")]
    fn argument_without_a_gap_is_refused() {
        case("a", "{size}", "lower it").takes(&["size", "most"]);
    }

    #[test]
    #[should_panic(expected = "closing brace")]
    fn stray_brace_is_refused() {
        case("a", "a } b", "");
    }

    #[test]
    fn names_are_in_kebab_case() {
        for (name, want) in [
            ("a", true),
            ("no-2b", true),
            ("", false),
            ("A", false),
            ("-a", false),
            ("a-", false),
            ("a--b", false),
        ] {
            assert_eq!(is_kebab(name.as_bytes()), want, "{name}");
        }
    }
}
