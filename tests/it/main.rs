//! One test binary, a module per question.
mod architecture;
mod common;
mod engine;
