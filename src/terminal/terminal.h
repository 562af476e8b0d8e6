/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hardware.h"

/* The whole kiosk, until SIGTERM or SIGINT. The exit status: 0 it was told to end, 1 it could not
 * start (said on standard error), 2 wrong options. @hardware: NULL for all that is real. */
int tabella_terminal_run (int argc, char **argv, const TabellaHardware *hardware);

/* Style sheet and scale of the display, once after gtk_init(). @dpi: the panel's, 0: as it says of
 * itself. */
void tabella_terminal_dress (int dpi);
