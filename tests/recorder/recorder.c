/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recorder.h"

struct _Recorder {
  GObject parent_instance;
  GString *lines;
  FILE *copy;
  int rate, volume;
};

static void recorder_speaker_init (TabellaSpeakerInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (Recorder, recorder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_SPEAKER, recorder_speaker_init))

static void G_GNUC_PRINTF (2, 3) record (Recorder *r, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_string_append_printf (r->lines, "%s\n", line);
  if (r->copy != NULL) {
    fprintf (r->copy, "%s\n", line);
    fflush (r->copy);
  }
}

static void
say (TabellaSpeaker *s, const char *text, const char *language, gboolean interrupt)
{
  record (TEST_RECORDER (s), "say %s %s %s", language, interrupt ? "now" : "then", text);
}

static void
stop (TabellaSpeaker *s)
{
  record (TEST_RECORDER (s), "stop");
}

static void
set_rate (TabellaSpeaker *s, int rate)
{
  if (TEST_RECORDER (s)->rate != rate)
    record (TEST_RECORDER (s), "rate %d", rate);
  TEST_RECORDER (s)->rate = rate;
}

static void
set_volume (TabellaSpeaker *s, int volume)
{
  if (TEST_RECORDER (s)->volume != volume)
    record (TEST_RECORDER (s), "volume %d", volume);
  TEST_RECORDER (s)->volume = volume;
}

static void
recorder_speaker_init (TabellaSpeakerInterface *iface)
{
  iface->say = say;
  iface->stop = stop;
  iface->set_rate = set_rate;
  iface->set_volume = set_volume;
}

static void
finalize (GObject *object)
{
  g_string_free (TEST_RECORDER (object)->lines, TRUE);
  G_OBJECT_CLASS (recorder_parent_class)->finalize (object);
}

static void
recorder_class_init (RecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
recorder_init (Recorder *r)
{
  r->lines = g_string_new (NULL);
  r->rate = r->volume = G_MAXINT;
}

Recorder *
recorder_new (FILE *copy)
{
  Recorder *r = g_object_new (TEST_TYPE_RECORDER, NULL);

  r->copy = copy;
  return r;
}

char *
recorder_take (Recorder *r)
{
  char *lines = g_strdup (r->lines->str);

  g_string_truncate (r->lines, 0);
  return lines;
}
