/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include "disk-private.h"

#define BLOCK    4096
#define EXCHANGE 2 /* RENAME_EXCHANGE */

static void
change_free (gpointer data)
{
  CutsChange *c = data;

  g_free (c->data);
  g_free (c->binding[0].name);
  g_free (c->binding[1].name);
  g_free (c);
}

static CutsNode *
node_new (CutsDisks *d, guint disk, guint64 ino, gboolean folder)
{
  CutsNode *n = g_new0 (CutsNode, 1);
  const guint64 number = (guint64)disk << 56 | ino;

  n->disk = disk;
  n->folder = folder;
  n->number = d->nodes->len;
  if (folder) {
    n->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    n->sure_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  } else {
    n->now = g_byte_array_new ();
    n->sure = g_byte_array_new ();
  }
  g_ptr_array_add (d->nodes, n);
  g_hash_table_insert (d->by_number, g_memdup2 (&number, sizeof number), n);
  return n;
}

static void
node_free (gpointer data)
{
  CutsNode *n = data;

  g_clear_pointer (&n->names, g_hash_table_unref);
  g_clear_pointer (&n->sure_names, g_hash_table_unref);
  g_clear_pointer (&n->now, g_byte_array_unref);
  g_clear_pointer (&n->sure, g_byte_array_unref);
  g_free (n);
}

static gboolean
is_fat (const CutsDisks *d, guint disk)
{
  return (d->fat >> disk & 1) != 0;
}

static CutsNode *
node_by_number (CutsDisks *d, guint disk, guint64 ino)
{
  const guint64 number = (guint64)disk << 56 | ino;

  return g_hash_table_lookup (d->by_number, &number);
}

/* --- What was there before --- */

static void
read_file (CutsNode *n, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, NULL))
    g_error ("%s cannot be read", path);
  g_byte_array_append (n->now, (guint8 *)bytes, (guint)size);
  g_byte_array_append (n->sure, (guint8 *)bytes, (guint)size);
}

static CutsNode *
read_tree (CutsDisks *d, guint disk, const char *path)
{
  struct stat st;
  CutsNode *n;

  if (lstat (path, &st) != 0 || !(S_ISDIR (st.st_mode) || S_ISREG (st.st_mode)))
    g_error ("%s is no file and no folder", path);
  n = node_new (d, disk, st.st_ino, S_ISDIR (st.st_mode));
  if (n->folder) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      CutsNode *child = read_tree (d, disk, inner);

      g_hash_table_insert (n->names, g_strdup (name), child);
      g_hash_table_insert (n->sure_names, g_strdup (name), child);
    }
  } else {
    read_file (n, path);
  }
  return n;
}

static CutsDisks *
disks_new (guint fat)
{
  CutsDisks *d = g_new0 (CutsDisks, 1);

  d->fat = fat;
  d->by_number = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  d->nodes = g_ptr_array_new_with_free_func (node_free);
  d->pending = g_ptr_array_new_with_free_func (change_free);
  return d;
}

CutsDisks *
cuts_disks_new_empty (const char *folder)
{
  CutsDisks *d = disks_new (0);
  struct stat st;

  if (stat (folder, &st) != 0)
    g_error ("%s is not there", folder);
  d->roots[d->n++] = node_new (d, 0, st.st_ino, TRUE);
  return d;
}

CutsDisks *
cuts_disks_new (const char *const *folders, guint fat)
{
  CutsDisks *d = disks_new (fat);

  for (; folders[d->n] != NULL && d->n < CUTS_DISKS; d->n++)
    d->roots[d->n] = read_tree (d, d->n, folders[d->n]);
  return d;
}

void
cuts_disks_free (CutsDisks *d)
{
  g_hash_table_unref (d->by_number);
  g_ptr_array_unref (d->pending);
  g_ptr_array_unref (d->nodes);
  g_free (d);
}

/* --- Changes --- */

static void
add_data (CutsDisks *d, CutsNode *n, guint64 at, const guint8 *data, gsize size)
{
  while (size > 0) {
    const gsize piece = MIN (size, CUTS_SECTOR - (gsize)(at % CUTS_SECTOR));
    const gboolean same = at + piece <= n->now->len && memcmp (n->now->data + at, data, piece) == 0;

    if (at + piece > n->now->len) {
      const guint old = n->now->len;

      g_byte_array_set_size (n->now, (guint)(at + piece));
      memset (n->now->data + old, 0, n->now->len - old);
    }
    memcpy (n->now->data + at, data, piece);
    if (!same) {
      CutsChange *c = g_new0 (CutsChange, 1);

      *c = (CutsChange){ .kind = CUTS_DATA, .node = n, .at = at, .size = piece };
      c->data = g_memdup2 (data, piece);
      g_ptr_array_add (d->pending, c);
    }
    at += piece;
    data += piece;
    size -= piece;
  }
}

static void
add_length (CutsDisks *d, CutsNode *n, guint64 length)
{
  CutsChange *c = g_new0 (CutsChange, 1);

  *c = (CutsChange){ .kind = CUTS_LENGTH, .node = n, .at = length };
  g_ptr_array_add (d->pending, c);
}

static void
do_write (CutsDisks *d, CutsNode *n, guint64 at, const guint8 *data, gsize size)
{
  const guint before = n->now->len;

  add_data (d, n, at, data, size);
  if (n->now->len > before)
    add_length (d, n, n->now->len);
  n->hashed = FALSE;
}

static void
do_truncate (CutsDisks *d, CutsNode *n, guint64 length)
{
  const guint before = n->now->len;

  if (length == before)
    return;
  g_byte_array_set_size (n->now, (guint)length);
  if (length > before)
    memset (n->now->data + before, 0, length - before);
  add_length (d, n, length);
  n->hashed = FALSE;
}

static CutsBinding
binding_new (CutsNode *folder, const char *name, CutsNode *to)
{
  return (CutsBinding){ folder, g_strdup (name), to };
}

void
cuts_bind (GHashTable *names, const CutsBinding *b)
{
  if (b->to != NULL)
    g_hash_table_insert (names, g_strdup (b->name), b->to);
  else
    g_hash_table_remove (names, b->name);
}

static void
add_name (CutsDisks *d, CutsBinding first, CutsBinding second)
{
  CutsChange *c = g_new0 (CutsChange, 1);

  c->kind = CUTS_NAME;
  c->binding[0] = first;
  c->binding[1] = second;
  for (guint i = 0; i < 2; i++)
    if (c->binding[i].folder != NULL)
      cuts_bind (c->binding[i].folder->names, &c->binding[i]);
  g_ptr_array_add (d->pending, c);
}

static gboolean
touches (const CutsChange *c, const CutsNode *n)
{
  return c->node == n || c->binding[0].folder == n || c->binding[1].folder == n;
}

static void
make_sure (CutsNode *n)
{
  if (n->folder) {
    GHashTableIter iter;
    gpointer name, to;

    g_hash_table_remove_all (n->sure_names);
    g_hash_table_iter_init (&iter, n->names);
    while (g_hash_table_iter_next (&iter, &name, &to))
      g_hash_table_insert (n->sure_names, g_strdup (name), to);
    return;
  }
  g_byte_array_set_size (n->sure, 0);
  g_byte_array_append (n->sure, n->now->data, n->now->len);
}

static void
do_sync (CutsDisks *d, CutsNode *n)
{
  guint left = 0;

  make_sure (n);
  for (guint i = 0; i < d->pending->len; i++) {
    CutsChange *c = d->pending->pdata[i];

    if (!touches (c, n)) {
      d->pending->pdata[left++] = c;
      continue;
    }
    /* A rename between two folders is one entry of the disk's journal: the other folder has it too.
     */
    for (guint k = 0; k < 2; k++)
      if (c->binding[k].folder != NULL && c->binding[k].folder != n)
        cuts_bind (c->binding[k].folder->sure_names, &c->binding[k]);
    change_free (c);
  }
  /* Those that are left moved to the front. */
  g_ptr_array_set_free_func (d->pending, NULL);
  g_ptr_array_set_size (d->pending, (gint)left);
  g_ptr_array_set_free_func (d->pending, change_free);
}

static void
do_syncfs (CutsDisks *d, guint disk)
{
  for (guint i = 0; i < d->nodes->len; i++)
    if (((CutsNode *)d->nodes->pdata[i])->disk == disk)
      do_sync (d, d->nodes->pdata[i]);
}

/* The folder of a path and its last part. */
static CutsNode *
find_parent (CutsDisks *d, guint disk, const char *path, const char **name)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  const guint n = g_strv_length (parts);
  CutsNode *at = d->roots[disk];

  for (guint i = 0; at != NULL && i + 1 < n; i++)
    at = at->folder ? g_hash_table_lookup (at->names, parts[i]) : NULL;
  *name = path + strlen (path) - strlen (parts[n - 1]);
  return at != NULL && at->folder ? at : NULL;
}

static gboolean
do_rename (CutsDisks *d, guint disk, const char *from, const char *to, guint64 flags)
{
  const char *name, *other;
  CutsNode *a = find_parent (d, disk, from, &name), *b = find_parent (d, disk, to, &other);
  CutsNode *moved = a != NULL ? g_hash_table_lookup (a->names, name) : NULL;
  CutsNode *there = b != NULL ? g_hash_table_lookup (b->names, other) : NULL;
  const CutsBinding none = { NULL, NULL, NULL };

  if (moved == NULL || b == NULL)
    return FALSE;
  if (flags & EXCHANGE || !is_fat (d, disk)) {
    add_name (d, binding_new (b, other, moved),
              binding_new (a, name, flags & EXCHANGE ? there : NULL));
    return TRUE;
  }
  add_name (d, binding_new (b, other, moved), none);
  add_name (d, binding_new (a, name, NULL), none);
  return TRUE;
}

static gboolean
do_name (CutsDisks *d, const CutsEntry *e, const char *path, const char *other)
{
  const CutsBinding none = { NULL, NULL, NULL };
  const char *name;
  CutsNode *folder = find_parent (d, e->disk, path, &name);
  CutsNode *to = NULL;

  if (e->op == CUTS_RENAME)
    return do_rename (d, e->disk, path, other, e->at);
  if (folder == NULL)
    return FALSE;
  if (e->op == CUTS_CREATE || e->op == CUTS_MKDIR)
    to = node_new (d, e->disk, e->ino, e->op == CUTS_MKDIR);
  else if (g_hash_table_lookup (folder->names, name) == NULL)
    return FALSE;
  add_name (d, binding_new (folder, name, to), none);
  return TRUE;
}

/* Of a file or folder that is open. */
static gboolean
do_number (CutsDisks *d, const CutsEntry *e, const guint8 *data)
{
  CutsNode *n = node_by_number (d, e->disk, e->ino);

  if (n == NULL || (n->folder && e->op != CUTS_SYNC))
    return FALSE;
  if (e->op == CUTS_WRITE)
    do_write (d, n, e->at, data, e->data_size);
  else if (e->op == CUTS_TRUNCATE)
    do_truncate (d, n, e->at);
  else if (!n->folder || !is_fat (d, n->disk))
    do_sync (d, n);
  return TRUE;
}

gboolean
cuts_disks_apply (CutsDisks *d, GBytes *log, gsize *at, CutsEntry *e, char **path, char **other,
                  GString *why)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (log, &size);
  const char *words = (const char *)bytes + *at + sizeof *e;
  gboolean good = TRUE;

  g_assert (*at + sizeof *e <= size);
  memcpy (e, bytes + *at, sizeof *e);
  *path = g_strndup (words, e->path_size);
  *other = g_strndup (words + e->path_size, e->other_size);
  *at += sizeof *e + e->path_size + e->other_size + e->data_size;
  g_assert (*at <= size);
  switch ((CutsOp)e->op) {
  case CUTS_MARK:
    return TRUE;
  case CUTS_SYNCFS:
    do_syncfs (d, e->disk);
    return TRUE;
  case CUTS_WRITE:
  case CUTS_TRUNCATE:
  case CUTS_SYNC:
    good = do_number (d, e, (const guint8 *)words + e->path_size + e->other_size);
    break;
  case CUTS_CREATE:
  case CUTS_MKDIR:
  case CUTS_RENAME:
  case CUTS_UNLINK:
  case CUTS_RMDIR:
    good = do_name (d, e, *path, *other);
    break;
  case CUTS_UNSEEN:
  default:
    good = FALSE;
  }
  if (!good)
    g_string_append_printf (why, "a change that nobody follows: %u %s %s", e->op, *path, *other);
  return good;
}

guint
cuts_disks_pending (const CutsDisks *d)
{
  return d->pending->len;
}

CutsKind
cuts_disks_kind (const CutsDisks *d, guint n)
{
  return ((CutsChange *)d->pending->pdata[n])->kind;
}

guint64
cuts_disks_block (const CutsDisks *d, guint n)
{
  const CutsChange *c = d->pending->pdata[n];

  return c->kind != CUTS_DATA ? 0 : (guint64)(c->node->number + 1) << 32 | c->at / BLOCK;
}
