/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "places.h"

#include <string.h>

char *
tabella_place (const char *dir, const char *installed, const char *built)
{
  g_autofree char *root = NULL;

  if (!g_str_has_suffix (dir, TABELLA_BINDIR))
    return g_canonicalize_filename (built, dir);
  root = g_strndup (dir, strlen (dir) - strlen (TABELLA_BINDIR));
  return g_build_filename ("/", root, installed, NULL);
}

static char *
place (const char *installed, const char *built)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = g_path_get_dirname (program != NULL ? program : TABELLA_BINDIR "/");

  return tabella_place (dir, installed, built);
}

char *
tabella_place_print (void)
{
  return place (TABELLA_LIBEXECDIR "/tabella/tabella-print", "../../src/terminal/tabella-print");
}

char *
tabella_place_hands (void)
{
  return place (TABELLA_LIBEXECDIR "/tabella/tabella-hands", "../../src/terminal/tabella-hands");
}

char *
tabella_place_translations (void)
{
  return place (TABELLA_LOCALEDIR, "../../po");
}
