/*
 * pcs_<enum>_name for every enum whose values cross the boundary: the text of names.def, which is
 * the W3C's string where there is one and the string that JavaScript uses; "unknown" for a number
 * that is no value. Static lifetime.
 */
#ifndef PCS_CORE_BOUNDARY_NAMES_H
#define PCS_CORE_BOUNDARY_NAMES_H

#include "core/boundary/message.h"

#define PCS_NAMES(enumeration, names) const char *pcs_##enumeration##_name(pcs_##enumeration value);
#include "core/boundary/names.def"
#undef PCS_NAMES

#endif
