/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"

/* The two ends of an election on a tablet. Each is begun by one durable file, "leaving" or
 * "retired", and finished from there: what was cut in the middle is finished at the next start,
 * before anything else is read. */

/* CLOSED, practice → ENROLLED. The terminal's own keys go under @setup_code
 * (tabella_setup_code_new; to be written down before this is called: nothing else opens them
 * afterwards). Practice records, installation, and the officers' passphrases and PIN are destroyed.
 * Errors STATE (not closed, locked, or an official election, which has no way back), PASSPHRASE (no
 * setup code), STORAGE. */
gboolean tabella_life_leave_practice (TabellaStation *s, const char *setup_code, GError **error);
gboolean tabella_life_may_leave_practice (const TabellaStation *s);

/* INSTALLED → ENROLLED: the wrong package was installed, and nobody has opened it yet. The setup
 * code stays as it is. Errors STATE, STORAGE. */
gboolean tabella_life_uninstall (TabellaStation *s, GError **error);

/* CLOSED, official → RETIRED, once the final has reached a stick and what is kept of it reads back. All
 * secrets, the roll and the ballot box are destroyed: nothing opens this terminal again. The final
 * stays as it was written and can be written to a stick again, but not be made again if the disk
 * spoils it. Errors STATE, STORAGE. */
gboolean tabella_life_retire (TabellaStation *s, GError **error);
