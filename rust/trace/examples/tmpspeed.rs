#![allow(clippy::disallowed_methods, missing_docs, clippy::unwrap_used)]
use sim::*;
use trace::*;
use vtime::*;
fn main() {
    let h = Header {
        scenario: "x".into(),
        seed: 1,
        duration: Span::from_ns(u64::MAX / 4),
        nodes: vec![
            NodeHead { name: "a".into(), board: "b".into() },
            NodeHead { name: "c".into(), board: "b".into() },
        ],
        links: vec![],
        made_by: vec![],
    };
    let t = std::time::Instant::now();
    let mut texts = vec![];
    for d in 0..2u64 {
        let mut out = vec![];
        let mut n = 0u64;
        let ex = Expectations::new(vec![Expect {
            node: NodeId(0),
            port: PortId(0),
            name: "a.uart0".into(),
            pattern: Pattern::Line("hello line number one".into()),
            within: Instant::FAR,
        }]);
        let mut r = Recorder::new(&mut out, &h, &[vec!["uart0".into()], vec!["uart0".into()]], ex).unwrap();
        for l in 0..1_000_000u64 {
            for b in format!("hello line {l}\n").bytes() {
                n += 1;
                let at = Instant::from_ns(n * 100_000 + if l > 500_000 { d } else { 0 });
                let ends = at + Span::from_ns(86806);
                r.event(&Event {
                    key: Key { at, class: Class::Frame, link: LinkId(0), source: NodeId(0), seq: n },
                    body: Body::Uart {
                        port: PortId(0),
                        byte: b,
                        ends,
                        to: Some(Arrival { node: NodeId(1), port: PortId(0), at: ends }),
                    },
                })
                .unwrap();
            }
        }
        let (_, ex) = r.finish(&RunEnd { at: Instant::FAR, insns: vec![1, 2] }).unwrap();
        println!("record {n} bytes {:?} {}", t.elapsed(), out.len());
        println!("{}", ex.verdicts()[0]);
        texts.push(out);
    }
    let t = std::time::Instant::now();
    let a = Trace::parse_bytes(&texts[0], "a").unwrap();
    println!("parse {:?}", t.elapsed());
    let b = Trace::parse_bytes(&texts[1], "a").unwrap();
    let t = std::time::Instant::now();
    let e = compare(&a, &b).unwrap_err();
    println!("{}\n{:?}", e.render(&RenderOptions::default()), t.elapsed());
    println!(
        "{}",
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .find(|l| l.starts_with("VmHWM"))
            .unwrap()
    );
}
