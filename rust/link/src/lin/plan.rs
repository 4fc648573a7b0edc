// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whether headers follow a table.

use super::event::OffPlan;
use super::spec::{Plan, Slot};
use std::sync::Arc;
use vtime::{Instant, Span};

/// A table, and how far headers have come in it. The first header says where they begin; each one is compared with the one before
/// it, so that a clock that runs a bit fast is not wrong for ever.
#[derive(Clone, Debug)]
pub(super) struct Follow {
    plan: Arc<Plan>,
    /// The slot of the last header, and when that began.
    last: Option<(usize, Instant)>,
}

impl Follow {
    pub(super) fn new(plan: Arc<Plan>) -> Follow {
        Follow { plan, last: None }
    }

    pub(super) fn name(&self) -> &str {
        &self.plan.name
    }

    /// A header with this identifier begins at `starts`; how it does not follow the table.
    pub(super) fn header(&mut self, id: u8, starts: Instant) -> Option<OffPlan> {
        let slots = &self.plan.slots;
        let after = |place: usize| (place + 1) % slots.len().max(1);
        let has_id = |slot: &Slot| slot.ids >> (id & 0x3f) & 1 != 0;
        let Some((place, before)) = self.last else {
            let place = slots.iter().position(has_id);
            self.last = Some((place.unwrap_or(0), starts));
            return place.is_none().then(|| OffPlan::Instead(first(slots.first())));
        };
        let (mut place, mut due) = (after(place), before + slots.get(place)?.lasts);
        let tolerance = self.plan.tolerance;
        if slots.iter().all(|slot| slot.may_be_empty) {
            // Nothing for as long as it likes.
            let table_ns: u64 = slots.iter().map(|slot| slot.lasts.as_ns()).sum();
            let tables = starts.since(due).as_ns() / table_ns.max(1);
            due = due + Span::from_ns(tables * table_ns);
        }
        for _ in 0..slots.len() {
            let is_there = has_id(&slots[place]) && starts + tolerance < due + slots[place].lasts;
            if !slots[place].may_be_empty || is_there {
                break;
            }
            (place, due) = (after(place), due + slots[place].lasts);
        }
        if !has_id(&slots[place]) {
            let expected = first(slots.get(place));
            let others = (0..slots.len()).map(|more| (place + more) % slots.len());
            let found = others.into_iter().find(|other| has_id(&slots[*other]));
            self.last = Some((found.unwrap_or(place), starts));
            return Some(OffPlan::Instead(expected));
        }
        self.last = Some((place, starts));
        if starts > due + tolerance {
            return Some(OffPlan::Late(starts.since(due).as_ns()));
        }
        (starts + tolerance < due).then(|| OffPlan::Early(due.since(starts).as_ns()))
    }
}

/// The least identifier of a slot.
fn first(slot: Option<&Slot>) -> u8 {
    slot.map_or(0, |slot| slot.ids.trailing_zeros().min(63) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slots: identifiers, whether the slot may be empty, and how many microseconds it has. A tolerance of 10 us.
    #[track_caller]
    fn check(slots: &[(&[u8], bool, u64)], headers: &[(u8, u64, Option<OffPlan>)]) {
        let us = |us| Span::from_ns(us * 1_000);
        let slot = |(ids, may_be_empty, lasts): &(&[u8], bool, u64)| Slot {
            ids: ids.iter().fold(0, |mask, id| mask | 1 << id),
            may_be_empty: *may_be_empty,
            lasts: us(*lasts),
        };
        let slots = slots.iter().map(slot).collect();
        let mut follow = Follow::new(Arc::new(Plan { name: "t".into(), slots, tolerance: us(10) }));
        for (id, at, expected) in headers {
            let found = follow.header(*id, Instant::START + us(*at));
            assert_eq!(found, *expected, "{id:02x} at {at}");
        }
    }

    #[test]
    fn headers_follow_their_table() {
        use OffPlan::{Early, Instead, Late};
        let table: &[(&[u8], bool, u64)] = &[(&[1], false, 1_000), (&[2], false, 500), (&[3], false, 500)];
        check(table, &[(1, 7, None), (2, 1_007, None), (3, 1_507, None), (1, 2_007, None)]);
        // It may begin anywhere; 10 us are within the tolerance, one more is not.
        check(
            table,
            &[(3, 0, None), (1, 510, None), (2, 1_521, Some(Late(11_000))), (3, 2_010, Some(Early(11_000)))],
        );
        // After a wrong one it goes on from there.
        check(
            table,
            &[(1, 0, None), (3, 1_000, Some(Instead(2))), (1, 1_500, None), (9, 2_500, Some(Instead(2)))],
        );
        check(table, &[(9, 0, Some(Instead(1)))]);
    }

    #[test]
    fn some_slots_may_be_empty() {
        let table: &[(&[u8], bool, u64)] = &[(&[1], false, 1_000), (&[5, 6], true, 500), (&[3], false, 500)];
        check(table, &[(1, 0, None), (6, 1_000, None), (3, 1_500, None), (1, 2_000, None), (3, 3_500, None)]);
        check(table, &[(1, 0, None), (7, 1_000, Some(OffPlan::Instead(3)))]);
        check(
            &[(&[5], true, 500)],
            &[(5, 0, None), (5, 500, None), (5, 7_500, None), (5, 8_200, Some(OffPlan::Late(200_000)))],
        );
    }
}
