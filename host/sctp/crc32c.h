/*
 * CRC-32C (Castagnoli, RFC 9260 appendix A), the checksum of every SCTP packet: by the processor's
 * instruction where there is one, by tables elsewhere; the same number either way.
 */
#ifndef PCS_HOST_SCTP_CRC32C_H
#define PCS_HOST_SCTP_CRC32C_H

#include "core/base/bytes.h"

/* pcs_crc32c_init fills the tables and picks the way; call it once, before the others. */
void pcs_crc32c_init(void);
/* pcs_crc32c of all bytes, as an integer. */
uint32_t pcs_crc32c(pcs_span bytes);
/* pcs_crc32c_by_table is pcs_crc32c without the instruction: what other processors run. */
uint32_t pcs_crc32c_by_table(pcs_span bytes);

/* pcs_crc32c_packet is a packet's checksum: its own field (bytes 8 to 11) counts as zero. The
 * packet has at least 12 bytes. */
uint32_t pcs_crc32c_packet(pcs_span packet);
/* pcs_crc32c_verify: does the packet carry its right checksum? False for less than 12 bytes. */
bool pcs_crc32c_verify(pcs_span packet);
/* pcs_crc32c_seal writes the checksum into the packet of at least 12 bytes. */
void pcs_crc32c_seal(uint8_t *packet, size_t len);

#endif
