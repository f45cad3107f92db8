/* Links over the control line: the descriptor of a line is that line's and no other's. */
#include <string.h>

#include "host/broker/control.h"
#include "host/sys/descriptor.h"
#include "tests/check.h"

#define OPENED_MAX 4

typedef struct scene {
  pcs_loop *loop;
  pcs_random_seeded state;
  pcs_random random;
  pcs_admission *admission;
  pcs_control *control;
  int parent;
  pcs_watch *watch;
  char answers[8192];
  size_t answers_len;
  size_t num_lines; /* heard, and what is waited for */
  size_t num_wanted;
  size_t num_opened;
  char opened[OPENED_MAX][2 * PCS_ORIGIN_BYTES_MAX + 2];
  uint32_t flags; /* of the last one opened */
  bool closed;
  pcs_status verdict;
} scene;

static pcs_status open_link(void *context, const pcs_visit *visit, int descriptor) {
  scene *at = (scene *)context;
  CHECK(descriptor != PCS_DESCRIPTOR_NONE);
  if (at->num_opened < OPENED_MAX) {
    snprintf(at->opened[at->num_opened], sizeof at->opened[0], "%s %s", visit->origin.text,
             visit->embedder.text);
    at->flags = visit->flags;
  }
  at->num_opened++;
  pcs_descriptor_close(&descriptor);
  return at->verdict;
}

static void on_closed(void *context) {
  scene *at = (scene *)context;
  at->closed = true;
  pcs_loop_stop(at->loop);
}

static void on_answer(void *context, unsigned ready_for) {
  scene *at = (scene *)context;
  (void)ready_for;
  size_t got = 0;
  if (pcs_descriptor_read(at->parent, (uint8_t *)at->answers + at->answers_len,
                          sizeof at->answers - 1 - at->answers_len, &got) != PCS_OK) {
    return;
  }
  for (size_t i = 0; i < got; i++) {
    at->num_lines += at->answers[at->answers_len + i] == '\n' ? 1 : 0;
  }
  at->answers_len += got;
  if (at->num_lines >= at->num_wanted) {
    pcs_loop_stop(at->loop);
  }
}

static void open_scene(scene *at) {
  *at = (scene){.verdict = PCS_OK};
  int pair[2];
  at->random = pcs_random_seeded_init(&at->state, CHECK_SEED(11));
  CHECK_EQ_INT(pcs_loop_new(&at->loop), PCS_OK);
  CHECK_EQ_INT(pcs_admission_new(&at->admission, &at->random), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_STREAM), PCS_OK);
  at->parent = pair[0];
  pcs_control_config config = {.loop = at->loop,
                               .admission = at->admission,
                               .open_link = open_link,
                               .closed = on_closed,
                               .context = at};
  CHECK_EQ_INT(pcs_control_new(&at->control, &config, pair[1]), PCS_OK);
  CHECK_EQ_INT(pcs_watch_new(&at->watch, at->loop, at->parent, on_answer, at), PCS_OK);
  pcs_watch_want(at->watch, PCS_READABLE);
}

static void close_scene(scene *at) {
  pcs_control_free(at->control);
  pcs_watch_free(at->watch);
  pcs_descriptor_close(&at->parent);
  pcs_admission_free(at->admission);
  pcs_loop_free(at->loop);
}

/* Sends text, and one end of a pair beside it; the other end is the result. */
static int send_with_link(scene *at, const char *text) {
  int pair[2];
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_STREAM), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_send_with(at->parent, pcs_span_of_text(text), pair[1]), PCS_OK);
  pcs_descriptor_close(&pair[1]);
  return pair[0];
}

static void send_text(scene *at, const char *text) {
  size_t sent = 0;
  CHECK_EQ_INT(pcs_descriptor_write(at->parent, pcs_span_of_text(text), &sent), PCS_OK);
  CHECK_EQ_UINT(sent, strlen(text));
}

/* Waits for that many answers, all of them in one text; "" when the broker closed instead. */
static const char *hear(scene *at, size_t num_wanted) {
  at->num_wanted = num_wanted;
  at->num_lines = 0;
  at->answers_len = 0;
  pcs_loop_run(at->loop);
  at->answers[at->answers_len] = '\0';
  return at->answers;
}

static bool is_closed(int link) {
  uint8_t byte;
  size_t got = 0;
  return pcs_descriptor_read(link, &byte, 1, &got) == PCS_ERR_CLOSED;
}

static void test_opens(void) {
  scene at;
  open_scene(&at);
  int link = send_with_link(&at, "link https://app.example\n");
  CHECK(strcmp(hear(&at, 1), "ok\n") == 0);
  int framed = send_with_link(&at, "link https://widget.example https://app.example private\n");
  CHECK(strcmp(hear(&at, 1), "ok\n") == 0);
  CHECK_EQ_UINT(at.num_opened, 2);
  CHECK_EQ_UINT(at.flags, PCS_PAGE_PRIVATE);
  CHECK(strcmp(at.opened[0], "https://app.example https://app.example") == 0);
  CHECK(strcmp(at.opened[1], "https://widget.example https://app.example") == 0);
  pcs_descriptor_close(&link);
  pcs_descriptor_close(&framed);
  close_scene(&at);
}

static void test_refuses(void) {
  static const char *const bad[] = {"link null\n",
                                    "link https://app.example/\n",
                                    "link https://app.example https://a.example x\n",
                                    "link \n"};
  scene at;
  open_scene(&at);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int link = send_with_link(&at, bad[i]);
    CHECK(strcmp(hear(&at, 1), "error This is not an origin.\n") == 0);
    CHECK(is_closed(link));
    pcs_descriptor_close(&link);
  }
  CHECK_EQ_UINT(at.num_opened, 0);
  at.verdict = PCS_ERR_QUOTA;
  int link = send_with_link(&at, "link https://app.example\n");
  CHECK(strcmp(hear(&at, 1), "error There are too many links.\n") == 0);
  pcs_descriptor_close(&link);
  close_scene(&at);
}

static void test_own_line_only(void) {
  scene at;
  open_scene(&at);
  send_text(&at, "link https://app.example\n");
  CHECK(strncmp(hear(&at, 1), "error The link's descriptor", 27) == 0);
  int link = send_with_link(&at, "allow https://app.example\n");
  CHECK(strcmp(hear(&at, 1), "ok\n") == 0);
  CHECK(is_closed(link));
  send_text(&at, "link https://app.example\n");
  CHECK(strncmp(hear(&at, 1), "error The link's descriptor", 27) == 0);
  CHECK_EQ_UINT(at.num_opened, 0);
  pcs_descriptor_close(&link);
  close_scene(&at);
}

static void test_in_pieces(void) {
  scene at;
  open_scene(&at);
  send_text(&at, "allow https://app.example\nli");
  int link = send_with_link(&at, "nk https://");
  send_text(&at, "app.example\n");
  CHECK(strcmp(hear(&at, 2), "ok\nok\n") == 0);
  CHECK_EQ_UINT(at.num_opened, 1);
  pcs_descriptor_close(&link);
  close_scene(&at);
}

static void test_many_at_once(void) {
  enum { NUM_LINKS = 40 };
  scene at;
  open_scene(&at);
  for (size_t i = 0; i < NUM_LINKS; i++) {
    int link = send_with_link(&at, "link https://app.example\n");
    pcs_descriptor_close(&link);
  }
  (void)hear(&at, NUM_LINKS);
  CHECK_EQ_UINT(at.num_opened, NUM_LINKS);
  CHECK(!at.closed);
  close_scene(&at);
}

static void test_two_for_one_line(void) {
  scene at;
  open_scene(&at);
  int first = send_with_link(&at, "link https://");
  int second = send_with_link(&at, "app.example\n");
  CHECK(strcmp(hear(&at, 1), "") == 0);
  CHECK(at.closed);
  CHECK_EQ_UINT(at.num_opened, 0);
  CHECK(is_closed(second));
  pcs_descriptor_close(&first);
  pcs_descriptor_close(&second);
  close_scene(&at);
}

int main(void) {
  RUN("a link opens for the origin and what embeds it", test_opens);
  RUN("what is no origin gets no link, and its descriptor is closed", test_refuses);
  RUN("a descriptor serves its own line only", test_own_line_only);
  RUN("a line in pieces keeps the descriptor that came beside one", test_in_pieces);
  RUN("many links asked for at once each get their own", test_many_at_once);
  RUN("two descriptors for one line end the control line", test_two_for_one_line);
  return check_report();
}
