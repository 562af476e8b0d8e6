/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where this program's companions lie. An installed program finds them from the folder that it lies
 * in itself, so a whole tree may be moved (DESTDIR); one that runs in its build folder finds what
 * was built. Free with g_free. */
char *tabella_place_print (void);        /* the program tabella-print */
char *tabella_place_hands (void);        /* the program tabella-hands */
char *tabella_place_translations (void); /* holds LANGUAGE/LC_MESSAGES/tabella.mo */

/* The same for a program in the folder @dir. @installed: the path from the root of the file system
 * on; @built: from a folder of programs in the build folder. */
char *tabella_place (const char *dir, const char *installed, const char *built);
