//! What users and scripts rely on, tested from outside.
mod cli;
