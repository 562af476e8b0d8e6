/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken-terminal FILE [OPTION…]: the terminal, but what it says goes to a file for the journey. */
#include "forget.h"
#include "recorder.h"
#include "terminal.h"

int
main (int argc, char **argv)
{
  g_autoptr (Recorder) recorder = NULL;
  TabellaHardware hardware = { 0 };
  FILE *file;
  int status;

  tabella_forget_freed (argv); /* as the terminal itself: what is used after it was freed shows */
  file = argc > 1 ? fopen (argv[1], "a") : NULL;
  if (file == NULL) {
    g_printerr ("spoken-terminal: no file to write to\n");
    return 2;
  }
  argv[1] = argv[0];
  recorder = recorder_new (file);
  hardware.speaker = TABELLA_SPEAKER (recorder);
  status = tabella_terminal_run (argc - 1, argv + 1, &hardware);
  fclose (file);
  return status;
}
