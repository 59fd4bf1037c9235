//! The points of the article that chose Cloud Map, and what has changed since.

use schemars::JsonSchema;
use serde::Serialize;

use super::BackendKind;

/// The points that the article gives a backend: 3 for ◯, 2 for △ and 1 for ×.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Points {
    /// The price.
    pub cost: u8,
    /// How much people know about it.
    pub knowledge: u8,
    /// The features.
    pub features: u8,
    /// The communication between services.
    pub service_to_service: u8,
    /// The kinds of API that reach it.
    pub integration: u8,
    /// The sum.
    pub total: u8,
}

impl Points {
    /// Returns the points of a backend in the article's table.
    ///
    /// ```
    /// use sss_model::compare::{BackendKind, Points};
    ///
    /// assert_eq!(BackendKind::ALL.map(|kind| Points::of(kind).total), [12, 11, 11]);
    /// ```
    pub const fn of(kind: BackendKind) -> Self {
        match kind {
            BackendKind::CloudMap => Self::new([3, 1, 3, 3, 2]),
            BackendKind::Alb => Self::new([1, 3, 3, 2, 2]),
            BackendKind::Nlb => Self::new([2, 3, 1, 2, 3]),
        }
    }

    /// Returns the points in the order of the article's columns, with their sum.
    const fn new([cost, knowledge, features, service_to_service, integration]: [u8; 5]) -> Self {
        let total = cost + knowledge + features + service_to_service + integration;
        Self { cost, knowledge, features, service_to_service, integration, total }
    }

    /// Returns the sign that the article's table has for a number of points.
    pub const fn sign(points: u8) -> char {
        match points {
            3 => '◯',
            2 => '△',
            _ => '×',
        }
    }
}

/// Returns what has changed since the article.
pub(super) const fn since(kind: BackendKind) -> &'static str {
    match kind {
        BackendKind::CloudMap => "Nothing: REST APIs still do not reach Cloud Map.",
        BackendKind::Alb => {
            "REST APIs reach it since November 2025: integration ◯, 12 points. Services reach one another through it: the \
             article did not know."
        }
        BackendKind::Nlb => {
            "Its hour costs as much as that of an ALB; only its capacity units are cheaper. Services reach one another \
             through it: the article did not know."
        }
    }
}
