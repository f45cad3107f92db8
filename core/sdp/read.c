#include "core/base/text.h"
#include "core/sdp/attribute.h"

/* What is known after one look at the line starts: enough to take all memory at once. */
typedef struct line_counts {
  size_t num_lines;
  size_t num_sections;
} line_counts;

typedef struct sdp_parse {
  pcs_sdp_place place;
  pcs_sdp_line *lines; /* of the whole text */
  size_t num_lines;
  pcs_sdp_lines *open; /* the level that grows */
  uint32_t types_seen; /* at this level, one bit per letter */
  size_t rank;
} sdp_parse;

#define BIT(letter) (UINT32_C(1) << ((letter) - 'a'))
/* RFC 8866 9: the order of the lines at each level, and which may stand more than once. */
static const char session_order[] = "vosiuepcbtrzka";
static const char section_order[] = "micbka";
#define SESSION_REPEATED (BIT('e') | BIT('p') | BIT('b') | BIT('t') | BIT('r') | BIT('a'))
#define SECTION_REPEATED (BIT('c') | BIT('b') | BIT('a'))
#define SESSION_NEEDED (BIT('v') | BIT('o') | BIT('s') | BIT('t'))

static pcs_status count(pcs_span text, line_counts *out_counts, uint32_t *out_line) {
  pcs_span line;
  while (pcs_text_next_line(&text, &line)) {
    out_counts->num_lines++;
    out_counts->num_sections += pcs_text_starts_with(line, "m=") ? 1 : 0;
    if (out_counts->num_sections > PCS_SDP_SECTIONS_MAX) {
      *out_line = (uint32_t)out_counts->num_lines;
      return PCS_ERR_TOO_LARGE;
    }
  }
  return PCS_OK;
}

/* "x=" and at least one byte; no space behind '=' but for s= (RFC 8866 5); no NUL, no lone CR. */
static bool is_line(pcs_span line) {
  if (line.len < 3 || line.data[1] != '=' || (line.data[2] == ' ' && line.data[0] != 's')) {
    return false;
  }
  bool letter = line.data[0] >= 'a' && line.data[0] <= 'z';
  return letter && pcs_text_find(line, 0) == line.len && pcs_text_find(line, '\r') == line.len;
}

static pcs_status check_order(sdp_parse *parse, uint8_t type, uint32_t number) {
  bool in_section = parse->place.section != NULL;
  pcs_span order = pcs_span_of_text(in_section ? section_order : session_order);
  size_t rank = pcs_text_find(order, type);
  /* r= belongs to the t= before it, and another t= may follow. */
  bool another_time = !in_section && type == 't' && order.data[parse->rank] == 'r';
  bool repeated = (parse->types_seen & BIT(type)) != 0;
  bool may_repeat = ((in_section ? SECTION_REPEATED : SESSION_REPEATED) & BIT(type)) != 0;
  bool start = number > 3 || rank + 1 == number;
  bool complete =
      in_section || type != 'a' || (parse->types_seen & SESSION_NEEDED) == SESSION_NEEDED;
  if (rank == order.len || !start || !complete || (repeated && !may_repeat) ||
      (rank < parse->rank && !another_time)) {
    return PCS_ERR_SYNTAX;
  }
  parse->rank = rank;
  parse->types_seen |= BIT(type);
  return PCS_OK;
}

/* RFC 8866 5.2: user, id, version, "IN", "IP4" or "IP6", address. */
static pcs_status read_origin(pcs_span value) {
  pcs_span fields[6];
  pcs_span extra;
  uint64_t number;
  for (size_t i = 0; i < 6; i++) {
    if (!pcs_text_next_field(&value, ' ', &fields[i]) || fields[i].len == 0) {
      return PCS_ERR_SYNTAX;
    }
  }
  bool numbers = pcs_text_decimal(fields[1], UINT64_MAX, &number) == PCS_OK &&
                 pcs_text_decimal(fields[2], UINT64_MAX, &number) == PCS_OK;
  bool net = pcs_span_equal_text(fields[3], "IN") &&
             (pcs_span_equal_text(fields[4], "IP4") || pcs_span_equal_text(fields[4], "IP6"));
  bool more = pcs_text_next_field(&value, ' ', &extra);
  return numbers && net && !more ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status read_time(pcs_span value) {
  pcs_span start;
  pcs_span stop;
  uint64_t number;
  bool two = pcs_text_split(value, ' ', &start, &stop) &&
             pcs_text_decimal(start, UINT64_MAX, &number) == PCS_OK &&
             pcs_text_decimal(stop, UINT64_MAX, &number) == PCS_OK;
  return two ? PCS_OK : PCS_ERR_SYNTAX;
}

static uint8_t media_kind_of(pcs_span media) {
  static const char *const names[] = {
      [PCS_SDP_MEDIA_AUDIO] = "audio",
      [PCS_SDP_MEDIA_VIDEO] = "video",
      [PCS_SDP_MEDIA_APPLICATION] = "application",
  };
  for (uint8_t i = 0; i < PCS_SDP_MEDIA_OTHER; i++) {
    if (pcs_span_equal_text(media, names[i])) {
      return i;
    }
  }
  return PCS_SDP_MEDIA_OTHER;
}

/* RFC 8866 5.14: media, port or port/count, protocol, formats. */
static pcs_status read_media(pcs_sdp_section *section, pcs_span value) {
  pcs_span port_text;
  pcs_span port_first;
  pcs_span port_count;
  uint64_t port;
  uint64_t num_ports;
  if (!pcs_text_next_field(&value, ' ', &section->media) ||
      !pcs_text_next_field(&value, ' ', &port_text) ||
      !pcs_text_next_field(&value, ' ', &section->protocol)) {
    return PCS_ERR_SYNTAX;
  }
  bool counted = pcs_text_split(port_text, '/', &port_first, &port_count);
  bool ports = pcs_text_decimal(port_first, UINT16_MAX, &port) == PCS_OK &&
               (!counted || pcs_text_decimal(port_count, UINT16_MAX, &num_ports) == PCS_OK);
  section->port = (uint16_t)port;
  section->formats = value;
  section->media_kind = media_kind_of(section->media);
  bool named = section->media.len > 0 && section->protocol.len > 0 && value.len > 0;
  return ports && named ? PCS_OK : PCS_ERR_SYNTAX;
}

static pcs_status open_section(sdp_parse *parse, pcs_span value) {
  pcs_sdp_session *session = parse->place.session;
  if (parse->place.section == NULL && (parse->types_seen & SESSION_NEEDED) != SESSION_NEEDED) {
    return PCS_ERR_SYNTAX;
  }
  pcs_sdp_section *section = &session->sections[session->num_sections++];
  section->direction = session->direction;
  section->lines.first = &parse->lines[parse->num_lines];
  parse->open = &section->lines;
  parse->place.section = section;
  parse->place.seen = 0;
  parse->types_seen = 0;
  parse->rank = 0;
  return read_media(section, value);
}

static pcs_status read_value(sdp_parse *parse, pcs_sdp_line *line, pcs_span value) {
  line->value = value;
  switch (line->type) {
  case 'v':
    return pcs_span_equal_text(value, "0") ? PCS_OK : PCS_ERR_SYNTAX;
  case 'o':
    return read_origin(value);
  case 't':
    return read_time(value);
  case 'a':
    return pcs_sdp_attribute_read(&parse->place, value, line);
  default:
    return PCS_OK;
  }
}

static pcs_status read_line(sdp_parse *parse, pcs_span text, uint32_t number) {
  if (!is_line(text)) {
    return PCS_ERR_SYNTAX;
  }
  pcs_sdp_line *line = &parse->lines[parse->num_lines];
  pcs_span value = pcs_text_slice(text, 2, text.len);
  *line = (pcs_sdp_line){.type = text.data[0], .number = number};
  pcs_status status = line->type == 'm' ? open_section(parse, value) : PCS_OK;
  status = status == PCS_OK ? check_order(parse, line->type, number) : status;
  status = status == PCS_OK ? read_value(parse, line, value) : status;
  parse->num_lines++;
  parse->open->num++;
  return status;
}

/* Blank lines at the very end are no lines: pages put them there. */
static pcs_span without_blank_end(pcs_span text) {
  while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r')) {
    text.len--;
  }
  return text;
}

static pcs_status read_lines(sdp_parse *parse, pcs_span text, uint32_t *out_line) {
  pcs_span line;
  *out_line = 1;
  for (; pcs_text_next_line(&text, &line); ++*out_line) {
    pcs_status status = read_line(parse, line, *out_line);
    if (status != PCS_OK) {
      return status;
    }
  }
  bool complete =
      parse->place.section != NULL || (parse->types_seen & SESSION_NEEDED) == SESSION_NEEDED;
  *out_line = complete ? 0 : *out_line;
  return complete ? PCS_OK : PCS_ERR_SYNTAX;
}

pcs_status pcs_sdp_read(pcs_arena *arena, pcs_span text, pcs_sdp_session *out_session,
                        uint32_t *out_line) {
  line_counts counts = {0};
  *out_session = (pcs_sdp_session){0};
  *out_line = 0;
  text = without_blank_end(text);
  pcs_status status =
      text.len > PCS_SDP_BYTES_MAX ? PCS_ERR_TOO_LARGE : count(text, &counts, out_line);
  if (status != PCS_OK) {
    return status;
  }
  sdp_parse parse = {.place = {.arena = arena, .session = out_session},
                     .open = &out_session->lines};
  parse.lines = pcs_arena_take(arena, counts.num_lines, sizeof(pcs_sdp_line));
  out_session->sections = pcs_arena_take(arena, counts.num_sections, sizeof(pcs_sdp_section));
  out_session->lines.first = parse.lines;
  status = pcs_arena_finish(arena);
  status = status == PCS_OK ? read_lines(&parse, text, out_line) : status;
  if (status != PCS_OK) {
    *out_session = (pcs_sdp_session){0};
  }
  *out_line = status == PCS_ERR_NO_SPACE ? 0 : *out_line;
  return status;
}
