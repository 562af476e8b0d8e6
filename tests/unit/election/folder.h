/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "manifest.h"
#include "roll.h"

/* An election folder in a temporary place, for the tests of what is built in one: the example referendum (4 stations,
 * style "all", trustees 2 of 3) with terminals whose secrets are at hand. */

#define FOLDER_TERMINALS 16

typedef struct {
  char *path;
  json_t *draft;
  TabellaElection *e;
  TabellaTerminalSecrets *secrets[FOLDER_TERMINALS + 1]; /* by index, from 1 */
  TabellaMinisignPublic pub;
  TabellaMinisignSecret key; /* the organisers' */
} Folder;

/* @policies: "name=value,…" with string values, or NULL. */
Folder *folder_new (const char *policies);
void    folder_free (Folder *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)

/* Enrols a new terminal, simulated or not; @lane as on the command line. */
guint16 folder_enrol (Folder *f, guint16 station, TabellaRole role, const char *lane, gboolean simulated);
/* Writes FOLDER/list.csv. */
void folder_list (Folder *f, const char *text, gssize size);
/* Builds the roll from list.csv; problems as from tabella_roll_build. */
gboolean folder_roll (Folder *f, GPtrArray *problems, GError **error);
/* The same, which must succeed. */
void folder_roll_good (Folder *f);
/* The whole ceremony, all four rounds of everyone. */
void folder_ceremony (Folder *f);
/* Seals it; the practice manifest goes below FOLDER/practice. */
void folder_seal (Folder *f, gboolean practice);
/* A stick with the package of the practice election in @f on it. */
Folder *folder_stick (Folder *f);
/* The terminal with these secrets does not take the package on @stick. */
void folder_refuse_package (Folder *stick, const TabellaTerminalSecrets *secrets, int code,
                            const char *part);

/* Files below the folder. */
char    *folder_file (Folder *f, const char *name);
GBytes  *folder_read (Folder *f, const char *name);
void     folder_write (Folder *f, const char *name, gconstpointer bytes, gsize size);
gboolean folder_has (Folder *f, const char *name);
/* Changes one bit of a file, @at from its start, or from its end if negative. */
void folder_flip (Folder *f, const char *name, gssize at);

/* From now on no file can grow beyond @size bytes, as on a full disk; G_MAXUINT64 lifts it. */
void folder_limit_files (guint64 size);

/* The made-up identity card number number @n. */
char *made_up_id (guint n);

/* @error is set, has this code and its message holds @part; it is cleared. */
void assert_refused (gboolean done, GError **error, int code, const char *part);
/* Exactly one problem, which holds @part. */
void assert_one_problem (GPtrArray *problems, const char *part);
