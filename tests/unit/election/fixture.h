/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "trustee.h"

/* Election folders and drafts for the tests of src/election/. */

#define FIXTURE_PASSPHRASE "correct horse"

/* A new empty folder; remove it with fixture_remove(). */
char *fixture_folder (void);
void  fixture_remove (char *folder);

/* The example with @n trustees "Trustee 1" … of whom @t are needed. */
json_t *fixture_draft (guint n, guint t);
/* What stands at "a[0].b", borrowed. */
json_t *fixture_at (json_t *json, const char *path);
/* Replaces (or with @value NULL removes, with a name that is not there, adds) it; @value is JSON text. */
void fixture_edit (json_t *json, const char *path, const char *value);
void fixture_write_json (const char *folder, const char *name, json_t *json);
void fixture_write (const char *folder, const char *name, const char *text);
json_t *fixture_load (const char *folder, const char *name);
char *fixture_path (const char *folder, const char *name);
gboolean fixture_exists (const char *folder, const char *name);

/* @text contains @part, shown if not. */
void fixture_assert_contains (const char *text, const char *part);
/* @error is of @code and its message contains each of @parts (NULL-ended); clears it. */
void fixture_assert_error (GError **error, TabellaElectionError code, const char *const *parts);
#define FIXTURE_ERROR(error, code, ...)                                                            \
  fixture_assert_error ((error), TABELLA_ELECTION_ERROR_##code, (const char *const[]){ __VA_ARGS__, NULL })

/* The secret file of trustee @index. */
char *fixture_secret (const char *folder, guint index);
/* Round 1–4 of one trustee at rehearsal cost; *code (may be NULL) is the fourth's short code. */
gboolean fixture_round (const char *folder, guint round, guint index, char **code, GError **error);
/* Rounds 1..@rounds of every trustee, which must all work. */
void fixture_rounds (const char *folder, guint n, guint rounds);
/* A folder with a draft and that many rounds done. */
char *fixture_ceremony (guint n, guint t, guint rounds);
/* Edits a file below ceremony/ as fixture_edit(); @value NULL changes the first hex digit of the text there (which keeps
 * a scalar below the order), but removes a member of a list. */
void fixture_tamper (const char *folder, const char *file, const char *path, const char *value);
/* Trustee @index, dishonest, takes a changed r1 for its own. */
void fixture_adopt (const char *folder, guint index);
/* What everyone computes from the folder. */
gboolean fixture_keys (const char *folder, guint rounds, TabellaCeremonyKeys *keys, GError **error);

/* JSON texts for points: the identity, G, and what encodes no point (RFC 9496, A.2). */
#define ZEROS      "\"0000000000000000000000000000000000000000000000000000000000000000\""
#define BASE_POINT "\"e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76\""
#define NO_POINT   "\"0100000000000000000000000000000000000000000000000000000000000000\""
