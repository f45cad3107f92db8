/*
 * The inside of a question's window: what is asked, by whom, and what a person has chosen so far.
 * It owns its widgets, borrows the question for the program's life, and sends nothing.
 */
#ifndef PCS_HOST_WINDOW_PROMPT_QUESTION_H
#define PCS_HOST_WINDOW_PROMPT_QUESTION_H

#include <gtk/gtk.h>

#include "host/broker/prompt.h"

typedef struct pcs_question_view pcs_question_view;

/* pcs_question_view_new: changed is called when a choice has changed. */
pcs_question_view *pcs_question_view_new(const pcs_question *question,
                                         void (*changed)(void *context), void *context);
GtkWidget *pcs_question_view_widget(const pcs_question_view *view);
/* pcs_question_view_read is the answer "allowed" as it stands; PCS_ERR_RANGE when what is chosen
 * cannot be allowed: nothing, or a right whose device is missing. */
PCS_MUST_USE pcs_status pcs_question_view_read(const pcs_question_view *view,
                                               pcs_answer *out_answer);

#endif
