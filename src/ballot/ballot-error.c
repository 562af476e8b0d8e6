/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ballot-error.h"

GQuark
tabella_ballot_error_quark (void)
{
  return g_quark_from_static_string ("tabella-ballot-error");
}

gboolean
tabella_ballot_refuse (GError **error, TabellaBallotError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (TABELLA_BALLOT_ERROR, code, format, args);
  va_end (args);
  return FALSE;
}
