/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk-private.h"

#include <glib/gi18n.h>
#include "account.h"
#include "day.h"
#include "language.h"

G_DEFINE_TYPE (TabellaKiosk, tabella_kiosk, G_TYPE_OBJECT)

enum { MOVED, CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
role_of (TabellaStation *station)
{
  const TabellaTerminalStatus *status = tabella_station_status (station);

  if (status == NULL || status->role == TABELLA_ROLE_COMBINED)
    return TABELLA_FOR_COMBINED;
  return status->role == TABELLA_ROLE_BOOTH ? TABELLA_FOR_BOOTH : TABELLA_FOR_DESK;
}

/* Where a terminal that was just started stands. */
static TabellaScreen
first_screen (TabellaStation *station)
{
  switch (tabella_station_state (station)) {
  case TABELLA_STATION_NEW:
    return TABELLA_SCREEN_NEW;
  case TABELLA_STATION_ENROLLED:
    return TABELLA_SCREEN_ENROLLED;
  case TABELLA_STATION_INSTALLED:
    return TABELLA_SCREEN_SETUP_CODE;
  case TABELLA_STATION_RETIRED:
    return TABELLA_SCREEN_RETIRED;
  case TABELLA_STATION_LOCKED:
  case TABELLA_STATION_READY:
  case TABELLA_STATION_OPEN:
  case TABELLA_STATION_PAUSED:
  case TABELLA_STATION_CLOSED:
  default:
    return TABELLA_SCREEN_LOCKED;
  }
}

static void
tabella_kiosk_finalize (GObject *object)
{
  TabellaKiosk *k = TABELLA_KIOSK (object);

  tabella_printing_end (k->printing);
  tabella_kiosk_forget_secrets (k);
  g_clear_pointer (&k->answer, tabella_answer_free);
  g_clear_pointer (&k->package, tabella_package_free);
  tabella_kiosk_drop_stick (k);
  g_clear_object (&k->last_stick);
  tabella_kiosk_offer (k, NULL);
  g_free (k->hint);
  g_free (k->notice);
  g_free (k->language);
  g_free (k->officers_language);
  g_free (k->voters_language);
  g_hash_table_unref (k->directed);
  tabella_kiosk_set_qr (k, NULL);
  tabella_kiosk_set_ticket (k, NULL);
  tabella_kiosk_set_typed (k, NULL);
  G_OBJECT_CLASS (tabella_kiosk_parent_class)->finalize (object);
}

static void
tabella_kiosk_class_init (TabellaKioskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tabella_kiosk_finalize;
  signals[MOVED] = g_signal_new ("moved", TABELLA_TYPE_KIOSK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", TABELLA_TYPE_KIOSK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
tabella_kiosk_init (TabellaKiosk *k)
{
  tabella_comfort_reset (&k->comfort);
  k->directed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  tabella_kiosk_forget_code (k);
}

TabellaKiosk *
tabella_kiosk_new (TabellaStation *station, const TabellaHardware *hardware, const char *hint)
{
  TabellaKiosk *k = g_object_new (TABELLA_TYPE_KIOSK, NULL);

  k->station = station;
  k->hardware = *hardware;
  k->printing = tabella_printing_new (k);
  k->hint = g_strdup (hint);
  k->language = g_strdup (tabella_language_default ());
  k->officers_language = g_strdup (k->language);
  tabella_flow_init (&k->flow, role_of (station), first_screen (station));
  return k;
}

TabellaStation *
tabella_kiosk_station (TabellaKiosk *k)
{
  if (tabella_kiosk_busy (k))
    g_critical ("the station is asked for while a thread uses it");
  return k->station;
}

TabellaSpeaker *
tabella_kiosk_speaker (TabellaKiosk *k)
{
  return k->hardware.speaker;
}

gboolean
tabella_kiosk_practice (TabellaKiosk *k)
{
  const TabellaManifest *m = tabella_station_manifest (k->station);

  if (m == NULL && k->package != NULL)
    m = k->package->manifest;
  return m != NULL && m->practice;
}

const char *
tabella_kiosk_hint (TabellaKiosk *k)
{
  return tabella_kiosk_practice (k) ? k->hint : NULL;
}

TabellaScreen
tabella_kiosk_screen (TabellaKiosk *k)
{
  return k->flow.screen;
}

gboolean
tabella_kiosk_is_voter (TabellaKiosk *k)
{
  return tabella_flow_is_voter_screen (k->flow.screen) ||
         k->flow.screen == TABELLA_SCREEN_OFFICER_PIN;
}

gboolean
tabella_kiosk_takes (TabellaKiosk *k, TabellaEvent event)
{
  return !tabella_kiosk_busy (k) && tabella_flow_takes (&k->flow, event);
}

/* The ballot is recorded: nothing of the voter is needed any more. */
static void
end_session (TabellaKiosk *k)
{
  g_autoptr (GError) error = NULL;

  if (!tabella_session_end (k->station, &error))
    k->notice =
        g_strdup (_ ("Your ballot is recorded, but please tell the officer that this tablet "
                     "needs to be looked at."));
}

/* What must happen to the model when the flow goes somewhere, whichever way it got there. */
static void
arrive (TabellaKiosk *k, TabellaEvent event)
{
  TabellaSession *session = tabella_station_session (k->station);

  if (event == TABELLA_EV_LOCK) {
    tabella_station_lock (k->station);
    tabella_kiosk_forget_secrets (k);
    tabella_kiosk_take_answer (k, NULL);
    tabella_kiosk_set_typed (k, NULL);
    tabella_kiosk_set_ticket (k, NULL);
    tabella_kiosk_set_qr (k, NULL);
    tabella_kiosk_offer (k, NULL);
    tabella_kiosk_forget_code (k);
    k->uncertain = FALSE;
  }
  if (k->flow.screen == TABELLA_SCREEN_DONE && session != NULL)
    end_session (k);
  if (k->flow.screen == TABELLA_SCREEN_OFFICER_PIN && k->flow.origin == TABELLA_SCREEN_IDLE_ALERT &&
      session != NULL)
    tabella_session_clear (session);
  if (k->flow.screen == TABELLA_SCREEN_OFFICER || k->flow.screen == TABELLA_SCREEN_BOOTH_WAIT) {
    tabella_kiosk_take_answer (k, NULL);
    tabella_kiosk_set_ticket (k, NULL);
    tabella_kiosk_set_qr (k, NULL);
    k->uncertain = FALSE;
  }
}

/* The officers' language on their screens, the voter's on those in front of a voter. */
static void
speak (TabellaKiosk *k)
{
  const char *language = tabella_kiosk_is_voter (k) && k->voters_language != NULL
                             ? k->voters_language
                             : k->officers_language;

  if (g_strcmp0 (k->language, language) == 0)
    return;
  g_free (k->language);
  k->language = g_strdup (language);
  g_clear_pointer (&k->notice, g_free); /* in the language before */
  g_hash_table_remove_all (k->directed);
  tabella_language_switch (language);
}

/* The settings are not the next voter's; someone who comes back to the waiting screen keeps them.
 */
static gboolean
ends_comfort (TabellaScreen screen, TabellaEvent event)
{
  if (screen == TABELLA_SCREEN_BOOTH_WAIT)
    return event != TABELLA_EV_BACK && event != TABELLA_EV_CANCEL;
  return screen == TABELLA_SCREEN_OFFICER || screen == TABELLA_SCREEN_LOCKED;
}

gboolean
tabella_kiosk_take (TabellaKiosk *k, TabellaEvent event)
{

  if (tabella_kiosk_busy (k))
    return FALSE;
  k->flow.role = role_of (k->station);
  if (!tabella_flow_take (&k->flow, event))
    return FALSE;
  g_clear_pointer (&k->notice, g_free);
  k->moves++;
  k->lock_asked = FALSE;
  speak (k);
  tabella_kiosk_drop_stick (k);
  arrive (k, event);
  if (ends_comfort (k->flow.screen, event))
    tabella_kiosk_reset_comfort (k);
  g_signal_emit (k, signals[MOVED], 0);
  return TRUE;
}

guint
tabella_kiosk_moves (TabellaKiosk *k)
{
  return k->moves;
}

void
tabella_kiosk_lock (TabellaKiosk *k)
{
  if (tabella_kiosk_busy (k))
    return;
  if (k->lock_asked || tabella_station_session (k->station) == NULL) {
    tabella_kiosk_take (k, TABELLA_EV_LOCK);
    return;
  }
  k->lock_asked = TRUE;
  tabella_kiosk_notice (k, _ ("A voter is in the middle: what is not cast would be lost, and the "
                              "voter may vote again. Touch “Lock now” once more to lock."));
}

void
tabella_kiosk_changed (TabellaKiosk *k)
{
  g_signal_emit (k, signals[CHANGED], 0);
}

/* Paused: over night, or with totals that are not those of the pause, the officers compare first.
 */
static TabellaEvent
paused_event (TabellaKiosk *k)
{
  TabellaMorning morning;

  return tabella_station_morning (k->station, &morning, NULL) && (morning.ended || !morning.equal)
             ? TABELLA_EV_MORNING
             : TABELLA_EV_PAUSE;
}

gboolean
tabella_kiosk_enter_after_unlock (TabellaKiosk *k)
{
  if (tabella_station_stopped_by (k->station) != NULL &&
      tabella_station_state (k->station) != TABELLA_STATION_CLOSED)
    return tabella_kiosk_take (k, TABELLA_EV_STOPPED);
  if (tabella_station_has_account (k->station))
    return tabella_kiosk_take (k, TABELLA_EV_ACCOUNT);
  switch (tabella_station_state (k->station)) {
  case TABELLA_STATION_OPEN:
    return tabella_kiosk_take (k, TABELLA_EV_OPEN);
  case TABELLA_STATION_PAUSED:
    return tabella_kiosk_take (k, paused_event (k));
  case TABELLA_STATION_CLOSED:
    return tabella_kiosk_take (k, tabella_export_final_delivered (k->station) ? TABELLA_EV_WRITTEN
                                                                              : TABELLA_EV_CLOSE);
  case TABELLA_STATION_READY:
    return tabella_kiosk_take (k, TABELLA_EV_UNLOCKED);
  case TABELLA_STATION_NEW:
  case TABELLA_STATION_ENROLLED:
  case TABELLA_STATION_INSTALLED:
  case TABELLA_STATION_LOCKED:
  case TABELLA_STATION_RETIRED:
  default:
    return FALSE;
  }
}

void
tabella_kiosk_notice (TabellaKiosk *k, const char *text)
{
  g_free (k->notice);
  k->notice = g_strdup (text);
  tabella_kiosk_changed (k);
}

void
tabella_kiosk_notice_error (TabellaKiosk *k, const GError *error)
{
  tabella_kiosk_notice (k, error->message);
}

gboolean
tabella_kiosk_conclude (TabellaKiosk *k, gboolean done, TabellaEvent event, const GError *error)
{
  if (done)
    return tabella_kiosk_take (k, event);
  tabella_kiosk_notice_error (k, error);
  return FALSE;
}

const char *
tabella_kiosk_get_notice (TabellaKiosk *k)
{
  return k->notice;
}

void
tabella_kiosk_set_language (TabellaKiosk *k, const char *language)
{
  char **whose = tabella_kiosk_is_voter (k) ? &k->voters_language : &k->officers_language;

  if (g_strcmp0 (k->language, language) == 0 || tabella_kiosk_busy (k))
    return;
  g_free (*whose);
  *whose = g_strdup (language);
  speak (k);
  g_signal_emit (k, signals[MOVED], 0); /* every word changes: the screen is built again */
}

const char *
tabella_kiosk_language (TabellaKiosk *k)
{
  return k->language;
}

const TabellaComfort *
tabella_kiosk_comfort (TabellaKiosk *k)
{
  return &k->comfort;
}

void
tabella_kiosk_set_comfort (TabellaKiosk *k, const TabellaComfort *comfort)
{
  k->comfort = *comfort;
  tabella_comfort_settle (&k->comfort);
  g_signal_emit (k, signals[MOVED], 0);
}

TabellaSize
tabella_kiosk_size (TabellaKiosk *k)
{
  return k->comfort.size;
}

gboolean
tabella_kiosk_is_blank (TabellaKiosk *k)
{
  return k->comfort.blank && tabella_flow_is_voter_screen (k->flow.screen) &&
         k->flow.screen != TABELLA_SCREEN_IDLE_ALERT && k->flow.screen != TABELLA_SCREEN_FAULT;
}

void
tabella_kiosk_sound_failed (TabellaKiosk *k)
{
  k->comfort.sound = FALSE;
  tabella_comfort_settle (&k->comfort);
  if (!tabella_kiosk_is_voter (k)) /* late: nobody listens, and a thread may use the station */
    return;
  tabella_kiosk_notice (k, _ ("The sound of this tablet does not work. Please tell the officer."));
  g_signal_emit (k, signals[MOVED], 0);
}

void
tabella_kiosk_reset_comfort (TabellaKiosk *k)
{
  tabella_comfort_reset (&k->comfort);
  k->place = 0;
  k->from_review = FALSE;
  g_clear_pointer (&k->voters_language, g_free);
  speak (k);
}

guint
tabella_kiosk_place (TabellaKiosk *k)
{
  return k->place;
}

void
tabella_kiosk_set_place (TabellaKiosk *k, guint place)
{
  k->place = place;
}

gboolean
tabella_kiosk_from_review (TabellaKiosk *k)
{
  return k->from_review;
}

void
tabella_kiosk_set_from_review (TabellaKiosk *k, gboolean from_review)
{
  k->from_review = from_review;
}

const TabellaPackage *
tabella_kiosk_package (TabellaKiosk *k)
{
  return k->package;
}

void
tabella_kiosk_take_package (TabellaKiosk *k, TabellaPackage *package)
{
  g_clear_pointer (&k->package, tabella_package_free);
  k->package = package;
}
