#include "host/embed/asks.h"

#include <stdlib.h>
#include <string.h>

#define TAG_LETTER 'a'
#define NUMBER_DIGITS_MAX 20
#define WORD_BYTES 64

/* ---- rows ---- */

pcs_ask *pcs_asks_find(pcs_asks *asks, unsigned long number) {
  for (size_t i = 0; i < PCS_HOST_ASKS_MAX; i++) {
    pcs_ask *ask = &asks->rows[i];
    if (ask->state != PCS_ASK_FREE && ask->number == number) {
      return ask;
    }
  }
  return NULL;
}

pcs_ask *pcs_asks_add(pcs_asks *asks, const pcs_host_asker *asker) {
  for (size_t i = 0; i < PCS_HOST_ASKS_MAX; i++) {
    pcs_ask *ask = &asks->rows[i];
    if (ask->state == PCS_ASK_FREE) {
      *ask = (pcs_ask){.state = PCS_ASK_WAITS, .number = ++asks->last_number, .asker = *asker};
      return ask;
    }
  }
  return NULL;
}

void pcs_asks_remove(pcs_ask *ask) {
  *ask = (pcs_ask){.state = PCS_ASK_FREE};
}

/* ---- lines ---- */

/* Takes the next word of *rest. False: there is none, or it is too long. */
static bool take_word(const char **rest, char *out_word, size_t capacity) {
  size_t len = strcspn(*rest, " ");
  if (len == 0 || len >= capacity) {
    return false;
  }
  memcpy(out_word, *rest, len);
  out_word[len] = '\0';
  *rest += len;
  *rest += **rest == ' ';
  return true;
}

static pcs_ask *take_tag(pcs_asks *asks, const char **rest) {
  char tag[NUMBER_DIGITS_MAX + 2];
  if (!take_word(rest, tag, sizeof tag) || tag[0] != TAG_LETTER) {
    return NULL;
  }
  return pcs_asks_find(asks, strtoul(tag + 1, NULL, 10));
}

static int digit_of(char letter) {
  static const char digits[] = "0123456789abcdef";
  const char *at = letter != '\0' ? strchr(digits, letter) : NULL;
  return at != NULL ? (int)(at - digits) : -1;
}

/* What the broker escapes: quotes, backslashes, and bytes below a space as \u00xx. */
static char unescape(const char **at) {
  char letter = *(*at)++;
  if (letter != '\\' || **at == '\0') {
    return letter;
  }
  letter = *(*at)++;
  if (letter != 'u') {
    return letter;
  }
  int code = 0;
  for (int i = 0; i < 4 && digit_of(**at) >= 0; i++) {
    code = (code * 16 + digit_of(*(*at)++)) & 0xff;
  }
  return (char)code;
}

static void read_device(const char *json, char out_device[PCS_ASK_DEVICE_BYTES]) {
  size_t len = 0;
  const char *at = json + (*json == '"');
  while (*at != '\0' && *at != '"' && len < PCS_ASK_DEVICE_BYTES - 1) {
    out_device[len++] = unescape(&at);
  }
  out_device[len] = '\0';
}

/* TAG allow|deny REASON GRANT DEVICE */
static void note_verdict(pcs_asks *asks, const char *rest) {
  char word[WORD_BYTES];
  pcs_ask *ask = take_tag(asks, &rest);
  if (ask == NULL || ask->state != PCS_ASK_WAITS) {
    return;
  }
  ask->state = PCS_ASK_ANSWERED;
  ask->allowed = take_word(&rest, word, sizeof word) && strcmp(word, "allow") == 0;
  bool is_whole =
      take_word(&rest, ask->reason, sizeof ask->reason) && take_word(&rest, word, sizeof word);
  ask->allowed = ask->allowed && is_whole;
  read_device(rest, ask->device);
}

/* TAG RIGHT REASON, once for each right: the first is the end. */
static void note_ended(pcs_asks *asks, const char *rest) {
  char right[WORD_BYTES];
  pcs_ask *ask = take_tag(asks, &rest);
  if (ask == NULL || ask->has_ended || ask->state == PCS_ASK_WAITS) {
    return;
  }
  ask->has_ended = true;
  if (!take_word(&rest, right, sizeof right) ||
      !take_word(&rest, ask->end_reason, sizeof ask->end_reason)) {
    ask->end_reason[0] = '\0';
  }
}

bool pcs_asks_note(pcs_asks *asks, const char *line) {
  static const char verdict[] = "verdict ";
  static const char ended[] = "ended ";
  if (strncmp(line, verdict, strlen(verdict)) == 0) {
    note_verdict(asks, line + strlen(verdict));
    return true;
  }
  if (strncmp(line, ended, strlen(ended)) == 0) {
    note_ended(asks, line + strlen(ended));
    return true;
  }
  return false;
}

void pcs_asks_note_gone(pcs_asks *asks) {
  static const char reason[] = "BROKER_ENDED";
  for (size_t i = 0; i < PCS_HOST_ASKS_MAX; i++) {
    pcs_ask *ask = &asks->rows[i];
    if (ask->state == PCS_ASK_WAITS || (ask->state == PCS_ASK_ANSWERED && ask->allowed)) {
      ask->state = PCS_ASK_ANSWERED;
      ask->allowed = false;
      memcpy(ask->reason, reason, sizeof reason);
    } else if (ask->state == PCS_ASK_USED && !ask->has_ended) {
      ask->has_ended = true;
      memcpy(ask->end_reason, reason, sizeof reason);
    }
  }
}

/* ---- news ---- */

static bool is_news(const pcs_ask *ask) {
  return ask->state == PCS_ASK_ANSWERED || (ask->state == PCS_ASK_USED && ask->has_ended);
}

pcs_ask *pcs_asks_news(pcs_asks *asks) {
  for (size_t i = 0; i < PCS_HOST_ASKS_MAX; i++) {
    if (is_news(&asks->rows[i])) {
      return &asks->rows[i];
    }
  }
  return NULL;
}
