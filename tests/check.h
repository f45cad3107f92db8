/*
 * The smallest test harness that node --test can read: a unit program is a main() that RUNs named
 * functions and returns check_report(). A failed CHECK prints file:line and the values, marks the
 * running test as failed and goes on, so one run shows every failure. Output is TAP. It owns four
 * static counters of the including file and nothing else; include it once per program.
 *
 *   static void test_refuses(void) { CHECK(!accept(1)); }
 *   int main(void) { RUN("a second offer while one is pending is refused", test_refuses);
 *                    return check_report(); }
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_num_tests;
static int check_num_failed_tests;
static int check_num_failures; /* in the running test */
static uint64_t check_seed;    /* printed with a failure when CHECK_SEED was used */

#define CHECK_SHOWN_BYTES_MAX 64u

static inline void check_fail(const char *file, int line, const char *what) {
  check_num_failures++;
  printf("# %s:%d: %s\n", file, line, what);
  if (check_seed != 0) {
    printf("#   seed %llu\n", (unsigned long long)check_seed);
  }
}

static inline void check_print_bytes(const char *label, const void *bytes, size_t bytes_len) {
  const unsigned char *at = (const unsigned char *)bytes;
  printf("#   %s (%zu bytes):", label, bytes_len);
  for (size_t i = 0; i < bytes_len && i < CHECK_SHOWN_BYTES_MAX; i++) {
    printf(" %02x", at[i]);
  }
  printf("%s\n", bytes_len > CHECK_SHOWN_BYTES_MAX ? " ..." : "");
}

static inline bool check_true(const char *file, int line, const char *text, bool holds) {
  if (!holds) {
    check_fail(file, line, text);
  }
  return holds;
}

static inline bool check_eq_int(const char *file, int line, const char *text, long long got,
                                long long want) {
  if (got != want) {
    check_fail(file, line, text);
    printf("#   got %lld, want %lld\n", got, want);
  }
  return got == want;
}

static inline bool check_eq_uint(const char *file, int line, const char *text,
                                 unsigned long long got, unsigned long long want) {
  if (got != want) {
    check_fail(file, line, text);
    printf("#   got %llu (0x%llx), want %llu (0x%llx)\n", got, got, want, want);
  }
  return got == want;
}

static inline bool check_eq_bytes(const char *file, int line, const char *text, const void *got,
                                  size_t got_len, const void *want, size_t want_len) {
  bool same = got_len == want_len && (got_len == 0 || memcmp(got, want, got_len) == 0);
  if (!same) {
    check_fail(file, line, text);
    check_print_bytes("got ", got, got_len);
    check_print_bytes("want", want, want_len);
  }
  return same;
}

static inline bool check_eq_str(const char *file, int line, const char *text, const char *got,
                                const char *want) {
  bool same = got != NULL && want != NULL ? strcmp(got, want) == 0 : got == want;
  if (!same) {
    check_fail(file, line, text);
    printf("#   got \"%s\", want \"%s\"\n", got ? got : "(null)", want ? want : "(null)");
  }
  return same;
}

/* Every CHECK is an expression: true when it held, so a test can stop where going on is senseless:
 *   if (!CHECK(p != NULL)) { return; } */
#define CHECK(cond) check_true(__FILE__, __LINE__, #cond, (cond) ? true : false)
#define CHECK_EQ_INT(got, want)                                                                    \
  check_eq_int(__FILE__, __LINE__, #got " == " #want, (long long)(got), (long long)(want))
#define CHECK_EQ_UINT(got, want)                                                                   \
  check_eq_uint(__FILE__, __LINE__, #got " == " #want, (unsigned long long)(got),                  \
                (unsigned long long)(want))
#define CHECK_EQ_STR(got, want) check_eq_str(__FILE__, __LINE__, #got " == " #want, (got), (want))
#define CHECK_EQ_BYTES(got, got_len, want, want_len)                                               \
  check_eq_bytes(__FILE__, __LINE__, #got " == " #want, (got), (got_len), (want), (want_len))
/* Both are pcs_span values; each is evaluated twice. */
#define CHECK_EQ_SPAN(got, want)                                                                   \
  check_eq_bytes(__FILE__, __LINE__, #got " == " #want, (got).data, (got).len, (want).data,        \
                 (want).len)
#define CHECK_FAIL(text) check_fail(__FILE__, __LINE__, (text))

/* The seed of a random test: taken from PCS_TEST_SEED when set, so that a failure can be replayed;
 * printed with every later failure of the running test. */
#define CHECK_SEED(fallback) check_use_seed(fallback)

static inline uint64_t check_use_seed(uint64_t fallback) {
  const char *text = getenv("PCS_TEST_SEED");
  check_seed = text != NULL ? strtoull(text, NULL, 0) : fallback;
  return check_seed;
}

static inline void check_run(const char *name, void (*test)(void)) {
  check_num_tests++;
  check_num_failures = 0;
  check_seed = 0;
  test();
  if (check_num_failures != 0) {
    check_num_failed_tests++;
  }
  printf("%s %d - %s\n", check_num_failures == 0 ? "ok" : "not ok", check_num_tests, name);
  fflush(stdout);
}

#define RUN(name, test) check_run((name), (test))

/* check_report prints the plan and gives the exit status of main: 0 when at least one test ran and
 * none failed. */
static inline int check_report(void) {
  printf("1..%d\n", check_num_tests);
  fflush(stdout);
  return check_num_tests > 0 && check_num_failed_tests == 0 ? 0 : 1;
}

#endif
