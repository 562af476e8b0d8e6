/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"

/* An honest account after a crash, a power cut, or a lock in the middle of a voter: what can be
 * told from the records, without naming anybody.
 *
 * The file "running" is in the state folder while the terminal is unlocked. It is empty: that it is
 * there after a start says that the last run was cut. */
typedef struct {
  gboolean crashed;     /* the last run ended while unlocked, without a lock or an orderly end */
  gboolean interrupted; /* the officers locked while a voter had a ticket or was voting */
  gboolean recovered;   /* a write was cut in the middle and undone */
  gboolean checks_in, votes; /* what this terminal's role does */
  guint given;    /* combined: checked in and neither voted nor left: may vote now when looked up */
  guint checking; /* booth: tickets with checked ballots and no cast one yet: they are still good */
  TabellaCounts counts;
} TabellaAccount;

/* Is there something to be told? OPEN or PAUSED and unlocked only. */
gboolean tabella_station_has_account (const TabellaStation *s);
/* STATE, STORAGE. */
gboolean tabella_station_account (TabellaStation *s, TabellaAccount *out, GError **error);
/* The officers have read it. */
void tabella_station_account_read (TabellaStation *s);
