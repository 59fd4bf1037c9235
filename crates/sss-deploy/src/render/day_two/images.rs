//! Images: the reference, what runs, and what the registry has.

use std::io::{self, Write};

use anstyle::Style;
use sss_aws::operate::images::{Image, State};

use super::super::{
    cause::{printable, wrapped},
    palette::{BAD, CHANGED, FAINT, GOOD, STRONG},
};

/// Prints the images of each container. Without a check, the registries have nothing to say.
pub(crate) fn list(w: &mut dyn Write, images: &[Image], is_checked: bool) -> io::Result<()> {
    images.iter().try_for_each(|image| show(w, image, is_checked))
}

/// Prints one image.
fn show(w: &mut dyn Write, image: &Image, is_checked: bool) -> io::Result<()> {
    let Image { service, container, reference, running, registry, state, reason, .. } = image;
    write!(w, "{STRONG}{service}{STRONG:#}  {container}  {}", printable(reference))?;
    if is_checked {
        let (style, word) = word(*state);
        write!(w, "  {style}{word}{style:#}")?;
    }
    writeln!(w)?;

    // A digest has 71 characters, so these lines fit 80 columns.
    match running.as_slice() {
        [] => writeln!(w, "  runs   {FAINT}nothing{FAINT:#}")?,
        all => all.iter().try_for_each(|digest| writeln!(w, "  runs   {digest}"))?,
    }
    registry.iter().try_for_each(|digest| writeln!(w, "  found  {digest}"))?;
    reason.iter().filter(|_| is_checked).try_for_each(|reason| wrapped(w, "  ", "  ", &printable(reason)))
}

/// Returns the word for a state with its colour.
fn word(state: State) -> (Style, &'static str) {
    match state {
        State::Same => (GOOD, "same"),
        State::Moved => (CHANGED, "moved"),
        State::Gone => (BAD, "gone"),
        State::OtherArchitecture => (BAD, "other architecture"),
        State::NotRunning => (FAINT, "not running"),
        _ => (FAINT, "not checked"),
    }
}
