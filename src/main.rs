//! The `headscope` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    match headscope::cli::main() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("headscope: {error:#}");
            ExitCode::FAILURE
        }
    }
}
