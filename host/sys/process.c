#include "host/sys/process.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "host/sys/descriptor.h"

struct pcs_process {
  uv_process_t process;
  pcs_process_ended ended; /* NULL once freed by its owner */
  void *context;
  bool running;
};

struct pcs_interrupts {
  uv_signal_t interrupt;
  uv_signal_t terminate;
  pcs_loop_callback interrupted;
  void *context;
  unsigned num_open;
};

static void free_process(uv_handle_t *handle) {
  free(handle->data);
}

static void on_ended(uv_process_t *uv, int64_t code, int signal_number) {
  pcs_process *process = (pcs_process *)uv->data;
  process->running = false;
  if (process->ended != NULL) {
    process->ended(process->context, (pcs_process_end){(int)code, signal_number});
  }
}

static void give_descriptors(uv_stdio_container_t *stdio, const pcs_process_config *config) {
  for (size_t i = 0; i < config->num_descriptors; i++) {
    stdio[i].flags = UV_IGNORE;
    if (config->descriptors[i] != PCS_DESCRIPTOR_NONE) {
      stdio[i].flags = UV_INHERIT_FD;
      stdio[i].data.fd = config->descriptors[i];
    }
  }
}

/* "NAME=value" in memory of its own; NULL when there is none. */
static char *copy_variable(const char *name) {
  const char *value = getenv(name);
  if (value == NULL) {
    return NULL;
  }
  size_t name_len = strlen(name);
  size_t value_len = strlen(value);
  char *variable = malloc(name_len + value_len + 2);
  if (variable != NULL) {
    memcpy(variable, name, name_len);
    variable[name_len] = '=';
    memcpy(variable + name_len + 1, value, value_len + 1);
  }
  return variable;
}

static size_t copy_variables(char **environment, const pcs_process_config *config) {
  size_t num = 0;
  for (size_t i = 0; i < config->num_variables; i++) {
    environment[num] = copy_variable(config->variables[i]);
    num += environment[num] != NULL ? 1 : 0;
  }
  return num;
}

pcs_status pcs_process_start(pcs_process **out_process, pcs_loop *loop,
                             const pcs_process_config *config) {
  *out_process = NULL;
  assert(config->num_arguments < PCS_PROCESS_ARGUMENTS_MAX);
  assert(config->num_descriptors <= PCS_PROCESS_DESCRIPTORS_MAX);
  assert(config->num_variables <= PCS_PROCESS_VARIABLES_MAX);
  pcs_process *process = calloc(1, sizeof *process);
  if (process == NULL) {
    return PCS_ERR_SYSTEM;
  }
  process->process.data = process;
  process->ended = config->ended;
  process->context = config->context;
  /* uv_spawn does not write to the arguments; its type only predates const. */
  char *arguments[PCS_PROCESS_ARGUMENTS_MAX + 1] = {0};
  memcpy(arguments, config->arguments, config->num_arguments * sizeof arguments[0]);
  uv_stdio_container_t stdio[PCS_PROCESS_DESCRIPTORS_MAX] = {0};
  give_descriptors(stdio, config);
  char *environment[PCS_PROCESS_VARIABLES_MAX + 1] = {0};
  size_t num_variables = copy_variables(environment, config);
  /* Detached: a session of its own, so that Ctrl-C at a terminal is this process's alone to answer. */
  uv_process_options_t options = {.file = config->path,
                                  .flags = UV_PROCESS_DETACHED,
                                  .args = arguments,
                                  .env = environment,
                                  .exit_cb = on_ended,
                                  .stdio = stdio,
                                  .stdio_count = (int)config->num_descriptors};
  int refused = uv_spawn(pcs_loop_uv(loop), &process->process, &options);
  for (size_t i = 0; i < num_variables; i++) {
    free(environment[i]);
  }
  if (refused != 0) {
    uv_close((uv_handle_t *)&process->process, free_process);
    return PCS_ERR_SYSTEM;
  }
  process->running = true;
  *out_process = process;
  return PCS_OK;
}

void pcs_process_end_now(pcs_process *process) {
  if (process->running) {
    uv_process_kill(&process->process, SIGKILL);
  }
}

void pcs_process_free(pcs_process *process) {
  if (process != NULL) {
    pcs_process_end_now(process);
    process->ended = NULL;
    uv_close((uv_handle_t *)&process->process, free_process);
  }
}

pcs_status pcs_process_beside(char out_path[PCS_PATH_BYTES_MAX], const char *name) {
  ssize_t len = readlink("/proc/self/exe", out_path, PCS_PATH_BYTES_MAX - 1);
  if (len <= 0) {
    return PCS_ERR_SYSTEM;
  }
  size_t folder_len = (size_t)len;
  while (folder_len > 0 && out_path[folder_len - 1] != '/') {
    folder_len--;
  }
  size_t name_len = strlen(name);
  if (folder_len + name_len + 1 > PCS_PATH_BYTES_MAX) {
    return PCS_ERR_TOO_LARGE;
  }
  memcpy(out_path + folder_len, name, name_len + 1);
  return PCS_OK;
}

void pcs_process_ignore_broken_pipes(void) {
  signal(SIGPIPE, SIG_IGN);
}

static void on_signal(uv_signal_t *uv, int number) {
  (void)number;
  pcs_interrupts *interrupts = (pcs_interrupts *)uv->data;
  interrupts->interrupted(interrupts->context);
}

pcs_status pcs_interrupts_watch(pcs_interrupts **out_interrupts, pcs_loop *loop,
                                pcs_loop_callback interrupted, void *context) {
  pcs_interrupts *interrupts = calloc(1, sizeof *interrupts);
  *out_interrupts = interrupts;
  if (interrupts == NULL) {
    return PCS_ERR_SYSTEM;
  }
  interrupts->interrupted = interrupted;
  interrupts->context = context;
  interrupts->num_open = 2;
  uv_signal_t *signals[] = {&interrupts->interrupt, &interrupts->terminate};
  int numbers[] = {SIGINT, SIGTERM};
  for (size_t i = 0; i < 2; i++) {
    uv_signal_init(pcs_loop_uv(loop), signals[i]);
    signals[i]->data = interrupts;
    uv_signal_start(signals[i], on_signal, numbers[i]);
    uv_unref((uv_handle_t *)signals[i]);
  }
  return PCS_OK;
}

static void free_interrupts(uv_handle_t *handle) {
  pcs_interrupts *interrupts = (pcs_interrupts *)handle->data;
  interrupts->num_open--;
  if (interrupts->num_open == 0) {
    free(interrupts);
  }
}

void pcs_interrupts_free(pcs_interrupts *interrupts) {
  if (interrupts != NULL) {
    uv_close((uv_handle_t *)&interrupts->interrupt, free_interrupts);
    uv_close((uv_handle_t *)&interrupts->terminate, free_interrupts);
  }
}
