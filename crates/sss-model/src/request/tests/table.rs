//! A request, and what AWS says of it when one of its values is another.

use serde_json::{Value, json};

use crate::request::{Operation, Referred, check};

pub(super) struct Table {
    operation: Operation,
    request: Value,
    referred: Value,
}

impl Table {
    /// Cases around a request that breaks no rule.
    pub(super) fn of(operation: &str, request: Value) -> Self {
        let table = Table { operation: operation.parse().unwrap(), request, referred: json!({}) };
        table.expect(&table.request, &[]);
        table
    }

    /// The same request, beside those of the objects that it refers to.
    pub(super) fn beside(&self, referred: Value) -> Self {
        Table { operation: self.operation, request: self.request.clone(), referred }
    }

    /// The request that the cases start from.
    pub(super) fn request(&self) -> &Value {
        &self.request
    }

    /// Another request to start from, whatever it breaks.
    pub(super) fn from(&self, request: Value) -> Self {
        Table { operation: self.operation, request, referred: self.referred.clone() }
    }

    /// Checks that the request breaks no rule with the values at the pointer.
    pub(super) fn takes(&self, pointer: &str, values: impl IntoIterator<Item = Value>) {
        for value in values {
            self.expect(&self.changed(pointer, value), &[]);
        }
    }

    /// Checks what the request breaks with each of the values at the pointer: `rule path`, with the severity before
    /// it if that is not an error.
    pub(super) fn breaks(&self, pointer: &str, values: impl IntoIterator<Item = Value>, want: &[&str]) {
        for value in values {
            self.expect(&self.changed(pointer, value), want);
        }
    }

    /// Checks what the request breaks without the value at the pointer.
    pub(super) fn lacks(&self, pointer: &str, want: &[&str]) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let mut request = self.request.clone();
        request.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        self.expect(&request, want);
    }

    /// Checks what the request breaks as it is.
    pub(super) fn is(&self, want: &[&str]) {
        self.expect(&self.request, want);
    }

    /// Checks which cases the request breaks with the value at the pointer: `rule/case`, with a space between them.
    pub(super) fn names(&self, pointer: &str, value: Value, want: &str) {
        let request = self.changed(pointer, value);
        let referred = Referred::from_value(self.referred.clone()).unwrap();
        let problems = check(self.operation, &request, &referred);
        let got = problems.iter().map(|problem| format!("{}/{}", problem.rule, problem.case));
        assert_eq!(got.collect::<Vec<_>>().join(" "), want, "{request:#}\n{problems:#?}");
    }

    fn changed(&self, pointer: &str, value: Value) -> Value {
        let mut request = self.request.clone();
        let mut place = &mut request;
        for key in pointer.split('/').skip(1) {
            let key = key.replace("~1", "/");
            place = match key.parse::<usize>() {
                Ok(index) if place.is_array() => &mut place[index],
                _ => &mut place[key.as_str()],
            };
        }
        *place = value;
        request
    }

    fn expect(&self, request: &Value, want: &[&str]) {
        let referred = Referred::from_value(self.referred.clone()).unwrap();
        let problems = check(self.operation, request, &referred);
        let got: Vec<String> = problems
            .iter()
            .map(|problem| format!("{} {} {}", problem.severity, problem.rule, problem.path))
            .map(|line| line.strip_prefix("error ").map(str::to_owned).unwrap_or(line))
            .map(|line| line.trim_end().to_owned())
            .collect();
        assert_eq!(got, want, "{request:#}\n{problems:#?}");
    }
}

/// Texts of these lengths.
pub(super) fn long(lengths: impl IntoIterator<Item = usize>) -> Vec<Value> {
    lengths.into_iter().map(|length| Value::from("a".repeat(length))).collect()
}

/// Each of the values as JSON.
pub(super) fn each<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Vec<Value> {
    values.into_iter().map(Into::into).collect()
}
