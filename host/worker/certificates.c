#include "host/worker/certificates.h"

void pcs_certificates_init(pcs_certificates *certificates, pcs_handles *handles) {
  *certificates = (pcs_certificates){.handles = handles};
}

void pcs_certificates_clear(pcs_certificates *certificates) {
  while (certificates->num > 0) {
    pcs_certificates_drop(certificates, certificates->kept[certificates->num - 1].handle);
  }
}

pcs_status pcs_certificates_keep(pcs_certificates *certificates, uint32_t *out_handle,
                                 pcs_certificate *certificate) {
  *out_handle = 0;
  pcs_status status = certificates->num == PCS_CERTIFICATES_MAX ? PCS_ERR_QUOTA : PCS_OK;
  if (status == PCS_OK) {
    status =
        pcs_handles_add(certificates->handles, out_handle, PCS_HANDLE_CERTIFICATE, certificate);
  }
  if (status != PCS_OK) {
    pcs_certificate_free(certificate);
    return status;
  }
  certificates->kept[certificates->num].handle = *out_handle;
  certificates->kept[certificates->num].certificate = certificate;
  certificates->num++;
  return PCS_OK;
}

pcs_certificate *pcs_certificates_find(const pcs_certificates *certificates, uint32_t handle) {
  return (pcs_certificate *)pcs_handles_find(certificates->handles, PCS_HANDLE_CERTIFICATE, handle);
}

void pcs_certificates_drop(pcs_certificates *certificates, uint32_t handle) {
  for (size_t i = 0; i < certificates->num; i++) {
    if (certificates->kept[i].handle == handle) {
      pcs_handles_remove(certificates->handles, handle);
      pcs_certificate_free(certificates->kept[i].certificate);
      certificates->num--;
      certificates->kept[i] = certificates->kept[certificates->num];
      return;
    }
  }
}
