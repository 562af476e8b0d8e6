/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "typeset.h"

#include <string.h>
#include "language.h"

/* Noto Sans Arabic's lines are 2.12 em high; no letter of it needs more than 1.48. The others' are
 * 1.36 and 1.45 em, with room for marks above capitals that few words have. */
#define ARABIC_LINE 0.7
#define LINE        0.88
#define OWN         "tabella-language" /* a label's own language */
#define DONE                                                                                       \
  "tabella-typeset" /* what was done to it: language, and which words if some are Arabic */

static gboolean
has_arabic (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_get_script (g_utf8_get_char (p)) == G_UNICODE_SCRIPT_ARABIC)
      return TRUE;
  return FALSE;
}

static gboolean
is_common (GUnicodeScript script)
{
  return script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED;
}

static void
set_line (PangoAttrList *list, gboolean arabic, gsize from, gsize to)
{
  PangoAttribute *height = pango_attr_line_height_new (arabic ? ARABIC_LINE : LINE);

  height->start_index = (guint)from;
  height->end_index = (guint)to;
  pango_attr_list_insert (list, height);
}

/* Lines of both scripts get the room of the higher one: each script's letters carry their own
 * share, spaces and figures that of those before them. */
static void
close_lines (PangoAttrList *list, const char *text)
{
  gboolean arabic = FALSE;
  const char *from = text;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (p));

    if (is_common (script) || (script == G_UNICODE_SCRIPT_ARABIC) == arabic)
      continue;
    set_line (list, arabic, (gsize)(from - text), (gsize)(p - text));
    from = p;
    arabic = !arabic;
  }
  set_line (list, arabic, (gsize)(from - text), PANGO_ATTR_INDEX_TO_TEXT_END);
}

/* A code goes on in the next line between its groups only: that is how people read it out. */
static void
keep_groups (PangoAttrList *list, const char *code)
{
  for (const char *p = code; *p != '\0'; p += strspn (p, "-")) {
    const char *from = p;
    PangoAttribute *keep = pango_attr_allow_breaks_new (FALSE);

    p += strcspn (p, "-");
    keep->start_index = (guint)(from - code);
    keep->end_index = (guint)(p - code);
    pango_attr_list_insert (list, keep);
  }
}

/* What tells whether a label must be set again: the language, and the words if places in them
 * matter. */
static char *
describe (GtkWidget *label, gboolean is_code)
{
  g_autofree char *present = tabella_language_present ();
  const char *own = g_object_get_data (G_OBJECT (label), OWN);
  const char *text = gtk_label_get_text (GTK_LABEL (label));

  return is_code || has_arabic (text)
             ? g_strdup_printf ("%s %u", own != NULL ? own : present, g_str_hash (text))
             : g_strdup (own != NULL ? own : present);
}

static void
typeset (GtkWidget *label)
{
  gboolean is_code = gtk_style_context_has_class (gtk_widget_get_style_context (label), "code");
  g_autofree char *done = describe (label, is_code);
  g_autoptr (PangoAttrList) list = NULL;
  g_autofree char *tag = NULL;

  if (g_strcmp0 (g_object_get_data (G_OBJECT (label), DONE), done) == 0)
    return;
  tag = g_strndup (done, strcspn (done, " "));
  list = pango_attr_list_new ();
  pango_attr_list_insert (list, pango_attr_language_new (pango_language_from_string (tag)));
  close_lines (list, gtk_label_get_text (GTK_LABEL (label)));
  if (is_code)
    keep_groups (list, gtk_label_get_text (GTK_LABEL (label)));
  g_object_set_data_full (G_OBJECT (label), DONE, g_steal_pointer (&done), g_free);
  gtk_label_set_attributes (GTK_LABEL (label), list);
}

static gboolean
on_hierarchy_changed (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  GtkWidget *widget = g_value_get_object (&values[0]);

  if (!GTK_IS_LABEL (widget))
    return TRUE;
  if (g_object_get_data (G_OBJECT (widget), DONE) == NULL)
    g_signal_connect (widget, "notify::label", G_CALLBACK (typeset), NULL);
  typeset (widget);
  return TRUE;
}

void
tabella_typeset_init (void)
{
  g_type_class_unref (g_type_class_ref (GTK_TYPE_LABEL));
  g_signal_add_emission_hook (g_signal_lookup ("hierarchy-changed", GTK_TYPE_WIDGET), 0,
                              on_hierarchy_changed, NULL, NULL);
}

void
tabella_typeset_language (GtkWidget *label, const char *language)
{
  g_object_set_data_full (G_OBJECT (label), OWN, g_strdup (language), g_free);
}

const char *
tabella_typeset_own (GtkWidget *label)
{
  return g_object_get_data (G_OBJECT (label), OWN);
}
