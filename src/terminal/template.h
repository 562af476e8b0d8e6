/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What every screen's class_init says: its .ui (same name as its file) and its CSS name. */
#define TABELLA_TEMPLATE(klass, name)                                                              \
  do {                                                                                             \
    gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), name);                                \
    gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),                         \
                                                 "/org/tabella/terminal/" name ".ui");             \
  } while (0)
#define TABELLA_CHILD(klass, type, member)                                                         \
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (klass), type, member)
#define TABELLA_CALLBACK(klass, callback)                                                          \
  gtk_widget_class_bind_template_callback (GTK_WIDGET_CLASS (klass), callback)
