//! The members around the program of a container: its user, files of variables, limits and labels.

use aws_sdk_ecs::types::{
    ContainerDefinition, EnvironmentFile, EnvironmentFileType, RepositoryCredentials, SystemControl,
    Ulimit as SdkUlimit, UlimitName, VersionConsistency, builders::ContainerDefinitionBuilder,
};
use sss_model::Ulimit;

use super::{Container, some};

/// Adds the members to a definition. A switch that is off is left out.
pub(super) fn encode(
    container: &Container,
    definition: ContainerDefinitionBuilder,
) -> ContainerDefinitionBuilder {
    let files = container.environment_files.iter().map(|file| {
        let file = EnvironmentFile::builder().value(file).r#type(EnvironmentFileType::S3);
        file.build().expect("a file with place and type")
    });
    let credentials = container.repository_credentials.as_ref().map(|secret| {
        let credentials = RepositoryCredentials::builder().credentials_parameter(secret);
        credentials.build().expect("credentials with a secret")
    });
    let ulimits = container.ulimits.iter().map(|(name, limit)| {
        let ulimit = SdkUlimit::builder().name(UlimitName::from(name.as_str()));
        let ulimit = ulimit.soft_limit(limit.soft_limit).hard_limit(limit.hard_limit);
        ulimit.build().expect("a limit with name and numbers")
    });
    let controls = container
        .system_controls
        .iter()
        .map(|(name, value)| SystemControl::builder().namespace(name).value(value).build());
    let labels = &container.docker_labels;
    let when_on = |switch: bool| switch.then_some(true);

    definition
        .set_environment_files(some(files))
        .set_repository_credentials(credentials)
        .set_user(container.user.clone())
        .set_working_directory(container.working_directory.clone())
        .set_readonly_root_filesystem(when_on(container.readonly_root_filesystem))
        .set_interactive(when_on(container.interactive))
        .set_pseudo_terminal(when_on(container.pseudo_terminal))
        .set_docker_labels((!labels.is_empty()).then(|| labels.clone().into_iter().collect()))
        .set_ulimits(some(ulimits))
        .set_system_controls(some(controls))
        .set_version_consistency(container.version_consistency.as_deref().map(VersionConsistency::from))
}

/// Reads the members of a live container. AWS takes an empty text for an absent one.
pub(super) fn decode(found: &ContainerDefinition, container: &mut Container) {
    let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    container.environment_files =
        found.environment_files().iter().map(|file| file.value().to_owned()).collect();
    let credentials = found.repository_credentials().map(RepositoryCredentials::credentials_parameter);
    container.repository_credentials = said(credentials);
    container.user = said(found.user());
    container.working_directory = said(found.working_directory());
    container.readonly_root_filesystem = found.readonly_root_filesystem() == Some(true);
    container.interactive = found.interactive() == Some(true);
    container.pseudo_terminal = found.pseudo_terminal() == Some(true);
    container.docker_labels = found.docker_labels().cloned().unwrap_or_default().into_iter().collect();

    let limit = |limit: &SdkUlimit| Ulimit::of(limit.soft_limit(), limit.hard_limit());
    let ulimits = found.ulimits().iter().map(|found| (found.name().as_str().to_owned(), limit(found)));
    container.ulimits = ulimits.collect();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let controls = found.system_controls().iter();
    container.system_controls =
        controls.map(|control| (text(control.namespace()), text(control.value()))).collect();
    let consistency = found.version_consistency().map(VersionConsistency::as_str);
    container.version_consistency = said(consistency).filter(|word| word != "enabled");
}
