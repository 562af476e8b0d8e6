/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "language.h"

#include <gtk/gtk.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

/* po/LINGUAS has the same. */
static const char *const interfaces[] = { "en", "zh_HK", "zh_CN", "ur" };
/* Simplified characters; other Chinese is nearer to Hong Kong's. */
static const char *const simplified[] = { "zh", "zh_SG", "zh_MY" };

/* gettext's own counter: raised, it forgets what it looked up in the language before (gettext
 * manual, "gettext.h"). */
extern int _nl_msg_cat_cntr;

void
tabella_language_init (const char *folder)
{
  /* gettext translates in any locale but "C"; which one does not matter, LANGUAGE decides. */
  if (setlocale (LC_ALL, "C.UTF-8") == NULL)
    g_warning ("the locale C.UTF-8 is missing: the interface stays English");
  gtk_disable_setlocale ();
  bindtextdomain ("tabella", folder);
  bind_textdomain_codeset ("tabella", "UTF-8");
  textdomain ("tabella");
  g_setenv ("LANGUAGE", tabella_language_default (), TRUE);
}

const char *
tabella_language_default (void)
{
  return interfaces[0];
}

static gboolean
are_sisters (const char *a, const char *b)
{
  gsize n = strcspn (a, "_");

  return strncmp (a, b, n) == 0 && (b[n] == '\0' || b[n] == '_');
}

const char *
tabella_language_interface (const char *language)
{
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (strcmp (interfaces[i], language) == 0)
      return interfaces[i];
  for (guint i = 0; i < G_N_ELEMENTS (simplified); i++)
    if (strcmp (simplified[i], language) == 0)
      return "zh_CN";
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (are_sisters (interfaces[i], language))
      return interfaces[i];
  return tabella_language_default ();
}

void
tabella_language_switch (const char *language)
{
  const char *interface = tabella_language_interface (language);
  g_autofree char *both = g_strdup_printf ("%s:%s", language, interface);

  g_setenv ("LANGUAGE", both, TRUE);
  ++_nl_msg_cat_cntr;
  gtk_widget_set_default_direction (tabella_language_right_to_left (interface) ? GTK_TEXT_DIR_RTL
                                                                               : GTK_TEXT_DIR_LTR);
}

char *
tabella_language_present (void)
{
  const char *both = g_getenv ("LANGUAGE");

  return g_strndup (both, strcspn (both, ":"));
}

GPtrArray *
tabella_language_list (GPtrArray *first)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; first != NULL && i < first->len; i++)
    g_ptr_array_add (list, g_strdup (first->pdata[i]));
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (!g_ptr_array_find_with_equal_func (list, interfaces[i], g_str_equal, NULL))
      g_ptr_array_add (list, g_strdup (interfaces[i]));
  return list;
}

const char *
tabella_language_nearest (const char *language, GPtrArray *offered)
{
  for (guint i = 0; i < offered->len; i++)
    if (strcmp (offered->pdata[i], language) == 0)
      return offered->pdata[i];
  for (guint i = 0; i < offered->len; i++)
    if (are_sisters (offered->pdata[i], language))
      return offered->pdata[i];
  return offered->pdata[0];
}
