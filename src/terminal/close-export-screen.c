/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The final batch to a stick; closing is not done before it was read back. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaCloseExportScreen {
  TabellaStickScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseExportScreen, tabella_close_export_screen,
                     TABELLA_TYPE_STICK_SCREEN)

/* Once more, or for the first time. */
static void
prepare (TabellaStickScreen *self)
{
  TabellaStation *station = tabella_screen_view_station (TABELLA_SCREEN_VIEW (self));

  if (tabella_export_final_delivered (station))
    tabella_stick_screen_set_words (
        self, _ ("Write the final batch again"),
        _ ("Use the same stick or another one. The bytes are the same on every stick."));
}

static gboolean
work (TabellaStation *station, const TabellaStick *stick, const char *input, gpointer *result,
      GError **error)
{
  return tabella_export_final (station, stick, (char **)result, error);
}

static void
done (TabellaStickScreen *self, gpointer result)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_qr (kiosk, result);
  tabella_kiosk_take (kiosk, TABELLA_EV_WRITTEN);
}

static void
tabella_close_export_screen_class_init (TabellaCloseExportScreenClass *klass)
{
  TabellaStickScreenClass *stick = TABELLA_STICK_SCREEN_CLASS (klass);

  stick->title = N_ ("Closing, step 4 of 4: write the final batch");
  stick->lead = N_ ("The poll is closed, but the tablet is not done before the batch has been "
                    "written to the collecting stick and read back.");
  stick->start = N_ ("Write to the stick");
  stick->working = N_ ("Writing the final batch. Do not take the stick out.");
  stick->task = (TabellaStickTask){ .writes = TRUE, .work = work, .free_result = g_free };
  stick->prepare = prepare;
  stick->done = done;
}

static void
tabella_close_export_screen_init (TabellaCloseExportScreen *self)
{
}
