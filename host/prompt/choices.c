#include "host/prompt/choices.h"

#include "host/prompt/words.h"

#define DISPLAY_RIGHTS (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)

/* ---- what can be chosen ---- */

size_t pcs_choices_devices(uint8_t out_indices[PCS_QUESTION_DEVICES_MAX],
                           const pcs_question *question, uint32_t rights) {
  size_t num = 0;
  for (size_t i = 0; i < question->num_devices; i++) {
    if ((question->devices[i].right & rights) != 0) {
      out_indices[num++] = (uint8_t)i;
    }
  }
  return num;
}

uint32_t pcs_choices_rights(const pcs_question *question) {
  uint8_t indices[PCS_QUESTION_DEVICES_MAX];
  uint32_t possible = 0;
  for (uint32_t right = 1; right != 0 && right <= question->rights; right <<= 1) {
    const pcs_right_row *row = pcs_right_find(question->rights & right);
    if (row != NULL &&
        (row->needs == PCS_NEEDS_NOTHING || pcs_choices_devices(indices, question, right) > 0)) {
      possible |= right;
    }
  }
  return possible;
}

size_t pcs_choices_list(pcs_choice out_choices[PCS_CHOICES_MAX], const pcs_question *question) {
  size_t num = 0;
  out_choices[num++] = (pcs_choice){.kind = PCS_ANSWER_DENIED};
  unsigned num_peers = question->peer.num_certificates > 0 ? 2 : 1;
  for (unsigned i = 0; i < PCS_NUM_DURATIONS && pcs_choices_rights(question) != 0; i++) {
    for (unsigned peers = 0; peers < num_peers && (question->durations & (1U << i)) != 0; peers++) {
      out_choices[num++] = (pcs_choice){
          .kind = PCS_ANSWER_ALLOWED, .duration = (pcs_duration)i, .only_this_peer = peers == 1};
    }
  }
  if (question->can_block) {
    out_choices[num++] = (pcs_choice){.kind = PCS_ANSWER_BLOCKED};
  }
  return num;
}

/* ---- as text ---- */

static void write_number(pcs_writer *writer, size_t number) {
  pcs_writer_text(writer, number < 10 ? "   " : "  ");
  pcs_writer_decimal(writer, number);
  pcs_writer_text(writer, "  ");
}

static void write_label(pcs_writer *writer, const pcs_device_choice *choice) {
  pcs_label_write(writer, (pcs_span){choice->label, choice->label_len});
}

/* The one that would be used; several are asked about afterwards. */
static void write_device(pcs_writer *writer, const pcs_question *question, uint32_t right) {
  uint8_t indices[PCS_QUESTION_DEVICES_MAX];
  size_t num = pcs_choices_devices(indices, question, right);
  if (num == 0) {
    pcs_writer_text(writer, "    There is no ");
    pcs_writer_text(writer, pcs_right_device(right));
    pcs_writer_text(writer, ".\n");
  } else if (num == 1 && (right & DISPLAY_RIGHTS) == 0) {
    pcs_writer_text(writer, "    It is: ");
    write_label(writer, &question->devices[indices[0]]);
    pcs_writer_text(writer, "\n");
  }
}

static void write_right(pcs_writer *writer, const pcs_question *question,
                        const pcs_right_row *row) {
  pcs_writer_text(writer, "  * ");
  pcs_writer_text(writer, row->words);
  pcs_writer_text(writer, "\n    ");
  pcs_writer_text(writer, pcs_right_consequence(row->right));
  pcs_writer_text(writer, "\n");
  if (row->needs == PCS_NEEDS_DEVICE) {
    write_device(writer, question, row->right);
  }
}

static void write_peer(pcs_writer *writer, const pcs_peer *peer) {
  for (size_t i = 0; i < peer->num_certificates; i++) {
    pcs_writer_text(writer, "The other side proved to hold the key ");
    pcs_certificate_write_short(writer, &peer->certificates[i]);
    pcs_writer_text(writer, "\n    ");
    pcs_certificate_write(writer, &peer->certificates[i]);
    pcs_writer_text(writer, "\n");
  }
}

void pcs_choices_write_question(pcs_writer *writer, const pcs_question *question) {
  pcs_writer_text(writer, (question->rights & DISPLAY_RIGHTS) != 0
                              ? "\n==== Portcullis: show your screen? ====\n"
                              : "\n---- Portcullis: allow this site? ----\n");
  pcs_label_write(writer, pcs_span_of_text(question->origin.text));
  if (!pcs_origin_equal(&question->origin, &question->embedder)) {
    pcs_writer_text(writer, "\nas part of a page of another site, ");
    pcs_label_write(writer, pcs_span_of_text(question->embedder.text));
  }
  pcs_writer_text(writer, "\nwants to\n");
  for (uint32_t right = 1; right != 0 && right <= question->rights; right <<= 1) {
    const pcs_right_row *row = pcs_right_find(question->rights & right);
    if (row != NULL) {
      write_right(writer, question, row);
    }
  }
  write_peer(writer, &question->peer);
}

void pcs_choices_write(pcs_writer *writer, const pcs_choice *choices, size_t num) {
  for (size_t i = 0; i < num; i++) {
    write_number(writer, i + 1);
    if (choices[i].kind == PCS_ANSWER_ALLOWED) {
      pcs_writer_text(writer, "allow: ");
      pcs_writer_text(writer, pcs_duration_words(choices[i].duration));
      pcs_writer_text(writer,
                      choices[i].only_this_peer ? ", only with this verified peer\n" : "\n");
    } else if (choices[i].kind == PCS_ANSWER_BLOCKED) {
      pcs_writer_text(writer, "block: no, and do not ask again\n");
    } else {
      pcs_writer_text(writer, "no (or just press Enter)\n");
    }
  }
}

void pcs_choices_write_devices(pcs_writer *writer, const pcs_question *question,
                               const uint8_t *indices, size_t num) {
  write_number(writer, 1);
  pcs_writer_text(writer, "none: do not allow it (or just press Enter)\n");
  for (size_t i = 0; i < num; i++) {
    const pcs_device_choice *choice = &question->devices[indices[i]];
    write_number(writer, i + 2);
    pcs_writer_text(writer, pcs_right_device(choice->right));
    pcs_writer_text(writer, ": ");
    write_label(writer, choice);
    pcs_writer_text(writer, "\n");
  }
}
