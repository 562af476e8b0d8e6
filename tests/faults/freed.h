/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Who asks whether a secret was left in memory that was given back. The functions have the names of
 * libc's: a program that uses them is linked with export_dynamic. Not in a build with the address
 * sanitizer, which has its own. */

/* From now on blocks are counted that are freed, or grow, with @size bytes of @needle inside.
 * NULL: no more. */
void freed_watch (gconstpointer needle, gsize size);
guint freed_found (void);
