/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "station-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sodium.h>

#define WRONG_PINS_MAX 6 /* a minute: whoever guesses does not keep the officers out for longer */

guint
tabella_tries_wait (const TabellaTries *tries)
{
  const gint64 until = tries->last + (gint64)tabella_delay_after (tries->failures) * G_USEC_PER_SEC;
  const gint64 left = until - g_get_monotonic_time ();

  return tries->failures == 0 || left <= 0 ? 0
                                           : (guint)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

void
tabella_tries_wrong (TabellaTries *tries)
{
  tries->failures++;
  tries->last = g_get_monotonic_time ();
}

static gboolean
may_try (const TabellaTries *tries, GError **error)
{
  const guint wait = tabella_tries_wait (tries);

  return wait == 0 ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                 _ ("too many wrong tries: wait %u seconds and try again"), wait);
}

/* Counts a wrong one; any other trouble is none of the typist's. */
static void
count_try (TabellaTries *tries, const GError *cause)
{
  if (g_error_matches (cause, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE))
    tabella_tries_wrong (tries);
}

/* Every slice that was installed has its key. */
static gboolean
find_slice_keys (TabellaStation *s, const TabellaRollKeys *roll, GError **error)
{
  for (guint i = 0; i < s->slices->len; i++) {
    TabellaStationSlice *slice = &g_array_index (s->slices, TabellaStationSlice, i);
    guint8 digest[32];

    slice->key = NULL;
    tabella_slice_digest (slice->slice, digest);
    for (guint k = 0; k < roll->n; k++)
      if (memcmp (roll->slices[k].slice, digest, 32) == 0)
        slice->key = roll->slices[k].key;
    if (slice->key == NULL)
      return tabella_station_refuse (
          error, TABELLA_STATION_ERROR_STORAGE,
          _ ("this terminal's keys do not open its part of the roll; get a "
             "new package from the organisers"));
  }
  return TRUE;
}

gboolean
tabella_station_attach (TabellaStation *s, TabellaStationKeys *keys, char *pin, GError **error)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_UNLOCKED };

  s->keys = keys;
  s->pin = (TabellaSecret *)pin;
  s->drawn = g_hash_table_new (NULL, NULL);
  if (!find_slice_keys (s, keys->roll, error) ||
      !tabella_box_index (s->box, s->ctx, tabella_station_index (s), error) ||
      !tabella_station_recall_copy (s, error) || !tabella_station_mark_running (s, error) ||
      !tabella_station_event (s, &line, error)) {
    tabella_station_lock (s);
    return FALSE;
  }
  s->run++; /* mod 256 */
  s->unlock_tries = s->pin_tries = s->ticket_tries = (TabellaTries){ 0, 0 };
  return TRUE;
}

/* The setup code's secrets; a wrong code costs time. */
static TabellaTerminalSecrets *
open_setup (TabellaStation *s, const char *setup_code, GError **error)
{
  g_autoptr (TabellaTerminalSecrets) secrets = NULL;
  GError *cause = NULL;

  if (s->state != TABELLA_STATION_ENROLLED && s->state != TABELLA_STATION_INSTALLED) {
    tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                            s->state == TABELLA_STATION_NEW
                                ? _ ("this terminal has no keys yet: make them first")
                                : _ ("this terminal's officers are chosen already: unlock it"));
    return NULL;
  }
  if (!may_try (&s->unlock_tries, error))
    return NULL;
  secrets = tabella_setup_open (s->dir, setup_code, &cause);
  if (secrets == NULL) {
    count_try (&s->unlock_tries, cause);
    g_propagate_error (error, cause);
    return NULL;
  }
  s->unlock_tries.failures = 0;
  if (memcmp (secrets->box_key, s->enrolment->box_key, 32) != 0) {
    tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STORAGE,
        _ ("%s: the keys and the enrolment file are not of one terminal; enrol it "
           "again"),
        s->dir);
    return NULL;
  }
  return g_steal_pointer (&secrets);
}

gboolean
tabella_station_check_setup_code (TabellaStation *s, const char *setup_code, GError **error)
{
  g_autoptr (TabellaTerminalSecrets) secrets = open_setup (s, setup_code, error);

  return secrets != NULL;
}

/* The officers' file may be there all the same, then it is what counts: perhaps only the setup
 * code's was not destroyed at once. */
static gboolean
open_all_the_same (TabellaStation *s, const char *const *passphrases, guint n)
{
  gboolean there;

  tabella_station_lock (s); /* the slices forget the keys that were read */
  if (!tabella_station_has (s, "officers.vaults", &there, NULL) || !there ||
      !tabella_station_finish_opening (s, NULL))
    return FALSE;
  s->state = TABELLA_STATION_READY;
  return tabella_station_unlock (s, passphrases, n, NULL);
}

gboolean
tabella_station_first_opening (TabellaStation *s, const char *setup_code,
                               const char *const *passphrases, guint count, const char *pin,
                               GError **error)
{
  g_autoptr (TabellaStationKeys) keys = g_new0 (TabellaStationKeys, 1);
  g_autoptr (GError) cause = NULL;
  const TabellaPolicies *policies;
  TabellaSecret *kept;

  if (s->state == TABELLA_STATION_ENROLLED)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("no election is installed: install one from a stick first"));
  keys->terminal = open_setup (s, setup_code, error);
  if (keys->terminal == NULL)
    return FALSE;
  policies = &s->package->manifest->election->policies;
  if (count != policies->officers_count)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_REFUSED,
                                   _ ("this election has %u officers a terminal, and %u chose a "
                                      "passphrase"),
                                   policies->officers_count, count);
  if (!s->package->manifest->practice && s->cost == TABELLA_VAULT_REHEARSAL)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("an official election does not take passphrases at the cost of "
           "a rehearsal"));
  keys->roll = tabella_roll_keys_open (s->package->sealed_keys, keys->terminal, error);
  if (keys->roll == NULL || !find_slice_keys (s, keys->roll, error) ||
      !tabella_officers_create (s->dir, passphrases, count, policies->officers_required, pin, keys,
                                s->cost, &cause)) {
    if (cause != NULL && open_all_the_same (s, passphrases, policies->officers_required))
      return TRUE;
    tabella_station_lock (s);
    if (cause != NULL)
      g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  s->state = TABELLA_STATION_READY;
  kept = tabella_secret_new (TABELLA_PIN_MAX + 1);
  memcpy (kept, pin, strlen (pin));
  return tabella_station_attach (s, g_steal_pointer (&keys), (char *)kept, error);
}

gboolean
tabella_station_unlock (TabellaStation *s, const char *const *passphrases, guint n, GError **error)
{
  TabellaStationKeys *keys;
  GError *cause = NULL;
  char *pin = NULL;

  if (s->state < TABELLA_STATION_LOCKED)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE, "%s",
        s->state == TABELLA_STATION_INSTALLED
            ? _ ("this terminal has no officers yet: open it with its setup code first")
            : _ ("this terminal has no officers yet: install an election from a stick first"));
  if (s->keys != NULL)
    return TRUE;
  if (s->state == TABELLA_STATION_RETIRED)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("this terminal is retired: its keys are destroyed, and nothing "
           "opens it again"));
  if (!may_try (&s->unlock_tries, error))
    return FALSE;
  keys = tabella_officers_open (s->dir, passphrases, n, &pin, &cause);
  if (keys == NULL) {
    count_try (&s->unlock_tries, cause);
    g_propagate_error (error, cause);
    return FALSE;
  }
  return tabella_station_attach (s, keys, pin, error);
}

guint
tabella_station_unlock_wait (const TabellaStation *s)
{
  return tabella_tries_wait (&s->unlock_tries);
}

gboolean
tabella_station_pin (TabellaStation *s, const char *pin, GError **error)
{
  g_autoptr (TabellaSecret) typed = NULL;
  const gsize length = strlen (pin);

  if (!tabella_station_require_unlocked (s, error) || !may_try (&s->pin_tries, error))
    return FALSE;
  typed = tabella_secret_new (TABELLA_PIN_MAX + 1);
  if (length <= TABELLA_PIN_MAX)
    memcpy (typed, pin, length);
  if (sodium_memcmp (typed, s->pin, TABELLA_PIN_MAX + 1) != 0) {
    tabella_tries_wrong (&s->pin_tries);
    s->pin_tries.failures = MIN (s->pin_tries.failures, WRONG_PINS_MAX);
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_PASSPHRASE,
                                   _ ("that is not the short PIN of this terminal"));
  }
  s->pin_tries.failures = 0;
  s->ticket_tries.failures = 0; /* an officer is here */
  return TRUE;
}

guint
tabella_station_pin_wait (const TabellaStation *s)
{
  return tabella_tries_wait (&s->pin_tries);
}

gboolean
tabella_station_require_unlocked (const TabellaStation *s, GError **error)
{
  return s->keys != NULL ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                 _ ("this terminal is locked: the officers unlock it first"));
}
