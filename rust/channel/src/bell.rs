// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A bell: one side rings it, the other sleeps until it has rung.

use crate::map::Map;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::thread::futex;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

/// Bytes that a bell takes in a map.
pub(crate) const SIZE: usize = 8;
/// The size of the map of a bell that stands alone.
const OWN_MAP: usize = 4096;

/// How often a spinning waiter looks before it sleeps: some hundred microseconds on processors of today.
const SPIN_LOOKS: u32 = 20_000;
/// The most waits in a row that do without spinning after spinning was in vain.
const SPIN_PAUSE_MAX: u32 = 64;

/// Whether it pays to look for a ring for a moment before sleeping. Waking a core that sleeps takes far longer than most
/// answers, but spinning on a busy host keeps the other side from running: so each time it was in vain, it is left out for
/// twice as many waits.
#[derive(Debug, Default)]
pub struct Spin {
    allowed: bool,
    /// Waits to come without spinning.
    pause: u32,
    /// How many that were the last time.
    last_pause: u32,
}

impl Spin {
    /// Never spins unless `allowed`: when there are cores enough for all that run.
    pub fn new(allowed: bool) -> Spin {
        Spin { allowed, pause: 0, last_pause: 0 }
    }

    /// Looks until there is something to see, or it is clear that there never will be ([`ControlFlow::Break`]), or it was
    /// in vain: then `None`. Looks at least once.
    pub fn look<T>(&mut self, mut look: impl FnMut() -> ControlFlow<Option<T>>) -> Option<T> {
        if let ControlFlow::Break(seen) = look() {
            return seen;
        }
        if !self.allowed || self.pause > 0 {
            self.pause = self.pause.saturating_sub(1);
            return None;
        }
        for _ in 0..SPIN_LOOKS {
            std::hint::spin_loop();
            if let ControlFlow::Break(seen) = look() {
                self.last_pause = 0;
                return seen;
            }
        }
        self.last_pause = (self.last_pause * 2).clamp(1, SPIN_PAUSE_MAX);
        self.pause = self.last_pause;
        None
    }

    /// True when `rung` became true while looking.
    fn sees(&mut self, rung: impl Fn() -> bool) -> bool {
        self.look(|| if rung() { ControlFlow::Break(Some(())) } else { ControlFlow::Continue(()) }).is_some()
    }
}

/// A counter of rings and a flag that says whether somebody sleeps, in shared memory. Any number of processes may ring
/// it; one waits.
#[derive(Clone, Debug)]
pub struct Bell {
    map: Arc<Map>,
    at: usize,
}

impl Bell {
    /// A bell in memory of its own, and the descriptor by which others open it.
    pub fn create() -> Result<(Bell, OwnedFd), Errno> {
        let (map, fd) = Map::create("virtmcu-bell", OWN_MAP)?;
        Ok((Bell { map: Arc::new(map), at: 0 }, fd))
    }

    /// The bell behind a descriptor that [`Bell::create`] gave.
    pub fn open(fd: impl AsFd) -> Result<Bell, Errno> {
        Ok(Bell { map: Arc::new(Map::open(fd, OWN_MAP)?), at: 0 })
    }

    /// The bell that lies at `at` in `map`.
    pub(crate) fn inside(map: Arc<Map>, at: usize) -> Bell {
        Bell { map, at }
    }

    /// How often it has rung: take it before looking for work, then [`Bell::wait`] with it.
    pub fn count(&self) -> u32 {
        self.map.word(self.at).load(SeqCst)
    }

    /// Rings it: wakes the one who waits, and costs no system call when nobody does.
    pub fn ring(&self) {
        self.map.word(self.at).fetch_add(1, SeqCst);
        self.wake();
    }

    /// The second half of a ring. It may come late, when the one who waits has seen the count already and waits anew:
    /// then it wakes in vain, but takes no sleeper's flag away without waking.
    fn wake(&self) {
        let sleeps = self.map.word(self.at + 4);
        if sleeps.swap(0, SeqCst) != 0 {
            // Waking cannot fail in a way that matters: a waiter looks again after its time at the latest.
            let _ = futex::wake(sleeps, futex::Flags::empty(), i32::MAX as u32);
        }
    }

    /// Sleeps until it has rung since `seen` was taken, at most `at_most` of the host's time; true when it has.
    pub fn wait(&self, seen: u32, at_most: Duration, spin: &mut Spin) -> bool {
        let rung = || self.count() != seen;
        if spin.sees(rung) {
            return true;
        }
        loop {
            self.map.word(self.at + 4).store(1, SeqCst);
            let woken = !rung() && self.doze(at_most);
            self.map.word(self.at + 4).store(0, SeqCst);
            if rung() || !woken {
                return rung();
            }
        }
    }

    /// Sleeps while the flag is set; false when the time is over.
    fn doze(&self, at_most: Duration) -> bool {
        let timeout =
            futex::Timespec { tv_sec: at_most.as_secs() as i64, tv_nsec: at_most.subsec_nanos().into() };
        // The flag is what the kernel looks at, not the count: whoever takes the flag away wakes, and whoever comes between
        // the flag and the sleep is seen.
        let slept = futex::wait(self.map.word(self.at + 4), futex::Flags::empty(), 1, Some(&timeout));
        slept != Err(Errno::TIMEDOUT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_before_the_wait_is_not_lost() {
        let (bell, fd) = Bell::create().unwrap();
        let other = Bell::open(&fd).unwrap();
        let seen = bell.count();
        other.ring();
        assert!(bell.wait(seen, Duration::from_secs(3600), &mut Spin::default()));
    }

    #[test]
    fn a_sleeper_is_woken() {
        let (bell, fd) = Bell::create().unwrap();
        let seen = bell.count();
        let ringer = std::thread::spawn(move || Bell::open(&fd).unwrap().ring());
        assert!(bell.wait(seen, Duration::from_secs(3600), &mut Spin::default()));
        ringer.join().unwrap();
    }

    #[test]
    fn spinning_in_vain_is_left_out_for_longer_and_longer() {
        let mut spin = Spin::new(true);
        let looks = std::cell::Cell::new(0u32);
        let mut spun = Vec::new();
        for wait in 0..40 {
            looks.set(0);
            assert!(!spin.sees(|| looks.replace(looks.get() + 1) == u32::MAX));
            if looks.get() > 1 {
                spun.push(wait);
            }
        }
        assert_eq!(spun, [0, 2, 5, 10, 19, 36]);
        assert!(Spin::new(false).sees(|| true));
        looks.set(0);
        assert!(!Spin::new(false).sees(|| looks.replace(looks.get() + 1) == 1), "looks once");
    }

    #[test]
    fn the_end_of_an_old_ring_does_not_let_a_sleeper_miss_the_next() {
        let (bell, _fd) = Bell::create().unwrap();
        // The waiter has seen the count of a ring and sets its flag; only now the ringer comes to its second half.
        bell.map.word(bell.at + 4).store(1, SeqCst);
        bell.wake();
        // The flag is gone, so that the next ring would wake nobody: the waiter must not fall asleep on it.
        assert!(bell.doze(Duration::from_secs(3600)));
    }

    #[test]
    fn an_unrung_bell_times_out() {
        let (bell, _fd) = Bell::create().unwrap();
        assert!(!bell.wait(bell.count(), Duration::from_millis(1), &mut Spin::new(true)));
    }
}
