//! Writes the settings of the run.

use rlm_trace::JsonObject;

use crate::bounds::{LINE, SETTINGS};
use crate::figures::{counted, shortened};
use crate::html::Html;
use crate::view::View;

/// Writes the table of the run's settings.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let Some(started) = view.started() else {
        html.label("p", "muted", "The journal has no settings.");
        return;
    };
    let mut rows: Vec<(String, String)> = vec![
        ("run".to_owned(), started.run.to_string()),
        ("release".to_owned(), format!("rlm {}", started.rlm)),
    ];
    if let Some(forked) = &started.forked {
        rows.push(("forked from".to_owned(), forked.run.to_string()));
    }
    for model in &started.models {
        let class = format!("{:?} model", model.class).to_lowercase();
        let place = if view.is_private {
            String::new()
        } else {
            format!(" at {}", model.identity.endpoint)
        };
        rows.push((class, format!("{}{place}", model.identity)));
    }
    if !view.is_private {
        flatten(&started.settings, "", &mut rows);
        flatten(&started.host, "host.", &mut rows);
    } else if let Some(limits) = started.settings.get("limits").and_then(|limits| limits.as_object()) {
        flatten(limits, "limits.", &mut rows);
    }
    let prompts: Vec<&str> = started
        .templates
        .iter()
        .map(|template| template.name.as_str())
        .collect();
    if !prompts.is_empty() && !view.is_private {
        rows.push(("prompts".to_owned(), prompts.join(", ")));
    }
    let left_out = rows.len().saturating_sub(SETTINGS);
    html.details(
        "card",
        false,
        |html| html.text("All settings"),
        |html| {
            html.element("table", "settings", |html| {
                for (name, value) in rows.iter().take(SETTINGS) {
                    html.element("tr", "", |html| {
                        html.with("th", &[("scope", "row")], |html| html.text(&shortened(name, LINE)));
                        html.label("td", "", &shortened(value, LINE));
                    });
                }
            });
            if left_out > 0 {
                html.label(
                    "p",
                    "muted small",
                    &format!("{} left out.", counted(left_out, "setting")),
                );
            }
        },
    );
    let unknown = view.unknown_events();
    if unknown > 0 {
        html.label(
            "p",
            "note",
            &format!(
                "{} written by another release of rlm, not shown.",
                counted(unknown, "event")
            ),
        );
    }
}

/// Flattens nested objects into rows: fields as `outer.inner`, and deeper levels as JSON. Unset and
/// empty fields are omitted.
fn flatten(object: &JsonObject, prefix: &str, rows: &mut Vec<(String, String)>) {
    for (name, value) in object {
        let name = format!("{prefix}{name}");
        if let Some(inner) = value.as_object().filter(|_| prefix.is_empty()) {
            flatten(inner, &format!("{name}."), rows);
        } else if let Some(text) = value.as_str() {
            rows.push((name, text.to_owned()));
        } else if !value.is_null() && value.as_array().is_none_or(|array| !array.is_empty()) {
            rows.push((name, value.to_string()));
        }
    }
}
