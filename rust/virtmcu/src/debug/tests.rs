// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which nodes get which server, and what is printed about them.

use super::*;
use crate::firmware::Firmware;
use board::firmware::Form;
use std::os::unix::fs::PermissionsExt;

const SCENARIO: &str = r#"schema = 1
duration = "1ms"
[node.brain]
board = "qemu:mps2-an385"
firmware = "brain.elf"
[node.arm]
board = "qemu:riscv32-virt"
firmware = "arm.elf"
"#;

fn args(names: &[&str], port: Option<u16>) -> DebugArgs {
    let debug = Some(names.iter().map(|name| name.to_string()).collect());
    DebugArgs { debug, debug_port: port, debug_no_wait: false }
}

fn plan(args: &DebugArgs) -> Result<Option<Servers>, DebugError> {
    Servers::plan(args, &scenario::parse(SCENARIO, "test.scenario.toml").unwrap())
}

fn ports(names: &[&str], port: u16) -> Vec<Option<GdbServer>> {
    plan(&args(names, Some(port))).unwrap().unwrap().nodes
}

#[test]
fn names_choose_nodes() {
    assert!(plan(&DebugArgs::default()).unwrap().is_none());
    let [one, two] = [Some(GdbServer::Tcp(3333)), Some(GdbServer::Tcp(3334))];
    assert_eq!(ports(&[], 3333), [one.clone(), two]);
    assert_eq!(ports(&["brain"], 3333), [None, one.clone()]);
    assert_eq!(ports(&["arm"], 3333), [one, None]);
}

#[test]
fn mistakes_are_told() {
    let told = |args: &DebugArgs| plan(args).unwrap_err().to_string();
    assert_eq!(
        told(&args(&["brian"], None)),
        "--debug brian: the scenario has no such node; it has arm, brain"
    );
    assert_eq!(
        told(&args(&[], Some(65535))),
        "--debug-port 65535: there is no port for node brain; leave room for 2 ports up to 65535"
    );
    assert!(told(&args(&[], Some(0))).contains("no port for node arm"));
}

#[test]
fn sockets_are_private_and_go_away() {
    let servers = plan(&args(&[], None)).unwrap().unwrap();
    let Some(GdbServer::Unix(socket)) = servers.of(0) else { panic!("a socket") };
    let folder = socket.parent().unwrap().to_path_buf();
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(socket.as_os_str().len() <= SOCKET_NAME_MAX);
    let other = plan(&args(&[], None)).unwrap().unwrap();
    assert_ne!(other.of(0), servers.of(0));
    drop(servers);
    assert!(!folder.exists());
}

#[test]
fn the_commands_are_complete() {
    let scenario = scenario::parse(SCENARIO, "test.scenario.toml").unwrap();
    let firmware: Vec<Firmware> = ["/fw/arm.elf", "/fw/my brain.elf"]
        .map(|path| Firmware { path: path.into(), form: Form::Elf, digest: String::new(), plan: None })
        .into();
    let servers = plan(&args(&[], Some(3333))).unwrap().unwrap();
    let expected = "\
debug: waits at virtual time 0 for a debugger at each of arm, brain; each in a terminal of its own:
  gdb-multiarch /fw/arm.elf -ex 'directory /src' -ex 'set architecture riscv:rv32' -ex 'target remote 127.0.0.1:3333' \
-ex 'maintenance packet Qqemu.sstep=0x1'
  gdb-multiarch '/fw/my brain.elf' -ex 'directory /src' -ex 'set architecture arm' -ex 'target remote 127.0.0.1:3334' \
-ex 'maintenance packet Qqemu.sstep=0x1'
";
    let text = commands(&servers, &scenario, &firmware, Path::new("/src"));
    assert!(text.starts_with(expected), "{text}");
    assert!(
        text.contains("-ex 'add-inferior -no-connection -exec /fw/my brain.elf' -ex 'inferior 2'"),
        "{text}"
    );
    let one = plan(&args(&["arm"], Some(3333))).unwrap().unwrap();
    assert_eq!(commands(&one, &scenario, &firmware, Path::new("/src")).lines().count(), 2);
    let mut no_elf = firmware;
    no_elf[0].form = Form::Hex;
    no_elf[1].form = Form::Binary { at: None };
    let text = commands(&servers, &scenario, &no_elf, Path::new("/src"));
    let line = "  gdb-multiarch -ex 'directory /src' -ex 'set architecture riscv:rv32'";
    assert_eq!(text.lines().nth(1).unwrap().split(" -ex 'target").next(), Some(line), "{text}");
    assert!(text.contains("-ex 'add-inferior -no-connection' -ex 'inferior 2'"), "{text}");
    let last = "debug: the firmware of arm, brain is no ELF file and has no symbols: in the debugger, \"file NAME.elf\" reads them";
    assert_eq!(text.lines().last(), Some(last));
}
