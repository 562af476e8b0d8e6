/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts the kiosk: options, panel, style sheet, window. */
#include "terminal.h"

#include <glib-unix.h>
#include <gtk/gtk.h>
#include "assistant.h"
#include "doors.h"
#include "language.h"
#include "places.h"
#include "printer-cups.h"
#include "printer-folder.h"
#include "process.h"
#include "secret.h"
#include "sticks-folders.h"
#include "sticks-udisks.h"
#include "typeset.h"

typedef struct {
  char *state, **sticks, *printer, *hint, *locale;
  int dpi, settle;
  gboolean windowed;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->state);
  g_strfreev (o->sticks);
  g_free (o->printer);
  g_free (o->hint);
  g_free (o->locale);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *o, int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &o->state,
      "the terminal's own folder (/var/lib/tabella)", "DIR" },
    { "stick", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->sticks,
      "a folder that stands for a USB stick while it is there (may be given several times)",
      "DIR" },
    { "printer", 0, 0, G_OPTION_ARG_FILENAME, &o->printer, "a folder that stands for a printer",
      "DIR" },
    { "dpi", 0, 0, G_OPTION_ARG_INT, &o->dpi,
      "the panel's dots per inch (what the panel says of itself is often wrong)", "N" },
    { "settle", 0, 0, G_OPTION_ARG_INT, &o->settle,
      "for how many milliseconds a new screen takes no touch, against double taps (400)", "N" },
    { "windowed", 0, 0, G_OPTION_ARG_NONE, &o->windowed, "a window instead of the whole screen",
      NULL },
    { "practice-hint", 0, 0, G_OPTION_ARG_STRING, &o->hint, "a line shown beside the word PRACTICE",
      "TEXT" },
    { "locale-dir", 0, 0, G_OPTION_ARG_FILENAME, &o->locale, "where the translations are", "DIR" },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (o->dpi != 0 && (o->dpi < 60 || o->dpi > 600)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--dpi %d: expected 60 to 600",
                 o->dpi);
    return FALSE;
  }
  if (o->settle < 0 || o->settle > 5000) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--settle %d: expected 0 to 5000",
                 o->settle);
    return FALSE;
  }
  return TRUE;
}

/* All lengths of the style sheet are millimetres: they are as right as this number. */
static void
set_dpi (int dpi)
{
  GdkMonitor *monitor = gdk_display_get_monitor (gdk_display_get_default (), 0);
  GdkRectangle size = { 0 };
  int mm = monitor != NULL ? gdk_monitor_get_width_mm (monitor) : 0;

  if (monitor != NULL)
    gdk_monitor_get_geometry (monitor, &size);
  if (dpi == 0)
    dpi = mm > 0 ? CLAMP ((int)(size.width * 25.4 / mm), 60, 600) : 96;
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", dpi * PANGO_SCALE,
                "gtk-enable-animations", FALSE, NULL);
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/tabella/terminal/style.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void
tabella_terminal_dress (int dpi)
{
  set_dpi (dpi);
  load_style ();
  tabella_typeset_init ();
}

static gboolean
on_sigterm (gpointer data)
{
  gtk_main_quit ();
  return G_SOURCE_REMOVE;
}

/* What a desktop may ask for (Alt+F4). A kiosk stays; in a window it is somebody's own trial. */
static gboolean
on_delete (GtkWidget *window, GdkEvent *event, gpointer windowed)
{
  if (GPOINTER_TO_INT (windowed))
    gtk_main_quit ();
  return GDK_EVENT_STOP;
}

static gboolean
run (const Options *o, TabellaHardware hardware, TabellaHands *hands, GError **error)
{
  g_autoptr (TabellaStation) station =
      tabella_station_open (o->state != NULL ? o->state : "/var/lib/tabella", error);
  g_autoptr (TabellaPrinter) printer = NULL;
  g_autoptr (TabellaSticks) sticks = NULL;
  g_autoptr (TabellaKiosk) kiosk = NULL;
  GtkWidget *window;

  if (station == NULL)
    return FALSE;
  tabella_terminal_dress (o->dpi);
  if (hardware.sticks == NULL)
    hardware.sticks = sticks = o->sticks != NULL
                                   ? tabella_sticks_folders_new ((const char *const *)o->sticks)
                                   : tabella_sticks_udisks_new ();
  if (hardware.printer == NULL)
    hardware.printer = printer = o->printer != NULL ? tabella_printer_folder_new (o->printer)
                                                    : tabella_printer_cups_new (hands);
  if (hardware.speaker == NULL)
    hardware.speaker = TABELLA_SPEAKER (hands);
  kiosk = tabella_kiosk_new (station, &hardware, o->hint);
  window = tabella_assistant_new (kiosk);
  tabella_assistant_set_settle (TABELLA_ASSISTANT (window), (guint)o->settle);
  g_signal_connect (window, "delete-event", G_CALLBACK (on_delete), GINT_TO_POINTER (o->windowed));
  if (!o->windowed)
    gtk_window_fullscreen (GTK_WINDOW (window));
  gtk_widget_show (window);
  g_unix_signal_add (SIGTERM, on_sigterm, NULL);
  g_unix_signal_add (SIGINT, on_sigterm, NULL);
  gtk_main ();
  while (tabella_kiosk_busy (kiosk)) /* what is being written is written first */
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_destroy (window);
  return TRUE;
}

int
tabella_terminal_run (int argc, char **argv, const TabellaHardware *hardware)
{
  const TabellaHardware real = { 0 };
  g_autoptr (GError) error = NULL;
  g_auto (Options) o = { .settle = TABELLA_SETTLE };
  g_auto (TabellaDoors) doors = { 0 };

  tabella_crypto_init ();
  if (!parse_options (&o, &argc, &argv, &error)) {
    g_printerr ("tabella-terminal: %s\n", error->message);
    return 2;
  }
  if (o.locale == NULL)
    o.locale = tabella_place_translations ();
  tabella_language_init (o.locale);
  if (!tabella_process_harden (&error) || !tabella_doors_open (&doors, &error) ||
      !gtk_init_with_args (&argc, &argv, NULL, NULL, NULL, &error)) {
    g_printerr ("tabella-terminal: %s\n",
                error != NULL ? error->message : "no display; start it in a graphical session");
    return 1;
  }
  tabella_doors_shut (&doors);
  if (!run (&o, hardware != NULL ? *hardware : real, doors.hands, &error)) {
    g_printerr ("tabella-terminal: %s\n", error->message);
    return 1;
  }
  return 0;
}
