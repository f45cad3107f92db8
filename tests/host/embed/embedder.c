/*
 * The smallest embedding program: starts a host, opens two frames' links on it, says HELLO on each
 * and sees WELCOME, is refused what is no origin, asks for a right that the policy file allows and
 * sees it taken back, and stops. A line for each step on standard output; POLICY of the environment
 * is the file, the first argument names the broker when the library does not know it.
 */
#include <poll.h>
#include <portcullis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* HELLO of protocol version 1 without a token: length, id 1, version, a token of 0 bytes. */
static const unsigned char hello[] = {HELLO_BYTES};

static int say(const char *what, pcs_host_status status) {
  printf("%s: %s\n", what, pcs_host_sentence(status));
  return status == PCS_HOST_OK ? 0 : 1;
}

/* The id of the first record that comes, or 0. */
static unsigned first_record(int link) {
  unsigned char head[6];
  size_t have = 0;
  while (have < sizeof head) {
    ssize_t got = read(link, head + have, sizeof head - have);
    if (got <= 0) {
      return 0;
    }
    have += (size_t)got;
  }
  return (unsigned)head[4] << 8 | head[5];
}

static int greet(pcs_host *host, const char *origin, const char *around) {
  int link = -1;
  pcs_host_status status = pcs_host_attach(host, &(pcs_host_frame){origin, around, 0}, &link);
  if (say("attach", status) != 0) {
    return 1;
  }
  if (write(link, hello, sizeof hello) != (ssize_t)sizeof hello) {
    return 1;
  }
  printf("record %04x\n", first_record(link));
  return close(link);
}

static int num_told;

static void on_answered(void *context, unsigned long ask, const pcs_host_verdict *verdict) {
  (void)context;
  num_told++;
  printf("ask %lu: %s, %s\n", ask, verdict->allowed ? "allowed" : "denied", verdict->reason);
}

static void on_ended(void *context, unsigned long ask, const char *reason) {
  (void)context;
  num_told++;
  printf("ask %lu: ended, %s\n", ask, reason);
}

/* What any main loop does. */
static void wait_until_told(pcs_host *host, int count) {
  struct pollfd waiting = {.fd = pcs_host_descriptor(host), .events = POLLIN};
  while (num_told < count && poll(&waiting, 1, PCS_HOST_PATIENCE_MS) == 1 &&
         pcs_host_dispatch(host) == PCS_HOST_OK) {
  }
}

static int ask(pcs_host *host, const pcs_host_frame *frame) {
  const pcs_host_asker asker = {on_answered, on_ended, NULL};
  const pcs_host_request request = {.frame = *frame, .rights = "data"};
  unsigned long number;
  return say("ask", pcs_host_ask(host, &request, &asker, &number));
}

static int ask_and_reset(pcs_host *host) {
  const pcs_host_frame widget = {"https://widget.example", "https://app.example", 0};
  const pcs_host_frame mixed = {"https://widget.example", "https://app.example", PCS_HOST_MIXED};
  int failed = ask(host, &widget);
  wait_until_told(host, 1);
  failed += say("reset", pcs_host_reset_origin(host, widget.origin));
  wait_until_told(host, 2);
  failed += ask(host, &mixed);
  wait_until_told(host, 3);
  failed += say("mark mixed", pcs_host_mark_mixed(host, &widget));
  return failed + say("forget", pcs_host_forget(host));
}

int main(int argc, char **argv) {
  pcs_host *host = NULL;
  const char *const arguments[] = {"--ask", "data", "--prompt", getenv("POLICY"), NULL};
  pcs_host_config config = {.broker = argc > 1 ? argv[1] : PCS_HOST_BROKER, .arguments = arguments};
  if (say("start", pcs_host_start(&host, &config)) != 0) {
    return 1;
  }
  int failed = greet(host, "https://app.example", NULL);
  failed += greet(host, "https://widget.example", "https://app.example");
  int link = 0;
  say("attach null", pcs_host_attach(host, &(pcs_host_frame){"null", NULL, 0}, &link));
  say("attach two lines",
      pcs_host_attach(host, &(pcs_host_frame){"https://a.example\nallow", NULL, 0}, &link));
  printf("link %d\n", link);
  const pcs_host_frame app = {"https://app.example", NULL,
                              PCS_HOST_PRIVATE | PCS_HOST_UNTIL_ACCEPTED};
  char token[PCS_HOST_TOKEN_BYTES];
  failed += say("admit", pcs_host_admit(host, &app, token));
  printf("token %zu\n", strlen(token));
  printf("address %.15s\n", pcs_host_address(host));
  failed += ask_and_reset(host);
  pcs_host_stop(host);
  pcs_host_stop(NULL);
  config.broker = "/nonexistent/portcullis-broker";
  say("start nothing", pcs_host_start(&host, &config));
  return failed;
}
