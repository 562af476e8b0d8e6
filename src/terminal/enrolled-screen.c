/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys are made: the setup code once, the enrolment file to the stick, then install. */
#include <glib/gi18n.h>
#include <string.h>
#include "files.h"
#include "officer-screens.h"

struct _TabellaEnrolledScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaEnrolledScreen, tabella_enrolled_screen, TABELLA_TYPE_REPORT_SCREEN)

static gboolean
write_enrolment (TabellaKiosk *kiosk, char **path, GError **error)
{
  TabellaStation *station = tabella_kiosk_station (kiosk);
  g_autofree char *text = tabella_station_enrolment (station, error);
  g_autofree char *name = g_strdup_printf ("enrolment-%s.json", tabella_station_label (station));

  if (text == NULL)
    return FALSE;
  *path = g_build_filename (tabella_kiosk_stick (kiosk), name, NULL);
  return tabella_file_write (*path, text, strlen (text), 0644, error);
}

static void
on_write_clicked (GtkButton *button, TabellaEnrolledScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *name = NULL, *notice = NULL;

  if (!tabella_kiosk_has_stick (kiosk))
    return;
  if (!write_enrolment (kiosk, &path, &error)) {
    g_message ("%s", error->message);
    tabella_kiosk_notice (kiosk, _ ("The stick cannot be written: it is full, write-protected or "
                                    "broken. Try another one."));
    return;
  }
  name = g_path_get_basename (path);
  notice = g_strdup_printf (_ ("Written to the stick: %s. Bring it to the organisers."), name);
  tabella_kiosk_notice (kiosk, notice);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  const char *code = tabella_kiosk_setup_code (tabella_screen_view_kiosk (v));
  g_autofree char *enrolment = tabella_station_enrolment (station, NULL);

  if (code != NULL) {
    tabella_report_screen_set_words (
        self, _ ("Write this setup code down now"),
        _ ("It is shown only this once. Put it into the sealed envelope of this tablet; the "
           "officers need it at the first opening."));
    tabella_report_screen_add_line (self, code, "code");
  } else {
    tabella_report_screen_set_words (
        self, _ ("This tablet has its keys"),
        _ ("When the organisers have sent the package on a stick, put it in and install."));
    tabella_report_screen_add_line (self, tabella_station_label (station), "code");
  }
  tabella_report_screen_set_qr (self, enrolment, _ ("QR code of the enrolment file"));
  tabella_report_screen_add_action (self, _ ("Write the enrolment file to the stick"), NULL,
                                    G_CALLBACK (on_write_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Install from a stick");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  TabellaPackage *package;

  if (!tabella_kiosk_has_stick (kiosk))
    return;
  package = tabella_station_find_package (tabella_screen_view_station (v),
                                          tabella_kiosk_stick (kiosk), &error);
  if (package == NULL) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_set_qr (kiosk, NULL);
  tabella_kiosk_take_package (kiosk, package);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
tabella_enrolled_screen_class_init (TabellaEnrolledScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_enrolled_screen_init (TabellaEnrolledScreen *self)
{
}
