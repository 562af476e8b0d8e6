/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "language.h"

#include <gtk/gtk.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

typedef struct {
  const char *tag, *name;
  gboolean right_to_left;
} Language;
static const Language languages[] = {
  { "en", "English", FALSE },
  { "zh_HK", "繁體中文", FALSE },
};

/* gettext's own counter: raised, it forgets what it looked up in the language before (gettext
 * manual, "gettext.h"). */
extern int _nl_msg_cat_cntr;

static const Language *
find_language (const char *tag)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strcmp (languages[i].tag, tag) == 0)
      return &languages[i];
  return &languages[0];
}

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
  return languages[0].tag;
}

const char *
tabella_language_tag (const char *tag)
{
  return find_language (tag)->tag;
}

void
tabella_language_switch (const char *tag)
{
  const Language *language = find_language (tag);

  g_setenv ("LANGUAGE", language->tag, TRUE);
  ++_nl_msg_cat_cntr;
  gtk_widget_set_default_direction (language->right_to_left ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}

GPtrArray *
tabella_language_list (GPtrArray *first)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; first != NULL && i < first->len; i++)
    if (strcmp (find_language (first->pdata[i])->tag, first->pdata[i]) == 0)
      g_ptr_array_add (list, g_strdup (first->pdata[i]));
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (!g_ptr_array_find_with_equal_func (list, languages[i].tag, g_str_equal, NULL))
      g_ptr_array_add (list, g_strdup (languages[i].tag));
  return list;
}

const char *
tabella_language_name (const char *tag)
{
  return find_language (tag)->name;
}
