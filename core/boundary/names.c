#include "core/boundary/names.h"

/* No default: the compiler says when a value of the enum has no row. */
#define NAME(value, text)                                                                          \
  case value:                                                                                      \
    return text;
#define PCS_NAMES(enumeration, names)                                                              \
  const char *pcs_##enumeration##_name(pcs_##enumeration value) {                                  \
    switch (value) { names }                                                                       \
    return "unknown";                                                                              \
  }
#include "core/boundary/names.def"
#undef PCS_NAMES
#undef NAME
