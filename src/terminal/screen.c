/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screen.h"

#include "typeset.h"

typedef struct {
  TabellaKiosk *kiosk;
} TabellaScreenViewPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TabellaScreenView, tabella_screen_view, GTK_TYPE_BOX)

enum { PROP_0, PROP_KIOSK, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  TabellaScreenViewPrivate *priv =
      tabella_screen_view_get_instance_private (TABELLA_SCREEN_VIEW (object));

  if (id == PROP_KIOSK)
    priv->kiosk = g_value_get_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static gboolean
default_can_next (TabellaScreenView *v)
{
  return TRUE;
}

static void
default_back (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_BACK);
}

static void
default_next (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_NEXT);
}

static void
tabella_screen_view_class_init (TabellaScreenViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = set_property;
  klass->can_next = default_can_next;
  klass->back = default_back;
  klass->next = default_next;
  /* The window keeps the kiosk alive longer than any screen. */
  props[PROP_KIOSK] =
      g_param_spec_object ("kiosk", NULL, NULL, TABELLA_TYPE_KIOSK,
                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
tabella_screen_view_init (TabellaScreenView *v)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (v), GTK_ORIENTATION_VERTICAL);
}

TabellaKiosk *
tabella_screen_view_kiosk (TabellaScreenView *v)
{
  TabellaScreenViewPrivate *priv = tabella_screen_view_get_instance_private (v);

  return priv->kiosk;
}

TabellaStation *
tabella_screen_view_station (TabellaScreenView *v)
{
  return tabella_kiosk_station (tabella_screen_view_kiosk (v));
}

void
tabella_screen_view_enter (TabellaScreenView *v)
{
  TabellaScreenViewClass *klass = TABELLA_SCREEN_VIEW_GET_CLASS (v);

  if (klass->enter != NULL)
    klass->enter (v);
}

void
tabella_screen_view_sync (TabellaScreenView *v)
{
  TabellaScreenViewClass *klass = TABELLA_SCREEN_VIEW_GET_CLASS (v);

  if (klass->sync != NULL)
    klass->sync (v);
}

const char *
tabella_screen_view_back_label (TabellaScreenView *v)
{
  TabellaScreenViewClass *klass = TABELLA_SCREEN_VIEW_GET_CLASS (v);

  return klass->back_label != NULL ? klass->back_label (v) : NULL;
}

const char *
tabella_screen_view_next_label (TabellaScreenView *v)
{
  TabellaScreenViewClass *klass = TABELLA_SCREEN_VIEW_GET_CLASS (v);

  return klass->next_label != NULL ? klass->next_label (v) : NULL;
}

gboolean
tabella_screen_view_can_next (TabellaScreenView *v)
{
  return TABELLA_SCREEN_VIEW_GET_CLASS (v)->can_next (v);
}

void
tabella_screen_view_back (TabellaScreenView *v)
{
  TABELLA_SCREEN_VIEW_GET_CLASS (v)->back (v);
}

void
tabella_screen_view_next (TabellaScreenView *v)
{
  TABELLA_SCREEN_VIEW_GET_CLASS (v)->next (v);
}

static void
show_words (GtkWidget *label, const char *text, gboolean alert)
{
  GtkStyleContext *style = gtk_widget_get_style_context (label);

  if (alert)
    gtk_style_context_add_class (style, "notice");
  else
    gtk_style_context_remove_class (style, "notice");
  atk_object_set_role (gtk_widget_get_accessible (label), alert ? ATK_ROLE_ALERT : ATK_ROLE_LABEL);
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

void
tabella_screen_view_say (TabellaScreenView *v, GtkWidget *label, const char *text)
{
  const char *notice = tabella_kiosk_get_notice (tabella_screen_view_kiosk (v));

  show_words (label, notice != NULL ? notice : text, notice != NULL);
}

void
tabella_screen_view_alert (TabellaScreenView *v, GtkWidget *label, const char *text)
{
  show_words (label, text, TRUE);
}

GtkWidget *
tabella_label_new (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  gtk_widget_show (label);
  return label;
}

GtkWidget *
tabella_text_label_new (TabellaKiosk *kiosk, const char *text, const char *style)
{
  GtkWidget *label = tabella_label_new (text, style);

  tabella_typeset_language (label, tabella_kiosk_text_language (kiosk));
  return label;
}
