/*
 * Synthetic devices, until media arrives: a tone for a microphone, a picture that moves for a camera,
 * a screen or a window. What a frame has follows from its number alone; its time is given. No I/O.
 */
#ifndef PCS_HOST_CAPTURE_SYNTHETIC_H
#define PCS_HOST_CAPTURE_SYNTHETIC_H

#include "core/base/bytes.h"
#include "core/policy/right.h"

/* Samples of 16 bits, little-endian, one channel. */
#define PCS_TONE_SAMPLES_PER_S 48000u
#define PCS_TONE_FRAME_US 10000u
#define PCS_TONE_HZ 440u
/* Grey, one byte for each point: a bright bar that goes from left to right. */
#define PCS_PICTURE_WIDTH 160u
#define PCS_PICTURE_HEIGHT 90u
#define PCS_PICTURE_FRAME_US 33333u

/* A frame is one message: u8 kind (pcs_right's place), u64 number, u64 time in microseconds since the
 * capture began, then its samples or points. */
#define PCS_FRAME_HEADER_BYTES 17u
#define PCS_FRAME_BYTES_MAX (PCS_FRAME_HEADER_BYTES + PCS_PICTURE_WIDTH * PCS_PICTURE_HEIGHT)

/* pcs_synthetic_frame_us is how long a frame of this right's device lasts; 0 when there is none. */
uint64_t pcs_synthetic_frame_us(uint32_t right);
/* pcs_synthetic_write writes one frame. */
void pcs_synthetic_write(pcs_writer *writer, uint32_t right, uint64_t number, uint64_t time_us);

#endif
