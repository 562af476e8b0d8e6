/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "asking.h"
#include "import.h"
#include "poll.h"
#include "store.h"
#include "verifier.h"

/* One small election with everything in it, whose result can be counted by hand (the table is in
 * story.c). */
typedef struct {
  TabellaFixture *f;
  TabellaStore *store;
  char *sticks;   /* every final below it */
  char *late;     /* booth 7's only safety copy */
  Poll *polls[8]; /* by terminal − 1; NULL for the spare */
} Story;

/* Played, written to the sticks; nothing imported. */
Story *story_new (void);
/* With other policies than min_unit 3. */
Story *story_new_with (const char *policies);
void story_free (Story *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Story, story_free)

/* Every batch is taken. */
void story_import (Story *s, const char *path);
/* Booth 7 is lost: amendment `ended` at its safety copy. */
void story_end_booth (Story *s);
/* The folder of a request, by its name. */
char *story_request (const Story *s, const char *name);
/* tabella_ask() that must give this name (NULL: nothing to ask). */
void story_ask (Story *s, TabellaPurpose purpose, const char *name);
/* A trustee's share, computed with the secret at hand and without any check. */
void story_share (Story *s, const char *name, guint16 trustee);
/* Trustees 1 and 3, then combine. @result may be NULL. */
void story_answer (Story *s, const char *name, char **result);
void story_decide (Story *s);
TabellaEvidence *story_evidence (Story *s);
/* Steps up to and with the tally request, or just before a purpose's first request. */
void story_until (Story *s, TabellaPurpose purpose);
/* The verdict on a published record, with the organisers' key. */
TabellaVerdict story_verify (const Story *s, const char *record, guint *excluded);
