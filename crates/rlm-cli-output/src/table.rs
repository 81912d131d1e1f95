//! Formats tables for people, with columns as wide as their cells.

/// The alignment of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Cells are left-aligned, as suits text.
    Left,
    /// Cells are right-aligned, as suits numbers.
    Right,
}

/// Formats rows as a table, with two spaces between columns. The first row is the header.
pub fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]], aligned: [Align; COLUMNS]) -> String {
    let mut widths = [0; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).zip(aligned);
        let cells = cells.map(|((cell, width), align)| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        });
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}
