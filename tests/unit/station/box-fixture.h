/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "box.h"
#include "hand.h"

/* A ballot box in a folder of its own, and cheap records for it: one true ballot with other tickets
 * (the box reads records and codes, it does not verify proofs). */
typedef struct {
  Hand *hand;
  char *folder, *path, *journal;
  GBytes *model, *challenged; /* style 0 */
} BoxFixture;

BoxFixture *box_fixture_new (guint ballots, guint checkins);
void box_fixture_free (BoxFixture *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BoxFixture, box_fixture_free)

/* Opened and indexed. */
TabellaBox *box_fixture_open (BoxFixture *f);
/* Ballot number @n, its code and T. */
GBytes *box_fixture_record (BoxFixture *f, gboolean challenged, guint32 n, guint8 code[32],
                            guint8 ticket[16]);
/* Voter @n in a state; a link that looks like one. */
void box_fixture_checkin (guint32 n, TabellaCheckinState state, TabellaCheckin *c);
/* Voter @n gets a ticket and casts ballot @n: both must work. */
void box_fixture_vote (BoxFixture *f, TabellaBox *box, guint32 n);

/* The whole file, its holes included. */
GBytes *box_fixture_read (const char *path);
gboolean box_fixture_all_zero (const char *path); /* also TRUE if there is none */
/* How often @needle stands in @haystack; *at: the last place. */
guint box_fixture_find (GBytes *haystack, gconstpointer needle, gsize size, gsize *at);
/* Is ballot @n in the box now? */
gboolean box_fixture_has (BoxFixture *f, TabellaBox *box, guint32 n);
/* One number from the database, read by SQLite on its own; the box must be closed. */
gint64 box_fixture_ask (BoxFixture *f, const char *sql);
