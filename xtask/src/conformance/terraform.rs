//! Terraform on the sandbox: its provider for AWS applies the article's stack, plans it again without a change, gives
//! it another image, and destroys it.
//!
//! Neither Terraform nor its provider is downloaded. Without them the walk is skipped, and says so. The provider is
//! looked for in the folder that `SSS_TERRAFORM_PLUGINS` names, and in the folders where Terraform looks for local
//! copies itself.

use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    bench,
    conformance::{
        Tally,
        client::Client,
        endpoint::Endpoint,
        server::Server,
        step::{self, Walker, answers},
    },
    failure::Failure,
};

/// The variable that names a folder with copies of providers.
const FOLDER: &str = "SSS_TERRAFORM_PLUGINS";
/// The place of the provider below such a folder.
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";
/// The speed of the clock. Terraform's own pauses are real.
const FACTOR: &str = "60";

/// A step of the walk.
enum Step {
    /// A command of Terraform, and its exit code.
    Run(&'static str, i32),
    /// A command of the AWS CLI.
    Look(step::Step),
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(arguments, _) => write!(formatter, "terraform {arguments}"),
            Self::Look(step) => step.fmt(formatter),
        }
    }
}

const CHAPTERS: &[(&str, &[Step])] = &[(
    "Terraform on the sandbox",
    &[
        Step::Run("apply -auto-approve -input=false", 0),
        Step::Run("plan -detailed-exitcode -input=false", 0),
        Step::Look(answers(
            "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-s000",
            "services[0].[runningCount, deployments[0].rolloutState]",
            "1 COMPLETED",
        )),
        Step::Run("apply -auto-approve -input=false -var=image_tag=2.4", 0),
        Step::Run("plan -detailed-exitcode -input=false -var=image_tag=2.4", 0),
        Step::Run("destroy -auto-approve -input=false", 0),
        Step::Look(answers("ecs list-clusters", "length(clusterArns)", "0")),
        Step::Look(answers("apigatewayv2 get-apis", "length(Items)", "0")),
        Step::Look(answers("apigatewayv2 get-vpc-links", "length(Items)", "0")),
        Step::Look(answers("servicediscovery list-namespaces", "length(Namespaces)", "0")),
        Step::Look(answers("logs describe-log-groups", "length(logGroups)", "0")),
    ],
)];

/// Runs the walk on its own sandbox, or says why it is skipped.
///
/// # Errors
///
/// The sandbox does not start, or Terraform cannot take the provider.
pub(super) fn run(program: &Path, client: &Client, tally: &mut Tally) -> Result<(), Failure> {
    let plugins = match found() {
        Ok(plugins) => plugins,
        Err(reason) => {
            println!("Terraform on the sandbox\n  skipped: {reason}");
            return Ok(());
        }
    };
    let server = Server::start(Command::new(program).args(["sandbox", "serve", "--factor", FACTOR]))?;
    let [url, region] = ["endpoint", "region"].map(|member| server.value(member).to_owned());
    let folder = TempDir::with_prefix("sss-terraform-").map_err(Failure::to("make a temporary folder"))?;
    fs::copy(bench::configuration(), folder.path().join("main.tf")).map_err(Failure::to("copy main.tf"))?;

    let subnets = server.values("private_subnet_ids");
    let mut terraform = Terraform {
        folder: folder.path(),
        variables: [
            ("TF_VAR_services", "1".to_owned()),
            ("TF_VAR_vpc_id", server.value("vpc_id").to_owned()),
            ("TF_VAR_private_subnet_ids", format!("{subnets:?}")),
            ("TF_VAR_default_security_group_id", server.value("default_security_group_id").to_owned()),
        ],
        walker: Walker::new(client, Endpoint { url, region }),
    };
    terraform.run(&format!("init -input=false -plugin-dir={}", plugins.display()), 0)?;
    tally.take(CHAPTERS, |step| terraform.take(step));
    Ok(())
}

/// Returns the folder of the provider, or the reason why the walk cannot run.
fn found() -> Result<PathBuf, String> {
    let version =
        Command::new("terraform").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !version.is_ok_and(|status| status.success()) {
        return Err("`terraform` is not installed".to_owned());
    }
    let has_provider = |folder: &PathBuf| folder.join(PROVIDER).is_dir();
    folders().into_iter().find(has_provider).ok_or_else(|| {
        format!("no local copy of the provider {PROVIDER} was found; name its folder in {FOLDER}")
    })
}

/// Returns the folders in which copies of providers can be.
fn folders() -> Vec<PathBuf> {
    let named = env::var_os(FOLDER).map(PathBuf::from);
    let home = env::var_os("HOME").map(PathBuf::from);
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| home.as_ref().map(|home| home.join(".local/share")));

    let of_user =
        [home.map(|home| home.join(".terraform.d/plugins")), data.map(|data| data.join("terraform/plugins"))];
    let of_system = ["/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins"].map(PathBuf::from);
    named.into_iter().chain(of_user.into_iter().flatten()).chain(of_system).collect()
}

/// Terraform in a folder with its configuration.
struct Terraform<'a> {
    folder: &'a Path,
    /// The variables of the configuration.
    variables: [(&'static str, String); 4],
    /// The AWS CLI on the same account.
    walker: Walker<'a>,
}

impl Terraform<'_> {
    fn take(&mut self, step: &Step) -> Result<(), Failure> {
        match step {
            Step::Run(arguments, code) => self.run(arguments, *code),
            Step::Look(step) => self.walker.take(step),
        }
    }

    /// Runs a command, which must end with this exit code. The failure has its whole output.
    fn run(&self, arguments: &str, code: i32) -> Result<(), Failure> {
        let variables = self.variables.iter().map(|(name, value)| (*name, value.as_str()));
        let output = self
            .walker
            .endpoint()
            .command(Path::new("terraform"))
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder)
            .envs([("TF_IN_AUTOMATION", "1"), ("CHECKPOINT_DISABLE", "1")])
            .envs(variables)
            .args(arguments.split(' '))
            .arg("-no-color")
            .current_dir(self.folder)
            .output()
            .map_err(Failure::to("run terraform"))?;

        if output.status.code() == Some(code) {
            return Ok(());
        }
        let [out, err] =
            [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        Err(Failure::new(format!("end with exit code {code}: {}: {out}{}", output.status, err.trim())))
    }
}
