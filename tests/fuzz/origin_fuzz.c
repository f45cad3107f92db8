/* Any bytes as an origin: what is accepted is its own serialisation, and a host is never widened.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/policy/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_origin origin;
  pcs_span text = {data, size};
  pcs_status status = pcs_origin_parse(text, &origin);
  REQUIRE(status == PCS_OK || status == PCS_ERR_SYNTAX);
  if (status != PCS_OK || origin.opaque) {
    REQUIRE(!pcs_origin_equal(&origin, &origin) && !pcs_origin_is_trustworthy(&origin));
    return 0;
  }
  REQUIRE(strlen(origin.text) == size && memcmp(origin.text, data, size) == 0);
  REQUIRE(pcs_origin_equal(&origin, &origin));
  pcs_span host = pcs_text_slice(text, origin.scheme_len + strlen("://"), origin.host_len);
  REQUIRE(host.len == origin.host_len && pcs_text_is_visible(host));
  REQUIRE(pcs_text_find(host, '@') == host.len && pcs_text_find(host, '/') == host.len);
  return 0;
}
