/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fixture.h"

/* Terminals of a fixture's election, played by hand: everything that a batch may say can be said
 * wrong. */
typedef struct {
  TabellaFixture *f;
  guint16 terminal;
  TabellaRollKeys *keys;
  GString *journal;
  GPtrArray *cast, *challenged; /* GBytes: raw records */
  GArray *checkins;             /* TabellaCheckin */
  guint16 number;               /* of the next batch */
  guint8 previous[32];
  /* The last batch that was made. */
  GBytes *ballots, *checkins_file, *sealed;
  char *minisig, *sealed_minisig, *text;
} Poll;

/* enrolled, zero_report, opened. */
Poll *poll_new (TabellaFixture *f, guint16 terminal);
void poll_free (Poll *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Poll, poll_free)

/* A journal line of this kind with zero counts. */
void poll_event (Poll *p, TabellaEventKind kind);
void poll_amended (Poll *p, guint16 number, TabellaAmendKind kind, guint16 target, guint32 value);
/* p of a made-up voter. */
void poll_pseudonym (const Poll *p, guint voter, guint8 out[32]);
/* @ticket NULL: unlinked. */
void poll_checkin (Poll *p, guint voter, TabellaCheckinKind kind, TabellaCheckinState state,
                   const guint8 *ticket);
/* A voter who is not on the roll, with the ticket that poll_ticket makes. */
void poll_walkin (Poll *p, guint voter, TabellaCheckinState state, guint8 ticket[16]);
/* @choices: one letter a contest: y, n, or - for blank. */
void poll_cast (Poll *p, const guint8 ticket[16], guint8 attempt, const char *choices);
void poll_challenge (Poll *p, const guint8 ticket[16], guint8 attempt, const char *choices);
/* A combined terminal's voter: checked in, cast. The ticket is made from terminal and @voter. */
void poll_vote (Poll *p, guint voter, TabellaCheckinKind kind, const char *choices);
void poll_ticket (guint16 terminal, guint voter, guint8 ticket[16]);

/* Makes the files of the next batch (a final gets its `closed` line first, a safety copy its
 * `copied` one after). */
void poll_make (Poll *p, TabellaBatchKind kind);
/* The header's counts as the records give them. */
void poll_counts (const Poll *p, TabellaCounts *counts);
/* Signs @ballots (or what else) with the terminal's batch key and this comment. */
char *poll_sign (const Poll *p, GBytes *bytes, const char *comment);
/* Writes what poll_make() made to STICK/terminal-NNN/batch-NNNN; returns that folder. */
char *poll_write (const Poll *p, const char *stick);
/* Both. */
void poll_close (Poll *p, const char *stick);
