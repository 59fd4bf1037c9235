//! The difference of two values, as lines below one another.
//!
//! A changed value is never shortened: somebody who agrees to a plan has to see what changes. Objects and lists are
//! compared member by member, also those within a text that is JSON, such as the format of an access log. Equal parts
//! are left out, and the differing parts of a text are marked.

use serde_json::Value;

/// The most cells of a comparison. Larger lists count as different from the first to the last difference.
const CELLS: usize = 1 << 20;

/// The most columns of a value that is shown within a line.
const SHORT: usize = 24;

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// The depth within the value.
    pub(crate) depth: usize,
    /// `-` for the old side, `+` for the new one, and a space for both.
    pub(crate) sign: char,
    /// The text, in parts that are the same on the other side (`false`) and parts that differ (`true`).
    pub(crate) parts: Vec<(bool, String)>,
}

impl Row {
    fn new(depth: usize, sign: char, text: impl Into<String>) -> Self {
        Self { depth, sign, parts: vec![(false, text.into())] }
    }
}

/// Returns two scalars as `before → after`, if both are short and fit into a line.
pub(crate) fn within_a_line(before: &Value, after: &Value) -> Option<String> {
    let is_short = |value: &Value| {
        let text = shown(value);
        !value.is_array() && !value.is_object() && text.chars().count() <= SHORT && !text.contains('\n')
    };
    (is_short(before) && is_short(after)).then(|| {
        let (before, after) = pair(before, after);
        format!("{before} → {after}")
    })
}

/// Returns the lines that lead from one value to another. An absent value is added or removed as a whole.
pub(crate) fn rows(before: Option<&Value>, after: Option<&Value>) -> Vec<Row> {
    let mut rows = Vec::new();
    match (before, after) {
        (Some(before), Some(after)) => compare(0, None, before, after, &mut rows),
        (Some(only), None) => whole(0, '-', None, only, &mut rows),
        (None, Some(only)) => whole(0, '+', None, only, &mut rows),
        (None, None) => {}
    }
    rows
}

/// Adds the lines between two values. `name` is the member that holds them.
fn compare(depth: usize, name: Option<&str>, before: &Value, after: &Value, rows: &mut Vec<Row>) {
    let read = embedded(before).zip(embedded(after));
    let (old, new) = read.as_ref().map_or((before, after), |(old, new)| (old, new));
    let inner = depth + usize::from(name.is_some());
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            rows.extend(name.map(|name| Row::new(depth, ' ', format!("{name}:"))));
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            for key in keys {
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) if old == new => {}
                    (Some(old), Some(new)) => compare(inner, Some(key), old, new, rows),
                    (Some(only), None) => whole(inner, '-', Some(key), only, rows),
                    (None, Some(only)) => whole(inner, '+', Some(key), only, rows),
                    (None, None) => {}
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            rows.extend(name.map(|name| Row::new(depth, ' ', format!("{name}:"))));
            elements(inner, old, new, rows);
        }
        (old, new) => texts(depth, name, old, new, rows),
    }
}

/// Returns the object or list within a text that is JSON.
fn embedded(value: &Value) -> Option<Value> {
    let text = value.as_str()?.trim_start();
    let parsed = text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok())?;
    parsed.filter(|value: &Value| value.is_object() || value.is_array())
}

/// Adds the elements that are removed and added. Neighbours are compared with one another.
fn elements(depth: usize, old: &[Value], new: &[Value], rows: &mut Vec<Row>) {
    let mut equal = common(old, new);
    let kept = equal.len();
    equal.push((old.len(), new.len()));

    let (mut left, mut right) = (0, 0);
    for (old_end, new_end) in equal {
        let (removed, added) = (&old[left..old_end], &new[right..new_end]);
        let both = removed.len().min(added.len());
        for (index, (before, after)) in removed.iter().zip(added).enumerate() {
            let is_nested = |value: &Value| value.is_object() || value.is_array();
            let name = (is_nested(before) && is_nested(after)).then(|| element(after, right + index));
            compare(depth, name.as_deref(), before, after, rows);
        }
        removed[both..].iter().for_each(|only| whole(depth, '-', None, only, rows));
        added[both..].iter().for_each(|only| whole(depth, '+', None, only, rows));
        (left, right) = (old_end + 1, new_end + 1);
    }
    if kept > 0 {
        rows.push(Row::new(depth, ' ', format!("({kept} unchanged)")));
    }
}

/// Returns the name of an element: the id of a policy's statement, or its position.
fn element(value: &Value, index: usize) -> String {
    match value.get("Sid").and_then(Value::as_str) {
        Some(id) => format!("statement {id}"),
        None => format!("[{index}]"),
    }
}

/// Adds one value that is absent on the other side.
fn whole(depth: usize, sign: char, name: Option<&str>, only: &Value, rows: &mut Vec<Row>) {
    let label = name.map(|name| format!("{name}: ")).unwrap_or_default();
    match only {
        Value::String(text) if text.contains('\n') => {
            rows.extend(name.map(|name| Row::new(depth, sign, format!("{name}:"))));
            let inner = depth + usize::from(name.is_some());
            rows.extend(text.lines().map(|line| Row::new(inner, sign, line)));
        }
        only => rows.push(Row::new(depth, sign, format!("{label}{}", shown(only)))),
    }
}

/// Adds two texts below one another. Texts of several lines are compared line by line.
fn texts(depth: usize, name: Option<&str>, old: &Value, new: &Value, rows: &mut Vec<Row>) {
    let (before, after) = pair(old, new);
    if before.contains('\n') || after.contains('\n') {
        rows.extend(name.map(|name| Row::new(depth, ' ', format!("{name}:"))));
        let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
        return lines(depth + usize::from(name.is_some()), &before, &after, rows);
    }
    marked(depth, name, &before, &after, rows);
}

/// Adds the lines of a text that are removed and added.
fn lines(depth: usize, old: &[&str], new: &[&str], rows: &mut Vec<Row>) {
    let mut equal = common(old, new);
    equal.push((old.len(), new.len()));
    let (mut left, mut right) = (0, 0);
    for (old_end, new_end) in equal {
        let (removed, added) = (&old[left..old_end], &new[right..new_end]);
        let both = removed.len().min(added.len());
        removed.iter().zip(added).for_each(|(before, after)| marked(depth, None, before, after, rows));
        rows.extend(removed[both..].iter().map(|only| Row::new(depth, '-', *only)));
        rows.extend(added[both..].iter().map(|only| Row::new(depth, '+', *only)));
        (left, right) = (old_end + 1, new_end + 1);
    }
}

/// Adds an old and a new text, whose differing parts are marked.
fn marked(depth: usize, name: Option<&str>, before: &str, after: &str, rows: &mut Vec<Row>) {
    let (old, new): (Vec<_>, Vec<_>) = (tokens(before).collect(), tokens(after).collect());
    let mut equal = common(&old, &new);
    if !is_telling(&equal, &old, before, after) {
        equal.clear();
    }
    let is_marked = !equal.is_empty();
    let side = |sign, tokens: &[&str], is_equal: &dyn Fn(usize) -> bool| {
        let mut parts: Vec<(bool, String)> =
            name.map(|name| (false, format!("{name}: "))).into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let differs = is_marked && !is_equal(index);
            match parts.last_mut() {
                Some((last, text)) if *last == differs => text.push_str(token),
                _ => parts.push((differs, (*token).to_owned())),
            }
        }
        Row { depth, sign, parts }
    };
    let (left, right): (Vec<usize>, Vec<usize>) = equal.into_iter().unzip();
    let mut removed = side('-', &old, &|index| left.binary_search(&index).is_ok());
    let mut added = side('+', &new, &|index| right.binary_search(&index).is_ok());
    narrow(&mut removed.parts, &mut added.parts);
    rows.extend([removed, added]);
}

/// Returns whether enough of two texts is equal, so that marks around the rest help to read them.
fn is_telling(equal: &[(usize, usize)], old: &[&str], before: &str, after: &str) -> bool {
    let same: usize = equal.iter().map(|(index, _)| old[*index].len()).sum();
    let head = before.bytes().zip(after.bytes()).take_while(|(old, new)| old == new).count();
    same.max(head) * 3 >= before.len().min(after.len())
}

/// Narrows the only marked part of both texts to the letters that differ.
fn narrow(removed: &mut Vec<(bool, String)>, added: &mut Vec<(bool, String)>) {
    let only = |parts: &[(bool, String)]| {
        let mut marked = parts.iter().enumerate().filter(|(_, (marked, _))| *marked);
        let (first, second) = (marked.next(), marked.next());
        first.filter(|_| second.is_none()).map(|(index, (_, text))| (index, text.chars().collect::<Vec<_>>()))
    };
    let (Some((left, old)), Some((right, new))) = (only(removed), only(added)) else { return };
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();

    for (parts, index, text) in [(removed, left, old), (added, right, new)] {
        let part = |marked, from: usize, to: usize| (marked, text[from..to].iter().collect::<String>());
        let end = text.len() - tail;
        let narrowed = [part(false, 0, head), part(true, head, end), part(false, end, text.len())];
        parts.splice(index..=index, narrowed.into_iter().filter(|(_, text)| !text.is_empty()));
    }
}

/// Divides a text into words and single signs.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first.is_alphanumeric() {
            rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, remaining) = rest.split_at(end);
        rest = remaining;
        Some(token)
    })
}

/// Returns the positions of a longest common subsequence, in their order.
fn common<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    let (rows, columns) = (old.len() - head - tail, new.len() - head - tail);

    let mut equal: Vec<_> = (0..head).map(|index| (index, index)).collect();
    if rows.saturating_mul(columns) <= CELLS {
        let inner = longest(&old[head..head + rows], &new[head..head + columns]);
        equal.extend(inner.into_iter().map(|(left, right)| (head + left, head + right)));
    }
    equal.extend((0..tail).map(|index| (head + rows + index, head + columns + index)));
    equal
}

/// Returns a longest common subsequence by the table of all lengths.
fn longest<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for left in (0..old.len()).rev() {
        for right in (0..new.len()).rev() {
            lengths[left * width + right] = if old[left] == new[right] {
                lengths[(left + 1) * width + right + 1] + 1
            } else {
                lengths[(left + 1) * width + right].max(lengths[left * width + right + 1])
            };
        }
    }

    let (mut left, mut right, mut equal) = (0, 0, Vec::new());
    while left < old.len() && right < new.len() {
        if old[left] == new[right] {
            equal.push((left, right));
            (left, right) = (left + 1, right + 1);
        } else if lengths[(left + 1) * width + right] >= lengths[left * width + right + 1] {
            left += 1;
        } else {
            right += 1;
        }
    }
    equal
}

/// Returns two values as texts. Both are quoted if one of them needs it, so that `1` and `"1"` differ.
fn pair(before: &Value, after: &Value) -> (String, String) {
    match (before, after) {
        (Value::String(_), Value::String(_)) => (shown(before), shown(after)),
        _ => (before.to_string(), after.to_string()),
    }
}

/// Returns a value as a text. A text is quoted only if it would look like something else.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns whether a text reads the same with and without quotes.
fn is_plain(text: &str) -> bool {
    let is_printable = text.chars().all(|letter| !letter.is_control() || letter == '\n');
    !text.is_empty() && text.trim() == text && is_printable
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Compares the lines of a difference; marked parts are in brackets.
    fn check(before: &Value, after: &Value, expected: &[&str]) {
        let line = |row: &Row| {
            let text = row
                .parts
                .iter()
                .map(|(marked, text)| if *marked { format!("[{text}]") } else { text.clone() });
            format!("{:indent$}{} {}", "", row.sign, text.collect::<String>(), indent = row.depth * 2)
        };
        let found: Vec<_> = rows(Some(before), Some(after)).iter().map(line).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn differing_words_are_marked() {
        check(
            &json!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1.0"),
            &json!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1.1"),
            &[
                "- 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1.[0]",
                "+ 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1.[1]",
            ],
        );
    }

    #[test]
    fn texts_with_nothing_in_common_are_not_marked() {
        check(
            &json!("arn:aws:ecs:x:1"),
            &json!("(ARN of the new one)"),
            &["- arn:aws:ecs:x:1", "+ (ARN of the new one)"],
        );
    }

    #[test]
    fn policy_is_compared_member_by_member() {
        let policy = |actions: Value| json!([{"Action": actions, "Effect": "Allow", "Resource": ["*"]}]);
        check(
            &policy(json!(["s3:GetObject"])),
            &policy(json!(["s3:GetObject", "s3:PutObject"])),
            &["  [0]:", "    Action:", "    + s3:PutObject", "      (1 unchanged)"],
        );
    }

    #[test]
    fn text_that_is_json_is_compared_as_json() {
        check(
            &json!(r#"{"ip":"$ip","time":"$time"}"#),
            &json!(r#"{"ip":"$ip","path":"$path"}"#),
            &["- time: $time", "+ path: $path"],
        );
    }

    #[test]
    fn list_shows_its_changed_elements() {
        check(
            &json!(["subnet-1", "subnet-2", "subnet-3"]),
            &json!(["subnet-1", "subnet-4"]),
            &["- subnet-[2]", "+ subnet-[4]", "- subnet-3", "  (1 unchanged)"],
        );
    }

    #[test]
    fn lines_of_a_text_are_compared() {
        check(&json!("a\nb 1\nc"), &json!("a\nb 2\nc"), &["- b [1]", "+ b [2]"]);
    }

    #[test]
    fn number_differs_from_its_text() {
        assert_eq!(within_a_line(&json!(256), &json!("256")).as_deref(), Some("256 → \"256\""));
        assert_eq!(within_a_line(&json!("a"), &json!("b")).as_deref(), Some("a → b"));
        assert_eq!(within_a_line(&json!("a".repeat(99)), &json!("b")), None);
    }
}
