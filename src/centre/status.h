/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* Where the count stands. */
typedef enum { TABELLA_AT_WAITING, TABELLA_AT_FINAL, TABELLA_AT_ENDED, TABELLA_AT_REVOKED, TABELLA_AT_QUARANTINED, TABELLA_AT_FORK, TABELLA_AT_UNUSED } TabellaAt;
typedef struct {
  guint16 terminal, station; TabellaRole role; TabellaAt at; guint16 last_number; guint32 cast, checkins, challenged;
  GArray *gaps; /* guint16 batch numbers that a later batch or receipt names and that are not here */
  char *note;   /* quarantine reason, fork digests, receipt that does not match … or NULL */
} TabellaTerminalAt;
typedef struct {
  GPtrArray *terminals;  /* TabellaTerminalAt */
  GPtrArray *missing;    /* char*: what is missing before a tally, each with the next command */
  GPtrArray *undecided;  /* char*: references of provisionals without decision */
  GPtrArray *incidents;
} TabellaCentreStatus;
void tabella_centre_status_free (TabellaCentreStatus *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaCentreStatus, tabella_centre_status_free)
TabellaCentreStatus *tabella_centre_status (TabellaStore *s, GError **error);
