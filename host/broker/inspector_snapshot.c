#include "host/broker/inspector_snapshot.h"

#include "host/broker/json.h"

/* "]}" */
#define CLOSING_BYTES 2

static const pcs_page *find(const pcs_permissions *standing, uint64_t id) {
  for (size_t i = 0; i < standing->num_pages; i++) {
    if (standing->pages[i].id == id) {
      return &standing->pages[i];
    }
  }
  return NULL;
}

/* One of another page's or call's is no matter of this one's. */
static bool concerns(const pcs_grant *grant, const pcs_page *page) {
  return pcs_origin_equal(&grant->origin, &page->origin) &&
         pcs_origin_equal(&grant->embedder, &page->embedder) &&
         (grant->scope.page == 0 || grant->scope.page == page->id);
}

static void put_grants(pcs_writer *writer, const pcs_permissions *standing, const pcs_page *page) {
  pcs_json_key(writer, "grants");
  pcs_writer_text(writer, "[");
  for (size_t i = 0; i < standing->num_grants && !writer->failed; i++) {
    const pcs_grant *grant = &standing->grants[i];
    if (concerns(grant, page)) {
      pcs_json_comma(writer);
      pcs_writer_text(writer, "{");
      pcs_json_put_id(writer, "id", grant->id);
      pcs_json_put_name(writer, "words", pcs_right_find(grant->right)->words);
      pcs_json_put_name(writer, "effect",
                        grant->effect == PCS_EFFECT_ALLOW ? "allow" : "block");
      pcs_json_put_name(writer, "lasts", pcs_duration_words(grant->duration));
      pcs_json_put_bool(writer, "peer", grant->peer.num_certificates > 0);
      pcs_writer_text(writer, "}");
    }
  }
  pcs_writer_text(writer, "]");
}

static void put_page(pcs_writer *writer, const pcs_permissions *standing, const pcs_page *page,
                     const pcs_page_view *view) {
  pcs_json_comma(writer);
  pcs_writer_text(writer, "{");
  pcs_json_put_id(writer, "id", page->id);
  pcs_json_put_name(writer, "origin", page->origin.text);
  pcs_json_put_name(writer, "embedder", page->embedder.text);
  pcs_json_put_number(writer, "since", view->since_us / 1000u);
  put_grants(writer, standing, page);
  pcs_json_key(writer, "connections");
}

static void write_page(pcs_writer *writer, const pcs_inspector_sight *sight,
                       const pcs_page_view *view) {
  const pcs_permissions *standing = pcs_consent_permissions(sight->consent);
  const pcs_page *page = find(standing, view->id);
  pcs_span picture = sight->picture_of(sight->context, view->id);
  pcs_writer before = *writer;
  if (page == NULL) {
    return;
  }
  put_page(writer, standing, page, view);
  bool fits = picture.len < writer->capacity - writer->len;
  if (fits) {
    pcs_writer_bytes(writer, picture);
  } else {
    pcs_writer_text(writer, "[]");
  }
  pcs_writer_text(writer, "}");
  if (writer->failed) {
    *writer = before;
  }
}

void pcs_inspector_snapshot_write(pcs_writer *writer, const pcs_inspector_sight *sight,
                                  uint64_t now_us) {
  writer->capacity -= CLOSING_BYTES;
  pcs_writer_text(writer, "{");
  pcs_json_put_number(writer, "time", now_us / 1000u);
  pcs_json_key(writer, "pages");
  pcs_writer_text(writer, "[");
  pcs_page_view view;
  for (size_t i = 0; pcs_pages_at(sight->pages, i, &view); i++) {
    write_page(writer, sight, &view);
  }
  writer->capacity += CLOSING_BYTES;
  pcs_writer_text(writer, "]}");
}
