/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stick carries for this tablet, to be compared with the paper copy. */
#include <glib/gi18n.h>
#include "language.h"
#include "codes.h"
#include "install-words.h"
#include "officer-screens.h"

#define ALL_LANES 0x3FF

struct _TabellaInstallScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaInstallScreen, tabella_install_screen, TABELLA_TYPE_REPORT_SCREEN)

static const char *
role_words (TabellaRole role)
{
  switch (role) {
  case TABELLA_ROLE_COMBINED:
    return _ ("check-in and voting");
  case TABELLA_ROLE_DESK:
    return _ ("check-in desk");
  case TABELLA_ROLE_BOOTH:
    return _ ("voting booth");
  case TABELLA_ROLE_SPARE:
  default:
    return _ ("spare");
  }
}

static void
add_pair (TabellaReportScreen *self, const char *name, const char *value)
{
  g_autofree char *isolated = tabella_language_isolate (value);
  g_autofree char *line = g_strdup_printf ("%s: %s", name, isolated);

  tabella_report_screen_add_line (self, line, "lead");
}

static void
add_place (TabellaReportScreen *self, const TabellaPackage *p, const char *language)
{
  const TabellaElection *e = p->manifest->election;
  const TabellaStationInfo *station = tabella_election_station (e, p->terminal->station);
  const char *role = role_words (p->terminal->role);
  const char *label =
      tabella_station_label (tabella_screen_view_station (TABELLA_SCREEN_VIEW (self)));
  g_autofree char *what = NULL, *lane = NULL;

  add_pair (self, _ ("Station"), tabella_text (station->name, language, e->languages->pdata[0]));
  if (tabella_role_checks_in (p->terminal->role) && p->terminal->lane != ALL_LANES) {
    lane = tabella_lane_text (p->terminal->lane);
    what = g_strdup_printf (_ ("%s, %s, for IDs ending %s"), label, role, lane);
  } else {
    what = g_strdup_printf (_ ("%s, %s"), label, role);
  }
  add_pair (self, _ ("This tablet"), what);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaPackage *p = tabella_kiosk_package (kiosk);
  g_autofree char *fingerprint = tabella_short_code (p->manifest->organisers.key),
                  *transcript = tabella_short_code (p->keys.transcript);

  tabella_report_screen_set_words (self, _ ("Compare this with the paper copy"),
                                   p->manifest->election->name);
  if (p->manifest->practice)
    tabella_report_screen_add_line (self, _ ("PRACTICE: nothing here counts"), "bad");
  else
    tabella_report_screen_add_line (self, _ ("Official election: the votes count"), "lead");
  add_place (self, p, tabella_kiosk_language (kiosk));
  tabella_report_screen_add_line (self, _ ("Organisers' key"), "small");
  tabella_report_screen_add_line (self, fingerprint, "code");
  tabella_report_screen_add_line (self, _ ("Trustees' transcript"), "small");
  tabella_report_screen_add_line (self, transcript, "code");
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Different: stop");
}
static const char *
next_label (TabellaScreenView *v)
{
  return _ ("All the same: install");
}

/* "Stop" leaves nothing of the package behind. */
static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  tabella_kiosk_take_package (kiosk, NULL);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;

  if (!tabella_station_install (tabella_screen_view_station (v), tabella_kiosk_package (kiosk),
                                &error)) {
    tabella_install_refused (kiosk, error);
    return;
  }
  tabella_kiosk_take_package (kiosk, NULL);
  tabella_kiosk_take (kiosk, TABELLA_EV_INSTALLED);
}

static void
tabella_install_screen_class_init (TabellaInstallScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
}

static void
tabella_install_screen_init (TabellaInstallScreen *self)
{
}
