/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An amendment's code, group by group as it is printed: typed here, or by a scanner. */
#include <glib/gi18n.h>
#include "amendment-words.h"
#include "keypad.h"
#include "officer-screens.h"
#include "template.h"
#include "typing.h"

struct _TabellaAmendmentCodeScreen {
  TabellaScreenView parent_instance;

  GtkWidget *title, *lines, *lead, *cells, *keypad, *prefix;
  GtkWidget *line_buttons[TABELLA_CODE_N_LINES];
  GtkWidget *entries[TABELLA_CODE_A_LINE];
  gboolean syncing;
};

G_DEFINE_FINAL_TYPE (TabellaAmendmentCodeScreen, tabella_amendment_code_screen, TABELLA_TYPE_SCREEN)

static TabellaTypedCode *
code_of (TabellaAmendmentCodeScreen *self)
{
  return tabella_kiosk_code (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
}

static guint
group_now (TabellaAmendmentCodeScreen *self)
{
  return tabella_kiosk_code_group (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
}

static guint
line_now (TabellaAmendmentCodeScreen *self)
{
  return group_now (self) / TABELLA_CODE_A_LINE;
}

/* Typing goes on in @group. */
static void
go_to (TabellaAmendmentCodeScreen *self, guint group)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_code_group (kiosk, CLAMP (group, 1, TABELLA_CODE_GROUPS - 1));
  tabella_kiosk_changed (kiosk);
}

static guint
group_of (TabellaAmendmentCodeScreen *self, gpointer entry)
{
  return line_now (self) * TABELLA_CODE_A_LINE +
         GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (entry), "place"));
}

/* After @next, past those that are full already; once all are, it stays where it is. */
static guint
next_open (TabellaAmendmentCodeScreen *self, guint group, guint next)
{
  while (next < TABELLA_CODE_GROUPS && tabella_typed_code_full (code_of (self), next))
    next++;
  return next < TABELLA_CODE_GROUPS ? next : group;
}

/* What is typed behind a group that is full replaces it. */
static const char *
typed_in (TabellaAmendmentCodeScreen *self, guint group, const char *text)
{
  const glong size = tabella_typed_code_size (group);

  return tabella_typed_code_full (code_of (self), group) && g_utf8_strlen (text, -1) == size + 1
             ? g_utf8_offset_to_pointer (text, size)
             : text;
}

static void
on_entry_changed (GtkEntry *entry, TabellaAmendmentCodeScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  guint group, next;

  if (self->syncing)
    return;
  group = group_of (self, GTK_WIDGET (entry));
  next = tabella_typed_code_put (code_of (self), group,
                                 typed_in (self, group, gtk_entry_get_text (entry)));
  if (tabella_kiosk_get_notice (kiosk) != NULL)
    tabella_kiosk_notice (kiosk, NULL);
  go_to (self, next_open (self, group, next));
}

/* A scanner ends with Enter: a whole code is read then. */
static void
on_entry_activate (GtkEntry *entry, TabellaAmendmentCodeScreen *self)
{
  if (tabella_typed_code_whole (code_of (self)))
    tabella_screen_view_next (TABELLA_SCREEN_VIEW (self));
}

/* In an empty group the one before is what is to be erased. */
static void
on_entry_backspace (GtkEntry *entry, TabellaAmendmentCodeScreen *self)
{
  const guint group = group_of (self, entry);

  if (gtk_entry_get_text_length (entry) == 0 && group > 1) {
    g_signal_stop_emission_by_name (entry, "backspace");
    go_to (self, group - 1);
  }
}

static gboolean
on_entry_focus_in (GtkWidget *entry, GdkEvent *event, TabellaAmendmentCodeScreen *self)
{
  if (!self->syncing && group_of (self, entry) != group_now (self))
    go_to (self, group_of (self, entry));
  return GDK_EVENT_PROPAGATE;
}

static void
on_line_clicked (GtkButton *button, TabellaAmendmentCodeScreen *self)
{
  go_to (self,
         GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "line")) * TABELLA_CODE_A_LINE);
}

static char *
group_name (guint group)
{
  return g_strdup_printf (_ ("Line %u, group %u"), group / TABELLA_CODE_A_LINE + 1,
                          group % TABELLA_CODE_A_LINE + 1);
}

/* What cannot be right is said at once. */
static char *
doubt_words (TabellaAmendmentCodeScreen *self, TabellaCodeDoubt doubt, guint first, guint last)
{
  const TabellaManifest *m =
      tabella_station_manifest (tabella_screen_view_station (TABELLA_SCREEN_VIEW (self)));
  g_autofree char *from = group_name (first), *to = group_name (last);
  g_autofree char *right = tabella_typed_code_fixed (m, first);

  switch (doubt) {
  case TABELLA_CODE_CHARACTER:
    return g_strdup_printf (_ ("%s cannot be right: no code has a 9."), from);
  case TABELLA_CODE_ELECTION:
    return right != NULL
               ? g_strdup_printf (_ ("%s cannot be right: in this election's codes it is %s. If "
                                     "the paper says otherwise, it is for another election."),
                                  from, right)
               : g_strdup_printf (_ ("%s cannot be right in this election's codes."), from);
  case TABELLA_CODE_MEANING:
    return g_strdup_printf (_ ("One of the groups from %s to %s cannot be right."), from, to);
  case TABELLA_CODE_END:
    return g_strdup_printf (_ ("%s cannot be right: no code ends so."), from);
  case TABELLA_CODE_POSSIBLE:
  default:
    return g_strdup_printf (_ ("Line %u of %u. Type the groups as they are printed, or scan the QR "
                               "code. Touch a group to correct it."),
                            line_now (self) + 1, TABELLA_CODE_N_LINES);
  }
}

static void
sync_cell (TabellaAmendmentCodeScreen *self, guint place, gboolean doubted)
{
  const guint group = line_now (self) * TABELLA_CODE_A_LINE + place;
  GtkWidget *entry = self->entries[place];
  const gboolean there = group > 0 && group < TABELLA_CODE_GROUPS;
  const char *text = there ? code_of (self)->groups[group] : "";
  g_autofree char *name = group_name (group);

  gtk_widget_set_visible (entry, there);
  if (g_strcmp0 (gtk_entry_get_text (GTK_ENTRY (entry)), text) != 0)
    gtk_entry_set_text (GTK_ENTRY (entry), text);
  atk_object_set_name (gtk_widget_get_accessible (entry), name);
  if (doubted)
    gtk_style_context_add_class (gtk_widget_get_style_context (entry), "doubted");
  else
    gtk_style_context_remove_class (gtk_widget_get_style_context (entry), "doubted");
  if (group != group_now (self))
    return;
  tabella_keypad_set_entry (TABELLA_KEYPAD (self->keypad), GTK_ENTRY (entry));
  if (!gtk_widget_has_focus (entry))
    gtk_widget_grab_focus (entry);
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
}

static void
sync_lines (TabellaAmendmentCodeScreen *self)
{
  for (guint i = 0; i < TABELLA_CODE_N_LINES; i++) {
    GtkStyleContext *style = gtk_widget_get_style_context (self->line_buttons[i]);

    if (i == line_now (self))
      gtk_style_context_add_class (style, "suggested-action");
    else
      gtk_style_context_remove_class (style, "suggested-action");
  }
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaAmendmentCodeScreen *self = TABELLA_AMENDMENT_CODE_SCREEN (v);
  const TabellaManifest *m = tabella_station_manifest (tabella_screen_view_station (v));
  guint first, last;
  const TabellaCodeDoubt doubt = tabella_typed_code_doubt (code_of (self), m, &first, &last);
  g_autofree char *words = doubt_words (self, doubt, first, last);
  GtkStyleContext *style = gtk_widget_get_style_context (self->lead);

  if (self->syncing || self->line_buttons[0] == NULL)
    return;
  self->syncing = TRUE;
  tabella_screen_view_say (v, self->lead, words);
  if (doubt != TABELLA_CODE_POSSIBLE)
    gtk_style_context_add_class (style, "bad");
  else
    gtk_style_context_remove_class (style, "bad");
  gtk_widget_set_visible (self->prefix, line_now (self) == 0);
  sync_lines (self);
  for (guint i = 0; i < TABELLA_CODE_A_LINE; i++) {
    const guint group = line_now (self) * TABELLA_CODE_A_LINE + i;

    sync_cell (self, i, doubt != TABELLA_CODE_POSSIBLE && group >= first && group <= last);
  }
  self->syncing = FALSE;
}

static void
add_line_button (TabellaAmendmentCodeScreen *self, guint line)
{
  g_autofree char *label = g_strdup_printf ("%u", line + 1),
                  *name = g_strdup_printf (_ ("Line %u"), line + 1);
  GtkWidget *button = self->line_buttons[line] = gtk_button_new_with_label (label);

  g_object_set_data (G_OBJECT (button), "line", GUINT_TO_POINTER (line));
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  gtk_widget_set_focus_on_click (button, FALSE);
  g_signal_connect (button, "clicked", G_CALLBACK (on_line_clicked), self);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (self->lines), button);
}

static void
enter (TabellaScreenView *v)
{
  TabellaAmendmentCodeScreen *self = TABELLA_AMENDMENT_CODE_SCREEN (v);

  gtk_label_set_text (GTK_LABEL (self->title), _ ("The amendment's code"));
  gtk_label_set_text (GTK_LABEL (self->prefix), code_of (self)->groups[0]);
  tabella_keypad_setup (TABELLA_KEYPAD (self->keypad), TABELLA_KEYS_CODE,
                        GTK_ENTRY (self->entries[1]));
  for (guint i = 0; i < TABELLA_CODE_N_LINES; i++)
    add_line_button (self, i);
  sync_view (v);
}

static gboolean
is_last_line (TabellaAmendmentCodeScreen *self)
{
  return line_now (self) == TABELLA_CODE_N_LINES - 1;
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  TabellaAmendmentCodeScreen *self = TABELLA_AMENDMENT_CODE_SCREEN (v);

  return is_last_line (self) || tabella_typed_code_whole (code_of (self)) ? _ ("Read the code")
                                                                          : _ ("Next line");
}

static gboolean
can_next (TabellaScreenView *v)
{
  TabellaAmendmentCodeScreen *self = TABELLA_AMENDMENT_CODE_SCREEN (v);

  return !is_last_line (self) || tabella_typed_code_whole (code_of (self));
}

/* There are no check digits: a wrong signature is most likely a wrong character somewhere. */
static void
refuse (TabellaAmendmentCodeScreen *self, TabellaOffer offer)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_code_group (kiosk, 1);
  if (offer == TABELLA_OFFER_UNSIGNED || offer == TABELLA_OFFER_INCOMPLETE)
    tabella_kiosk_notice (kiosk, _ ("The signature does not fit: a character is wrong somewhere. "
                                    "Compare every line with the paper, and touch the group that "
                                    "differs."));
  else
    tabella_kiosk_notice (kiosk, tabella_offer_words (offer));
}

static void
next (TabellaScreenView *v)
{
  TabellaAmendmentCodeScreen *self = TABELLA_AMENDMENT_CODE_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autofree char *text = tabella_typed_code_text (code_of (self));
  g_autoptr (GError) error = NULL;
  TabellaAmendment *a;
  TabellaOffer offer;
  GPtrArray *list;

  if (!tabella_typed_code_whole (code_of (self))) {
    go_to (self, (line_now (self) + 1) * TABELLA_CODE_A_LINE);
    return;
  }
  offer = tabella_station_read_code (tabella_screen_view_station (v), text, &a, &error);
  if (offer != TABELLA_OFFER_NEW) {
    refuse (self, offer);
    return;
  }
  list = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_amendment_free);
  g_ptr_array_add (list, a);
  tabella_kiosk_offer (kiosk, list);
  tabella_kiosk_take (kiosk, TABELLA_EV_LOOKED_UP);
}

static void
tabella_amendment_code_screen_class_init (TabellaAmendmentCodeScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->can_next = can_next;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_KEYPAD);
  TABELLA_TEMPLATE (klass, "amendment-code-screen");
  TABELLA_CHILD (klass, TabellaAmendmentCodeScreen, title);
  TABELLA_CHILD (klass, TabellaAmendmentCodeScreen, lines);
  TABELLA_CHILD (klass, TabellaAmendmentCodeScreen, lead);
  TABELLA_CHILD (klass, TabellaAmendmentCodeScreen, cells);
  TABELLA_CHILD (klass, TabellaAmendmentCodeScreen, keypad);
}

static void
tabella_amendment_code_screen_init (TabellaAmendmentCodeScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_direction (self->cells, GTK_TEXT_DIR_LTR);
  self->prefix = gtk_label_new (NULL);
  gtk_grid_attach (GTK_GRID (self->cells), self->prefix, 0, 0, 1, 1);
  for (guint i = 0; i < TABELLA_CODE_A_LINE; i++) {
    GtkWidget *entry = self->entries[i] = gtk_entry_new ();

    gtk_entry_set_width_chars (GTK_ENTRY (entry), 1);
    gtk_entry_set_alignment (GTK_ENTRY (entry), 0.5f);
    g_object_set_data (G_OBJECT (entry), "place", GUINT_TO_POINTER (i));
    tabella_typing_plain (entry);
    g_signal_connect (entry, "changed", G_CALLBACK (on_entry_changed), self);
    g_signal_connect (entry, "activate", G_CALLBACK (on_entry_activate), self);
    g_signal_connect (entry, "backspace", G_CALLBACK (on_entry_backspace), self);
    g_signal_connect (entry, "focus-in-event", G_CALLBACK (on_entry_focus_in), self);
    gtk_grid_attach (GTK_GRID (self->cells), entry, (int)i, 0, 1, 1);
  }
}
