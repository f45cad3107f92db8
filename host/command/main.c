/*
 * portcullis: the user's own command. See command.h for what it does and its exit codes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/command/command.h"

static const char help[] =
    "portcullis [--json] [--state FOLDER] [--secure-scheme NAME] COMMAND\n"
    "\n"
    "  grants list            what sites were allowed and blocked\n"
    "  grants revoke ID       take one back; what runs because of it ends at once\n"
    "  grants reset ORIGIN    forget everything about a site\n"
    "  grants reset --all     forget everything\n"
    "  doctor                 what is installed, what the sandbox has, what is wrong\n"
    "\n"
    "The folder is $XDG_STATE_HOME/portcullis, or ~/.local/state/portcullis. Exit codes: 0 done,\n"
    "1 it could not be done or doctor has found a flaw, 2 the command line makes no sense,\n"
    "3 there is no such grant.\n";

static int refuse(const char *sentence) {
  fprintf(stderr, "portcullis: %s See portcullis --help.\n", sentence);
  return PCS_COMMAND_USAGE;
}

static bool find_folder(pcs_command *command) {
  const char *state = getenv("XDG_STATE_HOME");
  const char *home = getenv("HOME");
  int len = -1;
  if (state != NULL && state[0] == '/') {
    len = snprintf(command->folder, sizeof command->folder, "%s/portcullis", state);
  } else if (home != NULL && home[0] == '/') {
    len = snprintf(command->folder, sizeof command->folder, "%s/.local/state/portcullis", home);
  }
  return len > 0 && (size_t)len < sizeof command->folder;
}

/* NULL when the options are well; *out_first is the command's first word. */
static const char *read_options(pcs_command *command, int argc, char **argv, int *out_first) {
  int i = 1;
  for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
    bool has_value = i + 1 < argc;
    if (strcmp(argv[i], "--json") == 0) {
      command->as_json = true;
    } else if (strcmp(argv[i], "--state") == 0 && has_value) {
      int len = snprintf(command->folder, sizeof command->folder, "%s", argv[++i]);
      if (len <= 0 || (size_t)len >= sizeof command->folder) {
        return "The path of the folder is too long.";
      }
    } else if (strcmp(argv[i], "--secure-scheme") == 0 && has_value &&
               command->rules.num_schemes < PCS_SECURE_SCHEMES_MAX) {
      command->rules.schemes[command->rules.num_schemes++] = pcs_span_of_text(argv[++i]);
    } else {
      return "There is an option that is not known, or one without its value.";
    }
  }
  *out_first = i;
  return pcs_rules_check(&command->rules) == PCS_OK ? NULL : "This is no scheme of a shell's own.";
}

static int run_grants(const pcs_command *command, int argc, char **argv) {
  const char *what = argc > 0 ? argv[0] : "";
  if (strcmp(what, "list") == 0 && argc == 1) {
    return pcs_command_list(command);
  }
  if (strcmp(what, "revoke") == 0 && argc == 2) {
    return pcs_command_revoke(command, argv[1]);
  }
  if (strcmp(what, "reset") == 0 && argc == 2) {
    return strcmp(argv[1], "--all") == 0 ? pcs_command_forget(command)
                                         : pcs_command_reset(command, argv[1]);
  }
  return refuse("grants takes list, revoke ID, reset ORIGIN or reset --all.");
}

int main(int argc, char **argv) {
  static pcs_command command;
  int first = 1;
  /* --json may stand at the end too, where people put it. */
  while (argc > 2 && strcmp(argv[argc - 1], "--json") == 0) {
    command.as_json = true;
    argc--;
  }
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    printf("%s", help);
    return PCS_COMMAND_DONE;
  }
  const char *sentence = read_options(&command, argc, argv, &first);
  if (sentence != NULL) {
    return refuse(sentence);
  }
  if (command.folder[0] == '\0' && !find_folder(&command)) {
    return refuse("There is no home folder: say where with --state.");
  }
  if (first < argc && strcmp(argv[first], "grants") == 0) {
    return run_grants(&command, argc - first - 1, argv + first + 1);
  }
  if (first + 1 == argc && strcmp(argv[first], "doctor") == 0) {
    return pcs_command_doctor(&command);
  }
  return refuse("There is no such command.");
}
