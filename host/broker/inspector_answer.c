#include "host/broker/inspector_answer.h"

#include "core/base/text.h"

/* A page of no site may frame it (twice said: older browsers know the second only), share its process
 * or window, load a part of it, or see it in a history or a Referer. Its own script writes no markup. */
static const char guards[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n"
    "X-Frame-Options: DENY\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n";

static const char *reason_phrase(uint16_t http_status) {
  switch (http_status) {
  case 200:
    return "OK";
  case 204:
    return "No Content";
  case 303:
    return "See Other";
  case 400:
    return "Bad Request";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 408:
    return "Request Timeout";
  case 431:
    return "Request Header Fields Too Large";
  case 503:
    return "Service Unavailable";
  default:
    return "Internal Server Error";
  }
}

/* No Secure: loopback has no TLS, and browsers disagree on who else may then be trusted. Its path is
 * what keeps it from other ports (inspector_keys.h). */
static void write_cookie(pcs_writer *writer, const pcs_inspector_answer *answer) {
  pcs_writer_text(writer, "Location: ");
  pcs_writer_bytes(writer, answer->location);
  pcs_writer_text(writer, "\r\nSet-Cookie: " PCS_INSPECTOR_COOKIE "=");
  pcs_writer_bytes(writer, answer->cookie);
  pcs_writer_text(writer, "; Path=");
  pcs_writer_bytes(writer, answer->cookie_path);
  pcs_writer_text(writer, "; HttpOnly; SameSite=Strict\r\n");
}

void pcs_inspector_answer_write_head(pcs_writer *writer, const pcs_inspector_answer *answer) {
  pcs_writer_text(writer, "HTTP/1.1 ");
  pcs_writer_decimal(writer, answer->http_status);
  pcs_writer_text(writer, " ");
  pcs_writer_text(writer, reason_phrase(answer->http_status));
  pcs_writer_text(writer, "\r\n");
  pcs_writer_text(writer, guards);
  if (answer->location.len > 0) {
    write_cookie(writer, answer);
  }
  if (answer->type != NULL) {
    pcs_writer_text(writer, "Content-Type: ");
    pcs_writer_text(writer, answer->type);
    pcs_writer_text(writer, "\r\n");
  }
  if (!answer->feeds && answer->http_status != 204) {
    pcs_writer_text(writer, "Content-Length: ");
    pcs_writer_decimal(writer, answer->body.len);
    pcs_writer_text(writer, "\r\n");
  }
  pcs_writer_text(writer, "\r\n");
}
