/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks for amendments on a stick. */
#include <glib/gi18n.h>
#include "amendment-words.h"
#include "officer-screens.h"

struct _TabellaAmendmentStickScreen {
  TabellaStickScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaAmendmentStickScreen, tabella_amendment_stick_screen,
                     TABELLA_TYPE_STICK_SCREEN)

static gboolean
work (TabellaStation *station, const TabellaStick *stick, const char *input, gpointer *result,
      GError **error)
{
  g_autoptr (GError) why = NULL;
  GPtrArray *list;
  const TabellaOffer offer = tabella_station_read_stick (station, stick->root, &list, &why);

  *result = list;
  if (offer != TABELLA_OFFER_NEW)
    g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED,
                         tabella_offer_words (offer));
  return offer == TABELLA_OFFER_NEW;
}

static void
done (TabellaStickScreen *self, gpointer result)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_offer (kiosk, tabella_stick_screen_steal (self));
  tabella_kiosk_take (kiosk, TABELLA_EV_LOOKED_UP);
}

static void
tabella_amendment_stick_screen_class_init (TabellaAmendmentStickScreenClass *klass)
{
  TabellaStickScreenClass *stick = TABELLA_STICK_SCREEN_CLASS (klass);

  stick->title = N_ ("Amendments on a stick");
  stick->lead = N_ ("The organisers copy the folder “amendments” of the election to a stick. Each "
                    "one is shown before it is taken.");
  stick->start = N_ ("Read the stick");
  stick->working = N_ ("Reading the amendments. Do not take the stick out.");
  stick->task = (TabellaStickTask){
    .at_once = TRUE, .work = work, .free_result = (GDestroyNotify)g_ptr_array_unref
  };
  stick->done = done;
}

static void
tabella_amendment_stick_screen_init (TabellaAmendmentStickScreen *self)
{
}
