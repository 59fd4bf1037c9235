//! `sandbox serve` as a child process.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::failure::Failure;

/// How many times faster than real time: what takes AWS minutes takes seconds, and can still be seen under way.
const FACTOR: &str = "60";

/// A running `sandbox serve`, ended when this is dropped.
pub(super) struct Server {
    child: Child,
    /// What it printed first.
    line: Value,
}

impl Server {
    pub(super) fn start(program: &Path) -> Result<Self, Failure> {
        let mut child = Command::new(program)
            .args(["sandbox", "serve", "--factor", FACTOR])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failure::to(format_args!("run {}", program.display())))?;
        let output = child.stdout.take();
        let mut server = Self { child, line: Value::Null };
        let mut line = String::new();
        if let Some(output) = output {
            let read = BufReader::new(output).read_line(&mut line);
            read.map_err(Failure::to("read what sandbox serve prints"))?;
        }
        server.line = serde_json::from_str(&line).map_err(Failure::to("read what sandbox serve prints"))?;
        Ok(server)
    }

    /// A member of the first line that is a text.
    pub(super) fn value(&self, member: &str) -> &str {
        self.line[member].as_str().unwrap_or_default()
    }

    /// The ids of the private subnets.
    pub(super) fn private_subnet_ids(&self) -> impl Iterator<Item = &str> {
        let ids = self.line["private_subnet_ids"].as_array();
        ids.into_iter().flatten().filter_map(Value::as_str)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
