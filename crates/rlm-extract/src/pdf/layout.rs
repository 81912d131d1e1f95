//! Determines the reading order of a page: columns one after the other, the cells of a row in one
//! line.

use super::glyphs::Glyph;
use super::line::{Segment, Upright, segments};

/// The minimum gap between columns, in em.
const GUTTER: f64 = 1.0;
/// The minimum number of lines of a column.
const COLUMN_LINES: usize = 4;
/// The minimum share of a column's width that its lines fill on average. Table cells fill less.
const FILLED: f64 = 0.5;
/// The maximum distance of baselines, in em, within one line.
const SAME_LINE: f64 = 0.5;
/// The maximum number of gaps between lines that are tried as places to split, largest first.
const LIKELY_GAPS: usize = 8;
/// The minimum ratio of a line distance to the median one that starts a new paragraph.
const PARAGRAPH: f64 = 1.35;

/// Writes a page's text.
pub(super) fn write(text: &mut String, glyphs: Vec<Glyph>) {
    let begun = text.len();
    for direction in by_direction(glyphs) {
        let mut blocks = Vec::new();
        cut(segments(direction), &mut blocks);
        for block in blocks {
            if text.len() > begun {
                text.push_str("\n\n");
            }
            write_block(text, block);
        }
    }
}

/// Groups glyphs by reading direction, most frequent first, and rotates each so that it reads to
/// the right.
fn by_direction(glyphs: Vec<Glyph>) -> Vec<Vec<Upright>> {
    let mut directions: Vec<(i32, Vec<Upright>)> = Vec::new();
    for glyph in glyphs {
        let degrees = glyph.advance.atan2().to_degrees().round() as i32;
        let degrees = degrees.rem_euclid(360);
        let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
        let upright = Upright {
            x: glyph.origin.x * cos + glyph.origin.y * sin,
            // The y axis of a page points upwards.
            y: glyph.origin.x * sin - glyph.origin.y * cos,
            width: glyph.advance.hypot(),
            glyph,
        };
        match directions.iter_mut().find(|(known, _)| *known == degrees) {
            Some((_, known)) => known.push(upright),
            None => directions.push((degrees, vec![upright])),
        }
    }
    directions.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
    directions.into_iter().map(|(_, glyphs)| glyphs).collect()
}

/// Splits a region recursively at its column gutters and gaps. The resulting blocks are written one
/// after the other.
fn cut(region: Vec<Segment>, blocks: &mut Vec<Vec<Segment>>) {
    // An explicit stack avoids deep recursion: a page can be split as often as it has lines.
    let mut waiting = vec![region];
    while let Some(region) = waiting.pop() {
        if region.is_empty() {
            continue;
        }
        match gutter(&region) {
            Some(at) => {
                let (left, right) = region.into_iter().partition(|segment| segment.right <= at);
                waiting.push(right);
                waiting.push(left);
            }
            None => match gap_beside_columns(&region) {
                Some(at) => {
                    let (above, below) = region.into_iter().partition(|segment| segment.base <= at);
                    waiting.push(below);
                    waiting.push(above);
                }
                None => blocks.push(region),
            },
        }
    }
}

/// Returns the middle of the widest empty vertical strip with a column on either side.
fn gutter(region: &[Segment]) -> Option<f64> {
    let em = usual_size(region);
    let gaps = gaps(region.iter().map(|segment| (segment.left, segment.right)).collect());
    let mut gaps: Vec<_> = gaps.into_iter().filter(|(from, to)| to - from >= GUTTER * em).collect();
    gaps.sort_by(|left, right| (right.1 - right.0).total_cmp(&(left.1 - left.0)));
    gaps.into_iter().map(|(from, to)| f64::midpoint(from, to)).find(|&at| {
        let (left, right): (Vec<_>, Vec<_>) = region.iter().partition(|segment| segment.right <= at);
        is_column(&left) && is_column(&right)
    })
}

fn is_column(segments: &[&Segment]) -> bool {
    let lines = lines_of(segments);
    if lines < COLUMN_LINES {
        return false;
    }
    let left = segments
        .iter()
        .map(|segment| segment.left)
        .fold(f64::INFINITY, f64::min);
    let right = segments
        .iter()
        .map(|segment| segment.right)
        .fold(f64::NEG_INFINITY, f64::max);
    let filled: f64 = segments.iter().map(|segment| segment.right - segment.left).sum();
    filled / lines as f64 >= FILLED * (right - left)
}

fn lines_of(segments: &[&Segment]) -> usize {
    let mut bases: Vec<_> = segments.iter().map(|segment| (segment.base, segment.size)).collect();
    bases.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut lines = 0;
    let mut last = f64::NEG_INFINITY;
    for (base, size) in bases {
        if base - last > SAME_LINE * size {
            lines += 1;
            last = base;
        }
    }
    lines
}

/// Returns the middle of the largest gap between lines with columns above or below it. A heading or
/// image across the page would otherwise hide these columns.
fn gap_beside_columns(region: &[Segment]) -> Option<f64> {
    if lines_of(&region.iter().collect::<Vec<_>>()) <= COLUMN_LINES {
        return None;
    }
    let mut gaps = gaps(region.iter().map(|segment| (segment.top(), segment.bottom())).collect());
    gaps.sort_by(|left, right| (right.1 - right.0).total_cmp(&(left.1 - left.0)));
    let middles = gaps
        .into_iter()
        .take(LIKELY_GAPS)
        .map(|(from, to)| f64::midpoint(from, to));
    middles.into_iter().find(|&at| {
        let (above, below): (Vec<_>, Vec<_>) = region.iter().cloned().partition(|segment| segment.base <= at);
        gutter(&above).is_some() || gutter(&below).is_some()
    })
}

/// Returns the gaps between intervals: the ranges that no interval covers.
fn gaps(mut stretches: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    stretches.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut gaps = Vec::new();
    let mut reached: Option<f64> = None;
    for (from, to) in stretches {
        if let Some(reached) = reached
            && from > reached
        {
            gaps.push((reached, from));
        }
        reached = Some(reached.map_or(to, |reached| reached.max(to)));
    }
    gaps
}

/// Returns the median font size.
fn usual_size(region: &[Segment]) -> f64 {
    let mut sizes: Vec<_> = region.iter().map(|segment| segment.size).collect();
    let middle = sizes.len() / 2;
    sizes.sort_by(f64::total_cmp);
    sizes.get(middle).copied().unwrap_or(1.0)
}

/// Writes a block line by line; the segments of one line are cells.
fn write_block(text: &mut String, mut block: Vec<Segment>) {
    block.sort_by(|left, right| left.base.total_cmp(&right.base));
    let mut lines: Vec<Vec<Segment>> = Vec::new();
    for segment in block {
        match lines.last_mut() {
            Some(line) if is_on(line, &segment) => line.push(segment),
            _ => lines.push(vec![segment]),
        }
    }
    let usual = usual_step(&lines);
    let mut last: Option<f64> = None;
    for mut line in lines {
        let base = line.first().map_or(0.0, |segment| segment.base);
        line.sort_by(|left, right| left.left.total_cmp(&right.left));
        match last {
            Some(last) if base - last > PARAGRAPH * usual => text.push_str("\n\n"),
            Some(_) => text.push('\n'),
            None => {}
        }
        last = Some(base);
        let mut end: Option<(f64, f64)> = None;
        for segment in line {
            if let Some((right, size)) = end {
                let gap = segment.left - right;
                text.push_str(if gap > size { "  " } else { " " });
            }
            end = Some((segment.right, segment.size));
            text.push_str(segment.text.trim_start());
        }
    }
}

/// Returns the median distance between consecutive lines.
fn usual_step(lines: &[Vec<Segment>]) -> f64 {
    let bases: Vec<_> = lines.iter().filter_map(|line| Some(line.first()?.base)).collect();
    let mut steps: Vec<_> = bases.array_windows().map(|[above, below]| below - above).collect();
    let middle = steps.len() / 2;
    steps.sort_by(f64::total_cmp);
    steps.get(middle).copied().unwrap_or(f64::INFINITY)
}

fn is_on(line: &[Segment], segment: &Segment) -> bool {
    line.first()
        .is_some_and(|first| segment.base - first.base < SAME_LINE * first.size.min(segment.size))
}
