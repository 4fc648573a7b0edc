// SPDX-License-Identifier: Apache-2.0 OR MIT
// Keeps a pendulum upright. Each line "angle A rate R" on UART 0, in units of 1/1000 rad and rad/s, shifted by OFFSET so that
// all numbers are positive, is answered by the torque: "torque T", shifted in the same way. Whoever is at the other end of
// the UART does the physics.
#include "scenarios/firmware/cpu.h"
#include "scenarios/firmware/line.h"
#include "scenarios/firmware/text.h"
#include "scenarios/firmware/uart.h"

#define SENSOR 0U
#define SENSOR_BAUD 115200U
#define OFFSET 1000000
#define TORQUE_MAX 500000

// A proportional part against the angle, and a derivative part against the rate.
static int32_t torque(int32_t angle, int32_t rate)
{
    int32_t sum = -(40 * angle + 12 * rate);
    if (sum > TORQUE_MAX) {
        return TORQUE_MAX;
    }
    return sum < -TORQUE_MAX ? -TORQUE_MAX : sum;
}

static bool read_sensor(const char *line, int32_t *angle, int32_t *rate)
{
    uint32_t shifted_angle = 0;
    uint32_t shifted_rate = 0;
    bool good = text_skip(&line, "angle ") && text_read_u32(&line, &shifted_angle) && text_skip(&line, " rate ") &&
                text_read_u32(&line, &shifted_rate) && text_at_end(line);
    if (!good || shifted_angle > 2 * OFFSET || shifted_rate > 2 * OFFSET) {
        return false;
    }
    *angle = (int32_t)shifted_angle - OFFSET;
    *rate = (int32_t)shifted_rate - OFFSET;
    return true;
}

int main(void)
{
    uart_init(SENSOR, SENSOR_BAUD);
    uart_print(SENSOR, "ready\n");
    for (;;) {
        char line[TEXT_MAX];
        int32_t angle = 0;
        int32_t rate = 0;
        if (!line_read(SENSOR, line) || !read_sensor(line, &angle, &rate)) {
            uart_print(SENSOR, "not a measurement\n");
            continue;
        }
        struct text answer = {0};
        text_add(&answer, "torque ");
        text_add_u32(&answer, (uint32_t)(torque(angle, rate) + OFFSET));
        text_add(&answer, "\n");
        uart_print(SENSOR, answer.chars);
    }
}
