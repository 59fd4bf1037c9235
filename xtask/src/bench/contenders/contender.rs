//! The tools that do the same tasks.
//!
//! For each tool this knows the program, its version, the environment, the files of a task and its command. The
//! inputs of all tools describe the same objects: the stack of this crate, a Terraform configuration, and scripts
//! for boto3 and the AWS CLI in `bench/compare`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sss_sandbox::Sandbox;

use super::python;
use crate::{bench::measured::script, conformance::client::AWS_CLI, failure::Failure, reference};

/// A task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Apply,
    /// Find that there is nothing to do.
    Check,
    /// A new image for every service: the first, the second and so on.
    Image(u16),
    /// Remove the stack after this number of new images. Each has left a revision for each service.
    Destroy(u16),
}

impl Task {
    /// Returns the tasks in the order in which they run, with this number of new images.
    pub(super) fn all(images: u16) -> Vec<Self> {
        let images = (1..=images).map(Self::Image).chain([Self::Destroy(images)]);
        [Self::Apply, Self::Check].into_iter().chain(images).collect()
    }

    /// Returns the name in the table.
    pub(super) fn name(self) -> String {
        match self {
            Self::Apply => "first apply".to_owned(),
            Self::Check => "plan without changes".to_owned(),
            Self::Image(1) => "new image everywhere".to_owned(),
            Self::Image(number) => format!("new image number {number}"),
            Self::Destroy(1) => "destroy".to_owned(),
            Self::Destroy(images) => format!("destroy after {images} images"),
        }
    }

    /// Returns the tag of the images that the services run at the end.
    fn tag(self) -> String {
        match self {
            Self::Apply | Self::Check => "latest".to_owned(),
            Self::Image(number) | Self::Destroy(number) => format!("2.{}", 3 + number),
        }
    }
}

/// A tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bench) enum Contender {
    Ours,
    /// With ten resources at the same time, its default.
    Terraform,
    /// With a hundred. The quotas of the account leave it nothing to gain from more.
    TerraformParallel,
    Boto3,
    Boto3InThreads,
    AwsCli,
}

impl Contender {
    pub(super) const ALL: [Self; 6] = [
        Self::Ours,
        Self::Terraform,
        Self::TerraformParallel,
        Self::Boto3InThreads,
        Self::Boto3,
        Self::AwsCli,
    ];

    /// Returns the tool of this name on the command line.
    pub(in crate::bench) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "sss-deploy" => Self::Ours,
            "terraform" => Self::Terraform,
            "terraform-parallel" => Self::TerraformParallel,
            "boto3" => Self::Boto3,
            "boto3-threads" => Self::Boto3InThreads,
            "aws-cli" => Self::AwsCli,
            _ => return None,
        })
    }

    /// Returns the name in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ours => "`sss-deploy`",
            Self::Terraform => "Terraform",
            Self::TerraformParallel => "Terraform, 100 at once",
            Self::Boto3 => "boto3",
            Self::Boto3InThreads => "boto3, 10 threads",
            Self::AwsCli => "AWS CLI",
        }
    }

    /// Returns the program that runs the tool, or `None` if it is not installed. Python packages are installed next to
    /// our own program.
    pub(super) fn program(self, ours: &Path) -> Result<Option<PathBuf>, Failure> {
        Ok(match self {
            Self::Ours => Some(ours.to_owned()),
            Self::Terraform | Self::TerraformParallel => {
                let mut version = Command::new("terraform");
                let version = version.arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
                version.is_ok_and(|status| status.success()).then(|| PathBuf::from("terraform"))
            }
            Self::Boto3 | Self::Boto3InThreads => Some(python::with_boto3(ours)?),
            Self::AwsCli => Some(python::aws_cli(ours)?),
        })
    }

    /// Returns the name and the version of the tool. The folder of its stack tells the version of Terraform's provider.
    pub(super) fn version(self, program: &Path, folder: &Path) -> String {
        match self {
            Self::Ours => said(program, "--version"),
            Self::Terraform | Self::TerraformParallel => {
                let lock = fs::read_to_string(folder.join(".terraform.lock.hcl")).unwrap_or_default();
                let version = lock.lines().find_map(|line| line.trim().strip_prefix("version"));
                let version = version.unwrap_or_default().trim_matches([' ', '=', '"']);
                format!("{} with hashicorp/aws {version}", said(program, "version"))
            }
            Self::Boto3 | Self::Boto3InThreads => {
                format!("boto3 {} on {}", python::BOTO3.version, said(program, "--version"))
            }
            Self::AwsCli => format!("AWS CLI {}", AWS_CLI.version),
        }
    }

    /// Returns the variables with the account and the stack.
    pub(super) fn environment(
        self,
        sandbox: &Sandbox,
        services: u16,
        factor: f64,
    ) -> Vec<(&'static str, String)> {
        let (vpc, subnets, group) =
            (sandbox.vpc_id(), sandbox.private_subnet_ids(), sandbox.default_security_group_id());

        match self {
            Self::Ours => Vec::new(),
            Self::Terraform | Self::TerraformParallel => vec![
                ("TF_VAR_vpc_id", vpc),
                ("TF_VAR_private_subnet_ids", format!("{subnets:?}")),
                ("TF_VAR_default_security_group_id", group),
                ("TF_VAR_services", services.to_string()),
                ("TF_IN_AUTOMATION", "1".to_owned()),
                ("CHECKPOINT_DISABLE", "1".to_owned()),
            ],
            Self::Boto3 | Self::Boto3InThreads | Self::AwsCli => vec![
                ("VPC_ID", vpc),
                ("SUBNET_IDS", subnets.join(",")),
                ("SECURITY_GROUP_ID", group),
                ("FACTOR", factor.to_string()),
                ("AWS_PAGER", String::new()),
                // Without these, the script fails at the first quota.
                ("AWS_RETRY_MODE", "standard".to_owned()),
                ("AWS_MAX_ATTEMPTS", "12".to_owned()),
            ],
        }
    }

    /// Writes the files of a task. Returns a command that must run before and is not measured.
    pub(super) fn lay_out(
        self,
        program: &Path,
        folder: &Path,
        task: Task,
        services: u16,
    ) -> Result<Option<Vec<String>>, Failure> {
        match self {
            Self::Ours => {
                let mut stack = reference::of_services(services);
                for service in stack.services.values_mut() {
                    service.task.image = format!("public.ecr.aws/docker/library/httpd:{}", task.tag());
                }
                let written = fs::write(folder.join("sss.toml"), stack.to_toml());
                written.map_err(Failure::to("write sss.toml")).map(|()| None)
            }
            Self::Terraform | Self::TerraformParallel if task == Task::Apply => {
                let copied = fs::copy(script("main.tf"), folder.join("main.tf"));
                copied.map_err(Failure::to("copy main.tf"))?;
                Ok(Some(vec![text(program), "init".to_owned(), "-input=false".to_owned()]))
            }
            _ => Ok(None),
        }
    }

    /// Returns the command of a task, or `None` if the tool has no such task.
    pub(super) fn command(self, program: &Path, task: Task, services: u16) -> Option<Vec<String>> {
        let program = text(program);
        let image = format!("-var=image_tag={}", task.tag());

        let command: Vec<&str> = match self {
            Self::Ours => match task {
                Task::Apply | Task::Image(_) => vec!["apply", "--yes"],
                Task::Check => vec!["plan", "--detailed-exitcode"],
                Task::Destroy(_) => vec!["destroy", "--yes"],
            },
            Self::Terraform | Self::TerraformParallel => {
                let parallelism =
                    if self == Self::Terraform { "-parallelism=10" } else { "-parallelism=100" };
                let (verb, option) = match task {
                    Task::Apply | Task::Image(_) => ("apply", "-auto-approve"),
                    Task::Check => ("plan", "-detailed-exitcode"),
                    Task::Destroy(_) => ("destroy", "-auto-approve"),
                };
                vec![verb, option, "-input=false", parallelism, &image]
            }
            Self::Boto3 | Self::Boto3InThreads | Self::AwsCli => {
                return self.by_script(program, task, services);
            }
        };
        Some([program.as_str()].into_iter().chain(command).map(str::to_owned).collect())
    }

    /// Returns the command of a task for the scripts, or `None` if they have no such task.
    fn by_script(self, program: String, task: Task, services: u16) -> Option<Vec<String>> {
        let job = task.of_script()?.to_owned();
        let (services, tag) = (services.to_string(), task.tag());
        if self == Self::AwsCli {
            return Some(vec!["bash".to_owned(), text(&script("stack.sh")), job, services, tag, program]);
        }
        let threads = if self == Self::Boto3InThreads { "--threads=10" } else { "--threads=1" };
        let tag = format!("--tag={tag}");
        Some(vec![program, text(&script("stack.py")), job, services, tag, threads.to_owned()])
    }
}

impl Task {
    /// Returns the name of the task in the scripts, which do not compare states.
    fn of_script(self) -> Option<&'static str> {
        match self {
            Self::Apply => Some("apply"),
            Self::Check => None,
            Self::Image(_) => Some("image"),
            Self::Destroy(_) => Some("destroy"),
        }
    }
}

/// Returns the first line that a program prints. It is empty if the program does not start.
fn said(program: &Path, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let output =
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    output.lines().next().unwrap_or_default().trim().to_owned()
}

/// Returns a path as an argument.
fn text(path: &Path) -> String {
    path.display().to_string()
}
