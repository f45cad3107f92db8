/*
 * Our DTLS against OpenSSL's command line, over loopback on ports the system chooses: an opinion on
 * handshake, records and exporter that does not share a line with BoringSSL or record.c. Says so
 * and passes when there is no openssl.
 */
#include "tests/check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/crypto/hash.h"
#include "host/dtls/association_state.h"

#define PATIENCE_US 20000000
#define EXPORTED_BYTES 60

typedef struct program {
  pid_t pid;
  int to;
  int from;
  char said[65536];
  size_t said_len;
} program;

typedef struct end {
  pcs_certificate *certificate;
  pcs_dtls_association *dtls;
  int socket;
  uint8_t memory[65536];
  pcs_datagrams out;
  char received[256];
  size_t received_len;
} end;

static char folder[] = "/tmp/pcs-openssl-XXXXXX";
static program peer;
static end ours;

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void start(program *p, char *const arguments[]) {
  int to[2];
  int from[2];
  *p = (program){0};
  if (!CHECK(pipe(to) == 0 && pipe(from) == 0)) {
    return;
  }
  p->pid = fork();
  if (p->pid == 0) {
    dup2(to[0], 0);
    dup2(from[1], 1);
    dup2(from[1], 2);
    close(to[1]);
    close(from[0]);
    if (chdir(folder) == 0) {
      execvp(arguments[0], arguments);
    }
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  p->to = to[1];
  p->from = from[0];
  (void)fcntl(p->from, F_SETFL, O_NONBLOCK);
}

static void stop(program *p) {
  kill(p->pid, SIGKILL);
  waitpid(p->pid, NULL, 0);
  close(p->to);
  close(p->from);
}

static void listen_to(program *p) {
  ssize_t len = read(p->from, p->said + p->said_len, sizeof p->said - 1 - p->said_len);
  p->said_len += len > 0 ? (size_t)len : 0;
  p->said[p->said_len] = 0;
}

static bool run_to_end(char *const arguments[]) {
  start(&peer, arguments);
  int status = -1;
  waitpid(peer.pid, &status, 0);
  close(peer.to);
  close(peer.from);
  return status == 0;
}

static pcs_fingerprint fingerprint_of_file(const char *name) {
  static uint8_t digest[32];
  uint8_t der[4096];
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  size_t len = file == NULL ? 0 : fread(der, 1, sizeof der, file);
  if (file != NULL) {
    fclose(file);
  }
  CHECK(len > 0);
  CHECK_EQ_INT(pcs_hash_of(PCS_HASH_SHA_256, (pcs_span){der, len}, digest), PCS_OK);
  return (pcs_fingerprint){.hash = PCS_HASH_SHA_256, .value = {digest, sizeof digest}};
}

static uint16_t open_socket(void) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof name;
  ours.socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  CHECK(bind(ours.socket, (struct sockaddr *)&name, sizeof name) == 0);
  CHECK(getsockname(ours.socket, (struct sockaddr *)&name, &len) == 0);
  return ntohs(name.sin_port);
}

static void open_end(pcs_dtls_role role) {
  pcs_fingerprint theirs = fingerprint_of_file("cert.der");
  pcs_datagrams_init(&ours.out, ours.memory, sizeof ours.memory);
  ours.received_len = 0;
  CHECK_EQ_INT(
      pcs_certificate_new(&ours.certificate, PCS_KEY_ECDSA_P256, (uint64_t)time(NULL), 86400),
      PCS_OK);
  pcs_dtls_config config = {ours.certificate, role, &theirs, 1};
  CHECK_EQ_INT(pcs_dtls_association_new(&ours.dtls, &config, now_us()), PCS_OK);
}

static void close_end(void) {
  pcs_dtls_association_free(ours.dtls);
  pcs_certificate_free(ours.certificate);
  close(ours.socket);
}

static void flush(void) {
  size_t offset = 0;
  for (size_t i = 0; i < ours.out.num; i++) {
    pcs_span datagram = pcs_datagrams_at(&ours.out, i, offset);
    offset += datagram.len;
    (void)!send(ours.socket, datagram.data, datagram.len, 0);
  }
  pcs_datagrams_clear(&ours.out);
}

static void take_records(void) {
  uint8_t memory[2048];
  pcs_span record;
  while (pcs_dtls_association_read(ours.dtls, memory, sizeof memory, &record) == PCS_OK) {
    if (record.len <= sizeof ours.received - ours.received_len) {
      memcpy(ours.received + ours.received_len, record.data, record.len);
      ours.received_len += record.len;
    }
  }
}

/* One turn of the loop. A server learns where its client is from the first datagram. */
static void turn(void) {
  struct pollfd waits[] = {{ours.socket, POLLIN, 0}, {peer.from, POLLIN, 0}};
  (void)poll(waits, 2, 20);
  listen_to(&peer);
  uint8_t datagram[2048];
  struct sockaddr_in from;
  socklen_t from_len = sizeof from;
  ssize_t len =
      recvfrom(ours.socket, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_len);
  if (len > 0) {
    (void)connect(ours.socket, (struct sockaddr *)&from, sizeof from);
    pcs_dtls_association_receive(ours.dtls, now_us(), (pcs_span){datagram, (size_t)len}, &ours.out);
    take_records();
  }
  pcs_dtls_association_tick(ours.dtls, now_us(), &ours.out);
  flush();
}

static bool said(const char *text) {
  return strstr(peer.said, text) != NULL;
}

static bool is_connected(void) {
  return pcs_dtls_association_state(ours.dtls) == PCS_DTLS_CONNECTED;
}

static void check_exporter(void) {
  static const char label[] = "EXTRACTOR-dtls_srtp";
  uint8_t exported[EXPORTED_BYTES];
  char text[2 * EXPORTED_BYTES + 1];
  CHECK_EQ_INT(SSL_export_keying_material(ours.dtls->handshake.ssl, exported, sizeof exported,
                                          label, sizeof label - 1, NULL, 0, 0),
               1);
  for (size_t i = 0; i < sizeof exported; i++) {
    snprintf(text + 2 * i, 3, "%02X", exported[i]);
  }
  CHECK(said(text));
}

/* Once connected: both directions carry, keys agree, close_notify is understood. */
static void converse(void) {
  uint64_t until = now_us() + PATIENCE_US;
  while (!is_connected() && now_us() < until) {
    turn();
  }
  if (!CHECK(is_connected())) {
    printf("# openssl said: %s\n", peer.said);
    return;
  }
  printf("# %.*s\n", (int)pcs_dtls_association_cipher(ours.dtls).len,
         (const char *)pcs_dtls_association_cipher(ours.dtls).data);
  CHECK_EQ_INT(
      pcs_dtls_association_write(ours.dtls, pcs_span_of_text("greetings from us\n"), &ours.out),
      PCS_OK);
  CHECK(write(peer.to, "and from openssl\n", 17) == 17);
  while ((!said("greetings from us") || !said("Keying material: ") || ours.received_len < 17) &&
         now_us() < until) {
    turn();
  }
  CHECK(said("greetings from us"));
  CHECK_EQ_BYTES(ours.received, ours.received_len, "and from openssl\n", 17);
  check_exporter();
  pcs_dtls_association_close(ours.dtls, &ours.out);
  flush();
}

static void test_as_client(const char *cipher) {
  char *arguments[] = {"openssl",
                       "s_server",
                       "-dtls1_2",
                       "-accept",
                       "127.0.0.1:0",
                       "-cert",
                       "cert.pem",
                       "-key",
                       "key.pem",
                       "-Verify",
                       "1",
                       "-cipher",
                       (char *)(uintptr_t)cipher,
                       "-use_srtp",
                       "SRTP_AES128_CM_SHA1_80",
                       "-keymatexport",
                       "EXTRACTOR-dtls_srtp",
                       "-keymatexportlen",
                       "60",
                       NULL};
  start(&peer, arguments);
  (void)open_socket();
  open_end(PCS_DTLS_CLIENT);
  unsigned port = 0;
  uint64_t until = now_us() + PATIENCE_US;
  while (port == 0 && now_us() < until) {
    struct pollfd wait = {peer.from, POLLIN, 0};
    (void)poll(&wait, 1, 100);
    listen_to(&peer);
    const char *line = strstr(peer.said, "ACCEPT 127.0.0.1:");
    port = line != NULL && strchr(line, '\n') != NULL ? (unsigned)strtoul(line + 17, NULL, 10) : 0;
  }
  struct sockaddr_in name = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  CHECK(connect(ours.socket, (struct sockaddr *)&name, sizeof name) == 0);
  pcs_dtls_association_start(ours.dtls, now_us(), &ours.out);
  flush();
  converse();
  close_end();
  stop(&peer);
}

static void test_client_gcm_128(void) {
  test_as_client("ECDHE-ECDSA-AES128-GCM-SHA256");
}

static void test_client_gcm_256(void) {
  test_as_client("ECDHE-ECDSA-AES256-GCM-SHA384");
}

static void test_client_chacha20(void) {
  test_as_client("ECDHE-ECDSA-CHACHA20-POLY1305");
}

static void test_as_server(void) {
  char to[32];
  uint16_t port = open_socket();
  open_end(PCS_DTLS_SERVER);
  pcs_dtls_association_start(ours.dtls, now_us(), &ours.out);
  snprintf(to, sizeof to, "127.0.0.1:%u", port);
  char *arguments[] = {"openssl",
                       "s_client",
                       "-dtls1_2",
                       "-connect",
                       to,
                       "-cert",
                       "cert.pem",
                       "-key",
                       "key.pem",
                       "-use_srtp",
                       "SRTP_AES128_CM_SHA1_80",
                       "-keymatexport",
                       "EXTRACTOR-dtls_srtp",
                       "-keymatexportlen",
                       "60",
                       NULL};
  start(&peer, arguments);
  converse();
  close_end();
  stop(&peer);
}

int main(void) {
  char *version[] = {"openssl", "version", NULL};
  char *make[] = {"openssl",
                  "req",
                  "-x509",
                  "-newkey",
                  "ec",
                  "-pkeyopt",
                  "ec_paramgen_curve:prime256v1",
                  "-nodes",
                  "-keyout",
                  "key.pem",
                  "-out",
                  "cert.pem",
                  "-subj",
                  "/CN=test",
                  "-days",
                  "2",
                  NULL};
  char *convert[] = {"openssl", "x509", "-in",      "cert.pem", "-outform",
                     "DER",     "-out", "cert.der", NULL};
  signal(SIGPIPE, SIG_IGN);
  if (mkdtemp(folder) == NULL || !run_to_end(version)) {
    printf("ok 1 - nothing compared # SKIP there is no openssl here\n1..1\n");
    return 0;
  }
  if (!run_to_end(make) || !run_to_end(convert)) {
    printf("1..1\nnot ok 1 - openssl makes a certificate\n");
    return 1;
  }
  RUN("our client and OpenSSL's server agree, AES-128-GCM", test_client_gcm_128);
  RUN("our client and OpenSSL's server agree, AES-256-GCM", test_client_gcm_256);
  RUN("our client and OpenSSL's server agree, ChaCha20", test_client_chacha20);
  RUN("our server and OpenSSL's client agree", test_as_server);
  static const char *const files[] = {"key.pem", "cert.pem", "cert.der"};
  for (size_t i = 0; i < 3; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    (void)unlink(path);
  }
  (void)rmdir(folder);
  return check_report();
}
