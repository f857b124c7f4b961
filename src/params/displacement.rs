//! Parameters of flight and return (model, 6.9).
parameters! { Displacement, "displacement":
    /// Weekly rate of leaving without violence.
    base: "per week", within 0.0..=0.001, prior Fixed(1.7e-5), source "own estimate: about 18 households a week in all";
    /// Weekly rate of leaving per death in four weeks among 225,000 people.
    per_death: "per week", within 0.0..=0.01, prior LogNormal(1.3e-4, 0.4), source "own estimate: some 20 households per death, UNHCR and UCDP 2012-2021";
    /// Weight of fear.
    fear: "log rate", within 0.0..=5.0, prior Uniform(0.0, 2.0), source "assumption";
    /// Weight of a siege.
    siege: "log rate", within 0.0..=5.0, prior Uniform(0.0, 2.0), source "assumption";
    /// Weight of the cost of getting out.
    cost: "log rate", within 0.0..=5.0, prior Uniform(0.0, 2.0), source "assumption";
    /// Most that leave in a week.
    most: "probability a week", within 0.0..=0.5, prior Fixed(0.06), source "assumption: no place empties in a month";
    /// Distance over which a destination's draw falls by a factor e.
    reach: "km", within 20.0..=1000.0, prior Fixed(150.0), source "assumption";
    /// Weekly rate of return when home is quiet.
    back: "per week", within 0.0..=0.5, prior Fixed(0.02), source "UNHCR returns 2013-2016: a year";
    /// Half-life of the memory of deaths at home.
    memory: "weeks", within 1.0..=104.0, prior Fixed(13.0), source "assumption";
    /// Deaths per 225,000 people that lower return by a factor e.
    deterring: "deaths per 225,000 people", within 1.0..=500.0, prior Fixed(20.0), source "assumption";
    /// Factor on return under a controller that harms more than it protects.
    under_harm: "factor", within 0.0..=1.0, prior Fixed(0.3), source "assumption";
}

impl Displacement {
    /// Distance over which a destination's draw falls by a factor e, km.
    #[must_use]
    pub fn reach(&self) -> f64 {
        self.reach
    }
}
