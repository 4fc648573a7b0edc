// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes as text for people, in the form of rustc.

use crate::{Diagnostic, Errors, Place, Source};
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
            // Placed anew, so that a mistake of another text is shown oddly, but shown.
            let place = source.place(place.start..place.end);
            let also = one.also.as_ref().map(|(also, text)| (source.place(also.start..also.end), &**text));
            // Only the lines in question: the renderer looks at all that it gets, once for each mistake.
            let (first, last) = match &also {
                Some((also, _)) => ((&place).min(also), if also.end > place.end { also } else { &place }),
                None => (&place, &place),
            };
            let lines = source.lines(first, last);
            let span = |place: &Place| place.start - lines.start..place.end - lines.start;
            let primary = AnnotationKind::Primary.span(span(&place)).label(one.found.as_deref());
            let also =
                also.as_ref().map(|(also, text)| AnnotationKind::Context.span(span(also)).label(*text));
            let snippet = Snippet::source(&source.text()[lines.clone()]).line_start(first.line);
            title.element(snippet.path(&*one.file).annotation(primary).annotations(also))
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
