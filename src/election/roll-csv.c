/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "roll-csv.h"

#include <sodium.h>
#include <string.h>
#include "election-internal.h"
#include "files.h"

#define PROGRESS_EVERY 4096
#define COLUMNS        4

typedef enum { COLUMN_ID, COLUMN_NAME, COLUMN_STYLE, COLUMN_STATION } Column;
static const char *const column_names[COLUMNS] = { "id", "name", "style", "station" };

typedef struct {
  const TabellaElection *e;
  GHashTable *styles, *stations; /* id -> number + 1, number */
  guint place[COLUMNS];          /* column -> field of a line */
  GString *fields[COLUMNS];
  guint64 line;
  TabellaRollList *list;
  TabellaRollProblems *problems;
} Csv;

static void
csv_clear (Csv *csv)
{
  g_hash_table_unref (csv->styles);
  g_hash_table_unref (csv->stations);
  for (guint i = 0; i < COLUMNS; i++) {
    sodium_memzero (csv->fields[i]->str, csv->fields[i]->allocated_len);
    g_string_free (csv->fields[i], TRUE);
  }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Csv, csv_clear)

void
tabella_roll_list_clear (TabellaRollList *list)
{
  if (list->text != NULL)
    sodium_memzero (list->text, list->size);
  g_clear_pointer (&list->text, g_free);
  g_clear_pointer (&list->entries, g_array_unref);
}

void
tabella_roll_problem (TabellaRollProblems *problems, guint64 line, const char *format, ...)
{
  va_list args;
  g_autofree char *reason = NULL, *field = NULL;

  if (++problems->n > TABELLA_PROBLEMS_NAMED)
    return;
  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  field = g_strdup_printf ("line %" G_GUINT64_FORMAT, line);
  tabella_problem (problems->kept, field, "%s", reason);
}

/* One field from *p on, to @out; *p then stands on the comma or at @end. */
static gboolean
read_field (Csv *csv, const char **p, const char *end, GString *out)
{
  const char *q = *p;

  g_string_truncate (out, 0);
  if (q == end || *q != '"') {
    for (; q < end && *q != ','; q++)
      if (*q == '"') {
        tabella_roll_problem (csv->problems, csv->line,
                              "a quotation mark inside a field; quote the whole field and "
                              "double the mark");
        return FALSE;
      }
    g_string_append_len (out, *p, q - *p);
    *p = q;
    return TRUE;
  }
  for (q++; q < end; q++) {
    if (*q == '"' && (q + 1 == end || q[1] != '"'))
      break;
    q += *q == '"';
    g_string_append_c (out, *q);
  }
  if (q == end || (q + 1 < end && q[1] != ',')) {
    tabella_roll_problem (csv->problems, csv->line,
                          q == end ? "a quotation mark is not closed on this line"
                                   : "text after a closing quotation mark; put a comma between");
    return FALSE;
  }
  *p = q + 1;
  return TRUE;
}

/* The line's fields; FALSE (reported) if they are not exactly four. */
static gboolean
read_fields (Csv *csv, const char *p, const char *end)
{
  for (guint i = 0; i < COLUMNS; i++) {
    if (!read_field (csv, &p, end, csv->fields[i]))
      return FALSE;
    if (p == end && i == COLUMNS - 1)
      return TRUE;
    if (p == end) {
      tabella_roll_problem (csv->problems, csv->line, "%u of the 4 fields id, name, style, station",
                            i + 1);
      return FALSE;
    }
    p++;
  }
  tabella_roll_problem (csv->problems, csv->line,
                        "more than 4 fields; quote a field that contains a comma");
  return FALSE;
}

static gboolean
check_text (Csv *csv, const char *p, gsize size)
{
  if (size > TABELLA_ROLL_LINE_MAX)
    tabella_roll_problem (
        csv->problems, csv->line,
        "longer than %d bytes; each voter has a line, which ends with a line feed",
        TABELLA_ROLL_LINE_MAX);
  else if (memchr (p, '\0', size) != NULL)
    tabella_roll_problem (csv->problems, csv->line,
                          "zero bytes: not UTF-8, perhaps UTF-16; save the list as UTF-8");
  else if (!g_utf8_validate_len (p, size, NULL))
    tabella_roll_problem (csv->problems, csv->line,
                          "not UTF-8, perhaps Latin-1 or Big5; save the list as UTF-8");
  else if (size == 0)
    tabella_roll_problem (csv->problems, csv->line, "empty; take the line out");
  else
    return TRUE;
  return FALSE;
}

/* Which field is which column. */
static gboolean
read_header (Csv *csv, const char *p, const char *end)
{
  gboolean found[COLUMNS] = { FALSE };
  GString *name = csv->fields[0];

  if (!check_text (csv, p, (gsize)(end - p)))
    return FALSE;
  for (guint i = 0;; i++, p++) {
    guint c = 0;

    if (!read_field (csv, &p, end, name))
      return FALSE;
    while (c < COLUMNS && !g_str_equal (name->str, column_names[c]))
      c++;
    if (c == COLUMNS || found[c]) {
      tabella_roll_problem (csv->problems, csv->line,
                            "column \"%s\" is %s; the columns are id,name,style,station, each once",
                            name->str, c == COLUMNS ? "unknown" : "there twice");
      return FALSE;
    }
    found[c] = TRUE;
    csv->place[c] = i;
    if (p == end && i == COLUMNS - 1)
      return TRUE;
    if (p == end) {
      tabella_roll_problem (csv->problems, csv->line,
                            "it names %u of the 4 columns id,name,style,station", i + 1);
      return FALSE;
    }
  }
}

static const char *
field (const Csv *csv, Column column)
{
  return csv->fields[csv->place[column]]->str;
}

static gboolean
check_name (Csv *csv, const char *name)
{
  const char *wrong = tabella_deceptive_at (name);

  if (strlen (name) > TABELLA_NAME_MAX) {
    tabella_roll_problem (csv->problems, csv->line, "name: longer than %d bytes", TABELLA_NAME_MAX);
    return FALSE;
  }
  if (wrong != NULL) {
    if (!tabella_is_deceptive (g_utf8_get_char (wrong)))
      tabella_roll_problem (csv->problems, csv->line,
                            "name: more than %d combining marks in a row; take them out",
                            TABELLA_MARKS_MAX);
    else
      tabella_roll_problem (csv->problems, csv->line,
                            "name: contains the control or invisible character U+%04X; take it out",
                            g_utf8_get_char (wrong));
    return FALSE;
  }
  if (tabella_is_blank (name)) {
    tabella_roll_problem (csv->problems, csv->line, "name: empty");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_id (Csv *csv, char id[TABELLA_ID_MAX + 1])
{
  TabellaIdVerdict verdict = tabella_id_normalise (field (csv, COLUMN_ID), id);

  if (verdict == TABELLA_ID_OK)
    verdict = tabella_id_check (&csv->e->ids, id);
  if (verdict == TABELLA_ID_BAD_CHECK)
    tabella_roll_problem (csv->problems, csv->line,
                          "id: its check digit is wrong; is it mistyped?");
  else if (verdict != TABELLA_ID_OK)
    tabella_roll_problem (csv->problems, csv->line, "id: not of the form that the election uses");
  return verdict == TABELLA_ID_OK;
}

/* FALSE (reported) if the style or the station does not exist or do not go together. */
static gboolean
check_place (Csv *csv, guint16 *style, guint16 *station)
{
  const char *style_id = field (csv, COLUMN_STYLE), *station_id = field (csv, COLUMN_STATION);
  guint s = GPOINTER_TO_UINT (g_hash_table_lookup (csv->styles, style_id));

  *station = (guint16)GPOINTER_TO_UINT (g_hash_table_lookup (csv->stations, station_id));
  if (*style_id == '\0' && csv->e->styles->len == 1)
    s = 1;
  if (s == 0)
    tabella_roll_problem (csv->problems, csv->line, "style: \"%s\" is not in election.json",
                          style_id);
  if (*station == 0)
    tabella_roll_problem (csv->problems, csv->line, "station: \"%s\" is not in election.json",
                          station_id);
  if (s == 0 || *station == 0)
    return FALSE;
  *style = (guint16)(s - 1);
  if (tabella_election_style_allowed (csv->e, *station, *style))
    return TRUE;
  tabella_roll_problem (csv->problems, csv->line, "style: station \"%s\" does not offer it",
                        station_id);
  return FALSE;
}

/* Copies a text to the list's own block, which is large enough by its making. */
static guint32
keep_text (TabellaRollList *list, const char *text)
{
  gsize at = list->used, size = strlen (text) + 1;

  memcpy (list->text + at, text, size);
  list->used += size;
  return (guint32)at;
}

static void
read_voter (Csv *csv, const char *p, const char *end)
{
  TabellaRollEntry entry = { .line = (guint32)csv->line };
  char id[TABELLA_ID_MAX + 1];
  gboolean good;

  if (!check_text (csv, p, (gsize)(end - p)) || !read_fields (csv, p, end))
    return;
  good = check_id (csv, id);
  good &= check_name (csv, field (csv, COLUMN_NAME));
  good &= check_place (csv, &entry.style, &entry.station);
  if (good) {
    entry.lane = (guint8)tabella_id_lane (&csv->e->ids, id);
    entry.id = keep_text (csv->list, id);
    entry.name = keep_text (csv->list, field (csv, COLUMN_NAME));
    csv->list->longest = MAX (csv->list->longest, strlen (field (csv, COLUMN_NAME)));
    g_array_append_val (csv->list->entries, entry);
  }
  sodium_memzero (id, sizeof id);
}

static void
csv_init (Csv *csv, const TabellaElection *e, TabellaRollList *list, TabellaRollProblems *problems)
{
  csv->e = e;
  csv->list = list;
  csv->problems = problems;
  csv->styles = g_hash_table_new (g_str_hash, g_str_equal);
  csv->stations = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < e->styles->len; i++)
    g_hash_table_insert (csv->styles, ((TabellaStyle *)e->styles->pdata[i])->id,
                         GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < e->stations->len; i++)
    g_hash_table_insert (csv->stations, ((TabellaStationInfo *)e->stations->pdata[i])->id,
                         GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < COLUMNS; i++)
    csv->fields[i] = g_string_sized_new (256);
}

static guint64
count_lines (const char *p, const char *end)
{
  guint64 n = 0;

  for (; p < end; n++) {
    const char *lf = memchr (p, '\n', (gsize)(end - p));

    p = lf == NULL ? end : lf + 1;
  }
  return n;
}

/* Every line from the header on. */
static void
read_lines (Csv *csv, const char *p, const char *end, TabellaProgress progress, gpointer data)
{
  guint64 lines = count_lines (p, end);

  for (csv->line = 1; p < end; csv->line++) {
    const char *lf = memchr (p, '\n', (gsize)(end - p));
    const char *next = lf == NULL ? end : lf + 1, *last = lf == NULL ? end : lf;

    if (last > p && last[-1] == '\r')
      last--;
    if (csv->line > 1)
      read_voter (csv, p, last);
    else if (!read_header (csv, p, last))
      return;
    p = next;
    if (progress != NULL && (csv->line % PROGRESS_EVERY == 0 || p == end))
      progress (csv->line, lines, data);
  }
}

gboolean
tabella_roll_csv_read (const TabellaElection *e, const char *path, TabellaProgress progress,
                       gpointer data, TabellaRollList *list, TabellaRollProblems *problems,
                       GError **error)
{
  GBytes *file = tabella_file_read (path, TABELLA_ROLL_LIMIT, error);
  g_auto (Csv) csv = { 0 };
  const char *p, *end;
  char *bytes;
  gsize size;

  csv_init (&csv, e, list, problems);
  if (file == NULL)
    return FALSE;
  bytes = g_bytes_unref_to_data (file, &size);
  p = size == 0 ? "" : bytes; /* an empty file has no address */
  end = p + size;
  list->entries = g_array_new (FALSE, FALSE, sizeof (TabellaRollEntry));
  /* A line keeps its ID and name, each with a NUL; both are no longer than in the file. */
  list->size = size + 2;
  list->text = g_malloc (list->size);
  if (size >= 3 && memcmp (p, "\xEF\xBB\xBF", 3) == 0)
    p += 3;
  if (end - p >= 2 && (memcmp (p, "\xFF\xFE", 2) == 0 || memcmp (p, "\xFE\xFF", 2) == 0))
    tabella_roll_problem (problems, 1, "the list is UTF-16; save it as UTF-8");
  else if (p == end)
    tabella_roll_problem (problems, 1,
                          "the list is empty; it must begin with the line "
                          "id,name,style,station");
  else
    read_lines (&csv, p, end, progress, data);
  if (size > 0)
    sodium_memzero (bytes, size);
  g_free (bytes);
  return TRUE;
}
