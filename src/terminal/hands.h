/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "speaker.h"

/* The terminal's end of tabella-hands, the process that is started before the terminal shuts itself
 * in: it alone still runs programs and makes sockets. It speaks, and it runs tabella-print; whoever
 * took the terminal over could do no more through it. If it ends, the terminal goes on without
 * speech and printer until it is started again. */
#define TABELLA_TYPE_HANDS (tabella_hands_get_type ())
G_DECLARE_FINAL_TYPE (TabellaHands, tabella_hands, TABELLA, HANDS, GObject)

/* @program: tabella-hands' path, @print: tabella-print's. NULL with an error if it does not start.
 * It is a TabellaSpeaker. */
TabellaHands *tabella_hands_start (const char *program, const char *print, GError **error);

/* Runs tabella-print: its arguments, what it reads (or NULL), and *@output, which gives what it
 * writes. Returns a number for tabella_hands_end(), 0 if it could not be asked for. */
guint tabella_hands_run (TabellaHands *self, const char *const *arguments, GBytes *input,
                         GInputStream **output);
/* Kills it, if it still runs. */
void tabella_hands_end (TabellaHands *self, guint id);
