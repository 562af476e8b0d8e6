/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report-screen.h"

#include "qr-view.h"
#include "template.h"

typedef struct {
  GtkWidget *title, *lead, *lines, *qr, *actions;
} TabellaReportScreenPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TabellaReportScreen, tabella_report_screen,
                                     TABELLA_TYPE_SCREEN)

/* A notice takes the place of the second line of words. */
static void
sync_view (TabellaScreenView *v)
{
  TabellaReportScreenPrivate *priv =
      tabella_report_screen_get_instance_private (TABELLA_REPORT_SCREEN (v));

  gtk_widget_set_visible (priv->lead,
                          *gtk_label_get_text (GTK_LABEL (priv->lead)) != '\0' &&
                              tabella_kiosk_get_notice (tabella_screen_view_kiosk (v)) == NULL);
}

static void
tabella_report_screen_class_init (TabellaReportScreenClass *klass)
{
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
  gtk_label_set_text (GTK_LABEL (priv->lead), lead);
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
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  tabella_report_screen_add_widget (self, label);
}

void
tabella_report_screen_set_qr (TabellaReportScreen *self, const char *text, const char *name)
{
  TabellaReportScreenPrivate *priv = tabella_report_screen_get_instance_private (self);

  tabella_qr_view_set_text (TABELLA_QR_VIEW (priv->qr), text);
  gtk_widget_set_visible (priv->qr, text != NULL);
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
  g_signal_connect (button, "clicked", callback, self);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (priv->actions), button);
  return button;
}
