/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The enrolment file to a stick, for the organisers. */
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>
#include "files.h"
#include "officer-screens.h"

struct _TabellaEnrolWriteScreen {
  TabellaStickScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaEnrolWriteScreen, tabella_enrol_write_screen, TABELLA_TYPE_STICK_SCREEN)

static char *
input (TabellaStickScreen *self)
{
  return tabella_station_enrolment (tabella_screen_view_station (TABELLA_SCREEN_VIEW (self)), NULL);
}

/* Whether the stick gives the file back, and not the system's memory of it. */
static gboolean
read_back (const char *path, const char *text, GError **error)
{
  const gsize size = strlen (text);
  g_autoptr (GBytes) bytes = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0) {
    posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
    close (fd);
  }
  bytes = tabella_file_read (path, size, error);
  return bytes != NULL && g_bytes_get_size (bytes) == size &&
         memcmp (g_bytes_get_data (bytes, NULL), text, size) == 0;
}

static gboolean
work (TabellaStation *station, const TabellaStick *stick, const char *text, gpointer *result,
      GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *name = g_strdup_printf ("enrolment-%s.json", tabella_station_label (station));
  g_autofree char *path = g_build_filename (stick->root, name, NULL);

  if (text == NULL) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                 _ ("This tablet cannot read its own enrolment file: its disk is failing."));
    return FALSE;
  }
  *stick->needed = strlen (text);
  if (tabella_file_write (path, text, strlen (text), 0644, &why) && read_back (path, text, &why)) {
    *result = g_steal_pointer (&name);
    return TRUE;
  }
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK, "%s",
               why != NULL ? why->message : "other bytes are read than were written");
  return FALSE;
}

static void
done (TabellaStickScreen *self, gpointer result)
{
  g_autofree char *words = g_strdup_printf (
      _ ("Written to the stick: %s. Bring it to the organisers."), (const char *)result);

  tabella_stick_screen_set_written (self, words);
}

static void
tabella_enrol_write_screen_class_init (TabellaEnrolWriteScreenClass *klass)
{
  TabellaStickScreenClass *stick = TABELLA_STICK_SCREEN_CLASS (klass);

  stick->title = N_ ("Enrolment file");
  stick->lead = N_ ("The organisers need this file to make the package for this tablet. It holds "
                    "no secrets.");
  stick->start = N_ ("Write the file");
  stick->working = N_ ("Writing the file. Do not take the stick out.");
  stick->written = N_ ("Written and read back.");
  stick->task =
      (TabellaStickTask){ .writes = TRUE, .at_once = TRUE, .work = work, .free_result = g_free };
  stick->input = input;
  stick->done = done;
}

static void
tabella_enrol_write_screen_init (TabellaEnrolWriteScreen *self)
{
}
