/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk-private.h"

#include <sodium.h>
#include <string.h>

static const guint8 hash_key[crypto_shorthash_siphashx24_KEYBYTES];

typedef struct {
  CutsImage *image;
  GHashTable *files, *names;
  guint turn;
} Walk;

static void
file_free (gpointer data)
{
  CutsFile *f = data;

  g_free (f->path);
  g_free (f);
}

static void
hash_bytes (guint8 out[16], const guint8 *bytes, gsize size)
{
  crypto_shorthash_siphashx24 (out, bytes, size, hash_key);
}

static CutsFile *
file_new (const Walk *w, CutsNode *n, const char *path)
{
  CutsFile *f = g_new0 (CutsFile, 1);
  GByteArray *own = g_hash_table_lookup (w->files, n);

  f->disk = n->disk;
  f->path = g_strdup (path);
  f->folder = n->folder;
  if (n->folder)
    return f;
  f->bytes = own != NULL ? own->data : n->now->data;
  f->size = own != NULL ? own->len : n->now->len;
  if (own == NULL && n->hashed) {
    memcpy (f->hash, n->hash, 16);
    return f;
  }
  hash_bytes (f->hash, f->bytes, f->size);
  if (own == NULL) {
    memcpy (n->hash, f->hash, 16);
    n->hashed = TRUE;
  }
  return f;
}

/* The image's hash does not depend on the order in which names are met. */
static void
mix (CutsImage *image, const char *name, const CutsFile *f)
{
  g_autoptr (GByteArray) line = g_byte_array_new ();
  guint8 one[16];

  g_byte_array_append (line, (const guint8 *)name, (guint)strlen (name) + 1);
  g_byte_array_append (line, (const guint8 *)(f->folder ? "/" : "="), 1);
  g_byte_array_append (line, f->hash, 16);
  hash_bytes (one, line->data, line->len);
  for (guint i = 0; i < 16; i++)
    image->hash[i] ^= one[i];
}

static void
walk (const Walk *w, CutsNode *n, const char *path)
{
  CutsFile *f = file_new (w, n, path);
  char *name = g_strdup_printf ("%u/%s", n->disk, path);
  GHashTable *names = NULL;
  GHashTableIter iter;
  gpointer inner, to;

  n->seen = w->turn;
  mix (w->image, name, f);
  g_ptr_array_add (w->image->files, f);
  g_hash_table_insert (w->image->by_name, name, f);
  if (!n->folder)
    return;
  names = g_hash_table_lookup (w->names, n);
  g_hash_table_iter_init (&iter, names != NULL ? names : n->names);
  while (g_hash_table_iter_next (&iter, &inner, &to)) {
    g_autofree char *below =
        path[0] == '\0' ? g_strdup (inner) : g_build_filename (path, inner, NULL);

    walk (w, to, below);
  }
}

static CutsImage *
make_image (const CutsDisks *d, GHashTable *files, GHashTable *names)
{
  static guint turn;
  Walk w = { g_new0 (CutsImage, 1), files, names, ++turn };
  GHashTableIter iter;
  gpointer own;

  w.image->files = g_ptr_array_new_with_free_func (file_free);
  w.image->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w.image->unnamed = g_ptr_array_new_with_free_func (file_free);
  w.image->own = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  for (guint i = 0; i < d->n; i++)
    walk (&w, d->roots[i], "");
  for (guint i = 0; i < d->nodes->len; i++) {
    CutsNode *lost = d->nodes->pdata[i];

    if (lost->seen != turn && !lost->folder)
      g_ptr_array_add (w.image->unnamed, file_new (&w, lost, ""));
  }
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, NULL, &own))
    g_ptr_array_add (w.image->own, g_byte_array_ref (own));
  return w.image;
}

static GByteArray *
work_bytes (GHashTable *work, CutsNode *n)
{
  GByteArray *b = g_hash_table_lookup (work, n);

  if (b == NULL) {
    b = g_byte_array_sized_new (MAX (n->sure->len, n->now->len));
    g_byte_array_append (b, n->sure->data, n->sure->len);
    g_hash_table_insert (work, n, b);
    n->length = n->sure->len;
  }
  return b;
}

static GHashTable *
work_names (GHashTable *work, CutsNode *n)
{
  GHashTable *names = g_hash_table_lookup (work, n);
  GHashTableIter iter;
  gpointer name, to;

  if (names != NULL)
    return names;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, n->sure_names);
  while (g_hash_table_iter_next (&iter, &name, &to))
    g_hash_table_insert (names, g_strdup (name), to);
  g_hash_table_insert (work, n, names);
  return names;
}

static void
resize (GByteArray *b, gsize size)
{
  const guint old = b->len;

  g_byte_array_set_size (b, (guint)size);
  if (size > old)
    memset (b->data + old, 0, size - old);
}

static void
replay (GHashTable *files, GHashTable *names, const CutsChange *c, gboolean kept)
{
  if (c->kind == CUTS_NAME) {
    for (guint i = 0; i < 2; i++)
      if (c->binding[i].folder != NULL) {
        GHashTable *table = work_names (names, c->binding[i].folder);

        if (kept)
          cuts_bind (table, &c->binding[i]);
      }
  } else {
    GByteArray *b = work_bytes (files, c->node);

    if (!kept)
      return;
    if (c->kind == CUTS_LENGTH) {
      c->node->length = c->at;
      if (b->len > c->at)
        resize (b, c->at);
    } else {
      if (b->len < c->at + c->size)
        resize (b, c->at + c->size);
      memcpy (b->data + c->at, c->data, c->size);
    }
  }
}

CutsImage *
cuts_disks_image (CutsDisks *d, const guint8 *kept)
{
  g_autoptr (GHashTable) files =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_byte_array_unref);
  g_autoptr (GHashTable) names =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
  GHashTableIter iter;
  gpointer n, b;

  for (guint i = 0; i < d->pending->len; i++)
    replay (files, names, d->pending->pdata[i], kept[i] != 0);
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &n, &b))
    resize (b, ((CutsNode *)n)->length);
  return make_image (d, files, names);
}

void
cuts_image_free (CutsImage *i)
{
  g_hash_table_unref (i->by_name);
  g_ptr_array_unref (i->files);
  g_ptr_array_unref (i->unnamed);
  g_ptr_array_unref (i->own);
  g_free (i);
}

const CutsFile *
cuts_image_file (const CutsImage *i, guint disk, const char *path)
{
  g_autofree char *name = g_strdup_printf ("%u/%s", disk, path);

  return g_hash_table_lookup (i->by_name, name);
}
