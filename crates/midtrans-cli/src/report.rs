//! The output of a command: two aligned columns for a person, one JSON object for a program.

use midtrans_protocol::money::WireAmount;
use midtrans_protocol::time::WibTime;
use serde_json::{Map, Value};

use crate::terminal::{Tone, plain};

/// The result of a command.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    json: Map<String, Value>,
}

#[derive(Debug)]
enum Row {
    Field {
        label: String,
        value: String,
        tone: Tone,
    },
    Section(String),
    Line(String),
    /// Lines with colours of their own, for terminals alone.
    Drawing(String),
    Table {
        columns: Vec<&'static str>,
        lines: Vec<Vec<String>>,
    },
}

impl Report {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a value under its JSON name; its label is the same with spaces. A missing value is left
    /// out.
    pub(crate) fn field(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.toned(name, value, Tone::Neutral)
    }

    pub(crate) fn toned(&mut self, name: &str, value: impl Into<Value>, tone: Tone) -> &mut Self {
        let value = value.into();
        if !value.is_null() {
            self.row(&name.replace('_', " "), &shown(&value), tone);
            self.json.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a time, which the gateway means in Jakarta. A missing one is left out.
    pub(crate) fn time(&mut self, name: &str, time: Option<WibTime>) -> &mut Self {
        if let Some(time) = time {
            let label = name.replace('_', " ");
            self.row(&label, &format!("{time} WIB"), Tone::Neutral);
            self.data(name, time.to_string());
        }
        self
    }

    /// Adds an amount in the gateway's own text. A missing one is left out.
    pub(crate) fn amount(&mut self, name: &str, amount: Option<&WireAmount>) -> &mut Self {
        self.field(name, amount.map(WireAmount::as_str))
    }

    /// Adds a line of the table; programs read its value elsewhere.
    pub(crate) fn row(&mut self, label: &str, value: &str, tone: Tone) -> &mut Self {
        self.rows.push(Row::Field {
            label: label.to_owned(),
            value: plain(value),
            tone,
        });
        self
    }

    /// Adds a value for programs only.
    pub(crate) fn data(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.json.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a line for people only.
    pub(crate) fn line(&mut self, text: &str) -> &mut Self {
        self.rows.push(Row::Line(plain(text)));
        self
    }

    /// Adds a drawing that this program made, for a terminal that shows colours.
    pub(crate) fn drawing(&mut self, lines: String) -> &mut Self {
        self.rows.push(Row::Drawing(lines));
        self
    }

    /// Adds values under a heading, and in an object of their own.
    pub(crate) fn group(
        &mut self,
        name: &str,
        heading: &str,
        fields: impl IntoIterator<Item = (String, Value)>,
    ) {
        self.rows.push(Row::Section(heading.to_owned()));
        let mut object = Map::new();
        for (field, value) in fields {
            self.row(
                &format!("  {}", plain(&field)),
                &shown(&value),
                Tone::Neutral,
            );
            object.insert(field, value);
        }
        self.json.insert(name.to_owned(), Value::Object(object));
    }

    /// Appends another report.
    pub(crate) fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.json.extend(other.json);
    }

    /// Adds a list with columns.
    pub(crate) fn table(
        &mut self,
        columns: Vec<&'static str>,
        lines: Vec<Vec<String>>,
    ) -> &mut Self {
        let lines = lines
            .into_iter()
            .map(|line| line.iter().map(|cell| plain(cell)).collect())
            .collect();
        self.rows.push(Row::Table { columns, lines });
        self
    }

    /// For a person.
    pub(crate) fn text(&self, in_colour: bool) -> String {
        let labels = self.rows.iter().map(|row| {
            if let Row::Field { label, .. } = row {
                width(label)
            } else {
                0
            }
        });
        let column = labels.max().unwrap_or(0) + 2;
        let mut text = String::new();
        for row in &self.rows {
            match row {
                Row::Field { label, value, tone } => {
                    let value = if in_colour {
                        tone.paint(value)
                    } else {
                        value.clone()
                    };
                    let space = " ".repeat(column - width(label));
                    text.push_str(format!("{label}{space}{value}").trim_end());
                }
                Row::Section(heading) => text.push_str(heading),
                Row::Line(line) => text.push_str(line),
                Row::Drawing(_) if !in_colour => continue,
                Row::Drawing(lines) => text.push_str(lines.trim_end()),
                Row::Table { columns, lines } => text.push_str(&aligned(columns, lines)),
            }
            text.push('\n');
        }
        text
    }

    /// For a program.
    pub(crate) fn json(&self) -> Value {
        Value::Object(self.json.clone())
    }
}

/// A value without quotation marks.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn aligned(columns: &[&str], lines: &[Vec<String>]) -> String {
    let head: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&head).chain(lines).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            all.iter()
                .filter_map(|line| line.get(at))
                .map(|cell| width(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, most)| format!("{cell}{}", " ".repeat(most - width(cell))));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_values_stand_in_two_columns() {
        let mut report = Report::new();
        report
            .field("order_id", "order-101")
            .field("absent", Value::Null)
            .toned("genuine", true, Tone::Good);
        report.group(
            "signed",
            "signed",
            [("status_code".to_owned(), Value::from("200"))],
        );
        assert_eq!(
            report.text(false),
            "order id       order-101\ngenuine        yes\nsigned\n  status_code  200\n"
        );
        assert!(report.text(true).contains("\u{1b}[32myes"));
        assert_eq!(
            report.json().to_string(),
            r#"{"genuine":true,"order_id":"order-101","signed":{"status_code":"200"}}"#
        );
    }

    #[test]
    fn a_drawing_is_for_terminals_with_colours_alone() {
        let mut report = Report::new();
        report.field("order_id", "order-101");
        report.drawing("\u{1b}[30;107m█\u{1b}[0m\n".to_owned());
        assert_eq!(report.text(false), "order id  order-101\n");
        assert!(report.text(true).ends_with("█\u{1b}[0m\n"));
        assert_eq!(report.json().to_string(), r#"{"order_id":"order-101"}"#);
    }

    #[test]
    fn lists_have_columns_as_wide_as_their_widest_cell() {
        let mut report = Report::new();
        report.table(
            vec!["order", "why"],
            vec![vec!["order-101".to_owned(), "é".to_owned()]],
        );
        assert_eq!(report.text(false), "order      why\norder-101  é\n");
    }
}
