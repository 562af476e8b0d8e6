/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "station-private.h"

gboolean
tabella_session_cancel (TabellaStation *s, TabellaCancel reason, GError **error)
{
  const gboolean voter = s->session != NULL;

  if (!tabella_session_end (s, error))
    return FALSE;
  if (voter)
    s->cancelled[reason]++;
  return TRUE;
}

guint
tabella_session_cancelled (const TabellaStation *s, TabellaCancel reason)
{
  return s->cancelled[reason];
}
