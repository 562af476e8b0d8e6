/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import.h"
#include "poll.h"

/* What the tests of import share: one fixture, a database and a stick for each test, a day's batch.
 */

/* Terminals 1 to 4 are combined, 5 is a desk, 6 and 7 are booths, 8 is a spare. */
#define TERMINAL 2
#define DESK     5
#define BOOTH    6
#define SPARE    8

/* Places in the header of `ballots` (protocol section 7). */
enum {
  AT_HE = 8,
  AT_TERMINAL = 40,
  AT_NUMBER = 42,
  AT_MODE = 45,
  AT_RESERVED = 46,
  AT_PREVIOUS = 48,
  AT_CHECKINS = 80,
  AT_COUNTS = 112,
  AT_HEAD = 136,
  AT_JOURNAL = 172
};

extern TabellaFixture *fixture; /* made by main */

/* A folder for one test: an empty database, an empty stick. */
typedef struct {
  TabellaStore *store;
  char *stick;
} Desk;
Desk desk_new (void);
void desk_clear (Desk *d);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

GPtrArray *import (const Desk *d, const char *path);
/* The reason for the only batch there is; NULL: taken. */
char *import_one (const Desk *d, const char *path, gboolean *quarantined, gboolean *already);
void expect_taken (const Desk *d, const char *path);
void expect_refused (const Desk *d, const char *path, gboolean quarantined, const char *phrase);
TabellaEvidence *evidence (const Desk *d);
const TabellaHeld *last_of (const TabellaEvidence *e, guint16 terminal);

/* A day at a combined terminal: two walk-ins, one who challenged twice, one who left. */
Poll *day (guint16 terminal);
GBytes *edited (GBytes *bytes, gsize at, gconstpointer with, gsize n);
void edit (GBytes **bytes, gsize at, gconstpointer with, gsize n);
/* Another value for the byte there, whatever it was. */
void flip_at (GBytes **bytes, gsize at);
/* One bit of the first cast record. */
void flip (Poll *p);
/* The last byte of the check-ins' file. */
void damage_checkins (Poll *p);
/* A voter of the day who cast already casts once more. */
void cast_twice (Poll *p);
/* Signs the ballots again: a dishonest terminal. */
void sign_again (Poll *p);
