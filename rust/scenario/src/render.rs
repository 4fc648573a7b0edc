// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes as text for people, in the form of rustc.

use crate::{Diagnostic, Errors, Source};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

impl Errors {
    /// All mistakes with the lines in which they are, an empty line between two. Ends with a line end.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for one in self.list() {
            out.push_str(&renderer.render(&[group(self.source(), one)]));
            out.push_str("\n\n");
        }
        if self.list().len() > 1 {
            let title = format!("{} has {} mistakes", self.source().file(), self.list().len());
            out.push_str(&renderer.render(&[Group::with_title(Level::ERROR.primary_title(title))]));
            out.push('\n');
        } else {
            out.pop();
        }
        out
    }
}

fn group<'a>(source: &'a Source, one: &'a Diagnostic) -> Group<'a> {
    let title = Level::ERROR.primary_title(&*one.message);
    let mut group = match &one.place {
        None => title.element(Origin::path(&*one.file)),
        Some(place) => {
            let primary = AnnotationKind::Primary.span(place.start..place.end).label(one.found.as_deref());
            let also = one.also.as_ref().map(|(place, text)| {
                AnnotationKind::Context.span(place.start..place.end).label(Some(&**text))
            });
            let snippet = Snippet::source(source.text()).path(&*one.file);
            title.element(snippet.annotation(primary).annotations(also))
        }
    };
    if let Some(expected) = &one.expected {
        group = group.element(Level::NOTE.with_name("expected").message(&**expected));
    }
    if let Some(help) = &one.help {
        group = group.element(Level::HELP.message(&**help));
    }
    group
}
