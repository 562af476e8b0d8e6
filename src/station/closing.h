/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"

/* The reconciliation at closing, computed from the records alone. What the officers counted by hand
 * is no part of it and is stored nowhere. */
typedef enum {
  TABELLA_BALANCE_PEOPLE, /* combined: checked in = voted + left */
  TABELLA_BALANCE_VOTES,  /* combined: voted = ballots cast */
  TABELLA_BALANCE_ISSUED, /* desk: checked in = tickets issued */
  TABELLA_BALANCE_USED,   /* booth: tickets used = ballots cast + tickets with challenges only */
} TabellaBalanceKind;

/* left = right[0] + right[1]? */
typedef struct {
  TabellaBalanceKind kind;
  guint32 left, right[2];
  gboolean equal;
} TabellaBalance;
#define TABELLA_BALANCES_MAX 2

typedef struct {
  TabellaRole role;
  TabellaCounts counts;
  guint32 waiting; /* combined, not yet closed: checked in, neither voted nor left; closing records
                      them as left, and as left they are counted here */
  guint32 tickets_used, only_challenged; /* booth */
  TabellaBalance balances[TABELLA_BALANCES_MAX];
  guint n_balances;
  gboolean closed;
  char clock[17]; /* as shown when it was closed; "" before */
} TabellaClosing;

/* Unlocked, and open, paused or closed. Errors STATE, STORAGE. */
gboolean tabella_station_closing (TabellaStation *s, TabellaClosing *out, GError **error);
/* May it be closed now? STATE with what comes first, also while a voter's session lives. */
gboolean tabella_station_may_close (TabellaStation *s, GError **error);
/* What a hand count is compared with: people checked in, tickets issued or tickets used. */
guint32 tabella_closing_countable (const TabellaClosing *c);
