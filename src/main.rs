//! The command `sulh`.
fn main() {}
