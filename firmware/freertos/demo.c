// SPDX-License-Identifier: Apache-2.0 OR MIT
// FreeRTOS at work: one task sends a number every 10 ticks, another one waits for it in a queue and prints it, a third counts
// while both sleep.
#include "FreeRTOS.h"
#include "queue.h"
#include "task.h"

#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define STACK_WORDS 256
#define PERIOD_TICKS 10
#define LENGTH 4

static StackType_t stacks[3][STACK_WORDS];
static StaticTask_t tasks[3];
static uint8_t numbers[LENGTH * sizeof(uint32_t)];
static StaticQueue_t queue_memory;
static QueueHandle_t queue;
static volatile uint32_t rounds;

void freertos_is_broken(const char *file, int line)
{
    struct text text = {0};
    text_add(&text, "broken: ");
    text_add(&text, file);
    text_add(&text, " ");
    text_add_u32(&text, (uint32_t)line);
    text_add(&text, "\n");
    uart_print(0, text.chars);
    cpu_halt();
}

static void send(void *unused)
{
    (void)unused;
    TickType_t last = xTaskGetTickCount();
    for (uint32_t number = 1;; number++) {
        xQueueSend(queue, &number, portMAX_DELAY);
        vTaskDelayUntil(&last, PERIOD_TICKS);
    }
}

static void print(void *unused)
{
    (void)unused;
    for (;;) {
        uint32_t number = 0;
        xQueueReceive(queue, &number, portMAX_DELAY);
        struct text text = {0};
        text_add(&text, "number ");
        text_add_u32(&text, number);
        text_add(&text, " at tick ");
        text_add_u32(&text, xTaskGetTickCount());
        text_add(&text, rounds > 0 ? ", others ran\n" : "\n");
        rounds = 0;
        uart_print(0, text.chars);
    }
}

// Never sleeps: what preempts it is the tick.
static void work(void *unused)
{
    (void)unused;
    for (;;) {
        rounds = rounds + 1;
    }
}

int main(void)
{
    uart_init(0, 115200);
    uart_print(0, "FreeRTOS " tskKERNEL_VERSION_NUMBER "\n");
    queue = xQueueCreateStatic(LENGTH, sizeof(uint32_t), numbers, &queue_memory);
    xTaskCreateStatic(work, "work", STACK_WORDS, 0, 1, stacks[0], &tasks[0]);
    xTaskCreateStatic(print, "print", STACK_WORDS, 0, 2, stacks[1], &tasks[1]);
    xTaskCreateStatic(send, "send", STACK_WORDS, 0, 3, stacks[2], &tasks[2]);
#if defined(__riscv)
    extern void freertos_risc_v_trap_handler(void);
    cpu_irq_disable();
    __asm__ volatile("csrw mtvec, %0" ::"r"(freertos_risc_v_trap_handler) : "memory");
#endif
    vTaskStartScheduler();
    freertos_is_broken("main", 0);
    return 0;
}
