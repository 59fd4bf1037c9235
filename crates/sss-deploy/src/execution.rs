//! A plan on its way to the account: shown, confirmed, carried out, told.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sss_aws::{Forecast, Graph, Id, Interrupt, Options, Outcome, Plan, World, apply, outputs};

use crate::{
    exit::Exit,
    failure::Failure,
    output::Output,
    progress::Progress,
    prompt,
    render::{
        self, Purpose,
        outcome::{Finished, Planned},
    },
    session::Session,
};

/// How often lines that show the time are drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// The outputs of a stack.
pub(crate) type Outputs = BTreeMap<&'static str, String>;

/// A plan and all that carrying it out takes.
pub(crate) struct Execution<'a> {
    pub(crate) session: &'a Session<'a>,
    pub(crate) graph: &'a Graph,
    pub(crate) world: &'a World,
    pub(crate) plan: &'a Plan,
    pub(crate) purpose: Purpose,
    pub(crate) options: Options,
    /// Whether somebody has agreed to the plan before.
    pub(crate) confirmed: bool,
    /// What a stack without services would delete, unless somebody allowed that.
    pub(crate) emptied: Vec<&'a Id>,
}

impl Execution<'_> {
    /// Shows the plan, asks, carries it out, and ends with the stack's outputs after a success.
    pub(crate) async fn run(&self) -> Result<Exit, Failure> {
        let forecast = self.session.forecast(self.graph, self.world, self.plan, &self.options);
        self.show(&forecast)?;
        if self.plan.is_refused() {
            return self.refuse();
        }
        if !self.emptied.is_empty() {
            return Err(self.refuse_to_empty());
        }
        let (outcome, elapsed) = if self.plan.is_empty() {
            (None, Duration::ZERO)
        } else {
            self.confirm().await?;
            let progress = Arc::new(Progress::start(self.output(), self.plan.steps.len()));
            (Some(self.carry_out(&progress).await?), progress.elapsed())
        };
        if outcome.as_ref().is_some_and(Outcome::is_interrupted) {
            self.finish(elapsed, outcome.as_ref(), &Outputs::new(), &forecast)?;
            return Ok(Exit::Interrupted);
        }
        let success = outcome.as_ref().is_none_or(Outcome::is_success) && !self.plan.is_held();
        let outputs = match &outcome {
            _ if !success || self.purpose == Purpose::Adopt => Outputs::new(),
            Some(outcome) => outcome.outputs.clone(),
            None => outputs(self.graph, self.world),
        };
        self.finish(elapsed, outcome.as_ref(), &outputs, &forecast)?;
        Ok(if success { Exit::Done } else { Exit::Failed })
    }

    fn output(&self) -> &Output {
        &self.session.invocation.output
    }

    fn program(&self) -> &str {
        &self.session.invocation.program
    }

    fn show(&self, forecast: &Forecast) -> Result<(), Failure> {
        if self.output().json {
            return self.output().line(&Planned::of(self.plan, forecast, &self.emptied));
        }
        let place = self.session.place(self.world);
        self.output().note(|w| render::plan::show(w, &place, self.plan, self.purpose));
        if !self.plan.is_empty() && !self.plan.is_refused() {
            self.output().note(|w| render::report::forecast(w, forecast));
        }
        Ok(())
    }

    fn refuse(&self) -> Result<Exit, Failure> {
        if self.output().json {
            self.output().line(&Finished::refused(self.plan))?;
        } else {
            self.output().note(|w| render::plan::refused_hint(w, self.plan, self.purpose, self.program()));
        }
        Ok(Exit::Refused)
    }

    fn refuse_to_empty(&self) -> Failure {
        let program = self.program();
        let message = format!("{}: {}", self.purpose, render::plan::emptied(&self.emptied));
        Failure::refused(message).hint(render::plan::emptied_hint(program))
    }

    async fn confirm(&self) -> Result<(), Failure> {
        if self.confirmed {
            return Ok(());
        }
        let purpose = self.purpose;
        let what = purpose.to_string();
        let question = render::outcome::question(self.plan, purpose);
        let agrees = |answer: &str| match purpose {
            Purpose::Destroy => answer == self.plan.stack,
            Purpose::Converge | Purpose::Adopt => prompt::is_yes(answer),
        };
        let Session { invocation, interruption, .. } = self.session;
        let asked = prompt::confirm(invocation, interruption, &what, &question, agrees);
        self.session.while_leased(asked).await
    }

    async fn carry_out(&self, progress: &Arc<Progress>) -> Result<Outcome, Failure> {
        let events = {
            let progress = Arc::clone(progress);
            Arc::new(move |event| progress.tell(&event))
        };
        let interrupt = Interrupt::default();
        let options = self.options.clone().interrupt(interrupt.clone());
        let work = apply(&self.session.aws, self.graph, self.world, self.plan, options, events);
        let work = self.interruptible(work, &interrupt);
        let ended = tokio::select! {
            outcome = self.session.while_leased(work) => outcome,
            never = progress.keep_current(TICK) => match never {},
        };
        progress.end();
        if ended.is_err() {
            self.interrupted(progress)?;
        }
        ended
    }

    /// Asks the work to end when the process is to end for the first time, and drops it the second time.
    async fn interruptible(
        &self,
        work: impl Future<Output = Outcome>,
        interrupt: &Interrupt,
    ) -> Result<Outcome, Failure> {
        let mut work = Box::pin(work);
        let interruption = &self.session.interruption;
        if let Ok(outcome) = interruption.or(&mut work).await {
            return Ok(outcome);
        }
        interrupt.request();
        if !self.output().json {
            self.output().note(render::outcome::interrupting);
        }
        interruption.or(work).await
    }

    fn interrupted(&self, progress: &Progress) -> Result<(), Failure> {
        let running = progress.running();
        if self.output().json {
            return self.output().line(&Finished::interrupted(progress.elapsed(), &running));
        }
        self.output().note(|w| render::outcome::running(w, &running));
        Ok(())
    }

    fn finish(
        &self,
        elapsed: Duration,
        outcome: Option<&Outcome>,
        outputs: &Outputs,
        forecast: &Forecast,
    ) -> Result<(), Failure> {
        let output = self.output();
        let report = self.session.report(self.world);
        let report = if outcome.is_some() { report.after(forecast, elapsed) } else { report };
        if output.json {
            return output.line(&Finished::of(elapsed, self.plan, outcome, outputs, report));
        }
        if let Some(outcome) = outcome {
            output.note(|w| render::outcome::summary(w, outcome, self.purpose, elapsed, self.program()));
        }
        output.note(|w| render::report::show(w, &report, self.session.invocation.global.stats));
        if self.plan.is_held() {
            output.note(|w| render::outcome::held(w, self.plan, self.purpose, self.program()));
        }
        output.data(|w| render::outputs(w, outputs))
    }
}
