//! Requests that stand for routes, and the route of an API that answers a request.
//!
//! API Gateway picks the route with the best fit: literal segments before variables, variables before a
//! greedy one, the method itself before `ANY`, and `$default` last. Source: "Work with routes for HTTP APIs",
//! in the developer guide. A variable of a route is a segment that no literal segment equals.

/// A segment that equals no literal segment of a route.
const ANY_SEGMENT: &str = "~";

/// The number of segments for a greedy variable: more than a route with plain variables takes.
const GREEDY_SEGMENTS: usize = 4;

/// The methods that `ANY` stands for.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The key of the route that takes all requests without another one.
const DEFAULT: &str = "$default";

/// A request of a caller: a method, and the segments of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Request {
    method: String,
    path: Vec<String>,
}

/// The fit of a route to a request, segment by segment, then by method. The route with the greatest fit answers.
type Fit = (Vec<u8>, u8);

impl Request {
    /// Returns the requests of a route, one for each method. The names of its variables make no difference.
    pub(crate) fn of_route(key: &str) -> Vec<Self> {
        let (method, path) = key.split_once(' ').unwrap_or(("ANY", "/"));
        let path = path.trim_start_matches('/').split('/').flat_map(|segment| match segment {
            greedy if greedy.ends_with("+}") => vec![ANY_SEGMENT; GREEDY_SEGMENTS],
            variable if variable.starts_with('{') => vec![ANY_SEGMENT],
            literal => vec![literal],
        });
        let path: Vec<String> = path.map(str::to_owned).collect();
        let methods = if method == "ANY" { METHODS.to_vec() } else { vec![method] };
        methods.into_iter().map(|method| Self { method: method.to_owned(), path: path.clone() }).collect()
    }

    /// Returns the method.
    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    /// Returns the path, with the slash at its beginning.
    pub(crate) fn path(&self) -> String {
        format!("/{}", self.path.join("/"))
    }

    /// Returns the key of the route that answers the request, among `keys`.
    pub(crate) fn answered_by<'a>(&self, keys: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        keys.filter_map(|key| Some((self.fit(key)?, key))).max().map(|(_, key)| key)
    }

    /// Returns the fit of a route, `None` if it does not take the request.
    ///
    /// A literal segment fits better than a variable, a variable better than a greedy one, and the method itself better
    /// than `ANY`.
    fn fit(&self, key: &str) -> Option<Fit> {
        if key == DEFAULT {
            return Some((Vec::new(), 0));
        }
        let (method, path) = key.split_once(' ')?;
        let method = match method {
            "ANY" => 0,
            method if method == self.method => 1,
            _ => return None,
        };

        let pattern: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let mut ranks = Vec::new();
        for (index, segment) in pattern.iter().enumerate() {
            if segment.ends_with("+}") {
                ranks.push(1);
                return (index < self.path.len()).then_some((ranks, method));
            }
            let given = self.path.get(index)?;
            ranks.push(match *segment {
                variable if variable.starts_with('{') => 2,
                literal if literal == given => 3,
                _ => return None,
            });
        }
        (pattern.len() == self.path.len()).then_some((ranks, method))
    }
}
