/*
 * The broker's command line, read once. It decides nothing but whether the line makes sense.
 */
#ifndef PCS_HOST_BROKER_ARGUMENTS_H
#define PCS_HOST_BROKER_ARGUMENTS_H

#include "core/plan/plan.h"
#include "core/policy/address_mode.h"
#include "core/policy/reach.h"
#include "core/policy/rules.h"
#include "core/policy/transports.h"

#define PCS_ARGUMENT_ADDRESSES_MAX 2
#define PCS_ARGUMENT_ORIGINS_MAX 64
/* The program at the other end of the control line is asked, and shows use. */
#define PCS_WAY_SHELL "shell"

typedef struct pcs_arguments {
  pcs_address listen[PCS_ARGUMENT_ADDRESSES_MAX];
  size_t num_listen;
  pcs_origin allowed[PCS_ARGUMENT_ORIGINS_MAX];
  size_t num_allowed;
  int control_descriptor; /* PCS_DESCRIPTOR_NONE when not given, as are the others */
  int link_descriptor;
  int secrets_descriptor;
  pcs_origin origin;     /* of the inherited link */
  const char *worker;    /* NULL: beside the broker */
  const char *ca_bundle; /* NULL: the system's */
  bool has_inspector;
  pcs_address inspector;       /* where it listens */
  const char *inspector_files; /* the folder of its page */
  pcs_local_network local_network;
  pcs_address_mode addresses; /* of every link that no grant gives more to */
  const char *state;     /* the folder of what is remembered; NULL: nothing is */
  uint64_t unused_us;    /* what no site used for so long is forgotten; PCS_STORE_UNUSED_US */
  pcs_rules rules;       /* --ask, --deny, --secure-scheme */
  const char *prompt;    /* a way of ways.h, or PCS_WAY_SHELL; NULL: nobody is asked */
  const char *indicator; /* likewise; NULL: use is shown nowhere, so nothing is captured */
  bool synthetic_devices; /* one of each kind, for tests and development */
  pcs_ice_transports transports;
  bool loopback;
  bool no_sandbox; /* workers keep files and system calls: for debugging only */
  bool asks_help;
  bool asks_version;
} pcs_arguments;

extern const char pcs_arguments_help[];

/* pcs_arguments_read_rule reads an option about consent: true when it is one, with *out_sentence as
 * below, NULL when it is well. For arguments.c. */
bool pcs_arguments_read_rule(pcs_arguments *arguments, const char **out_sentence, const char *name,
                             const char *value);

/* pcs_arguments_is_shell: the way is the program at the control line. way may be NULL. */
bool pcs_arguments_is_shell(const char *way);

/* pcs_arguments_read: PCS_ERR_SYNTAX with *out_sentence, a constant, saying what is wrong. */
PCS_MUST_USE pcs_status pcs_arguments_read(pcs_arguments *out_arguments, const char **out_sentence,
                                           int argc, char **argv);

#endif
