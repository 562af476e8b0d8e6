/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sticks-folders.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LOOK_EVERY 150 /* ms; a folder that is mounted over tells nobody */

/* What is at a path, to see that it changed. */
typedef struct {
  gboolean in, folder, enterable, read_only;
  guint64 device, inode, size;
} Found;

struct _TabellaSticksFolders {
  GObject parent_instance;

  char **paths;
  Found *found;
  gboolean *mounted;
  guint n, source;
};

static void iface_init (TabellaSticksInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaSticksFolders, tabella_sticks_folders, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_STICKS, iface_init))

static Found
look_at (const char *path)
{
  struct statvfs vfs;
  struct stat st;
  Found f = { 0 };

  if (stat (path, &st) != 0)
    return f;
  f.in = TRUE;
  f.folder = S_ISDIR (st.st_mode);
  f.enterable = f.folder && access (path, R_OK | X_OK) == 0;
  f.device = st.st_dev;
  f.inode = st.st_ino;
  if (f.folder && statvfs (path, &vfs) == 0) {
    f.read_only = (vfs.f_flag & ST_RDONLY) != 0;
    f.size = (guint64)vfs.f_blocks * vfs.f_frsize;
  }
  return f;
}

/* The same stick may be another folder at the same path: another one then. */
static gboolean
same (const Found *a, const Found *b)
{
  return a->in == b->in && a->folder == b->folder && a->enterable == b->enterable &&
         a->read_only == b->read_only && a->device == b->device && a->inode == b->inode;
}

static gboolean
look (gpointer data)
{
  TabellaSticksFolders *self = data;
  gboolean changed = FALSE;

  for (guint i = 0; i < self->n; i++) {
    const Found now = look_at (self->paths[i]);

    if (same (&now, &self->found[i]))
      continue;
    self->found[i] = now;
    self->mounted[i] = FALSE;
    changed = TRUE;
  }
  if (changed)
    tabella_sticks_changed (TABELLA_STICKS (self));
  return G_SOURCE_CONTINUE;
}

static TabellaSticksState
state (TabellaSticks *sticks)
{
  return TABELLA_STICKS_READY;
}

static char *
id_of (const TabellaSticksFolders *self, guint i)
{
  const Found *f = &self->found[i];

  return g_strdup_printf ("%s#%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, self->paths[i], f->device,
                          f->inode);
}

static GPtrArray *
list (TabellaSticks *sticks)
{
  TabellaSticksFolders *self = TABELLA_STICKS_FOLDERS (sticks);
  GPtrArray *array = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_stick_info_free);

  for (guint i = 0; i < self->n; i++) {
    const Found *f = &self->found[i];
    TabellaStickInfo *info;

    if (!f->in)
      continue;
    info = g_new0 (TabellaStickInfo, 1);
    info->id = id_of (self, i);
    info->label = g_path_get_basename (self->paths[i]);
    info->size = f->size;
    info->root = self->mounted[i] ? g_strdup (self->paths[i]) : NULL;
    info->read_only = f->read_only;
    info->readable = f->folder;
    g_ptr_array_add (array, info);
  }
  return array;
}

/* Where in the list; -1: taken out meanwhile. */
static int
find (TabellaSticksFolders *self, const char *id)
{
  look (self);
  for (guint i = 0; i < self->n; i++) {
    g_autofree char *own = id_of (self, i);

    if (self->found[i].in && g_str_equal (own, id))
      return (int)i;
  }
  return -1;
}

static void
mount_it (TabellaSticks *sticks, const char *id, GTask *task)
{
  TabellaSticksFolders *self = TABELLA_STICKS_FOLDERS (sticks);
  const int i = find (self, id);

  if (i < 0)
    g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_GONE,
                             "the stick is not in any more");
  else if (!self->found[i].folder)
    g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_UNKNOWN,
                             "%s is no folder", self->paths[i]);
  else if (!self->found[i].enterable)
    g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_REFUSED,
                             "%s cannot be entered", self->paths[i]);
  else {
    self->mounted[i] = TRUE;
    g_task_return_pointer (task, g_strdup (self->paths[i]), g_free);
  }
  g_object_unref (task);
}

static void
eject (TabellaSticks *sticks, const char *id, GTask *task)
{
  TabellaSticksFolders *self = TABELLA_STICKS_FOLDERS (sticks);
  const int i = find (self, id);

  if (i >= 0)
    self->mounted[i] = FALSE;
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
iface_init (TabellaSticksInterface *iface)
{
  iface->state = state;
  iface->list = list;
  iface->mount = mount_it;
  iface->eject = eject;
}

static void
finalize (GObject *object)
{
  TabellaSticksFolders *self = TABELLA_STICKS_FOLDERS (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_strfreev (self->paths);
  g_free (self->found);
  g_free (self->mounted);
  G_OBJECT_CLASS (tabella_sticks_folders_parent_class)->finalize (object);
}

static void
tabella_sticks_folders_class_init (TabellaSticksFoldersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
tabella_sticks_folders_init (TabellaSticksFolders *self)
{
}

TabellaSticks *
tabella_sticks_folders_new (const char *const *paths)
{
  TabellaSticksFolders *self = g_object_new (TABELLA_TYPE_STICKS_FOLDERS, NULL);

  self->paths = g_strdupv ((char **)paths);
  self->n = g_strv_length (self->paths);
  self->found = g_new0 (Found, self->n);
  self->mounted = g_new0 (gboolean, self->n);
  look (self);
  self->source = g_timeout_add (LOOK_EVERY, look, self);
  return TABELLA_STICKS (self);
}
