/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sticks that are no good, for the screens that ask for one. */
#include "fake-sticks.h"
#include "gallery.h"

#define FOREIGN "/usr" /* a folder with names that are not ours */

static FakeSticks *
sticks (Terminal *t)
{
  return FAKE_STICKS (t->sticks);
}

void
stick_ready (Terminal *t)
{
  fake_sticks_put_in (sticks (t), "collect-3", t->stick, FALSE);
}

void
stick_several (Terminal *t)
{
  fake_sticks_put_in (sticks (t), "a-label-of-24-characters", t->stick, FALSE);
  fake_sticks_put_in (sticks (t), "collect-2", t->stick, FALSE);
  fake_sticks_put_in (sticks (t), "collect-3", t->stick, FALSE);
  fake_sticks_put_in (sticks (t), "without-a-name", t->stick, FALSE);
}

void
stick_unreadable (Terminal *t)
{
  fake_sticks_put_in (sticks (t), "a-label-of-24-characters", NULL, FALSE);
}

void
stick_protected (Terminal *t)
{
  fake_sticks_put_in (sticks (t), "a-label-of-24-characters", t->stick, TRUE);
}

void
stick_refused (Terminal *t)
{
  fake_sticks_fail_mount (sticks (t), TABELLA_STICKS_ERROR_REFUSED);
  stick_ready (t);
}

void
stick_stuck (Terminal *t)
{
  fake_sticks_fail_mount (sticks (t), TABELLA_STICKS_ERROR_FAILED);
  stick_ready (t);
}

void
stick_nobody (Terminal *t)
{
  fake_sticks_set_state (sticks (t), TABELLA_STICKS_MISSING);
}

void
stick_foreign (Terminal *t)
{
  fake_sticks_put_in (sticks (t), "holidays", FOREIGN, FALSE);
}

void
stick_ends (Terminal *t)
{
  TabellaStickPhase phase;

  do {
    gtk_main_iteration ();
    phase = tabella_stick_job_phase (t->kiosk->stick);
  } while (phase != TABELLA_STICK_TROUBLE && phase != TABELLA_STICK_DONE);
}
