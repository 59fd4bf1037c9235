//! Deployments that succeed or fail, and that others change: the engine and ECS must agree about the end.
//!
//! ECS knows whether the service deployment that a call started is SUCCESSFUL. A run must succeed if and only
//! if its own one is: a service that is steady again after a rollback looks like a success, and one that
//! somebody else deployed as well.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use sss_model::Stack;
use sss_sandbox::BrokenImage;
use tokio::time::sleep;

use crate::{
    account::{Account, reference},
    torture::{
        Case, End, Part, in_virtual_time,
        run::{Ended, Goal, run, steps},
    },
};

const SERVICE: &str = "app";
/// The member with the ARN of a service deployment.
const ARN: &str = "serviceDeploymentArn";
/// The new image.
const IMAGE: &str = "public.ecr.aws/docker/library/httpd:2.5";

/// The fault of an image. `None` if the image works.
type Flaw = fn() -> Option<BrokenImage>;

/// The fates of the tasks of the new image.
const IMAGES: [(&str, Flaw); 4] = [
    ("good image", || None),
    ("no such image", || Some(BrokenImage::Missing)),
    ("ends at once", || {
        Some(BrokenImage::Exits { code: 1, after: Duration::ZERO, log: vec!["no".to_owned()] })
    }),
    ("ends later", || {
        Some(BrokenImage::Exits { code: 137, after: Duration::from_secs(90), log: Vec::new() })
    }),
];

/// The acts of somebody else on the service during the deployment.
const MEDDLING: [&str; 5] = ["nothing else", "superseded", "other count", "rolled back", "aborted"];

/// Each seed is a deployment. A run must succeed if and only if the deployment that it started succeeded.
///
/// After a failure, a run with the good image must succeed and leave nothing to do.
pub fn rollouts() -> Part {
    Part {
        name: "rollouts",
        about: "deployments: said to be done (or not ~) just as ECS knows it",
        count: None,
        usual: 200,
        case: Box::new(case),
    }
}

/// The choices of a case.
struct Rollout {
    /// The stack with the new image.
    stack: Stack,
    /// The act of somebody else.
    meddling: &'static str,
    /// The time from the start of the run to that act.
    after: Duration,
    /// Whether the service exists before. Otherwise it is its first deployment.
    update: bool,
}

fn case(seed: u64) -> Case {
    let mut random = Rng::with_seed(seed);
    let account = Account::new();
    let (image, broken) = IMAGES[random.usize(0..IMAGES.len())];
    if let Some(how) = broken() {
        account.sandbox.break_image(IMAGE, how);
    }

    let mut stack = reference(&account);
    let app = stack.services.get_mut(SERVICE).expect("the service");
    IMAGE.clone_into(&mut app.task.image);
    app.desired_count = Some(random.u32(1..5));
    app.deployment.circuit_breaker = random.u8(0..4) > 0;
    app.deployment.rollback = app.deployment.circuit_breaker && random.bool();

    let rollout = Rollout {
        stack,
        meddling: MEDDLING[random.usize(0..MEDDLING.len())],
        after: Duration::from_secs(random.u64(1..240)),
        update: random.u8(0..4) > 0,
    };

    let (end, lasted) = in_virtual_time(seed, rollout.happen(&account));
    Case {
        row: format!("{image}{}", if rollout.update { "" } else { ", first" }),
        column: rollout.meddling.to_owned(),
        end,
        lasted,
        calls: account.sandbox.calls().len(),
    }
}

impl Rollout {
    /// Runs the deployment and the act of somebody else at the same time, and compares the run's end with
    /// ECS's.
    async fn happen(&self, account: &Account) -> Result<End, String> {
        let before = reference(account);
        if self.update {
            let ended = run(account, &before, Goal::Stack).await;

            if ended != Ended::Done {
                return Err(format!("the run before {ended}"));
            }
        }

        let earlier = self.deployments(account);
        let watch = account.watch();
        let (ended, ()) = tokio::join!(run(account, &self.stack, Goal::Stack), self.meddle(account));

        let own =
            self.deployments(account).into_iter().rev().find(|deployment| !earlier.contains(deployment));
        let status = own.as_ref().map_or("none", |own| own["status"].as_str().unwrap_or_default());
        let end = match (&ended, status) {
            (Ended::Done, "SUCCESSFUL") => End::Converged,
            (Ended::Failed(why), status) if status != "SUCCESSFUL" && why.contains("ecs/service") => {
                End::Mended
            }
            _ => return Err(format!("it is {status}, and the run {ended}")),
        };
        if end == End::Mended {
            self.go_on(account, &before).await?;
        }
        watch.end()?;
        Ok(end)
    }

    /// Runs with an image that is known to be good.
    async fn go_on(&self, account: &Account, before: &Stack) -> Result<(), String> {
        let ended = run(account, before, Goal::Stack).await;
        if ended != Ended::Done {
            return Err(format!("the run with a good image {ended}"));
        }
        let left = steps(account, before, Goal::Stack).await?;
        if left.is_empty() { Ok(()) } else { Err(format!("left to do: {}", left.join(", "))) }
    }

    /// Acts on the service after some time.
    async fn meddle(&self, account: &Account) {
        sleep(self.after).await;
        let mut input = json!({
            "cluster": self.stack.cluster_name(), "service": self.stack.service_name(SERVICE),
        });
        // The act fails if the service does not exist yet, or if the deployment is over.
        match self.meddling {
            "superseded" => {
                input["forceNewDeployment"] = json!(true);
                drop(account.sandbox.request("ecs", "UpdateService", &input));
            }
            "other count" => {
                input["desiredCount"] = json!(2);
                drop(account.sandbox.request("ecs", "UpdateService", &input));
            }
            "rolled back" => self.stop(account, "ROLLBACK"),
            "aborted" => self.stop(account, "ABORT"),
            _ => {}
        }
    }

    /// Stops the newest deployment.
    fn stop(&self, account: &Account, how: &str) {
        if let Some(newest) = self.deployments(account).first() {
            let input = json!({ARN: newest[ARN], "stopType": how});
            drop(account.sandbox.request("ecs", "StopServiceDeployment", &input));
        }
    }

    /// Returns the deployments of the service, the newest first.
    fn deployments(&self, account: &Account) -> Vec<Value> {
        let input = json!({
            "cluster": self.stack.cluster_name(), "service": self.stack.service_name(SERVICE),
        });
        let listed = account.sandbox.request("ecs", "ListServiceDeployments", &input);
        listed.ok().and_then(|listed| listed["serviceDeployments"].as_array().cloned()).unwrap_or_default()
    }
}
