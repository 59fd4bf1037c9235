//! Tags of images whose tasks end in AWS's own words.
//!
//! A tag is `ends-` and a word of the table. `IMAGE` in a text stands for the reference of the image. The words
//! are those of the pages on stopped tasks and on failed pulls in the developer guide, and of
//! threads (`docs/sandbox.md` says which). They know nothing of the program that reads them.

use super::BrokenImage;

/// The beginning of a pull that failed.
const PULL: &str =
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref IMAGE: ";
/// The beginning of a secret that could not be read.
const SECRET: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                      retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ";
/// The beginning of a parameter that could not be read.
const PARAMETER: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                         retrieval failed: unable to retrieve secrets from ssm: service call has been retried ";
/// The beginning of a log driver that could not start.
const LOGGER: &str = "ResourceInitializationError: failed to validate logger args: ";
/// The way in which a task ends.
#[derive(Clone, Copy)]
enum How {
    /// It never starts; the text follows the beginning.
    Never(&'static str, &'static str),
    /// A container exits with this code and this reason.
    Exits(i32, &'static str),
    /// A container logs this line and exits with this code.
    Says(i32, &'static str),
    /// A container logs this line, and its health check never passes.
    Ill(&'static str),
    /// ECS or AWS stops it, with this stop code and reason.
    Stopped(&'static str, &'static str, i32),
    /// ECS does not place it, with this event.
    Unplaceable(&'static str),
}

use How::{Exits, Ill, Never, Says, Stopped, Unplaceable};

/// The words behind `ends-`, each with the end of its task.
const TEXTS: &[(&str, How)] = &[
    ("image-missing", Never(PULL, "IMAGE: not found")),
    (
        "repository-missing",
        Never(
            PULL,
            "name unknown: The repository with name 'shop' does not exist in the registry \
      with id '123456789012'",
        ),
    ),
    (
        "login-denied",
        Never(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
      retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): ",
            "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/exec/0d17 is not authorized to perform: \
      ecr:GetAuthorizationToken on resource: *",
        ),
    ),
    ("pull-denied", Never(PULL, "unexpected status code https://IMAGE: 403 Forbidden")),
    (
        "no-way-to-ecr",
        Never(
            "ResourceInitializationError: unable to pull secrets or registry auth: ",
            "The task cannot \
      pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task \
      network configuration.",
        ),
    ),
    (
        "pull-timeout",
        Never(PULL, "failed to do request: Head \"https://IMAGE\": dial tcp 54.1.1.1:443: i/o timeout"),
    ),
    (
        "no-way-to-layers",
        Never(
            "CannotPullContainerError: ref pull has been retried 5 time(s): ",
            "failed to copy: \
      httpReadSeeker: failed open: failed to do request: Get \
      \"https://prod-ap-northeast-1-starport-layer-bucket.s3.ap-northeast-1.amazonaws.com/0d17\": dial tcp \
      52.219.1.1:443: i/o timeout",
        ),
    ),
    (
        "wrong-platform",
        Never(
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): ",
            "image \
      Manifest does not contain descriptor matching platform 'linux/amd64'",
        ),
    ),
    (
        "pull-limit",
        Never(
            PULL,
            "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate \
      limit.",
        ),
    ),
    (
        "no-credentials",
        Never(PULL, "pull access denied, repository does not exist or may require authorization"),
    ),
    (
        "disk-full",
        Never(
            "CannotPullContainerError: ref pull has been retried 1 time(s): ",
            "failed to extract layer \
      sha256:0d17: no space left on device: unknown",
        ),
    ),
    (
        "upstream-denied",
        Never(PULL, "UnableToGetUpstreamImageException: the upstream registry denies the image"),
    ),
    (
        "image-archived",
        Never("CannotPullContainerError: ", "ImageInaccessible: the requested image is archived"),
    ),
    (
        "repository-key",
        Never("CannotPullContainerError: ", "KmsError: the KMS key of the repository is disabled"),
    ),
    ("pull-canceled", Never("CannotPullContainerError: ", "context canceled")),
    (
        "pull-panic",
        Never(
            "ResourceInitializationError: pull command failed: ",
            "panic: runtime error: invalid memory \
      address or nil pointer dereference",
        ),
    ),
    ("pull-killed", Never("ResourceInitializationError: pull command failed: ", ": signal: killed")),
    (
        "registry-unknown",
        Never(
            PULL,
            "failed to do request: Head: dial tcp: lookup registry.example.com on 10.0.0.2:53: \
      no such host",
        ),
    ),
    (
        "login-timeout",
        Never(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
      retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): ",
            "RequestError: \
      send request failed caused by: Post \"https://api.ecr.ap-northeast-1.amazonaws.com/\": dial tcp 52.119.1.1:443: \
      i/o timeout",
        ),
    ),
    (
        "secret-denied",
        Never(
            SECRET,
            "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/exec/0d17 is not \
      authorized to perform: secretsmanager:GetSecretValue on resource: \
      arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf",
        ),
    ),
    (
        "secret-missing",
        Never(SECRET, "ResourceNotFoundException: Secrets Manager can't find the specified secret."),
    ),
    (
        "secret-deleted",
        Never(
            SECRET,
            "InvalidRequestException: You can't perform this operation on the secret because it \
      was marked for deletion.",
        ),
    ),
    (
        "no-way-to-secrets",
        Never(
            "ResourceInitializationError: unable to pull secrets or registry auth: ",
            "unable to \
      retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task \
      network configuration.",
        ),
    ),
    ("secret-key", Never(SECRET, "retrieved secret from Secrets Manager did not contain json key password")),
    ("secret-not-json", Never(SECRET, "invalid character 'p' in literal true (expecting 'r')")),
    ("secret-arn", Never(SECRET, "an invalid ARN format for the AWS Secrets Manager secret was specified")),
    ("parameter-missing", Never(PARAMETER, "1 time(s): invalid parameters: /shop/key")),
    (
        "parameter-denied",
        Never(
            PARAMETER,
            "1 time(s): AccessDeniedException: User is not authorized to perform: \
      ssm:GetParameters on resource: arn:aws:ssm:ap-northeast-1:123456789012:parameter/key",
        ),
    ),
    (
        "no-way-to-parameters",
        Never(
            PARAMETER,
            "5 time(s): RequestCanceled: request context canceled caused by: context \
      deadline exceeded",
        ),
    ),
    ("key-denied", Never(SECRET, "AccessDeniedException: Access to KMS is not allowed")),
    (
        "log-group-missing",
        Never(
            LOGGER,
            "create stream has been retried 1 times: failed to create Cloudwatch log stream: \
      ResourceNotFoundException: The specified log group does not exist. : exit status 1",
        ),
    ),
    (
        "logs-denied",
        Never(
            LOGGER,
            "create stream has been retried 1 times: failed to create Cloudwatch log stream: \
      AccessDeniedException: User is not authorized to perform: logs:CreateLogStream on resource: \
      arn:aws:logs:ap-northeast-1:123456789012:log-group:/ecs/shop",
        ),
    ),
    (
        "no-way-to-logs",
        Never(
            LOGGER,
            "The task cannot find the Amazon CloudWatch log group defined in the task \
      definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. \
      : signal: killed",
        ),
    ),
    (
        "log-driver",
        Never("CannotStartContainerError: ", "failed to initialize logging driver: unknown log opt"),
    ),
    (
        "volume",
        Never(
            "ResourceInitializationError: ",
            "failed to invoke EFS utils commands to set up EFS volumes: stderr: \
      mount is not responding",
        ),
    ),
    (
        "env-file",
        Never("ResourceInitializationError: ", "failed to download env files: AccessDenied: Access Denied"),
    ),
    (
        "subnet-full",
        Never(
            "",
            "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment \
      enabled in subnet 'subnet-0a1b2c3d4e5f60001': InsufficientFreeAddressesInSubnet",
        ),
    ),
    (
        "interface-limit",
        Never(
            "",
            "Unexpected EC2 error while attempting to Create Network Interface with public IP \
      assignment disabled in subnet 'subnet-0a1b2c3d4e5f60001': NetworkInterfaceLimitExceeded",
        ),
    ),
    ("interface-slow", Never("", "Timeout waiting for network interface provisioning to complete.")),
    ("disk-slow", Never("", "Timeout waiting for EphemeralStorage provisioning to complete.")),
    (
        "capacity",
        Never(
            "",
            "Capacity is unavailable at this time. Please try again later or in a different availability \
      zone",
        ),
    ),
    (
        "command-missing",
        Never(
            "CannotStartContainerError: ",
            "ResourceInitializationError: failed to create new container \
      runtime task: OCI runtime create failed: exec: \"serve\": executable file not found in $PATH: unknown",
        ),
    ),
    (
        "runtime-slow",
        Never(
            "ContainerRuntimeTimeoutError: ",
            "Could not transition to running; timed out after waiting \
      3m0s",
        ),
    ),
    ("exit-0", Exits(0, "")),
    ("exit-1", Exits(1, "")),
    ("exit-126", Exits(126, "")),
    ("exit-139", Exits(139, "")),
    ("architecture", Says(255, "exec /usr/local/bin/web: exec format error")),
    ("interpreter-missing", Says(127, "exec /entrypoint.sh: no such file or directory")),
    (
        "call-denied",
        Says(
            1,
            "AccessDenied: User: arn:aws:sts::123456789012:assumed-role/app/0d17 is not authorized to perform: \
      sqs:SendMessage on resource: arn:aws:sqs:ap-northeast-1:123456789012:jobs",
        ),
    ),
    ("read-only", Says(1, "open /var/cache/web: Read-only file system")),
    ("name-unknown", Says(1, "Error: getaddrinfo ENOTFOUND orders.shop.local")),
    ("loopback", Ill("server listening on http://127.0.0.1:8080")),
    ("memory", Exits(137, "OutOfMemoryError: Container killed due to memory usage")),
    ("spot", Stopped("SpotInterruption", "Your Spot Task was interrupted.", 143)),
    ("retired", Stopped("TerminationNotice", "The task was stopped by a notice.", 143)),
    (
        "rebalanced",
        Stopped("ServiceSchedulerInitiated", "Task stopped for availability zone rebalancing", 143),
    ),
    ("infrastructure", Stopped("InfrastructureHealth", "The task was stopped for its infrastructure.", 143)),
    ("killed", Stopped("ServiceSchedulerInitiated", "The task did not end in time.", 137)),
    ("new-text", Never("", "A text that AWS wrote yesterday")),
    (
        "vcpu-limit",
        Unplaceable(
            "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you \
      can run concurrently.",
        ),
    ),
    (
        "task-limit",
        Unplaceable(
            "was unable to place a task. Reason: You've reached the limit on the number of tasks you \
      can run concurrently.",
        ),
    ),
    (
        "too-large",
        Unplaceable(
            "was unable to place a task. Reason: The requested CPU configuration is above your limit.",
        ),
    ),
    ("zone", Unplaceable("was unable to place a task. Reason: Internal error.")),
    ("throttled", Unplaceable("operations are being throttled. Will try again later.")),
    (
        "no-room",
        Unplaceable(
            "was unable to stop or start tasks during a deployment because of the service deployment \
      configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
        ),
    ),
    (
        "flapping",
        Unplaceable(
            "is unable to consistently start tasks successfully. For more information, see the \
      Troubleshooting section.",
        ),
    ),
];

/// Returns the fault of a tag. `None` if the image works.
pub(super) fn of_tag(tag: &str, image: &str) -> Option<BrokenImage> {
    let word = tag.strip_prefix("ends-")?;
    let (_, how) = TEXTS.iter().find(|(known, _)| *known == word)?;
    let ends = |code: &str, reason: String, container: Option<String>, exit_code: Option<i32>| {
        BrokenImage::Ends { code: code.to_owned(), reason, container, exit_code }
    };
    Some(match *how {
        Never(beginning, text) => {
            let reason = format!("{beginning}{text}").replace("IMAGE", image);
            let is_of_container = reason.starts_with("Cannot");
            ends("TaskFailedToStart", reason.clone(), is_of_container.then_some(reason), None)
        }
        Exits(code, reason) => {
            let container = (!reason.is_empty()).then(|| reason.to_owned());
            let task = "Essential container in task exited".to_owned();
            ends("EssentialContainerExited", task, container, Some(code))
        }
        Says(code, line) => {
            BrokenImage::Exits { code, after: std::time::Duration::ZERO, log: vec![line.to_owned()] }
        }
        Ill(line) => BrokenImage::Ill { log: vec![line.to_owned()] },
        Stopped(code, reason, exit_code) => ends(code, reason.to_owned(), None, Some(exit_code)),
        Unplaceable(event) => BrokenImage::Unplaceable { event: event.to_owned() },
    })
}
