//! What is looked at while deployments and drains go on: all that is asked at the same time in one call.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{Service as SdkService, ServiceDeployment};
use futures_util::future::try_join_all;

use crate::{
    Aws, Error,
    client::batch::Batch,
    services::ecs::read::{attempts::deployments, services},
};

/// The cluster's name or ARN, and the service's name.
pub(crate) type ServiceKey = (String, String);

/// Services, ten in a call.
pub(crate) fn services_together(aws: &Aws) -> Batch<ServiceKey, SdkService> {
    let aws = aws.clone();
    Batch::new(move |keys: BTreeSet<ServiceKey>| {
        let aws = aws.clone();
        async move {
            let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (cluster, name) in keys {
                clusters.entry(cluster).or_default().push(name);
            }
            let answers = clusters.into_iter().map(async |(cluster, names)| {
                let found = services(&aws, &cluster, &names).await?;
                let keyed = found.into_iter().filter_map(move |service| {
                    let name = service.service_name()?.to_owned();
                    Some(((cluster.clone(), name), service))
                });
                Ok::<_, Error>(keyed)
            });
            Ok(try_join_all(answers).await?.into_iter().flatten().collect())
        }
    })
}

/// Service deployments by ARN, twenty in a call.
pub(crate) fn deployments_together(aws: &Aws) -> Batch<String, ServiceDeployment> {
    let aws = aws.clone();
    Batch::new(move |arns: BTreeSet<String>| {
        let aws = aws.clone();
        async move {
            let found = deployments(&aws, &arns.into_iter().collect::<Vec<_>>()).await?;
            let keyed = found
                .into_iter()
                .filter_map(|deployment| Some((deployment.service_deployment_arn()?.to_owned(), deployment)));
            Ok(keyed.collect())
        }
    })
}
