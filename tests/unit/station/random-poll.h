/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "practice.h"
#include "station-private.h"

/* A polling station's terminals and a random crowd: people come in any order, vote, check the
 * machine first, leave, come back, are sent away by an officer; in between a terminal is started
 * again. What happened is kept in the order of time; what everybody does is drawn before, so that
 * nothing but time itself depends on it. */

typedef struct {
  guint8 p[32], ticket[TABELLA_TICKET_SHORT], t[16];
  guint run; /* how often the terminal that gave it had been unlocked */
} RandomPerson;

typedef struct {
  guint person;    /* its place among @people */
  guint8 code[32]; /* of the ballot */
  char *text;      /* TV1 or TC1 */
} RandomBallot;

typedef struct {
  Practice *practice;
  guint16 index, desk;         /* where ballots are cast, and where people check in: may be one */
  TabellaStation *box, *front; /* they; the same if there is one */
  GArray *people;              /* RandomPerson, as they came: with their first tickets */
  GArray *cast, *checked;      /* RandomBallot; checked: first attempts only */
  guint casts, challenges, returns, restarts;
  gboolean strangers; /* set before it runs: nobody is on the roll */
  /* Called before and after each ballot is written; may be NULL. */
  void (*around) (gboolean after, gpointer data);
  gpointer data;
} RandomPoll;

/* Both styles of the practice election at every station, room for so many ballots and check-ins. */
Practice *random_poll_practice (guint slots);
/* @split: a desk and a booth, else one combined terminal. Open, with new state folders (one that is
 * a link to a folder elsewhere is used as it is). */
RandomPoll *random_poll_new (Practice *p, gboolean split);
void random_poll_free (RandomPoll *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RandomPoll, random_poll_free)
/* So many people do what they do. */
void random_poll_run (RandomPoll *r, guint people);
