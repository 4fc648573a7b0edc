// SPDX-License-Identifier: GPL-2.0-or-later
//! Between the line's end and the guest's device: what is said goes out, and what is heard goes in, in their order.

use crate::MAX_HELD;
use qom::chardev::Port;
use qom::clock::now_ns;
use qom::module::fatal;
use qom::ports::Ports;
use qom::serial::Listener;
use qom::timer::Timer;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::ffi::c_void;
use uart::{FromLine, Heard, Line, LineEnd, Out, RECORD_LEN_MAX, Sign, ToLine};

/// One end of a line. All of it is used under the big lock, each part borrowed for a moment at a time: the device may come back from
/// within what it is told.
pub(crate) struct Receiving {
    number: u16,
    ports: Ports,
    port: Port,
    end: RefCell<LineEnd>,
    /// What the end has said and nobody has done yet.
    out: RefCell<VecDeque<Out>>,
    is_doing: Cell<bool>,
    record: RefCell<Vec<u8>>,
    /// A device of our own.
    listener: Cell<Option<Listener>>,
    /// What waits for one of QEMU's.
    held: RefCell<VecDeque<Heard>>,
    timer: OnceCell<Timer>,
    /// When the timer is due.
    due_ns: Cell<Option<u64>>,
    /// It was told that something was lost.
    has_overrun: Cell<bool>,
}

impl Receiving {
    /// The end at this port of the node. It is never freed.
    pub(crate) fn open(number: u16, ports: Ports, port: Port, line: Option<Line>) -> &'static Receiving {
        let receiving: &'static Receiving = Box::leak(Box::new(Receiving {
            number,
            ports,
            port,
            end: RefCell::new(LineEnd::new(line)),
            out: RefCell::default(),
            is_doing: Cell::new(false),
            record: RefCell::new(Vec::with_capacity(RECORD_LEN_MAX)),
            listener: Cell::new(None),
            held: RefCell::default(),
            timer: OnceCell::new(),
            due_ns: Cell::new(None),
            has_overrun: Cell::new(false),
        }));
        let opaque: *mut c_void = std::ptr::from_ref(receiving).cast_mut().cast();
        // SAFETY: `receiving` is never freed.
        unsafe {
            ports.attach(number, deliver, opaque);
            receiving.timer.get_or_init(|| Timer::new(due, opaque));
        }
        receiving
    }

    /// Lets the end do something, then does what it says.
    pub(crate) fn with_end(&self, act: impl FnOnce(&mut LineEnd, &mut dyn FnMut(Out))) {
        {
            let mut out = self.out.borrow_mut();
            let mut end = self.end.borrow_mut();
            act(&mut end, &mut |said| out.push_back(said));
            let due_ns = end.due_ns();
            if self.due_ns.replace(due_ns) != due_ns
                && let Some(timer) = self.timer.get()
            {
                timer.set(due_ns);
            }
        }
        if self.is_doing.replace(true) {
            return;
        }
        loop {
            let next = self.out.borrow_mut().pop_front();
            match next {
                Some(Out::Line(said)) => self.to_line(said),
                Some(Out::Uart(sign)) => self.to_uart(sign),
                None => break,
            }
        }
        self.is_doing.set(false);
    }

    /// From now on a device of our own takes all that comes.
    pub(crate) fn attach(&self, listener: Listener) {
        self.listener.set(Some(listener));
        if self.cts() == Some(false) {
            listener.tell(Sign::Cts(false));
        }
    }

    /// What CTS shows; none without flow control.
    pub(crate) fn cts(&self) -> Option<bool> {
        self.end.borrow().cts()
    }

    fn to_line(&self, said: ToLine) {
        let mut record = self.record.borrow_mut();
        record.clear();
        said.write(&mut record);
        self.ports.send(self.number, &record);
    }

    fn to_uart(&self, sign: Sign) {
        match (self.listener.get(), sign) {
            (Some(listener), _) => listener.tell(sign),
            (None, Sign::Heard(heard)) => self.arrive(heard),
            (None, Sign::Cts(_)) => self.port.modem_lines_change(),
        }
    }

    fn arrive(&self, heard: Heard) {
        // A firmware that turns its receiver on, after a reset, reads nothing before something comes.
        self.flush();
        if self.held.borrow().is_empty() {
            let has_room = self.port.has_room();
            if has_room || self.end.borrow().overruns() {
                if !has_room {
                    self.report_overrun();
                }
                return self.port.receive(heard);
            }
        }
        let mut held = self.held.borrow_mut();
        if held.len() == MAX_HELD {
            let number = self.number;
            fatal(
                "virtmcu uart",
                &format!("{MAX_HELD} bytes wait at uart{number}: its firmware does not read them"),
            );
        }
        held.push_back(heard);
        self.ports.held(self.number);
    }

    /// Once: as with our own devices, the trace shows what firmware makes of it.
    fn report_overrun(&self) {
        if !self.has_overrun.replace(true) {
            let (number, now_ns) = (self.number, now_ns());
            eprintln!(
                "virtmcu: uart{number}: a received byte is lost: the receiver is full, or off (at {now_ns} ns)"
            );
        }
    }

    /// Gives what waits to the device, as far as it has room.
    pub(crate) fn flush(&self) {
        loop {
            if self.held.borrow().is_empty() || !self.port.has_room() {
                return;
            }
            let heard = self.held.borrow_mut().pop_front();
            heard.into_iter().for_each(|heard| self.port.receive(heard));
        }
    }
}

unsafe extern "C" fn deliver(opaque: *mut c_void, bytes: *const u8, len: usize) {
    // SAFETY: `opaque` is the `Receiving` of `open`, the big lock is held, and `len` bytes are there.
    let (receiving, bytes) =
        unsafe { (&*opaque.cast::<Receiving>(), std::slice::from_raw_parts(bytes, len)) };
    if bytes.is_empty() {
        return receiving.flush();
    }
    match FromLine::read(bytes) {
        Ok(said) => receiving.with_end(|end, out| end.arrives(now_ns(), said, out)),
        Err(why) => fatal("virtmcu uart", &why),
    }
}

unsafe extern "C" fn due(opaque: *mut c_void) {
    // SAFETY: as above.
    let receiving = unsafe { &*opaque.cast::<Receiving>() };
    // It is not set any more.
    receiving.due_ns.set(None);
    receiving.with_end(|end, out| end.due(now_ns(), out));
}
