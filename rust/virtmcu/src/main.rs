// SPDX-License-Identifier: Apache-2.0 OR MIT
//! (smoke test)
use std::path::Path;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let root = std::env::current_dir().unwrap();
    let s = match scenario::load(Path::new(&args[1]), &scenario::Options { root: root.clone() }) { Ok(s) => s, Err(e) => { eprintln!("{}", e.render(false)); std::process::exit(2) } };
    let fw = virtmcu::firmware::find(&s, &root, &Default::default()).unwrap_or_else(|e| { eprintln!("{}", e.render(false)); std::process::exit(2) });
    let tools = node::Tools::open(Path::new(&std::env::var("VIRTMCU_TOOLS").unwrap())).unwrap();
    let slice = args.get(2).map(|s| s.parse().unwrap());
    let interrupt = virtmcu::interrupt::Interrupt::catch().unwrap();
    let run = virtmcu::session::Run { scenario: &s, firmware: &fw, tools: &tools, slicing: sim::Slicing { max_slice: slice, serial: false }, patience: std::time::Duration::from_secs(10), interrupt: &interrupt, channel_version: channel::VERSION };
    match run.simulate(std::io::stdout(), |_: &trace::Line<'_>| {}, |_| {}) {
        Ok((s, _)) => eprintln!("{}", s.hash),
        Err(e) => eprintln!("{}", e.explain()),
    }
}
