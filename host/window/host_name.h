/*
 * An internationalised host name as people write it, only when that cannot be mistaken for another
 * name. Everything else stays in its encoded form ("xn--..."), which is shown in any case.
 */
#ifndef PCS_HOST_WINDOW_HOST_NAME_H
#define PCS_HOST_WINDOW_HOST_NAME_H

#include <glib.h>

typedef enum pcs_spelling {
  PCS_SPELLING_PLAIN, /* it has no encoded part */
  PCS_SPELLING_SAFE,  /* *out_text is what people write */
  PCS_SPELLING_RISKY, /* it could be mistaken for another: only the encoded form is to be shown */
} pcs_spelling;

/*
 * pcs_host_spell: safe is what decodes to one script for each label, of those written left to right
 * whose letters are known here, without marks, without letters that look like another script's
 * unless others beside them tell. *out_text is the caller's to g_free, NULL unless SAFE.
 */
pcs_spelling pcs_host_spell(const char *host, char **out_text);

#endif
