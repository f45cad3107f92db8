#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "host/command/command.h"
#include "host/sys/descriptor.h"
#include "host/sys/private_folder.h"
#include "host/sys/user_socket.h"

bool pcs_command_has_store(const pcs_command *command) {
  char path[PCS_COMMAND_PATH_BYTES_MAX + sizeof PCS_STORE_FILE_NAME];
  (void)snprintf(path, sizeof path, "%s/%s", command->folder, PCS_STORE_FILE_NAME);
  FILE *file = fopen(path, "rb");
  if (file != NULL) {
    fclose(file);
  }
  return file != NULL;
}

pcs_status pcs_broker_line_open(pcs_broker_line *line, const pcs_command *command) {
  int folder = PCS_DESCRIPTOR_NONE;
  pcs_private_flaw flaw;
  line->connection = PCS_DESCRIPTOR_NONE;
  line->len = line->taken = 0;
  /* A folder that is not there must not come to be by asking. */
  if (!pcs_command_has_store(command)) {
    return PCS_ERR_NOT_FOUND;
  }
  pcs_status status = pcs_private_folder_open(&folder, &flaw, command->folder);
  if (status == PCS_OK) {
    status = pcs_user_socket_connect(&line->connection, folder);
  }
  pcs_descriptor_close(&folder);
  return status;
}

void pcs_broker_line_close(pcs_broker_line *line) {
  pcs_descriptor_close(&line->connection);
}

pcs_status pcs_broker_line_say(pcs_broker_line *line, const char *word, const char *rest) {
  uint8_t memory[1024];
  pcs_writer writer;
  pcs_span bytes;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_text(&writer, word);
  pcs_writer_text(&writer, rest);
  pcs_writer_text(&writer, "\n");
  pcs_status status = pcs_writer_finish(&writer, &bytes);
  while (status == PCS_OK && bytes.len > 0) {
    size_t sent = 0;
    status = pcs_descriptor_write(line->connection, bytes, &sent);
    status = status == PCS_ERR_NO_SPACE ? PCS_OK : status;
    bytes = (pcs_span){bytes.data + sent, bytes.len - sent};
  }
  return status;
}

pcs_status pcs_broker_line_next(pcs_broker_line *line, pcs_span *out_line) {
  *out_line = (pcs_span){0};
  for (;;) {
    pcs_span rest = {line->bytes + line->taken, line->len - line->taken};
    size_t end = pcs_text_find(rest, '\n');
    if (end < rest.len) {
      *out_line = (pcs_span){rest.data, end};
      line->taken += end + 1;
      return PCS_OK;
    }
    memmove(line->bytes, rest.data, rest.len);
    line->len = rest.len;
    line->taken = 0;
    if (line->len == sizeof line->bytes) {
      return PCS_ERR_TOO_LARGE;
    }
    size_t got = 0;
    pcs_status status = pcs_descriptor_read(line->connection, line->bytes + line->len,
                                            sizeof line->bytes - line->len, &got);
    if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
      return PCS_ERR_CLOSED;
    }
    line->len += got;
  }
}
