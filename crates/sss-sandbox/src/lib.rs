//! A deterministic AWS of the services that a service stack needs: API Gateway v2, Cloud Map, ECS on Fargate, IAM,
//! CloudWatch Logs, Parameter Store, the tagging API, and the part of EC2 and STS around them.
//!
//! A [`Sandbox`] is one account in one region. It stands behind the AWS SDK's own HTTP seam, so the real
//! serialisers, retries and paginators run against it, or behind a TCP listener for any other client. Its time is
//! tokio's: under a paused clock minutes of AWS pass in milliseconds. Its ids, times and orders are the same in
//! every run, and it never reads the clock of the machine.
//!
//! ```
//! use serde_json::json;
//! use sss_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let sandbox = Sandbox::in_region("eu-central-1");
//!
//! // An SDK client made from this talks to the sandbox and to nothing else.
//! let config = sandbox.sdk_config();
//! assert_eq!(config.region().map(AsRef::as_ref), Some("eu-central-1"));
//!
//! // Acting by hand, as an operator or another tool would.
//! sandbox.request("ecs", "CreateCluster", &json!({ "clusterName": "shop" })).expect("a valid request");
//! let (code, _message) = sandbox
//!     .request("ecs", "DescribeServices", &json!({ "cluster": "other", "services": ["web"] }))
//!     .expect_err("there is no such cluster");
//! assert_eq!(code, "ClusterNotFoundException");
//!
//! // The account as it is now, to be taken up again later.
//! let saved = sandbox.save();
//! assert_eq!(Sandbox::load(&saved).expect("a saved account").save(), saved);
//! # }
//! ```

mod account;
mod call;
mod client;
mod clock;
mod delays;
mod entered;
mod fault;
mod gate;
mod input;
mod quota;
mod random;
mod refusal;
mod sandbox;
mod server;
mod service;
mod services;
mod tags;
mod watch;
mod wire;
mod world;
mod writer;

pub use crate::{
    call::Call,
    delays::Delays,
    fault::{Fault, Faults, Rule},
    quota::{Quota, quotas},
    sandbox::{Error, Sandbox},
    server::serve,
    services::ecs::BrokenImage,
    watch::{Gap, Stopped, Unanswered, Watch, Watched, Why},
};
