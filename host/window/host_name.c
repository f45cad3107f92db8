#include "host/window/host_name.h"

#include <string.h>

/* Letters that look like Latin ones: a label of nothing else could be a Latin name. */
static const char cyrillic_like_latin[] = "асԁеһіјӏорԛѕԝхуъьгпкмтнзв";
static const char greek_like_latin[] = "ανγιοκρτυωηχε";
/* Latin letters that look like other ones, punctuation or nothing. */
static const char latin_refused[] = "ıĸŀŉſ";

static gboolean is_in(const char *letters, gunichar letter) {
  return g_utf8_strchr(letters, -1, letter) != NULL;
}

/* The script, where kana and the ideographs they are written with are one. INVALID: not safe. */
static GUnicodeScript script_of(gunichar letter) {
  GUnicodeScript script = g_unichar_get_script(letter);
  switch (script) {
  case G_UNICODE_SCRIPT_LATIN:
    /* Letters of today's languages: Latin-1 and Extended-A. */
    return letter <= 0x17f && !is_in(latin_refused, letter) ? script
                                                            : G_UNICODE_SCRIPT_INVALID_CODE;
  case G_UNICODE_SCRIPT_GREEK:
    return letter >= 0x386 && letter <= 0x3ce ? script : G_UNICODE_SCRIPT_INVALID_CODE;
  case G_UNICODE_SCRIPT_CYRILLIC:
    return letter >= 0x430 && letter <= 0x45f ? script : G_UNICODE_SCRIPT_INVALID_CODE;
  case G_UNICODE_SCRIPT_HANGUL:
    return letter >= 0xac00 && letter <= 0xd7a3 ? script : G_UNICODE_SCRIPT_INVALID_CODE;
  case G_UNICODE_SCRIPT_HIRAGANA:
  case G_UNICODE_SCRIPT_KATAKANA:
  case G_UNICODE_SCRIPT_HAN:
    return (letter >= 0x3041 && letter <= 0x30fa) || (letter >= 0x4e00 && letter <= 0x9fff)
               ? G_UNICODE_SCRIPT_HAN
               : G_UNICODE_SCRIPT_INVALID_CODE;
  default:
    return G_UNICODE_SCRIPT_INVALID_CODE;
  }
}

/* Could every letter of the label be a Latin one? */
static gboolean looks_latin(const char *label, GUnicodeScript script) {
  const char *alike = script == G_UNICODE_SCRIPT_CYRILLIC ? cyrillic_like_latin
                      : script == G_UNICODE_SCRIPT_GREEK  ? greek_like_latin
                                                          : NULL;
  for (const char *at = label; alike != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    if (letter >= 0x80 && !is_in(alike, letter)) {
      return FALSE;
    }
  }
  return alike != NULL;
}

static gboolean is_safe_label(const char *label) {
  GUnicodeScript whole = G_UNICODE_SCRIPT_INVALID_CODE;
  gboolean is_encoded = FALSE;
  for (const char *at = label; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    if (letter == '-' || g_ascii_isdigit((gchar)MIN(letter, 0x7f))) {
      continue;
    }
    GUnicodeScript script = script_of(letter);
    if (script == G_UNICODE_SCRIPT_INVALID_CODE || !g_unichar_isalpha(letter) ||
        (whole != G_UNICODE_SCRIPT_INVALID_CODE && script != whole)) {
      return FALSE;
    }
    whole = script;
    is_encoded = is_encoded || letter >= 0x80;
  }
  return !is_encoded || !looks_latin(label, whole);
}

static gboolean is_safe(const char *host, const char *text) {
  char *again = g_hostname_to_ascii(text);
  gboolean same = again != NULL && strcmp(again, host) == 0;
  char **labels = g_strsplit(text, ".", -1);
  for (size_t i = 0; same && labels[i] != NULL; i++) {
    same = is_safe_label(labels[i]);
  }
  g_strfreev(labels);
  g_free(again);
  return same;
}

pcs_spelling pcs_host_spell(const char *host, char **out_text) {
  *out_text = NULL;
  if (!g_hostname_is_ascii_encoded(host)) {
    return PCS_SPELLING_PLAIN;
  }
  char *text = g_hostname_to_unicode(host);
  if (text == NULL || !g_utf8_validate(text, -1, NULL) || !is_safe(host, text)) {
    g_free(text);
    return PCS_SPELLING_RISKY;
  }
  *out_text = text;
  return PCS_SPELLING_SAFE;
}
