/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "export.h"
#include "session.h"
#include "checkin.h"

/* Logic-and-accuracy runs without a screen, practice only: the same station functions as the kiosk,
 * driven by a deck (command.md "rehearse"). */

/* Makes and enrols a simulated terminal: secrets into FOLDER/terminals/NNN.secret. */
gboolean tabella_rehearse_enrol (const char *folder, const TabellaElection *e, guint16 station,
                                 TabellaRole role, guint16 lane, const char *label, guint16 *index,
                                 GError **error);
/* Runs the deck on the practice election in FOLDER; writes OUT/terminal-NNN/batch-NNNN/… only if
 * every line went through. @lost: terminal indexes that leave only a safety copy. The error names
 * the line. @progress may be NULL. */
gboolean
tabella_rehearse_run (const char *folder, const char *deck_path, const char *out, GArray *lost,
                      TabellaProgress progress, gpointer data, GError **error);
