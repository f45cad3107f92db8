/*
 * Looks for secrets of which only the SHA-256 is known, in files of which everything is known: at
 * every byte offset it hashes a window of each secret's length and looks the digest up. Besides
 * the bytes as they are it reads what the file spells in hex and in base64, at every alignment.
 *
 *   portcullis-scan SECRETS FILE...     SECRETS has lines "kind length sha256"
 *
 * Prints "found KIND LENGTH in FILE as FORM" for each secret and file, then
 * "scanned W windows for S secrets, found F". Exits 0 when it could scan, whatever it found.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/crypto/hash.h"

/* Shorter windows are met by chance: 2^-64 per try is far below what a scan can try. */
#define SECRET_BYTES_MIN 8u
#define SECRET_BYTES_MAX 4096u
#define LENGTHS_MAX 64u
#define KIND_BYTES_MAX 64u
#define NUM_THREADS 2u
#define NUM_MARKS 65536u

typedef struct secret {
  uint8_t digest[PCS_SHA256_BYTES];
  char kind[KIND_BYTES_MAX];
  bool found; /* in the file and form being scanned */
} secret;

/* All secrets of one length. mark: a digest can only be here if its first 16 bits are marked. */
typedef struct group {
  size_t secret_bytes;
  secret *secrets;
  size_t num_secrets;
  size_t capacity;
  uint8_t mark[NUM_MARKS];
} group;

typedef struct bytes {
  uint8_t *data;
  size_t len;
  size_t capacity;
} bytes;

typedef struct work {
  pcs_span input;
  size_t first, end; /* offsets of windows */
  uint64_t num_windows;
} work;

static group groups[LENGTHS_MAX];
static size_t num_groups;
static pthread_mutex_t found_lock = PTHREAD_MUTEX_INITIALIZER;

static void *must(void *memory) {
  if (memory == NULL) {
    fprintf(stderr, "portcullis-scan: out of memory\n");
    exit(2);
  }
  return memory;
}

static size_t mark_of(const uint8_t digest[PCS_SHA256_BYTES]) {
  return (size_t)digest[0] << 8 | digest[1];
}

/* ---- secrets ----------------------------------------------------------------------------------
 */
static int hex_value(uint8_t c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static group *group_of(size_t secret_bytes) {
  for (size_t i = 0; i < num_groups; i++) {
    if (groups[i].secret_bytes == secret_bytes) {
      return &groups[i];
    }
  }
  if (num_groups == LENGTHS_MAX) {
    fprintf(stderr, "portcullis-scan: secrets of more than %u lengths\n", LENGTHS_MAX);
    exit(2);
  }
  groups[num_groups].secret_bytes = secret_bytes;
  return &groups[num_groups++];
}

static void add_secret(const char *kind, size_t secret_bytes, const char *hex) {
  secret made = {0};
  for (size_t i = 0; i < PCS_SHA256_BYTES; i++) {
    int high = hex_value((uint8_t)hex[2 * i]);
    int low = hex_value((uint8_t)hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      fprintf(stderr, "portcullis-scan: \"%s\" is not a SHA-256\n", hex);
      exit(2);
    }
    made.digest[i] = (uint8_t)(high << 4 | low);
  }
  snprintf(made.kind, sizeof made.kind, "%s", kind);
  group *home = group_of(secret_bytes);
  if (home->num_secrets == home->capacity) {
    home->capacity = home->capacity == 0 ? 64 : 2 * home->capacity;
    home->secrets = must(realloc(home->secrets, home->capacity * sizeof *home->secrets));
  }
  home->mark[mark_of(made.digest)] = 1;
  home->secrets[home->num_secrets++] = made;
}

static size_t read_secrets(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fprintf(stderr, "portcullis-scan: cannot read %s\n", path);
    exit(2);
  }
  char kind[KIND_BYTES_MAX];
  char hex[2 * PCS_SHA256_BYTES + 1];
  size_t secret_bytes;
  size_t num_secrets = 0;
  while (fscanf(file, "%63s %zu %64s", kind, &secret_bytes, hex) == 3) {
    if (secret_bytes >= SECRET_BYTES_MIN && secret_bytes <= SECRET_BYTES_MAX &&
        strlen(hex) == 2 * PCS_SHA256_BYTES) {
      add_secret(kind, secret_bytes, hex);
      num_secrets++;
    }
  }
  fclose(file);
  return num_secrets;
}

/* ---- windows ----------------------------------------------------------------------------------
 */
static void look_up(group *home, const uint8_t digest[PCS_SHA256_BYTES]) {
  for (size_t i = 0; i < home->num_secrets; i++) {
    if (memcmp(home->secrets[i].digest, digest, PCS_SHA256_BYTES) == 0) {
      pthread_mutex_lock(&found_lock);
      home->secrets[i].found = true;
      pthread_mutex_unlock(&found_lock);
    }
  }
}

/* Hashes every window of one length that begins in [first, end). Windows of one byte repeated,
 * most of a page's empty memory, are no secrets and are skipped. */
static uint64_t scan_length(group *home, pcs_span input, size_t first, size_t end) {
  size_t len = home->secret_bytes;
  uint64_t num_windows = 0;
  size_t same = 0; /* bytes up to the window's last one that equal it */
  for (size_t last = first; last < input.len && last + 1 < end + len; last++) {
    same = last > first && input.data[last] == input.data[last - 1] ? same + 1 : 1;
    if (last + 1 < first + len || same >= len) {
      continue;
    }
    uint8_t digest[PCS_SHA256_BYTES];
    pcs_sha256((pcs_span){input.data + last + 1 - len, len}, digest);
    num_windows++;
    if (home->mark[mark_of(digest)]) {
      look_up(home, digest);
    }
  }
  return num_windows;
}

static void *scan_part(void *argument) {
  work *part = argument;
  for (size_t i = 0; i < num_groups; i++) {
    part->num_windows += scan_length(&groups[i], part->input, part->first, part->end);
  }
  return NULL;
}

static uint64_t scan_bytes(pcs_span input) {
  work parts[NUM_THREADS] = {0};
  pthread_t threads[NUM_THREADS];
  uint64_t num_windows = 0;
  for (size_t i = 0; i < NUM_THREADS; i++) {
    parts[i] = (work){.input = input,
                      .first = input.len * i / NUM_THREADS,
                      .end = input.len * (i + 1) / NUM_THREADS};
    if (pthread_create(&threads[i], NULL, scan_part, &parts[i]) != 0) {
      fprintf(stderr, "portcullis-scan: cannot start a thread\n");
      exit(2);
    }
  }
  for (size_t i = 0; i < NUM_THREADS; i++) {
    pthread_join(threads[i], NULL);
    num_windows += parts[i].num_windows;
  }
  return num_windows;
}

/* ---- forms ------------------------------------------------------------------------------------
 */
static int base64_value(uint8_t c) {
  if (c >= 'A' && c <= 'Z') {
    return c - 'A';
  }
  if (c >= 'a' && c <= 'z') {
    return c - 'a' + 26;
  }
  if (c >= '0' && c <= '9') {
    return c - '0' + 52;
  }
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void append(bytes *out, uint8_t byte) {
  if (out->len == out->capacity) {
    out->capacity = out->capacity == 0 ? 1u << 16 : 2 * out->capacity;
    out->data = must(realloc(out->data, out->capacity));
  }
  out->data[out->len++] = byte;
}

/* How text spells bytes: each character is worth some bits, or ends a run (-1). */
typedef struct form {
  const char *name;
  int (*value)(uint8_t c);
  unsigned bits;
  size_t num_phases; /* characters until a byte begins again at a character's edge */
} form;

static const form forms[] = {{"hex", hex_value, 4, 2}, {"base64", base64_value, 6, 4}};

static void decode_run(const form *how, pcs_span run, size_t phase, bytes *out) {
  uint32_t bits = 0;
  unsigned num_bits = 0;
  for (size_t i = phase; i < run.len; i++) {
    bits = bits << how->bits | (uint32_t)how->value(run.data[i]);
    num_bits += how->bits;
    if (num_bits >= 8) {
      num_bits -= 8;
      append(out, (uint8_t)(bits >> num_bits));
    }
  }
}

/* Gathers the bytes of every run long enough to spell the shortest secret, at every alignment. */
static void decode(const form *how, pcs_span input, bytes *out) {
  size_t shortest = (SECRET_BYTES_MIN * 8 + how->bits - 1) / how->bits;
  out->len = 0;
  for (size_t i = 0; i < input.len;) {
    size_t end = i;
    while (end < input.len && how->value(input.data[end]) >= 0) {
      end++;
    }
    for (size_t phase = 0; end - i >= shortest && phase < how->num_phases; phase++) {
      decode_run(how, (pcs_span){input.data + i, end - i}, phase, out);
    }
    i = end + 1;
  }
}

/* ---- files ------------------------------------------------------------------------------------
 */
static void read_file(const char *path, bytes *out) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "portcullis-scan: cannot read %s\n", path);
    exit(2);
  }
  uint8_t chunk[1u << 16];
  size_t got;
  out->len = 0;
  while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) {
    if (out->capacity - out->len < got) {
      out->capacity = 2 * out->capacity + sizeof chunk;
      out->data = must(realloc(out->data, out->capacity));
    }
    memcpy(out->data + out->len, chunk, got);
    out->len += got;
  }
  fclose(file);
}

static size_t report(const char *path, const char *form_name) {
  size_t num_found = 0;
  for (size_t i = 0; i < num_groups; i++) {
    for (size_t k = 0; k < groups[i].num_secrets; k++) {
      if (groups[i].secrets[k].found) {
        groups[i].secrets[k].found = false;
        printf("found %s %zu in %s as %s\n", groups[i].secrets[k].kind, groups[i].secret_bytes,
               path, form_name);
        num_found++;
      }
    }
  }
  return num_found;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: portcullis-scan SECRETS FILE...\n");
    return 2;
  }
  size_t num_secrets = read_secrets(argv[1]);
  bytes file = {0};
  bytes decoded = {0};
  uint64_t num_windows = 0;
  size_t num_found = 0;
  for (int i = 2; i < argc; i++) {
    read_file(argv[i], &file);
    num_windows += scan_bytes((pcs_span){file.data, file.len});
    num_found += report(argv[i], "bytes");
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
      decode(&forms[k], (pcs_span){file.data, file.len}, &decoded);
      num_windows += scan_bytes((pcs_span){decoded.data, decoded.len});
      num_found += report(argv[i], forms[k].name);
    }
  }
  printf("scanned %llu windows for %zu secrets, found %zu\n", (unsigned long long)num_windows,
         num_secrets, num_found);
  free(file.data);
  free(decoded.data);
  return 0;
}
