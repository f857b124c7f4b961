//! Parameters of splits, mergers, stances and the regime (model, 6.11).
parameters! { Politics, "politics":
    /// Weekly hazard of a split.
    split: "per week", within 0.0..=0.05, prior Fixed(0.0008), source "own estimate, Malian movements 2012-2021: .0005-.002 in quiet times";
    /// Weight of the dispersion of factions' ideals.
    split_dispersion: "log rate", within -2.0..=3.0, prior Normal(0.3, 0.3), source "assumption";
    /// Weight of posts or money announced.
    split_posts: "log rate", within -1.0..=4.0, prior LogOf(4.0, 0.4), source "Mali 2014-2017: .003-.008 when dividends were announced; Duursma & Fliervoet 2021";
    /// Weight of the mediator's leverage.
    split_leverage: "log rate", within -2.0..=3.0, prior Normal(0.3, 0.3), source "assumption";
    /// Weight of a claimant's rents.
    split_rents: "log rate", within -2.0..=3.0, prior Normal(0.3, 0.3), source "assumption (M4)";
    /// Weight of threat, which unites.
    split_threat: "log rate", within -2.0..=4.0, prior Normal(0.7, 0.3), source "assumption: groups merge under threat";
    /// Weight of cohesion.
    split_cohesion: "log rate", within -2.0..=4.0, prior Normal(0.7, 0.3), source "assumption";
    /// Weekly hazard of a merger of two organisations of a bloc, without threat.
    merger: "per week", within 0.0..=0.05, prior Fixed(0.002), source "assumption: FLA, 2024";
    /// Weekly hazard that a pair of organisations reviews its stance.
    review: "per week", within 0.0..=0.5, prior Fixed(0.005), source "own estimate: four switches of MSA-D's kind in 600 weeks";
    /// Weekly hazard of a new movement for each round of posts announced.
    movement: "per week", within 0.0..=0.05, prior Fixed(0.002), source "assumption: moral hazard (M11)";
    /// Weekly hazard of a coup.
    coup: "per week", within 0.0..=0.05, prior Fixed(0.0015), source "Mali 1991-2021: four coups; value raised for a transition";
    /// Added while talks are open.
    coup_talks: "per week", within 0.0..=0.05, prior Fixed(0.001), source "assumption: hard-liners";
    /// Weight in the log hazard of a coup of ten times the state's losses of a season beyond the expected, over its fighters, from -1 to 2.
    coup_losses: "log rate", within 0.0..=5.0, prior Fixed(1.0), source "assumption: 2012 and 2020 followed losses";
}
