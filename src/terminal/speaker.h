/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

/* Whatever speaks to a voter: the real one is dispatcher.c, tests put a recorder in its place. No
 * call waits for sound or for another process; what is said is never logged, and copies of it are
 * wiped when they have been spoken. */
#define TABELLA_TYPE_SPEAKER (tabella_speaker_get_type ())
G_DECLARE_INTERFACE (TabellaSpeaker, tabella_speaker, TABELLA, SPEAKER, GObject)

/* Signal "failed": (speaker) nothing more can be heard until the next say(); emitted in the main
 * loop, once for each time that it fails. */
struct _TabellaSpeakerInterface {
  GTypeInterface parent_iface;

  void (*say) (TabellaSpeaker *s, const char *text, const char *language, gboolean interrupt);
  void (*stop) (TabellaSpeaker *s);
  void (*set_rate) (TabellaSpeaker *s, int rate);
  void (*set_volume) (TabellaSpeaker *s, int volume);
};

/* @language: a tag of the election or the interface ("en", "zh_HK"). @interrupt: what is being said
 * and waits to be said is dropped; else @text follows it. */
void
tabella_speaker_say (TabellaSpeaker *s, const char *text, const char *language, gboolean interrupt);
void tabella_speaker_stop (TabellaSpeaker *s);
/* Both from -100 to 100, 0 is normal; they hold for what is said afterwards. */
void tabella_speaker_set_rate (TabellaSpeaker *s, int rate);
void tabella_speaker_set_volume (TabellaSpeaker *s, int volume);
void tabella_speaker_failed (TabellaSpeaker *s); /* for implementations: emits "failed" */
