/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one amendment says, before it is taken. */
#include <glib/gi18n.h>
#include "amendment-words.h"
#include "officer-screens.h"
#include "pager.h"

struct _TabellaAmendmentScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaAmendmentScreen, tabella_amendment_screen, TABELLA_TYPE_REPORT_SCREEN)

static char *
place_words (TabellaKiosk *kiosk)
{
  guint at, of;

  tabella_kiosk_offered_place (kiosk, &at, &of);
  return of > 1 ? g_strdup_printf (_ ("%u of %u that are new on the stick."), at, of)
                : g_strdup (_ ("Signed by the organisers of this election."));
}

static void
add_line (GtkWidget *pager, const char *text, const char *style)
{
  gtk_container_add (GTK_CONTAINER (pager), tabella_label_new (text, style));
}

/* What is passed over can never be taken afterwards. */
static void
add_skipped (GtkWidget *pager, TabellaStation *station, guint16 number)
{
  const guint skipped = tabella_station_skipped (station, number);
  g_autofree char *line = g_strdup_printf (
      ngettext ("%u earlier amendment never reached this tablet. Once you take this "
                "one, it cannot be taken any more: if you have it on a stick, go "
                "back and take it first.",
                "%u earlier amendments never reached this tablet. Once you take "
                "this one, they cannot be taken any more: if you have them on a "
                "stick, go back and take them first.",
                skipped),
      skipped);

  if (skipped > 0)
    add_line (pager, line, "small-bad");
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaAmendment *a = tabella_kiosk_offered (kiosk);
  g_autofree char *title = NULL, *lead = NULL, *says = NULL, *means = NULL;
  GtkWidget *pager;

  if (a == NULL)
    return;
  title = g_strdup_printf (_ ("Amendment %u"), a->number);
  lead = place_words (kiosk);
  says = tabella_amendment_says (kiosk, a);
  means = tabella_amendment_means (kiosk, a);
  tabella_report_screen_set_words (self, title, lead);
  tabella_report_screen_add_line (self, says, "big");
  pager = g_object_new (TABELLA_TYPE_PAGER, "spacing", 3, "vexpand", TRUE, NULL);
  if (means != NULL)
    add_line (pager, means, "small");
  else if (!tabella_amendment_is_own (kiosk, a))
    add_line (pager, _ ("It changes nothing on this tablet."), "small");
  add_skipped (pager, tabella_screen_view_station (v), a->number);
  tabella_amendment_add_text (kiosk, a, GTK_CONTAINER (pager));
  tabella_report_screen_add_widget (self, pager);
  tabella_pager_set_more (TABELLA_PAGER (pager),
                          tabella_report_screen_add_action (self, _ ("More"), NULL, NULL));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Not now");
}
static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Take it");
}

static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  tabella_kiosk_offer (kiosk, NULL);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

/* All that came on one stick is shown before a tablet that is to stop says so. */
static TabellaEvent
after_taking (TabellaKiosk *kiosk)
{
  if (tabella_kiosk_offer_next (kiosk))
    return TABELLA_EV_AGAIN;
  tabella_kiosk_forget_code (kiosk);
  return tabella_station_stopped_by (tabella_kiosk_station (kiosk)) != NULL ? TABELLA_EV_STOPPED
                                                                            : TABELLA_EV_CONFIRM;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaAmendment *a = tabella_kiosk_offered (kiosk);
  g_autoptr (GError) error = NULL;

  if (a == NULL)
    return;
  if (tabella_station_take (tabella_screen_view_station (v), a, &error))
    tabella_kiosk_take (kiosk, after_taking (kiosk));
  else
    tabella_kiosk_notice_error (kiosk, error);
}

static void
tabella_amendment_screen_class_init (TabellaAmendmentScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
}

static void
tabella_amendment_screen_init (TabellaAmendmentScreen *self)
{
}
