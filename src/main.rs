//! The command `sulh`.
fn main() -> std::process::ExitCode {
    sulh::cli::main()
}
