// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the tests of the whole program have in common: where things are, a workspace of one's own, runs of the program.
//!
//! `VIRTMCU_DIST` is the folder that `//:dist` makes, `VIRTMCU_ROOT` the workspace whose `scenarios/` are tested; a test
//! rule sets both. Without them this is Cargo: the workspace is the one around this crate, and the folder its
//! `bazel-bin/dist`. The program is the one that Cargo built for the tests, else the folder's own.
//!
//! **Invariant:** nothing sleeps: a test waits for a line or for the end of a process. A test whose inputs were not built
//! fails; it is never skipped.
#![allow(dead_code, reason = "each test program uses its part")]

pub mod dist;
pub mod processes;
pub mod small;

use scenario::Target;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// No run of a test takes as long; one that does hangs.
pub const HANGS_AFTER_S: i64 = 120;

/// The folder with QEMU and the plugins.
pub fn dist() -> PathBuf {
    let said = std::env::var_os("VIRTMCU_DIST").map(PathBuf::from);
    let dist = absolute(said.unwrap_or_else(|| root().join("bazel-bin/dist")));
    built(dist.join("qemu/build-id").is_file(), &dist);
    dist
}

/// The workspace with the scenarios.
pub fn root() -> PathBuf {
    let said = std::env::var_os("VIRTMCU_ROOT").map(PathBuf::from);
    let around = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf);
    absolute(said.or_else(around).unwrap_or_default())
}

/// The program under test.
pub fn program() -> PathBuf {
    match option_env!("CARGO_BIN_EXE_virtmcu") {
        Some(program) => program.into(),
        None => dist().join("bin/virtmcu"),
    }
}

/// The ELF of a label's package and name.
pub fn firmware(package: &str, name: &str) -> PathBuf {
    built_file(&format!("{package}/{name}.elf"))
}

/// The shared object of a label's package and name.
pub fn module(package: &str, name: &str) -> PathBuf {
    built_file(&format!("{package}/lib{name}.so"))
}

/// A file as Bazel puts it in the folder of a test, or where it builds it.
fn built_file(file: &str) -> PathBuf {
    let places = [root().join(file), root().join("bazel-bin").join(file)];
    let found = places.iter().find(|place| place.is_file());
    built(found.is_some(), &places[1]);
    found.cloned().unwrap_or_default()
}

#[track_caller]
fn built(there: bool, path: &Path) {
    assert!(
        there,
        "{} is not there; build them first: ./bazelw build //:dist //scenarios/... (VIRTMCU_DIST and VIRTMCU_ROOT say where)",
        path.display()
    );
}

/// Paths that are said are relative to where the test was started; runs start elsewhere.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// All scenarios that are to pass, as paths below the workspace: `scenarios/uart/ring.scenario.toml`.
pub fn scenarios() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(".scenario.toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `uart/ring` for `scenarios/uart/ring.scenario.toml`.
pub fn short_name(scenario: &Path) -> String {
    let text = scenario.to_string_lossy();
    text.trim_start_matches("scenarios/").trim_end_matches(".scenario.toml").to_string()
}

/// The program, with nothing in its environment that would change what it does.
pub fn virtmcu() -> Command {
    let mut command = Command::new(program());
    command.env_clear().stdin(Stdio::null());
    command
}

/// `virtmcu run` of a scenario of the workspace, with its firmware wherever that was built.
pub fn run_scenario(scenario: &Path, tools: &Path) -> Command {
    of_scenario("run", scenario, tools)
}

/// A verb that takes a scenario of the workspace, with its firmware wherever that was built.
pub fn of_scenario(verb: &str, scenario: &Path, tools: &Path) -> Command {
    let root = root();
    let mut command = virtmcu();
    command.current_dir(&root).arg(verb).arg(scenario).arg("--root").arg(&root).arg("--tools").arg(tools);
    let read = scenario::load(&root.join(scenario), &scenario::Options { root: root.clone() });
    let scenario = read.unwrap_or_else(|errors| panic!("{errors}"));
    for node in &scenario.nodes {
        if let Target::Label(label) = &node.firmware.target {
            let elf = firmware(&label.package, &label.name);
            command.arg("--firmware").arg(format!("{}={}", node.firmware.text, elf.display()));
        }
    }
    for device in &scenario.devices {
        if let Target::Label(label) = &device.module.target {
            let module = module(&label.package, &label.name);
            command.arg("--module").arg(format!("{}={}", device.module.text, module.display()));
        }
    }
    command
}

/// A workspace of a test's own. Its scenarios name firmware as `fw/NAME.elf`; runs start in its folder, which tells their
/// processes from those of other tests.
pub struct Place {
    dir: TempDir,
}

/// How a run ended.
#[derive(Default)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub command: String,
}

impl Place {
    /// A workspace with the scenario `test.scenario.toml`.
    pub fn with(scenario: &str) -> Place {
        dist();
        let place = Place { dir: tempfile::tempdir().expect("a temporary folder") };
        for folder in ["tmp", "fw"] {
            std::fs::create_dir(place.path(folder)).expect("a folder");
        }
        place.write("MODULE.bazel", "");
        place.write("test.scenario.toml", scenario);
        for name in ["crash_a15", "crash_a53", "crash_m3", "crash_rv32", "spin"] {
            place.link(&firmware("scenarios/faults/firmware", name), &format!("fw/{name}.elf"));
        }
        for name in ["ping", "pong"] {
            place.link(&firmware("scenarios/uart/firmware", name), &format!("fw/{name}.elf"));
        }
        place
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// A file of this workspace.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("the file is written");
    }

    pub fn read(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path(name)).expect("the file is there")).expect("text")
    }

    pub fn link(&self, original: &Path, name: &str) {
        std::os::unix::fs::symlink(original, self.path(name)).expect("a link");
    }

    /// `virtmcu run test.scenario.toml` here, with `tools`.
    pub fn command(&self, tools: &Path, args: &[&str]) -> Command {
        let mut command = virtmcu();
        command.current_dir(self.dir.path()).env("TMPDIR", self.path("tmp"));
        command.args(["run", "test.scenario.toml", "--tools"]).arg(tools).args(args);
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Outcome {
        self.finish(self.command(&dist(), args))
    }

    /// Runs any command to its end.
    pub fn finish(&self, command: Command) -> Outcome {
        finish(command, self.dir.path())
    }

    /// Nothing was left in the folder for temporary files.
    #[track_caller]
    pub fn left_nothing(&self) {
        let left: Vec<_> = std::fs::read_dir(self.path("tmp")).expect("the folder").flatten().collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

/// Runs `command` to its end; what it prints goes through files in `folder`, so that no pipe can fill.
pub fn finish(mut command: Command, folder: &Path) -> Outcome {
    let file = |name: &str| folder.join(name);
    let create = |name: &str| File::create(file(name)).expect("a file for output");
    let shown = format!("{command:?}");
    let mut child =
        command.stdout(create("stdout")).stderr(create("stderr")).spawn().expect("the program starts");
    let ended = processes::ends_within(child.id(), HANGS_AFTER_S);
    if !ended {
        child.kill().expect("it ends");
    }
    let status = child.wait().expect("its status");
    let read =
        |name: &str| String::from_utf8_lossy(&std::fs::read(file(name)).expect("its output")).into_owned();
    let outcome =
        Outcome { code: status.code(), stdout: read("stdout"), stderr: read("stderr"), command: shown };
    assert!(ended, "this hangs: {outcome}");
    outcome
}

impl Outcome {
    /// It ended with `code`, and stderr has each of `parts`, in their order.
    #[track_caller]
    pub fn expect(&self, code: i32, parts: &[&str]) -> &Outcome {
        assert_eq!(self.code, Some(code), "the exit code of {self}");
        let mut rest = self.stderr.as_str();
        for part in parts {
            let Some(at) = rest.find(part) else {
                panic!("{part:?} is missing, or not in its place, in {self}")
            };
            rest = &rest[at + part.len()..];
        }
        assert!(!self.stderr.contains("panicked"), "{self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Outcome { code, stdout, stderr, command } = self;
        write!(f, "{command}\ncode {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}
