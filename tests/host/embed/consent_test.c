/* An embedding program's asks, and brokers that answer as these scripts do. */
#define _GNU_SOURCE

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/embed/portcullis.h"
#include "tests/check.h"

#define LISTENS "printf 'listening 127.0.0.1:7\\n' >&3\n"
#define WAITS "cat <&3 >/dev/null\n"
/* Reads one line and checks it: a broker that was asked something else ends. */
#define HEARS(line)                                                                                \
  "read -r line <&3; [ \"$line\" = '" line "' ] || { echo \"# $line\"; exit 1; }\n"
#define SAYS(line) "printf '%s\\n' '" line "' >&3\n"
#define ASK_1 "ask a1 https://a.example https://a.example camera"

static char folder[] = "/tmp/portcullis-consent-XXXXXX";
static char script[sizeof folder + sizeof "/broker"];

/* What the askers were told, one after the other: "1 allow GRANTED cam1", "1 ended GRANT_ENDED". */
typedef struct heard {
  pcs_host *host;
  bool ends; /* the use at once, from inside */
  size_t count;
  char lines[8][64];
} heard;

static void on_answered(void *context, unsigned long ask, const pcs_host_verdict *verdict) {
  heard *all = context;
  snprintf(all->lines[all->count++ % 8], sizeof all->lines[0], "%lu %s %s %s", ask,
           verdict->allowed ? "allow" : "deny", verdict->reason, verdict->device);
  if (all->ends) {
    CHECK_EQ_INT(pcs_host_end(all->host, ask), PCS_HOST_OK);
  }
}

static void on_ended(void *context, unsigned long ask, const char *reason) {
  heard *all = context;
  snprintf(all->lines[all->count++ % 8], sizeof all->lines[0], "%lu ended %s", ask, reason);
}

static void start(heard *out, const char *commands) {
  FILE *file = fopen(script, "w");
  fprintf(file, "#!/bin/sh\n" LISTENS "%s", commands);
  fclose(file);
  chmod(script, 0700);
  *out = (heard){0};
  CHECK_EQ_INT(pcs_host_start(&out->host, &(pcs_host_config){.broker = script}), PCS_HOST_OK);
}

static unsigned long ask_for(heard *all, const pcs_host_request *request) {
  const pcs_host_asker asker = {on_answered, on_ended, all};
  unsigned long ask = 99;
  pcs_host_status status = pcs_host_ask(all->host, request, &asker, &ask);
  CHECK((ask != 0) == (status == PCS_HOST_OK));
  return ask;
}

static const pcs_host_request camera = {.frame = {.origin = "https://a.example"},
                                        .rights = "camera"};

/* Dispatches until so much was told. */
static void wait_for(heard *all, size_t count) {
  struct pollfd waiting = {.fd = pcs_host_descriptor(all->host), .events = POLLIN};
  pcs_host_status status = PCS_HOST_OK;
  while (all->count < count && status == PCS_HOST_OK) {
    if (!CHECK(poll(&waiting, 1, PCS_HOST_PATIENCE_MS) == 1)) {
      return;
    }
    status = pcs_host_dispatch(all->host);
  }
  CHECK_EQ_UINT(all->count, count);
}

static void check_line(const heard *all, size_t index, const char *want) {
  if (!CHECK(strcmp(all->lines[index], want) == 0)) {
    printf("#   got %s, want %s\n", all->lines[index], want);
  }
}

static bool is_readable(const heard *all) {
  struct pollfd waiting = {.fd = pcs_host_descriptor(all->host), .events = POLLIN};
  return poll(&waiting, 1, 0) == 1;
}

static void test_allow_and_end(void) {
  heard all;
  start(&all, HEARS(ASK_1) SAYS("verdict a1 allow GRANTED 5 \"a \\\"b\\\\\\u000a\"") HEARS("end a1")
                  SAYS("ok") WAITS);
  CHECK_EQ_UINT(ask_for(&all, &camera), 1);
  wait_for(&all, 1);
  check_line(&all, 0, "1 allow GRANTED a \"b\\\n");
  CHECK(!is_readable(&all));
  CHECK_EQ_INT(pcs_host_end(all.host, 1), PCS_HOST_OK);
  CHECK_EQ_INT(pcs_host_end(all.host, 1), PCS_HOST_OK); /* over: not said again */
  CHECK_EQ_UINT(all.count, 1);
  pcs_host_stop(all.host);
}

static void test_whole_request(void) {
#define PEER "ab12cd34ef567890ab12cd34ef567890ab12cd34ef567890ab12cd34ef567890"
  heard all;
  start(&all,
        HEARS("ask a1 https://a.example https://b.example camera,microphone device=cam1 "
              "peer=sha-256:" PEER " private mixed") SAYS("verdict a1 deny DECLINED - \"\"") WAITS);
  const char *const peers[] = {"sha-256 ab:12:cd:34:ef:56:78:90:ab:12:cd:34:ef:56:78:90:"
                               "ab:12:cd:34:ef:56:78:90:ab:12:cd:34:ef:56:78:90",
                               NULL};
  const pcs_host_request request = {
      .frame = {"https://a.example", "https://b.example", PCS_HOST_PRIVATE | PCS_HOST_MIXED},
      .rights = "camera,microphone",
      .device = "cam1",
      .peers = peers};
  (void)ask_for(&all, &request);
  wait_for(&all, 1);
  check_line(&all, 0, "1 deny DECLINED ");
  pcs_host_stop(all.host);
}

static void test_revoked(void) {
  heard all;
  start(&all,
        HEARS(ASK_1) SAYS("verdict a1 allow GRANTED 5 \"\"") SAYS("ended a1 camera GRANT_ENDED")
            SAYS("ended a1 microphone GRANT_ENDED") HEARS("end a1") SAYS("ok") WAITS);
  (void)ask_for(&all, &camera);
  wait_for(&all, 2);
  check_line(&all, 0, "1 allow GRANTED ");
  check_line(&all, 1, "1 ended GRANT_ENDED");
  pcs_host_stop(all.host);
}

/* The verdict came before the answer to something else, which was waited for: it is not lost, and
 * the main loop wakes for it. */
static void test_heard_on_the_way(void) {
  heard all;
  start(&all,
        HEARS(ASK_1) HEARS("forget") SAYS("verdict a1 allow GRANTED 5 \"\"") SAYS("ok") WAITS);
  (void)ask_for(&all, &camera);
  CHECK_EQ_INT(pcs_host_forget(all.host), PCS_HOST_OK);
  CHECK_EQ_UINT(all.count, 0);
  CHECK(is_readable(&all));
  wait_for(&all, 1);
  check_line(&all, 0, "1 allow GRANTED ");
  CHECK(!is_readable(&all));
  pcs_host_stop(all.host);
}

static void test_from_inside(void) {
  heard all;
  start(&all,
        HEARS(ASK_1) SAYS("verdict a1 allow GRANTED 5 \"\"") SAYS("ended a1 camera PAGE_CLOSED")
            HEARS("end a1") SAYS("ok") HEARS("reset https://a.example") SAYS("error No.") WAITS);
  all.ends = true;
  (void)ask_for(&all, &camera);
  wait_for(&all, 1);
  CHECK_EQ_INT(pcs_host_reset_origin(all.host, "https://a.example"), PCS_HOST_REFUSED);
  CHECK_EQ_INT(pcs_host_dispatch(all.host), PCS_HOST_OK);
  CHECK_EQ_UINT(all.count, 1); /* it had ended its use itself */
  pcs_host_stop(all.host);
}

static void test_broker_ends(void) {
  heard all;
  start(&all, HEARS(ASK_1) SAYS("verdict a1 allow GRANTED 5 \"\"") "read -r line <&3\n");
  (void)ask_for(&all, &camera);
  wait_for(&all, 1);
  (void)ask_for(&all, &camera);
  wait_for(&all, 3);
  check_line(&all, 1, "1 ended BROKER_ENDED");
  check_line(&all, 2, "2 deny BROKER_ENDED ");
  CHECK_EQ_INT(pcs_host_dispatch(all.host), PCS_HOST_ENDED);
  CHECK_EQ_UINT(all.count, 3);
  unsigned long ask;
  const pcs_host_asker asker = {on_answered, on_ended, &all};
  CHECK_EQ_INT(pcs_host_ask(all.host, &camera, &asker, &ask), PCS_HOST_ENDED);
  pcs_host_stop(all.host);
}

static void test_strange_lines(void) {
  heard all;
  start(&all, HEARS(ASK_1) SAYS("verdict ") SAYS("verdict a2 allow GRANTED 5 \"\"")
                  SAYS("verdict b1 allow GRANTED 5 \"\"") SAYS("ended a1 camera GRANT_ENDED")
                      HEARS("forget") SAYS("ok") WAITS);
  (void)ask_for(&all, &camera);
  CHECK_EQ_INT(pcs_host_forget(all.host), PCS_HOST_OK);
  CHECK_EQ_INT(pcs_host_dispatch(all.host), PCS_HOST_OK);
  CHECK_EQ_UINT(all.count, 0);
  pcs_host_stop(all.host);
  start(&all, HEARS(ASK_1) SAYS("verdict a1 allow") WAITS);
  (void)ask_for(&all, &camera);
  wait_for(&all, 1);
  check_line(&all, 0, "1 deny  "); /* half an answer allows nothing */
  pcs_host_stop(all.host);
}

static void test_arguments(void) {
  heard all;
  start(&all, WAITS);
  const char *const bad_peer[] = {"sha-1 AA:BB", NULL};
  const char *const short_peer[] = {"sha-256 AA:BB", NULL};
  const pcs_host_request bad[] = {
      {.frame = {.origin = NULL}, .rights = "camera"},
      {.frame = {.origin = "a b"}, .rights = "camera"},
      {.frame = {.origin = "https://a.example", .embedding_origin = "a\nb"}, .rights = "camera"},
      {.frame = {.origin = "https://a.example"}, .rights = NULL},
      {.frame = {.origin = "https://a.example"}, .rights = "camera private"},
      {.frame = {.origin = "https://a.example"}, .rights = "camera", .device = ""},
      {.frame = {.origin = "https://a.example"}, .rights = "camera", .peers = bad_peer},
      {.frame = {.origin = "https://a.example"}, .rights = "camera", .peers = short_peer},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK_EQ_UINT(ask_for(&all, &bad[i]), 0);
  }
  for (size_t i = 0; i < PCS_HOST_ASKS_MAX; i++) {
    CHECK(ask_for(&all, &camera) != 0);
  }
  CHECK_EQ_UINT(ask_for(&all, &camera), 0); /* one more than there may be */
  pcs_host_stop(all.host);
}

int main(void) {
  if (mkdtemp(folder) == NULL) {
    return 1;
  }
  snprintf(script, sizeof script, "%s/broker", folder);
  RUN("what was allowed is told with its device, and its end said once", test_allow_and_end);
  RUN("a request is said with all its parts", test_whole_request);
  RUN("what is taken back is told once, and the broker keeps no place for it", test_revoked);
  RUN("a verdict heard on the way to another answer is not lost", test_heard_on_the_way);
  RUN("an asker may end its use while it is told", test_from_inside);
  RUN("when the broker ends, nothing is allowed any more", test_broker_ends);
  RUN("lines that are no answer allow nothing", test_strange_lines);
  RUN("a request that cannot be said, or is one too many, is refused", test_arguments);
  unlink(script);
  rmdir(folder);
  return check_report();
}
