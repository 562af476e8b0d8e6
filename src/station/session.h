/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"
#include "flow.h"

/* A voter at a combined terminal or a booth: from ticket to done. The model behind the voter's
 * screens. Selections and the pending ballot are in secret memory and are wiped when the session
 * ends. At most one at a time; belongs to the station. */
typedef struct _TabellaSession TabellaSession;

/* Why an officer ended a session that has no ballot. */
typedef enum {
  TABELLA_CANCEL_LEFT, /* the voter left */
  TABELLA_CANCEL_HELP, /* the voter gets help elsewhere */
  TABELLA_CANCEL_MACHINE,
  TABELLA_CANCEL_STYLE, /* it is the wrong ballot */
  TABELLA_CANCEL_OTHER,
  TABELLA_N_CANCELS
} TabellaCancel;

/* @ticket: as given (combined: the one just given in this process) or typed and scanned (booth).
 * REFUSED: wrong or of another station; USED here before. Wrong ones cost growing time, 15 seconds
 * at most, so that nobody can keep others from the booth: seconds until the next one is looked at
 * (before that, STATE and nothing is tried). A good one or the officers' PIN ends that. */
gboolean tabella_session_begin (TabellaStation *s, const guint8 ticket[10], GError **error);
guint tabella_session_wait (const TabellaStation *s);
TabellaSession *tabella_station_session (TabellaStation *s); /* NULL if none */

guint16 tabella_session_style (const TabellaSession *v);
guint tabella_session_attempt (const TabellaSession *v);
guint tabella_session_n_contests (const TabellaSession *v);
const TabellaContest *tabella_session_contest (const TabellaSession *v, guint place);
gboolean tabella_session_chosen (const TabellaSession *v, guint place, guint option);
guint tabella_session_n_chosen (const TabellaSession *v, guint place);
/* Flips an option. FALSE: one too many, nothing changed (the voter must unselect first). */
gboolean tabella_session_toggle (TabellaSession *v, guint place, guint option);
/* An unanswered idle alert: selections and a pending ballot are wiped, the ticket and its attempt
 * stay. */
void tabella_session_clear (TabellaSession *v);
/* Too few in a contest (fewer than min): the review cannot be confirmed. */
gboolean tabella_session_complete (const TabellaSession *v, guint place);

/* Encrypts: a pending ballot, its code. FALSE with REFUSED if a contest is incomplete. */
gboolean tabella_session_confirm (TabellaStation *s, GError **error);
const guint8 *
tabella_session_code (const TabellaSession *v); /* 32 bytes, NULL without a pending ballot */
char *tabella_session_short_code (const TabellaSession *v);
char *tabella_session_commitment (TabellaStation *s, GError **error); /* TK1 text */
gboolean tabella_session_may_challenge (const TabellaSession *v);     /* attempt < 3 */
void tabella_session_forget_pending (TabellaSession *v); /* time-out at the code screen */
/* Durable, read back, only then TRUE; *receipt: (URL#)TV1 text. The seed is
 * wiped. Errors: NOT_RECORDED (the voter confirms and casts again), STORAGE (it cannot be told:
 * nothing more with this ticket; end, start again, look the voter up). The same below. */
gboolean tabella_session_cast (TabellaStation *s, char **receipt, GError **error);
/* Durable record, *text: TC1. The same ticket goes on with attempt + 1 and empty selections. */
gboolean tabella_session_challenge (TabellaStation *s, char **text, GError **error);
/* After cast, or when the voter left (combined: state LEFT if not cast) or was cancelled:
 * everything wiped. */
gboolean tabella_session_end (TabellaStation *s, GError **error);
/* The same by an officer, before a cast. Only how often for each reason is kept, in memory, until
 * the terminal is locked. */
gboolean tabella_session_cancel (TabellaStation *s, TabellaCancel reason, GError **error);
guint tabella_session_cancelled (const TabellaStation *s, TabellaCancel reason);
