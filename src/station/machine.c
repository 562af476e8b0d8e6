/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "machine.h"

#include <net/if.h>
#include <string.h>
#include <sys/sysmacros.h>

#define DM_DEPTH 4 /* encryption below volumes below partitions */

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* What is no device has no flags. */
static gboolean
read_flags (const char *folder, const char *name, guint64 *flags)
{
  g_autofree char *path = g_build_filename (folder, name, "flags", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  *flags = g_ascii_strtoull (text, NULL, 16);
  return TRUE;
}

char *
tabella_machine_networks (const char *sys, gboolean *up)
{
  g_autofree char *folder = g_build_filename (sys, "class", "net", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean loop = FALSE;
  const char *name;
  guint64 flags;

  *up = FALSE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (!read_flags (folder, name, &flags))
      continue;
    loop = loop || (flags & IFF_LOOPBACK) != 0;
    if (flags & IFF_LOOPBACK)
      continue;
    *up = *up || (flags & IFF_UP) != 0;
    g_ptr_array_add (names, g_strdup (name));
  }
  if (!loop && names->len == 0) /* every kernel with a network has lo: this is no such list */
    return NULL;
  g_ptr_array_sort (names, by_name);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}

static gboolean
is_encrypted (const char *device, guint depth)
{
  g_autofree char *uuid_path = g_build_filename (device, "dm", "uuid", NULL);
  g_autofree char *slaves = g_build_filename (device, "slaves", NULL);
  g_autofree char *uuid = NULL;
  g_autoptr (GDir) dir = NULL;
  gboolean encrypted = FALSE;
  const char *name;

  /* dm-verity and dm-integrity begin with CRYPT- too, and encrypt nothing. */
  if (g_file_get_contents (uuid_path, &uuid, NULL, NULL) && g_str_has_prefix (uuid, "CRYPT-LUKS"))
    return TRUE;
  dir = depth > 0 ? g_dir_open (slaves, 0, NULL) : NULL;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_build_filename (slaves, name, NULL);

    encrypted = is_encrypted (below, depth - 1);
    if (!encrypted)
      return FALSE;
  }
  return encrypted;
}

gboolean
tabella_machine_encrypted (const char *sys, dev_t device)
{
  g_autofree char *path =
      g_strdup_printf ("%s/dev/block/%u:%u", sys, major (device), minor (device));

  return is_encrypted (path, DM_DEPTH);
}
