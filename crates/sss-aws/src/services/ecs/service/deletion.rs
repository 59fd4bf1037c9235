//! The deletion of a service, which ends when its last task has stopped.

use std::time::Duration;

use aws_sdk_ecs::types::Service as SdkService;

use crate::{
    Id, Result,
    engine::{
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer},
    services::ecs::shared::Shared,
};

/// The call that deletes a service.
pub(super) const DELETE: &str = "ecs:DeleteService";

/// The end of a deletion: all tasks have stopped.
pub(super) const DRAINED: Condition =
    Condition::new("the service to drain", Duration::from_secs(45), Duration::from_mins(15));

/// Deletes a service, and waits until its tasks have stopped.
///
/// ECS drains the service: it stops the tasks and deregisters their instances. Cluster, group and registry
/// are free only afterwards. `force` deletes a service whose count is above 0.
pub(super) async fn delete(cx: &Context, id: &Id, cluster: &str, name: &str) -> Result<()> {
    const GONE: &[&str] =
        &["ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"];
    let request = cx.aws.ecs.delete_service().cluster(cluster).service(name).force(true);
    if request.send().await.of(DELETE).none_if(GONE)?.is_none() {
        return Ok(());
    }

    wait(cx, id, &DRAINED, || async {
        let service = cx.shared::<Shared>().services.get((cluster.to_owned(), name.to_owned())).await?;
        let status = service.as_ref().and_then(SdkService::status).unwrap_or("INACTIVE");
        let running = service.as_ref().map_or(0, SdkService::running_count);
        Ok(match status {
            "INACTIVE" => Look::Met(()),
            status => Look::Unmet(format!("{status}, {running} running")),
        })
    })
    .await
}
