/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabella-terminal [--state DIR] [--stick DIR] [--dpi N]: the kiosk. */
#include "terminal.h"

int
main (int argc, char **argv)
{
  return tabella_terminal_run (argc, argv, NULL);
}
