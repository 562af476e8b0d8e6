/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "totals.h"

#include <glib/gi18n.h>

char *
tabella_totals_text (guint checked_in, guint cast, guint challenged)
{
  return g_strdup_printf (_ ("Checked in: %u    Cast: %u    Checked ballots: %u"), checked_in, cast,
                          challenged);
}

gboolean
tabella_totals_add (TabellaReportScreen *self)
{
  TabellaScreenView *v = TABELLA_SCREEN_VIEW (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  TabellaCounts c;

  if (!tabella_station_counts (tabella_screen_view_station (v), &c, &error)) {
    tabella_kiosk_notice_error (tabella_screen_view_kiosk (v), error);
    return FALSE;
  }
  line = tabella_totals_text (c.checked_in, c.cast, c.challenged);
  tabella_report_screen_add_line (self, line, "lead");
  return TRUE;
}

void
tabella_totals_add_cancelled (TabellaReportScreen *self)
{
  static const char *const words[TABELLA_N_CANCELS] = {
    [TABELLA_CANCEL_LEFT] = N_ ("The voter left"),
    [TABELLA_CANCEL_HELP] = N_ ("Helped elsewhere"),
    [TABELLA_CANCEL_MACHINE] = N_ ("Trouble with the machine"),
    [TABELLA_CANCEL_STYLE] = N_ ("Wrong ballot"),
    [TABELLA_CANCEL_OTHER] = N_ ("Another reason"),
  };
  TabellaStation *station = tabella_screen_view_station (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < TABELLA_N_CANCELS; i++) {
    const guint n = tabella_session_cancelled (station, (TabellaCancel)i);

    if (n > 0)
      g_string_append_printf (line, "%s%s: %u", line->len > 0 ? "    " : "", _ (words[i]), n);
  }
  if (line->len == 0)
    return;
  tabella_report_screen_add_line (self, _ ("Ended without a ballot since unlocking:"), "small");
  tabella_report_screen_add_line (self, line->str, "small");
}
