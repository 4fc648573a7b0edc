// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Tables of results, for a terminal, a page and programs.

use crate::stats::Spread;
use serde_json::{Value, json};
use std::fmt::Write;

/// What stands in a table's cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A figure, with so many decimals.
    Spread(Spread, usize),
    /// Nothing was measured, or it means nothing here.
    Empty,
}

/// Rows below a head.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What the columns are; the first one names the rows.
    pub head: Vec<&'static str>,
    /// Each as long as the head.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// A name.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A figure, if there is one.
    pub fn spread(spread: Option<Spread>, decimals: usize) -> Cell {
        spread.map_or(Cell::Empty, |spread| Cell::Spread(spread, decimals))
    }

    fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Spread(spread, decimals) => number(*spread, *decimals),
            Cell::Empty => String::new(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Text(text) => json!(text),
            Cell::Spread(Spread { median, min, max }, _) => json!({"median": median, "min": min, "max": max}),
            Cell::Empty => Value::Null,
        }
    }
}

impl Table {
    /// With aligned columns.
    pub fn aligned(&self) -> String {
        let mut lines: Vec<Vec<String>> = vec![self.head.iter().map(ToString::to_string).collect()];
        lines.extend(self.rows.iter().map(|row| row.iter().map(Cell::shown).collect()));
        let width = |column: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = String::new();
        for line in &lines {
            let mut row = String::new();
            for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
                // Names to the left, figures to the right.
                let _ = match column {
                    0 => write!(row, "{cell:<width$}"),
                    _ => write!(row, "  {cell:>width$}"),
                };
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let ruler = "--:|".repeat(self.head.len().saturating_sub(1));
        let mut text = format!("| {} |\n|---|{ruler}\n", self.head.join(" | "));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Cell::shown).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text
    }

    /// For programs: a list of objects, by the names of the columns.
    pub fn json(&self) -> Value {
        let row = |row: &Vec<Cell>| {
            let cells = self.head.iter().zip(row).map(|(name, cell)| (name.to_string(), cell.json()));
            Value::Object(cells.collect())
        };
        self.rows.iter().map(row).collect()
    }
}

/// The median with its spread.
pub fn number(Spread { median, min, max }: Spread, decimals: usize) -> String {
    format!("{median:.decimals$} [{min:.decimals$}..{max:.decimals$}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let figure = Cell::spread(Spread::of([42.04, 41.0, 50.0]), 1);
        Table {
            head: vec!["what", "wall ms"],
            rows: vec![vec![Cell::text("free"), figure], vec![Cell::text("gated node"), Cell::Empty]],
        }
    }

    #[test]
    fn aligns_for_a_terminal() {
        let expected = "what                  wall ms\nfree        42.0 [41.0..50.0]\ngated node\n";
        assert_eq!(table().aligned(), expected);
    }

    #[test]
    fn writes_markdown() {
        let expected = "| what | wall ms |\n|---|--:|\n| free | 42.0 [41.0..50.0] |\n| gated node |  |\n";
        assert_eq!(table().markdown(), expected);
    }

    #[test]
    fn programs_get_the_figures() {
        let value = table().json();
        assert_eq!(value[0]["wall ms"]["median"], 42.04);
        assert_eq!(value[1]["what"], "gated node");
        assert_eq!(value[1]["wall ms"], Value::Null);
    }
}
