//! The conditions of a rule, and its transforms.
//!
//! A condition names a field of the request and values, one of which the field must have. The values are in the
//! structure of the field. Hosts and paths may have them in `Values` as well, the older place. Regular expressions are
//! accepted and not read.

use validator::ValidationError;

use crate::report::Report;
use crate::request::Node;
use crate::request::bounds::count;
use crate::request::shape::{Kind, Shape, TEXTS, choice, list, may, must};
use crate::rules::elb::condition::{self, amount};
use crate::rules::{ELB_RULE_002, ELB_RULE_003, broken};

/// A list of conditions.
pub(super) const CONDITIONS: Kind = list(&Kind::Structure(&CONDITION));
/// A list of transforms. AWS checks their regular expressions, and this check does not.
pub(super) const TRANSFORMS: Kind = list(&Kind::Structure(&TRANSFORM));

/// The fields of a condition.
const FIELDS: [&str; 6] =
    ["http-header", "http-request-method", "host-header", "path-pattern", "query-string", "source-ip"];

/// A field: its name, the member with its structure, and the rule on its values.
type Field = (&'static str, &'static str, fn(&str) -> Result<(), ValidationError>);

/// The fields whose values are texts. A query has pairs.
const OF_TEXTS: [Field; 5] = [
    ("host-header", "HostHeaderConfig", condition::host),
    ("path-pattern", "PathPatternConfig", condition::path),
    ("http-header", "HttpHeaderConfig", condition::header_value),
    ("http-request-method", "HttpRequestMethodConfig", condition::method),
    ("source-ip", "SourceIpConfig", condition::range),
];
/// The member of a condition on the query.
const QUERY: &str = "QueryStringConfig";

/// The fields that a rule may have several times.
const REPEATED: [&str; 2] = ["http-header", "query-string"];

const CONDITION: Shape = Shape(&[
    may("Field", Kind::Choice(&ELB_RULE_002, &FIELDS)),
    may("Values RegexValues", TEXTS),
    may("HostHeaderConfig PathPatternConfig HttpRequestMethodConfig", Kind::Structure(&VALUES)),
    may("HttpHeaderConfig", Kind::Structure(&HEADER)),
    may("SourceIpConfig", Kind::Structure(&SOURCE)),
    may("QueryStringConfig", Kind::Structure(&PAIRS)),
]);
const VALUES: Shape = Shape(&[may("Values RegexValues", TEXTS)]);
const HEADER: Shape =
    Shape(&[must("HttpHeaderName", Kind::Text, &ELB_RULE_003), may("Values RegexValues", TEXTS)]);
const SOURCE: Shape = Shape(&[may("Values", TEXTS), may("IpAddressType", choice(&["ipv4", "ipv6"]))]);
const PAIRS: Shape = Shape(&[may("Values", list(&Kind::Structure(&PAIR)))]);
/// A pair of the query. Without a key, any key may have the value.
const PAIR: Shape = Shape(&[may("Key Value", Kind::Text)]);

const TRANSFORM: Shape = Shape(&[
    must("Type", choice(&["host-header-rewrite", "url-rewrite"]), &ELB_RULE_002),
    may("HostHeaderRewriteConfig UrlRewriteConfig", Kind::Structure(&REWRITES)),
]);
const REWRITES: Shape = Shape(&[may("Rewrites", list(&Kind::Structure(&REWRITE)))]);
/// A regular expression, and the text that replaces its match.
const REWRITE: Shape = Shape(&[must("Regex Replace", Kind::Text, &ELB_RULE_002)]);

/// Checks the conditions of a rule.
///
/// There is at least one, with at least one value; a rule has at most 5 values and 5 wildcards (ELB-RULE-002). Hosts,
/// paths, methods and source addresses are in one condition each. The form of a value depends on its field
/// (ELB-RULE-003).
pub(super) fn inspect(request: &Node<'_>, report: &mut Report) {
    count(request, "Conditions", 1..=usize::MAX, &ELB_RULE_002, report);
    let (mut all, mut seen) = (Vec::new(), Vec::new());
    for condition in request.items("Conditions") {
        let Some(field) = field(&condition) else {
            if condition.value().is_object() && !condition.has("Field") {
                condition.lacks("Field", &ELB_RULE_002, report);
            }
            continue;
        };
        if seen.contains(&field) && !REPEATED.contains(&field) {
            report.add(condition.at(), broken!(ELB_RULE_002, "field-twice", field = field));
        }
        seen.push(field);
        all.extend(each(&condition, field, report));
    }
    amount(&all, &request.place("Conditions"), report);
}

/// Returns the field of a condition: the one that it names, or the one of its structure.
fn field<'a>(condition: &Node<'a>) -> Option<&'a str> {
    if condition.has("Field") {
        return condition.text("Field").filter(|field| FIELDS.contains(field));
    }
    let of_texts = OF_TEXTS.iter().find(|(_, member, _)| condition.has(member)).map(|(field, ..)| *field);
    of_texts.or_else(|| condition.has(QUERY).then_some("query-string"))
}

/// Checks one condition and returns its values. Those of a query are keys and values.
fn each<'a>(condition: &Node<'a>, field: &str, report: &mut Report) -> Vec<&'a str> {
    let members = OF_TEXTS.iter().map(|(of, member, _)| (*of, *member)).chain([("query-string", QUERY)]);
    for (_, member) in members.filter(|(of, member)| *of != field && condition.has(member)) {
        report.add(&condition.place(member), broken!(ELB_RULE_002, "other-field", field = field));
    }
    let Some((_, member, judge)) = OF_TEXTS.iter().find(|(of, ..)| *of == field) else {
        return query(condition, report);
    };

    let inner = condition.get(member);
    if let Some(header) = inner.as_ref().filter(|_| *member == "HttpHeaderConfig") {
        header.check_text("HttpHeaderName", &ELB_RULE_003, condition::header, report);
    }
    let older = if matches!(field, "host-header" | "path-pattern") { Some(condition) } else { None };
    let places: Vec<&Node<'a>> = inner.iter().chain(older).collect();
    let has_values =
        places.iter().any(|place| ["Values", "RegexValues"].iter().any(|list| !is_empty(place, list)));
    if !has_values {
        let at = inner.as_ref().map_or_else(|| condition.place(member), |inner| inner.place("Values"));
        report.add(&at, broken!(ELB_RULE_002, "no-value", field = field));
    }

    let mut values = Vec::new();
    for value in places.iter().flat_map(|place| place.items("Values")) {
        if let Some(text) = value.as_text() {
            report.field(&ELB_RULE_003, value.at(), judge(text));
            values.push(text);
        }
    }
    values
}

/// Returns whether a list is absent or empty. A value that is no list is a problem of the shape.
fn is_empty(node: &Node<'_>, member: &str) -> bool {
    node.get(member).is_none_or(|list| list.value().as_array().is_some_and(Vec::is_empty))
}

/// Checks a condition on the query and returns its keys and values.
fn query<'a>(condition: &Node<'a>, report: &mut Report) -> Vec<&'a str> {
    let config = condition.get(QUERY);
    let pairs = config.as_ref().map(|config| config.items("Values")).unwrap_or_default();
    if config.as_ref().is_none_or(|config| is_empty(config, "Values")) {
        let at = config.as_ref().map_or_else(|| condition.place(QUERY), |config| config.place("Values"));
        report.add(&at, broken!(ELB_RULE_002, "no-value", field = "query-string"));
    }
    for (pair, member) in pairs.iter().flat_map(|pair| ["Key", "Value"].map(|member| (pair, member))) {
        pair.check_text(member, &ELB_RULE_003, condition::query, report);
    }
    pairs.iter().filter_map(|pair| pair.text("Value")).collect()
}
