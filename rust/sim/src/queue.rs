// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Events that wait until nothing can come before them.

use crate::{Error, Event, Key};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use vtime::Instant;

/// The events reported and not told yet.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: BinaryHeap<Reverse<ByKey>>,
    /// The last event told.
    told: Option<Key>,
}

#[derive(Debug)]
struct ByKey(Event);

impl Queue {
    /// Adds an event.
    pub(crate) fn push(&mut self, event: Event) {
        self.waiting.push(Reverse(ByKey(event)));
    }

    /// Tells all events before `watermark`, in order, and forgets them.
    pub(crate) fn drain(&mut self, watermark: Instant, mut tell: impl FnMut(&Event)) -> Result<(), Error> {
        while let Some(Reverse(ByKey(event))) = self.waiting.peek() {
            let key = event.key;
            if key.at >= watermark {
                break;
            }
            if let Some(before) = self.told.filter(|before| *before >= key) {
                return Err(Error::Order { before, key });
            }
            tell(event);
            self.told = Some(key);
            self.waiting.pop();
        }
        Ok(())
    }
}

impl Ord for ByKey {
    fn cmp(&self, other: &ByKey) -> Ordering {
        self.0.key.cmp(&other.0.key)
    }
}

impl PartialOrd for ByKey {
    fn partial_cmp(&self, other: &ByKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByKey {
    fn eq(&self, other: &ByKey) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for ByKey {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, Class, LinkId, NodeId, PortId};

    /// (at, class, link, source, seq), as [`Key`] orders them.
    type Place = (u64, Class, u16, u16, u64);

    fn event((at_ns, class, link, source, seq): Place) -> Event {
        let at = Instant::from_ns(at_ns);
        let key = Key { at, class, link: LinkId(link), source: NodeId(source), seq };
        Event { key, body: Body::Held { port: PortId(0) } }
    }

    fn drain(queue: &mut Queue, watermark_ns: u64) -> Result<Vec<Event>, Error> {
        let mut told = Vec::new();
        queue.drain(Instant::from_ns(watermark_ns), |event| told.push(*event))?;
        Ok(told)
    }

    #[test]
    fn tells_events_in_the_declared_order() {
        use Class::{Frame, Held};
        let ordered: [Place; 7] = [
            (1, Held, 9, 9, 9),
            (2, Frame, 0, 1, 5),
            (2, Frame, 1, 0, 3),
            (2, Frame, 1, 0, 4),
            (2, Frame, 1, 1, 0),
            (2, Held, 0, 0, 0),
            (3, Frame, 0, 0, 0),
        ];
        let mut queue = Queue::default();
        for place in ordered.into_iter().rev() {
            queue.push(event(place));
        }
        assert_eq!(drain(&mut queue, 3), Ok(ordered[..6].iter().copied().map(event).collect()));
        assert_eq!(drain(&mut queue, 3), Ok(vec![]));
        assert_eq!(drain(&mut queue, 4), Ok(vec![event(ordered[6])]));
    }

    #[test]
    fn equal_and_late_events_are_errors() {
        let (first, second) = ((5, Class::Frame, 0, 0, 0), (4, Class::Frame, 0, 0, 1));
        for bad in [first, second] {
            let mut queue = Queue::default();
            queue.push(event(first));
            assert_eq!(drain(&mut queue, 6), Ok(vec![event(first)]));
            queue.push(event(bad));
            let expected = Error::Order { before: event(first).key, key: event(bad).key };
            assert_eq!(drain(&mut queue, 6), Err(expected));
        }
    }
}
