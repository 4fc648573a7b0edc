// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::*;
use can::{Id, Kind, Status};

fn frame(id: u16) -> Vec<u8> {
    TesterSpec::offer(Frame::new(Id::Standard(id), Kind::Data, &[]).unwrap())
}

fn sending(at_ns: Option<u64>, frames: &[(u64, u16)], every_ns: u64, rounds: u64) -> Sending {
    let frames = frames.iter().map(|(ns, id)| (Span::from_ns(*ns), frame(*id))).collect();
    Sending {
        at: at_ns.map(Instant::from_ns),
        frames,
        every: Span::from_ns(every_ns),
        rounds,
        until: Instant::FAR,
    }
}

/// What it does up to `end_ns`, as long as the bus says nothing: when, and the identifier of each frame that it offers.
fn acts(tester: &mut Tester, end_ns: u64) -> Vec<(u64, Option<Id>)> {
    let mut all = Vec::new();
    while tester.acts_at().as_ns() < end_ns {
        let at = tester.acts_at();
        let mut id = None;
        tester.act(at, &mut |bytes| {
            if let Ok(ToBus::Offer { frame, .. }) = ToBus::read(bytes) {
                id = Some(frame.id());
            }
        });
        all.push((at.as_ns(), id));
    }
    all
}

fn hears(tester: &mut Tester, record: FromBus) -> Vec<ToBus> {
    let (mut bytes, mut said) = (Vec::new(), Vec::new());
    record.write(&mut bytes);
    tester.receive(Instant::from_ns(5), &bytes, &mut |bytes| said.push(ToBus::read(bytes).unwrap()));
    said
}

#[test]
fn what_cannot_go_out_waits_its_turn() {
    let sendings = vec![sending(Some(10), &[(0, 1), (5, 2)], 20, 2), sending(None, &[(3, 3)], 0, 1)];
    let mut tester = Tester::new(&TesterSpec::can(500_000, None, sendings));
    let offered = |id| Some(Id::Standard(id));
    assert_eq!(acts(&mut tester, 12), [(0, None), (10, offered(1))]);
    // Its time would be between those of the others.
    tester.cue(1, Instant::from_ns(15));
    assert_eq!(acts(&mut tester, 100), [(15, None), (18, None), (30, None), (35, None)]);
    let mut next = || hears(&mut tester, FromBus::Sent { mailbox: 0 });
    let ids: Vec<_> = std::iter::from_fn(|| match next()[..] {
        [ToBus::Offer { frame, .. }] => Some(frame.id()),
        _ => None,
    })
    .collect();
    assert_eq!(ids, [2, 3, 1, 2].map(Id::Standard));
    assert_eq!(tester.acts_at(), Instant::FAR);
    tester.cue(7, Instant::START);
    assert_eq!(tester.acts_at(), Instant::FAR, "there is no such sending");
}

#[test]
fn what_is_too_late_is_left_out() {
    let mut last = sending(Some(10), &[(0, 1), (5, 2)], 20, u64::MAX);
    last.until = Instant::from_ns(35);
    let mut tester = Tester::new(&TesterSpec::ethernet(vec![last]));
    let times: Vec<u64> = acts(&mut tester, 1000).into_iter().map(|(at_ns, _)| at_ns).collect();
    assert_eq!(times, [10, 15, 30]);
}

#[test]
fn it_comes_back_to_its_bus() {
    let mut tester = Tester::new(&TesterSpec::can(500_000, None, vec![]));
    let off = Status { state: State::Off, ..Status::default() };
    assert_eq!(hears(&mut tester, FromBus::Status(off)), [ToBus::Recover]);
    assert_eq!(hears(&mut tester, FromBus::Status(Status::default())), []);
}

#[test]
fn at_a_cable_nothing_waits_and_nothing_is_heard() {
    let mut tester = Tester::new(&TesterSpec::ethernet(vec![sending(Some(3), &[(0, 1), (0, 2)], 0, 1)]));
    let ids: Vec<_> = acts(&mut tester, 100).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [1, 2].map(|id| Some(Id::Standard(id))));
    assert_eq!(hears(&mut tester, FromBus::Sent { mailbox: 0 }), []);
}
