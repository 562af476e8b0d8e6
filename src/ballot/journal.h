/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot-error.h"
#include "json.h"

/* The journal of events: JSON lines and their hash chain (protocol section 7). Shared by the
 * terminal, which appends, and by all who read batches. */
typedef enum {
  TABELLA_EVENT_ENROLLED,
  TABELLA_EVENT_INSTALLED,
  TABELLA_EVENT_UNLOCKED,
  TABELLA_EVENT_ZERO_REPORT,
  TABELLA_EVENT_OPENED,
  TABELLA_EVENT_PAUSED,
  TABELLA_EVENT_RESUMED,
  TABELLA_EVENT_END_OF_DAY,
  TABELLA_EVENT_AMENDED,
  TABELLA_EVENT_COPIED,
  TABELLA_EVENT_CLOSED,
  TABELLA_EVENT_FAULT,
} TabellaEventKind;

typedef struct {
  TabellaEventKind kind;
  guint32 checked_in, cast, challenged;
  char clock[17]; /* zero_report, opened, paused, resumed, end_of_day, closed */
  guint16 number, amend_kind, target;
  guint32 value;     /* amended; number also copied */
  guint8 digest[32]; /* copied */
  char what[16];     /* fault: storage, stick, printer, recovered, clock */
} TabellaEventLine;

const char *tabella_event_name (TabellaEventKind kind);
/* The one writer: a line without LF. */
char *tabella_event_text (const TabellaEventLine *line);
/* The one reader: exactly the fields of its kind, event first, nothing else; months 01–12, days
 * 01–31. FORMAT. */
gboolean tabella_event_parse (const char *line, gsize size, TabellaEventLine *out, GError **error);
/* h_k from h_{k−1} and the line without LF. */
void tabella_journal_chain (const guint8 he[32], const guint8 previous[32], const char *line,
                            gsize size, guint8 next[32]);
/* LF-ended lines: array of TabellaEventLine, and the head. */
GArray *tabella_journal_parse (const guint8 he[32], const char *text, gsize size, guint8 head[32],
                               GError **error);
