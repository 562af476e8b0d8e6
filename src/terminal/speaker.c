/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "speaker.h"

G_DEFINE_INTERFACE (TabellaSpeaker, tabella_speaker, G_TYPE_OBJECT)

static void
tabella_speaker_default_init (TabellaSpeakerInterface *iface)
{
  g_signal_new ("failed", TABELLA_TYPE_SPEAKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

void
tabella_speaker_say (TabellaSpeaker *s, const char *text, const char *language, gboolean interrupt)
{
  TABELLA_SPEAKER_GET_IFACE (s)->say (s, text, language, interrupt);
}

void
tabella_speaker_stop (TabellaSpeaker *s)
{
  TABELLA_SPEAKER_GET_IFACE (s)->stop (s);
}

void
tabella_speaker_set_rate (TabellaSpeaker *s, int rate)
{
  TABELLA_SPEAKER_GET_IFACE (s)->set_rate (s, CLAMP (rate, -100, 100));
}

void
tabella_speaker_set_volume (TabellaSpeaker *s, int volume)
{
  TABELLA_SPEAKER_GET_IFACE (s)->set_volume (s, CLAMP (volume, -100, 100));
}

void
tabella_speaker_failed (TabellaSpeaker *s)
{
  g_signal_emit_by_name (s, "failed");
}
