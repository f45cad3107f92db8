/*
 * The words around a question and an indicator's line that are not in right.def: what leaves the
 * machine, what a device is called, who is at the other end. And text that a program wrote, a
 * device's label, so that it cannot pose as anything else. It decides nothing.
 */
#ifndef PCS_HOST_PROMPT_WORDS_H
#define PCS_HOST_PROMPT_WORDS_H

#include "core/policy/grant.h"
#include "host/broker/prompt.h"

/* A label of single bytes, each written as its number: "\u{1b}". */
#define PCS_LABEL_SHOWN_BYTES_MAX (8 * PCS_DEVICE_LABEL_BYTES_MAX)
/* "SHA-256 " and pairs of digits with colons between them. */
#define PCS_PEER_SHOWN_BYTES_MAX (16 + 3 * PCS_FINGERPRINT_BYTES_MAX)

/* pcs_right_consequence is a sentence: what leaves the machine, or what others learn. "" for what
 * is not one right. Static lifetime, as of the next two. */
const char *pcs_right_consequence(uint32_t right);
/* pcs_right_device is what a device for this right is called, "microphone"; "" when it needs none.
 */
const char *pcs_right_device(uint32_t right);
/* pcs_right_in_use is what an indicator says while it is used, "Microphone is on". */
const char *pcs_right_in_use(uint32_t right);

/*
 * pcs_label_write writes text that others chose so that it is shown as what it is: what is not
 * UTF-8, controls, and the marks that turn or hide other text are written as numbers, "\u{202e}".
 */
void pcs_label_write(pcs_writer *writer, pcs_span text);
/* pcs_certificate_write writes "SHA-256 AB:CD:..." in full. */
void pcs_certificate_write(pcs_writer *writer, const pcs_peer_certificate *certificate);
/* pcs_certificate_write_short writes the first 64 bits in groups that can be read out. */
void pcs_certificate_write_short(pcs_writer *writer, const pcs_peer_certificate *certificate);

#endif
