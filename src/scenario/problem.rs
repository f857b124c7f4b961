//! What is wrong with a file: place, fault, way out, and the other end where two places disagree; all at once.
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use std::borrow::Cow;

/// Most problems that are kept: a file with more is broken as a whole.
pub const MOST: usize = 200;
/// Longest part of a line that is kept before a place, characters; where more comes before it, the line is not shown.
const BEFORE: usize = 2_000;
/// Longest part of a line that is kept from a place on, characters.
const AFTER: usize = 200;
/// Longest name for which a nearest one is looked for, bytes.
const LONGEST_NAME: usize = 80;

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// As the user would write it.
    pub file: String,
    /// From 1.
    pub line: u64,
    /// Characters, from 1.
    pub column: u64,
    /// Characters of the line that are meant.
    pub length: u64,
    /// What stands there: a part of the line, and the characters of it that come before the place.
    #[serde(skip)]
    pub shown: Option<Box<(String, usize)>>,
}

impl Place {
    /// A place without the text that stands there.
    #[must_use]
    pub fn new(file: &str, line: u64, column: u64) -> Self {
        Self { file: file.to_owned(), line, column, length: 1, shown: None }
    }

    /// The place of `bytes` of a text, in its first line.
    #[must_use]
    pub fn of(file: &str, text: &str, bytes: std::ops::Range<usize>) -> Self {
        let start = floor(text, bytes.start);
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let till = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor(text, bytes.end).clamp(start, till);
        let line = text.as_bytes()[..from].iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
        let before = text[from..start].chars().count();
        let length = text[start..end].chars().count().max(1);
        // Those of C0 are replaced where a report is drawn.
        let seen = |c: char| if ('\u{80}'..='\u{9f}').contains(&c) { '\u{fffd}' } else { c };
        let shown = || {
            Box::new((text[from..till].trim_end_matches('\r').chars().map(seen).take(before + length.min(AFTER) + AFTER).collect(), before))
        };
        Self { file: file.to_owned(), line, column: before as u64 + 1, length: length as u64, shown: (before <= BEFORE).then(shown) }
    }

    fn span(&self) -> Option<(&str, std::ops::Range<usize>)> {
        let (text, before) = &**self.shown.as_ref()?;
        let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
        let start = byte(*before);
        Some((text, start..byte(before.saturating_add(usize::try_from(self.length).unwrap_or(usize::MAX))).max(start)))
    }
}

/// The last boundary of a character at or before a byte.
pub(super) fn floor(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Another place that has to do with a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Also {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What stands there.
    pub note: String,
}

/// One problem of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Problem {
    pub file: String,
    pub line: u64,
    pub column: u64,
    pub length: u64,
    #[serde(skip)]
    pub shown: Option<Box<(String, usize)>>,
    pub fault: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Box<str>>,
    /// The other end, where two places disagree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

impl Problem {
    /// A problem at a place of which nothing can be shown.
    #[must_use]
    pub fn at(file: &str, line: u64, column: u64, fault: impl Into<String>) -> Self {
        Self::of(Place::new(file, line, column), fault)
    }

    /// A problem at a place.
    #[must_use]
    pub fn of(place: Place, fault: impl Into<String>) -> Self {
        let Place { file, line, column, length, shown } = place;
        Self { file, line, column, length, shown, fault: fault.into(), hint: None, also: Vec::new() }
    }

    /// The same with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into().into_boxed_str());
        self
    }

    /// The same with a way out, if there is one.
    #[must_use]
    pub fn hint_if(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The same with the nearest of the valid names as a hint, if one is near.
    #[must_use]
    pub fn nearest<'a>(self, given: &str, valid: impl Iterator<Item = &'a str>) -> Self {
        self.hint_if(did_you_mean(nearest(given, valid).as_slice()))
    }

    /// The same with the valid names that may be meant as a hint, or else with another way out.
    #[must_use]
    pub fn meant<'a>(self, given: &str, valid: impl Iterator<Item = &'a str> + Clone, otherwise: &str) -> Self {
        self.hint(did_you_mean(&meant(given, valid)).unwrap_or_else(|| otherwise.to_owned()))
    }

    /// The same with another place that has to do with it.
    #[must_use]
    pub fn also(mut self, place: Place, note: impl Into<String>) -> Self {
        self.also.push(Also { place, note: note.into() });
        self
    }

    /// The problem with the lines concerned, as it is shown on a terminal.
    #[must_use]
    pub fn report(&self, colour: bool, width: usize) -> String {
        let fault = clean(&self.fault);
        let mut group = Level::ERROR.primary_title(fault.as_ref()).elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new());
        let place = Place { file: self.file.clone(), line: self.line, column: self.column, length: self.length, shown: self.shown.clone() };
        group = shown(group, &place, true, None);
        for also in &self.also {
            group = shown(group, &also.place, false, Some(&also.note));
        }
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(clean(hint).into_owned()));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.term_width(width).render(&[group]);
        text.push('\n');
        text
    }
}

/// Adds a place and what stands there to a report.
fn shown<'a>(group: Group<'a>, place: &Place, primary: bool, note: Option<&str>) -> Group<'a> {
    let (line, column) = (usize::try_from(place.line).unwrap_or(1), usize::try_from(place.column).unwrap_or(1));
    let file = clean(&place.file).into_owned();
    let Some((text, span)) = place.span() else {
        let group = group.element(Origin::path(file).line(line).char_column(column));
        return match note {
            Some(note) => group.element(Level::NOTE.message(clean(note).into_owned())),
            None => group,
        };
    };
    let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotation = kind.span(span).label(note.map(|note| clean(note).into_owned()));
    group.element(Snippet::source(text.to_owned()).path(file).line_start(line).annotation(annotation))
}

/// What is wrong with a text that is shown in one line, where it has characters that steer a terminal.
#[must_use]
pub fn steers(what: &str, text: &str) -> Option<String> {
    let sign = text.chars().find(|c| c.is_control())?;
    Some(match sign {
        '\n' | '\r' => format!("`{what}` has more than one line: it is shown in one"),
        _ => format!("`{what}` has a control character (U+{:04X}): it is shown in terminals and plots", sign as u32),
    })
}

/// A text without characters that steer a terminal, and of bearable length: parts of it come from a file.
fn clean(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 600;
    if text.len() <= LONGEST && !text.chars().any(|c| c.is_control() && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(LONGEST).map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    if short.len() < text.len() && text.chars().count() > LONGEST {
        short.push_str(" ...");
    }
    Cow::Owned(short)
}

/// In one or two lines, as in logs: place and fault, then the way out.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, clean(&self.fault))?;
        for also in &self.also {
            write!(f, "\n  see: {}:{}:{}: {}", also.place.file, also.place.line, also.place.column, clean(&also.note))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {}", clean(hint))?;
        }
        Ok(())
    }
}

/// The valid names that may be meant: the nearest, or all of which something near to what was given is the beginning, as
/// `jnim` is of `jnim-north` and `jnim-macina`.
#[must_use]
pub fn meant<'a>(given: &str, valid: impl Iterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    if let Some(near) = nearest(given, valid.clone()) {
        return vec![near];
    }
    // As many parts of a name as were given.
    let parts = given.split('-').count();
    let near = nearest_by(given, valid.clone(), |name| name.match_indices('-').nth(parts - 1).map(|(end, _)| &name[..end]));
    // In the order of their table. Two letters are the beginning of too much.
    let begins = |name: &str| given.len() > 2 && name.starts_with(given);
    valid.filter(|name| if near.is_empty() { begins(name) } else { near.contains(name) }).collect()
}

/// A hint at the names that may be meant.
#[must_use]
pub fn did_you_mean(names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| format!("did you mean `{}`?", names.join("` or `")))
}

/// The nearest valid name, if it differs by few letters; by one more where both begin alike.
pub fn nearest<'a>(given: &str, valid: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest_by(given, valid, Some).first().copied()
}

/// The names whose part is nearest to what was given, if it is near; first in the alphabet first.
fn nearest_by<'a>(given: &str, valid: impl Iterator<Item = &'a str>, part: impl Fn(&'a str) -> Option<&'a str>) -> Vec<&'a str> {
    if given.len() > LONGEST_NAME {
        return Vec::new();
    }
    let mut found: Vec<(usize, &str, &str)> =
        valid.filter_map(|name| part(name).map(|part| (strsim::damerau_levenshtein(given, part), name, part))).collect();
    found.sort_unstable();
    let least = found.first().map(|x| x.0);
    let near = |part: &str| 1 + part.len() / if part.chars().next() == given.chars().next() { 3 } else { 4 };
    found.into_iter().take_while(|x| Some(x.0) == least && x.0 <= near(x.2)).map(|x| x.1).collect()
}

/// All problems found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, problem: Problem) {
        if !self.full() {
            self.0.push(problem);
        }
    }

    /// Whether no more are kept.
    #[must_use]
    pub fn full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// The value, if nothing is wrong.
    ///
    /// # Errors
    /// All problems, if there is one.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Each problem with the lines concerned, and how many there are.
    #[must_use]
    pub fn report(&self, colour: bool, width: usize) -> String {
        let mut text: String = self.0.iter().map(|problem| problem.report(colour, width) + "\n").collect();
        text.push_str(&match self.0.len() {
            1 => "1 problem".to_owned(),
            count if count >= MOST => format!("{count} problems, and perhaps more: these come first"),
            count => format!("{count} problems"),
        });
        text
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_meant_by_its_beginning() {
        let names =
            ["bamako-only", "mauritanian-multiparty", "two-valleys-exclusive", "two-valleys-inclusive", "jnim-north", "jnim-macina"];
        let told = |given| meant(given, names.into_iter()).join(" ");
        assert_eq!(told("bamako-onyl"), "bamako-only");
        assert_eq!(told("two-vallies"), "two-valleys-exclusive two-valleys-inclusive");
        assert_eq!(told("two-valleys"), "two-valleys-exclusive two-valleys-inclusive");
        assert_eq!(told("two-valleys-inclusiv"), "two-valleys-inclusive");
        assert_eq!(told("jnim"), "jnim-north jnim-macina");
        assert_eq!(told("maurit"), "mauritanian-multiparty");
        for nothing in ["xyz", "", "-", "two-hills-and-a-river", "ba"] {
            assert_eq!(told(nothing), "", "{nothing}");
        }
    }
}
