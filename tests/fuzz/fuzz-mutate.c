/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes that keep JSON JSON and lines lines, so that more inputs reach what lies behind the
 * shape. */
#include "mutate.h"

#include <string.h>
#include <jansson.h>
#include "json.h"

/* --- JSON --- */

/* A place in a tree: a member of an object, or of a list. */
typedef struct {
  json_t *parent;
  const char *name; /* NULL in a list */
  gsize index;
} Place;

static void
collect (json_t *json, GArray *places)
{
  json_t *value;
  const char *name;
  gsize i;

  json_array_foreach (json, i, value)
  {
    Place p = { json, NULL, i };

    g_array_append_val (places, p);
    collect (value, places);
  }
  json_object_foreach (json, name, value)
  {
    Place p = { json, name, 0 };

    g_array_append_val (places, p);
    collect (value, places);
  }
}

static json_t *
value_at (const Place *p)
{
  return p->name != NULL ? json_object_get (p->parent, p->name)
                         : json_array_get (p->parent, p->index);
}

/* Takes @value. */
static void
put_at (const Place *p, json_t *value)
{
  if (p->name != NULL)
    json_object_set_new (p->parent, p->name, value);
  else
    json_array_set_new (p->parent, p->index, value);
}

static json_t *
odd_value (GRand *rand)
{
  static const char *const values[] = {
    "null",  "true",       "false",       "[]",    "{}",       "\"\"",   "0",
    "1",     "-1",         "9",           "65535", "65536",    "100000", "4294967295",
    "1000",  "4294967296", "\"\\u001b\"", "[1,1]", "\"none\"", "\"a\"",  "9007199254740991",
    "[null]"
  };

  return json_loads (values[g_rand_int_range (rand, 0, G_N_ELEMENTS (values))], JSON_DECODE_ANY,
                     NULL);
}

/* One character for another of its kind, or one more, or one less. */
static json_t *
changed_string (const char *text, GRand *rand)
{
  static const char *const extra[] = { "0", "f", "Z", "-", " ", "é", "\x7F", "\xC2\x85" };
  g_autoptr (GString) out = g_string_new (text);
  gssize at = out->len > 0 ? g_rand_int_range (rand, 0, (gint32)out->len) : 0;

  if (out->len == 0 || g_rand_int_range (rand, 0, 4) == 0)
    g_string_insert (out, at, extra[g_rand_int_range (rand, 0, G_N_ELEMENTS (extra))]);
  else if (g_ascii_isdigit (out->str[at]))
    out->str[at] = (char)g_rand_int_range (rand, '0', '9' + 1);
  else if (g_ascii_islower (out->str[at]))
    out->str[at] = (char)g_rand_int_range (rand, 'a', 'z' + 1);
  else
    g_string_erase (out, at, 1);
  return json_string (out->str); /* NULL if that is no UTF-8 any more */
}

static json_t *
changed_value (json_t *value, GRand *rand)
{
  json_t *changed = NULL;

  if (json_is_integer (value) && g_rand_boolean (rand))
    changed = json_integer (json_integer_value (value) + g_rand_int_range (rand, -2, 3));
  else if (json_is_string (value) && g_rand_int_range (rand, 0, 4) > 0)
    changed = changed_string (json_string_value (value), rand);
  return changed != NULL ? changed : odd_value (rand);
}

/* @p and perhaps @other, which is not used after what it lies in may be gone. */
static void
change (const Place *p, const Place *other, GRand *rand)
{
  json_t *value = json_incref (value_at (p)), *copy = json_deep_copy (value_at (other));

  switch (g_rand_int_range (rand, 0, 6)) {
  case 0: /* gone */
    if (p->name != NULL)
      json_object_del (p->parent, p->name);
    else
      json_array_remove (p->parent, p->index);
    break;
  case 1: /* there twice */
    if (p->name == NULL)
      json_array_insert (p->parent, p->index, value);
    break;
  case 2: /* one in the other's place */
    put_at (p, json_incref (copy));
    put_at (other, json_deep_copy (value));
    break;
  case 3: /* the other's value too */
    put_at (p, json_incref (copy));
    break;
  default:
    put_at (p, changed_value (value, rand));
    break;
  }
  json_decref (value);
  json_decref (copy);
}

/* The text of @bytes with one change; NULL if it is no JSON. */
static char *
changed_json (const guint8 *bytes, gsize size, GRand *rand)
{
  g_autoptr (json_t) json = json_loadb ((const char *)bytes, size, 0, NULL);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));

  if (json == NULL)
    return NULL;
  collect (json, places);
  if (places->len > 0)
    change (&g_array_index (places, Place, g_rand_int_range (rand, 0, (gint32)places->len)),
            &g_array_index (places, Place, g_rand_int_range (rand, 0, (gint32)places->len)), rand);
  return json_dumps (json, g_rand_boolean (rand) ? JSON_COMPACT : JSON_INDENT (2));
}

/* --- Lines --- */

/* A number in it for another one, or its fields in another order. */
static char *
changed_fields (const char *line, GRand *rand)
{
  static const char *const numbers[] = { "0", "1", "2", "3", "65535", "65536", "007", "-1", "" };
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);
  guint n = g_strv_length (fields);
  guint a = n > 0 ? (guint)g_rand_int_range (rand, 0, (gint32)n) : 0;
  guint b = n > 0 ? (guint)g_rand_int_range (rand, 0, (gint32)n) : 0;

  if (n == 0)
    return g_strdup (line);
  if (g_rand_boolean (rand)) {
    g_free (fields[a]);
    fields[a] = g_strdup (numbers[g_rand_int_range (rand, 0, G_N_ELEMENTS (numbers))]);
  } else {
    char *swapped = fields[a];

    fields[a] = fields[b];
    fields[b] = swapped;
  }
  return g_strjoinv (",", fields);
}

static char *
changed_lines (const guint8 *bytes, gsize size, GRand *rand)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size), *line = NULL;
  g_auto (GStrv) split = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  guint a, b;

  for (guint i = 0; split[i] != NULL; i++)
    g_ptr_array_add (lines, split[i]);
  if (lines->len == 0)
    return NULL;
  a = (guint)g_rand_int_range (rand, 0, (gint32)lines->len);
  b = (guint)g_rand_int_range (rand, 0, (gint32)lines->len);
  switch (g_rand_int_range (rand, 0, 6)) {
  case 0:
    g_ptr_array_remove_index (lines, a);
    break;
  case 1:
    g_ptr_array_insert (lines, (gint)b, lines->pdata[a]);
    break;
  case 2:
    line = lines->pdata[a];
    lines->pdata[a] = lines->pdata[b];
    lines->pdata[b] = g_steal_pointer (&line);
    break;
  default:
    line = changed_json (lines->pdata[a], strlen (lines->pdata[a]), rand);
    if (line == NULL || strchr (line, '\n') != NULL) {
      g_free (line);
      line = changed_fields (lines->pdata[a], rand);
    }
    lines->pdata[a] = line;
    break;
  }
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

gsize
fuzz_mutate (FuzzShape shape, guint8 *bytes, gsize size, gsize most, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree char *text =
      shape == FUZZ_JSON ? changed_json (bytes, size, rand) : changed_lines (bytes, size, rand);
  gsize changed = text == NULL ? 0 : strlen (text);

  if (changed == 0 || changed > most)
    return 0;
  memcpy (bytes, text, changed);
  return changed;
}
