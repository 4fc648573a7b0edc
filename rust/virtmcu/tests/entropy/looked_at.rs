// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the boards are made of, and what the sources of each part say: whether it does something later, on which thread, and
//! by which clock. Whatever QEMU's main loop or another thread does, it does at a time of the host.

/// Parts of one kind.
pub struct Part {
    /// Their types, as QEMU names them.
    pub types: &'static [&'static str],
    /// Where QEMU has them.
    pub source: &'static str,
    /// How they do what they do later.
    pub later: Later,
}

/// When a part does something that is not done within the guest's own access to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// It has nothing to do then.
    Never,
    /// At a time of the virtual clock, on the vCPU's thread (`timer_new` or `ptimer_init` with `QEMU_CLOCK_VIRTUAL`).
    VirtualTimer,
    /// It resets the machine when the guest says so. The main loop does that; the vCPU that asked stands until then, and no
    /// virtual time passes.
    Reset,
    /// The same at a virtual time. It is the vCPU that ran last that stands: with several, another one might go on.
    TimedReset,
    /// The main loop would, if something were joined to it that `-nodefaults`, `-nic none` and our own character
    /// devices keep away: the name of it.
    OnlyWith(&'static str),
}

use Later::{Never, OnlyWith, Reset, TimedReset, VirtualTimer};

/// The series whose sources were read. 10.0.13 differs from 10.2.2 in none of this.
pub const LOOKED_AT_IN: &[&str] = &["10.0.13", "10.2.2"];

const fn part(types: &'static [&'static str], source: &'static str, later: Later) -> Part {
    Part { types, source, later }
}

/// All that was looked at.
pub const LOOKED_AT: &[Part] = &[
    // What machines are put together from.
    part(
        &["container", "System", "irq", "or-irq", "split-irq"],
        "qom/container.c, hw/core/irq.c, hw/core/or-irq.c, hw/core/split-irq.c",
        Never,
    ),
    part(
        &["memory-region", "memory-backend-ram", "unimplemented-device"],
        "system/memory.c, hw/misc/unimp.c",
        Never,
    ),
    part(&["ARM-bitband-memory"], "hw/arm/armv7m.c", Never),
    part(&["clock"], "hw/core/clock.c", Never),
    part(
        &[
            "mps2-an385-machine",
            "mps2-an386-machine",
            "mps2-an500-machine",
            "mps2-an505-machine",
            "mps3-an547-machine",
            "sifive_e-machine",
            "virt-machine",
        ],
        "hw/arm/mps2.c, hw/arm/mps2-tz.c, hw/riscv/sifive_e.c, hw/riscv/virt.c",
        Never,
    ),
    part(&["armv7m", "riscv.hart_array", "riscv.sifive.e.soc"], "hw/arm/armv7m.c, hw/riscv/", Never),
    part(&["iotkit", "sse-300", "cpu-cluster"], "hw/arm/armsse.c, hw/cpu/cluster.c", Never),
    // CPUs. Their work on each other (TLBs, translated blocks) is queued by the guest and done between two instructions.
    // Counters of cycles and instructions are the virtual clock's with -icount, and the host's TSC without.
    part(
        &[
            "cortex-m0-arm-cpu",
            "cortex-m3-arm-cpu",
            "cortex-m33-arm-cpu",
            "cortex-m4-arm-cpu",
            "cortex-m55-arm-cpu",
            "cortex-m7-arm-cpu",
        ],
        "target/arm/",
        Never,
    ),
    // Generic timers, the counters of the performance monitors. PSCI: a reset or an end of the run that the guest asks for is the
    // main loop's, while the vCPU stands; a core that another one switches on does so between two instructions.
    part(
        &["cortex-a15-arm-cpu", "cortex-a53-arm-cpu", "cortex-r5f-arm-cpu"],
        "target/arm/, target/arm/tcg/psci.c",
        VirtualTimer,
    ),
    part(&["rv32-riscv-cpu", "rv64-riscv-cpu", "sifive-e31-riscv-cpu"], "target/riscv/", VirtualTimer),
    part(&["armv7m_nvic"], "hw/intc/armv7m_nvic.c: SYSRESETREQ", Reset),
    part(&["armv7m-ras"], "hw/misc/armv7m_ras.c", Never),
    // Two worlds: who may access what. A guard that lets a page through makes the vCPU forget its translations, within the
    // guest's own store.
    part(
        &["tz-mpc", "tz-mpc-iommu-memory-region", "tz-msc", "tz-ppc", "virtmcu-sse-idau"],
        "hw/misc/tz-mpc.c, hw/misc/tz-msc.c, hw/misc/tz-ppc.c, rust/qom/src/idau.rs",
        Never,
    ),
    part(
        &["armsse-cpu-pwrctrl", "armsse-cpuid", "armsse-mhu", "iotkit-secctl", "iotkit-sysinfo"],
        "hw/misc/armsse-*.c, hw/misc/iotkit-secctl.c, hw/misc/iotkit-sysinfo.c",
        Never,
    ),
    part(&["iotkit-sysctl"], "hw/misc/iotkit-sysctl.c: SWRESET", Reset),
    part(&["sse-counter"], "hw/timer/sse-counter.c: read from the virtual clock", Never),
    part(&["sse-timer"], "hw/timer/sse-timer.c", VirtualTimer),
    part(&["pl081"], "hw/dma/pl080.c: transfers end within the access", Never),
    part(&["riscv.sifive.plic", "riscv.aclint.swi"], "hw/intc/sifive_plic.c, hw/intc/riscv_aclint.c", Never),
    part(
        &["arm_gic", "arm-gicv3"],
        "hw/intc/arm_gic.c, hw/intc/arm_gicv3*.c: no LPIs, whose tables are read from memory within the access",
        Never,
    ),
    // Timers.
    part(&["armv7m_systick"], "hw/timer/armv7m_systick.c", VirtualTimer),
    part(&["cmsdk-apb-timer", "cmsdk-apb-dualtimer"], "hw/timer/cmsdk-apb-*.c", VirtualTimer),
    part(&["riscv.aclint.mtimer"], "hw/intc/riscv_aclint.c", VirtualTimer),
    part(&["mps2-fpgaio"], "hw/misc/mps2-fpgaio.c: counters, read from the virtual clock", Never),
    part(&["pl031"], "hw/rtc/pl031.c: the clock of -rtc clock=vm", VirtualTimer),
    part(&["goldfish_rtc"], "hw/rtc/goldfish_rtc.c: the clock of -rtc clock=vm", VirtualTimer),
    part(&["cmsdk-apb-watchdog"], "hw/watchdog/cmsdk-apb-watchdog.c", TimedReset),
    part(&["riscv.sifive.e.aon"], "hw/misc/sifive_e_aon.c", TimedReset),
    part(&["riscv.sifive.test"], "hw/misc/sifive_test.c", Reset),
    // UARTs wait for a character device that takes no more. Ours takes all, and offers nothing to wait for.
    part(
        &["cadence_uart", "cmsdk-apb-uart", "pl011", "serial", "serial-mm", "riscv.sifive.uart"],
        "hw/char/cadence_uart.c, cmsdk-apb-uart.c, pl011.c, serial.c, sifive_uart.c (and virtual timers)",
        OnlyWith("a host's character device"),
    ),
    part(&["chardev-virtmcu-uart"], "rust/plugin/uart", Never),
    part(&["stellaris-gptm"], "hw/timer/stellaris-gptm.c", VirtualTimer),
    part(
        &["stellaris-sys", "pl061", "pl061_luminary", "pl011_luminary"],
        "hw/arm/stellaris.c, hw/gpio/pl061.c, hw/char/pl011.c",
        Never,
    ),
    part(&["virtmcu-machine", "virtmcu-armv7m-dwt"], "rust/plugin/machine", Never),
    part(&["virtmcu-cmsdk-gpio"], "rust/plugin/arm/src/gpio.rs, rust/qom/src/device.rs", Never),
    part(
        &[
            "virtmcu-stm32-crc",
            "virtmcu-stm32-dbgmcu",
            "virtmcu-stm32f1-afio",
            "virtmcu-stm32f1-exti",
            "virtmcu-stm32f1-flash",
            "virtmcu-stm32f1-gpio",
            "virtmcu-stm32f1-pwr",
            "virtmcu-stm32f1-signature",
            "virtmcu-stm32f4-eth",
            "virtmcu-stm32f4-exti",
            "virtmcu-stm32f4-flash",
            "virtmcu-stm32f4-gpio",
            "virtmcu-stm32f4-pwr",
            "virtmcu-stm32f4-signature",
            "virtmcu-stm32f4-syscfg",
            "virtmcu-stm32g4-flash",
            "virtmcu-stm32g4-pwr",
            "virtmcu-stm32l4-crc",
            "virtmcu-stm32l4-exti",
            "virtmcu-stm32l4-flash",
            "virtmcu-stm32l4-gpio",
            "virtmcu-stm32l4-pwr",
            "virtmcu-stm32l4-signature",
            "virtmcu-stm32l4-syscfg",
        ],
        "rust/plugin/stm32, rust/qom/src/device.rs",
        Never,
    ),
    part(
        &["virtmcu-stm32f1-rcc", "virtmcu-stm32f4-rcc", "virtmcu-stm32g4-rcc", "virtmcu-stm32l4-rcc"],
        "rust/plugin/stm32/src/rcc.rs",
        Never,
    ),
    part(
        &[
            "virtmcu-stm32-bxcan",
            "virtmcu-stm32-bxcan-master",
            "virtmcu-stm32-bxcan-slave",
            "virtmcu-stm32-i2c-v1",
            "virtmcu-stm32-i2c-v2",
            "virtmcu-stm32-lpuart",
            "virtmcu-stm32-rng",
            "virtmcu-stm32-spi",
            "virtmcu-stm32-spi-fifo",
            "virtmcu-stm32f1-dma",
            "virtmcu-stm32f4-dma",
            "virtmcu-stm32l4-dma",
            "virtmcu-stm32-tim-advanced",
            "virtmcu-stm32-tim-basic",
            "virtmcu-stm32-tim-break",
            "virtmcu-stm32-tim16",
            "virtmcu-stm32-tim32",
            "virtmcu-stm32-usart-v1",
            "virtmcu-stm32-usart-v2",
        ],
        "rust/plugin/stm32, rust/qom/src/device.rs",
        VirtualTimer,
    ),
    part(&["virtmcu-stm32-iwdg", "virtmcu-stm32-iwdg-window"], "rust/plugin/stm32/src/iwdg.rs", TimedReset),
    part(
        &[
            "virtmcu-nrf51-clock",
            "virtmcu-nrf52-clock",
            "virtmcu-nrf-egu",
            "virtmcu-nrf-gpio",
            "virtmcu-nrf-gpiote",
            "virtmcu-nrf51-ficr",
            "virtmcu-nrf51-rom-table",
            "virtmcu-nrf52832-ficr",
            "virtmcu-nrf52832-rom-table",
            "virtmcu-nrf52840-ficr",
        ],
        "rust/plugin/nrf, rust/qom/src/device.rs",
        Never,
    ),
    part(
        &[
            "virtmcu-nrf-ecb",
            "virtmcu-nrf-nvmc",
            "virtmcu-nrf-ppi",
            "virtmcu-nrf-rng",
            "virtmcu-nrf-rtc",
            "virtmcu-nrf-temp",
            "virtmcu-nrf-timer",
            "virtmcu-nrf-twi-spi",
            "virtmcu-nrf51-uart",
            "virtmcu-nrf52-radio",
            "virtmcu-nrf52-uarte",
        ],
        "rust/plugin/nrf, rust/qom/src/device.rs; RNG's numbers are those of a seed",
        VirtualTimer,
    ),
    part(
        &[
            "virtmcu-kinetis-gpio",
            "virtmcu-kinetis-port",
            "virtmcu-s32k1-clock",
            "virtmcu-s32k1-eim",
            "virtmcu-s32k1-erm",
            "virtmcu-s32k1-mpu",
            "virtmcu-s32k1-mscm",
            "virtmcu-s32k1-pmc",
            "virtmcu-s32k1-rcm",
            "virtmcu-s32k1-sim",
            "virtmcu-s32k1-smc",
        ],
        "rust/plugin/s32k, rust/qom/src/device.rs",
        Never,
    ),
    part(
        &[
            "virtmcu-nxp-lpuart",
            "virtmcu-s32k1-flexcan",
            "virtmcu-s32k1-flexcan-fd",
            "virtmcu-s32k1-ftfc",
            "virtmcu-s32k1-ftm",
            "virtmcu-s32k1-lpit",
            "virtmcu-s32k1-lptmr",
        ],
        "rust/plugin/s32k, rust/qom/src/device.rs",
        VirtualTimer,
    ),
    part(
        &["virtmcu-bosch-m-can", "virtmcu-stm32-fdcan"],
        "rust/plugin/bosch, rust/qom/src/device.rs",
        VirtualTimer,
    ),
    part(&["virtmcu-s32k1-wdog"], "rust/plugin/s32k/src/wdog.rs", TimedReset),
    part(&["virtmcu-nrf-wdt"], "rust/plugin/nrf/src/wdt.rs", TimedReset),
    part(&["virtmcu-xilinx-ttc"], "rust/plugin/xilinx/src/ttc.rs", VirtualTimer),
    part(
        &["virtmcu-zynq-can"],
        "rust/plugin/xilinx/src/can.rs: all within the access or the delivery",
        Never,
    ),
    part(&["xlnx.zynqmp-can"], "hw/net/can/xlnx-zynqmp-can.c: ptimer", VirtualTimer),
    part(&["qemu-register-array"], "hw/core/register.c: all within the access", Never),
    part(&["can-bus"], "net/can/can_core.c: all within the access or the delivery", Never),
    // The monitor, which asks and is answered, and changes nothing.
    part(&["chardev-socket"], "chardev/char-socket.c", OnlyWith("the host's program")),
    // Buses, what sits on them, and devices that nothing is joined to.
    part(
        &["SSI", "pl022", "sifive.spi"],
        "hw/ssi/ssi.c, hw/ssi/pl022.c, hw/ssi/sifive_spi.c: transfers end within the access",
        Never,
    ),
    part(&["stellaris-i2c"], "hw/arm/stellaris.c: transfers end within the access", Never),
    part(&["tmp105", "lsm303dlhc_mag"], "hw/sensor/: they measure what they are told", Never),
    part(&["ds1338"], "hw/rtc/ds1338.c: the clock of -rtc clock=vm, when it is read", Never),
    part(&["at24c-eeprom"], "hw/nvram/eeprom_at24c.c: in memory", OnlyWith("a drive")),
    part(
        &["gd25q32", "mx25l12805d", "n25q128a13", "w25q32", "w25q64"],
        "hw/block/m25p80.c: in memory",
        OnlyWith("a drive"),
    ),
    part(&["i2c-bus", "versatile_i2c"], "hw/i2c/core.c, hw/i2c/arm_sbcon_i2c.c", OnlyWith("a second master")),
    // They send and receive within the access, or the delivery, and what waits for room waits in QEMU's queue, which the guest's own
    // access empties. `net/net.c` wakes the main loop then, which has nothing to do.
    part(&["lan9118", "lan9118-phy"], "hw/net/lan9118.c, hw/net/lan9118_phy.c: ptimer", VirtualTimer),
    part(&["stellaris_enet"], "hw/net/stellaris_enet.c", Never),
    part(&["cadence_gem"], "hw/net/cadence_gem.c: DMA within the access or the delivery", Never),
    part(&["imx.enet", "imx.fec"], "hw/net/imx_fec.c: DMA within the access or the delivery", Never),
    part(&["PCIE", "gpex-pcihost", "gpex-root"], "hw/pci-host/gpex.c, hw/pci/", OnlyWith("a PCI device")),
    part(&["virtio-mmio", "virtio-mmio-bus"], "hw/virtio/virtio-mmio.c", OnlyWith("a virtio device")),
    part(&["platform-bus-device"], "hw/core/platform-bus.c", OnlyWith("a dynamic device")),
    part(&["cfi.pflash01"], "hw/block/pflash_cfi01.c: in memory", OnlyWith("a drive")),
    part(&["fw_cfg_mem"], "hw/nvram/fw_cfg.c: DMA ends within the access", Never),
    // Switches and lamps.
    part(
        &["mps2-scc", "led", "riscv.sifive.e.prci", "sifive_soc.gpio"],
        "hw/misc/, hw/gpio/sifive_gpio.c",
        Never,
    ),
];
