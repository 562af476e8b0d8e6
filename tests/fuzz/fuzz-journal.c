/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A journal and its lines. */
#include "fuzz.h"

#include <string.h>

/* Nothing between the fields that have a meaning. */
static gboolean
same_line (const TabellaEventLine *a, const TabellaEventLine *b)
{
  return a->kind == b->kind && a->checked_in == b->checked_in && a->cast == b->cast &&
         a->challenged == b->challenged && g_str_equal (a->clock, b->clock) &&
         a->number == b->number && a->amend_kind == b->amend_kind && a->target == b->target &&
         a->value == b->value && memcmp (a->digest, b->digest, 32) == 0 &&
         g_str_equal (a->what, b->what);
}

/* JSON leaves spaces and the order of fields free, so that a line may differ from what the writer
 * makes of it; what is written is read as the same and written again without a change. */
static void
check_line (const TabellaEventLine *line)
{
  g_autofree char *text = tabella_event_text (line), *twice = NULL;
  TabellaEventLine back;

  FUZZ_CHECK (line->number >= 1 ||
              (line->kind != TABELLA_EVENT_COPIED && line->kind != TABELLA_EVENT_AMENDED));
  FUZZ_CHECK (line->amend_kind <= TABELLA_AMEND_NOTICE);
  FUZZ_CHECK (*line->clock == '\0' || strncmp (line->clock + 11, "23:59", 5) <= 0);
  FUZZ_CHECK (tabella_event_parse (text, strlen (text), &back, NULL) && same_line (line, &back));
  twice = tabella_event_text (&back);
  FUZZ_CHECK (g_str_equal (text, twice));
}

static gboolean
run_line (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  TabellaEventLine line;

  if (!fuzz_verdict (tabella_event_parse ((const char *)bytes, size, &line, &error), error))
    return FALSE;
  check_line (&line);
  return TRUE;
}

static const TabellaEventLine lines[] = {
  { .kind = TABELLA_EVENT_ENROLLED },
  { .kind = TABELLA_EVENT_ZERO_REPORT, .clock = "2014-06-20 08:00" },
  { .kind = TABELLA_EVENT_OPENED, .clock = "2014-06-20 10:00" },
  { .kind = TABELLA_EVENT_FAULT, .what = "recovered" },
  { .kind = TABELLA_EVENT_AMENDED, .number = 1, .amend_kind = 6, .target = 8, .value = 67043332 },
  { .kind = TABELLA_EVENT_COPIED, .number = 1, .digest = { 0xFE } },
  { .kind = TABELLA_EVENT_END_OF_DAY,
    .checked_in = 4294967295,
    .cast = 12,
    .challenged = 3,
    .clock = "2014-06-20 22:00" },
  { .kind = TABELLA_EVENT_CLOSED, .checked_in = 12, .cast = 12, .clock = "2014-06-22 22:01" },
};

static void
seed_line (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *text = tabella_event_text (&lines[i]);

    fuzz_seed_text (tabella_event_name (lines[i].kind), text);
  }
}

const FuzzTarget fuzz_journal_line = { "journal-line", NULL, run_line, seed_line, FUZZ_JSON };

/* --- The whole --- */

static const guint8 he[32];

static gboolean
run_journal (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) read = NULL;
  const char *at = (const char *)bytes;
  guint8 head[32], computed[32] = { 0 };

  read = tabella_journal_parse (he, at, size, head, &error);
  if (!fuzz_verdict (read != NULL, error))
    return FALSE;
  for (guint i = 0; i < read->len; i++) {
    const char *lf = memchr (at, '\n', size - (gsize)(at - (const char *)bytes));

    FUZZ_CHECK (lf != NULL);
    check_line (&g_array_index (read, TabellaEventLine, i));
    tabella_journal_chain (he, computed, at, (gsize)(lf - at), computed);
    at = lf + 1;
  }
  FUZZ_CHECK (at == (const char *)bytes + size && memcmp (head, computed, 32) == 0);
  return TRUE;
}

static void
seed_journal (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  fuzz_seed_text ("empty", "");
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *line = tabella_event_text (&lines[i]);

    g_string_append_printf (text, "%s\n", line);
  }
  fuzz_seed_text ("long", text->str);
}

const FuzzTarget fuzz_journal = { "journal", NULL, run_journal, seed_journal, FUZZ_LINES };
