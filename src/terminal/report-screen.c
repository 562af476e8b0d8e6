/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report-screen.h"

#include "qr-view.h"
#include "template.h"

typedef struct {
  GtkWidget *title, *lead, *lines, *qr, *actions;
  char *words; /* the lead's, when there is no notice */
} TabellaReportScreenPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TabellaReportScreen, tabella_report_screen,
                                     TABELLA_TYPE_SCREEN)

static void
sync_view (TabellaScreenView *v)
{
  TabellaReportScreenPrivate *priv =
      tabella_report_screen_get_instance_private (TABELLA_REPORT_SCREEN (v));

  tabella_screen_view_say (v, priv->lead, priv->words);
}

static void
finalize (GObject *object)
{
  TabellaReportScreenPrivate *priv =
      tabella_report_screen_get_instance_private (TABELLA_REPORT_SCREEN (object));

  g_free (priv->words);
  G_OBJECT_CLASS (tabella_report_screen_parent_class)->finalize (object);
}

static void
tabella_report_screen_class_init (TabellaReportScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  TABELLA_SCREEN_VIEW_CLASS (klass)->sync = sync_view;
  g_type_ensure (TABELLA_TYPE_QR_VIEW);
  TABELLA_TEMPLATE (klass, "report-screen");
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaReportScreen,
                                                title);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaReportScreen,
                                                lead);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaReportScreen,
                                                lines);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaReportScreen, qr);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaReportScreen,
                                                actions);
}

static void
tabella_report_screen_init (TabellaReportScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tabella_report_screen_set_words (TabellaReportScreen *self, const char *title, const char *lead)
{
  TabellaReportScreenPrivate *priv = tabella_report_screen_get_instance_private (self);

  gtk_label_set_text (GTK_LABEL (priv->title), title);
  g_free (priv->words);
  priv->words = g_strdup (lead);
  sync_view (TABELLA_SCREEN_VIEW (self));
}

void
tabella_report_screen_add_widget (TabellaReportScreen *self, GtkWidget *widget)
{
  TabellaReportScreenPrivate *priv = tabella_report_screen_get_instance_private (self);

  gtk_widget_show (widget);
  gtk_container_add (GTK_CONTAINER (priv->lines), widget);
}

void
tabella_report_screen_add_line (TabellaReportScreen *self, const char *text, const char *style)
{
  tabella_report_screen_add_widget (self, tabella_label_new (text, style));
}

/* Beside each other; more than three are two a row, so that their words stay whole. Beside a symbol
 * they lie above each other, so that it can be large. */
static void
arrange (TabellaReportScreenPrivate *priv)
{
  GtkGrid *grid = GTK_GRID (priv->actions);
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (grid));
  const int n = (int)g_list_length (buttons);
  const int columns = gtk_widget_get_visible (priv->qr) ? 1 : n > 3 ? 2 : MAX (n, 1);
  int i = n; /* the list has the last one first */

  if (columns == 3)
    gtk_style_context_add_class (gtk_widget_get_style_context (priv->actions), "three");
  else
    gtk_style_context_remove_class (gtk_widget_get_style_context (priv->actions), "three");
  gtk_grid_set_column_homogeneous (grid, columns != 3);
  for (GList *l = buttons; l != NULL; l = l->next) {
    i--;
    gtk_container_child_set (GTK_CONTAINER (grid), l->data, "left-attach", i % columns,
                             "top-attach", i / columns, NULL);
  }
}

/* In a cell of its own, which goes when the button does, and in which a pager puts the button that
 * turns back beside More. */
static void
add_button (TabellaReportScreenPrivate *priv, GtkWidget *button)
{
  GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_style_context_add_class (gtk_widget_get_style_context (cell), "spaced");
  gtk_widget_set_hexpand (button, TRUE);
  g_object_bind_property (button, "visible", cell, "visible", G_BINDING_SYNC_CREATE);
  gtk_container_add (GTK_CONTAINER (cell), button);
  gtk_container_add (GTK_CONTAINER (priv->actions), cell);
  arrange (priv);
}

void
tabella_report_screen_set_qr (TabellaReportScreen *self, const char *text, const char *name)
{
  TabellaReportScreenPrivate *priv = tabella_report_screen_get_instance_private (self);

  tabella_qr_view_set_text (TABELLA_QR_VIEW (priv->qr), text);
  gtk_widget_set_visible (priv->qr, text != NULL);
  arrange (priv);
  atk_object_set_name (gtk_widget_get_accessible (priv->qr), name);
}

GtkWidget *
tabella_report_screen_add_action (TabellaReportScreen *self, const char *label, const char *style,
                                  GCallback callback)
{
  TabellaReportScreenPrivate *priv = tabella_report_screen_get_instance_private (self);
  GtkWidget *button = gtk_button_new_with_label (label);

  if (style != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (button), style);
  if (callback != NULL)
    g_signal_connect (button, "clicked", callback, self);
  gtk_widget_show (button);
  add_button (priv, button);
  return button;
}

void
tabella_report_screen_offer_print (TabellaReportScreen *self, TabellaPrintPaper paper)
{
  TabellaReportScreenPrivate *priv = tabella_report_screen_get_instance_private (self);

  add_button (priv, tabella_print_button_new (TABELLA_SCREEN_VIEW (self), paper));
}
