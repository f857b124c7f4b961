//! Writes every table and plot from made-up numbers: `cargo run --example plots_demo -- FOLDER [three]`.
mod made_up;

fn main() -> std::io::Result<()> {
    let out = std::env::args().nth(1).unwrap_or_else(|| "output/plots-demo".into());
    let begun = std::time::Instant::now();
    let mut results = made_up::results(480, 40, 260);
    println!("made up in {:?}", begun.elapsed());
    if std::env::args().nth(2).as_deref() == Some("three") {
        made_up::third(&mut results);
    }
    let options = sulh::report::Options { folder: out.clone(), ..Default::default() };
    let begun = std::time::Instant::now();
    let written = sulh::report::write_all(&results, out.as_ref(), &options)?;
    println!("{} files in {:?}\n", written.len(), begun.elapsed());
    print!("{}", sulh::report::summary(&results, &options));
    Ok(())
}
