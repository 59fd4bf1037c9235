//! The path that a service gets in place of the path of the request.

use super::Route;

impl Route {
    /// Returns the path that the service gets, as a parameter mapping of API Gateway, or `None` for that of the request.
    ///
    /// It follows from `strip_prefix` or `rewrite`. A variable of the path is `$request.path.` and its name there.
    ///
    /// ```
    /// use sss_model::Route;
    ///
    /// let route = Route::builder().path("/orders/{proxy+}").strip_prefix("/orders").build()?;
    /// assert_eq!(route.forwarded_path().as_deref(), Some("/$request.path.proxy"));
    /// let route = Route::builder().path("/shop/{id}").rewrite("/v2/items/{id}").build()?;
    /// assert_eq!(route.forwarded_path().as_deref(), Some("/v2/items/$request.path.id"));
    /// assert_eq!(Route::default().forwarded_path(), None);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn forwarded_path(&self) -> Option<String> {
        let path = match (&self.rewrite, &self.strip_prefix) {
            (Some(path), _) => path.clone(),
            (None, Some(prefix)) => self.stripped(prefix)?,
            (None, None) => return None,
        };
        let segments = path.split('/').map(|segment| match segment.strip_prefix('{') {
            Some(name) => format!("$request.path.{}", name.trim_end_matches('}').trim_end_matches('+')),
            None => segment.to_owned(),
        });
        Some(segments.collect::<Vec<_>>().join("/"))
    }

    /// Returns the path without a prefix of whole segments, or `None` if it has not got that prefix.
    pub(crate) fn stripped(&self, prefix: &str) -> Option<String> {
        let rest = self.path.strip_prefix(prefix)?;
        match rest {
            "" => Some("/".to_owned()),
            rest => rest.starts_with('/').then(|| rest.to_owned()),
        }
    }
}
