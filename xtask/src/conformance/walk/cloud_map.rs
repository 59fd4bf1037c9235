//! The namespace and the Cloud Map service of the reference stack.

use crate::conformance::step::{Step, answers, becomes, done, keeps, refused};

/// Creates the namespace, which takes an operation, and the Cloud Map service, and tries to create both
/// twice.
pub(super) const STEPS: &[Step] = &[
    keeps(
        "servicediscovery create-private-dns-namespace --name mz-dev-application-service.internal --vpc <vpc_id> \
            --tags Key=Owner,Value=mamezou",
        "OperationId",
        "operation",
    ),
    becomes("servicediscovery get-operation --operation-id <operation>", "Operation.Status", "SUCCESS"),
    keeps(
        "servicediscovery get-operation --operation-id <operation>",
        "Operation.Targets.NAMESPACE",
        "namespace",
    ),
    answers(
        "servicediscovery get-namespace --id <namespace>",
        "Namespace.[Name, Type]",
        "mz-dev-application-service.internal DNS_PRIVATE",
    ),
    answers(
        "servicediscovery list-namespaces --filters Name=TYPE,Values=DNS_PRIVATE,Condition=EQ",
        "Namespaces[].[Id, Name]",
        "<namespace> mz-dev-application-service.internal",
    ),
    refused(
        "servicediscovery create-private-dns-namespace --name mz-dev-application-service.internal --vpc <vpc_id>",
        "NamespaceAlreadyExists",
        "",
    ),
    keeps(
        "servicediscovery create-service --name mz-dev-app --namespace-id <namespace> \
            --dns-config 'RoutingPolicy=MULTIVALUE,DnsRecords=[{Type=SRV,TTL=300}]' \
            --health-check-custom-config FailureThreshold=1",
        "Service.Id",
        "discovery",
    ),
    refused(
        "servicediscovery create-service --name mz-dev-app --namespace-id <namespace> \
            --dns-config 'DnsRecords=[{Type=SRV,TTL=300}]'",
        "ServiceAlreadyExists",
        "",
    ),
    keeps("servicediscovery get-service --id <discovery>", "Service.Arn", "discovery_arn"),
    answers(
        "servicediscovery list-services --filters Name=NAMESPACE_ID,Values=<namespace>,Condition=EQ",
        "Services[].[Name, DnsConfig.DnsRecords[0].Type, DnsConfig.DnsRecords[0].TTL, \
            HealthCheckCustomConfig.FailureThreshold]",
        "mz-dev-app SRV 300 1",
    ),
    done("servicediscovery update-service-attributes --service-id <discovery> --attributes Port=80,Team=web"),
    done("servicediscovery delete-service-attributes --service-id <discovery> --attributes Team"),
    answers(
        "servicediscovery get-service-attributes --service-id <discovery_arn>",
        "ServiceAttributes.[ServiceArn, ResourceOwner, Attributes.Port, length(Attributes)]",
        "<discovery_arn> <account> 80 1",
    ),
    refused("servicediscovery list-services --no-paginate --next-token mz", "InvalidInput", "NextToken"),
    refused("servicediscovery delete-namespace --id <namespace>", "ResourceInUse", ""),
    refused("servicediscovery get-namespace --id ns-0123456789abcdef", "NamespaceNotFound", ""),
];
