#include "host/capture/synthetic.h"

#define TONE_SAMPLES (PCS_TONE_SAMPLES_PER_S / (1000000u / PCS_TONE_FRAME_US))
#define TONE_HEIGHT 8000
#define BAR_WIDTH 16u

uint64_t pcs_synthetic_frame_us(uint32_t right) {
  switch (right) {
  case PCS_RIGHT_MICROPHONE:
    return PCS_TONE_FRAME_US;
  case PCS_RIGHT_CAMERA:
  case PCS_RIGHT_SCREEN:
  case PCS_RIGHT_WINDOW:
    return PCS_PICTURE_FRAME_US;
  default:
    return 0;
  }
}

/* A triangle: no table, no floating point, and the same everywhere. */
static uint16_t sample_at(uint64_t place) {
  uint64_t phase = place * PCS_TONE_HZ % PCS_TONE_SAMPLES_PER_S;
  int64_t half = PCS_TONE_SAMPLES_PER_S / 2;
  int64_t rise = phase < (uint64_t)half ? (int64_t)phase : 2 * half - (int64_t)phase;
  return (uint16_t)(int16_t)(rise * 2 * TONE_HEIGHT / half - TONE_HEIGHT);
}

static void write_tone(pcs_writer *writer, uint64_t number) {
  for (uint64_t i = 0; i < TONE_SAMPLES; i++) {
    uint16_t sample = sample_at(number * TONE_SAMPLES + i);
    pcs_writer_u8(writer, (uint8_t)sample);
    pcs_writer_u8(writer, (uint8_t)(sample >> 8));
  }
}

static void write_picture(pcs_writer *writer, uint64_t number) {
  uint64_t left = number % PCS_PICTURE_WIDTH;
  for (uint64_t y = 0; y < PCS_PICTURE_HEIGHT; y++) {
    for (uint64_t x = 0; x < PCS_PICTURE_WIDTH; x++) {
      bool in_bar = (x + PCS_PICTURE_WIDTH - left) % PCS_PICTURE_WIDTH < BAR_WIDTH;
      pcs_writer_u8(writer, in_bar ? 235 : (uint8_t)(16 + y));
    }
  }
}

static uint8_t kind_of(uint32_t right) {
  uint8_t kind = 0;
  while (right >> kind > 1) {
    kind++;
  }
  return kind;
}

void pcs_synthetic_write(pcs_writer *writer, uint32_t right, uint64_t number, uint64_t time_us) {
  pcs_writer_u8(writer, kind_of(right));
  pcs_writer_u64(writer, number);
  pcs_writer_u64(writer, time_us);
  if (right == PCS_RIGHT_MICROPHONE) {
    write_tone(writer, number);
  } else {
    write_picture(writer, number);
  }
}
