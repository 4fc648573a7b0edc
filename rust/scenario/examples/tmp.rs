//! tmp
use std::io::Read;
fn main() {
    let mode = std::env::args().nth(1).unwrap();
    if mode == "schema" {
        println!("{:#}", scenario::schema());
        return;
    }
    let mut t = String::new();
    std::io::stdin().read_to_string(&mut t).unwrap();
    match scenario::parse(&t, "ping_pong.scenario.toml") {
        Ok(s) => println!("OK {s:?}"),
        Err(e) if mode == "render" => print!("{}", e.render(false)),
        Err(e) => {
            for d in e.list() {
                let p = d.place.as_ref().unwrap();
                println!("{}:{} {}", p.line, p.column, d.message);
                for (n, t) in [("found", &d.found), ("expected", &d.expected), ("help", &d.help)] {
                    if let Some(t) = t {
                        println!("  {n}: {t}");
                    }
                }
            }
        }
    }
}
