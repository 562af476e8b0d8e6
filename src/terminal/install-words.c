/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "install-words.h"

#include <glib/gi18n.h>

static const char *
election_words (gint code)
{
  switch ((TabellaElectionError)code) {
  case TABELLA_ELECTION_ERROR_STATE:
    return _ ("There is no package on this stick. The organisers put it there: ask them for "
              "another stick.");
  case TABELLA_ELECTION_ERROR_SIGNATURE:
    return _ ("Do not use this stick: the organisers' signature on it is wrong. It was damaged, or "
              "somebody changed it. Call the organisers.");
  case TABELLA_ELECTION_ERROR_COMPLAINT:
    return _ ("Do not use this stick: a trustee's signature in it is missing or wrong. Call the "
              "organisers.");
  case TABELLA_ELECTION_ERROR_OTHER:
    return _ ("This package is not for this tablet: it names others. Use this station's stick, or "
              "give the organisers this tablet's enrolment file.");
  case TABELLA_ELECTION_ERROR_IO:
  case TABELLA_ELECTION_ERROR_FORMAT:
  case TABELLA_ELECTION_ERROR_INVALID:
  case TABELLA_ELECTION_ERROR_PASSPHRASE:
  default:
    return _ ("The package on this stick is damaged or not whole. Ask the organisers for another "
              "stick.");
  }
}

static const char *
station_words (gint code)
{
  if (code == TABELLA_STATION_ERROR_REFUSED)
    return _ ("This tablet's keys are not those in the package, or were made for rehearsals only. "
              "Give the organisers its enrolment file again.");
  if (code == TABELLA_STATION_ERROR_STORAGE || code == TABELLA_STATION_ERROR_FULL)
    return _ ("This tablet's own disk is full or failing: nothing was installed. Use another "
              "tablet.");
  return NULL;
}

const char *
tabella_package_words (const GError *error)
{
  g_message ("%s", error->message);
  return election_words (
      error->domain == TABELLA_ELECTION_ERROR ? error->code : (gint)TABELLA_ELECTION_ERROR_INVALID);
}

void
tabella_install_refused (TabellaKiosk *k, const GError *error)
{
  const char *words = error->domain == TABELLA_STATION_ERROR ? station_words (error->code) : NULL;

  g_message ("%s", error->message);
  if (words != NULL)
    tabella_kiosk_notice (k, words);
  else
    tabella_kiosk_notice_error (k, error);
}

void
tabella_opening_refused (TabellaKiosk *k, const GError *error)
{
  const guint wait = tabella_station_unlock_wait (tabella_kiosk_station (k));

  if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE)) {
    tabella_kiosk_notice (k, _ ("That is not this tablet's setup code. It has 16 letters and "
                                "figures: look at the paper again, and at the label on the back."));
  } else if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STATE) &&
             wait > 0) {
    g_autofree char *text =
        g_strdup_printf (ngettext ("Too many wrong tries: wait %u second and try again.",
                                   "Too many wrong tries: wait %u seconds and try again.", wait),
                         wait);

    tabella_kiosk_notice (k, text);
  } else {
    tabella_kiosk_notice_error (k, error);
  }
}
