//! Texts of tasks that do not start: logs, secrets, network interfaces and roles.

use super::{Pattern, Shows};

/// The texts of tasks that do not start, narrow ones first.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::new(
        &[&["cannot find the amazon cloudwatch log group", "connection issue"]],
        Shows::Cause("X14"),
        &["ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch \
           log group defined in the task definition. There is a connection issue between the task and Amazon \
           CloudWatch. Check your network configuration. : signal: killed"],
    )
    .observed(),
    Pattern::new(
        &[&["logs:createlogstream"], &["logs:createloggroup"]],
        Shows::Cause("X13"),
        &["ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
           failed to create Cloudwatch log stream: AccessDeniedException: User: \
           arn:aws:sts::123456789012:assumed-role/shop-exec/0d17 is not authorized to perform: \
           logs:CreateLogStream on resource: arn:aws:logs:ap-northeast-1:123456789012:log-group:/ecs/shop:*"],
    )
    .subject("on resource: ", &[' '])
    .observed(),
    Pattern::new(
        &[&["specified log group does not exist"]],
        Shows::Cause("X12"),
        &["ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
           failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not \
           exist. : exit status 1"],
    )
    .observed(),
    Pattern::new(
        &[&["failed to initialize logging driver"], &["failed to validate logger args"]],
        Shows::Cause("X15"),
        &["CannotStartContainerError: failed to initialize logging driver: awslogs: unknown log opt"],
    ),
    Pattern::new(
        &[&["connection issue between the task and aws secrets manager"]],
        Shows::Cause("X5"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from \
           asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network \
           configuration. failed to fetch secret \
           arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf from secrets manager"],
    )
    .subject("failed to fetch secret ", &[' ']),
    Pattern::new(
        &[&["secretsmanager:getsecretvalue"]],
        Shows::Cause("X2"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch \
           secret arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf from secrets manager: \
           AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-exec/0d17 is not authorized \
           to perform: secretsmanager:GetSecretValue on resource: \
           arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf because no identity-based policy \
           allows the secretsmanager:GetSecretValue action"],
    )
    .subject("on resource: ", &[' '])
    .observed(),
    Pattern::new(
        &[
            &["can't retrieve the secret with arn"],
            &["can't find the specified secret"],
        ],
        Shows::Cause("X3"),
        &[
            "ResourceInitializationError: unable to pull secrets or registry auth: ResourceNotFoundException: The \
             task can't retrieve the secret with ARN \
             'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf' from AWS Secrets Manager. Check \
             whether the secret exists in the specified Region.",
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
             failed: unable to retrieve secret from asm: service call has been retried 1 time(s): \
             ResourceNotFoundException: Secrets Manager can't find the specified secret.",
        ],
    )
    .subject("the secret with arn ", &[' ']),
    Pattern::new(
        &[&["did not contain json key"]],
        Shows::Cause("X6"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret \
           from Secrets Manager did not contain json key password"],
    )
    .subject("did not contain json key ", &[' ']),
    Pattern::new(
        &[&["invalid character", "looking for"], &["invalid character", "in literal"]],
        Shows::Cause("X7"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secret from asm: service call has been retried 1 time(s): invalid character \
           'p' in literal true (expecting 'r')"],
    )
    .observed(),
    Pattern::new(
        &[&["invalid arn format"]],
        Shows::Cause("X8"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secret from asm: an invalid ARN format for the AWS Secrets Manager secret \
           was specified"],
    )
    .observed(),
    Pattern::new(
        &[&["marked for deletion"]],
        Shows::Cause("X4"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secret from asm: service call has been retried 1 time(s): \
           InvalidRequestException: You can't perform this operation on the secret because it was marked for \
           deletion."],
    )
    .assumed(),
    Pattern::new(
        &[&["invalid parameters:"]],
        Shows::Cause("X9"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid \
           parameters: /shop/key"],
    )
    .subject("invalid parameters: ", &[' '])
    .observed(),
    Pattern::new(
        &[&["parameter store", "network"], &["secrets from ssm", "requestcanceled"]],
        Shows::Cause("X10"),
        &[
            "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull secrets \
             from AWS Systems Manager Parameter Store. Check your network connection between the task and AWS \
             Systems Manager.",
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
             failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): \
             RequestCanceled: request context canceled caused by: context deadline exceeded",
        ],
    ),
    Pattern::new(
        &[&["ssm:getparameters"]],
        Shows::Cause("X2"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): \
           AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/shop-exec/0d17 is not authorized \
           to perform: ssm:GetParameters on resource: arn:aws:ssm:ap-northeast-1:123456789012:parameter/key"],
    )
    .subject("on resource: ", &[' '])
    .observed(),
    Pattern::new(
        &[&["kms", "not allowed"], &["kms:decrypt"]],
        Shows::Cause("X11"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve secret from asm: service call has been retried 1 time(s): \
           AccessDeniedException: Access to KMS is not allowed"],
    )
    .observed(),
    Pattern::new(
        &[
            &["unable to retrieve ecr registry auth", "requesterror"],
            &["unable to retrieve ecr registry auth", "i/o timeout"],
            &["unable to retrieve ecr registry auth", "requestcanceled"],
        ],
        Shows::Cause("X1"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: \
           send request failed caused by: Post \"https://api.ecr.ap-northeast-1.amazonaws.com/\": dial tcp \
           52.119.1.1:443: i/o timeout"],
    )
    .observed(),
    Pattern::new(
        &[&["failed to download env files"]],
        Shows::Cause("X19"),
        &["ResourceInitializationError: failed to download env files: file download command: non empty error \
           stream: AccessDenied: Access Denied"],
    )
    .assumed(),
    Pattern::new(
        &[&["unable to pull secrets or registry auth"]],
        Shows::Group("ECS gets no secret or no login to the registry; check the way of the task to the network"),
        &["ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
           failed"],
    ),
    Pattern::new(
        &[&["efs utils"]],
        Shows::Cause("X16"),
        &["ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount \
           is not responding"],
    ),
    Pattern::new(
        &[&["unexpected ec2 error while attempting to create network interface", "insufficientfreeaddresses"]],
        Shows::Cause("Q6"),
        &["Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in \
           subnet 'subnet-0a1b2c3d4e5f60001': InsufficientFreeAddressesInSubnet"],
    )
    .subject("in subnet ", &[' ']),
    Pattern::new(
        &[&["unexpected ec2 error while attempting to create network interface", "limitexceeded"]],
        Shows::Cause("Q7"),
        &["Unexpected EC2 error while attempting to Create Network Interface with public IP assignment disabled in \
           subnet 'subnet-0a1b2c3d4e5f60001': NetworkInterfaceLimitExceeded"],
    )
    .assumed(),
    Pattern::new(
        &[&["unexpected ec2 error while attempting to create network interface"]],
        Shows::Group("EC2 refuses the network interface of the task"),
        &["Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in \
           subnet 'subnet-0a1b2c3d4e5f60001': UnauthorizedOperation"],
    ),
    Pattern::new(
        &[&["timeout waiting for network interface"], &["network interface provision complete error"]],
        Shows::Cause("Q8"),
        &[
            "Timeout waiting for network interface provisioning to complete.",
            "InternalError: network interface provision complete error timeout expired",
        ],
    ),
    Pattern::new(
        &[&["timeout waiting for ephemeralstorage"]],
        Shows::Cause("Q9"),
        &["Timeout waiting for EphemeralStorage provisioning to complete."],
    )
    .observed(),
    Pattern::new(
        &[&["not compatible with the selected compute strategy"]],
        Shows::Cause("Q12"),
        &["The selected task definition is not compatible with the selected compute strategy."],
    ),
    Pattern::new(
        &[&["unable to assume the service linked role"]],
        Shows::Cause("L4"),
        &["Unable to assume the service linked role. Please verify that the ECS service linked role exists."],
    )
    .observed(),
    Pattern::new(
        &[&["unable to assume the role"]],
        Shows::Cause("L1"),
        &["(service web) failed to launch a task with (error ECS was unable to assume the role \
           'arn:aws:iam::123456789012:role/shop-exec' that was provided for this task. Please verify that the role \
           being passed has the proper trust relationship and permissions and that your IAM user has permissions \
           to pass this role.)."],
    )
    .subject("unable to assume the role ", &[' '])
    .also(&["L2"]),
];
