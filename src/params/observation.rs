//! Parameters of how events come to be recorded (model, 9). The constant share that is recorded is `combat.observation`, because the
//! levels of violence are solved with it.
parameters! { Observation, "observation":
    /// Chance to be recorded, 1 - exp(-x (deaths + 1)): small events are seen less.
    size: "per death", within 0.05..=10.0, prior Uniform(0.3, 1.2), source "assumption: reports miss small events; keeps 91 to 99 % of deaths";
    /// Probability that another bloc than the perpetrator's is recorded.
    misattribution: "probability", within 0.0..=0.8, prior Beta(2.0, 10.0), source "assumption: attribution is uncertain, most of all in the centre in 2018-2020";
    /// Share of recorded events whose best estimate is 0.
    zero: "share", within 0.0..=0.5, prior Fixed(0.117), source "UCDP GED Mali 2017-2021";
    /// Share recorded from the date on from which access is worse, over that before.
    late: "share", within 0.2..=1.0, prior Uniform(0.5, 1.0), source "assumption: no UN mission, restricted access";
}
