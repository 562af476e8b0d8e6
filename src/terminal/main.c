/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabella-terminal: the kiosk; --help lists its options. */
#include "forget.h"
#include "terminal.h"

int
main (int argc, char **argv)
{
  tabella_forget_freed (argv);
  return tabella_terminal_run (argc, argv, NULL);
}
