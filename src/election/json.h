/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <jansson.h>
#include "election-error.h"
#include "bounds.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

/* The one reader of JSON (protocol section 2): UTF-8 without BOM, duplicate keys refused, integers within
 * ±(2^53 − 1), at most 16 nested containers (checked before parsing), real numbers refused. The text is one object or
 * list. @what names the file in messages ("election.json"): line and column are given. Error FORMAT. */
json_t *tabella_json_parse (const char *what, gconstpointer bytes, gsize size, GError **error);
/* The same of a file, at most 64 MiB. Errors IO, FORMAT. */
json_t *tabella_json_load (const char *path, GError **error);
/* Indented text with a final LF, key order as built. */
char *tabella_json_text (const json_t *json);

/* What somebody else wrote, as a message may quote it: UTF-8, with '?' for what tabella_field_plain() refuses. */
char *tabella_disarmed (const char *text);

/* A walk over an object that reports every problem by field ("contests[0].options[2].id: …") instead of the first.
 * @problems: array of char* with g_free. @at, everywhere: what stands before a member's name, with its dot ("" at the
 * top, "contests[0]."); @field: the whole name. All text is UTF-8; control characters in it become '?'. */
void tabella_problem (GPtrArray *problems, const char *field, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* @obj is an object whose members are all in the NULL-ended list @names; else problems. Call it first for each object:
 * it alone reports that something is no object, the readers below then stay silent. */
void tabella_json_only (json_t *obj, const char *at, const char *const *names, GPtrArray *problems);
/* Readers of a member, borrowed: NULL (@min, FALSE, zeros) and one problem if it is missing or of another type or range.
 * @obj NULL or no object: the same without a problem, since that was reported where it was read. */
json_t     *tabella_json_object (json_t *obj, const char *at, const char *name, GPtrArray *problems);
json_t     *tabella_json_array (json_t *obj, const char *at, const char *name, GPtrArray *problems);
/* TRUE if @list has no more than @most members. */
gboolean    tabella_json_at_most (json_t *list, guint most, const char *field, GPtrArray *problems);
const char *tabella_json_string (json_t *obj, const char *at, const char *name, GPtrArray *problems);
gint64      tabella_json_int (json_t *obj, const char *at, const char *name, gint64 min, gint64 max, GPtrArray *problems);
gboolean    tabella_json_bool (json_t *obj, const char *at, const char *name, GPtrArray *problems);
gboolean    tabella_json_hex (json_t *obj, const char *at, const char *name, guint8 *out, gsize size, GPtrArray *problems);
/* TRUE if there are none; otherwise sets INVALID: "@what: first problem (and N more)". */
gboolean tabella_problems_none (const char *what, GPtrArray *problems, GError **error);
