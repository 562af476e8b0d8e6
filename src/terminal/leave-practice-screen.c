/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a closed practice back to an enrolled tablet: a new setup code first, then all else goes. */
#include <glib/gi18n.h>
#include "life.h"
#include "officer-screens.h"

struct _TabellaLeavePracticeScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaLeavePracticeScreen, tabella_leave_practice_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

/* Made once: the screen may be built again, in another language. */
static void
make_code (TabellaKiosk *kiosk)
{
  char *code;

  if (tabella_kiosk_setup_code (kiosk) != NULL)
    return;
  code = tabella_setup_code_new ();
  tabella_kiosk_set_setup_code (kiosk, code);
  tabella_setup_code_free (code);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  make_code (kiosk);
  tabella_report_screen_set_words (
      self, _ ("Leave practice"),
      _ ("Write this new setup code down now and put it into the sealed envelope of this tablet. "
         "The officers need it when the true election is opened; the old code opens nothing."));
  tabella_report_screen_add_line (self, tabella_kiosk_setup_code (kiosk), "code");
  tabella_report_screen_add_line (
      self,
      _ ("Erased: the practice's ballots and check-ins, its passphrases and its PIN. The tablet "
         "keeps its keys and its label: the organisers need not enrol it again."),
      "small");
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Code written down: erase");
}

static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_life_leave_practice (tabella_kiosk_station (kiosk),
                                             tabella_kiosk_setup_code (kiosk), &error);

  if (ok)
    tabella_kiosk_set_hand_count (kiosk, FALSE, 0);
  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_CONFIRM, error);
}

static void
tabella_leave_practice_screen_class_init (TabellaLeavePracticeScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
}

static void
tabella_leave_practice_screen_init (TabellaLeavePracticeScreen *self)
{
}
