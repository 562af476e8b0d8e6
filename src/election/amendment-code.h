/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendments.h"

/* An amendment's short form as it is typed: the groups of four characters that `tabella amend`
 * prints, ten a line. The first group is always "TA1.". */
#define TABELLA_CODE_GROUPS  34
#define TABELLA_CODE_GROUP   4
#define TABELLA_CODE_LAST    2  /* characters in the last group */
#define TABELLA_CODE_A_LINE  10 /* groups */
#define TABELLA_CODE_N_LINES ((TABELLA_CODE_GROUPS + TABELLA_CODE_A_LINE - 1) / TABELLA_CODE_A_LINE)

typedef struct {
  char groups[TABELLA_CODE_GROUPS][TABELLA_CODE_GROUP + 1]; /* each NUL-ended, maybe not full */
} TabellaTypedCode;

/* Only "TA1." is there. */
void tabella_typed_code_clear (TabellaTypedCode *c);
/* How many characters @group has when it is full. */
guint tabella_typed_code_size (guint group);
gboolean tabella_typed_code_full (const TabellaTypedCode *c, guint group);
/* Replaces @group (1 or more) by what was typed there; what is too much for it replaces the groups
 * that follow. Full-width and small letters are folded; 0, 1 and 8, which no code has, are taken
 * for O, I and B; anything else that is no letter and no digit is left out. "TA1." begins the whole
 * code, wherever a scanner typed it. Returns the group in which typing goes on,
 * TABELLA_CODE_GROUPS once the last one is full. */
guint tabella_typed_code_put (TabellaTypedCode *c, guint group, const char *typed);
gboolean tabella_typed_code_whole (const TabellaTypedCode *c);
/* The text for tabella_amendment_parse_short(). */
char *tabella_typed_code_text (const TabellaTypedCode *c);

/* What the format alone tells of a code that is not yet whole. There are no check digits: that a
 * group is not doubted does not make it right. */
typedef enum {
  TABELLA_CODE_POSSIBLE,
  TABELLA_CODE_CHARACTER, /* a 9: no code has one */
  TABELLA_CODE_ELECTION,  /* the codes of this election have something else there */
  TABELLA_CODE_MEANING,   /* together these groups say what no amendment of this election says */
  TABELLA_CODE_END,       /* no signature ends so */
} TabellaCodeDoubt;
/* The first doubt about groups that are full, and between which groups the mistake lies. */
TabellaCodeDoubt tabella_typed_code_doubt (const TabellaTypedCode *c, const TabellaManifest *m,
                                           guint *first, guint *last);
/* The group as this election's codes have it, where they all have the same (groups 0 to 3); NULL
 * for any other. Free it. */
char *tabella_typed_code_fixed (const TabellaManifest *m, guint group);
