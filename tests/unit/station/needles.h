/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Secrets that must be in no file, looked for in every form that a program might keep them in: as
 * they are, backwards, inverted, in base 16, 32 and 64 (at each of the places where its groups may
 * begin), as text of 16 and 32 bits a letter, in small and capital letters. A form is found by any
 * piece of it that is long enough to be nowhere by chance, so that one which is cut by a page's
 * end, or partly written over, is found too. */
typedef struct _Needles Needles;
Needles *needles_new (void);
void needles_free (Needles *n);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Needles, needles_free)

/* At least 8 bytes. */
void needles_add (Needles *n, const char *name, gconstpointer bytes, gsize size);
void needles_add_text (Needles *n, const char *name, const char *text);
/* Flags of one byte, 0 or 1, at least 64 of them: also packed into bits both ways, as figures, as
 * numbers of 32 bits, and as the list of those that are set. */
void needles_add_flags (Needles *n, const char *name, const guint8 *flags, gsize size);
/* One form only, found by pieces of @piece bytes (at least 8). */
void needles_add_form (Needles *n, const char *name, const char *form, gconstpointer bytes,
                       gsize size, gsize piece);

/* Names and forms of what is in these bytes; "where: name, form" is added to @found, once each. */
void needles_search (const Needles *n, const char *where, gconstpointer bytes, gsize size,
                     GPtrArray *found);
/* Every file below a folder, and every name there. The bytes that were looked at. */
guint64 needles_search_folder (const Needles *n, const char *folder, GPtrArray *found);

/* Every form of everything: for planting them. */
guint needles_forms (const Needles *n);
GBytes *needles_form (const Needles *n, guint i, const char **name, gsize *piece);
