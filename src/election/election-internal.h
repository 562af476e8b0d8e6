/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "election.h"

/* Between the files that read a draft: election-parse.c (lists), election-fields.c (single fields), election-policies.c;
 * and for those that read names and texts elsewhere. */

/* Characters that change how others are shown, or that show nothing: a text could be made to read differently from what
 * it says. The joiners U+200C and U+200D are needed by Urdu and are none. */
gboolean tabella_is_deceptive (gunichar c);
/* The first of them in @text, or of more combining marks than any script needs; NULL if there is none. */
const char *tabella_deceptive_at (const char *text);
/* Empty, or nothing but spaces. */
gboolean tabella_is_blank (const char *text);

/* A name as everybody may print it: @min to @max bytes, not blank, no deceptive characters. Problem if not. */
gboolean tabella_field_plain (const char *text, const char *field, gsize min, gsize max, GPtrArray *problems);
/* Member @name: a text in every language of @languages and no other; maybe incomplete if that gave problems. */
TabellaText *tabella_field_text (json_t *obj, const char *at, const char *name, GPtrArray *languages, GPtrArray *problems);
/* Member "id", unique in @seen (id -> index + 1), to which it is added with @index. Never NULL. */
char *tabella_field_id (json_t *obj, const char *at, GHashTable *seen, guint index, GPtrArray *problems);
/* Member @name: a list of ids, each known to @ids and none twice. Their indexes. */
GArray *tabella_field_references (json_t *obj, const char *at, const char *name, GHashTable *ids, const char *kind,
                                  GPtrArray *problems);
/* Member @name: one of @words; its place, 0 with a problem. */
guint tabella_field_word (json_t *obj, const char *at, const char *name, const char *const *words, GPtrArray *problems);
/* One {day, open, close}; @at with its dot. */
TabellaHours *tabella_field_hours (json_t *obj, const char *at, GPtrArray *problems);
void tabella_hours_free (TabellaHours *hours);

/* Members "ids" and "policies" of the election object. */
void tabella_parse_ids (json_t *election, const char *at, TabellaIdScheme *ids, GPtrArray *problems);
void tabella_parse_policies (json_t *election, const char *at, TabellaPolicies *policies, GPtrArray *problems);
