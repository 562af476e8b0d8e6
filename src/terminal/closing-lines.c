/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closing-lines.h"

#include <glib/gi18n.h>

void
tabella_closing_line_free (TabellaClosingLine *line)
{
  g_free (line->text);
  g_free (line);
}

static GPtrArray *
lines_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_closing_line_free);
}

/* Takes @text. */
static void
add (GPtrArray *lines, char *text, gboolean alarm)
{
  TabellaClosingLine *line = g_new0 (TabellaClosingLine, 1);

  line->text = text;
  line->alarm = alarm;
  g_ptr_array_add (lines, line);
}

static void
add_count (GPtrArray *lines, const char *name, guint32 number)
{
  add (lines, g_strdup_printf ("%s: %u", name, number), FALSE);
}

GPtrArray *
tabella_closing_counts (const TabellaClosing *c)
{
  GPtrArray *lines = lines_new ();

  if (c->role != TABELLA_ROLE_BOOTH)
    add_count (lines, _ ("Checked in"), c->counts.checked_in);
  if (c->role == TABELLA_ROLE_COMBINED) {
    add_count (lines, _ ("Voted"), c->counts.voted);
    add_count (lines, _ ("Left without voting"), c->counts.left + c->waiting);
  } else if (c->role == TABELLA_ROLE_BOOTH) {
    add_count (lines, _ ("Tickets used"), c->tickets_used);
  } else {
    add_count (lines, _ ("Tickets issued"), c->counts.given);
  }
  if (c->role == TABELLA_ROLE_COMBINED || c->role == TABELLA_ROLE_BOOTH) {
    add_count (lines, _ ("Ballots in the box"), c->counts.cast);
    add_count (lines, _ ("Ballots that only checked the machine"), c->counts.challenged);
  }
  return lines;
}

static char *
people (const TabellaBalance *b)
{
  if (b->equal)
    return g_strdup_printf (_ ("✔ Checked in %u = voted %u + left %u: equal"), b->left, b->right[0],
                            b->right[1]);
  return g_strdup_printf (_ ("✘ Checked in %u, but voted %u + left %u: differs. Write it on the "
                             "paper and call the organisers."),
                          b->left, b->right[0], b->right[1]);
}

static char *
used (const TabellaBalance *b)
{
  if (b->equal)
    return g_strdup_printf (_ ("✔ Tickets used %u = ballots in the box %u + tickets that only "
                               "checked the machine %u: equal"),
                            b->left, b->right[0], b->right[1]);
  return g_strdup_printf (_ ("✘ Tickets used %u, but ballots in the box %u + tickets that only "
                             "checked the machine %u: differs. Write it on the paper and call the "
                             "organisers."),
                          b->left, b->right[0], b->right[1]);
}

static char *
equation (const TabellaBalance *b)
{
  switch (b->kind) {
  case TABELLA_BALANCE_PEOPLE:
    return people (b);
  case TABELLA_BALANCE_VOTES:
    return g_strdup_printf (b->equal
                                ? _ ("✔ Voted %u = ballots in the box %u: equal")
                                : _ ("✘ Voted %u, but ballots in the box %u: differs. Write it on "
                                     "the paper and call the organisers."),
                            b->left, b->right[0]);
  case TABELLA_BALANCE_ISSUED:
    return g_strdup_printf (b->equal
                                ? _ ("✔ Checked in %u = tickets issued %u: equal")
                                : _ ("✘ Checked in %u, but tickets issued %u: differs. Write it on "
                                     "the paper and call the organisers."),
                            b->left, b->right[0]);
  case TABELLA_BALANCE_USED:
  default:
    return used (b);
  }
}

static char *
same_count (TabellaRole role, guint counted, guint32 here)
{
  if (role == TABELLA_ROLE_BOOTH)
    return g_strdup_printf (_ ("✔ Tickets counted by hand %u = tickets used %u"), counted, here);
  if (role == TABELLA_ROLE_DESK)
    return g_strdup_printf (_ ("✔ Tickets counted by hand %u = tickets issued %u"), counted, here);
  return g_strdup_printf (_ ("✔ Clicker %u = checked in %u"), counted, here);
}

static char *
more_counted (TabellaRole role, guint counted, guint32 here)
{
  return g_strdup_printf (
      role == TABELLA_ROLE_BOOTH
          ? _ ("Tickets counted by hand %u, tickets used %u: %u more by hand.")
      : role == TABELLA_ROLE_DESK
          ? _ ("Tickets counted by hand %u, tickets issued %u: %u more by hand.")
          : _ ("Clicker %u, checked in %u: %u more on the clicker."),
      counted, here, counted - here);
}

static char *
fewer_counted (TabellaRole role, guint counted, guint32 here)
{
  return g_strdup_printf (
      role == TABELLA_ROLE_BOOTH
          ? _ ("Tickets counted by hand %u, tickets used %u: %u fewer by hand.")
      : role == TABELLA_ROLE_DESK
          ? _ ("Tickets counted by hand %u, tickets issued %u: %u fewer by hand.")
          : _ ("Clicker %u, checked in %u: %u fewer on the clicker."),
      counted, here, here - counted);
}

static void
add_hand_count (GPtrArray *lines, TabellaKiosk *k, const TabellaClosing *c)
{
  const guint32 here = tabella_closing_countable (c);
  guint counted;

  if (!tabella_kiosk_hand_count (k, &counted)) {
    add (lines, g_strdup (_ ("Nothing was counted by hand.")), FALSE);
    return;
  }
  if (counted == here) {
    add (lines, same_count (c->role, counted, here), FALSE);
    return;
  }
  add (lines,
       counted > here ? more_counted (c->role, counted, here)
                      : fewer_counted (c->role, counted, here),
       FALSE);
  add (lines, g_strdup (_ ("Write this difference on the paper. It does not stop the closing.")),
       FALSE);
}

GPtrArray *
tabella_closing_balance (TabellaKiosk *k, const TabellaClosing *c)
{
  GPtrArray *lines = lines_new ();

  for (guint i = 0; i < c->n_balances; i++) {
    add (lines, equation (&c->balances[i]), !c->balances[i].equal);
  }
  add_hand_count (lines, k, c);
  return lines;
}

GPtrArray *
tabella_closing_report (TabellaKiosk *k, const TabellaClosing *c)
{
  TabellaStation *station = tabella_kiosk_station (k);
  const TabellaElection *e = tabella_station_manifest (station)->election;
  const TabellaStationInfo *place =
      tabella_election_station (e, tabella_station_status (station)->station);
  GPtrArray *lines = lines_new ();
  g_autoptr (GPtrArray) balance = tabella_closing_balance (k, c);

  add (lines, g_strdup (e->name), FALSE);
  add (lines,
       g_strdup_printf (_ ("%s, tablet %s"), tabella_kiosk_text (k, place->name),
                        tabella_station_label (station)),
       FALSE);
  add (lines, g_strdup_printf (_ ("Closed at %s by this tablet's clock"), c->clock), FALSE);
  if (c->role == TABELLA_ROLE_COMBINED || c->role == TABELLA_ROLE_BOOTH)
    add_count (lines, _ ("Ballots that only checked the machine"), c->counts.challenged);
  g_ptr_array_extend_and_steal (lines, g_steal_pointer (&balance));
  return lines;
}
