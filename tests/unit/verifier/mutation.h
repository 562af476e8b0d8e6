/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record.h"

/* One way in which a record is wrong. Everything that hashes or signs over it is made anew with the
 * test election's keys, so that one check alone can see it. */
typedef struct {
  guint check; /* the only one that fails */
  const char *name;
  RecordStage stage;
  RecordChange change;
  const char *words; /* in the check's detail */
  guint32 not_run;   /* checks that cannot run for it */
} Mutation;

/* Bit @first to bit @last. */
#define NOT_RUN(first, last) ((2u << (last)) - (1u << (first)))
/* What is left unread when a batch is not signed, or not a batch. */
#define UNSIGNED (NOT_RUN (4, 4) | NOT_RUN (6, 16))
#define UNREAD   (NOT_RUN (4, 4) | NOT_RUN (6, 7) | NOT_RUN (9, 16))

/* By file; each ended by one without a name. */
extern const Mutation paper_mutations[];  /* 1 to 4: manifest, ceremony, amendments */
extern const Mutation batch_mutations[];  /* 4 to 8 */
extern const Mutation ballot_mutations[]; /* 8 to 12 */
extern const Mutation count_mutations[];  /* 13 to 16 */
extern const Mutation lie_mutations[];    /* all of them, with more work */

/* @part's first place in a file replaced by @by of the same or another length. */
void mutate_text (Record *r, const char *name, const char *part, const char *by);
/* Two booths whose good ballots are encrypted with one number. */
void mutate_shared_number (Record *r);
/* A bit of a file flipped; @at negative: from the end. */
void mutate_bit (Record *r, const char *name, gint at);
