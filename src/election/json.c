/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "bytes.h"
#include "election-internal.h"
#include "files.h"

/* A walk over the text before it is parsed: what jansson would accept or would only find by
 * recursion. */
typedef struct {
  const char *p, *end;
  guint line, column, values;
  const char *what;
} Scan;

static gboolean
refuse (const Scan *s, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (const Scan *s, GError **error, const char *format, ...)
{
  va_list args;
  g_autofree char *reason = NULL;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
               "%s: line %u, column %u: %s", s->what, s->line, s->column, reason);
  return FALSE;
}

static void
step (Scan *s)
{
  if (*s->p == '\n') {
    s->line++;
    s->column = 1;
  } else if ((*s->p & 0xC0) != 0x80) {
    s->column++;
  }
  s->p++;
}

/* Over a string, from its first quote. What is inside is the parser's business. */
static void
skip_string (Scan *s)
{
  step (s);
  while (s->p < s->end && *s->p != '"') {
    if (*s->p == '\\' && s->p + 1 < s->end)
      step (s);
    step (s);
  }
  if (s->p < s->end)
    step (s);
}

static gboolean
is_number_part (char c)
{
  return g_ascii_isdigit (c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

/* Over a number: an integer that every reader holds exactly. */
static gboolean
scan_number (Scan *s, GError **error)
{
  const Scan start = *s;
  gint64 value = 0;

  for (; s->p < s->end && is_number_part (*s->p); step (s)) {
    if (*s->p == '.' || *s->p == 'e' || *s->p == 'E')
      return refuse (&start, error, "a number must be an integer, without point or exponent");
    if (!g_ascii_isdigit (*s->p))
      continue;
    value = value * 10 + (*s->p - '0');
    if (value > TABELLA_JSON_MAX)
      return refuse (&start, error, "a number is larger than 2^53 - 1");
  }
  return TRUE;
}

/* A value begins here, or the next member does. */
static gboolean
count_value (Scan *s, GError **error)
{
  if ((*s->p != '{' && *s->p != '[' && *s->p != ',') || ++s->values <= TABELLA_JSON_VALUES_MAX)
    return TRUE;
  return refuse (s, error, "more than %u values", TABELLA_JSON_VALUES_MAX);
}

static gboolean
scan (Scan *s, GError **error)
{
  guint depth = 0;

  while (s->p < s->end) {
    if (!count_value (s, error))
      return FALSE;
    if (*s->p == '"') {
      skip_string (s);
    } else if (*s->p == '-' || g_ascii_isdigit (*s->p)) {
      if (!scan_number (s, error))
        return FALSE;
    } else {
      if ((*s->p == '{' || *s->p == '[') && ++depth > TABELLA_JSON_DEPTH)
        return refuse (s, error, "more than %d lists or objects inside each other",
                       TABELLA_JSON_DEPTH);
      if ((*s->p == '}' || *s->p == ']') && depth > 0)
        depth--;
      step (s);
    }
  }
  return TRUE;
}

/* A message may quote what a file says; neither a terminal nor a reader may be misled by it. */
static void
disarm (char *message)
{
  for (char *p = message; *p != '\0'; p = g_utf8_next_char (p)) {
    if (tabella_is_deceptive (g_utf8_get_char (p)))
      memset (p, '?', (gsize)(g_utf8_next_char (p) - p));
  }
}

char *
tabella_disarmed (const char *text)
{
  char *out = g_utf8_make_valid (text, -1);

  disarm (out);
  return out;
}

/* Where it is stands at its beginning, what is wrong at its end. */
static void
shorten (char **message)
{
  const glong most = TABELLA_PROBLEM_CHARS, size = g_utf8_strlen (*message, -1);
  g_autofree char *all = NULL, *start = NULL, *end = NULL;

  if (size <= most)
    return;
  all = g_steal_pointer (message);
  start = g_utf8_substring (all, 0, most / 2);
  end = g_utf8_substring (all, size - (most - most / 2 - 1), size);
  *message = g_strconcat (start, "…", end, NULL);
}

static gboolean
check_encoding (Scan s, gsize size, GError **error)
{
  const char *wrong;

  if (size == 0)
    return refuse (&s, error, "the file is empty");
  if (size >= 3 && memcmp (s.p, "\xEF\xBB\xBF", 3) == 0)
    return refuse (&s, error,
                   "the file starts with a byte order mark; save it as UTF-8 without one");
  if (g_utf8_validate_len (s.p, size, &wrong))
    return TRUE;
  while (s.p < wrong)
    step (&s);
  if (*wrong == '\0')
    return refuse (&s, error, "a zero byte; the file is damaged");
  return refuse (&s, error, "not UTF-8; save the file as UTF-8");
}

json_t *
tabella_json_parse (const char *what, gconstpointer bytes, gsize size, GError **error)
{
  const char *text = size == 0 ? "" : bytes; /* an empty file has no address */
  Scan s = { .p = text, .end = text + size, .line = 1, .column = 1, .what = what };
  g_autofree char *reason = NULL;
  json_error_t problem;
  json_t *json;

  if (!check_encoding (s, size, error) || !scan (&s, error))
    return NULL;
  json = json_loadb (bytes, size, JSON_REJECT_DUPLICATES, &problem);
  if (json != NULL)
    return json;
  reason = tabella_disarmed (problem.text);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
               "%s: line %d, column %d: %s", what, MAX (problem.line, 1), MAX (problem.column, 1),
               reason);
  return NULL;
}

json_t *
tabella_json_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_JSON_LIMIT, error);

  if (bytes == NULL)
    return NULL;
  return tabella_json_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

/* As with all of GLib's, no memory is the end of the program: else jansson would leave out what it
 * found no room for, and nobody looks after each string. */
__attribute__ ((constructor)) static void
use_memory_of_glib (void)
{
  json_set_alloc_funcs (g_malloc, g_free);
}

char *
tabella_json_text (const json_t *json)
{
  char *text = json_dumps (json, JSON_INDENT (2));
  char *out = g_strconcat (text, "\n", NULL);

  g_free (text);
  return out;
}

void
tabella_problem (GPtrArray *problems, const char *field, const char *format, ...)
{
  va_list args;
  g_autofree char *reason = NULL;
  char *problem;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  problem = g_strdup_printf ("%s: %s", field, reason);
  disarm (problem);
  shorten (&problem);
  g_ptr_array_add (problems, problem);
}

void
tabella_json_only (json_t *obj, const char *at, const char *const *names, GPtrArray *problems)
{
  const char *name;
  json_t *value;

  if (!json_is_object (obj)) {
    g_autofree char *field = g_strdup (at);
    gsize length = strlen (field);

    if (length > 0 && field[length - 1] == '.')
      field[length - 1] = '\0';
    tabella_problem (problems, length == 0 ? "the file" : field, "must be an object in braces");
    return;
  }
  json_object_foreach (obj, name, value) if (!g_strv_contains (names, name))
  {
    g_autofree char *field = g_strconcat (at, name, NULL);

    tabella_problem (problems, field, "unknown field; remove it or correct its name");
  }
}

/* The member, or NULL. Reports what is missing and what is not of the wanted type. */
static json_t *
member (json_t *obj, const char *at, const char *name, gboolean (*is) (const json_t *),
        const char *type, GPtrArray *problems)
{
  g_autofree char *field = NULL;
  json_t *value;

  if (!json_is_object (obj))
    return NULL;
  value = json_object_get (obj, name);
  if (value != NULL && is (value))
    return value;
  field = g_strconcat (at, name, NULL);
  if (value == NULL)
    tabella_problem (problems, field, "missing; it must be %s", type);
  else
    tabella_problem (problems, field, "must be %s", type);
  return NULL;
}

static gboolean
is_object (const json_t *json)
{
  return json_is_object (json);
}

static gboolean
is_array (const json_t *json)
{
  return json_is_array (json);
}

static gboolean
is_string (const json_t *json)
{
  return json_is_string (json);
}

static gboolean
is_integer (const json_t *json)
{
  return json_is_integer (json);
}

static gboolean
is_boolean (const json_t *json)
{
  return json_is_boolean (json);
}

json_t *
tabella_json_object (json_t *obj, const char *at, const char *name, GPtrArray *problems)
{
  return member (obj, at, name, is_object, "an object in braces", problems);
}

json_t *
tabella_json_array (json_t *obj, const char *at, const char *name, GPtrArray *problems)
{
  return member (obj, at, name, is_array, "a list in square brackets", problems);
}

gboolean
tabella_json_at_most (json_t *list, guint most, const char *field, GPtrArray *problems)
{
  if (json_array_size (list) <= most)
    return TRUE;
  tabella_problem (problems, field, "has %" G_GSIZE_FORMAT " members; at most %u are allowed",
                   json_array_size (list), most);
  return FALSE;
}

const char *
tabella_json_string (json_t *obj, const char *at, const char *name, GPtrArray *problems)
{
  return json_string_value (member (obj, at, name, is_string, "a text in quotes", problems));
}

gint64
tabella_json_int (json_t *obj, const char *at, const char *name, gint64 min, gint64 max,
                  GPtrArray *problems)
{
  json_t *value = member (obj, at, name, is_integer, "a whole number", problems);

  if (value == NULL)
    return min;
  if (json_integer_value (value) < min || json_integer_value (value) > max) {
    g_autofree char *field = g_strconcat (at, name, NULL);

    tabella_problem (problems, field,
                     "is %" JSON_INTEGER_FORMAT "; it must be from %" G_GINT64_FORMAT
                     " to %" G_GINT64_FORMAT,
                     json_integer_value (value), min, max);
    return min;
  }
  return json_integer_value (value);
}

gboolean
tabella_json_bool (json_t *obj, const char *at, const char *name, GPtrArray *problems)
{
  return json_is_true (member (obj, at, name, is_boolean, "true or false", problems));
}

gboolean
tabella_json_hex (json_t *obj, const char *at, const char *name, guint8 *out, gsize size,
                  GPtrArray *problems)
{
  g_autofree char *type = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes in lower-case hex", size);
  json_t *value = member (obj, at, name, is_string, type, problems);

  memset (out, 0, size);
  if (value == NULL)
    return FALSE;
  if (!tabella_unhex (json_string_value (value), out, size)) {
    g_autofree char *field = g_strconcat (at, name, NULL);

    memset (out, 0, size);
    tabella_problem (problems, field, "must be %s", type);
    return FALSE;
  }
  return TRUE;
}

gboolean
tabella_problems_none (const char *what, GPtrArray *problems, GError **error)
{
  if (problems->len == 0)
    return TRUE;
  if (problems->len == 1)
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID, "%s: %s", what,
                 (const char *)problems->pdata[0]);
  else
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 _ ("%s: %s (and %u more)"), what, (const char *)problems->pdata[0],
                 problems->len - 1);
  return FALSE;
}
