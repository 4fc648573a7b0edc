// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu version`: what exactly this is.

use crate::cli::VersionArgs;
use crate::exit::Verdict;
use crate::places;

/// Prints it.
pub fn version(args: &VersionArgs) -> Verdict {
    let tools = places::tools(args.tools.as_deref());
    let (qemu, plugins) = match &tools {
        Ok(tools) => (tools.qemu_id(), tools.plugins_id()),
        Err(_) => ("not found", "not found"),
    };
    let parts = [
        ("virtmcu", crate::VERSION.to_string()),
        ("qemu", qemu.to_string()),
        ("plugins", plugins.to_string()),
        ("channel", channel::VERSION.to_string()),
        ("trace_format", trace::FORMAT.to_string()),
        ("timing_model", trace::TIMING_MODEL.to_string()),
    ];
    if args.json {
        let object: serde_json::Map<_, _> =
            parts.iter().map(|(name, value)| (name.to_string(), value.as_str().into())).collect();
        println!("{:#}", serde_json::Value::Object(object));
    } else {
        for (name, value) in &parts {
            println!("{name:<13} {value}");
        }
    }
    match tools {
        Ok(_) => Verdict::Passed,
        Err(error) => {
            eprintln!("error: {error}");
            Verdict::Infrastructure
        }
    }
}
