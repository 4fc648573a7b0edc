// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What `--attach` and `--pace` say, and which ports are meant.

use super::AttachError;
use board::PortKind;
use report::nearest;
use scenario::{Port, Scenario};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use vtime::Span;

/// A port, and where it leads: `node.uart0`, `node.uart0=pty`, `node.uart0=/tmp/console`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The port, `NODE.PORT`.
    pub port: String,
    /// The other end.
    pub to: To,
}

/// Where a port leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// stdin and stdout.
    Stdio,
    /// A pseudo-terminal of its own.
    Pty,
    /// The same, with a link to it here.
    Link(PathBuf),
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Wanted, String> {
        let (port, to) = text.split_once('=').unwrap_or((text, "stdio"));
        let to = match to {
            "stdio" => To::Stdio,
            "pty" => To::Pty,
            path if path.contains('/') => To::Link(path.into()),
            _ => return Err(format!("\"{to}\" is neither \"stdio\", nor \"pty\", nor a path with a \"/\"")),
        };
        match port.split_once('.') {
            Some((node, name)) if !node.is_empty() && !name.is_empty() => {
                Ok(Wanted { port: port.into(), to })
            }
            _ => Err(format!("\"{port}\" names no port: expected NODE.PORT, such as \"board.uart0\"")),
        }
    }
}

/// How fast virtual time goes while somebody may type: in steps of 10 ms of the host's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Virtual time of a step.
    pub step: Span,
}

impl Pace {
    /// The host's time of a step.
    pub const WALL: Duration = Duration::from_millis(10);
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { step: Span::from_ns(10_000_000) }
    }
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Pace, String> {
        let factor = text.parse::<f64>().ok().filter(|factor| (0.001..=1000.0).contains(factor));
        let factor =
            factor.ok_or("expected a number from 0.001 to 1000; 1 is as fast as the host's clock")?;
        Ok(Pace { step: Span::from_ns((factor * Pace::WALL.as_nanos() as f64) as u64) })
    }
}

/// The ports that are meant; each once, and no link joins them.
pub(super) fn resolve(wanted: &[Wanted], scenario: &Scenario) -> Result<Vec<Port>, AttachError> {
    let mut ports: Vec<Port> = Vec::new();
    for one in wanted {
        let port = find(&one.port, scenario)?;
        if let Some(link) = scenario.links.iter().find(|link| link.ends.contains(&port)) {
            return Err(AttachError::Linked { port: one.port.clone(), link: link.name.clone() });
        }
        if ports.contains(&port) {
            return Err(AttachError::Twice { port: one.port.clone() });
        }
        ports.push(port);
    }
    let mut stdio = wanted.iter().filter(|one| one.to == To::Stdio).map(|one| &one.port);
    if let (Some(first), Some(second)) = (stdio.next(), stdio.next()) {
        return Err(AttachError::TwoStdio { first: first.clone(), second: second.clone() });
    }
    Ok(ports)
}

fn find(text: &str, scenario: &Scenario) -> Result<Port, AttachError> {
    let (node_name, port_name) = text.split_once('.').unwrap_or((text, ""));
    let Some(place) = scenario.nodes.iter().position(|node| node.name == node_name) else {
        let names = scenario.nodes.iter().map(|node| &*node.name);
        let near = nearest(node_name, names).map(|name| format!("{name}.{port_name}"));
        return Err(AttachError::Node { node: node_name.into(), near: near.into() });
    };
    let node = &scenario.nodes[place];
    let number = node.ports().position(|name| name == port_name);
    let number = number.and_then(|number| u16::try_from(number).ok()).or_else(|| node.board.port(port_name));
    let Some(number) = number else {
        let near = nearest(port_name, node.ports()).map(|name| format!("{node_name}.{name}"));
        let ports = node.ports().collect::<Vec<_>>().join(", ");
        return Err(AttachError::Port {
            node: node_name.into(),
            port: port_name.into(),
            ports,
            near: near.into(),
        });
    };
    // What is none of the board's is semihosting's console.
    let kind = node.board.ports.get(usize::from(number)).map_or(PortKind::Uart, |port| port.kind);
    if kind != PortKind::Uart {
        return Err(AttachError::NoUart { port: text.into() });
    }
    // A scenario has at most 256 nodes.
    Ok(Port { node: place as u16, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str, expected: Result<(&str, To), &str>) {
        let expected = expected.map(|(port, to)| Wanted { port: port.into(), to });
        assert_eq!(text.parse::<Wanted>(), expected.map_err(str::to_string), "{text}");
    }

    #[test]
    fn says_a_port_and_where_it_leads() {
        wanted("a.uart0", Ok(("a.uart0", To::Stdio)));
        wanted("a.uart0=stdio", Ok(("a.uart0", To::Stdio)));
        wanted("a.uart0=pty", Ok(("a.uart0", To::Pty)));
        wanted("a.uart0=./console=1", Ok(("a.uart0", To::Link("./console=1".into()))));
        wanted("a.uart0=tty", Err("\"tty\" is neither \"stdio\", nor \"pty\", nor a path with a \"/\""));
        wanted("a=pty", Err("\"a\" names no port: expected NODE.PORT, such as \"board.uart0\""));
        wanted(".uart0", Err("\".uart0\" names no port: expected NODE.PORT, such as \"board.uart0\""));
    }

    #[test]
    fn a_pace_is_a_step_of_virtual_time() {
        let step = |text: &str| text.parse::<Pace>().ok().map(|pace| pace.step.as_ns());
        assert_eq!(
            (step("1"), step("0.5"), step("20")),
            (Some(10_000_000), Some(5_000_000), Some(200_000_000))
        );
        assert_eq!(
            (step("0.001"), step("0"), step("-1"), step("NaN"), step("1001"), step("fast")),
            (Some(10_000), None, None, None, None, None)
        );
    }

    const SCENARIO: &str = "schema = 1\nduration = \"1s\"\n\
        [node.console]\nboard = \"mps2-an385\"\nfirmware = \"a.elf\"\nsemihosting = true\n\
        [node.other]\nboard = \"mps2-an385\"\nfirmware = \"a.elf\"\n\
        [link.wire]\nkind = \"uart\"\nends = [\"console.uart1\", \"other.uart1\"]\nbaud = 115200\n";

    fn check(words: &[&str], expected: &str) {
        let scenario = scenario::parse(SCENARIO, "a.scenario.toml").unwrap();
        let wanted: Vec<Wanted> = words.iter().map(|word| word.parse().unwrap()).collect();
        let found = match resolve(&wanted, &scenario) {
            Ok(ports) => ports.iter().map(|port| scenario.port_name(*port)).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn finds_ports_that_no_link_joins() {
        check(
            &["other.uart0=pty", "console.semihosting", "console.uart0=/tmp/x"],
            "other.uart0 console.semihosting console.uart0",
        );
    }

    #[test]
    fn refuses_other_ports() {
        check(&["consle.uart0"], "--attach: there is no node \"consle\"; did you mean \"console.uart0\"?");
        check(&["x.uart0"], "--attach: there is no node \"x\"");
        check(
            &["other.uart0", "console.uat0=pty"],
            "--attach: node \"console\" has no port \"uat0\"; it has uart0, uart1, uart2, uart3, uart4, eth0, semihosting; did you mean \"console.uart0\"?",
        );
        check(
            &["console.uart1"],
            "--attach: nobody can type at console.uart1: [link.wire] joins it to another port",
        );
        check(&["console.eth0"], "--attach: nobody can type at console.eth0: it is no UART");
        check(&["console.uart0", "console.uart0=pty"], "--attach: console.uart0 is there twice");
        check(
            &["console.uart0", "other.uart0"],
            "--attach: console.uart0 and other.uart0 cannot both be this terminal: write other.uart0=pty",
        );
    }
}
