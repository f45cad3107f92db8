/*
 * Portcullis for a program that shows pages: start the host, and give each frame a link of its own
 * for the origin that this program knows the frame has. The broker is a child process, and one is
 * enough for all frames. A link is a stream of bytes between the page's JavaScript and its worker;
 * how the bytes get to the page is the program's business (a bridge by messages, a scheme of its
 * own), and so is that no page can say whose link it wants.
 *
 * The broker's policy, prompt, memory and indicator serve the program's own questions, too: it asks
 * with pcs_host_ask where its engine asks it for a permission.
 *
 * Not safe for use by several threads at one time. A call waits for the broker's answer, which takes
 * milliseconds, and no longer than PCS_HOST_PATIENCE_MS; what waits for a person comes by
 * pcs_host_dispatch. The library raises no signal, installs no handler and reaps its own child only.
 */
#ifndef PORTCULLIS_H
#define PORTCULLIS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A machine under load starts a process in a second. */
#define PCS_HOST_PATIENCE_MS 10000
/* "ws://127.0.0.1:65535/portcullis/1" and a NUL, with room. */
#define PCS_HOST_ADDRESS_BYTES 64
/* 64 hexadecimal digits and a NUL. */
#define PCS_HOST_TOKEN_BYTES 65
/* Asks that wait or are used at one time, in all: the broker's own limit. */
#define PCS_HOST_ASKS_MAX 64
/* Certificates that one peer is known by. */
#define PCS_HOST_PEERS_MAX 8

/* Where the package that find_package found has the broker; NULL when nobody said. */
#ifndef PCS_HOST_BROKER
#define PCS_HOST_BROKER 0
#endif

typedef struct pcs_host pcs_host;

typedef enum pcs_host_status {
  PCS_HOST_OK = 0,
  PCS_HOST_ARGUMENT,  /* not an origin, not a right's name, not a fingerprint */
  PCS_HOST_NO_BROKER, /* no such program, or it did not start; it said why on standard error */
  PCS_HOST_REFUSED,   /* the broker said no: too many links or asks, or an origin that nobody has */
  PCS_HOST_ENDED,     /* the broker has ended or answers no more: only pcs_host_stop is left */
  PCS_HOST_SYSTEM,    /* no descriptors or no memory */
} pcs_host_status;

typedef struct pcs_host_config {
  const char *broker; /* the program; NULL: PORTCULLIS_BROKER of the environment, or where this
                         library was built to be installed */
  const char *const *arguments; /* more for its command line, to a NULL; may be NULL */
} pcs_host_config;

/* What a frame is, beside whose: flags of pcs_host_frame. */
enum {
  PCS_HOST_PRIVATE = 1, /* of a private window: nothing is remembered */
  PCS_HOST_MIXED = 2,   /* it runs insecure content: it is given nothing (RFC 8827 5) */
  /* Of a link: its connections gather and send nothing before both descriptions are there, so that who
   * calls learns nothing of who has not answered (RFC 8826 4.2.4). */
  PCS_HOST_UNTIL_ACCEPTED = 4,
};

/* Whose frame it is, from the engine and never from the page. */
typedef struct pcs_host_frame {
  const char *origin;           /* serialised as in an Origin header */
  const char *embedding_origin; /* of the page around it; NULL: it is in none */
  unsigned flags;
} pcs_host_frame;

/* pcs_host_sentence is a constant that says what a status means. */
const char *pcs_host_sentence(pcs_host_status status);

/* pcs_host_start starts the broker and waits until it listens. *out_host is NULL on failure. */
pcs_host_status pcs_host_start(pcs_host **out_host, const pcs_host_config *config);

/* ---- links ---- */

/*
 * pcs_host_attach opens a link for one frame. *out_link is one end of a stream socket, blocking and
 * closed on exec: the caller's to read, write and close. The first bytes are the page's HELLO, and
 * closing it ends the page's worker. On failure *out_link is -1.
 */
pcs_host_status pcs_host_attach(pcs_host *host, const pcs_host_frame *frame, int *out_link);

/*
 * pcs_host_admit lets one frame connect by WebSocket instead, where the engine has a real one:
 * out_token is good once, for a minute, for a connection whose Origin is the frame's. Both are for
 * the page: connect({ url, token }).
 */
pcs_host_status pcs_host_admit(pcs_host *host, const pcs_host_frame *frame,
                               char out_token[PCS_HOST_TOKEN_BYTES]);
/* pcs_host_address is the address for such pages, for the host's life. */
const char *pcs_host_address(const pcs_host *host);
/* pcs_host_mark_mixed: the open pages of that origin inside the other run insecure content from now
 * on, and what they use ends. The frame's flags are not looked at. */
pcs_host_status pcs_host_mark_mixed(pcs_host *host, const pcs_host_frame *frame);

/* ---- consent ---- */

/* What a page wants that only a person can give. All is copied. */
typedef struct pcs_host_request {
  pcs_host_frame frame;
  const char *rights;       /* names with commas: data, local-addresses, microphone, camera, speaker,
                               screen, window, device-labels */
  const char *device;       /* the one that is wanted, a word; NULL: any */
  const char *const *peers; /* verified certificates, "sha-256 AA:BB:...", to a NULL; may be NULL */
} pcs_host_request;

typedef struct pcs_host_verdict {
  bool allowed;
  const char *reason; /* a name of core/policy/reason.def: for people, never for the page */
  const char *device; /* the device that was chosen, "" for none; UTF-8 */
} pcs_host_verdict;

/*
 * Who is told, by pcs_host_dispatch and nothing else. What they point at is borrowed for the call.
 * They may call everything here but pcs_host_stop.
 */
typedef struct pcs_host_asker {
  /* answered: once. An ask that was not allowed is over. */
  void (*answered)(void *context, unsigned long ask, const pcs_host_verdict *verdict);
  /* ended: what had been allowed must stop now, and the ask is over: it was taken back, stopped in
   * the indicator, or the broker has ended ("BROKER_ENDED"). May be NULL. */
  void (*ended)(void *context, unsigned long ask, const char *reason);
  void *context;
} pcs_host_asker;

/*
 * pcs_host_ask asks for a frame: the broker's policy answers, a remembered decision, or a person.
 * While it is allowed and neither ended nor over by pcs_host_end, the indicator shows it. The
 * broker must have a prompt and an indicator of its own for that (arguments "--prompt", "auto",
 * "--indicator", "gtk"). *out_ask is its number, never 0; 0 on failure.
 */
pcs_host_status pcs_host_ask(pcs_host *host, const pcs_host_request *request,
                             const pcs_host_asker *asker, unsigned long *out_ask);
/* pcs_host_end: the use is over, or the answer is not waited for any more: nobody is told. A number
 * that is over already is fine. */
pcs_host_status pcs_host_end(pcs_host *host, unsigned long ask);
/* pcs_host_reset_origin forgets all that was decided about an origin; pcs_host_forget, about all.
 * What was allowed by it ends. */
pcs_host_status pcs_host_reset_origin(pcs_host *host, const char *origin);
pcs_host_status pcs_host_forget(pcs_host *host);

/* ---- the main loop ---- */

/* pcs_host_descriptor can be watched by any main loop: when it is readable, there is something for
 * pcs_host_dispatch. It is not to be read or closed. */
int pcs_host_descriptor(const pcs_host *host);
/* pcs_host_dispatch tells the askers what there is, and does not wait. PCS_HOST_ENDED: the broker
 * has ended, and every link and use with it; its descriptor stays readable. */
pcs_host_status pcs_host_dispatch(pcs_host *host);

/* pcs_host_stop ends the broker, and with it every worker and link, and frees host. NULL is fine. */
void pcs_host_stop(pcs_host *host);

#ifdef __cplusplus
}
#endif

#endif
