/* The heap for keys: what is given is the asker's alone, and nothing of it is left when it is freed. */
#include "host/sys/secret_heap.h"
#include "host/crypto/random.h"
#include "tests/check.h"

#define PLACES 300
#define STEPS 40000

typedef struct place {
  uint8_t *memory;
  size_t len;
  uint8_t fill;
} place;

static bool is_all(const uint8_t *bytes, size_t len, uint8_t value) {
  for (size_t i = 0; i < len; i++) {
    if (bytes[i] != value) {
      return false;
    }
  }
  return true;
}

static bool give_back(place *one) {
  bool good = CHECK(is_all(one->memory, one->len, one->fill)) &&
              CHECK_EQ_UINT(pcs_secret_heap_size(one->memory), one->len);
  pcs_secret_heap_free(one->memory);
  *one = (place){0};
  return good;
}

static bool take(place *one, const pcs_random *random) {
  /* Small ones mostly, some of every class, few with a mapping of their own. */
  uint32_t bits = 1 + pcs_random_below(random, pcs_random_below(random, 20) == 0 ? 17 : 12);
  one->len = pcs_random_below(random, 1u << bits);
  one->fill = (uint8_t)(1 + pcs_random_below(random, 255));
  one->memory = pcs_secret_heap_alloc(one->len);
  if (!CHECK(one->memory != NULL) || !CHECK_EQ_UINT((uintptr_t)one->memory % 16, 0)) {
    return false;
  }
  memset(one->memory, one->fill, one->len);
  return true;
}

static void test_random_use(void) {
  static place places[PLACES];
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, CHECK_SEED(3));
  for (size_t i = 0; i < STEPS; i++) {
    place *one = &places[pcs_random_below(&random, PLACES)];
    bool good = one->memory != NULL ? give_back(one) : take(one, &random);
    if (!good) {
      CHECK_EQ_UINT(i, STEPS); /* which step it was */
      break;
    }
  }
  for (size_t i = 0; i < PLACES; i++) {
    pcs_secret_heap_free(places[i].memory);
  }
}

/* The heap keeps its pages: what was in a block can be looked for after it was freed. Its first bytes,
 * where the header was, are a link to the next free one. */
static void test_wiped(void) {
  for (size_t len = 32; len <= 30000; len += 1234) {
    uint8_t *memory = pcs_secret_heap_alloc(len);
    memset(memory, 0xa5, len);
    pcs_secret_heap_free(memory);
    CHECK(is_all(memory, len, 0));
    CHECK(pcs_secret_heap_alloc(len) == memory); /* and it is the next one's */
    pcs_secret_heap_free(memory);
  }
}

static void test_edges(void) {
  uint8_t *nothing = pcs_secret_heap_alloc(0);
  CHECK(nothing != NULL);
  CHECK_EQ_UINT(pcs_secret_heap_size(nothing), 0);
  pcs_secret_heap_free(nothing);
  pcs_secret_heap_free(NULL);
  CHECK_EQ_UINT(pcs_secret_heap_size(NULL), 0);
  CHECK(pcs_secret_heap_alloc(SIZE_MAX) == NULL);
  CHECK(pcs_secret_heap_alloc(SIZE_MAX - 15) == NULL);
  static const size_t lens[] = {PCS_SECRET_HEAP_BLOCK_MAX - 16, PCS_SECRET_HEAP_BLOCK_MAX - 15,
                                1 << 20};
  for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
    uint8_t *memory = pcs_secret_heap_alloc(lens[i]);
    if (CHECK(memory != NULL)) {
      memset(memory, 1, lens[i]);
      CHECK_EQ_UINT(pcs_secret_heap_size(memory), lens[i]);
    }
    pcs_secret_heap_free(memory);
  }
}

int main(void) {
  RUN("what is given is nobody else's, whatever is taken and given back", test_random_use);
  RUN("what is given back is wiped, and used again", test_wiped);
  RUN("nothing, too much and the largest block", test_edges);
  return check_report();
}
