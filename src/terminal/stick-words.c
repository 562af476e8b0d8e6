/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about sticks, in plain words. */
#include "stick-words.h"

#include <glib/gi18n.h>

char *
tabella_stick_name (const TabellaStickInfo *stick)
{
  g_autofree char *size = stick->size > 0 ? g_format_size (stick->size) : NULL;

  if (size == NULL)
    return g_strdup (stick->label);
  /* The label of a stick and its size. */
  return g_strdup_printf (_ ("%s, %s"), stick->label, size);
}

static char *
full (TabellaStickJob *job, const char *name)
{
  g_autofree char *needed = NULL, *available = NULL;
  guint64 need, have;

  tabella_stick_job_space (job, &need, &have);
  needed = g_format_size (need);
  available = g_format_size (have);
  return g_strdup_printf (_ ("The stick %s is full: %s are needed, %s are free. Nothing is lost on "
                             "this tablet. Use another one."),
                          name, needed, available);
}

static char *
trouble_words (TabellaStickJob *job, const char *name)
{
  const char *message = tabella_stick_job_message (job);

  switch (tabella_stick_job_trouble (job)) {
  case TABELLA_STICK_UNREADABLE:
    return g_strdup_printf (_ ("This tablet cannot read the stick %s: it is not formatted, or in "
                               "a way that is not known here. Nothing on it was changed. Use "
                               "another one."),
                            name);
  case TABELLA_STICK_PROTECTED:
    return g_strdup_printf (_ ("The stick %s is write-protected. Take it out; if there is a small "
                               "switch on its side, move it and put the stick in again. If there "
                               "is none, it is broken: use another one."),
                            name);
  case TABELLA_STICK_FULL:
    return full (job, name);
  case TABELLA_STICK_REFUSED:
    return g_strdup (_ ("This tablet is not allowed to open sticks. Nothing is lost. Tell the "
                        "organisers: its set-up is not complete."));
  case TABELLA_STICK_STUCK:
    return g_strdup_printf (_ ("The stick %s does not open. Take it out, put it in again, or use "
                               "another one. The tablet says: %s"),
                            name, message);
  case TABELLA_STICK_BROKEN:
    return g_strdup_printf (_ ("The stick %s fails: what is written to it cannot be read back. "
                               "Nothing is lost on this tablet. Use another one."),
                            name);
  case TABELLA_STICK_FINE:
  case TABELLA_STICK_PULLED:
  case TABELLA_STICK_CONTENT:
  case TABELLA_STICK_TABLET:
  default:
    return g_strdup (message);
  }
}

static const char *
none_words (TabellaStickJob *job)
{
  if (tabella_stick_job_trouble (job) != TABELLA_STICK_PULLED)
    return _ ("Put the stick in.");
  return _ ("The stick was taken out too early. Nothing is lost on this tablet. Put it in again, "
            "or another one: all is done once more.");
}

static const char *
lasting_words (TabellaStickJob *job, const char *usual)
{
  return tabella_stick_job_slow (job)
             ? _ ("This stick is slow. Please wait, and do not take it out.")
             : usual;
}

const char *
tabella_stick_release (TabellaStickJob *job)
{
  if (tabella_stick_job_taken_out (job))
    return _ ("The stick has been taken out.");
  if (tabella_stick_job_held (job))
    return _ ("The stick does not let go by itself. Wait ten seconds, then take it out.");
  return _ ("It is safe to take the stick out.");
}

char *
tabella_stick_words (TabellaStickJob *job, const char *working)
{
  const TabellaStickInfo *stick = tabella_stick_job_stick (job);
  g_autofree char *name = stick != NULL ? tabella_stick_name (stick) : NULL;

  switch (tabella_stick_job_phase (job)) {
  case TABELLA_STICK_LOOKING:
    return g_strdup (_ ("Looking for sticks…"));
  case TABELLA_STICK_MISSING:
    return g_strdup (_ ("This tablet cannot find sticks: its service udisks2 does not run. Nothing "
                        "is lost. Wait half a minute. If this stays, turn the tablet off and on "
                        "again, and tell the organisers."));
  case TABELLA_STICK_NONE:
    return g_strdup (none_words (job));
  case TABELLA_STICK_SAME:
    return g_strdup (_ ("This stick has it already. Take it out and put another one in."));
  case TABELLA_STICK_SEVERAL:
    return g_strdup (_ ("More than one stick is in. Take out those that are not meant, or touch "
                        "the one to use."));
  case TABELLA_STICK_READY:
    return g_strdup_printf (_ ("This stick is in: %s"), name);
  case TABELLA_STICK_OPENING:
    return g_strdup (lasting_words (job, _ ("Opening the stick…")));
  case TABELLA_STICK_WORKING:
    return g_strdup (lasting_words (job, working));
  case TABELLA_STICK_CLOSING:
    return g_strdup (lasting_words (job, _ ("Almost done. Do not take the stick out yet.")));
  case TABELLA_STICK_DONE:
    return g_strdup (tabella_stick_release (job));
  case TABELLA_STICK_TROUBLE:
  default:
    return trouble_words (job, name);
  }
}
