/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "amendment-words.h"

#include <glib/gi18n.h>
#include <string.h>
#include "screen.h"

#define PART 110 /* characters: two lines or three */

static gboolean
is_about_terminal (const TabellaAmendment *a)
{
  return a->kind == TABELLA_AMEND_ADDED || a->kind == TABELLA_AMEND_SPARE ||
         a->kind == TABELLA_AMEND_REVOKED || a->kind == TABELLA_AMEND_ENDED;
}

gboolean
tabella_amendment_is_own (TabellaKiosk *k, const TabellaAmendment *a)
{
  TabellaStation *station = tabella_kiosk_station (k);

  if (a->kind == TABELLA_AMEND_NOTICE)
    return TRUE;
  return is_about_terminal (a) ? a->target == tabella_station_terminal (station)->index
                               : a->target == tabella_station_status (station)->station;
}

/* Of the station that it is about. */
static char *
station_says (TabellaKiosk *k, const TabellaAmendment *a, const char *own, const char *other)
{
  const TabellaElection *e = tabella_station_manifest (tabella_kiosk_station (k))->election;
  const TabellaStationInfo *info = tabella_election_station (e, a->target);
  g_autoptr (GString) says = g_string_new (other);

  if (tabella_amendment_is_own (k, a) || info == NULL)
    return g_strdup (own);
  g_string_replace (says, "%s", tabella_kiosk_text (k, info->name), 1);
  return g_string_free (g_steal_pointer (&says), FALSE);
}

static char *
spare_says (TabellaKiosk *k, const TabellaAmendment *a)
{
  TabellaRole role;
  guint16 station, lane;

  tabella_amend_spare_split (a->value, &station, &lane, &role);
  if (!tabella_amendment_is_own (k, a))
    return g_strdup_printf (_ ("The spare tablet %u gets a place in its station."), a->target);
  if (role == TABELLA_ROLE_BOOTH)
    return g_strdup (_ ("This spare tablet becomes a voting booth."));
  return g_strdup (role == TABELLA_ROLE_DESK
                       ? _ ("This spare tablet becomes a check-in desk.")
                       : _ ("This spare tablet becomes a tablet for check-in and voting."));
}

static char *
stop_says (TabellaKiosk *k, const TabellaAmendment *a)
{
  const gboolean own = tabella_amendment_is_own (k, a);

  if (a->kind == TABELLA_AMEND_REVOKED)
    return own ? g_strdup (_ ("This tablet is revoked: no ballot on it counts."))
               : g_strdup_printf (_ ("Tablet %u is revoked: no ballot on it counts."), a->target);
  if (!own)
    return g_strdup_printf (_ ("Tablet %u is given up."), a->target);
  return a->value == 0
             ? g_strdup (_ ("This tablet is given up: nothing on it counts."))
             : g_strdup_printf (_ ("This tablet is given up: its batch %u counts, and nothing "
                                   "that came later."),
                                a->value);
}

char *
tabella_amendment_says (TabellaKiosk *k, const TabellaAmendment *a)
{
  switch (a->kind) {
  case TABELLA_AMEND_HOURS:
    return station_says (k, a, _ ("The hours of this station have changed."),
                         _ ("The hours of another station have changed: %s."));
  case TABELLA_AMEND_OPENED:
    return station_says (k, a, _ ("This station opens."), _ ("Another station opens: %s."));
  case TABELLA_AMEND_MOVED:
    return station_says (k, a, _ ("This station has moved."), _ ("Another station has moved: %s."));
  case TABELLA_AMEND_CLOSED:
    return station_says (k, a, _ ("This station is closed by the organisers."),
                         _ ("Another station is closed: %s."));
  case TABELLA_AMEND_SPARE:
    return spare_says (k, a);
  case TABELLA_AMEND_REVOKED:
  case TABELLA_AMEND_ENDED:
    return stop_says (k, a);
  case TABELLA_AMEND_ADDED:
    return g_strdup_printf (_ ("Tablet %u is added."), a->target);
  case TABELLA_AMEND_NOTICE:
  default:
    return g_strdup (_ ("A notice to all officers."));
  }
}

static char *
spare_means (const TabellaAmendment *a)
{
  TabellaRole role;
  guint16 station, lane;
  g_autofree char *digits = NULL;

  tabella_amend_spare_split (a->value, &station, &lane, &role);
  if (role == TABELLA_ROLE_BOOTH)
    return g_strdup (_ ("It takes the tickets of this station's desks."));
  digits = tabella_lane_text (lane);
  return g_strdup_printf (_ ("It serves the IDs whose last digit before the check digit is %s."),
                          digits);
}

char *
tabella_amendment_means (TabellaKiosk *k, const TabellaAmendment *a)
{
  if (!tabella_amendment_is_own (k, a))
    return NULL;
  switch (a->kind) {
  case TABELLA_AMEND_HOURS:
    return g_strdup (_ ("These hours are the right ones, and no longer those of the installed "
                        "election."));
  case TABELLA_AMEND_CLOSED:
    return g_strdup (_ ("Let those who are in the queue vote, then close the poll on this "
                        "tablet."));
  case TABELLA_AMEND_SPARE:
    return spare_means (a);
  case TABELLA_AMEND_REVOKED:
  case TABELLA_AMEND_ENDED:
    return g_strdup (_ ("Once you take it, this tablet serves nobody any more. Nothing that is "
                        "recorded on it is lost."));
  case TABELLA_AMEND_OPENED:
  case TABELLA_AMEND_MOVED:
  case TABELLA_AMEND_ADDED:
  case TABELLA_AMEND_NOTICE:
  default:
    return NULL;
  }
}

const char *
tabella_amendment_text (TabellaKiosk *k, const TabellaAmendment *a)
{
  return a->text != NULL ? tabella_kiosk_text (k, a->text) : NULL;
}

/* How many bytes of @text come first: up to a space, if there is one. */
static gsize
part_of (const char *text)
{
  const glong length = g_utf8_strlen (text, -1);
  const char *end = g_utf8_offset_to_pointer (text, MIN (length, PART)), *space;

  if (length <= PART)
    return strlen (text);
  space = g_strrstr_len (text, end - text, " ");
  return (gsize)((space != NULL ? space : end) - text);
}

void
tabella_amendment_add_text (TabellaKiosk *k, const TabellaAmendment *a, GtkContainer *pager)
{
  const char *text = tabella_amendment_text (k, a);

  while (text != NULL && *text != '\0') {
    const gsize n = part_of (text);
    g_autofree char *part = g_strndup (text, n);

    gtk_container_add (pager, tabella_label_new (part, "quote"));
    text += n;
    while (*text == ' ')
      text++;
  }
}

const char *
tabella_offer_words (TabellaOffer offer)
{
  switch (offer) {
  case TABELLA_OFFER_NOTHING:
    return _ ("All amendments on this stick were taken already: there is nothing to do.");
  case TABELLA_OFFER_TAKEN:
    return _ ("This amendment was taken already: there is nothing to do.");
  case TABELLA_OFFER_LATE:
    return _ ("A newer amendment was taken already, so an older one cannot be taken any more. Tell "
              "the organisers.");
  case TABELLA_OFFER_NEEDS_FILE:
    return _ ("This kind of amendment comes only on a stick: its code does not carry the "
              "organisers' words. Bring the file.");
  case TABELLA_OFFER_UNSIGNED:
    return _ ("The signature is not that of this election's organisers. Get the amendment again "
              "from them.");
  case TABELLA_OFFER_OTHER_ELECTION:
    return _ ("This amendment belongs to another election, or to its practice. Ask the organisers "
              "for the right one.");
  case TABELLA_OFFER_IMPOSSIBLE:
    return _ ("The organisers signed this amendment, but this tablet cannot do what it says. Call "
              "them.");
  case TABELLA_OFFER_INCOMPLETE:
    return _ ("This is no whole amendment. Get it again from the organisers.");
  case TABELLA_OFFER_NO_FOLDER:
    return _ ("There are no amendments on this stick: it needs the folder “amendments”.");
  case TABELLA_OFFER_UNREADABLE:
    return _ ("The amendments on this stick cannot be read. Use another stick.");
  case TABELLA_OFFER_CLOSED:
    return _ ("The poll is closed on this tablet: amendments concern it no more.");
  case TABELLA_OFFER_NEW:
  default:
    return "";
  }
}
