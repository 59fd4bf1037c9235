//! The flag `--image`: the image of a container for one run.
//!
//! A pipeline builds an image and deploys it without an edit of the stack file. The model judges the image like
//! one of the file, and the plan names it. A saved plan holds the images with which it was made, so `apply FILE`
//! takes none.

use clap::Args;
use sss_model::ImageOverride;

/// The flag of all commands that read the stack for one run.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct Images {
    /// Set the image of a container for this run; may be repeated
    #[arg(long = "image", value_name = "SERVICE[/CONTAINER]=REF")]
    pub(crate) image: Vec<ImageOverride>,
}
