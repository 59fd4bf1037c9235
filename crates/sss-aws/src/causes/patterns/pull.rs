//! Texts of failed pulls.

use super::{Pattern, Shows};

/// The texts of failed pulls, narrow ones first.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::new(
        &[&["does not contain descriptor matching platform"]],
        Shows::Cause("P8"),
        &["CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not \
           contain descriptor matching platform 'linux/amd64'"],
    )
    .subject("descriptor matching platform ", &[' '])
    .observed(),
    Pattern::new(
        &[&["toomanyrequests"]],
        Shows::Cause("P10"),
        &["CannotPullContainerError: inspect image has been retried 5 time(s): httpReaderSeeker: failed open: \
           unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:0d17: 429 Too \
           Many Requests - Server message: toomanyrequests: You have reached your pull rate limit."],
    )
    .observed(),
    Pattern::new(
        &[&["pull access denied"], &["failed to authorize", "401"]],
        Shows::Cause("P11"),
        &[
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
             docker.io/shop/web:1: pull access denied, repository does not exist or may require authorization: \
             server message: insufficient_scope: authorization failed",
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
             ghcr.io/shop/web:1: failed to authorize: failed to fetch anonymous token: unexpected status from GET \
             request to https://ghcr.io/token: 401 Unauthorized",
        ],
    )
    .subject("failed to resolve ref ", &[' '])
    .observed(),
    Pattern::new(
        &[&["no space left on device"]],
        Shows::Cause("P12"),
        &["CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:0d17: \
           write /var/lib/containerd/web: no space left on device: unknown"],
    ),
    Pattern::new(
        &[&["ecr:getauthorizationtoken", "accessdenied"], &["ecr:getauthorizationtoken", "not authorized"]],
        Shows::Cause("P3"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): \
           AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-exec/0d17 is not authorized \
           to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the \
           ecr:GetAuthorizationToken action"],
    )
    .subject("user: ", &[' '])
    .observed(),
    Pattern::new(
        &[&["check that the role has the permissions to pull images from the registry"]],
        Shows::Cause("P3"),
        &["CannotPullContainerError: The task can't pull the image. Check that the role has the permissions to \
           pull images from the registry. pull image manifest has been retried 1 time(s): failed to resolve ref \
           123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop:1: unexpected status from HEAD request: 403 \
           Forbidden"],
    )
    .also(&["P4"]),
    Pattern::new(
        &[&["connection issue between the task and amazon ecr"]],
        Shows::Cause("P5"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry \
           auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task \
           network configuration."],
    )
    .also(&["P7"]),
    Pattern::new(
        &[&["can't pull the image. check your network configuration"]],
        Shows::Cause("P5"),
        &["CannotPullContainerError: The task can't pull the image. Check your network configuration. failed to \
           resolve ref public.ecr.aws/shop/web:1"],
    )
    .subject("failed to resolve ref ", &[' '])
    .also(&["P7"]),
    Pattern::new(
        &[&["starport-layer-bucket"], &["failed to copy", "httpread"]],
        Shows::Cause("P6"),
        &[
            "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: \
             failed open: failed to do request: Get \
             \"https://prod-ap-northeast-1-starport-layer-bucket.s3.ap-northeast-1.amazonaws.com/0d17\": dial tcp \
             52.219.1.1:443: i/o timeout",
            "CannotPullContainerError: inspect image has been retried 5 time(s): failed to copy: httpReaderSeeker: \
             failed open: failed to do request: dial tcp 52.219.1.1:443: i/o timeout",
        ],
    ),
    Pattern::new(
        &[&["pull command failed", "nil pointer dereference"]],
        Shows::Cause("P14"),
        &["ResourceInitializationError: pull command failed: panic: runtime error: invalid memory address or nil \
           pointer dereference"],
    ),
    Pattern::new(
        &[&["pull command failed", "signal: killed"]],
        Shows::Cause("X17"),
        &["ResourceInitializationError: pull command failed: : signal: killed"],
    )
    .observed(),
    Pattern::new(
        &[&["unabletogetupstreamimageexception"], &["upstreamaccessdenied"], &["upstreamtoomanyrequests"]],
        Shows::Cause("P15"),
        &["CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
           123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/docker-hub/shop:1: UnableToGetUpstreamImageException"],
    )
    .assumed(),
    Pattern::new(
        &[&["imageinaccessible"], &["image", "is archived"]],
        Shows::Cause("P16"),
        &["CannotPullContainerError: ImageInaccessible: the requested image is archived"],
    )
    .assumed(),
    Pattern::new(
        &[&["cannotpullcontainer", "kmserror"], &["cannotpullcontainer", "kms key"]],
        Shows::Cause("P17"),
        &["CannotPullContainerError: KmsError: the KMS key of the repository is disabled"],
    )
    .assumed(),
    Pattern::new(
        &[
            &["name unknown"],
            &["repository", "does not exist in the registry"],
            &["repository", "not found", "failed to resolve ref"],
        ],
        Shows::Cause("P2"),
        &["CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
           123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop:1: name unknown: The repository with name \
           'shop' does not exist in the registry with id '123456789012'"],
    )
    .subject("the repository with name ", &[' ']),
    Pattern::new(
        &[
            &["failed to resolve ref", "not found"],
            &["manifest", "not found"],
            &["failed to resolve ref", "unknown"],
            &["manifest", "unknown"],
        ],
        Shows::Cause("P1"),
        &[
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
             public.ecr.aws/shop/web:9: public.ecr.aws/shop/web:9: not found",
            "CannotPullContainerError: Error response from daemon: manifest for shop/web:9 not found: manifest \
             unknown: manifest unknown",
        ],
    )
    .without(&["unknown authority", "unknown host", "unknown certificate"])
    .subject("failed to resolve ref ", &[' ']),
    Pattern::new(
        &[&["failed to resolve ref", "403"]],
        Shows::Cause("P4"),
        &["CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
           210987654321.dkr.ecr.ap-northeast-1.amazonaws.com/shop:1: unexpected status code \
           https://210987654321.dkr.ecr.ap-northeast-1.amazonaws.com/v2/shop/manifests/1: 403 Forbidden"],
    )
    .subject("failed to resolve ref ", &[' '])
    .also(&["P3"])
    .observed(),
    Pattern::new(
        &[
            &["cannotpullcontainer", "i/o timeout"],
            &["cannotpullcontainer", "context deadline"],
            &["cannotpullcontainer", "request canceled while waiting"],
        ],
        Shows::Cause("P5"),
        &[
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
             docker.io/library/nginx:1: failed to do request: Head \
             \"https://registry-1.docker.io/v2/library/nginx/manifests/1\": dial tcp 54.1.1.1:443: i/o timeout",
            "CannotPullContainerError: Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: \
             request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        ],
    )
    .also(&["P7", "P13"]),
    Pattern::new(
        &[&["cannotpullcontainer", "no such host"]],
        Shows::Cause("P18"),
        &["CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
           registry.example.com/web:1: failed to do request: Head: dial tcp: lookup registry.example.com on \
           10.0.0.2:53: no such host"],
    )
    .subject("lookup ", &[' '])
    .observed(),
    Pattern::new(
        &[&["cannotpullcontainer", "context canceled"]],
        Shows::Cause("P13"),
        &["CannotPullContainerError: context canceled"],
    ),
    Pattern::new(
        &[&["cannotpullcontainer"]],
        Shows::Group("the image is not pulled, for a reason that the catalogue does not have"),
        &["CannotPullContainerError: pull image manifest has been retried 1 time(s): x509: certificate signed by \
           unknown authority"],
    ),
];
