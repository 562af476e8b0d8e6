/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "printer.h"
#include "speaker.h"
#include "sticks.h"

/* What lies beneath the screens. A NULL member stands for the real thing; tests put simulated ones
 * in. Whoever fills it in keeps its references until tabella_terminal_run() returns. */
typedef struct {
  TabellaPrinter *printer;
  TabellaSpeaker *speaker;
  TabellaSticks *sticks;
} TabellaHardware;
