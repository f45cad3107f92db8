/*
 * Numbers of the STUN wire format that stun_read.c, stun_write.c and turn_message.c need; nobody else
 * does.
 */
#ifndef PCS_HOST_ICE_STUN_ATTRIBUTE_H
#define PCS_HOST_ICE_STUN_ATTRIBUTE_H

#define PCS_STUN_COOKIE 0x2112a442u
#define PCS_STUN_FINGERPRINT_XOR 0x5354554eu
#define PCS_STUN_ATTRIBUTE_HEADER_BYTES 4
#define PCS_STUN_INTEGRITY_BYTES 20
#define PCS_STUN_INTEGRITY_SHA256_BYTES_MIN 16 /* RFC 8489 14.6: it may be truncated */
#define PCS_STUN_INTEGRITY_SHA256_BYTES 32
#define PCS_STUN_FINGERPRINT_BYTES 4
#define PCS_STUN_FAMILY_IPV4 0x01
#define PCS_STUN_FAMILY_IPV6 0x02

/* IANA STUN attributes; those below 0x8000 are comprehension-required. */
typedef enum pcs_stun_attribute {
  PCS_STUN_MAPPED_ADDRESS = 0x0001,
  PCS_STUN_USERNAME = 0x0006,
  PCS_STUN_MESSAGE_INTEGRITY = 0x0008,
  PCS_STUN_ERROR_CODE = 0x0009,
  PCS_STUN_UNKNOWN_ATTRIBUTES = 0x000a,
  PCS_STUN_MESSAGE_INTEGRITY_SHA256 = 0x001c,
  PCS_STUN_XOR_MAPPED_ADDRESS = 0x0020,
  PCS_STUN_PRIORITY = 0x0024,
  PCS_STUN_USE_CANDIDATE = 0x0025,
  PCS_STUN_OPTIONAL_FIRST = 0x8000,
  PCS_STUN_FINGERPRINT = 0x8028,
  PCS_STUN_ICE_CONTROLLED = 0x8029,
  PCS_STUN_ICE_CONTROLLING = 0x802a,
  /* Ours, of the range that who does not know it ignores; its value tells it from another's. */
  PCS_STUN_MASKING = 0xcd01,
} pcs_stun_attribute;

#define PCS_STUN_MASKING_VALUE 0x4d61736bu /* "Mask" */

#endif
