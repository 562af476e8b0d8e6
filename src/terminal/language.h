/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The interface's languages, and what is known of the others in which an election may have its
 * texts. A language is a tag as in election.json: "en", "zh_HK", "fil". */

/* Once, before GTK starts: binds the translations (@folder: where LANGUAGE/LC_MESSAGES/tabella.mo
 * lie) and a locale in which gettext translates. */
void tabella_language_init (const char *folder);
const char *tabella_language_default (void); /* "en" */
/* The interface's language for somebody who reads @language: the same, a sister ("zh_TW": "zh_HK"),
 * or the default. */
const char *tabella_language_interface (const char *language);
/* All following _() speak @language's interface; text direction too. Screens must be rebuilt. */
void tabella_language_switch (const char *language);
/* What was switched to last, also one without an interface of its own. Free with g_free. */
char *tabella_language_present (void);
/* All that can be chosen: @first (char*, may be NULL), then the interface's that are not among
 * them. Free with g_ptr_array_unref. */
GPtrArray *tabella_language_list (GPtrArray *first);
/* Which of @offered (char*, at least one) somebody who reads @language is best given: the same, a
 * sister, or the first one. */
const char *tabella_language_nearest (const char *language, GPtrArray *offered);

/* language-names.c */
const char *tabella_language_name (const char *language); /* in itself: "English", "繁體中文" */
gboolean tabella_language_right_to_left (const char *language);
/* @text of @language with a mark (U+200F, U+200E) before each sentence whose first letter would
 * give it the other direction ("LegCo" in Urdu); NULL: it needs none. Free with g_free. */
char *tabella_language_direct (const char *text, const char *language);
/* @text to stand among words of the interface without turning them or itself round: between U+2068
 * and U+2069 where the interface or @text runs from right to left, else as it is. Free with g_free.
 */
char *tabella_language_isolate (const char *text);
