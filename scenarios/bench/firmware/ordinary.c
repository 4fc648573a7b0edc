// SPDX-License-Identifier: Apache-2.0 OR MIT
// What firmware mostly does: calls, branches that are hard to foresee, small structures, numbers to text and back. Sorts
// records by a key, formats each as a line, reads the line again, and keeps what came out.
#include "scenarios/bench/firmware/work.h"

#define ROUNDS 3000U
#define RECORDS 128U

struct record {
    uint32_t key;
    uint32_t value;
};

static struct record records[RECORDS];

// Marsaglia's xorshift32 ("Xorshift RNGs", 2003): deterministic and cheap.
static uint32_t next(uint32_t state)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

__attribute__((noinline)) static bool comes_before(const struct record *a, const struct record *b)
{
    return a->key != b->key ? a->key < b->key : a->value < b->value;
}

static void swap(struct record *a, struct record *b)
{
    struct record kept = *a;
    *a = *b;
    *b = kept;
}

// Heapsort's step: the record at `root` goes down to its place among the first `count`.
__attribute__((noinline)) static void sift(uint32_t root, uint32_t count)
{
    for (;;) {
        uint32_t child = 2 * root + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && comes_before(&records[child], &records[child + 1])) {
            child++;
        }
        if (!comes_before(&records[root], &records[child])) {
            return;
        }
        swap(&records[root], &records[child]);
        root = child;
    }
}

static void sort(void)
{
    for (uint32_t root = RECORDS / 2; root-- > 0;) {
        sift(root, RECORDS);
    }
    for (uint32_t count = RECORDS; count-- > 1;) {
        swap(&records[0], &records[count]);
        sift(0, count);
    }
}

// The record as a line, and the line as a number again.
static uint32_t through_text(const struct record *record)
{
    struct text text = {0};
    text_add(&text, "key ");
    text_add_hex32(&text, record->key);
    text_add(&text, " value ");
    text_add_u32(&text, record->value);

    const char *line = text.chars;
    struct record read = {0};
    bool well_formed = text_skip(&line, "key ") && text_read_hex32(&line, &read.key) && text_skip(&line, " value ") &&
                       text_read_u32(&line, &read.value) && text_at_end(line);
    return well_formed ? read.key ^ read.value : 0;
}

int main(void)
{
    uint32_t state = 0x5EED0001;
    uint32_t result = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < RECORDS; i++) {
            state = next(state);
            records[i] = (struct record){.key = state, .value = i};
        }
        sort();
        for (uint32_t i = 0; i < RECORDS; i++) {
            result = (result << 1 | result >> 31) ^ through_text(&records[i]);
        }
    }
    work_done(result);
}
