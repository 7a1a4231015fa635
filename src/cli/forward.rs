//! `headscope forward`: the contract of parity tests. Every output under its official name, as float32.

use std::path::PathBuf;
use std::sync::Arc;

use color_eyre::eyre::WrapErr;
use safetensors::Dtype;

use crate::checkpoint::{self, Checkpoint, TensorFile};
use crate::models::{self, Argument, Inputs, Numbers};
use crate::tape::{Keep, NodeId, Run};
use crate::tensor::{Pool, Tensor};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The checkpoint directory: config.json and model.safetensors.
    #[arg(long)]
    checkpoint: PathBuf,
    /// A safetensors file with the arguments under their official names.
    #[arg(long)]
    input: PathBuf,
    /// The safetensors file to write.
    #[arg(long)]
    output: PathBuf,
}

/// Reads, runs, writes.
///
/// # Errors
/// Where a file cannot be used, or the arguments do not fit the model.
pub fn run(args: &Args) -> color_eyre::Result<()> {
    let Args { checkpoint, input, output } = args;
    let loaded = models::open(&Checkpoint::open(checkpoint)?)?;
    let inputs = read_inputs(&TensorFile::open(input)?)?;
    let graph = loaded.model.graph(&inputs).wrap_err_with(|| format!("cannot run on {}", input.display()))?;
    let pool = Arc::new(Pool::default());
    let Some(record) = graph.run(&loaded.parameters, &Keep::Outputs, Run::new(&pool)) else {
        unreachable!("nobody cancels this run");
    };
    // As they lie in the record, where they lie in order: attentions over a long text are large.
    let tensor = |(name, id): &(String, NodeId)| (name.clone(), record.value(*id).contiguous(&pool));
    let tensors: Vec<(String, Tensor)> = graph.outputs().iter().map(tensor).collect();
    let views: Vec<(&str, &[usize], &[f32])> = tensors
        .iter()
        .map(|(name, value)| (name.as_str(), value.shape(), value.as_slice().expect("made contiguous")))
        .collect();
    let bad: Vec<&str> =
        views.iter().filter(|(_, _, data)| data.iter().any(|x| !x.is_finite())).map(|(name, ..)| *name).collect();
    if let Some(first) = bad.first() {
        let cause = match loaded.parameters.non_finite() {
            Some(parameter) => format!("; parameter {parameter} already holds some"),
            None => String::new(),
        };
        super::warn(format_args!(
            "warning: {} of {} outputs hold non-finite numbers (NaN or inf), first {first}{cause}",
            bad.len(),
            views.len()
        ));
    }
    checkpoint::write_tensors(output, &views)?;
    Ok(())
}

fn read_inputs(file: &TensorFile) -> color_eyre::Result<Inputs> {
    let mut inputs = Inputs::default();
    for entry in file.tensors() {
        let numbers = match entry.dtype() {
            Dtype::F32 | Dtype::F64 | Dtype::F16 | Dtype::BF16 => Numbers::Real(entry.to_f32()?),
            _ => Numbers::Whole(entry.to_i64()?),
        };
        inputs.insert(entry.name(), Argument { shape: entry.shape().to_vec(), numbers });
    }
    Ok(inputs)
}
