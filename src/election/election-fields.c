/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "election-internal.h"

#include <string.h>

gboolean
tabella_is_deceptive (gunichar c)
{
  static const gunichar blank[] = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0
  };
  GUnicodeType type = g_unichar_type (c);

  for (guint i = 0; i < G_N_ELEMENTS (blank); i++)
    if (c == blank[i])
      return TRUE;
  if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF)) /* no characters, for ever */
    return TRUE;
  return c != 0x200C && c != 0x200D &&
         (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
          type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR);
}

const char *
tabella_deceptive_at (const char *text)
{
  guint marks = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    marks = g_unichar_ismark (c) ? marks + 1 : 0;
    if (marks > TABELLA_MARKS_MAX || tabella_is_deceptive (c))
      return p;
  }
  return NULL;
}

gboolean
tabella_is_blank (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

gboolean
tabella_field_plain (const char *text, const char *field, gsize min, gsize max, GPtrArray *problems)
{
  const char *wrong = tabella_deceptive_at (text);
  gsize size = strlen (text);

  if (size < min || size > max || (wrong == NULL && tabella_is_blank (text))) {
    if (size <= max)
      tabella_problem (problems, field, "is empty");
    else
      tabella_problem (problems, field,
                       "has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are allowed",
                       size, max);
    return FALSE;
  }
  if (wrong == NULL)
    return TRUE;
  if (!tabella_is_deceptive (g_utf8_get_char (wrong)))
    tabella_problem (problems, field, "contains more than %d combining marks in a row",
                     TABELLA_MARKS_MAX);
  else
    tabella_problem (problems, field,
                     "contains U+%04X: control, bidirectional and invisible characters are not "
                     "allowed",
                     g_utf8_get_char (wrong));
  return FALSE;
}

TabellaText *
tabella_field_text (json_t *obj, const char *at, const char *name, GPtrArray *languages,
                    GPtrArray *problems)
{
  TabellaText *text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  json_t *texts = tabella_json_object (obj, at, name, problems), *value;
  const char *language;

  if (texts == NULL)
    return text;
  json_object_foreach (texts, language, value)
  {
    g_autofree char *field = g_strdup_printf ("%s%s.%s", at, name, language);

    if (languages->len > 0 &&
        !g_ptr_array_find_with_equal_func (languages, language, g_str_equal, NULL))
      tabella_problem (problems, field, "is not one of the election's languages");
    else if (!json_is_string (value))
      tabella_problem (problems, field, "must be a text in quotes");
    else if (tabella_field_plain (json_string_value (value), field, 1, TABELLA_TEXT_MAX, problems))
      g_hash_table_insert (text, g_strdup (language), g_strdup (json_string_value (value)));
  }
  for (guint i = 0; i < languages->len; i++)
    if (json_object_get (texts, languages->pdata[i]) == NULL) {
      g_autofree char *field =
          g_strdup_printf ("%s%s.%s", at, name, (const char *)languages->pdata[i]);

      tabella_problem (problems, field, "missing; every text is needed in every language");
    }
  return text;
}

static gboolean
is_id (const char *id)
{
  gsize length = strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789-");

  return id[length] == '\0' && length >= 1 && length <= TABELLA_FIELD_ID_MAX;
}

char *
tabella_field_id (json_t *obj, const char *at, GHashTable *seen, guint index, GPtrArray *problems)
{
  const char *id = tabella_json_string (obj, at, "id", problems);
  g_autofree char *field = g_strconcat (at, "id", NULL);

  if (id == NULL)
    return g_strdup ("");
  if (!is_id (id))
    tabella_problem (problems, field,
                     "must be 1 to 32 characters of a-z, 0-9 and hyphen, not \"%s\"", id);
  else if (g_hash_table_contains (seen, id))
    tabella_problem (problems, field, "\"%s\" is used twice in this list", id);
  /* A wrong one too: what refers to it is not wrong as well. */
  if (!g_hash_table_contains (seen, id))
    g_hash_table_insert (seen, g_strdup (id), GUINT_TO_POINTER (index + 1));
  return g_strdup (id);
}

GArray *
tabella_field_references (json_t *obj, const char *at, const char *name, GHashTable *ids,
                          const char *kind, GPtrArray *problems)
{
  json_t *list = tabella_json_array (obj, at, name, problems), *value;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GArray *indexes = g_array_new (FALSE, FALSE, sizeof (guint16));
  gsize i;

  json_array_foreach (list, i, value)
  {
    g_autofree char *field = g_strdup_printf ("%s%s[%" G_GSIZE_FORMAT "]", at, name, i);
    const char *id = json_string_value (value);
    guint16 index;

    if (id == NULL) {
      tabella_problem (problems, field, "must be the id of a %s, in quotes", kind);
    } else if (g_hash_table_size (ids) == 0) {
      continue; /* their list is not there */
    } else if (!g_hash_table_contains (ids, id)) {
      tabella_problem (problems, field, "there is no %s with the id \"%s\"", kind, id);
    } else if (!g_hash_table_add (seen, (gpointer)id)) {
      tabella_problem (problems, field, "\"%s\" is in this list twice", id);
    } else {
      index = (guint16)(GPOINTER_TO_UINT (g_hash_table_lookup (ids, id)) - 1);
      g_array_append_val (indexes, index);
    }
  }
  if (list != NULL && json_array_size (list) == 0) {
    g_autofree char *field = g_strconcat (at, name, NULL);

    tabella_problem (problems, field, "is empty; at least one %s is needed", kind);
  }
  return indexes;
}

guint
tabella_field_word (json_t *obj, const char *at, const char *name, const char *const *words,
                    GPtrArray *problems)
{
  const char *word = tabella_json_string (obj, at, name, problems);
  g_autofree char *field = g_strconcat (at, name, NULL);
  g_autofree char *all = NULL;

  if (word == NULL)
    return 0;
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (word, words[i]))
      return i;
  all = g_strjoinv ("\", \"", (char **)words);
  tabella_problem (problems, field, "is \"%s\"; it must be one of \"%s\"", word, all);
  return 0;
}

/* @mask: 9 stands for a digit, everything else for itself. */
static gboolean
looks_like (const char *text, const char *mask)
{
  for (; *mask != '\0'; mask++, text++)
    if (*mask == '9' ? !g_ascii_isdigit (*text) : *text != *mask)
      return FALSE;
  return *text == '\0';
}

static gboolean
is_day (const char *day)
{
  guint64 year = g_ascii_strtoull (day, NULL, 10);

  return looks_like (day, "9999-99-99") &&
         g_date_valid_dmy ((GDateDay)MIN (g_ascii_strtoull (day + 8, NULL, 10), 99),
                           (GDateMonth)g_ascii_strtoull (day + 5, NULL, 10), (GDateYear)year);
}

static gboolean
is_time (const char *text)
{
  return looks_like (text, "99:99") && strncmp (text, "24", 2) < 0 && text[3] < '6';
}

static char *
read_time (json_t *obj, const char *at, const char *name, GPtrArray *problems)
{
  const char *text = tabella_json_string (obj, at, name, problems);
  g_autofree char *field = g_strconcat (at, name, NULL);

  if (text != NULL && !is_time (text)) {
    tabella_problem (problems, field, "must be a time as HH:MM, from 00:00 to 23:59");
    text = NULL;
  }
  return g_strdup (text);
}

TabellaHours *
tabella_field_hours (json_t *obj, const char *at, GPtrArray *problems)
{
  static const char *const names[] = { "day", "open", "close", NULL };
  TabellaHours *hours = g_new0 (TabellaHours, 1);
  const char *day;

  tabella_json_only (obj, at, names, problems);
  day = tabella_json_string (obj, at, "day", problems);
  hours->day = g_strdup (day);
  hours->open = read_time (obj, at, "open", problems);
  hours->close = read_time (obj, at, "close", problems);
  if (day != NULL && !is_day (day)) {
    g_autofree char *field = g_strconcat (at, "day", NULL);

    tabella_problem (problems, field, "must be a date as YYYY-MM-DD");
  }
  if (hours->open != NULL && hours->close != NULL && strcmp (hours->open, hours->close) >= 0) {
    g_autofree char *field = g_strconcat (at, "close", NULL);

    tabella_problem (problems, field, "%s is not after the opening at %s", hours->close,
                     hours->open);
  }
  return hours;
}

void
tabella_hours_free (TabellaHours *hours)
{
  g_free (hours->day);
  g_free (hours->open);
  g_free (hours->close);
  g_free (hours);
}
