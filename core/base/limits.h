/*
 * Every maximum in the product, with the reason for its value. Sizes in bytes, times in
 * microseconds unless the name says otherwise.
 */
#ifndef PCS_CORE_BASE_LIMITS_H
#define PCS_CORE_BASE_LIMITS_H

/* The boundary protocol's version: the first field of the first message. */
#define PCS_PROTOCOL_VERSION 1

/* What a=max-message-size says of us, and what a page may send at once: Chromium's own value. */
#define PCS_MESSAGE_BYTES_MAX 262144
/* A record on the link: the largest message and its header. */
#define PCS_RECORD_BYTES_MAX (PCS_MESSAGE_BYTES_MAX + 64)
/* A control record: two labels of 65,535 bytes (RFC 8832 5.1) and their header. */
#define PCS_CONTROL_BYTES_MAX (2 * 65535 + 64)
/* Bytes of channel data a page may have in the host that SCTP has not yet taken; per peer. */
#define PCS_SEND_WINDOW_BYTES (4 * 1024 * 1024)
/* Bytes of received channel data the host may have sent to a page without being told they arrived.
 */
#define PCS_RECEIVE_WINDOW_BYTES (4 * 1024 * 1024)

/* Connections of one link: what Chromium allows one page. */
#define PCS_PEERS_MAX 500
/* Kept certificates of one link: far above what a page needs, far below what hurts. */
#define PCS_CERTIFICATES_MAX 64
/* What a page names a certificate by that outlives it: nobody guesses 128 bits. */
#define PCS_KEPT_HANDLE_BYTES 16
/* PKCS #8 of an RSA key of 2048 bits is 1,218 bytes, its self-signed certificate below 800. */
#define PCS_KEPT_KEY_BYTES_MAX 1400
#define PCS_KEPT_CERTIFICATE_BYTES_MAX 1400
/* Kept certificates of one origin inside one embedder, and of all: one for each account somebody
 * has with a site, and a year of sites. */
#define PCS_KEPT_PER_ORIGIN_MAX 16
#define PCS_KEPT_MAX 1024
/* Channels of one connection: SCTP stream ids 0..65534 (RFC 8832 6), bounded to what we hold open.
 */
#define PCS_CHANNELS_MAX 1024
#define PCS_STREAMS_MAX 65535
#define PCS_LABEL_BYTES_MAX 65535

/* ICE servers of one configuration: more only slows gathering (browsers warn at five). */
#define PCS_ICE_SERVERS_MAX 8
#define PCS_HOST_NAME_BYTES_MAX 253
#define PCS_ICE_USERNAME_BYTES_MAX 508 /* RFC 8489 14.3 */
#define PCS_ICE_CREDENTIAL_BYTES_MAX 256
/* RFC 8839 5.4: 4 to 256 and 22 to 256 characters. */
#define PCS_UFRAG_BYTES_MIN 4
#define PCS_UFRAG_BYTES_MAX 256
#define PCS_PASSWORD_BYTES_MIN 22
#define PCS_PASSWORD_BYTES_MAX 256
#define PCS_FOUNDATION_BYTES_MAX 32
/* An mDNS name is a UUID and ".local": 42 characters. */
#define PCS_CANDIDATE_NAME_BYTES_MAX 64
/* RFC 8445 6.1.2.5: at most 100 pairs; candidates per side follow from it. */
#define PCS_PAIRS_MAX 100
#define PCS_CANDIDATES_MAX 64
/* RFC 8827 9.3: answering for many remote ufrags is a denial of service; forks are rare. */
#define PCS_REMOTE_UFRAGS_MAX 4

/*
 * What a host that never agreed may be sent (requirements X9; host/ice/questions.h). Measure: a
 * plain voice call, G.711 in packets of 20 ms, gives its callee 50 x (172 + 48) = 11,000 bytes a
 * second with all headers. A check with headers takes 150 to 180.
 *   for one host, at once: a score of checks, what an honest call begins with.
 *   for one host, for each page: the 64 pages an origin may have come to 6,400 a second.
 *   of an origin's pages, to begin with: eight full bursts at once; then 1,200 a second more. With
 *   the line above it is below one voice call.
 *   to all hosts together, for each page: an eighth of what Chromium lets out.
 */
#define PCS_QUESTION_BURST_BYTES 3000
#define PCS_QUESTION_BYTES_PER_S 100
#define PCS_QUESTION_SHARES_BYTES (8 * PCS_QUESTION_BURST_BYTES)
#define PCS_QUESTION_SHARES_BYTES_PER_S 1200
#define PCS_QUESTION_ALL_BURST_BYTES 65536
#define PCS_QUESTION_ALL_BYTES_PER_S 32768

#define PCS_FINGERPRINTS_MAX 8
#define PCS_FINGERPRINT_BYTES_MAX 64 /* SHA-512 */
#define PCS_TLS_ID_BYTES_MAX 255     /* RFC 8842 5.2 */
#define PCS_CERTIFICATE_BYTES_MAX 16384

/* Captures of one page at one time: each is a deliberate act of a person. */
#define PCS_PAGE_CAPTURES_MAX 8

/* Open pages and frames that a broker knows, far above what a person has open. */
#define PCS_PAGES_MAX 256
/* What a person allowed or blocked, live and remembered: each is a deliberate act. */
#define PCS_GRANTS_MAX 1024
/* Captures and connections that run because a right was given: a few for each page. */
#define PCS_USES_MAX 1024
/* A device as the host calls it: names of PulseAudio sources are the longest, about 100. */
#define PCS_DEVICE_BYTES_MAX 128
/* Schemes that a shell serves itself: one or two. */
#define PCS_SECURE_SCHEMES_MAX 8

/* A description: Chromium's largest offers are below 100 KB; a page that needs more is an attack.
 */
#define PCS_SDP_BYTES_MAX (1024 * 1024)
#define PCS_SDP_SECTIONS_MAX 256

/* The UDP payload we send: safe on every IPv6 path (1280 - 40 - 8 = 1232), as WebRTC does. */
#define PCS_DATAGRAM_BYTES_MAX 1200
/* The largest datagram we accept from the network. */
#define PCS_RECEIVE_BYTES_MAX 2048

#endif
