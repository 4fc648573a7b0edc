// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu board`: what boards there are, what a device tree means, and trees in other forms.

use crate::cli::{BoardArgs, BoardVerb, ConvertArgs, TreeArgs};
use crate::exit::Verdict;
use crate::places;
use board::file::Form;
use board::{Board, OwnDevice, Picture, Reading};
use devicetree::{Errors, Tree};
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::path::Path;

/// Does what was asked for.
pub fn board(args: &BoardArgs) -> Verdict {
    match &args.verb {
        BoardVerb::List => list(),
        BoardVerb::Check(args) => check(args),
        BoardVerb::Convert(args) => convert(args),
        BoardVerb::Bindings => {
            show(&board::table());
            Verdict::Passed
        }
    }
}

/// Prints it, to somebody who may have seen enough before the end: `| head`.
fn show(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn list() -> Verdict {
    for board in board::all() {
        show(&format!("{:24} {} ({}, {} Hz)\n", board.name, board.title, board.cpu, board.cpu_hz));
    }
    Verdict::Passed
}

/// The tree of a file, or of a board that comes with virtmcu.
fn tree(name: &Path, root: Option<&Path>) -> Result<(String, Tree), Errors> {
    let typed = name.to_string_lossy();
    if let Some(tree) = board::tree(&typed) {
        return Ok((typed.to_string(), tree?));
    }
    let path = places::typed(name);
    let root = root.map_or_else(|| places::root_above(&path), Path::to_path_buf);
    let shown = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
    Ok((shown, board::file::read_tree(&path, &root)?))
}

/// The devices that the scenario brings, if one was said.
fn own_devices(args: &TreeArgs) -> Result<Vec<OwnDevice>, Errors> {
    let Some(scenario) = &args.scenario else { return Ok(Vec::new()) };
    let path = places::typed(scenario);
    let root = args.root.clone().unwrap_or_else(|| places::root_above(&path));
    scenario::load_devices(&path, &scenario::Options { root })
}

fn check(args: &TreeArgs) -> Verdict {
    let permissive = args.permissive;
    let (picture, made) = match (own_devices(args), tree(&args.board, args.root.as_deref())) {
        (Ok(own), Ok((name, tree))) => {
            let reading = Reading { own: &own, permissive };
            (Some(Picture::of(&tree, reading)), Board::read_with(&name, &tree, reading))
        }
        (Err(errors), _) | (_, Err(errors)) => (None, Err(errors)),
    };
    if args.json {
        let mistakes = made.as_ref().err().map_or(json!([]), Errors::to_json);
        let rows = picture.iter().flat_map(|picture| &picture.rows).map(|row| {
            json!({
                "node": row.path, "what": row.title, "state": row.state, "how": row.how,
                "regions": row.regions, "interrupts": row.interrupts, "pins": row.pins,
            })
        });
        show(&format!("{:#}\n", json!({ "mistakes": mistakes, "nodes": rows.collect::<Vec<_>>() })));
    } else if let Some(picture) = picture {
        show(&picture.to_string());
    }
    match made {
        Ok(board) => {
            if !args.json {
                let ports: Vec<&str> = board.ports.iter().map(|port| &*port.name).collect();
                show(&format!(
                    "\n{}: good ({}, {} Hz, ports {})\n",
                    board.name,
                    board.cpu,
                    board.cpu_hz,
                    ports.join(", ")
                ));
            }
            Verdict::Passed
        }
        Err(errors) => {
            if !args.json {
                eprint!("{}", errors.render(std::io::stderr().is_terminal()));
            }
            Verdict::BadInput
        }
    }
}

fn convert(args: &ConvertArgs) -> Verdict {
    let tree = match tree(&args.board, None) {
        Ok((_, tree)) => tree,
        Err(errors) => {
            eprint!("{}", errors.render(std::io::stderr().is_terminal()));
            return Verdict::BadInput;
        }
    };
    let bytes = Form::of(&args.output).unwrap_or(Form::Source).write(&tree);
    let to_stdout = args.output.as_os_str() == "-";
    let written = match to_stdout {
        true => std::io::stdout().write_all(&bytes),
        false => std::fs::write(places::typed(&args.output), &bytes),
    };
    match written {
        Ok(()) => Verdict::Passed,
        Err(error) => {
            eprintln!("error: {} cannot be written: {error}", args.output.display());
            Verdict::BadInput
        }
    }
}
