//! The numbers that the twin reads, by their paths in the registry.
use sulh::params::Parameters;

macro_rules! numbers {
    ($($type:ident $group:ident { $($name:ident),* })*) => {
        $(#[derive(Clone, Copy, Debug)]
        pub struct $type {
            $(pub $name: f64,)*
        })*

        /// Parameters of one draw.
        #[derive(Clone, Copy, Debug)]
        pub struct Numbers {
            $(pub $group: $type,)*
        }

        impl Numbers {
            pub fn of(parameters: &Parameters) -> Self {
                let value = |path: &str| parameters.value(path).unwrap_or_else(|| panic!("no parameter {path}"));
                Self { $($group: $type { $($name: value(concat!(stringify!($group), ".", stringify!($name))),)* },)* }
            }
        }
    };
}

numbers! {
    Grievance grievance { kin, place, fast_half_life, slow_half_life, in_group, fear_here, fear_near, fear_half_life }
    Protection protection { presence_half, met, abandoned, half_life, harm_scale }
    Recruitment recruitment {
        grievance, protection, pay, kin, affinity, faction, marginalisation, fear, crowding, inflow_cap, coercion, exit, leaning_speed,
        leaning_protection, leaning_grievance, leaning_notable, leaning_marginalisation, leaning_rents, notable
    }
    Displacement displacement { base, per_death, fear, siege, cost, most, reach, back, memory, deterring, under_harm }
    Governance governance {
        hardship_half_life, abandoned_trust, settling, customary, legitimacy_speed, governs_from, rents_affinity, rents_trust, affinity_speed, trust_speed, gap,
        voice, resources_speed, resources_base, resources_holdings, resources_patron, siege_hardship, programmes
    }
    Combat combat {
        excitation, excitation_time, same_direction, climate_sd, climate_persistence, drift_sd, drift_half_life, answer, fragmentation, lethal, tail_state,
        tail_groups, tail_civilians, civilians_state, civilians_groups, column, momentum_losses, leader
    }
    Deployment deployment { shield, control_speed, control_half, withdrawal }
    Abuse abuse { selective_own, selective_missing, driver, campaign, campaign_time, sparing, partner, misattribution, harassment, plunder, plunder_hardship }
    Communal communal { half_life, jump, branching, dialogue }
    Mediation mediation { momentum_fast, momentum_slow, holdings_window }
    Accord accord { ddr_reenlistment, ddr_integrated_protection }
}
