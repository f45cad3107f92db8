#include "host/broker/indicator_process.h"

#include <stdlib.h>
#include <string.h>

#include "host/broker/window.h"
#include "host/prompt/indicator_wire.h"

typedef struct indicator {
  pcs_indicator_process_config config;
  pcs_window *window; /* NULL: none runs */
  pcs_timer *timer;   /* the next ping, or the end of lingering */
  pcs_indicator_order order;
  uint32_t last_ping;
  uint32_t last_pong;
  bool has_been_seen;
  bool is_lost; /* to be told in the next turn */
  bool is_seen;
} indicator;

/* ---- to the window ---- */

static void stop_window(indicator *self) {
  pcs_window_free(self->window);
  pcs_timer_set(self->timer, UINT64_MAX);
  self->window = NULL;
  self->is_lost = false;
  self->is_seen = false;
}

/* The window is gone or not to be believed any more. */
static void lose(indicator *self) {
  bool is_missed = self->order.num_lines > 0;
  stop_window(self);
  if (is_missed) {
    self->config.events.seen(self->config.events.context, false);
  }
}

static pcs_status send(const indicator *self, const pcs_indicator_order *order) {
  static uint8_t memory[PCS_LINES_WIRE_BYTES_MAX];
  pcs_writer writer;
  pcs_span message;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_indicator_order_write(&writer, order);
  pcs_status status = pcs_writer_finish(&writer, &message);
  return status == PCS_OK ? pcs_window_send(self->window, message) : status;
}

static void ping(indicator *self) {
  pcs_indicator_order order = {.kind = PCS_WIRE_PING, .ping = self->last_ping + 1};
  uint32_t most = self->has_been_seen ? PCS_INDICATOR_PINGS_MAX : PCS_INDICATOR_START_PINGS_MAX;
  if (self->last_ping - self->last_pong >= most || send(self, &order) != PCS_OK) {
    lose(self);
    return;
  }
  self->last_ping++;
  pcs_timer_set(self->timer, PCS_INDICATOR_PING_US);
}

static void on_time(void *context) {
  indicator *self = (indicator *)context;
  if (self->is_lost) {
    lose(self);
  } else if (self->order.num_lines > 0) {
    ping(self);
  } else {
    stop_window(self); /* nothing was in use for long enough */
  }
}

/* ---- from the window ---- */

static void on_seen(indicator *self, bool is_seen) {
  if (self->order.num_lines > 0 && is_seen != self->is_seen) {
    self->is_seen = is_seen;
    self->config.events.seen(self->config.events.context, is_seen);
  }
}

/* A line that has just gone needs no stop. */
static void on_stop(const indicator *self, const pcs_indicator_reply *reply) {
  for (size_t i = 0; i < self->order.num_lines; i++) {
    const pcs_indicator_line *line = &self->order.lines[i];
    if (pcs_origin_equal(&line->origin, &reply->origin) &&
        pcs_origin_equal(&line->embedder, &reply->embedder)) {
      self->config.events.stop(self->config.events.context, &reply->origin, &reply->embedder);
      return;
    }
  }
}

static void on_message(void *context, pcs_span message) {
  indicator *self = (indicator *)context;
  pcs_indicator_reply reply;
  pcs_status status = pcs_indicator_reply_read(&reply, message);
  bool was_asked = self->last_ping - reply.pong <= PCS_INDICATOR_START_PINGS_MAX;
  if (status != PCS_OK || (reply.kind == PCS_WIRE_PONG && !was_asked)) {
    lose(self);
    return;
  }
  if (reply.kind == PCS_WIRE_SEEN) {
    self->has_been_seen = self->has_been_seen || reply.is_seen;
    on_seen(self, reply.is_seen);
  } else if (reply.kind == PCS_WIRE_STOP) {
    on_stop(self, &reply);
  } else {
    /* One from before nothing was in use is late, and says no more than that it lives. */
    self->last_pong = reply.pong > self->last_pong ? reply.pong : self->last_pong;
  }
}

static void on_ended(void *context) {
  lose((indicator *)context);
}

/* ---- what is in use ---- */

static bool can_be_shown(const pcs_indicator_line *lines, size_t num_lines) {
  if (num_lines > PCS_INDICATOR_LINES_MAX) {
    return false;
  }
  for (size_t i = 0; i < num_lines; i++) {
    if (lines[i].origin.opaque || lines[i].embedder.opaque) {
      return false;
    }
  }
  return true;
}

static pcs_status need_window(indicator *self) {
  if (self->window != NULL) {
    return PCS_OK;
  }
  pcs_window_config window = {.loop = self->config.loop,
                              .path = self->config.path,
                              .name = "portcullis-indicator",
                              .message = on_message,
                              .ended = on_ended,
                              .context = self};
  self->last_ping = 0;
  self->last_pong = 0;
  self->has_been_seen = false;
  return pcs_window_open(&self->window, &window);
}

static pcs_status show(void *context, const pcs_indicator_line *lines, size_t num_lines) {
  indicator *self = (indicator *)context;
  if (!can_be_shown(lines, num_lines)) {
    return PCS_ERR_RANGE;
  }
  bool was_in_use = self->order.num_lines > 0;
  self->order.num_lines = num_lines;
  if (num_lines > 0) {
    memcpy(self->order.lines, lines, num_lines * sizeof lines[0]);
    pcs_status status = need_window(self);
    if (status != PCS_OK) {
      self->order.num_lines = 0;
      return status;
    }
  } else if (self->window == NULL) {
    return PCS_OK;
  }
  if (send(self, &self->order) != PCS_OK) {
    self->is_lost = true;
    pcs_timer_set(self->timer, 0);
  } else if (num_lines == 0) {
    self->is_seen = false;
    pcs_timer_set(self->timer, PCS_INDICATOR_LINGER_US);
  } else if (!was_in_use) {
    self->last_pong = self->last_ping; /* time without pings is not held against it */
    pcs_timer_set(self->timer, PCS_INDICATOR_PING_US);
  }
  return PCS_OK;
}

static void free_indicator(void *context) {
  indicator *self = (indicator *)context;
  if (self != NULL) {
    pcs_window_free(self->window);
    pcs_timer_free(self->timer);
    free(self);
  }
}

pcs_status pcs_indicator_process_new(pcs_indicator *out_indicator,
                                     const pcs_indicator_process_config *config) {
  *out_indicator = (pcs_indicator){.show = NULL};
  indicator *self = calloc(1, sizeof *self);
  if (self == NULL || pcs_timer_new(&self->timer, config->loop, on_time, self) != PCS_OK) {
    free(self);
    return PCS_ERR_SYSTEM;
  }
  self->config = *config;
  self->order.kind = PCS_WIRE_LINES;
  *out_indicator = (pcs_indicator){.show = show, .free = free_indicator, .self = self};
  return PCS_OK;
}
