//! `sulh scenarios`: what comes with the program.
use super::{Failed, ScenariosArgs, say};
use crate::scenario::library::SCENARIOS;
use crate::scenario::{Changes, Library};
use serde_json::json;

pub(super) fn scenarios(args: &ScenariosArgs) -> Result<u8, Failed> {
    let mut library = Library::new();
    let mut rows = Vec::new();
    for file in SCENARIOS {
        let scenario = library.load(file.name, &Changes::default())?;
        rows.push((file.name, scenario.title, scenario.summary));
    }
    if args.json {
        let rows: Vec<_> = rows.iter().map(|(name, title, summary)| json!({ "name": name, "title": title, "summary": summary })).collect();
        return say(&format!("{:#}\n", serde_json::Value::from(rows))).map(|()| 0);
    }
    let width = rows.iter().map(|(name, _, _)| name.len()).max().unwrap_or(0);
    for (name, _, summary) in rows {
        say(&format!("{name:width$}  {summary}\n"))?;
    }
    say("\nCompare two:  sulh compare bamako-only mauritanian-multiparty\nEdit them:    sulh new my-case\n")?;
    Ok(0)
}
