/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deck.h"

#include <string.h>
#include "files.h"

typedef enum {
  COLUMN_TERMINAL,
  COLUMN_ID,
  COLUMN_KIND,
  COLUMN_ACTION,
  COLUMN_SELECTIONS, /* required */
  COLUMN_STYLE,
  COLUMN_BOOTH,
  COLUMN_TICKET,
  N_COLUMNS,
} Column;
#define N_REQUIRED COLUMN_STYLE
static const char *const column_names[N_COLUMNS] = { "terminal",   "id",    "kind",  "action",
                                                     "selections", "style", "booth", "ticket" };

typedef struct {
  const TabellaElection *e;
  GHashTable *styles, *contests; /* id -> index + 1 */
  gint place[N_COLUMNS];         /* field of a line, -1: not in this deck */
  guint n_fields, number;        /* number of the line, 0: the header */
  GPtrArray *problems;
} Deck;

static void
deck_clear (Deck *deck)
{
  g_hash_table_unref (deck->styles);
  g_hash_table_unref (deck->contests);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Deck, deck_clear)

void
tabella_deck_line_free (TabellaDeckLine *line)
{
  if (line == NULL)
    return;
  g_free (line->id);
  g_array_unref (line->choices);
  g_free (line);
}

char *
tabella_deck_line_name (guint number)
{
  if (number == 0)
    return g_strdup ("the deck's first line, which names the columns");
  return g_strdup_printf ("line %u of the deck (the file's line %u)", number, number + 1);
}

gboolean
tabella_deck_same_voter (const TabellaDeckLine *a, const TabellaDeckLine *b)
{
  return a->terminal == b->terminal && g_str_equal (a->id, b->id);
}

static void problem (Deck *deck, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
problem (Deck *deck, const char *format, ...)
{
  g_autofree char *name = tabella_deck_line_name (deck->number);
  g_autofree char *reason = NULL;
  va_list args;

  if (deck->problems->len >= TABELLA_PROBLEMS_NAMED)
    return;
  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  tabella_problem (deck->problems, name, "%s", reason);
}

/* The fields of one line, quoted or not; NULL (reported) if its quotation marks do not pair. */
static GPtrArray *
split_fields (Deck *deck, const char *p, const char *end)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);

  while (TRUE) {
    g_autoptr (GString) field = g_string_new (NULL);
    const gboolean quoted = p < end && *p == '"';

    for (p += quoted; p < end; p++) {
      if (quoted && *p == '"' && p + 1 < end && p[1] == '"')
        p++;
      else if (*p == (quoted ? '"' : ','))
        break;
      g_string_append_c (field, *p);
    }
    if (quoted && (p == end || (++p < end && *p != ','))) {
      problem (deck, "a quotation mark does not close its field");
      return NULL;
    }
    g_ptr_array_add (fields, g_string_free (g_steal_pointer (&field), FALSE));
    if (p == end)
      return g_steal_pointer (&fields);
    if (fields->len > N_COLUMNS) { /* one more is named by what it is */
      problem (deck, "more than the %d fields that a deck can have", N_COLUMNS);
      return NULL;
    }
    p++;
  }
}

static gboolean
read_header (Deck *deck, GPtrArray *fields)
{
  const guint before = deck->problems->len;

  for (guint c = 0; c < N_COLUMNS; c++)
    deck->place[c] = -1;
  deck->n_fields = fields->len;
  for (guint i = 0; i < fields->len; i++) {
    guint c = 0;

    while (c < N_COLUMNS && !g_str_equal (fields->pdata[i], column_names[c]))
      c++;
    if (c == N_COLUMNS)
      problem (deck, "column \"%s\" is unknown", (char *)fields->pdata[i]);
    else if (deck->place[c] >= 0)
      problem (deck, "column \"%s\" is there twice", column_names[c]);
    else
      deck->place[c] = (gint)i;
  }
  for (guint c = 0; c < N_REQUIRED; c++)
    if (deck->place[c] < 0)
      problem (deck, "column \"%s\" is missing", column_names[c]);
  return deck->problems->len == before;
}

static const char *
field_of (const Deck *deck, GPtrArray *fields, Column column)
{
  return deck->place[column] < 0 ? "" : fields->pdata[deck->place[column]];
}

/* A number from 1 to @max; 0 (reported) if it is none. */
static guint
read_number (Deck *deck, GPtrArray *fields, Column column, guint max)
{
  const char *text = field_of (deck, fields, column);
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &value, NULL))
    problem (deck, "%s: \"%s\" is not a number from 1 to %u", column_names[column], text, max);
  return (guint)value;
}

/* The place of the field's word in the NULL-ended list; -1 (reported) if it is not there. */
static gint
read_word (Deck *deck, GPtrArray *fields, Column column, const char *const *words)
{
  const char *text = field_of (deck, fields, column);

  for (gint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], text))
      return i;
  problem (deck, "%s: \"%s\" must be %s, %s or %s", column_names[column], text, words[0], words[1],
           words[2]);
  return -1;
}

static void
read_id (Deck *deck, GPtrArray *fields, TabellaDeckLine *line)
{
  char id[TABELLA_ID_MAX + 1];
  TabellaIdVerdict verdict = tabella_id_normalise (field_of (deck, fields, COLUMN_ID), id);

  if (verdict == TABELLA_ID_OK)
    verdict = tabella_id_check (&deck->e->ids, id);
  if (verdict == TABELLA_ID_BAD_CHECK)
    problem (deck, "id: its check digit is wrong");
  else if (verdict != TABELLA_ID_OK)
    problem (deck, "id: not of the form that the election uses");
  line->id = g_strdup (id);
}

static gint
find_option (const TabellaContest *contest, const char *id)
{
  for (guint i = 0; i < contest->options->len; i++)
    if (g_str_equal (((TabellaOption *)contest->options->pdata[i])->id, id))
      return (gint)i;
  return -1;
}

/* From place @from on. */
static gboolean
has_choice (const GArray *choices, guint from, guint16 contest, gint option)
{
  for (guint i = from; i < choices->len; i++) {
    const TabellaDeckChoice *c = &g_array_index (choices, TabellaDeckChoice, i);

    if (c->contest == contest && (option < 0 || c->option == option))
      return TRUE;
  }
  return FALSE;
}

/* "contest=option+option" */
static void
read_contest (Deck *deck, const char *text, GArray *choices)
{
  g_auto (GStrv) halves = g_strsplit (text, "=", 2);
  g_auto (GStrv) options = NULL;
  const guint index =
      halves[0] != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (deck->contests, halves[0])) : 0;
  const guint before = choices->len;
  const TabellaContest *contest;

  if (index == 0 || halves[1] == NULL) {
    problem (deck, "selections: \"%s\" is not contest=option+option with a contest of the election",
             text);
    return;
  }
  contest = tabella_election_contest (deck->e, (guint16)(index - 1));
  options = g_strsplit (halves[1], "+", -1);
  if (has_choice (choices, 0, (guint16)(index - 1), -1)) {
    problem (deck, "selections: contest \"%s\" is there twice", contest->id);
    return;
  }
  if (g_strv_length (options) > contest->max)
    problem (deck, "selections: too many in contest \"%s\", which takes at most %u", contest->id,
             contest->max);
  for (guint i = 0; options[i] != NULL; i++) {
    const gint option = find_option (contest, options[i]);
    const TabellaDeckChoice choice = { (guint16)(index - 1), (guint16)MAX (option, 0) };

    if (option < 0)
      problem (deck, "selections: contest \"%s\" has no option \"%s\"", contest->id, options[i]);
    else if (has_choice (choices, before, choice.contest, option))
      problem (deck, "selections: option \"%s\" is there twice", options[i]);
    else
      g_array_append_val (choices, choice);
  }
}

static void
read_selections (Deck *deck, GPtrArray *fields, TabellaDeckLine *line)
{
  const char *text = field_of (deck, fields, COLUMN_SELECTIONS);
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    read_contest (deck, parts[i], line->choices);
}

static void
read_optional (Deck *deck, GPtrArray *fields, TabellaDeckLine *line)
{
  const char *style = field_of (deck, fields, COLUMN_STYLE);

  if (*style != '\0') {
    line->style = GPOINTER_TO_INT (g_hash_table_lookup (deck->styles, style)) - 1;
    if (line->style < 0)
      problem (deck, "style: \"%s\" is not a ballot style of the election", style);
  }
  if (*field_of (deck, fields, COLUMN_BOOTH) != '\0')
    line->booth = (guint16)read_number (deck, fields, COLUMN_BOOTH, G_MAXUINT16);
  if (*field_of (deck, fields, COLUMN_TICKET) == '\0')
    return;
  if (deck->number == 1)
    problem (deck, "ticket: there is no earlier line");
  else
    line->ticket = read_number (deck, fields, COLUMN_TICKET, deck->number - 1);
}

static TabellaDeckLine *
read_line (Deck *deck, GPtrArray *fields)
{
  static const char *const kinds[] = { "roll", "walkin", "provisional", NULL };
  static const char *const actions[] = { "cast", "challenge", "leave", NULL };
  TabellaDeckLine *line = g_new0 (TabellaDeckLine, 1);
  gint kind, action;

  line->number = deck->number;
  line->style = -1;
  line->choices = g_array_new (FALSE, FALSE, sizeof (TabellaDeckChoice));
  line->terminal = (guint16)read_number (deck, fields, COLUMN_TERMINAL, G_MAXUINT16);
  read_id (deck, fields, line);
  kind = read_word (deck, fields, COLUMN_KIND, kinds);
  action = read_word (deck, fields, COLUMN_ACTION, actions);
  line->kind = (TabellaCheckinKind)(TABELLA_CHECKIN_ROLL + MAX (kind, 0));
  line->action = (TabellaDeckAction)MAX (action, 0);
  read_selections (deck, fields, line);
  read_optional (deck, fields, line);
  return line;
}

static guint
voter_hash (gconstpointer line)
{
  return g_str_hash (((const TabellaDeckLine *)line)->id) * 31 +
         ((const TabellaDeckLine *)line)->terminal;
}

static gboolean
voter_equal (gconstpointer a, gconstpointer b)
{
  return tabella_deck_same_voter (a, b);
}

/* A challenged ballot is never the last of a voter's visit. */
static void
check_challenges (Deck *deck, GPtrArray *lines)
{
  g_autoptr (GHashTable) last = g_hash_table_new (voter_hash, voter_equal);

  for (guint i = 0; i < lines->len; i++)
    g_hash_table_replace (last, lines->pdata[i], lines->pdata[i]);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaDeckLine *line = lines->pdata[i];

    if (line->action != TABELLA_DECK_CHALLENGE)
      continue;
    deck->number = line->number;
    if (g_hash_table_lookup (last, line) == line)
      problem (deck,
               "after a challenge the same voter's next line must follow, with terminal %u "
               "and the same id",
               line->terminal);
  }
}

static void
read_row (Deck *deck, const char *p, const char *end, GPtrArray *lines)
{
  g_autoptr (GPtrArray) fields = split_fields (deck, p, end);

  if (fields == NULL)
    return;
  if (fields->len != deck->n_fields)
    problem (deck, "%u fields, but the first line names %u columns", fields->len, deck->n_fields);
  else
    g_ptr_array_add (lines, read_line (deck, fields));
}

static void
read_rows (Deck *deck, const char *p, const char *end, GPtrArray *lines)
{
  for (; p < end; deck->number++) {
    const char *lf = memchr (p, '\n', (gsize)(end - p));
    const char *last = lf == NULL ? end : lf;

    if (last > p && last[-1] == '\r')
      last--;
    if (deck->number == 0) {
      g_autoptr (GPtrArray) fields = split_fields (deck, p, last);

      if (fields == NULL || !read_header (deck, fields))
        return;
    } else {
      read_row (deck, p, last, lines);
    }
    p = lf == NULL ? end : lf + 1;
  }
  check_challenges (deck, lines);
}

GPtrArray *
tabella_deck_parse (const TabellaElection *e, const char *text, gsize size, GPtrArray *problems)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_deck_line_free);
  g_auto (Deck) deck = { .e = e,
                         .styles = g_hash_table_new (g_str_hash, g_str_equal),
                         .contests = g_hash_table_new (g_str_hash, g_str_equal),
                         .problems = problems };

  for (guint i = 0; i < e->styles->len; i++)
    g_hash_table_insert (deck.styles, ((TabellaStyle *)e->styles->pdata[i])->id,
                         GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < e->contests->len; i++)
    g_hash_table_insert (deck.contests, ((TabellaContest *)e->contests->pdata[i])->id,
                         GUINT_TO_POINTER (i + 1));
  if (size >= 3 && memcmp (text, "\xEF\xBB\xBF", 3) == 0) {
    text += 3;
    size -= 3;
  }
  if (size == 0 || memchr (text, '\0', size) != NULL || !g_utf8_validate_len (text, size, NULL))
    problem (&deck, "the deck is %s; save it as UTF-8 with the columns in its first line",
             size == 0 ? "empty" : "not UTF-8");
  else
    read_rows (&deck, text, text + size, lines);
  return lines;
}

GPtrArray *
tabella_deck_load (const TabellaElection *e, const char *path, GError **error)
{
  g_autoptr (GBytes) file = tabella_file_read (path, TABELLA_DECK_LIMIT, error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = NULL;

  if (file == NULL)
    return NULL;
  lines = tabella_deck_parse (e, g_bytes_get_data (file, NULL), g_bytes_get_size (file), problems);
  return tabella_problems_none (path, problems, error) ? g_steal_pointer (&lines) : NULL;
}
