// SPDX-License-Identifier: Apache-2.0 OR MIT
// A lock between harts. Not for use in interrupt handlers.
#ifndef SCENARIOS_FIRMWARE_SPINLOCK_H
#define SCENARIOS_FIRMWARE_SPINLOCK_H

#include <stdint.h>

// Free while 0: an all-zero value is a free lock.
struct spinlock {
    uint32_t taken;
};

static inline void spin_lock(struct spinlock *lock)
{
    while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE) != 0) {
    }
}

static inline void spin_unlock(struct spinlock *lock)
{
    __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

#endif
