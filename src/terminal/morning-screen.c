/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Before the poll goes on: the totals at the last stop, and now. If they differ it is said loudly,
 * and resuming takes two deliberate touches. */
#include <glib/gi18n.h>
#include "day.h"
#include "officer-screens.h"
#include "totals.h"

struct _TabellaMorningScreen {
  TabellaReportScreen parent_instance;
  gboolean equal;
  gboolean asked; /* the first of the two touches: Next is the second */
};

G_DEFINE_FINAL_TYPE (TabellaMorningScreen, tabella_morning_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_copy_clicked (GtkButton *button, TabellaMorningScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_COPY);
}

static void
on_amend_clicked (GtkButton *button, TabellaMorningScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AMEND);
}

static void
on_close_clicked (GtkButton *button, TabellaMorningScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_CLOSE);
}

static void
on_despite_clicked (GtkButton *button, TabellaMorningScreen *self)
{
  self->asked = TRUE;
  tabella_kiosk_notice (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)),
                        _ ("Only if the organisers were told and all officers agree. It is written "
                           "into this tablet's journal."));
}

static void
say_equal (TabellaReportScreen *self, const TabellaMorning *m, const char *now)
{
  tabella_report_screen_set_words (
      self,
      m->ended ? _ ("The totals equal last evening's") : _ ("The totals equal those at the pause"),
      m->ended ? _ ("They must also equal last evening's on the station's sheet. If they do, the "
                    "poll can go on.")
               : "");
  tabella_report_screen_add_line (self, now, "lead");
}

static void
say_differ (TabellaReportScreen *self, const TabellaMorning *m, const char *now)
{
  g_autofree char *then = tabella_totals_text (m->then[0], m->then[1], m->then[2]);
  g_autofree char *when = g_strdup_printf (_ ("At the last stop (%s):"), m->clock);

  tabella_report_screen_set_words (
      self,
      m->ended ? _ ("The totals are NOT those of last evening")
               : _ ("The totals are NOT those at the pause"),
      _ ("The records changed while nobody could vote here. Do not resume: tell the organisers and "
         "use another tablet."));
  tabella_report_screen_add_line (self, when, "small");
  tabella_report_screen_add_line (self, then, "bad");
  tabella_report_screen_add_line (self, _ ("Now:"), "small");
  tabella_report_screen_add_line (self, now, "bad");
}

static void
enter (TabellaScreenView *v)
{
  TabellaMorningScreen *self = TABELLA_MORNING_SCREEN (v);
  TabellaReportScreen *report = TABELLA_REPORT_SCREEN (v);
  g_autoptr (GError) error = NULL;
  g_autofree char *now = NULL;
  TabellaMorning morning;

  if (!tabella_station_morning (tabella_screen_view_station (v), &morning, &error)) {
    tabella_kiosk_notice_error (tabella_screen_view_kiosk (v), error);
    return;
  }
  self->equal = morning.equal;
  now = tabella_totals_text (morning.now[0], morning.now[1], morning.now[2]);
  if (morning.equal)
    say_equal (report, &morning, now);
  else
    say_differ (report, &morning, now);
  tabella_report_screen_add_action (report, _ ("Safety copy"), NULL, G_CALLBACK (on_copy_clicked));
  tabella_report_screen_add_action (report, _ ("Amendments"), NULL, G_CALLBACK (on_amend_clicked));
  tabella_report_screen_add_action (report, _ ("Close the poll"), NULL,
                                    G_CALLBACK (on_close_clicked));
  if (!morning.equal)
    tabella_report_screen_add_action (report, _ ("Resume all the same"), NULL,
                                      G_CALLBACK (on_despite_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  TabellaMorningScreen *self = TABELLA_MORNING_SCREEN (v);

  return self->equal   ? _ ("Resume the poll")
         : self->asked ? _ ("All officers agree: resume")
                       : NULL;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = TABELLA_MORNING_SCREEN (v)->asked
                    ? tabella_station_resume_despite (tabella_kiosk_station (kiosk), &error)
                    : tabella_station_resume (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_RESUME, error);
}

static void
tabella_morning_screen_class_init (TabellaMorningScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_morning_screen_init (TabellaMorningScreen *self)
{
}
