//! The model against what was recorded: do the comparisons mean what they say?
use std::process::Command;

/// Would catch a change to flight or to the way destinations are weighed that places people worse than it did, and a copy of the
/// process that went its own way.
#[test]
fn the_flight_of_2012_is_placed_as_well_as_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sulh")).args(["validate", "--displacement"]).current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let days = std::fs::read_to_string(folder.path().join("output/validate/displacement_2012.csv")).unwrap();
    let mut score = 0.0;
    for row in csv::Reader::from_reader(days.as_bytes()).records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        // The measure again, from the persons in the table: placed and registered alternate after the day and the five ways.
        let (mut off, mut all) = (0.0, 0.0);
        for camp in 0..7 {
            off += (number(6 + 2 * camp) - number(7 + 2 * camp)).abs();
            all += number(7 + 2 * camp);
        }
        assert!((off / all - number(1)).abs() < 0.002, "{row:?}");
        score += number(1) / 300.0;
    }
    assert!(score <= 0.20, "{score}");
    assert!(text.contains(&format!("{score:.3} (asked")), "{score} {text}");
}
