/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The whole kiosk, until SIGTERM or SIGINT. The exit status: 0 it was told to end, 1 it could not
 * start (said on standard error), 2 wrong options. */
int tabella_terminal_run (int argc, char **argv);
