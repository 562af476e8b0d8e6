/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tablet finds out about itself before it opens. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaSelfTestScreen {
  TabellaReportScreen parent_instance;
  gboolean passed;
};

G_DEFINE_FINAL_TYPE (TabellaSelfTestScreen, tabella_self_test_screen, TABELLA_TYPE_REPORT_SCREEN)

/* What the item says when all is well, and what when it is not. */
static const char *
item_words (TabellaTestItem item, gboolean ok)
{
  switch (item) {
  case TABELLA_TEST_STORAGE:
    return ok ? _ ("Storage can be written and read back")
              : _ ("Storage cannot be written and read back");
  case TABELLA_TEST_SPACE:
    return ok ? _ ("There is enough free space") : _ ("There is not enough free space");
  case TABELLA_TEST_NETWORK:
    return ok ? _ ("There is no network") : _ ("This tablet has network devices");
  case TABELLA_TEST_ENCRYPTION:
    return ok ? _ ("The disk is encrypted") : _ ("No disk encryption was found");
  case TABELLA_TEST_CLOCK:
    return _ ("Clock (compare it with your watch)");
  case TABELLA_TEST_BOX_EMPTY:
    return ok ? _ ("The ballot box is empty") : _ ("The ballot box is NOT empty");
  case TABELLA_N_TESTS:
  default:
    return "";
  }
}

static gboolean
add_result (TabellaReportScreen *self, const TabellaTestLine *line)
{
  gboolean ok = line->result == TABELLA_TEST_OK;
  const char *mark = ok ? "✔" : line->result == TABELLA_TEST_WARNING ? "!" : "✘";
  gboolean detail =
      line->detail != NULL && *line->detail != '\0' && (line->item == TABELLA_TEST_CLOCK || !ok);
  g_autofree char *text = g_strdup_printf ("%s  %s%s%s", mark, item_words (line->item, ok),
                                           detail ? ": " : "", detail ? line->detail : "");

  tabella_report_screen_add_line (self, text, ok ? "small" : "small-bad");
  return line->result != TABELLA_TEST_FAILED;
}

static void
on_again_clicked (GtkButton *button, TabellaSelfTestScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AGAIN);
}

static void
enter (TabellaScreenView *v)
{
  TabellaSelfTestScreen *self = TABELLA_SELF_TEST_SCREEN (v);
  g_autoptr (GPtrArray) lines = tabella_station_self_test (tabella_screen_view_station (v));

  tabella_report_screen_set_words (TABELLA_REPORT_SCREEN (v), _ ("Self-test"),
                                   _ ("A line with ✘ must be put right before this tablet can "
                                      "open. A line with ! is for you to judge."));
  self->passed = TRUE;
  for (guint i = 0; i < lines->len; i++)
    if (!add_result (TABELLA_REPORT_SCREEN (v), lines->pdata[i]))
      self->passed = FALSE;
  tabella_report_screen_add_action (TABELLA_REPORT_SCREEN (v), _ ("Test again"), NULL,
                                    G_CALLBACK (on_again_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Zero report");
}

static gboolean
can_next (TabellaScreenView *v)
{
  return TABELLA_SELF_TEST_SCREEN (v)->passed;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_zero_report (tabella_screen_view_station (v), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_NEXT, error);
}

static void
tabella_self_test_screen_class_init (TabellaSelfTestScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->can_next = can_next;
  screen->next = next;
}

static void
tabella_self_test_screen_init (TabellaSelfTestScreen *self)
{
}
