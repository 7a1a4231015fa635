//! The command line: everything on a screen can be had by a command.
//!
//! Results go to stdout, messages to stderr. `--json` prints one JSON value and nothing else. Exit status: 0 done, 1 the
//! work failed, 2 the command line was wrong. A reader that closes its end of the pipe ends a command quietly.

mod attention;
mod attribute;
mod catalog;
mod changed;
mod check;
mod compare;
mod completions;
mod config;
mod contributions;
mod explorer;
mod export;
mod follow;
mod forward;
mod heads;
mod lens;
mod list;
mod man;
mod model;
mod objective;
mod open;
mod output;
mod params;
mod patch;
mod reference;
mod rollout;
mod run;
mod show;
mod state;
mod table;
mod tokens;
mod tour;
mod train;
mod world;
mod wrap;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

pub use output::warn;

/// See inside transformers: every step, head and mask of a forward pass.
#[derive(Parser)]
#[command(name = "headscope", version, about)]
struct Cli {
    /// Without one, the explorer opens on a small trained model.
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    view: open::View,
    /// Read the catalogue of this directory instead of the one that is compiled in.
    #[arg(long, global = true, value_name = "DIR")]
    catalog: Option<PathBuf>,
    /// Read config.yaml, keys.yaml and themes/ of this directory instead of the user's.
    #[arg(long, global = true, value_name = "DIR")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Open a model in the explorer.
    Open(open::Args),
    /// Take a guided tour: views one after the other, with words; or list the tours.
    Tour(tour::Args),
    /// List the models of the catalogue.
    List(list::Args),
    /// Show everything that the catalogue says of a model.
    Show(show::Args),
    /// Lay the facts of two to four models side by side.
    Compare(compare::Args),
    /// Run a model on a text: what it writes, or what it puts where a token is masked.
    Run(run::Args),
    /// What one attention head looks at, and what it may not see and why.
    Attention(attention::Args),
    /// All heads ranked by what they do on a text, beside chance.
    Heads(heads::Args),
    /// What each layer would predict, the model's head put right behind it.
    Lens(lens::Args),
    /// Which tokens a prediction rests on, by gradient × input.
    Attribute(attribute::Args),
    /// One token through all layers: what wrote into its vector, and what the head would read in it.
    Follow(follow::Args),
    /// What each head and feed-forward network adds to a logit directly.
    Contributions(contributions::Args),
    /// Attention multiplied through the layers: where each token's vector may have come from.
    Rollout(rollout::Args),
    /// What of another text's pass brings that text's answer with it.
    Patch(patch::Args),
    /// The tokens of a text, and how the tokenizer got there.
    Tokens(tokens::Args),
    /// Count the parameters of a model exactly, from its configuration alone.
    Params(params::Args),
    /// Run one forward pass of a checkpoint on given tensors and write every output.
    Forward(forward::Args),
    /// Train a small model of one's own on the small world, by its recipe.
    Train(train::Args),
    /// What a model would be trained on: its objective, on a text of yours.
    Objective(objective::Args),
    /// Write what a screen shows to a file.
    #[command(subcommand)]
    Export(export::Args),
    /// Hold a catalogue against its rules.
    Check(check::Args),
    /// What is set by files of yours: check them, find them, print the defaults.
    #[command(subcommand)]
    Config(config::Args),
    /// Documents of the small world that the shipped models learned.
    World(world::Args),
    /// Print a completion script for a shell.
    Completions(completions::Args),
    /// Print the manual page.
    Man,
    /// Print every command with its options as Markdown.
    Reference,
}

/// Runs the command line.
///
/// # Errors
/// Where the work failed, with context.
pub fn main() -> color_eyre::Result<ExitCode> {
    let cli = Cli::parse();
    let catalog = cli.catalog.as_deref();
    if let (Some(_), Some(option)) = (&cli.command, cli.view.given()) {
        let words =
            format!("{option} stands before the command, where it belongs to `headscope` alone; write it behind");
        Cli::command().error(ErrorKind::ArgumentConflict, words).exit();
    }
    config::use_directory(cli.config)?;
    match cli.command {
        None => return open::without_model(cli.view, catalog),
        Some(Command::Open(args)) => return open::run(args, catalog),
        Some(Command::Config(args)) => return config::run(&args),
        Some(Command::Tour(args)) => return tour::run(args, catalog),
        Some(Command::Check(args)) => return check::run(&args, catalog),
        Some(Command::Train(args)) => return train::run(&args),
        Some(Command::Objective(args)) => objective::run(&args, catalog)?,
        Some(Command::Export(args)) => export::run(&args, catalog)?,
        Some(Command::List(args)) => list::run(&args, catalog)?,
        Some(Command::Show(args)) => show::run(&args, catalog)?,
        Some(Command::Compare(args)) => compare::run(&args, catalog)?,
        Some(Command::Run(args)) => run::run(&args, catalog)?,
        Some(Command::Attention(args)) => attention::run(&args, catalog)?,
        Some(Command::Heads(args)) => heads::run(&args, catalog)?,
        Some(Command::Lens(args)) => lens::run(&args, catalog)?,
        Some(Command::Attribute(args)) => attribute::run(&args, catalog)?,
        Some(Command::Follow(args)) => follow::run(&args, catalog)?,
        Some(Command::Contributions(args)) => contributions::run(&args, catalog)?,
        Some(Command::Rollout(args)) => rollout::run(&args, catalog)?,
        Some(Command::Patch(args)) => patch::run(&args, catalog)?,
        Some(Command::Tokens(args)) => tokens::run(&args, catalog)?,
        Some(Command::Params(args)) => params::run(&args, catalog)?,
        Some(Command::Forward(args)) => forward::run(&args)?,
        Some(Command::World(args)) => world::run(&args)?,
        Some(Command::Completions(args)) => completions::run(&args)?,
        Some(Command::Man) => man::run()?,
        Some(Command::Reference) => reference::run()?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
