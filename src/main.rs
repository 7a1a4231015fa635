//! The `headscope` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    match headscope::cli::main() {
        Ok(code) => code,
        Err(error) => {
            headscope::cli::warn(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
