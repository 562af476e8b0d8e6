/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "needles.h"

#include <sodium.h>
#include <string.h>
#include "codes.h"

#define KEY 8 /* bytes by which a piece is looked up */

typedef struct {
  char *name; /* what, form */
  GBytes *bytes;
  gsize piece;
} Form;

struct _Needles {
  GPtrArray *forms;
  GHashTable *pieces; /* the first bytes of every piece → GArray of Place */
};

typedef struct {
  const Form *form;
  gsize at;
} Place;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_free (form->name);
  g_bytes_unref (form->bytes);
  g_free (form);
}

Needles *
needles_new (void)
{
  Needles *n = g_new0 (Needles, 1);

  n->forms = g_ptr_array_new_with_free_func (form_free);
  n->pieces =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref);
  return n;
}

void
needles_free (Needles *n)
{
  g_hash_table_unref (n->pieces);
  g_ptr_array_unref (n->forms);
  g_free (n);
}

/* Zeros, and the like, are everywhere. */
static gboolean
is_plain (const guint8 *bytes, gsize size)
{
  guint different = 0;

  for (gsize i = 1; i < size; i++)
    different += bytes[i] != bytes[i - 1] ? 1 : 0;
  return different < 4;
}

void
needles_add_form (Needles *n, const char *name, const char *form, gconstpointer bytes, gsize size,
                  gsize piece)
{
  Form *f = g_new0 (Form, 1);
  const guint8 *data = bytes;

  g_assert_cmpuint (size, >=, piece);
  g_assert_cmpuint (piece, >=, KEY);
  f->name = g_strdup_printf ("%s, %s", name, form);
  f->bytes = g_bytes_new (bytes, size);
  f->piece = piece;
  g_ptr_array_add (n->forms, f);
  for (gsize at = 0; at + piece <= size; at++) {
    const Place place = { f, at };
    GArray *places;
    gint64 key;

    if (is_plain (data + at, piece))
      continue;
    memcpy (&key, data + at, KEY);
    if (key == 0)
      continue;
    places = g_hash_table_lookup (n->pieces, &key);
    if (places == NULL) {
      places = g_array_new (FALSE, FALSE, sizeof (Place));
      g_hash_table_insert (n->pieces, g_memdup2 (&key, sizeof key), places);
    }
    g_array_append_val (places, place);
  }
}

static void
add_wide (Needles *n, const char *name, const guint8 *bytes, gsize size, gsize width, gboolean big)
{
  g_autofree guint8 *wide = g_malloc0 (size * width);
  g_autofree char *form = g_strdup_printf ("%" G_GSIZE_FORMAT " bits a letter, %s", 8 * width,
                                           big ? "big-endian" : "little-endian");

  for (gsize i = 0; i < size; i++)
    wide[i * width + (big ? width - 1 : 0)] = bytes[i];
  needles_add_form (n, name, form, wide, size * width, 8 * width);
}

static void
add_hex (Needles *n, const char *name, const guint8 *bytes, gsize size)
{
  g_autofree char *low = g_malloc (2 * size + 1), *high = NULL;

  sodium_bin2hex (low, 2 * size + 1, bytes, size);
  high = g_ascii_strup (low, -1);
  needles_add_form (n, name, "base 16", low, 2 * size, 16);
  needles_add_form (n, name, "base 16 in capitals", high, 2 * size, 16);
}

/* A group of @bytes begins at the first, the second, … byte: what follows from no other byte. */
static void
add_base (Needles *n, const char *name, const guint8 *bytes, gsize size, guint base)
{
  const gsize group = base == 32 ? 5 : 3, letters = base == 32 ? 8 : 4;

  for (gsize skip = 0; skip < group && size >= skip + 3 * group; skip++) {
    const gsize whole = (size - skip) / group * group;
    g_autofree char *form = g_strdup_printf ("base %u from byte %" G_GSIZE_FORMAT, base, skip);
    g_autofree char *text =
        base == 32 ? tabella_base32 (bytes + skip, whole) : g_base64_encode (bytes + skip, whole);

    needles_add_form (n, name, form, text, whole / group * letters, 11);
    if (base == 64) {
      for (char *c = text; *c != '\0'; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
      needles_add_form (n, name, "base 64 for addresses", text, whole / group * letters, 11);
    }
  }
}

void
needles_add (Needles *n, const char *name, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;
  g_autofree guint8 *back = g_malloc (size), *inverse = g_malloc (size);

  for (gsize i = 0; i < size; i++) {
    back[i] = bytes[size - 1 - i];
    inverse[i] = bytes[i] ^ 0xFF;
  }
  needles_add_form (n, name, "as it is", bytes, size, 8);
  needles_add_form (n, name, "backwards", back, size, 8);
  needles_add_form (n, name, "inverted", inverse, size, 8);
  add_hex (n, name, bytes, size);
  add_base (n, name, bytes, size, 32);
  add_base (n, name, bytes, size, 64);
}

void
needles_add_text (Needles *n, const char *name, const char *text)
{
  g_autofree char *low = g_utf8_strdown (text, -1), *high = g_utf8_strup (text, -1);
  const guint8 *bytes = (const guint8 *)text;

  needles_add (n, name, text, strlen (text));
  add_wide (n, name, bytes, strlen (text), 2, FALSE);
  add_wide (n, name, bytes, strlen (text), 2, TRUE);
  add_wide (n, name, bytes, strlen (text), 4, FALSE);
  needles_add_form (n, name, "small letters", low, strlen (low), 8);
  needles_add_form (n, name, "capitals", high, strlen (high), 8);
}

void
needles_add_flags (Needles *n, const char *name, const guint8 *flags, gsize size)
{
  g_autofree guint8 *low = g_malloc0 (size / 8), *high = g_malloc0 (size / 8);
  g_autofree guint8 *figures = g_malloc (size), *wide = g_malloc0 (4 * size);
  g_autoptr (GByteArray) list = g_byte_array_new (), words = g_byte_array_new ();

  for (gsize i = 0; i < size; i++) {
    const guint8 place = (guint8)i;
    const guint16 word = (guint16)i;

    figures[i] = '0' + flags[i];
    wide[4 * i] = flags[i];
    if (i / 8 < size / 8) {
      low[i / 8] |= (guint8)(flags[i] << (i % 8));
      high[i / 8] |= (guint8)(flags[i] << (7 - i % 8));
    }
    if (flags[i] != 0) {
      g_byte_array_append (list, &place, 1);
      g_byte_array_append (words, (const guint8 *)&word, 2);
    }
  }
  needles_add_form (n, name, "a byte each", flags, size, 48);
  needles_add_form (n, name, "figures", figures, size, 48);
  needles_add_form (n, name, "32 bits each", wide, 4 * size, 192);
  needles_add_form (n, name, "bits", low, size / 8, 8);
  needles_add_form (n, name, "bits the other way", high, size / 8, 8);
  needles_add_form (n, name, "list of bytes", list->data, list->len, 10);
  needles_add_form (n, name, "list of words", words->data, words->len, 20);
}

static void
add_once (GPtrArray *found, char *text)
{
  if (g_ptr_array_find_with_equal_func (found, text, g_str_equal, NULL))
    g_free (text);
  else
    g_ptr_array_add (found, text);
}

void
needles_search (const Needles *n, const char *where, gconstpointer bytes, gsize size,
                GPtrArray *found)
{
  const guint8 *data = bytes;

  for (gsize at = 0; at + KEY <= size; at++) {
    const GArray *places;
    gint64 key;

    memcpy (&key, data + at, KEY);
    places = key == 0 ? NULL : g_hash_table_lookup (n->pieces, &key);
    for (guint i = 0; places != NULL && i < places->len; i++) {
      const Place *place = &g_array_index (places, Place, i);
      const guint8 *form = g_bytes_get_data (place->form->bytes, NULL);

      if (at + place->form->piece <= size &&
          memcmp (data + at, form + place->at, place->form->piece) == 0)
        add_once (found, g_strdup_printf ("%s: %s", where, place->form->name));
    }
  }
}

guint64
needles_search_folder (const Needles *n, const char *folder, GPtrArray *found)
{
  GError *error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  guint64 looked_at = 0;
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;
    gsize size = 0;

    needles_search (n, path, name, strlen (name), found);
    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      looked_at += needles_search_folder (n, path, found);
      continue;
    }
    g_file_get_contents (path, &text, &size, &error);
    g_assert_no_error (error);
    needles_search (n, path, text, size, found);
    looked_at += size;
  }
  return looked_at;
}

guint
needles_forms (const Needles *n)
{
  return n->forms->len;
}

GBytes *
needles_form (const Needles *n, guint i, const char **name, gsize *piece)
{
  const Form *form = n->forms->pdata[i];

  *name = form->name;
  *piece = form->piece;
  return form->bytes;
}
