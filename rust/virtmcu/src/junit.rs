// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A report as test.xml. No host name, date or path of the machine is in it but what messages say.

use crate::exit::Verdict;
use crate::report::Report;
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// The report's cases in JUnit's form; `took` is the host's time for the whole run.
pub fn xml(report: &Report, took: Duration) -> Result<String, quick_junit::SerializeError> {
    let mut suite = TestSuite::new(report.scenario.clone());
    suite.add_property(Property::new("virtual_time_ns", report.virtual_ns.to_string()));
    if let Some(hash) = &report.trace_hash {
        suite.add_property(Property::new("trace_hash", hash.clone()));
    }
    for case in &report.cases {
        let mut status = match case.verdict {
            Verdict::Passed => TestCaseStatus::success(),
            Verdict::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
            _ => TestCaseStatus::non_success(NonSuccessKind::Error),
        };
        if case.verdict != Verdict::Passed {
            status
                .set_message(case.message.lines().next().unwrap_or_default())
                .set_description(&case.message);
        }
        let mut test = TestCase::new(case.name.clone(), status);
        test.set_classname(report.scenario.clone());
        if case.name == "run" {
            test.set_time(took);
        }
        suite.add_test_case(test);
    }
    let mut xml = quick_junit::Report::new(report.scenario.clone());
    xml.add_test_suite(suite);
    xml.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Case;

    #[test]
    fn tells_failures_from_errors() {
        let case =
            |name: &str, verdict, message: &str| Case { name: name.into(), verdict, message: message.into() };
        let mut report = Report::broken("ring", Verdict::Passed, String::new());
        report.trace_hash = Some("blake3:00".into());
        report.cases.push(case("golden", Verdict::Failed, "one\ntwo <&>"));
        report.cases.push(case("disk", Verdict::Infrastructure, "full"));
        let xml = super::xml(&report, Duration::from_millis(1500)).unwrap();
        assert!(
            xml.contains(r#"<testsuite name="ring" tests="3" skipped="0" errors="1" failures="1""#),
            "{xml}"
        );
        assert!(xml.contains(r#"<failure message="one">one"#), "{xml}");
        assert!(xml.contains("two &lt;&amp;&gt;"), "{xml}");
        assert!(xml.contains(r#"classname="ring" time="1.500""#), "{xml}");
        assert!(xml.contains(r#"<property name="trace_hash" value="blake3:00"/>"#), "{xml}");
    }
}
