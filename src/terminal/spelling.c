/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spelling.h"

#include <glib/gi18n.h>

/* Codes have no I, L, O and U (protocol.md, "Text codes"). */
static const char *const letters[26] = {
  [0] = N_ ("A, Alfa"),     [1] = N_ ("B, Bravo"),   [2] = N_ ("C, Charlie"),
  [3] = N_ ("D, Delta"),    [4] = N_ ("E, Echo"),    [5] = N_ ("F, Foxtrot"),
  [6] = N_ ("G, Golf"),     [7] = N_ ("H, Hotel"),   [9] = N_ ("J, Juliett"),
  [10] = N_ ("K, Kilo"),    [12] = N_ ("M, Mike"),   [13] = N_ ("N, November"),
  [15] = N_ ("P, Papa"),    [16] = N_ ("Q, Quebec"), [17] = N_ ("R, Romeo"),
  [18] = N_ ("S, Sierra"),  [19] = N_ ("T, Tango"),  [21] = N_ ("V, Victor"),
  [22] = N_ ("W, Whiskey"), [23] = N_ ("X, X-ray"),  [24] = N_ ("Y, Yankee"),
  [25] = N_ ("Z, Zulu"),
};

static void
append_sign (GString *said, char sign)
{
  const char upper = g_ascii_toupper (sign);
  const char *word = g_ascii_isalpha (upper) ? letters[upper - 'A'] : NULL;

  if (said->len > 0)
    g_string_append (said, g_str_has_suffix (said->str, ".") ? " " : "; ");
  if (word != NULL)
    g_string_append (said, _ (word));
  else
    g_string_append_c (said, upper);
}

char *
tabella_spell (const char *code)
{
  GString *said = g_string_sized_new (512);

  for (const char *p = code; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      append_sign (said, *p);
    else if (said->len > 0 && !g_str_has_suffix (said->str, "."))
      g_string_append_c (said, '.');
  return g_string_free (said, FALSE);
}
