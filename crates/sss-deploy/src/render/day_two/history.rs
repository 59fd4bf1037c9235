//! Deployments: a line for each, and the reason of a failure below it.

use std::io::{self, Write};

use sss_aws::operate::{
    Target,
    history::{Deployment, Image},
};

use super::super::{
    cause,
    palette::{BAD, CHANGED, FAINT, GOOD, STRONG},
};

/// The digits of a digest that tell images apart.
const DIGITS: usize = 19;

/// Prints the deployments of each service below its name, the newest first.
pub(crate) fn list(w: &mut dyn Write, target: &Target, deployments: &[Deployment]) -> io::Result<()> {
    for named in &target.services {
        let mut own = deployments.iter().filter(|deployment| deployment.service == named.service).peekable();
        if own.peek().is_some() {
            writeln!(w, "{STRONG}{}{STRONG:#}", named.key)?;
        }
        own.try_for_each(|deployment| line(w, deployment))?;
    }
    Ok(())
}

/// Prints a deployment: its time, revision and end, and the reason of a failure.
fn line(w: &mut dyn Write, deployment: &Deployment) -> io::Result<()> {
    let Deployment { status, .. } = deployment;
    let style = match (deployment.is_successful(), deployment.is_running()) {
        (true, _) => GOOD,
        (false, true) => CHANGED,
        (false, false) => BAD,
    };
    let time = deployment.created.map_or_else(|| "unknown time".to_owned(), |time| time.to_string());
    let revision = deployment.revision.as_deref().unwrap_or("(a revision that is gone)");
    writeln!(w, "  {FAINT}{time}{FAINT:#}  {style}{status}{style:#}  {revision}")?;

    deployment.images.iter().try_for_each(|image| show_image(w, image))?;
    if let Some(diagnosis) = &deployment.cause {
        write!(w, "    ")?;
        cause::headline(w, diagnosis)?;
    }
    let reason = deployment.reason.as_ref();
    reason.map_or(Ok(()), |reason| cause::wrapped(w, "    reason: ", "      ", &cause::printable(reason)))
}

/// Prints an image with the beginning of its digest.
fn show_image(w: &mut dyn Write, image: &Image) -> io::Result<()> {
    let digest = image.digest.as_deref().map(|digest| digest.get(..DIGITS).unwrap_or(digest));
    let digest = digest.map_or_else(String::new, |digest| format!(" {digest}"));
    writeln!(w, "    {}  {}{FAINT}{digest}{FAINT:#}", image.container, image.image)
}
