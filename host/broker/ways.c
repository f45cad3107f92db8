#include "host/broker/ways.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "host/broker/indicator_process.h"
#include "host/broker/indicator_terminal.h"
#include "host/broker/prompt_either.h"
#include "host/broker/prompt_file.h"
#include "host/broker/prompt_process.h"
#include "host/broker/prompt_terminal.h"

static pcs_status refuse(char *out_sentence, pcs_status status, const char *sentence) {
  snprintf(out_sentence, PCS_WAYS_SENTENCE_BYTES_MAX, "%s", sentence);
  return status;
}

/* ---- asking ---- */

static pcs_status make_window(pcs_prompter *out_prompter, const pcs_ways_config *config) {
  pcs_prompt_process_config window = {
      .loop = config->loop, .answered = config->answered, .context = config->context};
  return pcs_prompt_process_new(out_prompter, &window);
}

static pcs_status make_terminal(pcs_prompter *out_prompter, const pcs_ways_config *config) {
  pcs_prompt_terminal_config terminal = {
      .loop = config->loop, .answered = config->answered, .context = config->context};
  return pcs_prompt_terminal_new(out_prompter, &terminal);
}

static pcs_status make_auto(pcs_prompter *out_prompter, const pcs_ways_config *config) {
  pcs_prompter window;
  pcs_prompter terminal;
  pcs_status status = make_window(&window, config);
  if (status != PCS_OK) {
    return status;
  }
  status = make_terminal(&terminal, config);
  if (status != PCS_OK) {
    window.free(window.self);
    return status;
  }
  return pcs_prompt_either_new(out_prompter, &window, &terminal);
}

static pcs_status make_file(pcs_prompter *out_prompter, char *out_sentence,
                            const pcs_ways_config *config, const char *path) {
  pcs_policy_flaw flaw;
  pcs_prompt_file_config file = {
      .loop = config->loop, .path = path, .answered = config->answered, .context = config->context};
  pcs_status status = pcs_prompt_file_new(out_prompter, &flaw, &file);
  if (status == PCS_OK) {
    return PCS_OK;
  }
  if (flaw.line > 0) {
    snprintf(out_sentence, PCS_WAYS_SENTENCE_BYTES_MAX, "%s, line %zu: %s", path, flaw.line,
             flaw.sentence);
  } else {
    snprintf(out_sentence, PCS_WAYS_SENTENCE_BYTES_MAX, "%s: %s", path, flaw.sentence);
  }
  return status;
}

pcs_status pcs_ways_prompter(pcs_prompter *out_prompter,
                             char out_sentence[PCS_WAYS_SENTENCE_BYTES_MAX],
                             const pcs_ways_config *config, const char *name) {
  *out_prompter = (pcs_prompter){.put = NULL};
  refuse(out_sentence, PCS_OK, "The system refused what asking needs.");
  if (strcmp(name, "none") == 0) {
    return PCS_OK;
  }
  if (strcmp(name, "auto") == 0) {
    return make_auto(out_prompter, config);
  }
  if (strcmp(name, "gtk") == 0) {
    return make_window(out_prompter, config);
  }
  if (strcmp(name, "terminal") == 0) {
    return make_terminal(out_prompter, config);
  }
  if (pcs_text_starts_with(pcs_span_of_text(name), "file:")) {
    return make_file(out_prompter, out_sentence, config, name + strlen("file:"));
  }
  return refuse(out_sentence, PCS_ERR_UNSUPPORTED,
                "The ways of asking are auto, gtk, terminal, file:PATH and none.");
}

/* ---- showing ---- */

pcs_status pcs_ways_indicator(pcs_indicator *out_indicator,
                              char out_sentence[PCS_WAYS_SENTENCE_BYTES_MAX],
                              const pcs_ways_config *config, const char *name) {
  pcs_indicator_process_config window = {.loop = config->loop, .events = config->events};
  pcs_indicator_terminal_config terminal = {.loop = config->loop, .events = config->events};
  *out_indicator = (pcs_indicator){.show = NULL};
  refuse(out_sentence, PCS_OK, "The system refused what showing needs.");
  if (strcmp(name, "none") == 0) {
    return PCS_OK;
  }
  if (strcmp(name, "gtk") == 0) {
    return pcs_indicator_process_new(out_indicator, &window);
  }
  if (strcmp(name, "terminal") == 0) {
    return pcs_indicator_terminal_new(out_indicator, &terminal);
  }
  return refuse(out_sentence, PCS_ERR_UNSUPPORTED,
                "The ways of showing what is in use are gtk, terminal and none.");
}
