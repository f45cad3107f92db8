/*
 * Portcullis for a program that shows pages: start the host, and give each frame a link of its own
 * for the origin that this program knows the frame has. The broker is a child process, and one is
 * enough for all frames. A link is a stream of bytes between the page's JavaScript and its worker;
 * how the bytes get to the page is the program's business (a bridge by messages, a scheme of its
 * own), and so is that no page can say whose link it wants.
 *
 * Not safe for use by several threads at one time. A call waits for the broker's answer, which takes
 * milliseconds, and no longer than PCS_HOST_PATIENCE_MS. The library raises no signal, installs no
 * handler and reaps its own child only.
 */
#ifndef PORTCULLIS_H
#define PORTCULLIS_H

#ifdef __cplusplus
extern "C" {
#endif

/* A machine under load starts a process in a second. */
#define PCS_HOST_PATIENCE_MS 10000
/* "ws://127.0.0.1:65535/portcullis/1" and a NUL, with room. */
#define PCS_HOST_ADDRESS_BYTES 64
/* 64 hexadecimal digits and a NUL. */
#define PCS_HOST_TOKEN_BYTES 65

/* Where the package that find_package found has the broker; NULL when nobody said. */
#ifndef PCS_HOST_BROKER
#define PCS_HOST_BROKER 0
#endif

typedef struct pcs_host pcs_host;

typedef enum pcs_host_status {
  PCS_HOST_OK = 0,
  PCS_HOST_ARGUMENT,  /* not an origin */
  PCS_HOST_NO_BROKER, /* no such program, or it did not start; it said why on standard error */
  PCS_HOST_REFUSED,   /* the broker said no: too many links, or an origin that nobody has */
  PCS_HOST_ENDED,     /* the broker has ended or answers no more: only pcs_host_stop is left */
  PCS_HOST_SYSTEM,    /* no descriptors or no memory */
} pcs_host_status;

typedef struct pcs_host_config {
  const char *broker; /* the program; NULL: PORTCULLIS_BROKER of the environment, or where this
                         library was built to be installed */
  const char *const *arguments; /* more for its command line, to a NULL; may be NULL */
} pcs_host_config;

/* pcs_host_sentence is a constant that says what a status means. */
const char *pcs_host_sentence(pcs_host_status status);

/* pcs_host_start starts the broker and waits until it listens. *out_host is NULL on failure. */
pcs_host_status pcs_host_start(pcs_host **out_host, const pcs_host_config *config);

/*
 * pcs_host_attach opens a link for one frame. origin: the frame's own, serialised as in an Origin
 * header, from the engine and never from the page. embedding_origin: of the page around it, NULL for
 * a page that is in none. *out_link is one end of a stream socket, blocking and closed on exec: the
 * caller's to read, write and close. The first bytes are the page's HELLO, and closing it ends the
 * page's worker. On failure *out_link is -1.
 */
pcs_host_status pcs_host_attach(pcs_host *host, const char *origin, const char *embedding_origin,
                                int *out_link);

/*
 * pcs_host_admit lets one page of an origin connect by WebSocket instead, where the engine has a
 * real one: out_token is good once, for a minute, for a connection whose Origin is this one. Both
 * are for the page: connect({ url, token }).
 */
pcs_host_status pcs_host_admit(pcs_host *host, const char *origin,
                               char out_token[PCS_HOST_TOKEN_BYTES]);
/* pcs_host_address is the address for such pages, for the host's life. */
const char *pcs_host_address(const pcs_host *host);

/*
 * pcs_host_descriptor can be watched by a main loop: when it hangs up the broker has ended, and every
 * link with it. It is not to be read or closed.
 */
int pcs_host_descriptor(const pcs_host *host);

/* pcs_host_stop ends the broker, and with it every worker and link, and frees host. NULL is fine. */
void pcs_host_stop(pcs_host *host);

#ifdef __cplusplus
}
#endif

#endif
