/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closing.h"

#include "station-private.h"

static void
balance (TabellaClosing *c, TabellaBalanceKind kind, guint32 left, guint32 right, guint32 more)
{
  c->balances[c->n_balances++] =
      (TabellaBalance){ kind, left, { right, more }, left == (guint64)right + more };
}

static void
combined (TabellaClosing *c)
{
  c->waiting = c->closed ? 0 : c->counts.given;
  balance (c, TABELLA_BALANCE_PEOPLE, c->counts.checked_in, c->counts.voted,
           c->counts.left + c->waiting);
  balance (c, TABELLA_BALANCE_VOTES, c->counts.voted, c->counts.cast, 0);
}

static gboolean
booth (TabellaStation *s, TabellaClosing *c, GError **error)
{
  guint used, unfinished;

  if (!tabella_box_tickets (s->box, &used, &unfinished, error))
    return FALSE;
  c->tickets_used = used;
  c->only_challenged = unfinished;
  balance (c, TABELLA_BALANCE_USED, used, c->counts.cast, unfinished);
  return TRUE;
}

gboolean
tabella_station_closing (TabellaStation *s, TabellaClosing *out, GError **error)
{
  TabellaEventLine line;

  *out = (TabellaClosing){ .closed = s->state == TABELLA_STATION_CLOSED };
  if (!tabella_station_require_unlocked (s, error) ||
      (!out->closed && !tabella_station_require_copyable (s, error)) ||
      !tabella_box_counts (s->box, &out->counts, error) ||
      !tabella_station_last_line (s, TABELLA_EVENT_CLOSED, TABELLA_EVENT_CLOSED, &line, error))
    return FALSE;
  out->role = s->status.role;
  if (line.kind == TABELLA_EVENT_CLOSED)
    g_strlcpy (out->clock, line.clock, sizeof out->clock);
  switch (out->role) {
  case TABELLA_ROLE_COMBINED:
    combined (out);
    return TRUE;
  case TABELLA_ROLE_BOOTH:
    return booth (s, out, error);
  case TABELLA_ROLE_DESK:
  case TABELLA_ROLE_SPARE:
  default:
    balance (out, TABELLA_BALANCE_ISSUED, out->counts.checked_in, out->counts.given, 0);
    return TRUE;
  }
}

guint32
tabella_closing_countable (const TabellaClosing *c)
{
  switch (c->role) {
  case TABELLA_ROLE_BOOTH:
    return c->tickets_used;
  case TABELLA_ROLE_DESK:
    return c->counts.given;
  case TABELLA_ROLE_COMBINED:
  case TABELLA_ROLE_SPARE:
  default:
    return c->counts.checked_in;
  }
}
