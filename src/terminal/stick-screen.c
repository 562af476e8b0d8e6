/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stick-screen.h"

#include <glib/gi18n.h>
#include "qr-view.h"
#include "stick-words.h"
#include "template.h"

#define PULSE_EVERY 200 /* ms */
#define CHOICE_MAX  3   /* sticks to choose from that fit on the least screen */

typedef struct {
  GtkWidget *title, *lead, *words, *alert, *progress, *choice, *qr;
  TabellaStickJob *job;
  char *own_title, *own_lead, *written; /* if not as always */
  char *drawn;                          /* the sticks to choose from, as buttons */
  guint pulse;
  gboolean done;
} TabellaStickScreenPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TabellaStickScreen, tabella_stick_screen, TABELLA_TYPE_SCREEN)

#define PRIV(v) tabella_stick_screen_get_instance_private (TABELLA_STICK_SCREEN (v))

/* Asked for once: the kiosk drops it when the flow goes on, a moment before this screen goes. */
static TabellaStickJob *
job_of (TabellaScreenView *v)
{
  TabellaStickScreenClass *klass = TABELLA_STICK_SCREEN_GET_CLASS (v);
  TabellaStickScreenPrivate *priv = PRIV (v);
  g_autofree char *input = NULL;

  if (priv->job != NULL)
    return priv->job;
  if (klass->prepare != NULL)
    klass->prepare (TABELLA_STICK_SCREEN (v));
  input = klass->input != NULL ? klass->input (TABELLA_STICK_SCREEN (v)) : NULL;
  priv->job =
      g_object_ref (tabella_kiosk_use_stick (tabella_screen_view_kiosk (v), &klass->task, input));
  return priv->job;
}

static gboolean
on_pulse (gpointer data)
{
  gtk_progress_bar_pulse (GTK_PROGRESS_BAR (data));
  return G_SOURCE_CONTINUE;
}

static void
sync_progress (TabellaStickScreenPrivate *priv, TabellaStickPhase phase)
{
  const gboolean moving = phase == TABELLA_STICK_OPENING || phase == TABELLA_STICK_WORKING ||
                          phase == TABELLA_STICK_CLOSING;

  gtk_widget_set_visible (priv->progress, moving);
  if (moving && priv->pulse == 0)
    priv->pulse = g_timeout_add (PULSE_EVERY, on_pulse, priv->progress);
  else if (!moving)
    g_clear_handle_id (&priv->pulse, g_source_remove);
}

static void
on_stick_clicked (GtkButton *button, TabellaScreenView *v)
{
  tabella_stick_job_choose (job_of (v), g_object_get_data (G_OBJECT (button), "stick"));
}

static void
add_choice (TabellaScreenView *v, const TabellaStickInfo *info)
{
  g_autofree char *name = tabella_stick_name (info);
  TabellaStickScreenPrivate *priv = PRIV (v);
  GtkWidget *button = gtk_button_new_with_label (name);
  GtkWidget *label = gtk_bin_get_child (GTK_BIN (button));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  g_object_set_data_full (G_OBJECT (button), "stick", g_strdup (info->id), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_stick_clicked), v);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (priv->choice), button);
}

static void
remove_choice (GtkWidget *button, gpointer data)
{
  gtk_widget_destroy (button);
}

/* The buttons stay as they are while the same sticks are in: one may just be touched. */
static void
sync_choice (TabellaScreenView *v, TabellaStickJob *job)
{
  TabellaStickScreenPrivate *priv = PRIV (v);
  const gboolean several = tabella_stick_job_phase (job) == TABELLA_STICK_SEVERAL;
  g_autoptr (GPtrArray) list = several ? tabella_stick_job_choice (job) : g_ptr_array_new ();
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (ids, "%s\n", ((const TabellaStickInfo *)list->pdata[i])->id);
  gtk_widget_set_visible (priv->choice, several);
  if (g_strcmp0 (ids->str, priv->drawn) == 0)
    return;
  g_free (priv->drawn);
  priv->drawn = g_strdup (ids->str);
  gtk_container_foreach (GTK_CONTAINER (priv->choice), remove_choice, NULL);
  for (guint i = 0; i < MIN (list->len, CHOICE_MAX); i++)
    add_choice (v, list->pdata[i]);
}

/* Something for the person to do about a stick stands out, and is read out. */
static void
sync_words (TabellaScreenView *v, TabellaStickJob *job)
{
  TabellaStickScreenClass *klass = TABELLA_STICK_SCREEN_GET_CLASS (v);
  TabellaStickScreenPrivate *priv = PRIV (v);
  const TabellaStickPhase phase = tabella_stick_job_phase (job);
  const gboolean alert =
      phase == TABELLA_STICK_TROUBLE || phase == TABELLA_STICK_MISSING ||
      (phase == TABELLA_STICK_NONE && tabella_stick_job_trouble (job) == TABELLA_STICK_PULLED);
  const gboolean done = phase == TABELLA_STICK_DONE && klass->written != NULL;
  const char *lead = priv->own_lead != NULL ? priv->own_lead : _ (klass->lead);
  const char *written = priv->written == NULL && done ? _ (klass->written) : priv->written;
  g_autofree char *words = tabella_stick_words (job, _ (klass->working));

  gtk_label_set_text (GTK_LABEL (priv->alert), alert ? words : "");
  gtk_widget_set_visible (priv->alert, alert);
  gtk_label_set_text (GTK_LABEL (priv->words), alert ? "" : words);
  gtk_widget_set_visible (priv->words, !alert);
  /* The choice needs the room. */
  tabella_screen_view_say (v, priv->lead,
                           done                             ? written
                           : phase == TABELLA_STICK_SEVERAL ? NULL
                                                            : lead);
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaStickScreenClass *klass = TABELLA_STICK_SCREEN_GET_CLASS (v);
  TabellaStickScreenPrivate *priv = PRIV (v);
  TabellaStickJob *job = job_of (v);

  gtk_label_set_text (GTK_LABEL (priv->title),
                      priv->own_title != NULL ? priv->own_title : _ (klass->title));
  sync_progress (priv, tabella_stick_job_phase (job));
  sync_choice (v, job);
  sync_words (v, job);
  if (tabella_stick_job_phase (job) != TABELLA_STICK_DONE || priv->done)
    return;
  priv->done = TRUE;
  if (klass->done != NULL)
    klass->done (TABELLA_STICK_SCREEN (v), tabella_stick_job_result (job));
}

static const char *
back_label (TabellaScreenView *v)
{
  TabellaStickJob *job = job_of (v);

  return tabella_stick_job_phase (job) == TABELLA_STICK_DONE ||
                 !tabella_kiosk_takes (tabella_screen_view_kiosk (v), TABELLA_EV_BACK)
             ? NULL
             : _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  TabellaStickScreenClass *klass = TABELLA_STICK_SCREEN_GET_CLASS (v);
  const TabellaStickPhase phase = tabella_stick_job_phase (job_of (v));

  if (phase == TABELLA_STICK_READY)
    return _ (klass->start);
  if (phase == TABELLA_STICK_TROUBLE)
    return _ ("Try again");
  return phase == TABELLA_STICK_DONE ? _ ("Done") : NULL;
}

static void
next (TabellaScreenView *v)
{
  TabellaStickJob *job = job_of (v);

  if (tabella_stick_job_phase (job) == TABELLA_STICK_DONE)
    tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_WRITTEN);
  else
    tabella_stick_job_start (job);
}

static void
finalize (GObject *object)
{
  TabellaStickScreenPrivate *priv = PRIV (object);

  g_clear_handle_id (&priv->pulse, g_source_remove);
  g_free (priv->drawn);
  g_free (priv->own_title);
  g_free (priv->own_lead);
  g_free (priv->written);
  g_clear_object (&priv->job);
  G_OBJECT_CLASS (tabella_stick_screen_parent_class)->finalize (object);
}

static void
tabella_stick_screen_class_init (TabellaStickScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  screen->sync = sync_view;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_QR_VIEW);
  TABELLA_TEMPLATE (klass, "stick-screen");
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, title);
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, lead);
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, words);
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, alert);
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, progress);
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, choice);
  gtk_widget_class_bind_template_child_private (widget, TabellaStickScreen, qr);
}

static void
tabella_stick_screen_init (TabellaStickScreen *self)
{
  TabellaStickScreenPrivate *priv = PRIV (self);

  gtk_widget_init_template (GTK_WIDGET (self));
  atk_object_set_role (gtk_widget_get_accessible (priv->alert), ATK_ROLE_ALERT);
}

void
tabella_stick_screen_set_words (TabellaStickScreen *self, const char *title, const char *lead)
{
  TabellaStickScreenPrivate *priv = PRIV (self);

  g_free (priv->own_title);
  g_free (priv->own_lead);
  priv->own_title = g_strdup (title);
  priv->own_lead = g_strdup (lead);
}

void
tabella_stick_screen_set_written (TabellaStickScreen *self, const char *text)
{
  TabellaStickScreenPrivate *priv = PRIV (self);

  g_free (priv->written);
  priv->written = g_strdup (text);
  sync_words (TABELLA_SCREEN_VIEW (self), priv->job);
}

gpointer
tabella_stick_screen_steal (TabellaStickScreen *self)
{
  return tabella_stick_job_steal_result (job_of (TABELLA_SCREEN_VIEW (self)));
}

void
tabella_stick_screen_set_qr (TabellaStickScreen *self, const char *text, const char *name)
{
  TabellaStickScreenPrivate *priv = PRIV (self);

  tabella_qr_view_set_text (TABELLA_QR_VIEW (priv->qr), text);
  gtk_widget_set_visible (priv->qr, text != NULL);
  atk_object_set_name (gtk_widget_get_accessible (priv->qr), name);
}

const char *
tabella_stick_release_words (TabellaKiosk *kiosk)
{
  TabellaStickJob *job = tabella_kiosk_last_stick (kiosk);

  return job != NULL ? tabella_stick_release (job) : NULL;
}
