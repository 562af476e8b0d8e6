/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendment-code.h"
#include "station.h"

/* Amendments come to a terminal on a stick, as a QR text or typed. First one is read and shown;
 * only when an officer confirmed it, it is taken and journaled (protocol section 4). */
typedef enum {
  TABELLA_OFFER_NEW,            /* may be taken */
  TABELLA_OFFER_NOTHING,        /* stick: all that is on it was taken already */
  TABELLA_OFFER_TAKEN,          /* code: this one was taken already */
  TABELLA_OFFER_LATE,           /* never taken, but a higher number was: it cannot be any more */
  TABELLA_OFFER_NEEDS_FILE,     /* a kind whose short form does not carry what it says */
  TABELLA_OFFER_UNSIGNED,       /* the organisers of this election did not sign it */
  TABELLA_OFFER_OTHER_ELECTION, /* signed by them, for another election or for practice */
  TABELLA_OFFER_IMPOSSIBLE,     /* signed, but this terminal cannot do what it says */
  TABELLA_OFFER_INCOMPLETE,     /* code: not whole; stick: a file is damaged or no amendment */
  TABELLA_OFFER_NO_FOLDER,      /* stick: no folder "amendments", also not in a package */
  TABELLA_OFFER_UNREADABLE,     /* stick: it cannot be read */
  TABELLA_OFFER_CLOSED,         /* the poll is closed here: amendments concern it no more */
} TabellaOffer;

/* Reads PATH/amendments, PATH/tabella-package/amendments, or PATH if it has that name. *list: those
 * above all taken ones, ascending, not empty if NEW, else NULL. @error is set unless NEW, NOTHING
 * or LATE; its message names the file. */
TabellaOffer
tabella_station_read_stick (TabellaStation *s, const char *path, GPtrArray **list, GError **error);
/* A short form as typed or scanned. *a is set if NEW. @error: as above. */
TabellaOffer tabella_station_read_code (TabellaStation *s, const char *text, TabellaAmendment **a,
                                        GError **error);
/* Keeps it durably, journals it and acts by it: station, role and lane of tabella_station_status()
 * are then the new ones. STATE (closed, or its number is not above all taken ones), STORAGE. */
gboolean tabella_station_take (TabellaStation *s, const TabellaAmendment *a, GError **error);

/* Those taken, ascending; NULL before an election is installed. */
const GPtrArray *tabella_station_amendments (const TabellaStation *s);
/* How many numbers lie between the last one taken and @number: those can never be taken once it
 * is. */
guint tabella_station_skipped (const TabellaStation *s, guint16 number);
/* The last one in force that closes this terminal's station, or NULL. */
const TabellaAmendment *tabella_station_closed_by (const TabellaStation *s);
/* The one that revokes or ends this terminal (revoked prevails), or NULL. */
const TabellaAmendment *tabella_station_stopped_by (const TabellaStation *s);
