#include <stdio.h>
#include <stdlib.h>

#include "core/base/text.h"
#include "host/command/command.h"
#include "host/sys/clock.h"
#include "host/sys/features.h"
#include "host/sys/process.h"

/* How a finding is to be taken. */
typedef enum weight { FINE, NOTED, FLAW } weight;

typedef struct report {
  const pcs_command *command;
  size_t num;
  bool has_flaw;
} report;

/* words are constants of ours, or numbers: nothing that needs escaping. */
static void tell(report *to, weight of, const char *name, const char *words) {
  static const char *const names[] = {"fine", "noted", "flaw"};
  static const char *const marks[] = {"ok", "--", "!!"};
  to->has_flaw |= of == FLAW;
  if (to->command->as_json) {
    printf("%s{\"name\":\"%s\",\"state\":\"%s\",\"words\":\"%s\"}", to->num == 0 ? "[" : ",\n ",
           name, names[of], words);
  } else {
    printf("%s  %-18s %s\n", marks[of], name, words);
  }
  to->num++;
}

static void look_for_program(report *to, const char *name) {
  char path[PCS_PATH_BYTES_MAX];
  FILE *file = pcs_process_beside(path, name) == PCS_OK ? fopen(path, "rb") : NULL;
  if (file != NULL) {
    fclose(file);
  }
  tell(to, file != NULL ? FINE : FLAW, name,
       file != NULL ? "is installed beside this command"
                    : "is not beside this command: install Portcullis again");
}

static void look_at_sandbox(report *to, const pcs_features *features) {
  char words[96];
  (void)snprintf(words, sizeof words, "ABI %d: workers have no files", features->landlock_abi);
  tell(to, features->landlock_abi > 0 ? FINE : FLAW, "Landlock",
       features->landlock_abi > 0
           ? words
           : "is not there (Linux 5.13, lsm=landlock): no page is served without it");
  tell(to, features->has_seccomp ? FINE : FLAW, "seccomp",
       features->has_seccomp ? "filters a worker's system calls"
                             : "is refused here: no page is served without it");
  tell(to, features->has_no_new_privs ? FINE : FLAW, "no-new-privs",
       features->has_no_new_privs ? "holds for every process" : "is not there");
}

static void look_at_sockets(report *to, const pcs_features *features) {
  tell(to, features->has_ipv4 ? FINE : NOTED, "UDP over IPv4",
       features->has_ipv4 ? "can be used" : "cannot be used: only IPv6 calls are possible");
  tell(to, features->has_ipv6 ? FINE : NOTED, "UDP over IPv6",
       features->has_ipv6 ? "can be used" : "cannot be used: only IPv4 calls are possible");
}

static void look_at_devices(report *to, const pcs_features *features) {
  char words[64];
  (void)snprintf(words, sizeof words, "%d can be read by this user", features->num_cameras);
  tell(to, features->num_cameras > 0 ? FINE : NOTED, "cameras", words);
  tell(to, features->has_sound ? FINE : NOTED, "sound devices",
       features->has_sound ? "/dev/snd is there" : "there is no /dev/snd that this user can read");
}

static void look_for_people(report *to) {
  const char *display = getenv("WAYLAND_DISPLAY");
  display = display != NULL && display[0] != '\0' ? display : getenv("DISPLAY");
  bool has_display = display != NULL && display[0] != '\0';
  tell(to, has_display ? FINE : NOTED, "display",
       has_display ? "a prompt and the indicator can be shown"
                   : "there is none: ask at a terminal, by the shell or by a file of answers");
}

static void look_at_broker(report *to) {
  static pcs_broker_line line;
  pcs_status status = pcs_broker_line_open(&line, to->command);
  tell(to, status == PCS_ERR_UNTRUSTED ? FLAW : status == PCS_OK ? FINE : NOTED, "broker",
       status == PCS_OK ? "runs with this folder"
       : status == PCS_ERR_UNTRUSTED
           ? "the folder, or who listens in it, is not this user's alone: make it 0700"
           : "none runs with this folder");
  pcs_broker_line_close(&line);
}

static void look_at_store(report *to) {
  if (!pcs_command_has_store(to->command)) {
    tell(to, NOTED, "permissions", "nothing is remembered in this folder");
    return;
  }
  pcs_store *store = NULL;
  pcs_store_problem problem;
  pcs_store_config config = {.folder = to->command->folder,
                             .rules = &to->command->rules,
                             .unused_us = PCS_STORE_UNUSED_NEVER};
  pcs_status status = pcs_store_new(&store, &problem, &config, pcs_clock_unix_us());
  tell(to, status == PCS_OK ? FINE : FLAW, "permissions",
       status == PCS_OK ? "the file is whole and this user's alone"
                        : pcs_store_problem_sentence(problem));
  pcs_store_free(store);
}

int pcs_command_doctor(const pcs_command *command) {
  report to = {.command = command};
  pcs_features features;
  pcs_features_read(&features);
  look_for_program(&to, "portcullis-broker");
  look_for_program(&to, "portcullis-worker");
  look_for_program(&to, "portcullis-capture");
  look_at_sandbox(&to, &features);
  look_at_sockets(&to, &features);
  look_at_devices(&to, &features);
  look_for_people(&to);
  look_at_broker(&to);
  look_at_store(&to);
  if (command->as_json) {
    printf("]\n");
  } else if (to.has_flaw) {
    printf("\nWhat is marked !! has to be put right.\n");
  }
  return to.has_flaw ? PCS_COMMAND_FAILED : PCS_COMMAND_DONE;
}
