//! One test binary, a module per question.
mod accords;
mod architecture;
mod audit;
mod cli;
mod common;
mod engine;
mod experiment;
mod guards;
mod language;
mod made_case;
mod plain;
mod properties;
mod story;
mod tracks;
mod tutorials;
mod validation;
