/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of QEMU the crate `qom` sees: //tools/bindgen turns these headers, and what they include of QEMU, into Rust. */

/* For machines, not for programs of Linux: `TCGCPUOps` depends on it. */
#define COMPILING_SYSTEM_VS_USER
#include "qemu/osdep.h"

#include "accel/tcg/cpu-ops.h"
#include "chardev/char-fe.h"
#include "chardev/char.h"
#include "exec/cpu-common.h"
#include "exec/gdbstub.h"
#include "hw/boards.h"
#include "hw/clock.h"
#include "hw/core/cpu.h"
#include "hw/i2c/i2c.h"
#include "hw/irq.h"
#include "hw/loader.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties-system.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "hw/ssi/ssi.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "net/net.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-control.h"
#include "qemu/madvise.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/notify.h"
#include "qemu/timer.h"
#include "qobject/qjson.h"
#include "qom/object.h"
#include "qom/qom-qobject.h"
#include "system/cpus.h"
#include "system/icount-gate.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "system/system.h"

/* QEMU 10.0 keeps these in other places. */
#if __has_include("accel/accel-cpu-ops.h")
#include "accel/accel-cpu-ops.h"
#else
#include "system/accel-ops.h"
#endif
#if __has_include("system/address-spaces.h")
#include "system/address-spaces.h"
#else
#include "exec/address-spaces.h"
#endif
#if __has_include("exec/icount.h")
#include "exec/icount.h"
#else
#include "system/cpu-timers.h"
#endif
