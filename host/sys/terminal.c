#include "host/sys/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "host/sys/descriptor.h"

pcs_status pcs_terminal_open(int *out_terminal) {
  *out_terminal = PCS_DESCRIPTOR_NONE;
  int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (terminal < 0) {
    return PCS_ERR_UNSUPPORTED;
  }
  if (tcgetpgrp(terminal) != getpgrp()) {
    pcs_descriptor_close(&terminal);
    return PCS_ERR_UNSUPPORTED;
  }
  signal(SIGTTIN, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  *out_terminal = terminal;
  return PCS_OK;
}

void pcs_terminal_discard(int terminal) {
  tcflush(terminal, TCIFLUSH);
}
