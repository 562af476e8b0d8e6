/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The interface's languages. */

/* Once, before GTK starts: binds the translations (@folder: where LANGUAGE/LC_MESSAGES/tabella.mo
 * lie) and a locale in which gettext translates. */
void tabella_language_init (const char *folder);
const char *tabella_language_default (void);        /* "en" */
const char *tabella_language_tag (const char *tag); /* the same as a constant, or the default */
/* All following _() speak @language; text direction too. Screens must be rebuilt. */
void tabella_language_switch (const char *language);
/* Interface languages ("en", "zh_HK"), those in @first (char*, may be NULL) before the others. Free
 * with g_ptr_array_unref. */
GPtrArray *tabella_language_list (GPtrArray *first);
const char *tabella_language_name (const char *language); /* in itself: "English", "繁體中文" */
