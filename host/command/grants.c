#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/broker/counter.h"
#include "host/command/command.h"
#include "host/sys/clock.h"

/* ---- showing ---- */

/* A string member of a grant as counter.c writes it, escapes left as they are. */
static pcs_span member(pcs_span json, const char *key) {
  char pattern[32];
  (void)snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
  size_t len = strlen(pattern);
  for (size_t i = 0; i + len <= json.len; i++) {
    if (memcmp(json.data + i, pattern, len) == 0) {
      pcs_span rest = {json.data + i + len, json.len - i - len};
      return (pcs_span){rest.data, pcs_text_find(rest, '"')};
    }
  }
  return (pcs_span){0};
}

static void print_cell(pcs_span text, int width) {
  printf("%-*.*s  ", width, (int)text.len, (const char *)text.data);
}

static void print_row(pcs_span json) {
  pcs_span origin = member(json, "origin");
  pcs_span embedder = member(json, "embedder");
  pcs_span device = member(json, "device");
  print_cell(member(json, "id"), 19);
  print_cell(member(json, "effect"), 6);
  print_cell(member(json, "right"), 15);
  print_cell(member(json, "duration"), 8);
  printf("%.*s", (int)origin.len, (const char *)origin.data);
  if (!pcs_span_equal(origin, embedder)) {
    printf(" in %.*s", (int)embedder.len, (const char *)embedder.data);
  }
  if (device.len > 0) {
    printf(", %.*s", (int)device.len, (const char *)device.data);
  }
  printf("\n");
}

static void show(const pcs_command *command, pcs_span json, size_t index) {
  if (command->as_json) {
    printf("%s%.*s", index == 0 ? "" : ",\n ", (int)json.len, (const char *)json.data);
    return;
  }
  if (index == 0) {
    printf("%-19s  %-6s  %-15s  %-8s  %s\n", "ID", "", "RIGHT", "FOR", "SITE");
  }
  print_row(json);
}

static void begin(const pcs_command *command) {
  printf("%s", command->as_json ? "[" : "");
}

static int finish(const pcs_command *command, size_t num) {
  if (command->as_json) {
    printf("]\n");
  } else if (num == 0) {
    printf("No site was allowed or blocked anything.\n");
  }
  return PCS_COMMAND_DONE;
}

static int done(const pcs_command *command, const char *sentence) {
  printf("%s\n", command->as_json ? "{\"done\":true}" : sentence);
  return PCS_COMMAND_DONE;
}

static int fail(const pcs_command *command, int code, const char *sentence) {
  if (command->as_json) {
    printf("{\"done\":false,\"error\":\"%s\"}\n", sentence);
  }
  fprintf(stderr, "portcullis: %s\n", sentence);
  return code;
}

/* ---- through the broker ---- */

static int list_from_broker(const pcs_command *command, pcs_broker_line *line) {
  pcs_span said;
  size_t num = 0;
  pcs_status status = pcs_broker_line_say(line, "grants", "");
  begin(command);
  while (status == PCS_OK && (status = pcs_broker_line_next(line, &said)) == PCS_OK &&
         pcs_text_skip(&said, "grant ")) {
    show(command, said, num++);
  }
  int code = finish(command, num);
  return status == PCS_OK ? code
                          : fail(command, PCS_COMMAND_FAILED, "The broker ended meanwhile.");
}

static int tell_broker(const pcs_command *command, pcs_broker_line *line, const char *word,
                       const char *rest) {
  pcs_span said;
  pcs_status status = pcs_broker_line_say(line, word, rest);
  if (status == PCS_OK) {
    status = pcs_broker_line_next(line, &said);
  }
  if (status != PCS_OK) {
    return fail(command, PCS_COMMAND_FAILED, "The broker ended meanwhile.");
  }
  if (pcs_span_equal_text(said, "ok")) {
    return done(command, "Done. What ran because of it has ended.");
  }
  char sentence[512];
  (void)pcs_text_skip(&said, "error ");
  (void)snprintf(sentence, sizeof sentence, "%.*s", (int)said.len, (const char *)said.data);
  bool not_found = pcs_span_equal_text(said, "There is no such grant.");
  return fail(command, not_found ? PCS_COMMAND_NOT_FOUND : PCS_COMMAND_FAILED, sentence);
}

/* ---- in the store itself ---- */

/* For how long a permission may be unused is the broker's rule: the command forgets none by it. */
static pcs_store *open_store(const pcs_command *command, int *out_code) {
  pcs_store *store = NULL;
  pcs_store_problem problem;
  pcs_store_config config = {.folder = command->folder,
                             .rules = &command->rules,
                             .unused_us = PCS_STORE_UNUSED_NEVER};
  *out_code = PCS_COMMAND_DONE;
  if (pcs_store_new(&store, &problem, &config, pcs_clock_unix_us()) != PCS_OK) {
    *out_code = fail(command, PCS_COMMAND_FAILED, pcs_store_problem_sentence(problem));
  }
  return store;
}

static int list_from_store(const pcs_command *command) {
  int code = PCS_COMMAND_DONE;
  pcs_store *store = open_store(command, &code);
  if (store == NULL) {
    return code;
  }
  uint64_t cursor = 0;
  size_t num = 0;
  pcs_store_entry entry;
  begin(command);
  while (pcs_store_next(store, &entry, &cursor, pcs_clock_unix_us()) == PCS_OK) {
    uint8_t memory[4096];
    pcs_writer writer;
    pcs_writer_init(&writer, memory, sizeof memory);
    pcs_counter_write_grant(&writer, &entry.grant);
    show(command, pcs_writer_span(&writer), num++);
  }
  pcs_store_free(store);
  return finish(command, num);
}

static int end_store(const pcs_command *command, pcs_store *store, pcs_status status) {
  const char *problem = pcs_store_problem_sentence(pcs_store_problem_of(store));
  int code = status == PCS_OK ? done(command, "Done.")
             : status == PCS_ERR_NOT_FOUND
                 ? fail(command, PCS_COMMAND_NOT_FOUND, "There is no such grant.")
                 : fail(command, PCS_COMMAND_FAILED, problem);
  pcs_store_free(store);
  return code;
}

/* ---- the commands ---- */

/* True when a broker was asked, with its *out_code. A socket that is not to be trusted is an end. */
static bool reach(const pcs_command *command, pcs_broker_line *line, int *out_code) {
  pcs_status status = pcs_broker_line_open(line, command);
  if (status == PCS_ERR_UNTRUSTED) {
    *out_code = fail(command, PCS_COMMAND_FAILED,
                     "The folder for permissions, or who listens in it, is not this user's alone: "
                     "see portcullis doctor.");
    return true;
  }
  *out_code = -1;
  return status == PCS_OK;
}

int pcs_command_list(const pcs_command *command) {
  static pcs_broker_line line;
  int code;
  if (reach(command, &line, &code)) {
    code = code < 0 ? list_from_broker(command, &line) : code;
    pcs_broker_line_close(&line);
    return code;
  }
  if (!pcs_command_has_store(command)) {
    begin(command);
    return finish(command, 0);
  }
  return list_from_store(command);
}

int pcs_command_revoke(const pcs_command *command, const char *id) {
  static pcs_broker_line line;
  int code;
  uint64_t number = 0;
  if (pcs_text_decimal(pcs_span_of_text(id), PCS_GRANT_ID_MAX, &number) != PCS_OK) {
    return fail(command, PCS_COMMAND_USAGE, "A grant is called by its number in: grants list.");
  }
  if (reach(command, &line, &code)) {
    code = code < 0 ? tell_broker(command, &line, "revoke ", id) : code;
    pcs_broker_line_close(&line);
    return code;
  }
  if (!pcs_command_has_store(command)) {
    return fail(command, PCS_COMMAND_NOT_FOUND, "There is no such grant.");
  }
  pcs_store *store = open_store(command, &code);
  return store != NULL ? end_store(command, store, pcs_store_remove(store, number)) : code;
}

int pcs_command_reset(const pcs_command *command, const char *origin) {
  static pcs_broker_line line;
  int code;
  pcs_origin parsed;
  if (pcs_origin_parse(pcs_span_of_text(origin), &parsed) != PCS_OK || parsed.opaque) {
    return fail(command, PCS_COMMAND_USAGE, "A site is an origin such as https://app.example.");
  }
  if (reach(command, &line, &code)) {
    code = code < 0 ? tell_broker(command, &line, "reset ", origin) : code;
    pcs_broker_line_close(&line);
    return code;
  }
  if (!pcs_command_has_store(command)) {
    return done(command, "Done: nothing was remembered.");
  }
  pcs_store *store = open_store(command, &code);
  return store != NULL ? end_store(command, store, pcs_store_reset_origin(store, &parsed)) : code;
}

int pcs_command_forget(const pcs_command *command) {
  static pcs_broker_line line;
  int code;
  if (reach(command, &line, &code)) {
    code = code < 0 ? tell_broker(command, &line, "forget", "") : code;
    pcs_broker_line_close(&line);
    return code;
  }
  if (!pcs_command_has_store(command)) {
    return done(command, "Done: nothing was remembered.");
  }
  pcs_store *store = open_store(command, &code);
  return store != NULL ? end_store(command, store, pcs_store_forget(store)) : code;
}
