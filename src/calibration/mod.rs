//! Fitting the layer of events to what was recorded, without a likelihood.
//!
//! One shared table of simulations, each with parameters of its own from the priors, is all that is simulated. From it: the prior predictive
//! check, the screening of parameters by how well recorded statistics tell them, the posterior of what was really recorded, and the recovery
//! of parameters of simulations that are taken for the truth. Nothing of bargaining, recruitment or leanings is fitted: no event data
//! speak of them.
pub mod posterior;
pub mod table;
