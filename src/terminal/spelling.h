/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A code as one says it to somebody who writes it down: sign by sign, letters with a word that
 * begins with them; a pause between its groups. In the interface's language. Signs that no code has
 * stand for themselves. Free with g_free. */
char *tabella_spell (const char *code);
