/*
 * The certificates a page asked to keep (webrtc-pc generateCertificate), by handle. Keys stay here:
 * the page has the handle, the fingerprint and the day it ends. They end with the link.
 */
#ifndef PCS_HOST_WORKER_CERTIFICATES_H
#define PCS_HOST_WORKER_CERTIFICATES_H

#include "core/base/limits.h"
#include "host/dtls/certificate.h"
#include "host/worker/handles.h"

typedef struct pcs_certificates {
  pcs_handles *handles; /* borrowed */
  struct {
    uint32_t handle;
    pcs_certificate *certificate;
  } kept[PCS_CERTIFICATES_MAX];
  size_t num;
} pcs_certificates;

void pcs_certificates_init(pcs_certificates *certificates, pcs_handles *handles);
void pcs_certificates_clear(pcs_certificates *certificates);
/* pcs_certificates_keep takes the certificate, also on error. PCS_ERR_QUOTA, PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_certificates_keep(pcs_certificates *certificates, uint32_t *out_handle,
                                              pcs_certificate *certificate);
/* pcs_certificates_find borrows, NULL for none. */
pcs_certificate *pcs_certificates_find(const pcs_certificates *certificates, uint32_t handle);
/* pcs_certificates_drop forgets one; connections that use it keep it. None such is fine. */
void pcs_certificates_drop(pcs_certificates *certificates, uint32_t handle);

#endif
