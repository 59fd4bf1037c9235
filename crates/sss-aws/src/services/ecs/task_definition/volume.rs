//! Volumes of a task, and the proxy of its network traffic.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    EfsAuthorizationConfig, EfsAuthorizationConfigIam, EfsTransitEncryption, EfsVolumeConfiguration,
    KeyValuePair, ProxyConfiguration as SdkProxy, ProxyConfigurationType, Volume as SdkVolume,
};
use sss_model::{EbsVolume, EfsVolume, ProxyConfiguration, Volume};

/// Returns a volume in normal form: the root of a file system is `/` by default, and the service has the configuration
/// of a volume of EBS.
pub(crate) fn normal(volume: &Volume) -> Volume {
    let mut volume = volume.clone();
    volume.ebs = volume.ebs.map(|_| EbsVolume::default());
    if let Some(efs) = &mut volume.efs {
        efs.root_directory = efs.root_directory.take().filter(|root| !["", "/"].contains(&root.as_str()));
        efs.access_point_id = efs.access_point_id.take().filter(|point| !point.is_empty());
        efs.transit_encryption_port = efs.transit_encryption_port.filter(|port| *port != 0);
    }
    volume
}

/// Returns a volume in the form of the client.
pub(super) fn encode(name: &str, volume: &Volume) -> SdkVolume {
    let efs = volume.efs.as_ref().map(file_system);
    let at_launch = volume.ebs.as_ref().map(|_| true);
    SdkVolume::builder()
        .name(name)
        .set_efs_volume_configuration(efs)
        .set_configured_at_launch(at_launch)
        .build()
}

fn file_system(efs: &EfsVolume) -> EfsVolumeConfiguration {
    let authorization = (efs.iam || efs.access_point_id.is_some()).then(|| {
        let iam = efs.iam.then_some(EfsAuthorizationConfigIam::Enabled);
        let config = EfsAuthorizationConfig::builder().set_iam(iam);
        config.set_access_point_id(efs.access_point_id.clone()).build()
    });
    EfsVolumeConfiguration::builder()
        .file_system_id(&efs.file_system_id)
        .set_root_directory(efs.root_directory.clone())
        .set_transit_encryption(efs.transit_encryption.then_some(EfsTransitEncryption::Enabled))
        .set_transit_encryption_port(efs.transit_encryption_port.map(i32::from))
        .set_authorization_config(authorization)
        .build()
        .expect("a file system with an id")
}

/// Decodes the volumes that a stack can have, by name. Others are text under their names, for `unmanaged`.
pub(super) fn decode(found: &[SdkVolume]) -> (BTreeMap<String, Volume>, Option<String>) {
    let is_beyond = |volume: &&SdkVolume| {
        volume.docker_volume_configuration().is_some()
            || volume.fsx_windows_file_server_volume_configuration().is_some()
            || volume.s3files_volume_configuration().is_some()
            || volume.host().is_some_and(|host| host.source_path().is_some())
            || volume.name().is_none()
    };
    let (others, known): (Vec<&SdkVolume>, Vec<&SdkVolume>) = found.iter().partition(is_beyond);
    let volume = |found: &SdkVolume| {
        let mut volume = Volume::scratch();
        volume.efs = found.efs_volume_configuration().map(read);
        volume.ebs = (found.configured_at_launch() == Some(true)).then(EbsVolume::default);
        (found.name().unwrap_or_default().to_owned(), normal(&volume))
    };
    let text = (!others.is_empty()).then(|| format!("{others:?}"));
    (known.into_iter().map(volume).collect(), text)
}

fn read(found: &EfsVolumeConfiguration) -> EfsVolume {
    let mut efs = EfsVolume::default();
    found.file_system_id().clone_into(&mut efs.file_system_id);
    efs.root_directory = found.root_directory().map(str::to_owned);
    efs.transit_encryption = found.transit_encryption() == Some(&EfsTransitEncryption::Enabled);
    efs.transit_encryption_port = found.transit_encryption_port().and_then(|port| u16::try_from(port).ok());
    if let Some(authorization) = found.authorization_config() {
        efs.access_point_id = authorization.access_point_id().map(str::to_owned);
        efs.iam = authorization.iam() == Some(&EfsAuthorizationConfigIam::Enabled);
    }
    efs
}

/// Returns a proxy in the form of the client.
pub(super) fn encode_proxy(proxy: &ProxyConfiguration) -> SdkProxy {
    let properties =
        proxy.properties.iter().map(|(name, value)| KeyValuePair::builder().name(name).value(value).build());
    let proxy =
        SdkProxy::builder().r#type(ProxyConfigurationType::Appmesh).container_name(&proxy.container_name);
    proxy.set_properties(Some(properties.collect())).build().expect("a proxy with a container")
}

/// Decodes a proxy.
pub(super) fn decode_proxy(found: &SdkProxy) -> ProxyConfiguration {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let mut proxy = ProxyConfiguration::default();
    found.container_name().clone_into(&mut proxy.container_name);
    let properties = found.properties().iter();
    proxy.properties = properties.map(|pair| (text(pair.name()), text(pair.value()))).collect();
    proxy
}
