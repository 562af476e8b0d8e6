/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the present screen does with a stick. */
#include "kiosk-private.h"

gboolean
tabella_kiosk_busy (TabellaKiosk *k)
{
  return k->stick != NULL && tabella_stick_job_busy (k->stick);
}

TabellaStickJob *
tabella_kiosk_use_stick (TabellaKiosk *k, const TabellaStickTask *task, const char *input)
{
  const TabellaStickInfo *last =
      k->last_stick != NULL ? tabella_stick_job_stick (k->last_stick) : NULL;

  if (k->stick != NULL)
    return k->stick;
  k->stick = tabella_stick_job_new (k->hardware.sticks, k->station, task, input,
                                    last != NULL ? last->id : NULL);
  g_signal_connect_object (k->stick, "changed", G_CALLBACK (tabella_kiosk_changed), k,
                           G_CONNECT_SWAPPED);
  return k->stick;
}

TabellaStickJob *
tabella_kiosk_last_stick (TabellaKiosk *k)
{
  return k->last_stick;
}

void
tabella_kiosk_drop_stick (TabellaKiosk *k)
{
  g_autoptr (TabellaStickJob) stick = g_steal_pointer (&k->stick);

  if (stick == NULL)
    return;
  if (tabella_stick_job_phase (stick) == TABELLA_STICK_DONE)
    g_set_object (&k->last_stick, stick);
  else
    tabella_stick_job_abandon (stick);
}
