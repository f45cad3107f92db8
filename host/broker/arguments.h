/*
 * The broker's command line, read once. It decides nothing but whether the line makes sense.
 */
#ifndef PCS_HOST_BROKER_ARGUMENTS_H
#define PCS_HOST_BROKER_ARGUMENTS_H

#include "core/plan/plan.h"
#include "core/policy/origin.h"
#include "core/policy/transports.h"

#define PCS_ARGUMENT_ADDRESSES_MAX 2
#define PCS_ARGUMENT_ORIGINS_MAX 64

typedef struct pcs_arguments {
  pcs_address listen[PCS_ARGUMENT_ADDRESSES_MAX];
  size_t num_listen;
  pcs_origin allowed[PCS_ARGUMENT_ORIGINS_MAX];
  size_t num_allowed;
  int control_descriptor; /* PCS_DESCRIPTOR_NONE when not given, as are the others */
  int link_descriptor;
  int secrets_descriptor;
  pcs_origin origin;  /* of the inherited link */
  const char *worker; /* NULL: beside the broker */
  const char *ca_bundle; /* NULL: the system's */
  pcs_ice_transports transports;
  bool loopback;
  bool no_sandbox; /* workers keep files and system calls: for debugging only */
  bool asks_help;
  bool asks_version;
} pcs_arguments;

extern const char pcs_arguments_help[];

/* pcs_arguments_read: PCS_ERR_SYNTAX with *out_sentence, a constant, saying what is wrong. */
PCS_MUST_USE pcs_status pcs_arguments_read(pcs_arguments *out_arguments, const char **out_sentence,
                                           int argc, char **argv);

#endif
