use std::{collections::BTreeSet, fs, path::Path};

use serde_json::json;

use super::AwsService;
use crate::{
    access::{Keys, Need, Reason},
    clock::BEGINNING,
    services::{
        ALL, MODULES, apigateway, cloudmap, ec2, ecr, ecs, iam, logs, secretsmanager, servicequotas, ssm,
        sts, tagging,
    },
    world::World,
};

/// Returns the operations of a service in the first column of its table on the page.
fn documented(page: &str, service: &AwsService) -> BTreeSet<String> {
    let heading = format!("(`{}`)", service.name);
    let section = page
        .split("\n## ")
        .find(|section| section.lines().next().is_some_and(|line| line.ends_with(&heading)));
    let rows = section
        .unwrap_or_else(|| panic!("{heading} has no heading"))
        .lines()
        .filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Returns the operations in the source of a service's `call`.
fn dispatched(source: &str) -> BTreeSet<String> {
    let arms = source.lines().filter_map(|line| line.trim().split_once(" =>")).map(|(names, _)| names);
    let names =
        arms.filter(|names| names.starts_with('"')).flat_map(|names| names.split('"').skip(1).step_by(2));
    names.map(str::to_owned).collect()
}

#[test]
fn page_names_exactly_the_operations() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(crate_folder.join(path)).expect("a file of the repository");
    let page = read("../../docs/sandbox.md");
    for (service, module) in ALL.iter().zip(MODULES) {
        let source = read(&format!("src/services/{module}.rs"));
        assert_eq!(documented(&page, service), dispatched(&source), "{service:?}");
    }
}

#[test]
fn operation_that_no_page_names_is_unknown() {
    let mut world = World::new("123456789012", "ap-northeast-1", BEGINNING);
    for service in ALL {
        let refusal =
            service.call(&mut world, "BuyCoffee", &json!({})).expect_err("there is no such operation");
        let code = refusal.code;
        assert!(["UnknownOperationException", "InvalidAction"].contains(&code), "{service:?}: {code}");
    }
}

#[test]
fn every_service_has_its_own_trouble_codes() {
    let world = World::new("123456789012", "ap-northeast-1", BEGINNING);
    for (service, throttled, failed, denied) in [
        (
            &apigateway::SERVICE,
            "TooManyRequestsException",
            "InternalServerErrorException",
            "AccessDeniedException",
        ),
        (&cloudmap::SERVICE, "ThrottlingException", "InternalFailure", "AccessDeniedException"),
        (&ec2::SERVICE, "RequestLimitExceeded", "InternalError", "UnauthorizedOperation"),
        (&ecr::SERVICE, "ThrottlingException", "ServerException", "AccessDeniedException"),
        (&ecs::SERVICE, "ThrottlingException", "ServerException", "AccessDeniedException"),
        (&iam::SERVICE, "Throttling", "ServiceFailure", "AccessDenied"),
        (&logs::SERVICE, "ThrottlingException", "ServiceUnavailableException", "AccessDeniedException"),
        (&secretsmanager::SERVICE, "ThrottlingException", "InternalServiceError", "AccessDeniedException"),
        (&servicequotas::SERVICE, "TooManyRequestsException", "ServiceException", "AccessDeniedException"),
        (&ssm::SERVICE, "ThrottlingException", "InternalServerError", "AccessDeniedException"),
        (&sts::SERVICE, "Throttling", "InternalFailure", "AccessDenied"),
        (&tagging::SERVICE, "ThrottledException", "InternalServiceException", "AccessDeniedException"),
    ] {
        assert_eq!(service.throttled().code, throttled);
        assert_eq!(service.failed().code, failed);
        assert!(service.failed().status >= 500, "{service:?}");
        let need = Need {
            action: format!("{}:GetThing", service.name),
            resource: "*".to_owned(),
            keys: Keys::default(),
        };
        let refusal = service.denied(&world, &need, Reason::IdentityIsSilent);
        assert_eq!(refusal.code, denied);
        assert!(
            refusal.message.contains(&format!("perform: {}:GetThing", service.name)),
            "{}",
            refusal.message
        );
    }
}
