#include "host/broker/consent_state.h"

/* What runs because of a grant is use of it, however long ago it began. */
static void note_running(const pcs_consent *consent, uint64_t now_us) {
  for (size_t i = 0; i < consent->permissions.num_uses; i++) {
    const pcs_use *use = &consent->permissions.uses[i];
    if (use->ended == PCS_REASON_NONE && use->grant != 0) {
      /* A note that cannot be made: the grant only expires the sooner. */
      pcs_status status = pcs_memory_touch(&consent->memory, use->grant, now_us);
      (void)status;
    }
  }
}

/* What cannot be read is not gone. */
static bool is_forgotten(const pcs_consent *consent, const pcs_grant *grant, uint64_t now_us) {
  uint64_t cursor = grant->id - 1;
  pcs_store_entry entry;
  pcs_status status = pcs_memory_next(&consent->memory, &entry, &cursor, now_us);
  return status == PCS_ERR_NOT_FOUND || (status == PCS_OK && entry.grant.id != grant->id);
}

/* Backwards: what takes the place of one that goes has been looked at. */
static void drop_forgotten(pcs_consent *consent, uint64_t now_us) {
  pcs_permissions *permissions = &consent->permissions;
  for (size_t i = permissions->num_grants; i-- > 0;) {
    const pcs_grant *grant = i < permissions->num_grants ? &permissions->grants[i] : NULL;
    if (grant != NULL && grant->duration == PCS_DURATION_SITE &&
        is_forgotten(consent, grant, now_us)) {
      pcs_status status = pcs_permissions_revoke(permissions, grant->id);
      (void)status; /* it is there */
      consent->grants_changed = consent->uses_changed = true;
    }
  }
}

void pcs_consent_age(pcs_consent *consent, uint64_t now_us) {
  if (now_us < consent->age_at_us) {
    return;
  }
  consent->age_at_us = now_us + PCS_CONSENT_AGE_US;
  note_running(consent, now_us);
  if (pcs_memory_expire(&consent->memory, now_us) == PCS_OK) {
    drop_forgotten(consent, now_us);
  }
}
