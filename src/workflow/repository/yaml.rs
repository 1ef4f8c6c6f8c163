//! YAML to a tree in which everything knows its line. Home of the YAML parser.
//!
//! Scalars mean what the core schema of YAML 1.2 says (https://yaml.org/spec/1.2.2/#103-core-schema), as editors read them too.
//! Anchors, aliases, tags and second documents are refused: settings need none of them, and aliases are how a small file
//! becomes a large one.

#![expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum of events is open")]

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::{Problem, shown};

/// Tables and lists in each other; the settings need three.
const DEEPEST: usize = 8;

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub line: usize,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Nothing,
    Flag(bool),
    /// `written` as it stands in the file. It may be infinite or no number.
    Number {
        value: f64,
        written: String,
    },
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub line: usize,
    pub value: Node,
}

/// The file's tree, and what is wrong with it as YAML. Of a file that breaks off, the tree holds what stands before;
/// an empty file has none.
pub fn parse(text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    let mut reading = Reading { events: Parser::new_from_str_with_options(text, options), problems: Vec::new(), broken: false };
    let root = reading.root();
    (root, reading.problems)
}

struct Reading<'a> {
    events: Parser<'a, StrInput<'a>>,
    problems: Vec<Problem>,
    /// Nothing more can be read.
    broken: bool,
}

impl<'a> Reading<'a> {
    fn root(&mut self) -> Option<Node> {
        let mut root = None;
        while let Some((event, span)) = self.next() {
            match event {
                Event::DocumentStart(..) if root.is_some() => {
                    self.problem(line(&span), "a second document begins here, and only one is read".into());
                    return root;
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
                node => root = self.node(node, &span, 0),
            }
        }
        root.filter(|node| node.value != Value::Nothing)
    }

    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        if self.broken {
            return None;
        }
        match self.events.next()? {
            Ok(next) => Some(next),
            Err(error) => {
                self.broken = true;
                self.problem(error.marker().line(), format!("this cannot be read as YAML: {}", reason(&error)));
                None
            }
        }
    }

    /// What an event begins, to its end. What is refused stands there as nothing at all.
    fn node(&mut self, event: Event<'a>, span: &Span, depth: usize) -> Option<Node> {
        let line = line(span);
        self.refuse_properties(&event, line);
        if depth >= DEEPEST && matches!(event, Event::SequenceStart(..) | Event::MappingStart(..)) {
            self.broken = true;
            self.problem(line, format!("lists and tables stand in each other more than {DEEPEST} deep"));
            return None;
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) => plain(&text),
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => self.list(depth)?,
            Event::MappingStart(..) => self.table(depth),
            // Aliases; everything else that a node can be stands above.
            _ => return None,
        };
        Some(Node { line, value })
    }

    /// Half a list says nothing; half a table still holds whole entries.
    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next() {
            if event == Event::SequenceEnd {
                break;
            }
            items.extend(self.node(event, &span, depth + 1));
        }
        (!self.broken).then_some(Value::List(items))
    }

    fn table(&mut self, depth: usize) -> Value {
        let mut entries = Vec::new();
        while let Some((event, span)) = self.next() {
            if event == Event::MappingEnd {
                break;
            }
            let key = match &event {
                Event::Scalar(text, ..) => Some(text.to_string()),
                _ => None,
            };
            let line = line(&span);
            if key.is_none() && event.alias_id().is_none() {
                self.problem(line, "a key is a word, and here stands something else".into());
            }
            self.node(event, &span, depth + 1);
            let Some((event, span)) = self.next() else { break };
            let value = self.node(event, &span, depth + 1);
            if let (Some(key), Some(value)) = (key, value) {
                entries.push(Entry { key, line, value });
            }
        }
        Value::Table(entries)
    }

    fn refuse_properties(&mut self, event: &Event<'a>, line: usize) {
        if event.is_alias() || matches!(event, Event::UnresolvedAlias(_)) {
            self.problem(line, "aliases (`*name`) are not read here; write out what is meant".into());
        } else if event.anchor_id().is_some() {
            self.problem(line, "anchors (`&name`) are not read here; take it out".into());
        }
        if let Some(tag) = event.tag() {
            self.problem(line, format!("tags ({}) are not read here; take it out", shown(&tag.original())));
        }
    }

    fn problem(&mut self, line: usize, what: String) {
        self.problems.push(Problem { line: line.max(1), what });
    }
}

fn line(span: &Span) -> usize {
    span.start.line()
}

/// The parser's own words, on one line.
fn reason(error: &ScanError) -> String {
    error.info().split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'")
}

/// A scalar without quotes.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Nothing,
        "true" | "True" | "TRUE" => Value::Flag(true),
        "false" | "False" | "FALSE" => Value::Flag(false),
        _ => match number(text) {
            Some(value) => Value::Number { value, written: text.to_owned() },
            None => Value::Text(text.to_owned()),
        },
    }
}

fn number(text: &str) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a number that large is refused wherever it stands")]
    let whole = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().map(|number| number as f64);
    if let Some(digits) = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+')) {
        return whole(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|digits| !digits.starts_with('+')) {
        return whole(digits, 8);
    }
    match text.trim_start_matches(['-', '+']) {
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    // Rust reads the words `inf` and `nan` too, which are text in YAML.
    let decimal = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if decimal { text.parse().ok() } else { None }
}
