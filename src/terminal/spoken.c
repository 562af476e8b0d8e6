/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spoken.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include "keypad.h"
#include "language.h"
#include "pager.h"
#include "qr-view.h"
#include "spelling.h"
#include "typeset.h"

#define TICK "✔ " /* before what was chosen, in a description */

static void
wipe (char *text)
{
  sodium_memzero (text, strlen (text));
  g_free (text);
}

static void
utterance_free (gpointer data)
{
  TabellaUtterance *u = data;

  wipe (u->text);
  g_free (u);
}

GPtrArray *
tabella_spoken_new (void)
{
  return g_ptr_array_new_with_free_func (utterance_free);
}

/* A voice pauses where a sentence ends. */
static gboolean
ends_sentence (const char *text)
{
  static const char *const ends[] = { ".", "?", "!", ":", "。", "？", "！", "：", "۔", "؟" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (text, ends[i]))
      return TRUE;
  return FALSE;
}

void
tabella_spoken_add (GPtrArray *list, TabellaKiosk *k, const char *text, const char *language)
{
  TabellaUtterance *last = list->len > 0 ? list->pdata[list->len - 1] : NULL;
  const char *tag = g_intern_string (
      language != NULL ? language : tabella_language_interface (tabella_kiosk_language (k)));
  const char *end;
  char *joined;

  if (text == NULL || *text == '\0')
    return;
  end = ends_sentence (text) ? "" : ".";
  if (last != NULL && last->language == tag) {
    joined = g_strconcat (last->text, " ", text, end, NULL);
    wipe (last->text);
    last->text = joined;
    return;
  }
  last = g_new0 (TabellaUtterance, 1);
  last->text = g_strconcat (text, end, NULL);
  last->language = tag;
  g_ptr_array_add (list, last);
}

static gboolean
has_class (GtkWidget *widget, const char *class)
{
  return gtk_style_context_has_class (gtk_widget_get_style_context (widget), class);
}

/* A screen's words */

typedef struct {
  GPtrArray *list;
  TabellaKiosk *kiosk;
} Reader;

static void
read_label (Reader *r, GtkWidget *label)
{
  const char *text = gtk_label_get_text (GTK_LABEL (label));

  if (has_class (label, "code")) {
    g_autofree char *spelt = tabella_spell (text);

    tabella_spoken_add (r->list, r->kiosk, spelt, NULL);
  } else if (!has_class (label, "mark") && !has_class (label, "place")) {
    tabella_spoken_add (r->list, r->kiosk, text, tabella_typeset_own (label));
  }
}

/* The words of all pages, so that nobody turns pages only to hear a question; controls speak for
 * themselves when they have the focus. */
static void
read_widget (GtkWidget *widget, gpointer data)
{
  Reader *r = data;

  if (!gtk_widget_get_visible (widget) || GTK_IS_BUTTON (widget) || GTK_IS_ENTRY (widget) ||
      TABELLA_IS_KEYPAD (widget))
    return;
  if (GTK_IS_LABEL (widget))
    read_label (r, widget);
  else if (TABELLA_IS_QR_VIEW (widget))
    tabella_spoken_add (r->list, r->kiosk, atk_object_get_name (gtk_widget_get_accessible (widget)),
                        NULL);
  else if (GTK_IS_STACK (widget))
    read_widget (gtk_stack_get_visible_child (GTK_STACK (widget)), r);
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_foreach (GTK_CONTAINER (widget), read_widget, r);
}

/* How far through the ballot. */
static void
add_place (GPtrArray *list, TabellaKiosk *k)
{
  TabellaSession *session = tabella_station_session (tabella_kiosk_station (k));
  g_autofree char *text = NULL;

  if (tabella_kiosk_screen (k) != TABELLA_SCREEN_CONTEST || session == NULL)
    return;
  text = g_strdup_printf (_ ("Contest %u of %u"), tabella_kiosk_place (k) + 1,
                          tabella_session_n_contests (session));
  tabella_spoken_add (list, k, text, NULL);
}

void
tabella_spoken_screen (GPtrArray *list, TabellaKiosk *k, GtkWidget *screen)
{
  Reader r = { list, k };

  add_place (list, k);
  read_widget (screen, &r);
}

/* A control */

static void
find_own (GtkWidget *widget, gpointer data)
{
  GtkWidget **found = data;

  if (*found == NULL && GTK_IS_LABEL (widget) && tabella_typeset_own (widget) != NULL)
    *found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_foreach (GTK_CONTAINER (widget), find_own, data);
}

/* The name, of which a part may be in another language than the rest ("Change:" and a title). */
static void
add_name (GPtrArray *list, TabellaKiosk *k, GtkWidget *control, const char *name)
{
  GtkWidget *own = NULL;
  const char *text, *at;

  find_own (control, &own);
  text = own != NULL ? gtk_label_get_text (GTK_LABEL (own)) : NULL;
  at = text != NULL && name != NULL ? strstr (name, text) : NULL;
  if (at == NULL) {
    tabella_spoken_add (list, k, name, NULL);
    return;
  }
  if (at > name) {
    g_autofree char *before = g_strndup (name, (gsize)(at - name));

    tabella_spoken_add (list, k, g_strchomp (before), NULL);
  }
  tabella_spoken_add (list, k, text, tabella_typeset_own (own));
  tabella_spoken_add (list, k, at + strlen (text), NULL);
}

static void
add_group (GPtrArray *list, TabellaKiosk *k, GtkWidget *control)
{
  g_autoptr (AtkRelationSet) set =
      atk_object_ref_relation_set (gtk_widget_get_accessible (control));
  AtkRelation *relation = atk_relation_set_get_relation_by_type (set, ATK_RELATION_LABELLED_BY);
  GPtrArray *labels = relation != NULL ? atk_relation_get_target (relation) : NULL;

  if (labels != NULL && labels->len > 0)
    tabella_spoken_add (list, k, atk_object_get_name (labels->pdata[0]), NULL);
}

/* Which of how many choices beside it. */
static void
add_position (GPtrArray *list, TabellaKiosk *k, GtkWidget *choice)
{
  g_autoptr (GList) siblings =
      gtk_container_get_children (GTK_CONTAINER (gtk_widget_get_parent (choice)));
  gboolean grid = GTK_IS_GRID (gtk_widget_get_parent (choice));
  guint n = 0, at = 0;

  for (GList *l = siblings; l != NULL; l = l->next)
    if (GTK_IS_TOGGLE_BUTTON (l->data)) {
      n++;
      if (l->data == choice)
        at = n;
    }
  if (n > 1) {
    /* a grid's list begins with its last one */
    g_autofree char *text = g_strdup_printf (_ ("%u of %u"), grid ? n + 1 - at : at, n);

    tabella_spoken_add (list, k, text, NULL);
  }
}

static const char *
chosen_word (GtkWidget *choice)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (choice)) ? _ ("Chosen")
                                                                   : _ ("Not chosen");
}

/* Line by line; what was chosen is the election's own text. */
static void
add_description (GPtrArray *list, TabellaKiosk *k, const char *description)
{
  const char *end;

  for (const char *p = description; p != NULL && *p != '\0'; p = *end != '\0' ? end + 1 : end) {
    gboolean chosen = g_str_has_prefix (p, TICK);
    char *line;

    end = strchrnul (p, '\n');
    p += chosen ? strlen (TICK) : 0;
    line = g_strndup (p, (gsize)(end - p));
    tabella_spoken_add (list, k, line, chosen ? tabella_kiosk_text_language (k) : NULL);
    wipe (line);
  }
}

static void
add_entry (GPtrArray *list, TabellaKiosk *k, GtkEntry *entry)
{
  g_autofree char *spelt = NULL;

  tabella_spoken_add (list, k, atk_object_get_name (gtk_widget_get_accessible (GTK_WIDGET (entry))),
                      NULL);
  tabella_spoken_add (list, k, _ ("Type here"), NULL);
  spelt = tabella_spell (gtk_entry_get_text (entry));
  tabella_spoken_add (list, k, spelt, NULL);
  wipe (g_steal_pointer (&spelt));
}

void
tabella_spoken_control (GPtrArray *list, TabellaKiosk *k, GtkWidget *control)
{
  AtkObject *accessible = gtk_widget_get_accessible (control);
  gboolean secret = tabella_kiosk_screen (k) == TABELLA_SCREEN_OFFICER_PIN;

  if (secret &&
      (GTK_IS_ENTRY (control) || gtk_widget_get_ancestor (control, TABELLA_TYPE_KEYPAD) != NULL))
    return;
  if (GTK_IS_ENTRY (control)) {
    add_entry (list, k, GTK_ENTRY (control));
    return;
  }
  add_group (list, k, control);
  add_name (list, k, control, atk_object_get_name (accessible));
  if (GTK_IS_TOGGLE_BUTTON (control)) {
    add_position (list, k, control);
    tabella_spoken_add (list, k, chosen_word (control), NULL);
  } else if (GTK_IS_BUTTON (control)) {
    tabella_spoken_add (list, k, _ ("Button"), NULL);
  }
  add_description (list, k, atk_object_get_description (accessible));
}

void
tabella_spoken_state (GPtrArray *list, TabellaKiosk *k, GtkWidget *choice)
{
  TabellaSession *session = tabella_station_session (tabella_kiosk_station (k));
  const guint place = tabella_kiosk_place (k);

  tabella_spoken_add (list, k, chosen_word (choice), NULL);
  if (tabella_kiosk_screen (k) == TABELLA_SCREEN_CONTEST && session != NULL) {
    const guint n = tabella_session_n_chosen (session, place);
    g_autofree char *count =
        g_strdup_printf (ngettext ("%u chosen of up to %u", "%u chosen of up to %u", n), n,
                         tabella_session_contest (session, place)->max);

    tabella_spoken_add (list, k, count, NULL);
  }
}
