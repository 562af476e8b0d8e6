/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "screen.h"

/* The one window: practice band, the present screen, and the bar with Back, Next and what is always
 * there (Lock now and the language for officers; comfort and "Call the officer" for voters). Owns
 * the idle timer, leads the keys from control to control, and hides the picture on request. */
#define TABELLA_TYPE_ASSISTANT (tabella_assistant_get_type ())
G_DECLARE_FINAL_TYPE (TabellaAssistant, tabella_assistant, TABELLA, ASSISTANT, GtkWindow)

GtkWidget *tabella_assistant_new (TabellaKiosk *kiosk);
/* For how many milliseconds a new screen takes no touch and no key (touch-guard.h). */
#define TABELLA_SETTLE 400
void tabella_assistant_set_settle (TabellaAssistant *self, guint milliseconds);
