/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "amending.h"
#include "checkin.h"
#include "comfort.h"
#include "export.h"
#include "hardware.h"
#include "session.h"
#include "stick-job.h"

/* The terminal's model between the station and the screens: where the flow is, which language and
 * comfort, and what the screen before left for the next one. Screens call it, it calls the station;
 * it emits "moved" when another screen is due and "changed" when the present one must be redrawn.
 */
#define TABELLA_TYPE_KIOSK (tabella_kiosk_get_type ())
G_DECLARE_FINAL_TYPE (TabellaKiosk, tabella_kiosk, TABELLA, KIOSK, GObject)

/* @hardware: no member NULL. @hint: a line shown in practice elections only (IDs to try), or
 * NULL. */
TabellaKiosk *tabella_kiosk_new (TabellaStation *station, const TabellaHardware *hardware,
                                 const char *hint);
TabellaSpeaker *tabella_kiosk_speaker (TabellaKiosk *k);
/* Nobody's but the working thread's while tabella_kiosk_busy(): timers ask that first. */
TabellaStation *tabella_kiosk_station (TabellaKiosk *k);
const char *tabella_kiosk_hint (TabellaKiosk *k); /* NULL in an official election */
gboolean tabella_kiosk_practice (TabellaKiosk *k);
TabellaScreen tabella_kiosk_screen (TabellaKiosk *k);
gboolean tabella_kiosk_is_voter (TabellaKiosk *k); /* a voter may be in front of it */

/* Takes the event if the flow has it here: the screen changes and "moved" is emitted. What an event
 * means for the model (a lock wipes keys, a time-out clears selections) happens here, in one place.
 */
gboolean tabella_kiosk_take (TabellaKiosk *k, TabellaEvent event);
gboolean tabella_kiosk_takes (TabellaKiosk *k, TabellaEvent event);
/* How often an event was taken: it changes with the screen and not with language or comfort. */
guint tabella_kiosk_moves (TabellaKiosk *k);
/* Locks. While a voter is in the middle it asks first, and locks when called once more. */
void tabella_kiosk_lock (TabellaKiosk *k);
/* A stick is being written or read in a thread, which alone uses the station meanwhile. Every event
 * is refused, "Lock now" and the language included. */
gboolean tabella_kiosk_busy (TabellaKiosk *k);
/* What the present screen does with a stick, made anew if it has not begun yet. It ends with the
 * screen; what a change of the language builds again is still the same screen. */
TabellaStickJob *
tabella_kiosk_use_stick (TabellaKiosk *k, const TabellaStickTask *task, const char *input);
/* The stick that an earlier screen has written or read and ejected ("safe to take out"), or NULL.
 * "changed" is emitted when it is taken out. */
TabellaStickJob *tabella_kiosk_last_stick (TabellaKiosk *k);
/* How screens end what they asked the station for: @done takes @event, else @error is shown. */
gboolean
tabella_kiosk_conclude (TabellaKiosk *k, gboolean done, TabellaEvent event, const GError *error);
/* Redraw the present screen from the model. */
void tabella_kiosk_changed (TabellaKiosk *k);
/* After an unlock or first opening: the event that leads to where the records say. */
gboolean tabella_kiosk_enter_after_unlock (TabellaKiosk *k);

/* A notice for the person in front of it, shown by the window above the screen until the next
 * event; translated already. */
void tabella_kiosk_notice (TabellaKiosk *k, const char *text);
void tabella_kiosk_notice_error (TabellaKiosk *k, const GError *error);
const char *tabella_kiosk_get_notice (TabellaKiosk *k);

/* Language of the interface and of the election's texts. Officers' choice holds until changed, a
 * voter's until the session ends. */
void tabella_kiosk_set_language (TabellaKiosk *k, const char *language);
const char *tabella_kiosk_language (TabellaKiosk *k);
/* All that can be chosen: the election's languages, also those without an interface of their own,
 * then the interface's others. */
GPtrArray *tabella_kiosk_languages (TabellaKiosk *k);
const char *tabella_kiosk_next_language (TabellaKiosk *k); /* after the present one, in a ring */
/* The election's texts, in the present language or, where it has none, in the one nearest to it. */
const char *tabella_kiosk_text_language (TabellaKiosk *k);
const char *tabella_kiosk_text (TabellaKiosk *k, const TabellaText *text);
/* Text size, contrast and sound; setting them settles them and builds the screen again. */
const TabellaComfort *tabella_kiosk_comfort (TabellaKiosk *k);
void tabella_kiosk_set_comfort (TabellaKiosk *k, const TabellaComfort *comfort);
TabellaSize tabella_kiosk_size (TabellaKiosk *k);
/* The voter wants no picture, and this screen needs none. */
gboolean tabella_kiosk_is_blank (TabellaKiosk *k);
/* Nothing can be heard: sound goes off, picture on, and the notice says so. */
void tabella_kiosk_sound_failed (TabellaKiosk *k);
/* Comfort and language back to the default, place to 0: after each voter. */
void tabella_kiosk_reset_comfort (TabellaKiosk *k);

/* What one screen leaves for the next. */
guint tabella_kiosk_place (TabellaKiosk *k); /* the contest in view */
void tabella_kiosk_set_place (TabellaKiosk *k, guint place);
/* The contest was opened from the review: Next leads back there. */
gboolean tabella_kiosk_from_review (TabellaKiosk *k);
void tabella_kiosk_set_from_review (TabellaKiosk *k, gboolean from_review);
const TabellaAnswer *tabella_kiosk_answer (TabellaKiosk *k);
void tabella_kiosk_take_answer (TabellaKiosk *k, TabellaAnswer *answer); /* NULL forgets */
/* An ID as it was typed, to be shown and corrected; NULL forgets. */
const char *tabella_kiosk_typed (TabellaKiosk *k);
void tabella_kiosk_set_typed (TabellaKiosk *k, const char *text);
const guint8 *tabella_kiosk_ticket (TabellaKiosk *k);                  /* 10 bytes or NULL */
void tabella_kiosk_set_ticket (TabellaKiosk *k, const guint8 *ticket); /* NULL forgets */
/* That ticket is for a provisional ballot; until another ticket is set. */
gboolean tabella_kiosk_provisional (TabellaKiosk *k);
void tabella_kiosk_set_provisional (TabellaKiosk *k, gboolean provisional);
/* A text that the present screen shows as QR: voter's receipt, challenge, batch receipt, enrolment.
 */
const char *tabella_kiosk_qr (TabellaKiosk *k);
void tabella_kiosk_set_qr (TabellaKiosk *k, const char *text);
/* Setup code, passphrases and PIN on their way through the first opening: secret memory, NULL-ended
 * list. */
const char *tabella_kiosk_setup_code (TabellaKiosk *k);
void tabella_kiosk_set_setup_code (TabellaKiosk *k, const char *code);
void tabella_kiosk_add_passphrase (TabellaKiosk *k, const char *passphrase);
guint tabella_kiosk_n_passphrases (TabellaKiosk *k);
const char *const *tabella_kiosk_passphrases (TabellaKiosk *k);
void tabella_kiosk_forget_passphrases (TabellaKiosk *k);
void tabella_kiosk_forget_secrets (TabellaKiosk *k); /* those and the setup code */
/* After a cast of which the storage did not say whether it was recorded, until the session ends. */
gboolean tabella_kiosk_uncertain (TabellaKiosk *k);
void tabella_kiosk_set_uncertain (TabellaKiosk *k, gboolean uncertain);
/* What the officers counted by hand at closing, tickets or a clicker; in memory only. FALSE: they
 * counted nothing, or the tablet was started again since. */
gboolean tabella_kiosk_hand_count (TabellaKiosk *k, guint *count);
void tabella_kiosk_set_hand_count (TabellaKiosk *k, gboolean counted, guint count);
const TabellaPackage *tabella_kiosk_package (TabellaKiosk *k);
void tabella_kiosk_take_package (TabellaKiosk *k, TabellaPackage *package);

/* Amendments that were read and not yet taken or laid aside. Takes @list, ascending; NULL forgets
 * them. */
void tabella_kiosk_offer (TabellaKiosk *k, GPtrArray *list);
const TabellaAmendment *tabella_kiosk_offered (TabellaKiosk *k); /* the first, or NULL */
/* Which one of how many came at once, from 1. */
void tabella_kiosk_offered_place (TabellaKiosk *k, guint *at, guint *of);
/* The first is taken: on to the next. FALSE: it was the last. */
gboolean tabella_kiosk_offer_next (TabellaKiosk *k);
/* An amendment's code while it is typed, and the group in which typing goes on. */
TabellaTypedCode *tabella_kiosk_code (TabellaKiosk *k);
guint tabella_kiosk_code_group (TabellaKiosk *k);
void tabella_kiosk_set_code_group (TabellaKiosk *k, guint group);
void tabella_kiosk_forget_code (TabellaKiosk *k);
