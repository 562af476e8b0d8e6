/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session.h"

/* Between check-in and session, within src/station/. */

/* Combined: a ticket was given and waits for tabella_session_begin. @t: T; @record: the check-in,
 * as stored. The station must have no session. */
void tabella_session_prepare (TabellaStation *s, const guint8 ticket[10], const guint8 t[16],
                              const TabellaCheckin *record);
