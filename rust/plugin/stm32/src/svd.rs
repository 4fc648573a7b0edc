// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables compared with ST's SVD files.

use crate::*;
use ::svd::{Described, Deviation};

const F1: &str = "STM32F103xx.svd";
const F4: &str = "STM32F41x.svd";
const F42: &str = "STM32F429x.svd";
const L4: &str = "STM32L4x5.svd";

const DEVICES: &[Described] = &[
    Described::new::<bxcan::Master>(&[(F4, "CAN1"), (F42, "CAN1")]),
    Described::new::<bxcan::Single>(&[(F1, "CAN")]),
    Described::new::<bxcan::Slave>(&[(F4, "CAN2"), (F42, "CAN2")]),
    Described::new::<crc::Fixed>(&[(F1, "CRC"), (F4, "CRC")]),
    Described::new::<crc::Programmable>(&[(L4, "CRC")]),
    Described::new::<dbgmcu::Dbgmcu>(&[(F1, "DBG"), (F4, "DBG"), (L4, "DBGMCU")]),
    Described::new::<dma::F1>(&[(F1, "DMA1")]),
    Described::new::<dma::F4>(&[(F4, "DMA1")]),
    Described::new::<dma::L4>(&[(L4, "DMA1")]),
    Described::new::<eth::Eth>(&[
        (F42, "Ethernet_MAC"),
        (F42, "Ethernet_MMC"),
        (F42, "Ethernet_PTP"),
        (F42, "Ethernet_DMA"),
    ])
    .at(&[0, 0x100, 0x700, 0x1000]),
    Described::new::<exti::F1>(&[(F1, "EXTI")]),
    Described::new::<exti::F4>(&[(F4, "EXTI")]),
    Described::new::<exti::L4>(&[(L4, "EXTI")]),
    Described::new::<flash::F1>(&[(F1, "FLASH")]),
    Described::new::<flash::F4>(&[(F4, "FLASH"), (F42, "FLASH")]),
    Described::new::<flash::L4>(&[(L4, "FLASH")]),
    Described::new::<gpio::F1>(&[(F1, "GPIOA")]),
    Described::new::<gpio::F4>(&[(F4, "GPIOC")]),
    Described::new::<gpio::L4>(&[(L4, "GPIOC"), (L4, "GPIOD")]),
    Described::new::<i2c::First>(&[(F1, "I2C1"), (F4, "I2C1")]),
    Described::new::<i2c::Second>(&[(L4, "I2C1")]),
    Described::new::<iwdg::Iwdg>(&[(F1, "IWDG"), (F4, "IWDG")]),
    Described::new::<iwdg::Windowed>(&[(L4, "IWDG")]),
    Described::new::<pwr::F1>(&[(F1, "PWR")]),
    Described::new::<pwr::F4>(&[(F4, "PWR"), (F42, "PWR")]),
    Described::new::<pwr::L4>(&[(L4, "PWR")]),
    Described::new::<rcc::f1::Rcc>(&[(F1, "RCC")]),
    Described::new::<rcc::f4::Rcc>(&[(F4, "RCC"), (F42, "RCC")]),
    Described::new::<rcc::l4::Rcc>(&[(L4, "RCC")]),
    Described::new::<rng::Rng>(&[(F4, "RNG"), (L4, "RNG")]),
    Described::new::<spi::Buffered>(&[(L4, "SPI1")]),
    Described::new::<spi::Plain>(&[(F1, "SPI1"), (F4, "SPI1")]),
    Described::new::<syscfg::F1>(&[(F1, "AFIO")]),
    Described::new::<syscfg::F4>(&[(F4, "SYSCFG"), (F42, "SYSCFG")]),
    Described::new::<syscfg::L4>(&[(L4, "SYSCFG")]),
    Described::new::<tim::Wide>(&[(F4, "TIM2"), (L4, "TIM2")]),
    Described::new::<tim::General>(&[(F1, "TIM3"), (F4, "TIM3"), (L4, "TIM3")]),
    Described::new::<tim::Basic>(&[(F1, "TIM6"), (F4, "TIM6"), (L4, "TIM6")]),
    Described::new::<tim::Advanced>(&[(F1, "TIM1"), (F4, "TIM1"), (L4, "TIM1")]),
    Described::new::<tim::Break>(&[(L4, "TIM15"), (L4, "TIM16"), (L4, "TIM17")]),
    Described::new::<usart::First>(&[(F1, "USART1"), (F4, "USART1")]),
    Described::new::<usart::LowPower>(&[(L4, "LPUART1")]),
    Described::new::<usart::Second>(&[(L4, "USART1")]),
];

/// Models of one table for the members of a family, of which the file describes one.
const FAMILY: &str = "another member of the family has it, by the reference manual";
const ONE_TIMER: &str = "one model for the timers of all families, which have more or less of it";
const FACTORY: &str = "what the factory programs into the option bytes, or what they are when erased";
const READS_0: &str = "a bit that clears another one and reads as 0, by the reference manual";
const FLAGS: &str = "a flag that only RMVF clears, by the reference manual";
const SETS: &str = "a lock that reads back what was set, by the reference manual";
const WRONG: &str = "a mistake of the file: the reference manual says otherwise";

const MASTERS: &str = "the first of two has the filters of both";

const DEVIATIONS: &[Deviation] = &[
    ("stm32-bxcan", &["MCR: resets", "MSR: resets", "TSR: resets", "BTR: resets", "FMR: resets"], WRONG),
    ("stm32-bxcan-master", &["BTR: resets"], WRONG),
    ("stm32-bxcan-slave", &["BTR: resets"], WRONG),
    ("stm32-bxcan-slave", &["F"], MASTERS),
    (
        "stm32-dbgmcu",
        &["CR:", "APB1_FZ:", "APB2_FZ:", "APB2FZR:"],
        "one model for all families, which stores what it is told",
    ),
    (
        "stm32f4-eth",
        &["MACFFR: bits 0x400", "MACA0HR: resets", "MACALR[1]: bits", "MMCTIMR: bits", "DMABMR: resets"],
        WRONG,
    ),
    (
        "stm32f4-eth",
        &["MACSR: bits 0x200", "MMCRIR: bits", "MACPMTCSR: bits 0x60"],
        "flags that nothing here sets",
    ),
    ("stm32f4-eth", &["DMAMFBOCR: bits"], "counters that reading clears, by the reference manual"),
    ("stm32-i2c-v1", &["OAR1: bits 0x4000"], "a bit that software is to keep at 1, by the reference manual"),
    ("stm32-i2c-v1", &["FLTR: is not"], FAMILY),
    ("stm32-spi", &["I2SPR: resets"], WRONG),
    ("stm32-spi-fifo", &["CR2: resets"], WRONG),
    ("stm32f4-dma", &["IFCR: bits 0xf7d0f7d"], READS_0),
    ("stm32f4-dma", &["SCR[1 2 3 4 5 6 7]: bits 0x100000"], WRONG),
    ("stm32-rng", &["CR: bits 0x20"], FAMILY),
    ("stm32f4-flash", &["ACR: bits 0x8", "SR: bits 0x100", "OPTCR: bits 0xc0000010"], FAMILY),
    ("stm32f4-flash", &["ACR: bits 0x800 can be read"], WRONG),
    ("stm32l4-flash", &["OPTR: bits 0xc000000"], FAMILY),
    ("stm32l4-flash", &["OPTR: resets", "PCROP1", "PCROP2SR: resets", "WRP"], FACTORY),
    ("stm32l4-gpio", &["MODER: resets"], WRONG),
    (
        "stm32l4-gpio",
        &["BRR: is not", "ASCR: is not"],
        "the file lacks it; RM0351, 8.4.11 and 8.4.12, has it",
    ),
    ("stm32f1-pwr", &["CR: bits 0xc cannot be read"], READS_0),
    ("stm32f4-pwr", &["CR: bits 0xc cannot be read"], READS_0),
    ("stm32f4-pwr", &["CR: bits 0x2000"], FAMILY),
    ("stm32f4-pwr", &["CR: resets", "CSR: bits 0x4000"], WRONG),
    ("stm32l4-pwr", &["PUCR[7]: bits 0xfffc", "PDCR[7]: bits 0xfffc"], FAMILY),
    ("stm32f1-rcc", &["APB1RSTR:", "APB2RSTR:", "APB1ENR:", "APB2ENR:", "CFGR2:"], FAMILY),
    ("stm32f1-rcc", &["CSR: bits 0x1000000 cannot be read"], READS_0),
    ("stm32f1-rcc", &["CSR: bits 0xfc000000"], FLAGS),
    ("stm32f4-rcc", &["CR: bits 0x10000000", "BDCR:", "PLLSAICFGR:", "DCKCFGR:"], FAMILY),
    ("stm32f4-rcc", &["CIR: bits 0x404000"], "the interrupt of PLLSAI, which only some of the family have"),
    ("stm32f4-rcc", &["CSR: bits 0x1000000 cannot be read"], READS_0),
    ("stm32f4-rcc", &["CSR: bits 0xfe000000"], FLAGS),
    ("stm32l4-rcc", &["ICSCR:", "PLL", "CIER:", "CICR:", "CRRCR:", "CCIPR2:"], FAMILY),
    ("stm32l4-rcc", &["AHB1RSTR: bits 0x21000", "AHB1ENR: bits 0x21000", "AHB1SMENR: bits 0x21000"], FAMILY),
    ("stm32l4-rcc", &["AHB2", "APB1"], FAMILY),
    ("stm32l4-rcc", &["AHB1RSTR: bits 0x800", "AHB1ENR: bits 0x800", "AHB1SMENR: bits 0x800"], WRONG),
    ("stm32l4-rcc", &["CFGR: bits 0x78000000", "CR: bits 0x80008"], WRONG),
    ("stm32l4-rcc", &["CSR: bits 0x800000 cannot be read"], READS_0),
    ("stm32f1-afio", &["MAPR2: bits 0x381f"], FAMILY),
    ("stm32f4-syscfg", &["CMPCR: bits 0x1"], WRONG),
    ("stm32l4-syscfg", &["MEMRMP: bits 0x8"], WRONG),
    ("stm32l4-syscfg", &["CFGR2: bits 0xf", "SWPR: bits"], SETS),
    ("stm32-tim32", &["CR1:", "SMCR:", "DIER:", "CCMR:", "OR1:", "OR2:"], ONE_TIMER),
    ("stm32-tim32", &["ARR: resets"], WRONG),
    ("stm32-tim16", &["CR1:", "SMCR:", "DIER:", "CCMR:", "OR1:", "OR2:"], ONE_TIMER),
    (
        "stm32-tim16",
        &["CNT: bits", "CCR: bits", "ARR: bits"],
        "the file of the L4 has the upper half of TIM2's",
    ),
    ("stm32-tim16", &["ARR: resets"], WRONG),
    ("stm32-tim-basic", &["CR1:"], ONE_TIMER),
    ("stm32-tim-break", &["CR2:", "SMCR:", "DIER:", "SR:", "EGR:", "CCMR:", "CCER:", "CCR[1]:"], ONE_TIMER),
    ("stm32-tim-break", &["OR1:", "OR2:"], ONE_TIMER),
    ("stm32-tim-break", &["ARR: resets"], WRONG),
    ("stm32-tim-basic", &["ARR: resets"], WRONG),
    ("stm32-tim-advanced", &["CR1:", "SMCR:", "CCMR:", "OR1:", "OR2:"], ONE_TIMER),
    ("stm32-tim-advanced", &["ARR: resets"], WRONG),
    (
        "stm32-tim-advanced",
        &["CCMR3_Output:", "CCR5:", "CCR6:", "OR3:"],
        "channels 5 and 6 of the L4 are not modelled",
    ),
    ("stm32-lpuart", &["CR2: bits 0x800"], WRONG),
    ("stm32-usart-v2", &["CR3:"], FAMILY),
];

/// No file has the device signature, which is numbers that ST writes into each chip; none that the tests have describes an STM32G4.
const UNDESCRIBED: [&str; 6] =
    ["flash::G4", "pwr::G4", "rcc::g4::Rcc", "signature::F1", "signature::F4", "signature::L4"];

#[test]
fn registers_are_the_vendors() {
    let differences = ::svd::compare(DEVICES, DEVIATIONS).unwrap_or_else(|error| panic!("{error}"));
    assert!(differences.is_empty(), "{differences}");
    assert_eq!(::svd::forgotten(include_str!("lib.rs"), include_str!("svd.rs")), UNDESCRIBED);
}
