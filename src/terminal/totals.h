/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report-screen.h"

/* Lines that several of the officers' screens have in common. */

/* "Checked in: n    Cast: n    Checked ballots: n", of the records now. FALSE, and a notice, if
 * they cannot be read. */
gboolean tabella_totals_add (TabellaReportScreen *self);
/* Each reason for which sessions were ended since unlocking, and how often; nothing if none was. */
void tabella_totals_add_cancelled (TabellaReportScreen *self);
/* The three totals in words; free with g_free(). */
char *tabella_totals_text (guint checked_in, guint cast, guint challenged);
