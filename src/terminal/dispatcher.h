/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "speaker.h"

/* The real speaker: speech-dispatcher, through libspeechd, in a thread of its own. It is connected
 * to when something is first said (at SPEECHD_ADDRESS, or at its usual socket, where it is started
 * if it does not run), and again after each failure. One that does not answer within 5 seconds has
 * failed. */
#define TABELLA_TYPE_DISPATCHER (tabella_dispatcher_get_type ())
G_DECLARE_FINAL_TYPE (TabellaDispatcher, tabella_dispatcher, TABELLA, DISPATCHER, GObject)

TabellaSpeaker *tabella_dispatcher_new (void);
