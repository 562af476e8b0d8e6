/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sticks-udisks-object.h"

#include <glib/gi18n.h>
#include <string.h>

#define LABEL_CHARS 24
#define LAYERS      4 /* encrypted volumes upon each other, at most */

void
tabella_drive_free (TabellaDrive *drive)
{
  g_clear_pointer (&drive->info, tabella_stick_info_free);
  g_free (drive->block);
  g_free (drive);
}

/* NULL also if it is of another type. */
static GVariant *
get (GDBusInterface *interface, const char *name, const char *type)
{
  g_autoptr (GVariant) value = g_dbus_proxy_get_cached_property (G_DBUS_PROXY (interface), name);

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE (type))
             ? g_steal_pointer (&value)
             : NULL;
}

static gboolean
get_flag (GDBusInterface *interface, const char *name, gboolean fallback)
{
  g_autoptr (GVariant) value = get (interface, name, "b");

  return value != NULL ? g_variant_get_boolean (value) : fallback;
}

static guint64
get_size (GDBusInterface *interface)
{
  g_autoptr (GVariant) value = get (interface, "Size", "t");

  return value != NULL ? g_variant_get_uint64 (value) : 0;
}

/* "" if there is none. @type: "s" or "o". */
static char *
get_text (GDBusInterface *interface, const char *name, const char *type)
{
  g_autoptr (GVariant) value = get (interface, name, type);

  return value != NULL ? g_variant_dup_string (value, NULL) : g_strdup ("");
}

/* NULL-ended, maybe empty. */
static char **
mount_points (GDBusInterface *filesystem)
{
  g_autoptr (GVariant) value = get (filesystem, "MountPoints", "aay");

  return value != NULL ? g_variant_dup_bytestring_array (value, NULL) : g_new0 (char *, 1);
}

/* As somebody else wrote it: only what can be shown, and not too much. */
static char *
tame (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) out = g_string_new (NULL);
  guint n = 0;

  g_strstrip (valid);
  for (const char *p = valid; *p != '\0' && n < LABEL_CHARS; p = g_utf8_next_char (p), n++)
    g_string_append_unichar (out,
                             g_unichar_isprint (g_utf8_get_char (p)) ? g_utf8_get_char (p) : '?');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
name_of (GDBusInterface *block, GDBusInterface *drive)
{
  g_autofree char *label = get_text (block, "IdLabel", "s");
  g_autofree char *vendor = get_text (drive, "Vendor", "s");
  g_autofree char *model = get_text (drive, "Model", "s");
  g_autofree char *maker = g_strjoin (" ", vendor, model, NULL);
  g_autofree char *own = tame (label), *given = tame (maker);

  if (*own != '\0')
    return g_steal_pointer (&own);
  return *given != '\0' ? g_steal_pointer (&given) : g_strdup (_ ("without a name"));
}

/* Plugged in by a person: on a socket outside, or the system calls it removable. What many tablets
 * have inside, eMMC, is on the bus of SD cards. */
static gboolean
is_stick (GDBusInterface *drive)
{
  g_autofree char *bus = get_text (drive, "ConnectionBus", "s");
  g_autofree char *media = get_text (drive, "Media", "s");

  if (!get_flag (drive, "MediaAvailable", TRUE) || get_flag (drive, "Optical", FALSE))
    return FALSE;
  if (g_str_equal (bus, "sdio"))
    return g_str_has_prefix (media, "flash_sd");
  return g_str_equal (bus, "usb") || get_flag (drive, "Removable", FALSE) ||
         get_flag (drive, "MediaRemovable", FALSE);
}

/* A tablet may itself run from what looks like a stick. */
static gboolean
is_of_the_system (const char *const *points)
{
  static const char *const system[] = { "/boot", "/usr", "/var", "/home", "/etc", "/opt", "/srv" };

  for (; *points != NULL; points++) {
    if (g_str_equal (*points, "/"))
      return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (system); i++) {
      const gsize n = strlen (system[i]);

      if (strncmp (*points, system[i], n) == 0 && ((*points)[n] == '/' || (*points)[n] == '\0'))
        return TRUE;
    }
  }
  return FALSE;
}

/* The drive beneath a block device, through encrypted volumes; "/" if there is none. */
static char *
drive_of (GDBusObjectManager *manager, GDBusInterface *block)
{
  g_autoptr (GDBusInterface) at = g_object_ref (block);

  for (guint i = 0; i < LAYERS; i++) {
    g_autofree char *backing = get_text (at, "CryptoBackingDevice", "o");
    GDBusInterface *next = backing[0] == '/' && backing[1] != '\0'
                               ? g_dbus_object_manager_get_interface (manager, backing, BLOCK)
                               : NULL;

    if (next == NULL)
      break;
    g_set_object (&at, next);
    g_object_unref (next);
  }
  return get_text (at, "Drive", "o");
}

/* A block device of @drive: a filesystem to use if it is the largest, or else a sign that the stick
 * is one that cannot be read. */
static void
add_block (TabellaDrive *drive, GDBusObject *object, GDBusInterface *block,
           GDBusInterface *drive_interface)
{
  g_autoptr (GDBusInterface) filesystem = g_dbus_object_get_interface (object, FILESYSTEM);
  const guint64 size = get_size (block);
  TabellaStickInfo *info = drive->info;

  if (info->label == NULL || (filesystem != NULL && (!info->readable || size > info->size))) {
    g_auto (GStrv) points = filesystem != NULL ? mount_points (filesystem) : NULL;

    g_free (info->label);
    info->label = name_of (block, drive_interface);
    info->size = size;
    info->read_only = get_flag (block, "ReadOnly", FALSE);
    info->readable = filesystem != NULL;
    g_free (info->root);
    info->root = points != NULL ? g_strdup (points[0]) : NULL;
    g_free (drive->block);
    drive->block = filesystem != NULL ? g_strdup (g_dbus_object_get_object_path (object)) : NULL;
  }
}

static TabellaDrive *
new_drive (const char *path, GDBusInterface *drive)
{
  g_autoptr (GVariant) rotation = get (drive, "RotationRate", "i");
  TabellaDrive *d = g_new0 (TabellaDrive, 1);

  d->info = g_new0 (TabellaStickInfo, 1);
  d->info->id = g_strdup (path);
  d->power_off = rotation != NULL && g_variant_get_int32 (rotation) > 0 &&
                 get_flag (drive, "CanPowerOff", FALSE);
  return d;
}

/* Puts an object into @drives, or its drive into @system. */
static void
sort_object (GDBusObjectManager *manager, GDBusObject *object, GHashTable *drives,
             GHashTable *system)
{
  g_autoptr (GDBusInterface) block = g_dbus_object_get_interface (object, BLOCK);
  g_autoptr (GDBusInterface) filesystem = g_dbus_object_get_interface (object, FILESYSTEM);
  g_autoptr (GDBusInterface) drive = NULL;
  g_auto (GStrv) points = filesystem != NULL ? mount_points (filesystem) : g_new0 (char *, 1);
  g_autofree char *path = NULL, *own = NULL;
  TabellaDrive *d;

  if (block == NULL)
    return;
  path = drive_of (manager, block);
  own = get_text (block, "Drive", "o");
  if (is_of_the_system ((const char *const *)points))
    g_hash_table_add (system, g_strdup (path));
  drive = g_dbus_object_manager_get_interface (manager, own, DRIVE);
  if (drive == NULL || get_flag (block, "HintSystem", TRUE) || !is_stick (drive) ||
      get_flag (block, "HintIgnore", FALSE))
    return;
  d = g_hash_table_lookup (drives, path);
  if (d == NULL) {
    d = new_drive (path, drive);
    g_hash_table_insert (drives, g_strdup (path), d);
  }
  add_block (d, object, block, drive);
}

static int
by_id (gconstpointer a, gconstpointer b)
{
  const TabellaDrive *const *x = a, *const *y = b;

  return strcmp ((*x)->info->id, (*y)->info->id);
}

GPtrArray *
tabella_drives_list (GDBusObjectManager *manager)
{
  g_autoptr (GHashTable) system = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) drives =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)tabella_drive_free);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_drive_free);
  GList *objects = g_dbus_object_manager_get_objects (manager);
  GHashTableIter iter;
  gpointer path, drive;

  for (GList *l = objects; l != NULL; l = l->next)
    sort_object (manager, l->data, drives, system);
  g_list_free_full (objects, g_object_unref);
  g_hash_table_iter_init (&iter, drives);
  while (g_hash_table_iter_next (&iter, &path, &drive)) {
    g_autofree char *key = path;

    if (g_hash_table_contains (system, path)) {
      g_steal_pointer (&key);
      continue;
    }
    g_hash_table_iter_steal (&iter);
    g_ptr_array_add (list, drive);
  }
  g_ptr_array_sort (list, by_id);
  return list;
}
