/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sealed copy of everything so far to a stick. */
#include <glib/gi18n.h>
#include "documents.h"
#include "officer-screens.h"
#include "print-button.h"

struct _TabellaSafetyCopyScreen {
  TabellaStickScreen parent_instance;
  char *text; /* the copy's TB1 */
};

G_DEFINE_FINAL_TYPE (TabellaSafetyCopyScreen, tabella_safety_copy_screen, TABELLA_TYPE_STICK_SCREEN)

static gboolean
work (TabellaStation *station, const TabellaStick *stick, const char *input, gpointer *result,
      GError **error)
{
  return tabella_export_safety_copy (station, stick, (char **)result, error);
}

static TabellaPaper *
paper (TabellaScreenView *v, GError **error)
{
  return tabella_document_safety_copy (tabella_screen_view_kiosk (v),
                                       TABELLA_SAFETY_COPY_SCREEN (v)->text);
}

static void
done (TabellaStickScreen *self, gpointer result)
{
  g_free (TABELLA_SAFETY_COPY_SCREEN (self)->text);
  TABELLA_SAFETY_COPY_SCREEN (self)->text = g_strdup (result);
  gtk_box_pack_end (GTK_BOX (self), tabella_print_button_new (TABELLA_SCREEN_VIEW (self), paper),
                    FALSE, FALSE, 0);
  tabella_stick_screen_set_qr (self, result, _ ("QR code of the copy's receipt"));
}

static void
finalize (GObject *object)
{
  g_free (TABELLA_SAFETY_COPY_SCREEN (object)->text);
  G_OBJECT_CLASS (tabella_safety_copy_screen_parent_class)->finalize (object);
}

static void
tabella_safety_copy_screen_class_init (TabellaSafetyCopyScreenClass *klass)
{
  TabellaStickScreenClass *stick = TABELLA_STICK_SCREEN_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  stick->title = N_ ("Safety copy");
  stick->lead = N_ ("The copy is sealed whole: whoever finds it learns nothing. If this tablet is "
                    "lost, it is what counts.");
  stick->start = N_ ("Write the copy");
  stick->working = N_ ("Writing the copy. Do not take the stick out.");
  stick->written = N_ ("Written and read back.");
  stick->task = (TabellaStickTask){ .writes = TRUE, .work = work, .free_result = g_free };
  stick->done = done;
}

static void
tabella_safety_copy_screen_init (TabellaSafetyCopyScreen *self)
{
}
