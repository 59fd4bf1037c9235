//! The parameters of a task definition that a stack leaves out, each with the reason and the way around.
//!
//! ECS refuses most of them on Fargate or in its network mode `awsvpc`. The others are beyond what a stack is for. A
//! stack file that has such a key, and a task definition that has such a member, get the reason in place of "unknown".

/// A parameter that a stack leaves out.
pub(crate) struct Beyond {
    /// The member of AWS.
    member: &'static str,
    /// The reason, as the second half of a sentence.
    pub(crate) reason: &'static str,
    /// The way around, as an instruction behind "and".
    pub(crate) way: &'static str,
}

const fn beyond(member: &'static str, reason: &'static str, way: &'static str) -> Beyond {
    Beyond { member, reason, way }
}

/// The way around of everything that needs an instance.
const ON_INSTANCES: &str = "keep this service on instances, out of the stack";

/// The parameters of tasks and services that a stack leaves out.
const ALL: [Beyond; 31] = [
    beyond(
        "hostname",
        "AWS names the host of each Fargate task",
        "let the program read the metadata of the task",
    ),
    beyond(
        "extraHosts",
        "the network mode `awsvpc` of Fargate takes no entries of `/etc/hosts`",
        "register the names in a private hosted zone of Route 53",
    ),
    beyond(
        "links",
        "the containers of a Fargate task share one network",
        "reach the other container at `localhost`",
    ),
    beyond("dnsServers", DNS, DHCP),
    beyond("dnsSearchDomains", DNS, DHCP),
    beyond(
        "dockerSecurityOptions",
        "Fargate takes no security options of Docker",
        "drop capabilities under `linux.capabilities`",
    ),
    beyond("credentialSpecs", "a stack joins no task to a domain of Active Directory", OUT),
    beyond(
        "privileged",
        "Fargate runs no privileged containers",
        "add `SYS_PTRACE` under `linux.capabilities` if that is enough",
    ),
    beyond(
        "disableNetworking",
        "each Fargate task has a network",
        "close it with the rules of its security group",
    ),
    beyond("resourceRequirements", "Fargate has no GPUs and no accelerators", ON_INSTANCES),
    beyond("devices", "Fargate gives no access to devices", ON_INSTANCES),
    beyond(
        "sharedMemorySize",
        "Fargate sets the size of `/dev/shm` itself",
        "add a file system under `linux.tmpfs`",
    ),
    beyond("maxSwap", SWAP, "raise `memory` of the task"),
    beyond("swappiness", SWAP, "raise `memory` of the task"),
    beyond(
        "placementConstraints",
        "Fargate has no instances to choose from",
        "choose zones by the subnets of the stack",
    ),
    beyond("ipcMode", "Fargate takes no IPC mode", "share data through a volume"),
    beyond("inferenceAccelerators", "AWS has ended Elastic Inference", ON_INSTANCES),
    beyond(
        "dockerVolumeConfiguration",
        "Fargate has no volumes of Docker",
        "use a volume of EFS or scratch space",
    ),
    beyond("sourcePath", "Fargate shows no folder of an instance", "use a volume of EFS or scratch space"),
    beyond("fsxWindowsFileServerVolumeConfiguration", "Fargate mounts no file system of FSx", ON_INSTANCES),
    beyond(
        "s3filesVolumeConfiguration",
        "a stack mounts file systems of EFS only",
        "mount one of EFS in its place",
    ),
    beyond(
        "trustedExecutionConfiguration",
        "AWS has modes of isolation on managed instances only, and a Fargate task is isolated without one",
        ON_INSTANCES,
    ),
    beyond(
        "networkMode",
        "each Fargate task has the network mode `awsvpc`",
        "set the subnets under `network`",
    ),
    beyond("requiresCompatibilities", "each task of a stack runs on Fargate", ON_INSTANCES),
    beyond(
        "launchType",
        "each task of a stack runs on Fargate",
        "choose the kind of Fargate under `capacity`",
    ),
    beyond(
        "placementStrategy",
        "Fargate has no instances to choose from",
        "choose zones by the subnets of the stack",
    ),
    beyond("schedulingStrategy", "Fargate has no daemons", "set the number of tasks as `desired_count`"),
    beyond(
        "deploymentController",
        "ECS itself deploys the services of a stack",
        "set its options under `deployment`",
    ),
    beyond(
        "serviceConnectConfiguration",
        "the services of a stack find each other in Cloud Map",
        "call the other service by its name in the namespace",
    ),
    beyond(
        "vpcLatticeConfigurations",
        "requests reach a stack through API Gateway, and not through VPC Lattice",
        OUT,
    ),
    beyond(
        "executionRoleArn",
        "a stack has one execution role",
        "name one of others as `execution_role.existing`",
    ),
];

const DNS: &str = "Fargate tasks use the DNS servers of the VPC";
const DHCP: &str = "set the servers and the search domains in the DHCP options of the VPC";
const SWAP: &str = "Fargate has no swap";
const OUT: &str = "keep this service out of the stack";

/// Returns the parameter of a name, in the spelling of AWS or of a stack file, or `None` if it is not left out.
pub(crate) fn find(name: &str) -> Option<&'static Beyond> {
    let bare = |name: &str| name.replace('_', "").to_ascii_lowercase();
    ALL.iter().find(|beyond| bare(beyond.member) == bare(name))
}
