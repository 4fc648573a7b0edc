// SPDX-License-Identifier: Apache-2.0 OR MIT
// How FreeRTOS is built for the demonstration: everything static, a tick of 1 ms.
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configUSE_PREEMPTION 1
#define configUSE_TIME_SLICING 1
#define configUSE_IDLE_HOOK 0
#define configUSE_TICK_HOOK 0
#define configTICK_RATE_HZ 1000
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS
#define configMAX_PRIORITIES 4
#define configMINIMAL_STACK_SIZE 128
#define configMAX_TASK_NAME_LEN 8
#define configSUPPORT_STATIC_ALLOCATION 1
#define configSUPPORT_DYNAMIC_ALLOCATION 0
#define configKERNEL_PROVIDED_STATIC_MEMORY 1
#define configCHECK_FOR_STACK_OVERFLOW 0
#define configUSE_TIMERS 0
#define INCLUDE_vTaskDelay 1
#define INCLUDE_xTaskDelayUntil 1

void freertos_is_broken(const char *file, int line);
#define configASSERT(holds) \
    if (!(holds)) { \
        freertos_is_broken(__FILE__, __LINE__); \
    }

#if defined(__riscv)
// QEMU's virt board: its CLINT at 0x02000000, counting at 10 MHz.
#define configCPU_CLOCK_HZ 10000000
#define configMTIME_BASE_ADDRESS 0x0200BFF8
#define configMTIMECMP_BASE_ADDRESS 0x02004000
#define configISR_STACK_SIZE_WORDS 256
#else
// SysTick counts the CPU's clock.
#define configCPU_CLOCK_HZ SYSCLK_HZ
// Without priorities in the NVIC that are masked, as all of the UART's work is done by asking it.
#define configPRIO_BITS 3
#define configKERNEL_INTERRUPT_PRIORITY 0xFF
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x20
// The start-up code's names of the exceptions.
#define vPortSVCHandler svcall_handler
#define xPortPendSVHandler pendsv_handler
#define xPortSysTickHandler systick_handler
#endif

#endif
