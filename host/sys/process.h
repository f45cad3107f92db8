/*
 * Child processes: start one with chosen descriptors and an environment of chosen variables, none
 * if none was chosen, in a session of its own; learn how it ended; end it. And what a program knows
 * of itself.
 */
#ifndef PCS_HOST_SYS_PROCESS_H
#define PCS_HOST_SYS_PROCESS_H

#include "core/base/bytes.h"
#include "host/sys/loop.h"

#define PCS_PATH_BYTES_MAX 4096
/* Standard input, output, error and what the child is given beside them. */
#define PCS_PROCESS_DESCRIPTORS_MAX 8
#define PCS_PROCESS_ARGUMENTS_MAX 16
#define PCS_PROCESS_VARIABLES_MAX 16

typedef struct pcs_process pcs_process;

/* How a child ended: its exit code, or the signal that ended it (0: none). */
typedef struct pcs_process_end {
  int code;
  int signal;
} pcs_process_end;

typedef void (*pcs_process_ended)(void *context, pcs_process_end end);

/* arguments begin with the program's name. descriptors[i] becomes the child's number i;
 * PCS_DESCRIPTOR_NONE gives it the null device for 0 to 2 and nothing above. */
typedef struct pcs_process_config {
  const char *path;
  const char *arguments[PCS_PROCESS_ARGUMENTS_MAX];
  size_t num_arguments;
  int descriptors[PCS_PROCESS_DESCRIPTORS_MAX];
  size_t num_descriptors;
  const char *const *variables; /* names of those of this process that the child has too */
  size_t num_variables;
  pcs_process_ended ended; /* called once, in a later turn, unless the process was freed before */
  void *context;
} pcs_process_config;

PCS_MUST_USE pcs_status pcs_process_start(pcs_process **out_process, pcs_loop *loop,
                                          const pcs_process_config *config);
/* pcs_process_end_now ends it at once (SIGKILL). */
void pcs_process_end_now(pcs_process *process);
/* pcs_process_free forgets it; one that still runs is ended. */
void pcs_process_free(pcs_process *process);

/* pcs_process_beside writes the path of the file called name in this program's own folder. */
PCS_MUST_USE pcs_status pcs_process_beside(char out_path[PCS_PATH_BYTES_MAX], const char *name);
/* pcs_process_ignore_broken_pipes: a write to a closed pipe is a status, never a signal. */
void pcs_process_ignore_broken_pipes(void);

/* pcs_interrupts_watch calls interrupted when the process is asked to end (SIGINT, SIGTERM). */
typedef struct pcs_interrupts pcs_interrupts;
PCS_MUST_USE pcs_status pcs_interrupts_watch(pcs_interrupts **out_interrupts, pcs_loop *loop,
                                             pcs_loop_callback interrupted, void *context);
void pcs_interrupts_free(pcs_interrupts *interrupts);

#endif
