// SPDX-License-Identifier: GPL-2.0-or-later
// A device to copy: a blinker, which no chip has. While CR.EN is set its lamp changes every PERIOD microseconds; each change
// sets SR.CHANGED, raises the interrupt if CR.IE is set, and stores the number of changes at the address in TALLY. While the
// line `hold` is high the lamp stays as it is. docs/write-a-device.md says what to change; a real device names its manual here.
#include "qemu/osdep.h"

#include "exec/cpu-common.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qapi/qapi-commands-control.h"
#include "qemu/module.h"
#include "qemu/timer.h"

#define TYPE_BLINKER "example-blinker-c"
OBJECT_DECLARE_SIMPLE_TYPE(Blinker, BLINKER)

// The table of registers: what the guest may change of each, what it holds after a reset, and the width that it takes.
enum { CR, SR, PERIOD, TALLY, REGISTERS };

static const struct {
    const char *name;
    hwaddr offset;
    uint32_t reset, rw, rc_w1; // rc_w1: bits that writing 1 clears
    unsigned bytes;            // 0: any width
} table[REGISTERS] = {
    [CR] = {"CR", 0x00, 0, 0x3, 0, 0},
    [SR] = {"SR", 0x04, 0, 0, 0x1, 4},
    [PERIOD] = {"PERIOD", 0x08, 1000, 0xfffff, 0, 4},
    [TALLY] = {"TALLY", 0x0c, 0, 0xfffffffc, 0, 4},
};

#define SIZE 0x1000
#define CR_EN (1U << 0)
#define CR_IE (1U << 1)
#define SR_CHANGED (1U << 0)

struct Blinker {
    SysBusDevice parent;
    MemoryRegion region;
    qemu_irq irq, lamp;
    QEMUTimer timer;
    // From here on all is saved and restored, by the description below.
    uint32_t values[REGISTERS];
    uint32_t changes;
    int64_t due_ns;
    bool is_lit, is_held;
    // But this: what was told already.
    bool is_told[REGISTERS + 1];
};

// What the guest does and the device does not have is told, once for each place, and never ignored: virtmcu shows it when the
// run has ended.
static void report(Blinker *s, int place, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void report(Blinker *s, int place, const char *format, ...)
{
    if (s->is_told[place]) {
        return;
    }
    s->is_told[place] = true;
    g_autofree char *path = object_get_canonical_path(OBJECT(s));
    va_list more;
    va_start(more, format);
    g_autofree char *text = g_strdup_vprintf(format, more);
    va_end(more);
    fprintf(stderr, "virtmcu: %s: %s (at %" PRId64 " ns)\n", path, text, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

static void drive(Blinker *s)
{
    qemu_set_irq(s->irq, (s->values[CR] & CR_IE) && (s->values[SR] & SR_CHANGED));
}

// Virtual time is the only time there is. After a change it counts on from when that was due, not from the end of the
// instruction after it: so no delay adds up.
static void wait_from(Blinker *s, int64_t from_ns)
{
    if (s->values[PERIOD] == 0) {
        report(s, PERIOD, "BLINKER_PERIOD is 0: the lamp stays as it is");
        return;
    }
    s->due_ns = from_ns + s->values[PERIOD] * INT64_C(1000);
    timer_mod_ns(&s->timer, s->due_ns);
}

static void timer_due(void *opaque)
{
    Blinker *s = opaque;
    if (!s->is_held) {
        s->is_lit = !s->is_lit;
        s->changes++;
        s->values[SR] |= SR_CHANGED;
        qemu_set_irq(s->lamp, s->is_lit);
        uint32_t stored = cpu_to_le32(s->changes);
        if (s->values[TALLY]) {
            cpu_physical_memory_write(s->values[TALLY], &stored, sizeof(stored));
        }
    }
    wait_from(s, s->due_ns);
    drive(s);
}

// The register at an offset; bytes inside of one belong to it.
static int find(Blinker *s, hwaddr offset, unsigned bytes, const char *access)
{
    for (int i = 0; i < REGISTERS; i++) {
        if (offset / 4 == table[i].offset / 4) {
            if (table[i].bytes && bytes != table[i].bytes) {
                report(s, i, "%s of %u bytes to BLINKER_%s, which takes %u", access, bytes, table[i].name, table[i].bytes);
            }
            return i;
        }
    }
    report(s, REGISTERS, "%s of %u bytes at BLINKER+0x%02" HWADDR_PRIx ", where it has no register", access, bytes, offset);
    return -1;
}

static uint64_t read_register(void *opaque, hwaddr offset, unsigned bytes)
{
    Blinker *s = opaque;
    int i = find(s, offset, bytes, "read");
    return i < 0 ? 0 : s->values[i] >> (offset % 4 * 8);
}

static void write_register(void *opaque, hwaddr offset, uint64_t value, unsigned bytes)
{
    Blinker *s = opaque;
    int i = find(s, offset, bytes, "write");
    if (i < 0) {
        return;
    }
    uint32_t before = s->values[i], lanes = (bytes < 4 ? (1U << bytes * 8) - 1 : UINT32_MAX) << (offset % 4 * 8);
    uint32_t written = (uint32_t)value << (offset % 4 * 8);
    uint32_t stored = table[i].rw & lanes;
    s->values[i] = ((before & ~stored) | (written & stored)) & ~(written & lanes & table[i].rc_w1);
    if (i == CR && (before ^ s->values[CR]) & CR_EN) {
        if (before & CR_EN) {
            timer_del(&s->timer);
        } else {
            wait_from(s, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
        }
    }
    drive(s);
}

static const MemoryRegionOps ops = {
    .read = read_register,
    .write = write_register,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {.min_access_size = 1, .max_access_size = 4},
    .impl = {.min_access_size = 1, .max_access_size = 4},
};

static void hold(void *opaque, int number, int level)
{
    BLINKER(opaque)->is_held = level;
}

static void reset_hold(Object *object, ResetType type)
{
    Blinker *s = BLINKER(object);
    for (int i = 0; i < REGISTERS; i++) {
        s->values[i] = table[i].reset;
    }
    s->changes = 0;
    s->is_lit = false;
    timer_del(&s->timer);
    qemu_set_irq(s->lamp, false);
    drive(s);
}

static void init(Object *object)
{
    Blinker *s = BLINKER(object);
    memory_region_init_io(&s->region, object, &ops, s, "blinker", SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(object), &s->region);
    sysbus_init_irq(SYS_BUS_DEVICE(object), &s->irq);
    qdev_init_gpio_out_named(DEVICE(object), &s->lamp, "lamp", 1);
    qdev_init_gpio_in_named(DEVICE(object), hold, "hold", 1);
    timer_init_ns(&s->timer, QEMU_CLOCK_VIRTUAL, timer_due, s);
}

static const VMStateDescription saved = {
    .name = TYPE_BLINKER,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32_ARRAY(values, Blinker, REGISTERS),
            VMSTATE_UINT32(changes, Blinker),
            VMSTATE_INT64(due_ns, Blinker),
            VMSTATE_BOOL(is_lit, Blinker),
            VMSTATE_BOOL(is_held, Blinker),
            VMSTATE_TIMER(timer, Blinker),
            VMSTATE_END_OF_LIST(),
        },
};

static void class_init(ObjectClass *class, const void *data)
{
    DEVICE_CLASS(class)->desc = "a blinker, to copy";
    DEVICE_CLASS(class)->vmsd = &saved;
    RESETTABLE_CLASS(class)->phases.hold = reset_hold;
}

static const TypeInfo blinker = {
    .name = TYPE_BLINKER,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(Blinker),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&blinker);
}

// What QEMU calls after it has loaded this file. Structures differ from one QEMU to the next: another one is refused.
void qemu_module_main(const char *options);
void qemu_module_main(const char *options)
{
    g_autoptr(VersionInfo) version = qmp_query_version(NULL);
    VersionTriple *runs = version->qemu;
    if (runs->major != QEMU_VERSION_MAJOR || runs->minor != QEMU_VERSION_MINOR || runs->micro != QEMU_VERSION_MICRO) {
        fprintf(stderr, TYPE_BLINKER ": built for QEMU " QEMU_VERSION ", loaded into %" PRId64 ".%" PRId64 ".%" PRId64 ": build it again\n",
                runs->major, runs->minor, runs->micro);
        exit(1);
    }
    register_module_init(register_types, MODULE_INIT_QOM);
}
