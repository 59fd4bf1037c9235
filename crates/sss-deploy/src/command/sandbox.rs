//! `sandbox serve`: the sandbox over TCP, for any client.
//!
//! `--sandbox` is the sandbox inside this program. This command serves the same account over HTTP, so that
//! the AWS CLI, Terraform or another SDK can use it. The first line of standard output is a JSON object with
//! the endpoint and the ids of the network; a script reads it and sets `AWS_ENDPOINT_URL`.
//!
//! The account's clock runs `--factor` times as fast as real time, because the clients' own clocks are real.
//! The command ends with Ctrl-C and then saves the account, if `--world` names a file. With `--stats` it prints what
//! it has counted, at the end and after each SIGUSR1: as tables on standard error, or with `--json` as a further line.
//!
//! Every client has full access to the account. So the sandbox listens on this machine only, unless
//! `--allow-remote` says otherwise.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;
use sss_sandbox::{Faults, Sandbox, serve};
use tokio::net::TcpListener;

use crate::{
    exit::Exit,
    failure::Failure,
    file,
    file_lock::FileLock,
    interruption::{Inquiry, Interruption},
    invocation::Invocation,
    render::counted,
    stored,
};

/// The commands of `sandbox`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a sandbox over HTTP until Ctrl-C; the first line of output has its endpoint and ids as JSON
    Serve(Arguments),
}

/// The arguments of `sandbox serve`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    /// The address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    address: SocketAddr,
    /// Allow an address that other machines can reach; every client has full access
    #[arg(long)]
    allow_remote: bool,
    /// Load the account from this file if it exists, and save it there at the end
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// The speed of the account's clock, as a multiple of real time
    #[arg(long, default_value = "60", value_parser = factor)]
    factor: f64,
    /// Additional latency of each call, in milliseconds of real time
    #[arg(long, value_name = "MS", default_value = "0")]
    latency: u64,
    /// Inject the faults of this script: a JSON list such as `[{"operation": "CreateService", "nth": 1, "fault": "lost_answer"}]`
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// The random seed for faults with a probability
    #[arg(long, value_name = "N", default_value = "0", requires = "faults")]
    seed: u64,
    /// Throttle no calls
    #[arg(long)]
    without_quotas: bool,
    /// Another quota on an operation, such as `tagging:GetResources=15/15`: calls at once, and calls per second after
    /// that; may be repeated
    #[arg(long, value_name = "QUOTA", conflicts_with = "without_quotas", value_parser = quota)]
    quota: Vec<Quota>,
    /// Refuse integrations with a VPC link that is not available yet
    #[arg(long)]
    refuse_pending_links: bool,
    /// Carry out writes to one API that overlap, instead of refusing the later one
    #[arg(long)]
    without_conflicts: bool,
    /// The region of the account
    #[arg(long, default_value = "ap-northeast-1")]
    region: String,
}

impl Arguments {
    /// Returns a sandbox that behaves as the arguments say.
    ///
    /// # Errors
    ///
    /// A quota does not exist, or the script of faults is not readable.
    fn applied_to(&self, sandbox: Sandbox) -> Result<Sandbox, Failure> {
        let mut sandbox = sandbox.with_factor(self.factor).latency(Duration::from_millis(self.latency));
        if self.without_quotas {
            sandbox = sandbox.without_quotas();
        }
        if self.refuse_pending_links {
            sandbox = sandbox.refusing_pending_links();
        }
        if self.without_conflicts {
            sandbox = sandbox.without_conflicts();
        }

        for Quota { service, operation, burst, per_second } in &self.quota {
            let changed = sandbox.with_quota(service, operation, *burst, *per_second);
            sandbox = changed.map_err(|error| Failure::refused(error.to_string()))?;
        }
        if let Some(path) = &self.faults {
            sandbox = sandbox.with_faults(script(path)?.with_seed(self.seed));
        }
        Ok(sandbox)
    }
}

/// The line that clients read to connect.
///
/// It has the ids of the account's network, because every stack needs a VPC, subnets and a security group to
/// begin with.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Served {
    /// The URL for `AWS_ENDPOINT_URL`, with the port that was chosen.
    endpoint: String,
    /// The number of the account, 12 digits.
    account: String,
    /// The only VPC of a new account.
    vpc_id: String,
    /// The private subnets of that VPC, one in each of three zones.
    private_subnet_ids: Vec<String>,
    /// The default security group of that VPC.
    default_security_group_id: String,
    /// The region of the account. An account of another region in the file of `--world` is refused.
    region: String,
}

/// Parses the factor of the clock: a finite number above 0. A clock that stands still or runs backwards would
/// end no wait.
fn factor(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let sound = number.is_finite() && number > 0.0;
    sound.then_some(number).ok_or_else(|| "must be more than 0".to_owned())
}

/// A quota of the account that differs from AWS's.
#[derive(Debug, Clone)]
struct Quota {
    /// The service's name in signatures.
    service: String,
    operation: String,
    burst: u32,
    per_second: u32,
}

/// Parses a quota such as `tagging:GetResources=15/15`.
fn quota(text: &str) -> Result<Quota, String> {
    let parsed = || {
        let (called, bucket) = text.split_once('=')?;
        let (service, operation) = called.split_once(':')?;
        let (burst, per_second) = bucket.split_once('/')?;
        let (burst, per_second) = (burst.parse().ok()?, per_second.parse().ok()?);
        Some(Quota { service: service.to_owned(), operation: operation.to_owned(), burst, per_second })
    };
    parsed().ok_or_else(|| "write a quota such as `tagging:GetResources=15/15`".to_owned())
}

/// Serves until Ctrl-C. See the module.
///
/// # Errors
///
/// The address can be reached by other machines, the address is in use, another run uses the file of
/// `--world`, or a file is not readable.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    if !arguments.address.ip().is_loopback() && !arguments.allow_remote {
        return Err(Failure::refused(format!(
            "serve on {}: other machines can reach this address",
            arguments.address
        ))
        .hint("`--allow-remote` allows it"));
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("start: {error}")))?;
    runtime.block_on(serve_until_interrupted(invocation, arguments))
}

/// Loads the account, serves it, and saves it after the first signal.
///
/// A failure to serve does not keep the account from being saved.
async fn serve_until_interrupted(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let lock = arguments.world.as_ref().map(|path| FileLock::hold(path, &invocation.output)).transpose()?;
    // Connections may use up all file descriptors, and saving the account takes one.
    let reserve = lock.as_ref().and_then(FileLock::reserve);

    let sandbox = match &arguments.world {
        Some(path) => stored::load(path, &arguments.region)?,
        None => Sandbox::in_region(&arguments.region),
    };
    let sandbox = arguments.applied_to(sandbox)?;
    let failed = |error| Failure::new(format!("serve on {}: {error}", arguments.address));
    let listener = TcpListener::bind(arguments.address).await.map_err(failed)?;
    // Before the line is printed: its reader may send a signal at once.
    let interruption = Interruption::listen().map_err(failed)?;
    let inquiry = invocation.global.stats.then(Inquiry::listen).transpose().map_err(failed)?;

    invocation.output.line(&Served {
        endpoint: format!("http://{}", listener.local_addr().map_err(failed)?),
        account: sandbox.account(),
        vpc_id: sandbox.vpc_id(),
        private_subnet_ids: sandbox.private_subnet_ids(),
        default_security_group_id: sandbox.default_security_group_id(),
        region: sandbox.region(),
    })?;

    let start = Instant::now();
    let told = telling(invocation, &sandbox, start, inquiry);
    let served = tokio::select! {
        served = serve(sandbox.clone(), listener) => served.map_err(failed),
        () = interruption.wait() => Ok(()),
        failure = told => Err(failure),
    };
    drop(reserve);
    let counted = if invocation.global.stats { tell(invocation, &sandbox, start.elapsed()) } else { Ok(()) };
    let kept = arguments.world.as_ref().map_or(Ok(()), |path| stored::save(&sandbox, path));
    served.and(kept).and(counted).map(|()| Exit::Done)
}

/// Prints what the sandbox has counted after each inquiry, until the output fails.
async fn telling(
    invocation: &Invocation,
    sandbox: &Sandbox,
    start: Instant,
    inquiry: Option<Inquiry>,
) -> Failure {
    let Some(mut inquiry) = inquiry else { return std::future::pending().await };
    loop {
        inquiry.next().await;
        if let Err(failure) = tell(invocation, sandbox, start.elapsed()) {
            return failure;
        }
    }
}

/// Prints what the sandbox has counted: as a line of JSON, or as tables for people.
fn tell(invocation: &Invocation, sandbox: &Sandbox, elapsed: Duration) -> Result<(), Failure> {
    let document = counted::Document::of(&sandbox.counts(), elapsed);
    if invocation.output.json {
        return invocation.output.line(&document);
    }
    invocation.output.complain(|w| counted::show(w, &document));
    Ok(())
}

/// Reads a script of faults. An unknown key or fault is an error, because a script without effect would make
/// a test pass.
fn script(path: &Path) -> Result<Faults, Failure> {
    let text = file::read(path).map_err(|error| Failure::file("read", path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("read {}: {error}", path.display()))
            .hint("a script is a JSON list of rules; each rule has a `fault` and the calls that it affects")
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn clock_runs_forwards_only() {
        assert_eq!(factor("0.5"), Ok(0.5));
        assert!(["0", "-1", "NaN", "inf", "fast"].into_iter().all(|text| factor(text).is_err()));
    }

    #[test]
    fn fault_script_is_a_list_of_rules() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("faults.json");
        let read = |text: &str| {
            fs::write(&path, text).expect("a file");
            script(&path)
        };
        assert!(read(r#"[{ "operation": "CreateService", "nth": 1, "fault": "lost_answer" }]"#).is_ok());
        assert!(read(r#"[{ "operation": "CreateService", "fault": "earthquake" }]"#).is_err());
        assert!(read(r#"[{ "operation": "CreateService", "nht": 1, "fault": "before" }]"#).is_err());
        assert!(script(&folder.path().join("none.json")).is_err());
    }
}
