//! A plan on its way to the account: shown, confirmed, applied, reported.
//!
//! `apply`, `adopt` and `destroy` differ in the plan and in the words. This is the part that they share, in
//! its order:
//!
//! 1. The plan and its forecast are shown. A refused plan ends here, with 4.
//! 2. A stack without services is refused, unless the plan was allowed to delete its objects; and so is a stack
//!    for which the checks before the first write found a problem.
//! 3. The user confirms. A saved plan and an empty plan need no confirmation.
//! 4. The plan is applied, with its progress.
//! 5. The outcome, the calls, and after a success the stack's outputs are printed.
//!
//! With `--json` each of these is a JSON line: `planned`, the events of the apply, and `finished`.
//!
//! The stack's lock is held all the time; a lost lock ends the command. The first signal asks the apply to
//! end: no further step starts, and calls that are under way are waited for. The second signal drops the
//! apply at once. A call that AWS has received by then may still take effect, and the next plan shows it.

use std::{io::Write, sync::Arc, time::Duration};

use sss_aws::{Forecast, Interrupt, Options, Outcome, Outputs, Planned, verify::Verification};

use crate::{
    exit::Exit,
    failure::Failure,
    output::Output,
    progress::Progress,
    prompt,
    render::{
        self, Purpose,
        outcome::{Finished, Start},
        plan::Amount,
    },
    session::Session,
};

/// The time between two updates of the lines that show the elapsed time.
const TICK: Duration = Duration::from_millis(200);

/// A plan and the choices of the command that applies it.
pub(crate) struct Execution<'a> {
    /// The account, under the stack's lock.
    pub(crate) session: &'a Session<'a>,
    /// The plan, with the observation that it was made from.
    pub(crate) planned: Planned,
    /// The checks that the plan needs, already made.
    pub(crate) verification: Verification,
    /// The command, which decides about the question and the words.
    pub(crate) purpose: Purpose,
    /// The options of the apply. A signal triggers their interrupt.
    pub(crate) options: Options,
    /// How much of the plan is shown.
    pub(crate) amount: Amount,
    /// Whether the user has agreed to the plan before.
    pub(crate) confirmed: bool,
}

impl Execution<'_> {
    /// Shows the plan, asks, applies it, and prints the stack's outputs after a success.
    ///
    /// It returns [`Exit::Failed`] if a step failed, and also if a service stays behind the stack because its
    /// last deployment failed: the account is not as the stack says, although every step succeeded.
    ///
    /// # Errors
    ///
    /// Nobody confirmed, the stack has no services, the lock was lost, or a second signal ended the apply.
    pub(crate) async fn run(mut self) -> Result<Exit, Failure> {
        let forecast = self.planned.forecast(&self.options);
        self.show(&forecast)?;

        if self.planned.plan().is_refused() {
            return self.refuse();
        }
        self.permit()?;
        if !self.verification.is_sound() {
            return self.refuse_unverified();
        }

        let (outcome, elapsed) = if self.planned.is_empty() {
            (None, Duration::ZERO)
        } else {
            self.confirm().await?;
            let areas = self.planned.observed().areas();
            let progress =
                Progress::start(self.session.invocation, self.planned.plan(), areas, forecast.usual);
            let progress = Arc::new(progress);
            let told = Arc::clone(&progress);
            self.planned = self.planned.events(move |event| told.tell(event));
            (Some(self.carry_out(&progress).await?), progress.elapsed())
        };

        if outcome.as_ref().is_some_and(Outcome::is_interrupted) {
            self.finish(elapsed, outcome.as_ref(), &Outputs::new(), &forecast)?;
            return Ok(Exit::Interrupted);
        }
        let success = outcome.as_ref().is_none_or(Outcome::is_success) && !self.planned.plan().is_held();
        let outputs = match &outcome {
            _ if !success || matches!(self.purpose, Purpose::Adopt | Purpose::Release) => Outputs::new(),
            Some(outcome) => outcome.outputs.clone(),
            None => self.planned.outputs(),
        };
        self.finish(elapsed, outcome.as_ref(), &outputs, &forecast)?;
        Ok(if success { Exit::Done } else { Exit::Failed })
    }

    /// Shows the plan and ends there. Nothing is written.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    pub(crate) fn preview(&self) -> Result<Exit, Failure> {
        self.show(&self.planned.forecast(&self.options))?;
        if self.planned.plan().is_refused() { self.refuse() } else { Ok(Exit::Done) }
    }

    fn output(&self) -> &Output {
        &self.session.invocation.output
    }

    fn program(&self) -> &str {
        &self.session.invocation.program
    }

    /// Prints the plan and its forecast. They are notes, because the answer of the command is the outcome.
    fn show(&self, forecast: &Forecast) -> Result<(), Failure> {
        let plan = self.planned.plan();
        let next = self.planned.following().filter(|_| !plan.is_refused());
        if self.output().json {
            let (emptied, former) = (self.planned.emptied(), self.planned.former_name());
            let images = &self.session.invocation.images;
            let start = Start::of(plan, forecast, &emptied, images).with_former_name(former.as_deref());
            return self.output().line(&start.with_following(next.as_ref()).with(&self.verification));
        }

        let shown = self.session.shown(&self.planned, self.purpose, Some(forecast));
        let following = next.as_ref().map(|next| shown.followed_by(next));
        let screen = self.output().screen_of_notes();
        let show = |w: &mut dyn Write| {
            render::plan::show(w, screen, &shown, self.amount)?;
            if self.purpose == Purpose::Release && !plan.is_empty() {
                render::handover::consequences(w, self.program())?;
            }
            following.iter().try_for_each(|next| {
                render::handover::following(w, screen, next, self.amount, self.program())
            })
        };
        if self.confirmed || self.session.invocation.global.yes {
            self.output().note(show);
        } else {
            // A person agrees to the plan and has to see it.
            self.output().complain(show);
        }
        if !plan.is_empty() && !plan.is_refused() {
            self.output().note(|w| render::report::near(w, forecast));
        }
        let findings =
            |w: &mut dyn Write| render::verification::findings(w, &self.verification, self.program());
        if self.verification.is_sound() {
            self.output().note(findings);
        } else {
            self.output().complain(findings);
        }
        Ok(())
    }

    /// Prints that the checks found problems. Nothing was changed.
    fn refuse_unverified(&self) -> Result<Exit, Failure> {
        if self.output().json {
            self.output().line(&Finished::refused(self.planned.plan()))?;
        } else {
            self.output().complain(|w| render::verification::refused(w, &self.verification, self.program()));
        }
        Ok(Exit::Refused)
    }

    /// Prints how to continue after a refused plan. Nothing was changed.
    fn refuse(&self) -> Result<Exit, Failure> {
        let plan = self.planned.plan();
        if self.output().json {
            self.output().line(&Finished::refused(plan))?;
        } else {
            self.output().complain(|w| render::plan::refused_hint(w, plan, self.purpose, self.program()));
        }
        Ok(Exit::Refused)
    }

    /// Refuses to delete the objects of a stack without services, and to create those of a renamed one, even with
    /// `--yes`.
    fn permit(&self) -> Result<(), Failure> {
        self.planned.permitted().map_err(|error| {
            Failure::engine(&self.purpose.to_string(), &error)
                .hint(render::permission::hint(&self.planned, self.program()))
        })
    }

    /// Asks the user to agree to the plan. The lock is renewed meanwhile, however long that takes.
    async fn confirm(&self) -> Result<(), Failure> {
        if self.confirmed {
            return Ok(());
        }
        let (plan, purpose) = (self.planned.plan(), self.purpose);
        let what = purpose.to_string();
        let question = render::outcome::question(plan, purpose);
        let agrees = |answer: &str| match purpose {
            Purpose::Destroy => answer == plan.stack,
            Purpose::Converge | Purpose::Adopt | Purpose::Release => prompt::is_yes(answer),
        };
        let Session { invocation, interruption, .. } = self.session;
        let asked = prompt::confirm(invocation, interruption, &what, &question, agrees);
        self.session.while_locked(asked).await
    }

    /// Applies the plan, with progress.
    ///
    /// # Errors
    ///
    /// The apply did not begin, the lock was lost, or a second signal came. The steps that were running are
    /// printed then: AWS may still work on them.
    async fn carry_out(&self, progress: &Progress) -> Result<Outcome, Failure> {
        let interrupt = &self.options.interrupt;
        let work = self.interruptible(self.planned.apply(self.options.clone()), interrupt);

        let ended = tokio::select! {
            outcome = work => outcome,
            never = progress.keep_current(TICK) => match never {},
        };
        progress.end();

        let ended = ended
            .and_then(|applied| applied.map_err(|error| Failure::engine(&self.purpose.to_string(), &error)));
        if ended.is_err() {
            self.interrupted(progress)?;
        }
        ended
    }

    /// Asks the work to end at the first signal, and drops it at the second.
    ///
    /// # Errors
    ///
    /// The second signal came before the work ended.
    async fn interruptible<T>(
        &self,
        work: impl Future<Output = T>,
        interrupt: &Interrupt,
    ) -> Result<T, Failure> {
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

    /// Prints the steps that were running when the apply was dropped.
    fn interrupted(&self, progress: &Progress) -> Result<(), Failure> {
        let running = progress.running();
        if self.output().json {
            return self.output().line(&Finished::interrupted(progress.elapsed(), &running));
        }
        self.output().note(|w| render::outcome::running(w, &running));
        Ok(())
    }

    /// Prints the outcome, the calls and the outputs. The report only counts the apply if there was one.
    fn finish(
        &self,
        elapsed: Duration,
        outcome: Option<&Outcome>,
        outputs: &Outputs,
        forecast: &Forecast,
    ) -> Result<(), Failure> {
        let (output, plan) = (self.output(), self.planned.plan());
        let report = self.session.report(self.planned.observed());
        let report = match outcome {
            Some(outcome) if outcome.is_success() => report.after(forecast, elapsed),
            Some(_) => report.after_failure(elapsed),
            None => report,
        };
        if output.json {
            return output.line(&Finished::of(elapsed, plan, outcome, outputs, report, self.program()));
        }

        if let Some(outcome) = outcome {
            let show = |w: &mut dyn Write| {
                render::outcome::summary(w, outcome, self.purpose, elapsed, self.program())
            };
            if outcome.is_success() { output.note(show) } else { output.complain(show) }
        }
        if self.session.invocation.global.stats {
            output.note(|w| render::report::show(w, &report, true));
        }
        if plan.is_held() {
            output.complain(|w| render::outcome::held(w, plan, self.purpose, self.program()));
        }
        output.answer(|w| render::outputs(w, outputs))
    }
}
