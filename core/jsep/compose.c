#include "core/base/text.h"
#include "core/boundary/names.h"
#include "core/jsep/negotiation.h"

/* RFC 8831 and every browser; the host's SCTP listens on it. */
#define SCTP_PORT 5000

static void write_line(pcs_writer *writer, const char *start, pcs_span value) {
  pcs_writer_text(writer, start);
  pcs_writer_bytes(writer, value);
  pcs_writer_text(writer, "\r\n");
}

static void write_number(pcs_writer *writer, const char *start, uint64_t value) {
  pcs_writer_text(writer, start);
  pcs_writer_decimal(writer, value);
  pcs_writer_text(writer, "\r\n");
}

/* RFC 9429 5.2.1. What browsers add is kept: extmap-allow-mixed and msid-semantic harm nobody. */
void pcs_compose_session(pcs_writer *writer, const pcs_negotiation *negotiation,
                         pcs_span bundled_mid) {
  pcs_writer_text(writer, "v=0\r\no=- ");
  pcs_writer_decimal(writer, negotiation->session_id);
  pcs_writer_text(writer, " ");
  pcs_writer_decimal(writer, negotiation->version);
  pcs_writer_text(writer, " IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
  if (bundled_mid.len > 0) {
    write_line(writer, "a=group:BUNDLE ", bundled_mid);
  }
  pcs_writer_text(writer, "a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n");
}

static void write_media(pcs_writer *writer, const pcs_data_section *section) {
  pcs_span protocol = section->protocol;
  pcs_writer_text(writer, "m=application 9 ");
  if (protocol.len == 0) {
    pcs_writer_text(writer, "UDP/DTLS/SCTP webrtc-datachannel");
  } else {
    pcs_writer_bytes(writer, protocol);
    pcs_writer_text(writer, " ");
    pcs_writer_bytes(writer, section->formats);
  }
  pcs_writer_text(writer, "\r\nc=IN IP4 0.0.0.0\r\n");
}

/* RFC 9429 5.2.2: the candidates that this generation has already. */
static void write_candidates(pcs_writer *writer, const pcs_negotiation *negotiation,
                             const pcs_generation *generation) {
  pcs_span ufrag = pcs_generation_ufrag(generation);
  for (const pcs_trickled *at = negotiation->trickled[PCS_SIDE_LOCAL]; at != NULL; at = at->next) {
    if (pcs_span_equal(at->ufrag, ufrag)) {
      write_line(writer, "a=", at->text.len > 0 ? at->text : pcs_span_of_text("end-of-candidates"));
    }
  }
}

static void write_fingerprints(pcs_writer *writer, const pcs_negotiation *negotiation) {
  for (size_t i = 0; i < negotiation->num_fingerprints; i++) {
    const pcs_fingerprint *fingerprint = &negotiation->fingerprints[i];
    pcs_writer_text(writer, "a=fingerprint:");
    pcs_writer_text(writer, pcs_hash_name((pcs_hash)fingerprint->hash));
    pcs_writer_text(writer, " ");
    pcs_writer_hex_colons(writer,
                          (pcs_span){negotiation->fingerprint_bytes[i], fingerprint->value.len});
    pcs_writer_text(writer, "\r\n");
  }
}

static void write_setup(pcs_writer *writer, pcs_sdp_setup setup) {
  pcs_writer_text(writer, setup == PCS_SDP_SETUP_ACTIVE    ? "a=setup:active\r\n"
                          : setup == PCS_SDP_SETUP_PASSIVE ? "a=setup:passive\r\n"
                                                           : "a=setup:actpass\r\n");
}

static void write_sctp(pcs_writer *writer, bool old_form) {
  if (old_form) {
    pcs_writer_text(writer, "a=sctpmap:");
    pcs_writer_decimal(writer, SCTP_PORT);
    pcs_writer_text(writer, " webrtc-datachannel 1024\r\n");
  } else {
    write_number(writer, "a=sctp-port:", SCTP_PORT);
  }
  write_number(writer, "a=max-message-size:", PCS_MESSAGE_BYTES_MAX);
}

void pcs_compose_data(pcs_writer *writer, const pcs_negotiation *negotiation,
                      const pcs_data_section *section) {
  const pcs_generation *generation = section->generation;
  write_media(writer, section);
  write_candidates(writer, negotiation, generation);
  write_line(writer, "a=ice-ufrag:", pcs_generation_ufrag(generation));
  write_line(writer, "a=ice-pwd:", (pcs_span){generation->password, generation->password_len});
  pcs_writer_text(writer, "a=ice-options:trickle\r\n");
  write_fingerprints(writer, negotiation);
  write_setup(writer, section->setup);
  if (section->with_tls_id && negotiation->tls_id_len > 0) {
    write_line(writer, "a=tls-id:", (pcs_span){negotiation->tls_id, negotiation->tls_id_len});
  }
  if (section->mid.len > 0) {
    write_line(writer, "a=mid:", section->mid);
  }
  write_sctp(writer, section->old_form);
}

/* RFC 9429 5.3.1: port 0, the same media, protocol and formats, and the mid. */
void pcs_compose_rejected(pcs_writer *writer, const pcs_sdp_section *like) {
  pcs_writer_text(writer, "m=");
  pcs_writer_bytes(writer, like->media);
  pcs_writer_text(writer, " 0 ");
  pcs_writer_bytes(writer, like->protocol);
  write_line(writer, " ", like->formats);
  pcs_writer_text(writer, "c=IN IP4 0.0.0.0\r\n");
  if (like->media_kind != PCS_SDP_MEDIA_APPLICATION) {
    pcs_writer_text(writer, "a=inactive\r\n");
  }
  if (like->mid.len > 0) {
    write_line(writer, "a=mid:", like->mid);
  }
}
