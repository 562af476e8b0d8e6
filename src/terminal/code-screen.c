/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code that commits the machine to the encrypted ballot: then only cast or check. */
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include "pager.h"
#include "qr-view.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaCodeScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *more, *pager, *column, *lead, *code, *qr, *check, *cast, *check_help;
};

G_DEFINE_FINAL_TYPE (TabellaCodeScreen, tabella_code_screen, TABELLA_TYPE_SCREEN)

static void
on_cast_clicked (GtkButton *button, TabellaCodeScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  g_autofree char *receipt = NULL;

  if (tabella_session_cast (tabella_kiosk_station (kiosk), &receipt, &error)) {
    tabella_kiosk_set_qr (kiosk, receipt);
    tabella_kiosk_take (kiosk, TABELLA_EV_CAST);
    return;
  }
  tabella_kiosk_set_uncertain (
      kiosk, !g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_NOT_RECORDED));
  tabella_kiosk_take (kiosk, TABELLA_EV_FAULT);
}

static void
on_check_clicked (GtkButton *button, TabellaCodeScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (tabella_session_challenge (tabella_kiosk_station (kiosk), &text, &error)) {
    tabella_kiosk_set_qr (kiosk, text);
    sodium_memzero (text, strlen (text));
    tabella_kiosk_take (kiosk, TABELLA_EV_CHECK);
  } else {
    tabella_kiosk_notice (kiosk,
                          _ ("This machine cannot be checked now. Please call the officer."));
  }
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaCodeScreen *self = TABELLA_CODE_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  TabellaSession *session = tabella_station_session (station);
  gboolean may = session != NULL && tabella_session_may_challenge (session);

  gtk_widget_set_visible (self->check, may);
  gtk_widget_set_visible (self->check_help, may);
  tabella_screen_view_say (
      v, self->lead,
      _ ("Photograph it now if you want to check later that your ballot is in the published list. "
         "It does not show how you voted."));
}

/* Large words do not fit beside the symbol: they follow it. */
static void
arrange (TabellaCodeScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  if (tabella_kiosk_size (kiosk) < TABELLA_SIZE_LARGE)
    return;
  tabella_pager_take (TABELLA_PAGER (self->pager), self->lead);
  tabella_pager_take (TABELLA_PAGER (self->pager), self->check_help);
}

/* In as many lines as its words need. */
static void
name_button (GtkWidget *button, const char *words)
{
  GtkLabel *label;

  gtk_button_set_label (GTK_BUTTON (button), words);
  label = GTK_LABEL (gtk_bin_get_child (GTK_BIN (button)));
  gtk_label_set_line_wrap (label, TRUE);
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
}

static void
enter (TabellaScreenView *v)
{
  TabellaCodeScreen *self = TABELLA_CODE_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  TabellaSession *session = tabella_station_session (station);
  g_autofree char *text = NULL, *code = NULL;

  if (session == NULL || tabella_session_code (session) == NULL)
    return;
  arrange (self);
  code = tabella_session_short_code (session);
  text = tabella_session_commitment (station, NULL);
  gtk_label_set_text (GTK_LABEL (self->code), code);
  tabella_qr_view_set_text (TABELLA_QR_VIEW (self->qr), text);
  atk_object_set_name (gtk_widget_get_accessible (self->qr), _ ("QR code of your ballot's code"));
  gtk_label_set_text (GTK_LABEL (self->title), _ ("This is your ballot's code"));
  name_button (self->cast, _ ("Cast my ballot"));
  name_button (self->check, _ ("Check this machine"));
  gtk_label_set_text (GTK_LABEL (self->check_help),
                      _ ("Checking opens this ballot for anyone to see, and it will NOT count. You "
                         "then choose again."));
}

static void
tabella_code_screen_class_init (TabellaCodeScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  g_type_ensure (TABELLA_TYPE_PAGER);
  g_type_ensure (TABELLA_TYPE_QR_VIEW);
  TABELLA_TEMPLATE (klass, "code-screen");
  TABELLA_CHILD (klass, TabellaCodeScreen, title);
  TABELLA_CHILD (klass, TabellaCodeScreen, more);
  TABELLA_CHILD (klass, TabellaCodeScreen, pager);
  TABELLA_CHILD (klass, TabellaCodeScreen, column);
  TABELLA_CHILD (klass, TabellaCodeScreen, lead);
  TABELLA_CHILD (klass, TabellaCodeScreen, code);
  TABELLA_CHILD (klass, TabellaCodeScreen, qr);
  TABELLA_CHILD (klass, TabellaCodeScreen, check);
  TABELLA_CHILD (klass, TabellaCodeScreen, cast);
  TABELLA_CHILD (klass, TabellaCodeScreen, check_help);
  TABELLA_CALLBACK (klass, on_cast_clicked);
  TABELLA_CALLBACK (klass, on_check_clicked);
}

static void
tabella_code_screen_init (TabellaCodeScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
