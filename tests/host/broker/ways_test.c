/* The ways of asking and showing by their names: what is not known is refused with a sentence, and
 * where nobody can be asked one way the other is tried. */
#include "host/broker/ways.h"

#include <unistd.h>

#include "host/broker/prompt_either.h"
#include "tests/check.h"
#include "tests/host/prompt/sample.h"

static pcs_ways_config config;
static pcs_prompter prompter;
static pcs_indicator indicator;
static char sentence[PCS_WAYS_SENTENCE_BYTES_MAX];

static void test_names(void) {
  static const char *const names[] = {"auto", "gtk", "terminal"};
  for (size_t i = 0; i < 3; i++) {
    CHECK_EQ_INT(pcs_ways_prompter(&prompter, sentence, &config, names[i]), PCS_OK);
    prompter.free(prompter.self);
    if (i > 0) {
      CHECK_EQ_INT(pcs_ways_indicator(&indicator, sentence, &config, names[i]), PCS_OK);
      indicator.free(indicator.self);
    }
  }
  CHECK_EQ_INT(pcs_ways_prompter(&prompter, sentence, &config, "none"), PCS_OK);
  CHECK(prompter.put == NULL);
  CHECK_EQ_INT(pcs_ways_indicator(&indicator, sentence, &config, "none"), PCS_OK);
  CHECK(indicator.show == NULL);
}

static void test_unknown(void) {
  CHECK_EQ_INT(pcs_ways_prompter(&prompter, sentence, &config, "GTK"), PCS_ERR_UNSUPPORTED);
  CHECK(prompter.put == NULL && strstr(sentence, "file:PATH") != NULL);
  CHECK_EQ_INT(pcs_ways_indicator(&indicator, sentence, &config, "auto"), PCS_ERR_UNSUPPORTED);
  CHECK(indicator.show == NULL && strstr(sentence, "terminal") != NULL);
  CHECK_EQ_INT(pcs_ways_prompter(&prompter, sentence, &config, "file:/nowhere/at/all"),
               PCS_ERR_NOT_FOUND);
  CHECK_EQ_STR(sentence, "/nowhere/at/all: There is no such file.");
}

static void test_file(void) {
  char name[] = "file:/tmp/portcullis-ways-XXXXXX";
  char wanted[PCS_WAYS_SENTENCE_BYTES_MAX];
  const char *path = name + strlen("file:");
  int file = mkstemp(name + strlen("file:"));
  CHECK(write(file, "\nallow\n", 7) == 7);
  CHECK_EQ_INT(pcs_ways_prompter(&prompter, sentence, &config, name), PCS_ERR_SYNTAX);
  snprintf(wanted, sizeof wanted, "%s, line 2: This needs an origin such as https://app.example.",
           path);
  CHECK_EQ_STR(sentence, wanted);
  CHECK(ftruncate(file, 0) == 0);
  CHECK_EQ_INT(pcs_ways_prompter(&prompter, sentence, &config, name), PCS_OK);
  prompter.free(prompter.self);
  close(file);
  unlink(path);
}

/* ---- either ---- */

typedef struct fake {
  pcs_status status;
  unsigned num_put;
  unsigned num_withdrawn;
  unsigned num_freed;
} fake;

static pcs_status fake_put(void *context, const pcs_question *question) {
  fake *self = (fake *)context;
  (void)question;
  self->num_put++;
  return self->status;
}

static void fake_withdraw(void *context, uint64_t question) {
  (void)question;
  ((fake *)context)->num_withdrawn++;
}

static void fake_free(void *context) {
  ((fake *)context)->num_freed++;
}

static void test_either(void) {
  static pcs_question question;
  fake fakes[2] = {{.status = PCS_OK}, {.status = PCS_OK}};
  pcs_prompter both[2];
  for (size_t i = 0; i < 2; i++) {
    both[i] = (pcs_prompter){fake_put, fake_withdraw, fake_free, &fakes[i]};
  }
  sample_question(&question);
  CHECK_EQ_INT(pcs_prompt_either_new(&prompter, &both[0], &both[1]), PCS_OK);
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_OK);
  CHECK_EQ_UINT(fakes[1].num_put, 0);
  fakes[0].status = PCS_ERR_NO_SPACE; /* there is somebody, who is busy */
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_ERR_NO_SPACE);
  CHECK_EQ_UINT(fakes[1].num_put, 0);
  fakes[0].status = PCS_ERR_UNSUPPORTED;
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_OK);
  CHECK_EQ_UINT(fakes[1].num_put, 1);
  fakes[1].status = PCS_ERR_UNSUPPORTED;
  CHECK_EQ_INT(prompter.put(prompter.self, &question), PCS_ERR_UNSUPPORTED);
  prompter.withdraw(prompter.self, question.id);
  CHECK(fakes[0].num_withdrawn == 1 && fakes[1].num_withdrawn == 1);
  prompter.free(prompter.self);
  CHECK(fakes[0].num_freed == 1 && fakes[1].num_freed == 1);
}

int main(void) {
  if (!CHECK(pcs_loop_new(&config.loop) == PCS_OK)) {
    return 1;
  }
  RUN("each way is made by its name", test_names);
  RUN("a name that is not known is refused with what is", test_unknown);
  RUN("a file's flaw is told with its line", test_file);
  RUN("where nobody can be asked one way, the other is tried", test_either);
  pcs_loop_free(config.loop);
  return check_report();
}
