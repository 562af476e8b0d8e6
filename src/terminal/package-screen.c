/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks for this tablet's package on a stick. */
#include <glib/gi18n.h>
#include "files.h"
#include "install-words.h"
#include "officer-screens.h"

#define PACKAGE "tabella-package"

/* Of what was found instead, so that somebody knows the stick again. */
#define NAMES      6
#define NAME_CHARS 24

struct _TabellaPackageScreen {
  TabellaStickScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaPackageScreen, tabella_package_screen, TABELLA_TYPE_STICK_SCREEN)

/* A name as somebody else gave it, so that it can be shown. */
static char *
tame (const char *name)
{
  g_autofree char *text = g_filename_display_name (name);
  g_autoptr (GString) out = g_string_new (NULL);
  const char *p = text;

  for (guint n = 0; *p != '\0' && n < NAME_CHARS; p = g_utf8_next_char (p), n++)
    g_string_append_unichar (out,
                             g_unichar_isprint (g_utf8_get_char (p)) ? g_utf8_get_char (p) : '?');
  if (*p != '\0')
    g_string_append (out, "…");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The first few names on the stick; "" if there is none. */
static char *
found (const char *root)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (root, NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < MIN (names->len, NAMES); i++) {
    g_autofree char *name = tame (names->pdata[i]);

    g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", name);
  }
  if (names != NULL && names->len > NAMES)
    g_string_append (out, ", …");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
is_there (const char *root)
{
  g_autofree char *below = g_build_filename (root, PACKAGE, "manifest.json", NULL);
  g_autofree char *here = g_build_filename (root, "manifest.json", NULL);

  return g_file_test (below, G_FILE_TEST_EXISTS) || g_file_test (here, G_FILE_TEST_EXISTS);
}

static gboolean
nothing_there (const char *root, GError **error)
{
  g_autofree char *names = found (root);

  if (*names != '\0')
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                 _ ("There is no package on this stick. Looked for: the folder %s. Found: %s. Take "
                    "the stick out and put in the one that the organisers sent."),
                 PACKAGE, names);
  else
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                 _ ("There is no package on this stick: it is empty. Looked for: the folder %s. "
                    "Take the stick out and put in the one that the organisers sent."),
                 PACKAGE);
  return FALSE;
}

static gboolean
work (TabellaStation *station, const TabellaStick *stick, const char *input, gpointer *result,
      GError **error)
{
  g_autoptr (GError) why = NULL;

  if (!is_there (stick->root))
    return nothing_there (stick->root, error);
  *result = tabella_station_find_package (station, stick->root, &why);
  if (*result == NULL)
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                         tabella_package_words (why));
  return *result != NULL;
}

static void
done (TabellaStickScreen *self, gpointer result)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_set_qr (kiosk, NULL);
  tabella_kiosk_take_package (kiosk, tabella_stick_screen_steal (self));
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
tabella_package_screen_class_init (TabellaPackageScreenClass *klass)
{
  TabellaStickScreenClass *stick = TABELLA_STICK_SCREEN_CLASS (klass);

  stick->title = N_ ("Install");
  stick->lead = N_ ("This tablet needs the package that the organisers have sent on a stick. One "
                    "stick may carry the packages of all tablets.");
  stick->start = N_ ("Look for the package");
  stick->working = N_ ("Reading the package. Do not take the stick out.");
  stick->task = (TabellaStickTask){ .at_once = TRUE,
                                    .work = work,
                                    .free_result = (GDestroyNotify)tabella_package_free };
  stick->done = done;
}

static void
tabella_package_screen_init (TabellaPackageScreen *self)
{
}
