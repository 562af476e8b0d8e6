/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal.h"

#include <string.h>
#include "bytes.h"
#include "hash.h"
#include "must.h"

#define CLOCK_LENGTH 16

static const char *const names[] = {
  [TABELLA_EVENT_ENROLLED] = "enrolled", [TABELLA_EVENT_INSTALLED] = "installed",
  [TABELLA_EVENT_UNLOCKED] = "unlocked", [TABELLA_EVENT_ZERO_REPORT] = "zero_report",
  [TABELLA_EVENT_OPENED] = "opened",     [TABELLA_EVENT_PAUSED] = "paused",
  [TABELLA_EVENT_RESUMED] = "resumed",   [TABELLA_EVENT_END_OF_DAY] = "end_of_day",
  [TABELLA_EVENT_AMENDED] = "amended",   [TABELLA_EVENT_COPIED] = "copied",
  [TABELLA_EVENT_CLOSED] = "closed",     [TABELLA_EVENT_FAULT] = "fault",
};

static const char *const faults[] = { "storage", "stick", "printer", "recovered", "clock", NULL };

const char *
tabella_event_name (TabellaEventKind kind)
{
  return names[kind];
}

static gboolean
has_counts (TabellaEventKind kind)
{
  return kind == TABELLA_EVENT_ZERO_REPORT || kind == TABELLA_EVENT_OPENED ||
         kind == TABELLA_EVENT_PAUSED || kind == TABELLA_EVENT_RESUMED ||
         kind == TABELLA_EVENT_END_OF_DAY || kind == TABELLA_EVENT_CLOSED;
}

static guint
digits (const char *text, gsize n)
{
  guint value = 0;

  for (gsize i = 0; i < n; i++)
    value = value * 10 + (guint)(text[i] - '0');
  return value;
}

static gboolean
in_range (guint value, guint least, guint most)
{
  return value >= least && value <= most;
}

/* "YYYY-MM-DD HH:MM". A clock that is wrong may show a day that its month does not have. */
static gboolean
clock_is_valid (const char *clock)
{
  static const char shape[] = "9999-99-99 99:99";

  if (strlen (clock) != CLOCK_LENGTH)
    return FALSE;
  for (gsize i = 0; i < CLOCK_LENGTH; i++)
    if (shape[i] == '9' ? !g_ascii_isdigit (clock[i]) : clock[i] != shape[i])
      return FALSE;
  return in_range (digits (clock + 5, 2), 1, 12) && in_range (digits (clock + 8, 2), 1, 31) &&
         digits (clock + 11, 2) < 24 && digits (clock + 14, 2) < 60;
}

char *
tabella_event_text (const TabellaEventLine *line)
{
  const char *name = tabella_event_name (line->kind);

  if (has_counts (line->kind)) {
    TABELLA_MUST (clock_is_valid (line->clock));
    return g_strdup_printf ("{\"event\":\"%s\",\"counts\":{\"checked_in\":%u,\"cast\":%u,"
                            "\"challenged\":%u},\"clock\":\"%s\"}",
                            name, line->checked_in, line->cast, line->challenged, line->clock);
  }
  if (line->kind == TABELLA_EVENT_AMENDED)
    return g_strdup_printf ("{\"event\":\"%s\",\"number\":%u,\"kind\":%u,\"target\":%u,"
                            "\"value\":%u}",
                            name, line->number, line->amend_kind, line->target, line->value);
  if (line->kind == TABELLA_EVENT_COPIED) {
    g_autofree char *digest = tabella_hex (line->digest, sizeof line->digest);

    return g_strdup_printf ("{\"event\":\"%s\",\"number\":%u,\"digest\":\"%s\"}", name,
                            line->number, digest);
  }
  if (line->kind == TABELLA_EVENT_FAULT) {
    TABELLA_MUST (g_strv_contains (faults, line->what));
    return g_strdup_printf ("{\"event\":\"%s\",\"what\":\"%s\"}", name, line->what);
  }
  return g_strdup_printf ("{\"event\":\"%s\"}", name);
}

/* The first member and what it says. */
static gboolean
read_kind (json_t *json, TabellaEventLine *out, GPtrArray *problems)
{
  const char *first = json_object_iter_key (json_object_iter (json));
  const char *name = tabella_json_string (json, "", "event", problems);

  if (name == NULL)
    return FALSE;
  if (!g_str_equal (first, "event")) {
    tabella_problem (problems, "event", "must be the first field of the line");
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i])) {
      out->kind = (TabellaEventKind)i;
      return TRUE;
    }
  tabella_problem (problems, "event", "\"%s\" is no event of a journal", name);
  return FALSE;
}

static void
read_counts (json_t *json, TabellaEventLine *out, GPtrArray *problems)
{
  static const char *const fields[] = { "event", "counts", "clock", NULL };
  static const char *const inner[] = { "checked_in", "cast", "challenged", NULL };
  json_t *counts = tabella_json_object (json, "", "counts", problems);
  const char *clock = tabella_json_string (json, "", "clock", problems);

  tabella_json_only (json, "", fields, problems);
  if (counts != NULL)
    tabella_json_only (counts, "counts.", inner, problems);
  out->checked_in =
      (guint32)tabella_json_int (counts, "counts.", "checked_in", 0, G_MAXUINT32, problems);
  out->cast = (guint32)tabella_json_int (counts, "counts.", "cast", 0, G_MAXUINT32, problems);
  out->challenged =
      (guint32)tabella_json_int (counts, "counts.", "challenged", 0, G_MAXUINT32, problems);
  if (clock == NULL)
    return;
  if (clock_is_valid (clock))
    memcpy (out->clock, clock, CLOCK_LENGTH + 1);
  else
    tabella_problem (problems, "clock", "must be a time as \"2014-06-22 10:00\"");
}

static void
read_amended (json_t *json, TabellaEventLine *out, GPtrArray *problems)
{
  static const char *const fields[] = { "event", "number", "kind", "target", "value", NULL };

  tabella_json_only (json, "", fields, problems);
  out->number = (guint16)tabella_json_int (json, "", "number", 1, G_MAXUINT16, problems);
  out->amend_kind = (guint16)tabella_json_int (json, "", "kind", 1, 9, problems);
  out->target = (guint16)tabella_json_int (json, "", "target", 0, G_MAXUINT16, problems);
  out->value = (guint32)tabella_json_int (json, "", "value", 0, G_MAXUINT32, problems);
}

static void
read_copied (json_t *json, TabellaEventLine *out, GPtrArray *problems)
{
  static const char *const fields[] = { "event", "number", "digest", NULL };

  tabella_json_only (json, "", fields, problems);
  out->number = (guint16)tabella_json_int (json, "", "number", 1, G_MAXUINT16, problems);
  tabella_json_hex (json, "", "digest", out->digest, sizeof out->digest, problems);
}

static void
read_fault (json_t *json, TabellaEventLine *out, GPtrArray *problems)
{
  static const char *const fields[] = { "event", "what", NULL };
  const char *what = tabella_json_string (json, "", "what", problems);

  tabella_json_only (json, "", fields, problems);
  if (what == NULL)
    return;
  if (g_strv_contains (faults, what))
    g_strlcpy (out->what, what, sizeof out->what);
  else
    tabella_problem (problems, "what", "\"%s\" is no fault of a journal", what);
}

static void
read_fields (json_t *json, TabellaEventLine *out, GPtrArray *problems)
{
  static const char *const none[] = { "event", NULL };

  if (has_counts (out->kind))
    read_counts (json, out, problems);
  else if (out->kind == TABELLA_EVENT_AMENDED)
    read_amended (json, out, problems);
  else if (out->kind == TABELLA_EVENT_COPIED)
    read_copied (json, out, problems);
  else if (out->kind == TABELLA_EVENT_FAULT)
    read_fault (json, out, problems);
  else
    tabella_json_only (json, "", none, problems);
}

/* @what names the line in messages. */
static gboolean
parse_line (const char *what, const char *line, gsize size, TabellaEventLine *out, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) cause = NULL;
  g_autoptr (json_t) json = NULL;

  *out = (TabellaEventLine){ .number = 0 };
  if (memchr (line, '\n', size) != NULL)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "%s: more than one line; each event has its own", what);
  json = tabella_json_parse (what, line, size, &cause);
  if (json == NULL)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT, "%s", cause->message);
  if (!json_is_object (json))
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "%s: must be an object in braces", what);
  if (read_kind (json, out, problems))
    read_fields (json, out, problems);
  if (!tabella_problems_none (what, problems, &cause))
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT, "%s", cause->message);
  return TRUE;
}

gboolean
tabella_event_parse (const char *line, gsize size, TabellaEventLine *out, GError **error)
{
  return parse_line ("journal line", line, size, out, error);
}

void
tabella_journal_chain (const guint8 he[32], const guint8 previous[32], const char *line, gsize size,
                       guint8 next[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_JOURNAL);
  tabella_hash_put (&h, previous, 32);
  tabella_hash_sized (&h, line, size);
  tabella_hash_finish (&h, next);
}

GArray *
tabella_journal_parse (const guint8 he[32], const char *text, gsize size, guint8 head[32],
                       GError **error)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (TabellaEventLine));
  const char *end = text + size;

  memset (head, 0, 32);
  while (text < end) {
    g_autofree char *what = g_strdup_printf ("journal line %u", lines->len + 1);
    const char *lf = memchr (text, '\n', (gsize)(end - text));
    TabellaEventLine line;

    if (lf == NULL) {
      tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT, "%s: not ended by a line feed",
                             what);
      return NULL;
    }
    if (!parse_line (what, text, (gsize)(lf - text), &line, error))
      return NULL;
    tabella_journal_chain (he, head, text, (gsize)(lf - text), head);
    g_array_append_val (lines, line);
    text = lf + 1;
  }
  return g_steal_pointer (&lines);
}
