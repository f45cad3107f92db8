#include "host/prompt/words.h"

#include "core/base/text.h"

#define SHORT_BYTES 8
#define GROUP_BYTES 2

const char *pcs_right_consequence(uint32_t right) {
  switch (right) {
  case PCS_RIGHT_DATA:
    return "What the page sends leaves this computer. Those who get it learn its internet address.";
  case PCS_RIGHT_LOCAL_ADDRESSES:
    return "The site and those you call learn its addresses in your home or company network.";
  case PCS_RIGHT_MICROPHONE:
    return "What it hears leaves this computer, to whom the site chooses.";
  case PCS_RIGHT_CAMERA:
    return "What it sees leaves this computer, to whom the site chooses.";
  case PCS_RIGHT_SPEAKER:
    return "Nothing leaves this computer. The site chooses which speaker you hear it on.";
  case PCS_RIGHT_SCREEN:
    return "Everything on that screen leaves this computer: other sites, messages, passwords you "
           "type.";
  case PCS_RIGHT_WINDOW:
    return "Everything in that window leaves this computer, also what it shows later.";
  case PCS_RIGHT_DEVICE_LABELS:
    return "The site learns the names of your devices, by which it may recognise this computer.";
  default:
    return "";
  }
}

const char *pcs_right_device(uint32_t right) {
  switch (right) {
  case PCS_RIGHT_MICROPHONE:
    return "microphone";
  case PCS_RIGHT_CAMERA:
    return "camera";
  case PCS_RIGHT_SPEAKER:
    return "speaker";
  case PCS_RIGHT_SCREEN:
    return "screen";
  case PCS_RIGHT_WINDOW:
    return "window";
  default:
    return "";
  }
}

const char *pcs_right_in_use(uint32_t right) {
  switch (right) {
  case PCS_RIGHT_DATA:
    return "Connected";
  case PCS_RIGHT_LOCAL_ADDRESSES:
    return "Knows local addresses";
  case PCS_RIGHT_MICROPHONE:
    return "Microphone is on";
  case PCS_RIGHT_CAMERA:
    return "Camera is on";
  case PCS_RIGHT_SPEAKER:
    return "Plays on a speaker it chose";
  case PCS_RIGHT_SCREEN:
    return "Sees a screen";
  case PCS_RIGHT_WINDOW:
    return "Sees a window";
  case PCS_RIGHT_DEVICE_LABELS:
    return "Knows your devices";
  default:
    return "";
  }
}

/* ---- text that others chose ---- */

/* The bytes of the character at the start of text; 0 when it is not UTF-8. */
static size_t character_len(pcs_span text) {
  for (size_t len = 1; len <= 4 && len <= text.len; len++) {
    if (pcs_text_is_utf8(pcs_text_slice(text, 0, len))) {
      return len;
    }
  }
  return 0;
}

static uint32_t code_point(pcs_span character) {
  static const uint8_t first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  uint32_t point = character.data[0] & first_bits[character.len];
  for (size_t i = 1; i < character.len; i++) {
    point = point << 6 | (character.data[i] & 0x3f);
  }
  return point;
}

static bool is_between(uint32_t point, uint32_t first, uint32_t last) {
  return point >= first && point <= last;
}

/* Controls, line ends, marks of direction (Unicode 9), what has no width, tags, noncharacters. */
static bool is_deceptive(uint32_t point) {
  return point < 0x20 || is_between(point, 0x7f, 0x9f) || point == 0xad || point == 0x61c ||
         point == 0x115f || point == 0x1160 || is_between(point, 0x180b, 0x180f) ||
         is_between(point, 0x200b, 0x200f) || is_between(point, 0x2028, 0x202e) ||
         is_between(point, 0x2060, 0x206f) || point == 0x3164 ||
         is_between(point, 0xe000, 0xf8ff) || is_between(point, 0xfe00, 0xfe0f) ||
         point == 0xfeff || point == 0xffa0 || is_between(point, 0xfff0, 0xffff) ||
         point >= 0xe0000;
}

static void write_number(pcs_writer *writer, uint32_t point) {
  static const char digits[] = "0123456789abcdef";
  pcs_writer_text(writer, "\\u{");
  for (int shift = point > 0xffff ? 20 : point > 0xff ? 12 : 4; shift >= 0; shift -= 4) {
    pcs_writer_u8(writer, (uint8_t)digits[point >> shift & 0xf]);
  }
  pcs_writer_text(writer, "}");
}

void pcs_label_write(pcs_writer *writer, pcs_span text) {
  while (text.len > 0) {
    size_t len = character_len(text);
    pcs_span character = pcs_text_slice(text, 0, len > 0 ? len : 1);
    uint32_t point = len > 0 ? code_point(character) : character.data[0];
    if (len == 0 || is_deceptive(point)) {
      write_number(writer, point);
    } else {
      pcs_writer_bytes(writer, character);
    }
    text = pcs_text_slice(text, character.len, text.len);
  }
}

/* ---- the other end ---- */

static const char *hash_name(uint8_t hash) {
  switch (hash) {
  case PCS_HASH_SHA_256:
    return "SHA-256 ";
  case PCS_HASH_SHA_384:
    return "SHA-384 ";
  case PCS_HASH_SHA_512:
    return "SHA-512 ";
  default:
    return "";
  }
}

void pcs_certificate_write(pcs_writer *writer, const pcs_peer_certificate *certificate) {
  pcs_writer_text(writer, hash_name(certificate->hash));
  pcs_span value = {certificate->value, pcs_hash_bytes((pcs_hash)certificate->hash)};
  pcs_writer_hex_colons(writer, value);
}

void pcs_certificate_write_short(pcs_writer *writer, const pcs_peer_certificate *certificate) {
  for (size_t at = 0; at < SHORT_BYTES; at += GROUP_BYTES) {
    if (at > 0) {
      pcs_writer_text(writer, " ");
    }
    pcs_writer_hex(writer, (pcs_span){certificate->value + at, GROUP_BYTES});
  }
}
